"""Ingest: a consumer of the archive's journals that keeps a store in step with them.

Pages and texts are read by as many processes as are wanted; this one folds and writes, in the journal's order, so that
their number makes no difference. Each batch of a journal is written in an order that makes a repetition harmless, and
the cursor moves last. An ingest that is killed, or loses its server, goes on from its cursor, reads the same captures
again and comes to the same documents. Nothing in a document depends on when it was ingested, in how many runs, or in
which order its captures came.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from pydantic import BaseModel, ConfigDict, Field
from spacy.language import Language

from extractors.layout import Layout
from index.batch import BatchWriter, Written
from index.errors import CursorConflictError, StoreUnavailableError
from index.ingest_lock import ingest_lock, replay_lock
from index.ingest_readers import IngestReader, open_ingest_reader
from index.pages import Batch, JournalPages, Reader
from index.patience import Patience
from index.rates import Rates
from index.rejects import REJECTS_FILE, Rejects
from index.store import Store
from nightpost.clock import Clock, SystemClock

__all__ = ["IngestSummary", "Progress", "ingest", "log_message"]

_REPLAYED_REJECTS = "rejects-of-replay.jsonl"

Lock = Callable[[], AbstractContextManager[None]]
"""Keeps others from writing a batch, where there may be others."""

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Progress:
    """Told of each batch when it is stored.

    Attributes:
        site: the site.
        pages: how many pages were in it.
        done: bytes of all journals that were ingested in this run.
        total: bytes of all journals that were not when it began, or have come since.
    """

    site: str
    pages: int
    done: int
    total: int


class IngestSummary(BaseModel):
    """What one ingest did.

    Attributes:
        pages: how many captures were read.
        page_kinds: how many pages of each kind.
        documents: how many documents of each kind were written (one that changed twice counts twice).
        problems: how often each problem of a page occurred, by code.
        late: how many listings and vendors were folded anew, as a capture was older than what was known of them.
        rejected: how many pages and documents went to the reject file.
        without_layout: sites with captures for which there is no layout; their captures wait.
    """

    model_config = ConfigDict(extra="forbid")

    pages: int = 0
    page_kinds: Counter[str] = Field(default_factory=Counter)
    documents: Counter[str] = Field(default_factory=Counter)
    problems: Counter[str] = Field(default_factory=Counter)
    late: int = 0
    rejected: int = 0
    without_layout: list[str] = Field(default_factory=list)


def log_message(message: str) -> None:
    """What an ingest says by the way, when nobody else takes it."""
    _LOG.warning("ingest", message=message)


def ingest(
    reader: Reader,
    store: Store,
    layouts: Mapping[str, Layout],
    nlp: Language | None = None,
    *,
    folder: Path,
    rates: Rates | None = None,
    replay: bool = False,
    jobs: int = 0,
    patience: float = 0.0,
    wait: Callable[[float], None] = time.sleep,
    progress: Callable[[Progress], None] | None = None,
    tell: Callable[[str], None] = log_message,
    clock: Clock | None = None,
) -> IngestSummary:
    """Read what is new in the journals into a store.

    Args:
        reader: the archive.
        store: what to keep in step; refreshed at the end, so that searches see everything.
        layouts: how the pages of each site are built.
        nlp: from `extractors.pipeline.build_pipeline`, for reading in this process; None: built when it is needed.
        folder: where the reject file and the locks are; two ingests with one folder take turns, batch by batch.
        rates: to state prices in US dollars by; None: none are known.
        replay: build the whole index anew, beside the present one, which is searched, and kept in step by other
            ingests, until the new one is complete.
        jobs: how many other processes read pages and texts; 0: this one reads them.
        patience: for how many seconds a store that is away is waited for, each time.
        wait: how to wait so many seconds.
        progress: told of each batch.
        tell: told, in one line, what a person should know by the way: a store that is waited for, a process that was
            ended, a damaged line of the reject file.
        clock: says since when a replay runs.

    Raises:
        StoreUnavailableError: the store cannot be written; what was not confirmed is read again next time.
        ReplayRunsError: there is a replay already.
        ArchiveError: a journal cannot be read; what came before the damage is in the index.
        NightpostError: with ``jobs``: no process can be started, or each is ended at once.
    """
    with open_ingest_reader(reader, layouts, nlp, jobs=jobs, tell=tell) as pages:
        run = _Run(reader, layouts, pages, folder, Patience(patience, wait, tell), progress, rates or Rates())
        if replay:
            with replay_lock(folder, (clock or SystemClock()).now()):
                _replay(run, store, tell)
        else:
            run.catch_up(store, Rejects(folder / REJECTS_FILE, tell), run.lock)
            run.patience.until(store.refresh)
    return run.summary


def _replay(run: "_Run", store: Store, tell: Callable[[str], None]) -> None:
    """Fill a new index without a lock, then shut other ingests out, take what came meanwhile, and switch."""
    old, new = (Rejects(run.folder / name, tell) for name in (REJECTS_FILE, _REPLAYED_REJECTS))
    new.clear()
    run.patience.until(store.remove_former)  # what a replay that was killed left behind
    # What is entered inside lasts until the new index is in its place, which is when the inner block ends.
    with ExitStack() as until_switched, store.rebuilding() as fresh:
        run.catch_up(fresh, new, nullcontext)
        run.patience.until(fresh.refresh)
        until_switched.enter_context(run.lock())
        run.catch_up(fresh, new, nullcontext)
        run.patience.until(fresh.refresh)
        until_switched.enter_context(new.replacing(old))
    try:
        run.patience.until(store.remove_former)
    except StoreUnavailableError as error:
        tell(f"the new index is in its place; the old one is removed with the next replay, as now {error}")


@dataclass(slots=True)
class _Run:
    """What the steps of one ingest share."""

    reader: Reader
    layouts: Mapping[str, Layout]
    pages: IngestReader
    folder: Path
    patience: Patience
    progress: Callable[[Progress], None] | None
    rates: Rates
    summary: IngestSummary = field(default_factory=IngestSummary)
    _began: dict[str, int] = field(default_factory=dict)
    _at: dict[str, int] = field(default_factory=dict)

    def lock(self) -> AbstractContextManager[None]:
        """Nobody else writes a batch while it is held."""
        return ingest_lock(self.folder)

    def catch_up(self, store: Store, rejects: Rejects, lock: Lock) -> None:
        """Read all journals to their ends."""
        sites = self.reader.sites()
        self.summary.without_layout = [site for site in sites if site not in self.layouts]
        known = [_Site(self, store, site, rejects, lock) for site in sites if site in self.layouts]
        for site in known:
            self.patience.until(site.find)
        for site in known:
            while self.patience.until(site.step):
                pass

    def begin(self, site: str, position: int) -> None:
        """A site's journal is read from there."""
        self._at[site] = position
        self._began.setdefault(site, position)

    def count(self, site: str, batch: Batch, written: Written) -> None:
        self.summary.pages += len(batch.pages)
        self.summary.page_kinds.update(page.kind or "unread" for page in batch.pages)
        self.summary.problems.update(problem.code for page in batch.pages for problem in page.problems)
        self.summary.documents.update(written.documents)
        self.summary.late += written.late
        self.summary.rejected += len(written.rejected)
        self._at[site] = batch.position
        if self.progress is not None:
            done = sum(self._at[name] - began for name, began in self._began.items())
            total = sum(max(self.reader.length(name), self._at[name]) - began for name, began in self._began.items())
            self.progress(Progress(site, len(batch.pages), done, total))


