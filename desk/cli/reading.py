"""``parse`` and ``extract``: the readers on files and text, without a workspace's archive or index."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TextIO

import typer
from pydantic import BaseModel, ConfigDict, ValidationError

from desk.terminal import messages, print_json
from extractors.facts import facts
from extractors.layout import load_layout
from extractors.pipeline import build_pipeline, read_text
from extractors.reading import read_page
from nightpost.errors import ConfigurationError, NightpostError
from nightpost.workspace import find_workspace


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
    layout: Annotated[str, typer.Option(help="Name of the market's layout.")],
    url: Annotated[str | None, typer.Option(help="Address the pages had; else the file's path as a file URL.")] = None,
    fetched_at: Annotated[
        datetime | None,
        typer.Option(help="When they were saved, UTC: what dates such as '3 days ago' are counted from."),
    ] = None,
) -> None:
    """Read saved pages: a JSON line each with page_kind, records, links and problems."""
    rules = load_layout(layout, _layout_folders(context))
    saved_at = fetched_at.replace(tzinfo=UTC) if fetched_at else None
    for file in files:
        body = _file_bytes(file)
        reading = read_page(body, url=url or file.absolute().as_uri(), fetched_at=saved_at, layout=rules)
        print_json({"file": str(file), **reading.model_dump(mode="json")})


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


def _layout_folders(context: typer.Context) -> list[Path]:
    """A workspace's own layouts, when the command is run in one; parsing needs none."""
    named = context.find_root().obj
    if named is not None:
        return [find_workspace(named).layouts]
    try:
        return [find_workspace(None).layouts]
    except ConfigurationError:
        return []


def _file_bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise NightpostError(f"cannot read {file}: {error.strerror}; check the path") from error


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
