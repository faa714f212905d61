"""``site`` and ``crawl``: what is watched, under which authority, and one crawl run."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.table import Table

from archive.recovery import Recovery
from crawler.progress import TerminalProgress
from crawler.run import crawl as run_crawl
from crawler.site import Authority, Pacing, Site, load_site, load_sites, save_site
from crawler.summary import RunSummary
from crawler.tor import TorEndpoint, open_tor
from desk.cli.context import JsonOption, workspace_of
from desk.cli.state_line import StateLine
from desk.rooms import CLOCK, open_site_archive, site_layout
from desk.terminal import cell, messages, output, print_json
from nightpost.errors import ConfigurationError
from nightpost.workspace import Workspace


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    group = typer.Typer(help="The sites that are watched, and under which authority.", no_args_is_help=True)
    group.command("add")(add)
    group.command("list")(list_sites)
    group.command("check")(check)
    app.add_typer(group, name="site")
    app.command()(crawl)


def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and hyphens.")],
    urls: Annotated[
        list[str],
        typer.Option("--url", help="A version 3 onion address; more than once for mirrors, the main one first."),
    ],
    layout: Annotated[str, typer.Option(help="Name of the layout that reads its pages.")],
    authority: Annotated[str, typer.Option(help="Reference of the decision under which it is watched.")],
    holder: Annotated[str, typer.Option(help="Who holds that authority.")],
    expires: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The authority's last day.")],
    seeds: Annotated[list[str] | None, typer.Option("--seed", help="Path where a crawl begins; else /.")] = None,
    delay: Annotated[float | None, typer.Option(min=0, help="Mean pause between two requests, seconds.")] = None,
    concurrency: Annotated[int | None, typer.Option(min=1, help="Requests under way at one time.")] = None,
    retry: Annotated[float | None, typer.Option(min=0, help="Pause before a failed page is asked for again.")] = None,
    loopback: Annotated[
        bool,
        typer.Option("--allow-loopback", help="For practice without Tor: let this machine's own addresses through."),
    ] = False,
) -> None:
    """Add a site; it is written to sites/NAME.toml, where every other setting of it can be changed."""
    workspace = workspace_of(context)
    if (workspace.sites / f"{name}.toml").exists():
        raise ConfigurationError(f"there is a site {name!r} already; change {workspace.sites / f'{name}.toml'} instead")
    asked = {"delay_seconds": delay, "concurrency": concurrency, "retry_seconds": retry}
    pacing = Pacing().model_copy(update={key: value for key, value in asked.items() if value is not None})
    site = _checked_site(
        name=name,
        layout=layout,
        urls=urls,
        authority=Authority(reference=authority, holder=holder, expires_at=expires.date()),
        seeds=seeds or ["/"],
        pacing=pacing,
        allow_loopback=loopback,
    )
    site_layout(workspace, site)
    file = save_site(workspace.sites, site)
    output().print(f"added {name}: {file}", markup=False)


def list_sites(context: typer.Context, json_output: JsonOption = False) -> None:
    """List the sites."""
    sites = load_sites(workspace_of(context).sites)
    if json_output:
        for site in sites:
            print_json(site)
        return
    table = Table("site", "layout", "address", "authority", "expires")
    for site in sites:
        held = site.authority
        table.add_row(
            cell(site.name),
            cell(site.layout),
            cell(site.urls[0], 80),
            cell(held.reference if held else "none"),
            cell(held.expires_at if held else None),
        )
    output().print(table)


def check(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="SITE", help="One site; else all of them.")] = None,
) -> None:
    """Check sites' files, layouts and authorities; nothing is fetched."""
    workspace = workspace_of(context)
    today: date = CLOCK.now().astimezone(UTC).date()
    sites = [load_site(workspace.sites, name)] if name else load_sites(workspace.sites)
    for site in sites:
        site_layout(workspace, site)
        held = site.check_authority(today)
        output().print(f"{site.name}: good until {held.expires_at} ({held.reference})", markup=False)


def crawl(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="SITE", help="Name of the site.")],
    max_pages: Annotated[
        int | None, typer.Option(min=1, help="Responses to fetch at most; else the site's own.")
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Crawl a site once; a run that was interrupted is gone on with."""
    workspace = workspace_of(context)
    site = load_site(workspace.sites, name)
    layout = site_layout(workspace, site)
    with (
        open_site_archive(workspace, site) as evidence,
        _tor(workspace, site) as tor,
        TerminalProgress(messages()) as progress,
    ):
        _tell_recovery(evidence.recovery)
        summary = run_crawl(
            site,
            layout=layout,
            evidence=evidence,
            state=workspace.state,
            tor=tor,
            clock=CLOCK,
            max_pages=max_pages,
            progress=progress,
            limits=workspace.settings.archive_files,
        )
    if json_output:
        print_json(summary)
    else:
        output().print(summary_line(summary), markup=False)


def summary_line(summary: RunSummary) -> str:
    """What a run did, in one line."""
    seconds = (summary.finished_at - summary.started_at).total_seconds()
    size = f"{summary.fetched} pages, {summary.bytes / 1e6:.1f} MB in {seconds:.0f} s"
    parts = [f"{summary.site}: {size} ({summary.finished_reason})"]
    for title, counts in (
        ("refused", summary.refused),
        ("failed", summary.failed),
        ("cut off", summary.truncated),
        ("odd", summary.odd),
    ):
        if counts:
            parts.append(f"{title}: " + ", ".join(f"{number} {reason}" for reason, number in counts.items()))
    if summary.queued_left:
        parts.append(f"{summary.queued_left} still queued")
    return "; ".join(parts)


def _checked_site(**data: object) -> Site:
    try:
        return Site.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "site"
        raise ConfigurationError(f"{place}: {first['msg'].removeprefix('Value error, ')}") from error


def _tell_recovery(recovery: Recovery) -> None:
    """Say what an earlier end of the machine cost; what a mere kill left is mended without a word."""
    if recovery.set_aside:
        messages().print(
            f"{recovery.set_aside} captures were lost to a power failure; their journal lines are in set-aside.jsonl, "
            "their pages are fetched again; run afterwards: nightpost ingest --replay",
            style="yellow",
            markup=False,
        )
    if recovery.damaged:
        messages().print(
            f"{recovery.damaged} captures are damaged; name them with: nightpost archive verify", style="yellow"
        )


@contextmanager
def _tor(workspace: Workspace, site: Site) -> Iterator[TorEndpoint | None]:
    """The way to the site; a practice site on this machine needs none."""
    if site.is_loopback:
        messages().print(f"{site.name} is on this machine: crawled WITHOUT Tor, for practice only", style="yellow")
        yield None
        return
    with ExitStack() as stack:
        with StateLine(messages(), "Tor") as line:
            data = workspace.state / site.name / "tor"
            opened = open_tor(
                workspace.settings.tor, data, progress=lambda part, doing: line.show(f"{part} %, {doing}")
            )
            endpoint = stack.enter_context(opened)
        yield endpoint
