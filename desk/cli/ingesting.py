"""``import`` and ``ingest``: saved pages into the archive, and the archive into the index."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from archive.importing import ImportSummary, import_path
from crawler.site import load_site
from desk.cli.context import JsonOption, workspace_of
from desk.cli.state_line import StateLine
from desk.rooms import open_index, open_reader, open_site_archive, site_layouts
from desk.terminal import messages, output, print_json
from extractors.pipeline import build_pipeline
from index.ingest import IngestSummary
from index.ingest import ingest as read_into_index


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
    json_output: JsonOption = False,
) -> None:
    """Read what is new in the archive into the index."""
    workspace = workspace_of(context)
    layouts = site_layouts(workspace)
    with open_index(workspace) as store, StateLine(messages(), "ingest") as progress:
        total = 0

        def told(site: str, pages: int) -> None:
            nonlocal total
            total += pages
            progress.show(f"{total} pages, now {site}")

        summary = read_into_index(
            open_reader(workspace),
            store,
            layouts,
            build_pipeline(),
            folder=workspace.state,
            replay=replay,
            progress=told,
        )
    for site in summary.without_layout:
        messages().print(
            f"{site} has captures but no site file here: they wait; add the site", style="yellow", markup=False
        )
    if json_output:
        print_json(summary)
    else:
        output().print(ingest_line(summary), markup=False)


def ingest_line(summary: IngestSummary) -> str:
    """What an ingest did, in one line."""
    rejected = f"; {summary.rejected} rejected: see state/rejects.jsonl" if summary.rejected else ""
    return (
        f"{summary.pages} pages read{_counts('kinds', summary.page_kinds)}{_counts('written', summary.documents)}"
        f"{_counts('problems', summary.problems)}{rejected}"
    )


def _counts(title: str, counts: Mapping[str, int]) -> str:
    shown = ", ".join(
        f"{number} {name}" for name, number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
    return f"; {title}: {shown}" if shown else ""
