"""What every command knows: which workspace it works on, and the clock."""

from pathlib import Path
from typing import Annotated

import typer

from nightpost.log import configure_log
from nightpost.workspace import Workspace, find_workspace

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        "-w",
        metavar="DIR",
        help="The workspace; else NIGHTPOST_WORKSPACE, else the nearest one at or above the present folder.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line, nothing else on standard output.")]
UserOption = Annotated[str | None, typer.Option("--user", help="Who does it, for the audit log; else the login name.")]


def workspace_of(context: typer.Context) -> Workspace:
    """The workspace of this command, with logging set up as its settings say.

    Raises:
        ConfigurationError: there is none, or its settings cannot be used.
    """
    named = context.find_root().obj
    workspace = find_workspace(named if isinstance(named, Path) else None)
    configure_log(workspace.settings.log_level)
    return workspace