class _Site:
    """The batches of one site, one after the other."""

    def __init__(self, run: _Run, store: Store, site: str, rejects: Rejects, lock: Lock) -> None:
        self._run = run
        self._store = store
        self._site = site
        self._rejects = rejects
        self._lock = lock
        self._journal = JournalPages(run.reader, site, run.pages.pages)
        self._writer = BatchWriter(store, run.pages.texts, site, run.pages.page_again, run.rates)
        self._unconfirmed: Batch | None = None

    def find(self) -> None:
        """Where its journal is read from."""
        self._run.begin(self._site, self._store.cursor(self._site))

    def step(self) -> bool:
        """Take one batch; whether there was one. May be interrupted anywhere and done again."""
        before = self._store.cursor(self._site)
        if self._unconfirmed is not None and self._unconfirmed.position == before:
            # It was written, but the store was gone before it could say so.
            self._run.count(self._site, self._unconfirmed, Written())
        self._unconfirmed = None
        batch = self._journal.batch(before)
        if not batch.pages:
            return False
        with self._lock():
            if self._store.cursor(self._site) != before:
                return True  # another ingest was faster
            self._unconfirmed = batch
            try:
                written = self._writer.write(batch, before, self._rejects.add)
            except CursorConflictError:  # another ingest, with a folder of its own, was faster
                written = None
        self._unconfirmed = None
        if written is not None:
            self._run.count(self._site, batch, written)
        return True
