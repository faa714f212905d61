"""Captures of a small market as ingest reads them, made without an archive, and what writes them into a store."""

import hashlib
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from spacy.language import Language

from archive.errors import ArchiveError
from extractors.records import Capture, Listing, Record, Review, Vendor
from index.batch import BatchWriter
from index.derive import Derived, ReadTexts, Texts, read_texts
from index.pages import Batch, Page
from index.rates import Rates
from index.sqlite_store import SqliteStore
from index.store import Store
from tests.index.ingest_suite import everything
from tests.index.market import HOST, START


def captured(name: str, kind: str, records: Iterable[Record], *, minute: int) -> Page:
    """A page that was captured so many minutes after the start; the name makes its id."""
    return Page(
        Capture(
            capture_id=hashlib.sha256(name.encode()).hexdigest(),
            site="plain",
            url=f"{HOST}/{kind}/{name}",
            fetched_at=START + timedelta(minutes=minute),
            status=200,
            payload_digest="sha256:0",
            warc_file="plain/1.warc.gz",
            offset=0,
            length=1,
            page_kind=None,
            run_id="run-1",
        ),
        kind,
        list(records),
    )


def listing(number: int, **fields: object) -> Listing:
    return Listing.model_validate({"market": "plain", "listing_id": str(number), **fields})


def vendor(handle: str, **fields: object) -> Vendor:
    return Vendor.model_validate({"market": "plain", "handle": handle, **fields})


def review(text: str, *, minute: int) -> Review:
    """A review of bob, posted so many minutes after the start as the page tells it."""
    return Review(market="plain", vendor="bob", text=text, posted_at=START + timedelta(minutes=minute))


class Captured:
    """Pages that can be read again, but for those that are damaged."""

    def __init__(self, pages: Iterable[Page], nlp: Language) -> None:
        self._pages = {page.capture.capture_id: page for page in pages}
        self._read = partial(read_texts, nlp)
        self.damaged: Collection[str] = ()
        self.read_again: list[str] = []
        self.texts_read: list[int] = []

    def writer(self, store: Store, reads: ReadTexts | None = None) -> BatchWriter:
        return BatchWriter(store, reads or self.read_texts, "plain", self._again, Rates())

    def write(self, store: Store, *batches: Sequence[Page]) -> None:
        """Batches one after the other, from where the store's cursor is."""
        for batch in batches:
            before = store.cursor("plain")
            written = self.writer(store).write(Batch(list(batch), before + len(batch)), before)
            assert written.rejected == []

    def read_texts(self, records: Sequence[Texts]) -> list[Derived | str]:
        self.texts_read.append(len(records))
        return self._read(records)

    def _again(self, capture: str) -> Page:
        self.read_again.append(capture)
        if capture in self.damaged:
            raise ArchiveError(f"{capture} is damaged")
        return self._pages[capture]


@contextmanager
def new_store() -> Iterator[SqliteStore]:
    """An empty store."""
    with tempfile.TemporaryDirectory() as folder, SqliteStore(Path(folder) / "index.sqlite") as store:
        yield store


def in_order(pages: Sequence[Page], nlp: Language) -> dict[str, dict[str, Any]]:
    """What a store holds when the captures come one by one in the order of their times."""
    market = Captured(pages, nlp)
    ordered = sorted(pages, key=lambda page: (page.capture.fetched_at, page.capture.capture_id))
    with new_store() as store:
        market.write(store, *([page] for page in ordered))
        assert market.read_again == []
        return everything(store)
