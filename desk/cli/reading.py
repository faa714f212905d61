"""``parse`` and ``extract``: the readers on files and text, without a workspace's archive or index."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from desk.cli.layout_choice import SLUG, chosen_layout, of_market
from desk.extraction import extract_lines
from desk.terminal import messages, print_json, visible
from extractors.reading import Reading, read_page
from nightpost.errors import NightpostError


def add_commands(app: typer.Typer) -> None:
    """Add this module's commands to the command line."""
    app.command()(parse)
    app.command()(extract)


def parse(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Saved pages of one market.")],
    layout: Annotated[
        str | None,
        typer.Option(help="Name of the market's layout, or its YAML file; without one they are read as best can be."),
    ] = None,
    market: Annotated[str | None, typer.Option(help="The market of the records; else the layout's.")] = None,
    url: Annotated[str | None, typer.Option(help="Address the pages had; else the file's path as a file URL.")] = None,
    fetched_at: Annotated[
        datetime | None,
        typer.Option(help="When they were saved, UTC: what dates such as '3 days ago' are counted from."),
    ] = None,
) -> None:
    """Read saved pages: a JSON line each with page_kind, records, links and problems."""
    read = _reader(context, layout, market, fetched_at.replace(tzinfo=UTC) if fetched_at else None)
    unreadable = 0
    for file in files:
        try:
            body = file.read_bytes()
        except OSError as error:
            unreadable += 1
            messages().print(f"{visible(str(file))} cannot be read: {error.strerror}", markup=False)
            continue
        reading = read(body, url or file.absolute().as_uri()).model_dump(mode="json")
        if reading.get("kind_confidence") is None:
            # Where a layout tells the kind there is no confidence, and the contract has no such key.
            reading.pop("kind_confidence", None)
        print_json({"file": str(file), **reading})
        # Who reads along gets each line when its page is read, not when a buffer is full.
        sys.stdout.flush()
    if unreadable:
        raise NightpostError(f"{unreadable} of {len(files)} files cannot be read; check the paths")


def extract(
    file: Annotated[Path | None, typer.Argument(help="JSON lines {id, text}; - or nothing for standard input.")] = None,
    jobs: Annotated[int, typer.Option(min=1, max=256, help="Read with so many processes.")] = 1,
) -> None:
    """Read what texts say: JSON lines {id, text} in, {id, mentions, facts} out, line by line and in order."""
    refused = 0
    with _text_stream(file) as stream, _counting() as count:
        for number, answer in extract_lines(stream, jobs=jobs):
            count()
            if answer is None:
                refused += 1
                messages().print(f"line {number} is not {{id, text}} JSON: skipped", markup=False)
            else:
                sys.stdout.write(answer + "\n")
    if refused:
        raise NightpostError(f"{refused} lines could not be read and were skipped; each needs an id and a text")


@contextmanager
def _counting() -> Iterator[Callable[[], None]]:
    """Show on a terminal how many texts are read, unless the answers are shown there too."""
    shown = sys.stderr.isatty() and not sys.stdout.isatty()
    columns = (TextColumn("{task.completed:,.0f} texts"), TimeElapsedColumn())
    with Progress(*columns, console=messages(), disable=not shown) as progress:
        task = progress.add_task("", total=None)
        yield lambda: progress.advance(task)


def _reader(
    context: typer.Context, layout: str | None, market: str | None, saved_at: datetime | None
) -> Callable[[bytes, str], Reading]:
    """Reads a page's bytes, saved from a URL: with the layout that is named, else as any market's page."""
    if market is not None and not SLUG.match(market):
        raise typer.BadParameter(f"{market!r} is no name; use lower-case letters, digits and hyphens")
    if layout is None:
        # Imported here, as it loads a model that no other command needs.
        from extractors.generic_reading import read_unknown  # noqa: PLC0415

        return lambda body, url: read_unknown(body, url=url, fetched_at=saved_at, market=market or "unknown")
    rules = chosen_layout(context, layout)
    if market is not None:
        rules = of_market(rules, market)
    return lambda body, url: read_page(body, url=url, fetched_at=saved_at, layout=rules)


def _text_stream(file: Path | None) -> TextIO:
    if file is None or str(file) == "-":
        return sys.stdin
    try:
        return file.open(encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        raise NightpostError(f"cannot read {file}: {error.strerror}; check the path") from error
