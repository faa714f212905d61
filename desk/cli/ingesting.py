"""``import`` and ``ingest``: saved pages into the archive, and the archive into the index."""

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, TypedDict

import typer

from archive.importing import ImportSummary, import_path
from crawler.site import load_site
from desk.cli.context import JsonOption, workspace_of
from desk.cli.progress_bar import ProgressBar
from desk.cli.state_line import StateLine
from desk.rooms import open_index, open_reader, open_site_archive, site_layouts
from desk.terminal import messages, output, print_json, visible
from index.ingest import IngestSummary, Progress
from index.ingest import ingest as read_into_index
from index.rates import Rates, load_rates
from index.retry import RetrySummary, retry_rejects
from nightpost.errors import NightpostError


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    app.command("import")(import_pages)
    app.command()(ingest)


def import_pages(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="Saved HTML, WARC, WACZ or HAR, or a folder of such files.")],
    site: Annotated[str, typer.Option(help="The site that the pages are of.")],
    base_url: Annotated[str | None, typer.Option(help="URL under which saved pages are filed.")] = None,
    json_output: JsonOption = False,
) -> None:
    """Take saved pages into the archive as evidence of a site; doing it again adds nothing."""
    workspace = workspace_of(context)
    described = load_site(workspace.sites, site)
    with open_site_archive(workspace, described) as evidence, StateLine(messages(), "import") as progress:

        def told(summary: ImportSummary) -> None:
            progress.show(f"{summary.files} files, {summary.imported} captures")

        summary = import_path(path, evidence, base_url=base_url, keeps_media=described.media, progress=told)
    for problem in summary.problems:
        messages().print(f"{problem.where}: {problem.message}", style="yellow", markup=False)
    if json_output:
        print_json(asdict(summary))
    else:
        output().print(
            f"{summary.files} files: {summary.imported} captures added, {summary.repeated} there already"
            f"{_counts('problems', summary.counts)}; next: nightpost ingest",
            markup=False,
        )


def ingest(
    context: typer.Context,
    replay: Annotated[
        bool,
        typer.Option("--replay", help="Read all evidence again, into a new index that then takes the old one's place."),
    ] = False,
    retry: Annotated[
        bool,
        typer.Option("--retry-rejects", help="Read again what is in state/rejects.jsonl; what succeeds leaves it."),
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="Read with so many processes; as many as there are cores, if not said."),
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Read what is new in the archive into the index."""
    if replay and retry:
        raise typer.BadParameter("a replay reads everything again: leave out --retry-rejects")
    workspace = workspace_of(context)
    layouts = site_layouts(workspace)
    console = messages()

    def told(message: str) -> None:
        console.print(visible(message), style="yellow", markup=False)

    how: Arguments = {
        "folder": workspace.state,
        "rates": load_rates(workspace.rates),
        "jobs": jobs or len(os.sched_getaffinity(0)),
        "patience": workspace.settings.ingest_patience_seconds,
        "tell": told,
    }
    try:
        with open_index(workspace) as store, ProgressBar(console, "ingest") as bar:
            if retry:
                summary: IngestSummary | RetrySummary = retry_rejects(
                    open_reader(workspace), store, layouts, progress=_shows_retries(bar), **how
                )
            else:
                summary = read_into_index(
                    open_reader(workspace), store, layouts, replay=replay, progress=_shows(bar), **how
                )
    except KeyboardInterrupt:
        rest = "the index is as it was" if replay else "what was read is in the index; go on with: nightpost ingest"
        raise NightpostError(f"stopped; {rest}") from None
    for site in summary.without_layout:
        told(f"{site} has captures but no site file here: they wait; add the site")
    if json_output:
        print_json(summary)
    elif isinstance(summary, IngestSummary):
        output().print(ingest_line(summary), markup=False)
    else:
        output().print(retry_line(summary), markup=False)


class Arguments(TypedDict):
    """What an ingest and a retry are both told."""

    folder: Path
    rates: Rates
    jobs: int
    patience: float
    tell: Callable[[str], None]


def _shows(bar: ProgressBar) -> Callable[[Progress], None]:
    total = 0

    def show(progress: Progress) -> None:
        nonlocal total
        total += progress.pages
        speed = total / max(bar.seconds, 1.0)
        bar.show(f"{total} pages, {speed:.0f} a second, now {progress.site}", progress.done, progress.total)

    return show


def _shows_retries(bar: ProgressBar) -> Callable[[RetrySummary], None]:
    def show(summary: RetrySummary) -> None:
        state = f"{summary.retried} rejects tried again, {summary.recovered} of them in the index"
        bar.show(state, summary.retried, summary.recovered + summary.rejected)

    return show


def ingest_line(summary: IngestSummary) -> str:
    """What an ingest did, in one line."""
    rejected = f"; {summary.rejected} rejected: see state/rejects.jsonl" if summary.rejected else ""
    late = f"; {summary.late} records folded anew, as older captures came late" if summary.late else ""
    return (
        f"{summary.pages} pages read{_counts('kinds', summary.page_kinds)}{_counts('written', summary.documents)}"
        f"{_counts('problems', summary.problems)}{late}{rejected}"
    )


def retry_line(summary: RetrySummary) -> str:
    """What became of the rejects, in one line."""
    left = f"; {summary.rejected} are still rejected: see state/rejects.jsonl" if summary.rejected else ""
    return (
        f"{summary.retried} rejects tried again, {summary.recovered} of them are in the index now; "
        f"{summary.captures} pages read{_counts('written', summary.documents)}{left}"
    )


def _counts(title: str, counts: Mapping[str, int]) -> str:
    shown = ", ".join(
        f"{number} {name}" for name, number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
    return f"; {title}: {shown}" if shown else ""
