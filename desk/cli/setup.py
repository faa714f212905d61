"""``init``, ``doctor`` and ``demo``: a workspace, its health, and everything shown at work."""

import getpass
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from archive.keys import load_or_create_key
from desk.cli.comparing import compare_indexes
from desk.cli.context import JsonOption, workspace_of
from desk.doctor import Finding, examine
from desk.terminal import cell, output, print_json
from nightpost.errors import NightpostError
from nightpost.workspace import create_workspace


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    app.command()(init)
    app.command()(doctor)
    app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})(
        demo
    )


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    operator: Annotated[
        str | None, typer.Option(help="Who runs it, as it is to stand in the evidence; else the user's name.")
    ] = None,
) -> None:
    """Make a workspace: settings, sites, layouts, archive, keys."""
    workspace = create_workspace(folder, operator or getpass.getuser())
    load_or_create_key(workspace.keys)
    output().print(
        f"made a workspace in {workspace.folder}; next: nightpost --workspace {folder} site add", markup=False
    )


def doctor(
    context: typer.Context,
    compare: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Instead compare the index with this one: sqlite:///FILE or http(s)://."),
    ] = None,
    limit: Annotated[int, typer.Option(min=0, help="With --compare: differences to show.")] = 20,
    json_output: JsonOption = False,
) -> None:
    """Say what is installed, reachable or misconfigured, and how to mend it; or whether two indexes hold the same."""
    workspace = workspace_of(context)
    if compare is not None:
        compare_indexes(workspace, compare, limit=limit, json_output=json_output)
        return
    findings = examine(workspace)
    if json_output:
        for finding in findings:
            print_json(asdict(finding))
    else:
        _print_findings(findings)
    bad = sum(finding.level == "bad" for finding in findings)
    if bad:
        raise NightpostError(f"{bad} of {len(findings)} findings need mending; see each one's remedy")


def _print_findings(findings: list[Finding]) -> None:
    table = Table("", "what", "state", "to mend it")
    for finding in findings:
        mark = {"good": "✓", "note": "·", "bad": "✗"}[finding.level]
        table.add_row(mark, cell(finding.subject), cell(finding.state, 160), cell(finding.remedy, 120))
    output().print(table)


def demo(context: typer.Context) -> None:
    """Practice markets as onion services, crawled, indexed, linked, exported (see: nightpost demo --help)."""
    # The practice markets are no part of the product, so they are a program of their own and not an import.
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "replica.demo", *context.args])  # noqa: S606
