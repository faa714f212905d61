"""``layout induce``, ``layout check`` and ``layout show``: learn a layout from saved pages, test it, look at it."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desk.cli.context import JsonOption
from desk.cli.layout_choice import SLUG, chosen_layout, layout_folders, layout_search
from desk.cli.layout_tables import fields_table, layout_object, layout_tables, learned_table, report_object
from desk.cli.state_line import StateLine
from desk.layout_places import LayoutPlaces
from desk.layout_report import SHOWN_PAGES, LayoutReport, build_report
from desk.layout_report_html import write_report
from desk.layout_text import UNSURE, layout_fields, layout_yaml, page_title
from desk.saved_pages import Intake, NoPagesError, PageFile, sample, saved_pages
from desk.terminal import messages, output, print_json, visible
from extractors.layout import load_layout
from nightpost.errors import NightpostError

if TYPE_CHECKING:
    from extractors.induction.induce import Induction

# Learning holds all pages in memory, and more of the same teach nothing.
_MOST_LEARNED = 2000
# Where messages go to a file there is no width to fit a table to.
_FILE_WIDTH = 200

PathsArgument = Annotated[
    list[Path], typer.Argument(metavar="PATH...", help="Folders of saved pages, or HTML, WARC, WACZ or HAR files.")
]
ReportOption = Annotated[
    Path | None, typer.Option("--report", metavar="FILE.html", help="Write a report there, to be opened in a browser.")
]
ShownOption = Annotated[
    int, typer.Option("--pages", min=0, help="Pages that the report shows in full; all are read and counted.")
]
BaseUrlOption = Annotated[str | None, typer.Option(help="URL under which saved files stand, such as the market's.")]
FetchedOption = Annotated[
    datetime | None, typer.Option(help="When the pages were saved, UTC; else the files' own times.")
]


class LayoutBrokenError(NightpostError):
    """A layout does not hold on pages of its market; the message says what to correct."""


class OutputThereError(NightpostError):
    """The file that is to be written is there already."""


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    group = typer.Typer(help="Layouts: learn one from saved pages, test one, look at one.", no_args_is_help=True)
    group.command()(induce)
    group.command()(check)
    group.command()(show)
    app.add_typer(group, name="layout")


def induce(
    context: typer.Context,
    paths: PathsArgument,
    out: Annotated[Path, typer.Option(metavar="NAME.yaml", help="The layout's file; its name is the layout's.")],
    market: Annotated[str | None, typer.Option(help="The market of its records; else the layout's name.")] = None,
    hint: Annotated[
        str | None, typer.Option(metavar="LAYOUT", help="An earlier layout of the market, which may no longer fit.")
    ] = None,
    report: ReportOption = None,
    shown: ShownOption = SHOWN_PAGES,
    most: Annotated[int, typer.Option(min=1, help="Of more pages than this a sample is learned from.")] = _MOST_LEARNED,
    base_url: BaseUrlOption = None,
    fetched_at: FetchedOption = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Learn the layout of a market from mixed saved pages of it."""
    # Imported here, as it loads what no other command needs.
    from extractors.induction.induce import SavedPage  # noqa: PLC0415
    from extractors.induction.induce import induce as learn  # noqa: PLC0415

    name = _layout_name(out, market)
    if out.exists() and not force:
        raise OutputThereError(f"{out} is there already; choose another name, or say --force to write over it")
    earlier = chosen_layout(context, hint) if hint is not None else None
    intake = Intake()
    with StateLine(messages(), "learn") as line:
        found = _told(saved_pages(paths, intake, base_url=base_url, fetched_at=_utc(fetched_at)), line.show)
        pages = sample(found, most)
        _tell_intake(intake, paths)
        line.show(f"from {len(pages)} pages")
        learned = learn(
            [SavedPage(page.name, page.body, page.url, page.fetched_at, page.charset) for page in pages],
            name=name,
            market=market,
            hint=earlier,
        )
    _write(out, learned.text)
    if report is not None:
        with StateLine(messages(), "report") as line:
            places = LayoutPlaces(name, [out.parent, *layout_folders(context)])
            written = build_report(
                learned.layout, lambda: pages, places.field, most=shown, left_out=intake.counts, progress=line.show
            )
        write_report(written, report)
    _tell_learned(learned, intake, len(pages))
    at = f"; report: {report}" if report is not None else ""
    output().print(f"wrote {out}{at}; next: nightpost layout check {out} {paths[0]} --report check.html", markup=False)


