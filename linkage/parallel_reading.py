"""Accounts of a large file read by several processes, in the order of the file, with steady memory.

No more chunks are under way than twice the jobs: whoever takes the accounts slowly holds back the reading of the file.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache, partial
from multiprocessing import get_context

from spacy.language import Language

from extractors.pipeline import build_pipeline, read_texts
from linkage.accounts_file import LineRead, read_account_lines
from nightpost.errors import NightpostError

__all__ = ["read_in_parallel"]

# A chunk is so many lines, or so many characters: enough to make up for sending it to another process.
_LINES, _CHARACTERS = 100, 200_000
_UNDER_WAY = 2

_Chunk = list[tuple[int, str]]


def read_in_parallel(lines: Iterable[str], *, jobs: int = 1, queries: bool = False) -> Iterator[LineRead]:
    """Read the accounts of a file, each as `linkage.accounts_file.read_account_lines` does, with the text pipeline.

    Args:
        lines: of the file.
        jobs: how many processes read; with one it is this process.
        queries: whether a line may be a single listing's text.

    Yields:
        What came of each line that is not empty, in order. Two lines may have one id: see
        `linkage.accounts_file.collect`.

    Raises:
        NightpostError: a process of the reading was ended from outside, as where memory runs out.
    """
    chunks = _chunks(lines)
    if jobs <= 1:
        for chunk in chunks:
            yield from _read_chunk(chunk, queries=queries)
        return
    # A process that is started anew has no half-copied locks of this one.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_pipeline) as workers:
        under_way: deque[Future[list[LineRead]]] = deque()
        try:
            for chunk in chunks:
                under_way.append(workers.submit(_read_chunk, chunk, queries=queries))
                if len(under_way) >= _UNDER_WAY * jobs:
                    yield from under_way.popleft().result()
            while under_way:
                yield from under_way.popleft().result()
        except BrokenProcessPool as error:
            raise NightpostError(
                "a process that read accounts was ended, most likely for want of memory; use fewer --jobs"
            ) from error
        finally:
            for future in under_way:
                future.cancel()


def _chunks(lines: Iterable[str]) -> Iterator[_Chunk]:
    chunk: _Chunk = []
    size = 0
    for number, line in enumerate(lines, start=1):
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


def _read_chunk(chunk: _Chunk, *, queries: bool) -> list[LineRead]:
    return list(read_account_lines(chunk, partial(read_texts, _pipeline()), queries=queries))
