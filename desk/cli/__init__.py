"""The command line: a contract that tests and other programs rely on.

Exit codes: 0 done; 1 the work failed (one line on standard error says what to do); 2 wrong usage.
"""

import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from desk.cli.context import WorkspaceOption
from desk.terminal import messages, visible
from nightpost import __version__
from nightpost.errors import NightpostError

COMMANDS = {
    "init": "setup",
    "doctor": "setup",
    "demo": "setup",
    "site": "crawling",
    "crawl": "crawling",
    "import": "ingesting",
    "ingest": "ingesting",
    "search": "searching",
    "vendor": "vendor",
    "link": "linking",
    "lead": "leads",
    "export": "leads",
    "layout": "layouts",
    "parse": "reading",
    "extract": "reading",
    "archive": "archive",
    "schedule": "schedule",
    "worker": "schedule",
}
"""Each command and the module of this package that holds it, in the order of the help."""


class CommandsOnDemand(TyperGroup):
    """Imports a command's module when the command is asked for: no search waits for spaCy and Scrapy to load."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - typer's interface
        """The commands' names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - typer's interface
        """The command of that name, None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        module = typer.Typer()
        import_module(f"desk.cli.{COMMANDS[cmd_name]}").add_commands(module)
        module.callback()(lambda: None)  # without one typer makes a lone command the whole program
        return get_group(module).commands[cmd_name]


app = typer.Typer(
    name="nightpost",
    cls=CommandsOnDemand,
    help="Watch dark-web markets: crawl through Tor, keep as evidence, read, search, link, hand over.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"nightpost {__version__}")
        raise typer.Exit


@app.callback()
def nightpost(
    context: typer.Context,
    workspace: WorkspaceOption = None,
    version: Annotated[  # noqa: ARG001 - its callback does the work
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Watch dark-web markets: crawl through Tor, keep as evidence, read, search, link, hand over."""
    context.obj = workspace


def main() -> None:
    """Run the command line; an error that a person can act on is one line and exit code 1."""
    try:
        app()
    except NightpostError as error:
        messages().print(f"nightpost: {visible(str(error))}", style="red", markup=False, soft_wrap=True)
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output has left (``nightpost search x | head``): nothing is wrong.
        sys.stderr.close()
        sys.exit(0)
