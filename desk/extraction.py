"""Texts read in bulk: JSON lines in, JSON lines out in the same order, on one core or several, with steady memory.

No more chunks are under way than twice the jobs: a slow reader of the output holds back the reading of the input.
"""

import json
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing import get_context
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError
from spacy.language import Language

from desk.terminal import json_line
from extractors.facts import facts
from extractors.pipeline import build_pipeline, read_texts
from extractors.records import Mention
from nightpost.errors import NightpostError

__all__ = ["ReadLine", "extract_lines"]

# A chunk is so many lines, or so many characters: enough to make up for sending it to another process.
_LINES, _CHARACTERS = 200, 200_000
_UNDER_WAY = 2


class TextItem(BaseModel):
    """One line of what ``extract`` reads."""

    model_config = ConfigDict(extra="ignore")

    id: str | int
    text: str


class ReadLine(NamedTuple):
    """What came of a line: its number, from 1, and the line of the answer; None where it was no item."""

    number: int
    answer: str | None


_Chunk = list[tuple[int, str]]


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
    chunks = _chunks(lines)
    if jobs <= 1:
        for chunk in chunks:
            yield from _read_chunk(chunk)
        return
    # A process that is started anew has no half-copied locks of this one.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_pipeline) as workers:
        under_way: deque[Future[list[ReadLine]]] = deque()
        try:
            for chunk in chunks:
                under_way.append(workers.submit(_read_chunk, chunk))
                if len(under_way) >= _UNDER_WAY * jobs:
                    yield from under_way.popleft().result()
            while under_way:
                yield from under_way.popleft().result()
        except BrokenProcessPool as error:
            raise NightpostError(
                "a process that read texts was ended, most likely for want of memory; use fewer --jobs"
            ) from error
        finally:
            for future in under_way:
                future.cancel()


def _chunks(lines: Iterable[str]) -> Iterator[_Chunk]:
    chunk: _Chunk = []
    size = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        chunk.append((number, line))
        size += len(line)
        if len(chunk) >= _LINES or size >= _CHARACTERS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


@cache
def _pipeline() -> Language:
    """The pipeline of this process."""
    return build_pipeline()


def _read_chunk(chunk: _Chunk) -> list[ReadLine]:
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
