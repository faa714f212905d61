"""Ingest: a consumer of the archive's journals that keeps a store in step with them.

Each batch of a journal is written in an order that makes a repetition harmless (`index.batch`). An ingest that is
killed, or loses its server, goes on from its cursor, reads the same captures again and comes to the same documents.
Nothing in a document depends on when it was ingested, in how many runs, or in which order its captures came.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field
from spacy.language import Language

from extractors.layout import Layout
from index.batch import BatchWriter, Written
from index.derive import read_texts
from index.ingest_lock import ingest_lock
from index.pages import Batch, Page, Reader, read_batch, read_capture
from index.rejects import Rejects
from index.store import Store

__all__ = ["IngestSummary", "Progress", "ingest"]


class Progress(Protocol):
    """Told about each batch when it is stored."""

    def __call__(self, site: str, pages: int) -> None:
        """So many more pages of a site are in the index."""
        ...


class IngestSummary(BaseModel):
    """What one ingest did.

    Attributes:
        pages: how many captures were read.
        page_kinds: how many pages of each kind.
        documents: how many documents of each kind were written (one that changed twice counts twice).
        problems: how often each problem of a page occurred, by code.
        rejected: how many pages and documents went to the reject file.
        without_layout: sites with captures for which there is no layout; their captures wait.
    """

    model_config = ConfigDict(extra="forbid")

    pages: int = 0
    page_kinds: Counter[str] = Field(default_factory=Counter)
    documents: Counter[str] = Field(default_factory=Counter)
    problems: Counter[str] = Field(default_factory=Counter)
    rejected: int = 0
    without_layout: list[str] = Field(default_factory=list)


def ingest(
    reader: Reader,
    store: Store,
    layouts: Mapping[str, Layout],
    nlp: Language,
    *,
    folder: Path,
    replay: bool = False,
    progress: Progress | None = None,
) -> IngestSummary:
    """Read what is new in the journals into a store.

    Args:
        reader: the archive.
        store: what to keep in step; refreshed at the end, so that searches see everything.
        layouts: how the pages of each site are built.
        nlp: from `extractors.pipeline.build_pipeline`.
        folder: where ``rejects.jsonl`` and the lock are; two ingests with one folder take turns, batch by batch.
        replay: build the whole index anew, beside the present one, which is searched until the new one is complete.
        progress: told about each batch.

    Raises:
        StoreUnavailableError: the store cannot be written; what was not confirmed is read again next time.
        ArchiveError: a journal cannot be read.
    """
    run = _Run(reader, layouts, nlp, Rejects(folder / "rejects.jsonl"), progress)
    lock = folder / "ingest.lock"
    sites = reader.sites()
    run.summary.without_layout = [site for site in sites if site not in layouts]
    known = [(site, layouts[site]) for site in sites if site in layouts]
    if replay:
        with ingest_lock(lock):
            run.rejects.clear()
            with store.rebuilding() as fresh:
                for site, layout in known:
                    while run.step(fresh, site, layout):
                        pass
        return run.summary
    for site, layout in known:
        more = True
        while more:
            with ingest_lock(lock):
                more = run.step(store, site, layout)
    store.refresh()
    return run.summary


@dataclass(slots=True)
class _Run:
    """What the steps of one ingest share."""

    reader: Reader
    layouts: Mapping[str, Layout]
    nlp: Language
    rejects: Rejects
    progress: Progress | None
    summary: IngestSummary = field(default_factory=IngestSummary)

    def step(self, store: Store, site: str, layout: Layout) -> bool:
        """Take one batch of a site; whether there was one."""
        before = store.cursor(site)
        batch = read_batch(self.reader, site, before, layout)
        if batch.position == before:
            return False
        written = BatchWriter(store, partial(read_texts, self.nlp), site, self._read_again).write(batch, before)
        self.rejects.add(written.rejected)
        self._count(batch, written)
        if self.progress is not None:
            self.progress(site, len(batch.pages))
        return True

    def _read_again(self, capture_id: str) -> Page:
        return read_capture(self.reader, capture_id, self.layouts)

    def _count(self, batch: Batch, written: Written) -> None:
        self.summary.pages += len(batch.pages)
        self.summary.page_kinds.update(page.kind or "unread" for page in batch.pages)
        self.summary.problems.update(problem.code for page in batch.pages for problem in page.problems)
        self.summary.documents.update(written.documents)
        self.summary.rejected += len(written.rejected)
