"""Reading captures in batches: each capture with what its page says, or why it could not be read."""

from collections.abc import Iterator, Mapping
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


class Reader(Protocol):
    """What ingest needs of the archive: `archive.reader.ArchiveReader` satisfies it."""

    def sites(self) -> list[str]:
        """The sites that have captures."""
        ...

    def captures(self, site: str, after: int = 0) -> Iterator[tuple[int, Capture]]:
        """Captures in the journal's order, each with the position to continue from."""
        ...

    def get(self, capture_id: str) -> Capture:
        """A capture by its id, whatever its site; an `ArchiveError` when there is none."""
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
    """

    capture: Capture
    kind: str | None
    records: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Pages that are written together, and the journal's position after them."""

    pages: list[Page]
    position: int


def read_batch(reader: Reader, site: str, after: int, layout: Layout) -> Batch:
    """The pages after a position, as many as one batch holds; none at the end of the journal.

    Raises:
        ArchiveError: the journal itself cannot be read; a page that cannot is in the batch, with its failure.
    """
    pages: list[Page] = []
    position, records, size = after, 0, 0
    for position_after, capture in reader.captures(site, after):
        page, length = _read(reader, capture, layout)
        pages.append(page)
        position = position_after
        records += len(page.records)
        size += length
        if len(pages) >= _BATCH_PAGES or records >= _BATCH_RECORDS or size >= _BATCH_BYTES:
            break
    return Batch(pages, position)


def read_capture(reader: Reader, capture_id: str, layouts: Mapping[str, Layout]) -> Page:
    """A page by itself, with the layout of its site.

    Raises:
        ArchiveError: there is no such capture; one that cannot be read is a page with its failure.
    """
    capture = reader.get(capture_id)
    layout = layouts.get(capture.site)
    if layout is None:
        return Page(capture, None, failure=f"there is no layout for {capture.site}; make one: nightpost layout induce")
    return _read(reader, capture, layout)[0]


def _read(reader: Reader, capture: Capture, layout: Layout) -> tuple[Page, int]:
    try:
        payload = reader.payload(capture)
    except ArchiveError as error:
        return Page(capture, None, failure=str(error)), 0
    problems = [Problem(code=code, message=f"the response is not whole: {code}") for code in payload.problems]
    length = len(payload.body)
    if payload.content_type not in _HTML:
        return Page(capture, kind_by_status(capture.status), problems=problems), length
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
        return Page(capture, None, problems=problems, failure=f"{type(error).__name__}: {error}"), length
    return Page(capture, reading.page_kind, reading.records, problems + reading.problems), length