def check(
    context: typer.Context,
    named: Annotated[str, typer.Argument(metavar="LAYOUT", help="A layout's name, or its YAML file.")],
    paths: PathsArgument,
    report: ReportOption = None,
    shown: ShownOption = SHOWN_PAGES,
    base_url: BaseUrlOption = None,
    fetched_at: FetchedOption = None,
    json_output: JsonOption = False,
) -> None:
    """Read saved pages with a layout and say what is missing and what looks wrong; exit code 1 when it is broken."""
    name, folders = layout_search(named, layout_folders(context))
    layout = load_layout(name, folders)
    # The pages are read twice: counted, then shown. What was left out is told of the first time.
    intake = Intake()
    intakes = iter([intake])

    def pages() -> Iterator[PageFile]:
        return saved_pages(paths, next(intakes, Intake()), base_url=base_url, fetched_at=_utc(fetched_at))

    with StateLine(messages(), "check") as line:
        found = build_report(
            layout,
            pages,
            LayoutPlaces(name, folders).field,
            most=shown if report is not None else 0,
            left_out=intake.counts,
            progress=line.show,
        )
    _tell_intake(intake, paths)
    if report is not None:
        write_report(found, report)
    if json_output:
        print_json(report_object(found))
    else:
        _print_report(found)
    see = f"; see {report}" if report is not None else ""
    if not found.is_fine:
        raise LayoutBrokenError(f"{found.verdict}{see}")
    if not json_output:
        output().print(f"{visible(found.verdict)}{see}", markup=False)


def show(
    context: typer.Context,
    named: Annotated[str, typer.Argument(metavar="LAYOUT", help="A layout's name, or its YAML file.")],
    at: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The version that held on that day; else the newest.")
    ] = None,
    yaml_output: Annotated[bool, typer.Option("--yaml", help="The whole as YAML that can be used as a file.")] = False,
    json_output: JsonOption = False,
) -> None:
    """Show a layout as it holds, with all that it extends: page kinds, what tells them, fields."""
    name, folders = layout_search(named, layout_folders(context))
    layout = load_layout(name, folders).at(_utc(at))
    places = LayoutPlaces(name, folders)
    if yaml_output:
        sys.stdout.write(layout_yaml(layout))
    elif json_output:
        print_json(layout_object(layout, places))
    else:
        for part in layout_tables(layout, places):
            output().print(part)


def _layout_name(out: Path, market: str | None) -> str:
    for what, given in (("--out", out.stem), ("--market", market)):
        if given is not None and not SLUG.match(given):
            raise typer.BadParameter(
                f"{given!r} is no name; use lower-case letters, digits and hyphens", param_hint=what
            )
    if out.suffix != ".yaml":
        raise typer.BadParameter(f"{out} must end in .yaml", param_hint="--out")
    return out.stem


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None else None


def _told(pages: Iterator[PageFile], tell: Callable[[str], None]) -> Iterator[PageFile]:
    for number, page in enumerate(pages, start=1):
        tell(f"{number} pages found")
        yield page


def _tell_intake(intake: Intake, paths: Sequence[Path]) -> None:
    """Say what could not be read; nothing to read at all is an error.

    Raises:
        NoPagesError: there is no page.
    """
    for problem in intake.problems:
        messages().print(f"{visible(problem.where)}: {visible(problem.message)}", style="yellow", markup=False)
    if not intake.pages:
        left_out = _counts(intake.counts)
        raise NoPagesError(
            f"there is no page in {', '.join(map(str, paths))}{f' ({left_out})' if left_out else ''}; "
            "give a folder of saved HTML pages, or a WARC, WACZ or HAR file"
        )


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in counts.items())


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise NightpostError(f"cannot write {file}: {error.strerror}; choose another place") from error


def _tell_learned(learned: "Induction", intake: Intake, pages: int) -> None:
    """What was found, and what a person should look at."""
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(learned.kinds.items(), key=lambda item: -item[1]))
    left_out = f"; left out: {_counts(intake.counts)}" if intake.counts else ""
    sampled = f" of {intake.pages}" if pages < intake.pages else ""
    messages().print(f"{pages}{sampled} pages: {kinds}{left_out}", markup=False)
    console = messages()
    if not console.is_terminal:
        console.width = _FILE_WIDTH
    console.print(learned_table(learned.layout))
    unsure = [field for field in layout_fields(learned.layout) if (field.confidence or 1) < UNSURE]
    if unsure:
        named = (f"{page_title(one.page)} {one.name} ({one.confidence:.2f})" for one in unsure)
        messages().print(f"look first at: {', '.join(named)}", style="yellow", markup=False)
    for note in learned.notes:
        messages().print(f"look at: {visible(note)}", style="yellow", markup=False)


def _print_report(report: LayoutReport) -> None:
    output().print(f"{report.pages} pages: {_counts(report.kinds)}", markup=False)
    if report.left_out:
        output().print(f"left out: {_counts(report.left_out)}", markup=False)
    for (code, field), count in report.problems.items():
        output().print(f"{code}{f' {field}' if field else ''}: {count} of {report.pages} pages", markup=False)
    output().print(fields_table(report))
