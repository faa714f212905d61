"""``parse`` and ``extract``: the readers on files and text, without a workspace's archive or index."""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TextIO

import typer
from pydantic import BaseModel, ConfigDict, ValidationError

from desk.cli.layout_choice import SLUG, chosen_layout, of_market
from desk.terminal import messages, print_json, visible
from extractors.facts import facts
from extractors.pipeline import build_pipeline, read_text
from extractors.reading import Reading, read_page
from nightpost.errors import NightpostError


class TextItem(BaseModel):
    """One line of what ``extract`` reads."""

    model_config = ConfigDict(extra="ignore")

    id: str | int
    text: str


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
) -> None:
    """Read what texts say: JSON lines {id, text} in, {id, mentions, facts} out, line by line."""
    nlp = build_pipeline()
    refused = 0
    with _text_stream(file) as stream:
        for number, item in _items(stream):
            if item is None:
                refused += 1
                messages().print(f"line {number} is not {{id, text}} JSON: skipped", markup=False)
                continue
            mentions = read_text(nlp, item.text, source=f"text:{item.id}#text")
            print_json(
                {
                    "id": item.id,
                    "mentions": [mention.model_dump(mode="json") for mention in mentions],
                    "facts": facts(mentions, item.text).model_dump(mode="json"),
                }
            )
    if refused:
        raise NightpostError(f"{refused} lines could not be read and were skipped; each needs an id and a text")


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


def _items(stream: TextIO) -> Iterator[tuple[int, TextItem | None]]:
    """Each line's number and item; None where the line is no item. Empty lines are passed over."""
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        try:
            yield number, TextItem.model_validate(json.loads(line))
        except (ValueError, ValidationError):
            yield number, None
