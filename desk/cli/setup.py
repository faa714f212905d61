"""``init``, ``doctor`` and ``demo``: a workspace, its health, and everything shown at work."""

import getpass
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from archive.keys import load_or_create_key
from desk.cli.context import workspace_of
from desk.doctor import examine
from desk.terminal import cell, output
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


def doctor(context: typer.Context) -> None:
    """Say what is installed, reachable or misconfigured, and how to mend it."""
    findings = examine(workspace_of(context))
    table = Table("", "what", "state", "to mend it")
    for finding in findings:
        mark = {"good": "✓", "note": "·", "bad": "✗"}[finding.level]
        table.add_row(mark, cell(finding.subject), cell(finding.state, 160), cell(finding.remedy, 120))
    output().print(table)
    bad = sum(finding.level == "bad" for finding in findings)
    if bad:
        raise NightpostError(f"{bad} of {len(findings)} findings need mending; see the table")


def demo(context: typer.Context) -> None:
    """Practice markets as onion services, crawled, indexed, linked, exported (see: nightpost demo --help)."""
    # The practice markets are no part of the product, so they are a program of their own and not an import.
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "replica.demo", *context.args])  # noqa: S606
