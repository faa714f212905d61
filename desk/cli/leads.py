"""``lead`` and ``export``: what an analyst hands over."""

import getpass
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.table import Table

from desk.casebook import open_casebook
from desk.cli.context import JsonOption, UserOption, workspace_of
from desk.exports.export import export_lead
from desk.lead import Handling
from desk.lead_records import IndexedLeadRecords
from desk.rooms import CLOCK, open_index, open_reader
from desk.terminal import cell, output, print_json
from linkage.indexed_identities import identity_of_account


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    group = typer.Typer(help="Leads: an identity, and why it matters.", no_args_is_help=True)
    group.command("add")(add)
    group.command("list")(list_leads)
    app.add_typer(group, name="lead")
    app.command()(export)


def add(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(metavar="IDENTITY|MARKET/HANDLE", help="An identity, or an account of it.")],
    why: Annotated[str, typer.Option(help="Why it matters, in words.")],
    authority: Annotated[str | None, typer.Option(help="The authority under which the evidence was collected.")] = None,
    handling: Annotated[str, typer.Option(help="Traffic Light Protocol: " + ", ".join(get_args(Handling)))] = "amber",
    user: UserOption = None,
    json_output: JsonOption = False,
) -> None:
    """Make a lead of an identity, or of an account and all that is linked to it."""
    if handling not in get_args(Handling):
        raise typer.BadParameter(f"{handling!r} is none of {', '.join(get_args(Handling))}", param_hint="--handling")
    workspace = workspace_of(context)
    with open_index(workspace) as store, open_casebook(workspace, CLOCK) as casebook:
        lead = casebook.add_lead(
            identity_of_account(store, subject),
            why=why,
            created_by=user or getpass.getuser(),
            authority=authority,
            handling=handling,  # type: ignore[arg-type]  # checked above
        )
    if json_output:
        print_json(lead)
    else:
        accounts = ", ".join(account.id for account in lead.identity.accounts)
        output().print(f"{lead.lead_id}: {accounts}; next: nightpost export {lead.lead_id}", markup=False)


def list_leads(context: typer.Context, json_output: JsonOption = False) -> None:
    """List the leads."""
    with open_casebook(workspace_of(context), CLOCK) as casebook:
        leads = casebook.leads()
    if json_output:
        for lead in leads:
            print_json(lead)
        return
    table = Table("lead", "accounts", "why", "status", "handling", "by", "made")
    for lead in leads:
        table.add_row(
            cell(lead.lead_id),
            cell([account.id for account in lead.identity.accounts]),
            cell(lead.why, 80),
            cell(lead.status),
            cell(f"TLP:{lead.handling.upper()}"),
            cell(lead.created_by),
            cell(f"{lead.created_at:%Y-%m-%d %H:%M}"),
        )
    output().print(table)


def export(
    context: typer.Context,
    lead_id: Annotated[str, typer.Argument(metavar="LEAD", help="Such as lead-1.")],
    export_format: Annotated[str, typer.Option("--format", help="csv or stix.")],
    out: Annotated[Path, typer.Option(help="The file to write.")],
    user: UserOption = None,
) -> None:
    """Write a lead to a file, each statement with the captures that show it."""
    workspace = workspace_of(context)
    with open_index(workspace) as store, open_casebook(workspace, CLOCK) as casebook:
        lead = casebook.lead(lead_id)
        report = export_lead(lead, IndexedLeadRecords(store, open_reader(workspace)), export_format, out)
        detail = {"format": export_format, "file": out.name, "statements": report.statements}
        casebook.record(user or getpass.getuser(), "lead.export", lead.lead_id, detail)
    left_out = (
        f"; {report.without_capture} statements have no capture and were left out" if report.without_capture else ""
    )
    output().print(
        f"wrote {report.path}: {report.statements} statements from {report.captures} captures{left_out}", markup=False
    )
