"""Captures in the journal's order, in batches: each with what its page says, or why it could not be read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from archive.errors import ArchiveError
from archive.payload import Payload
from extractors.layout import Layout
from extractors.problems import Problem
from extractors.reading import kind_by_status, read_page
from extractors.records import Capture, Record

# A batch is one transaction and one round of look-ups; its records are in memory at once.
_BATCH_PAGES = 200
_BATCH_RECORDS = 3_000
_BATCH_BYTES = 32 * 1024**2

_HTML = frozenset({None, "text/html", "application/xhtml+xml", "text/plain"})


Captures = Iterator[tuple[int, Capture]]
"""Captures, each with the journal's position after it."""


class Reader(Protocol):
    """What ingest needs of the archive: `archive.reader.ArchiveReader` satisfies it."""

    def sites(self) -> list[str]:
        """The sites that have captures."""
        ...

    def length(self, site: str) -> int:
        """Of how many bytes a site's journal is now."""
        ...

    def get(self, capture_id: str) -> Capture:
        """A capture by its id."""
        ...

    def captures(self, site: str, after: int = 0) -> Captures:
        """Captures in the journal's order, each with the position to continue from."""
        ...

    def payload(self, capture: Capture) -> Payload:
        """The document that was captured."""
        ...


@dataclass(frozen=True, slots=True)
class Page:
    """A capture and what its page says.

    Attributes:
        capture: the capture.
        kind: what kind of page it is; None when it could not be read.
        records: what it holds.
        problems: what was wrong with it.
        failure: why it could not be read, else None.
        size: bytes of its document.
    """

    capture: Capture
    kind: str | None
    records: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    failure: str | None = None
    size: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Pages that are written together, and the journal's position after them."""

    pages: list[Page]
    position: int


class JournalPages:
    """What the pages of one site say, batch by batch; pages may be read ahead of the batch that is asked for.

    Args:
        reader: the archive.
        site: whose journal.
        read: reads the pages of captures in their order.
    """

    def __init__(self, reader: Reader, site: str, read: Callable[[Captures], Iterator[tuple[int, Page]]]) -> None:
        self._reader = reader
        self._site = site
        self._read = read
        self._pages: Iterator[tuple[int, Page]] = iter(())
        self._at = -1
        self._last: tuple[int, Batch] | None = None

    def batch(self, after: int) -> Batch:
        """The pages after a position, as many as one batch holds; none at the end of the journal.

        The same again when the position is the same again: the batch before was not written then.

        Raises:
            ArchiveError: the journal itself cannot be read; a page that cannot is in the batch, with its failure.
        """
        if self._last is not None and self._last[0] == after:
            return self._last[1]
        self._last = None  # let go of its pages before others are read
        batch = self._taken(after) if self._reaches(after) else Batch([], after)
        if not batch.pages:  # the journal may have grown since it was opened, or shrunk, which the archive says
            self._open(after)
            batch = self._taken(after)
        if batch.pages:
            self._last = after, batch
        return batch

    def _open(self, after: int) -> None:
        self._pages = self._read(self._reader.captures(self._site, after))
        self._at = after

    def _reaches(self, after: int) -> bool:
        """Whether the pages come to that position; those before it, which another ingest wrote, are passed over."""
        while 0 <= self._at < after:
            position = next(self._pages, (-1, None))[0]
            self._at = position
        return self._at == after

    def _taken(self, after: int) -> Batch:
        pages: list[Page] = []
        position, records, size = after, 0, 0
        try:
            for position, page in self._pages:  # noqa: B007 - the last one counts
                pages.append(page)
                records += len(page.records)
                size += page.size
                if len(pages) >= _BATCH_PAGES or records >= _BATCH_RECORDS or size >= _BATCH_BYTES:
                    break
        except ArchiveError:
            if not pages:
                raise
            # What came before the damage is written first; then it is met again.
        self._at = position
        return Batch(pages, position)


def read_capture(reader: Reader, capture: Capture, layout: Layout) -> Page:
    """What the page of a capture says; one that cannot be read has its failure."""
    try:
        payload = reader.payload(capture)
    except ArchiveError as error:
        return Page(capture, None, failure=str(error))
    problems = [Problem(code=code, message=f"the response is not whole: {code}") for code in payload.problems]
    size = len(payload.body)
    if payload.content_type not in _HTML:
        return Page(capture, kind_by_status(capture.status), problems=problems, size=size)
    try:
        reading = read_page(
            payload.body,
            url=capture.url,
            fetched_at=capture.fetched_at,
            layout=layout,
            charset=payload.charset,
            capture_id=capture.capture_id,
            status=capture.status,
            with_links=False,
        )
    # Whatever a hostile page makes a reader do, the page is rejected with the reason, and the next one is read.
    except Exception as error:  # noqa: BLE001
        return Page(capture, None, problems=problems, failure=f"{type(error).__name__}: {error}", size=size)
    return Page(capture, reading.page_kind, reading.records, problems + reading.problems, size=size)
