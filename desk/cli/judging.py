"""``link judge``, ``link judgements`` and ``link withdraw``: what an analyst says of two accounts, and takes back."""

import getpass
from typing import Annotated

import typer
from rich.table import Table

from desk.casebook import open_casebook
from desk.cli.context import JsonOption, UserOption, workspace_of
from desk.rooms import CLOCK, open_index
from desk.terminal import cell, output, print_json
from linkage.indexed_identities import indexed_account
from linkage.judgements import Judgement, Verdict, judgements_in_force, standing

_NEXT = "it applies at the next: nightpost link"

AccountArgument = Annotated[str, typer.Argument(metavar="MARKET/HANDLE", help="An account of the index.")]
ReasonOption = Annotated[str, typer.Option(help="Why, in words.")]


def add_commands(group: typer.Typer) -> None:
    """Add this module's commands to those of ``link``."""
    group.command("judge")(judge)
    group.command("judgements")(list_judgements)
    group.command("withdraw")(withdraw)


def judge(
    context: typer.Context,
    a: AccountArgument,
    b: AccountArgument,
    verdict: Annotated[Verdict, typer.Argument(help="Whether one seller runs both.")],
    reason: ReasonOption,
    user: UserOption = None,
) -> None:
    """Judge whether two accounts are one seller's. It wins over all evidence, until it is withdrawn."""
    workspace = workspace_of(context)
    with open_index(workspace) as store, open_casebook(workspace, CLOCK) as casebook:
        accounts = indexed_account(store, a).id, indexed_account(store, b).id
        made = casebook.add_judgement(*accounts, verdict, user=user or getpass.getuser(), reason=reason)
    output().print(f"judgement {made.number}: {made.a} and {made.b}: {made.judgement}; {_NEXT}", markup=False)


def list_judgements(context: typer.Context, json_output: JsonOption = False) -> None:
    """List every judgement, also those that were withdrawn or that a newer one took the place of."""
    with open_casebook(workspace_of(context), CLOCK) as casebook:
        rows = casebook.judgements()
    in_force = {row.number for row in judgements_in_force(rows)}
    in_force |= {row.number for row in standing(rows) if not isinstance(row, Judgement)}
    if json_output:
        for row in rows:
            print_json({**row.model_dump(mode="json"), "in_force": row.number in in_force})
        return
    table = Table("number", "account", "account", "judgement", "why", "by", "made", "in force")
    for row in rows:
        said = [row.a, row.b, row.judgement] if isinstance(row, Judgement) else ["", "", f"withdraws {row.withdraws}"]
        table.add_row(
            cell(str(row.number)),
            *map(cell, said),
            cell(row.reason, 80),
            cell(row.user),
            cell(f"{row.at:%Y-%m-%d %H:%M}"),
            cell("yes" if row.number in in_force else "no"),
        )
    output().print(table)


def withdraw(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The judgement's number.")],
    reason: ReasonOption,
    user: UserOption = None,
) -> None:
    """Withdraw a judgement: what was judged of the two accounts before is in force again."""
    with open_casebook(workspace_of(context), CLOCK) as casebook:
        made = casebook.withdraw_judgement(number, user=user or getpass.getuser(), reason=reason)
    output().print(f"judgement {made.number} withdraws {made.withdraws}; {_NEXT}", markup=False)
