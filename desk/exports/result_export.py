"""Whole result sets of a search to a file, at constant memory."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO, get_args

from desk.exports.result_columns import Column, columns_of
from desk.exports.result_csv import write_csv
from desk.exports.result_jsonl import write_jsonl
from desk.exports.result_parquet import write_parquet
from desk.exports.whole_file import whole_file
from index.conditions import And, Condition, Not, Value
from index.documents import Document, Kind
from index.search import WITH_HISTORY, Request
from index.store import Store

_Write = Callable[[Iterable[Document], Sequence[Column], BinaryIO], int]

FORMATS: dict[str, _Write] = {".jsonl": write_jsonl, ".csv": write_csv, ".parquet": write_parquet}
"""What writes each format, by the suffix of the file; each returns how many cells it had to cut."""

KINDS: tuple[Kind, ...] = get_args(Kind)

_TOLD_EVERY = 500


@dataclass(slots=True)
class ResultReport:
    """What was written: how many documents of each kind, and how many cells were cut to what a spreadsheet takes."""

    path: Path
    documents: Counter[str] = field(default_factory=Counter)
    cut_cells: int = 0


def export_results(
    store: Store,
    request: Request,
    out: Path,
    *,
    limit: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> ResultReport:
    """Write every document that fits, kind by kind in the order of their ids, to a file of one of `FORMATS`.

    What was at ``out`` before is replaced once the new file is whole.

    Args:
        store: the index.
        request: what to write; its order, paging and counts play no part.
        out: the file; its suffix is a key of `FORMATS`, in either case.
        limit: at most so many documents; None means all.
        progress: told from time to time how many were written so far.

    Raises:
        ExportError: the file cannot be written.
        StoreUnavailableError: the index cannot be read.
    """
    report = ResultReport(out)
    condition = request.asked()
    documents = islice((one for kind in _kinds(condition) for one in store.scan(kind, condition)), limit)
    with whole_file(out) as file:
        write = FORMATS[out.suffix.lower()]
        columns = columns_of(kinds_shown(request))
        report.cut_cells = write(_counted(documents, report.documents, progress), columns, file)
    return report


def kinds_shown(request: Request) -> tuple[Kind, ...]:
    """The kinds whose columns a file has, in their fixed order: those that the request may find.

    Of a moment in the past these are listings and vendors, though some of them are versions by now.
    """
    if request.at is not None:
        return tuple(kind for kind in WITH_HISTORY if not request.kinds or kind in request.kinds)
    return _kinds(request.asked())


def _kinds(condition: Condition) -> tuple[Kind, ...]:
    """The kinds that may fit, by what ``kind:`` says in a condition that holds throughout."""
    parts = _conjunction(condition)
    allowed = [set(part.values) for part in parts if isinstance(part, Value) and part.field == "kind"]
    denied = {
        value
        for part in parts
        if isinstance(part, Not) and isinstance(part.part, Value) and part.part.field == "kind"
        for value in part.part.values
    }
    return tuple(kind for kind in KINDS if kind not in denied and all(kind in one for one in allowed))


def _conjunction(condition: Condition) -> list[Condition]:
    if isinstance(condition, And):
        return [one for part in condition.parts for one in _conjunction(part)]
    return [condition]


def _counted(
    documents: Iterable[Document], counts: Counter[str], progress: Callable[[int], None] | None
) -> Iterator[Document]:
    for number, document in enumerate(documents, 1):
        counts[document.kind] += 1
        if progress is not None and number % _TOLD_EVERY == 0:
            progress(number)
        yield document
