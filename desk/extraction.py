"""Texts read in bulk: JSON lines in, JSON lines out in the same order (`nightpost.parallel`)."""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError
from spacy.language import Language

from desk.terminal import json_line
from extractors.facts import facts
from extractors.pipeline import build_pipeline, read_texts
from extractors.records import Mention
from nightpost.parallel import Chunk, chunks_of, in_order

__all__ = ["ReadLine", "extract_lines"]

# So many lines are sent to another process at once.
_LINES = 200


class TextItem(BaseModel):
    """One line of what ``extract`` reads."""

    model_config = ConfigDict(extra="ignore")

    id: str | int
    text: str


class ReadLine(NamedTuple):
    """What came of a line: its number, from 1, and the line of the answer; None where it was no item."""

    number: int
    answer: str | None


def extract_lines(lines: Iterable[str], *, jobs: int = 1) -> Iterator[ReadLine]:
    """Read texts.

    Args:
        lines: JSON objects with ``id`` and ``text``; empty lines are passed over.
        jobs: how many processes read.

    Yields:
        What came of each line, in order: JSON with ``id``, ``mentions`` and ``facts``.

    Raises:
        NightpostError: a process of the reading was ended from outside, as where memory runs out.
    """
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    yield from in_order(_read_chunk, chunks_of(numbered, _LINES), jobs=jobs, prepare=_pipeline, what="texts")


@cache
def _pipeline() -> Language:
    """The pipeline of this process."""
    return build_pipeline()


def _read_chunk(chunk: Chunk) -> list[ReadLine]:
    items = [(number, _item(line)) for number, line in chunk]
    texts = [(item.text, f"text:{item.id}#text") for _, item in items if item is not None]
    mentions = read_texts(_pipeline(), texts)
    return [ReadLine(number, None if item is None else _answer(item, next(mentions))) for number, item in items]


def _item(line: str) -> TextItem | None:
    try:
        return TextItem.model_validate(json.loads(line))
    except (ValueError, ValidationError, RecursionError):
        return None


def _answer(item: TextItem, mentions: list[Mention]) -> str:
    return json_line(
        {
            "id": item.id,
            "mentions": [mention.model_dump(mode="json") for mention in mentions],
            "facts": facts(mentions, item.text).model_dump(mode="json"),
        }
    )
