"""``schedule`` and ``worker``: crawls by the clock."""

from typing import Annotated

import typer
from rich.table import Table

from crawler.site import load_site
from desk.cli.context import JsonOption, workspace_of
from desk.rooms import CLOCK
from desk.schedule import Schedule
from desk.terminal import cell, messages, output, print_json
from desk.worker import Worker


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    group = typer.Typer(help="Which site is crawled when.", no_args_is_help=True)
    group.command("add")(add)
    group.command("list")(list_entries)
    group.command("remove")(remove)
    app.add_typer(group, name="schedule")
    app.command()(worker)


def add(
    context: typer.Context,
    site: Annotated[str, typer.Argument(help="Name of the site.")],
    cron: Annotated[str, typer.Argument(help="Minute, hour, day, month, weekday, in UTC: '30 2 * * *'.")],
) -> None:
    """Crawl a site, and ingest, whenever the cron expression says."""
    workspace = workspace_of(context)
    load_site(workspace.sites, site)
    entry = Schedule(workspace.folder).add(site, cron)
    output().print(f"{entry.site} is crawled at {entry.cron} UTC while a worker runs: nightpost worker", markup=False)


def list_entries(context: typer.Context, json_output: JsonOption = False) -> None:
    """List what is scheduled."""
    entries = Schedule(workspace_of(context).folder).entries()
    if json_output:
        for entry in entries:
            print_json(entry)
        return
    table = Table("site", "cron (UTC)", "enabled")
    for entry in entries:
        table.add_row(cell(entry.site), cell(entry.cron), cell("yes" if entry.enabled else "no"))
    output().print(table)


def remove(context: typer.Context, site: Annotated[str, typer.Argument(help="Name of the site.")]) -> None:
    """Take a site out of the schedule."""
    entry = Schedule(workspace_of(context).folder).remove(site)
    output().print(f"{entry.site} is no longer crawled at {entry.cron}", markup=False)


def worker(
    context: typer.Context,
    threads: Annotated[int, typer.Option(min=1, help="How many sites are crawled at one time.")] = 2,
) -> None:
    """Run scheduled crawls until told to stop (Ctrl-C or SIGTERM)."""
    workspace = workspace_of(context)
    messages().print("worker: waiting for the schedule; Ctrl-C to stop", markup=False)
    Worker(workspace, CLOCK, threads=threads).run()
