"""Work on the lines of a long input: by several processes, in the order of the input, with steady memory.

No more chunks are under way than twice the jobs: whoever takes the results slowly holds back the reading of the input.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

from nightpost.errors import NightpostError

Chunk = list[tuple[int, str]]
"""Some lines, each with its number."""

_Result = TypeVar("_Result")

# A chunk is so many characters at the most, or one line: enough to make up for sending it to another process.
_CHARACTERS = 200_000
_UNDER_WAY = 2


def chunks_of(lines: Iterable[tuple[int, str]], most: int) -> Iterator[Chunk]:
    """Numbered lines in chunks of up to ``most`` lines."""
    chunk: Chunk = []
    size = 0
    for number, line in lines:
        chunk.append((number, line))
        size += len(line)
        if len(chunk) >= most or size >= _CHARACTERS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def in_order(
    work: Callable[[Chunk], list[_Result]],
    chunks: Iterable[Chunk],
    *,
    jobs: int,
    prepare: Callable[[], object],
    what: str,
) -> Iterator[_Result]:
    """What is made of each chunk, in order.

    Args:
        work: makes it; with several jobs it is sent to other processes.
        chunks: of the input.
        jobs: how many processes work; with one it is this process.
        prepare: is called once by each other process before it works.
        what: is read, for the message when a process is lost.

    Raises:
        NightpostError: a process was ended from outside, as where memory runs out.
    """
    if jobs <= 1:
        for chunk in chunks:
            yield from work(chunk)
        return
    # A process that is started anew has no half-copied locks of this one.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=prepare) as workers:
        under_way: deque[Future[list[_Result]]] = deque()
        try:
            for chunk in chunks:
                under_way.append(workers.submit(work, chunk))
                if len(under_way) >= _UNDER_WAY * jobs:
                    yield from under_way.popleft().result()
            while under_way:
                yield from under_way.popleft().result()
        except BrokenProcessPool as error:
            raise NightpostError(
                f"a process that read {what} was ended, most likely for want of memory; use fewer --jobs"
            ) from error
        finally:
            for future in under_way:
                future.cancel()
