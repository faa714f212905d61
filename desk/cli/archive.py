"""``archive verify`` and ``archive seal``: the evidence, proved and closed."""

from dataclasses import asdict

import typer

from desk.cli.context import JsonOption, workspace_of
from desk.cli.state_line import StateLine
from desk.rooms import open_reader, seal_site, verify_archive
from desk.terminal import messages, output, print_json
from nightpost.errors import NightpostError


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    group = typer.Typer(help="The evidence: verify and seal it.", no_args_is_help=True)
    group.command()(verify)
    group.command()(seal)
    app.add_typer(group, name="archive")


def verify(context: typer.Context, json_output: JsonOption = False) -> None:
    """Read every byte of the evidence again; name the first record that was touched, if any was."""
    workspace = workspace_of(context)
    with StateLine(messages(), "verify") as line:
        report = verify_archive(workspace, lambda done, total: line.show(f"{done / 1e6:.0f} of {total / 1e6:.0f} MB"))
    if json_output:
        print_json({"ok": report.ok, **asdict(report)})
    if report.first_fault is not None:
        raise NightpostError(
            f"the evidence was touched: {report.first_fault}; keep this copy, and restore from another"
        )
    if not json_output:
        unsealed = f"; {report.unsealed} captures are not sealed yet" if report.unsealed else ""
        output().print(
            f"verified: {report.captures} captures in {report.files} WARC files of {report.sites} sites, "
            f"{report.records} records with every digest, chain and signature{unsealed}",
            markup=False,
        )


def seal(context: typer.Context) -> None:
    """Close and seal every site's open file, so that a signature covers all captures."""
    workspace = workspace_of(context)
    for site in open_reader(workspace).sites():
        seal_site(workspace, site)
        output().print(f"sealed: {site}", markup=False)
