"""Accounts of a large file read by several processes, in the order of the file (`nightpost.parallel`)."""

from collections.abc import Iterable, Iterator
from functools import cache, partial

from spacy.language import Language

from extractors.pipeline import build_pipeline, read_texts
from linkage.accounts_file import LineRead, read_account_lines
from nightpost.parallel import Chunk, chunks_of, in_order

__all__ = ["read_in_parallel"]

# So many lines are sent to another process at once.
_LINES = 100


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
    chunks = chunks_of(enumerate(lines, start=1), _LINES)
    read = partial(_read_chunk, queries=queries)
    yield from in_order(read, chunks, jobs=jobs, prepare=_pipeline, what="accounts")


@cache
def _pipeline() -> Language:
    """The pipeline of this process."""
    return build_pipeline()


def _read_chunk(chunk: Chunk, *, queries: bool) -> list[LineRead]:
    return list(read_account_lines(chunk, partial(read_texts, _pipeline()), queries=queries))
