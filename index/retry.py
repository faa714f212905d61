"""Trying again what was rejected, when its cause is mended: a better layout or extractor, a store with more room."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field
from spacy.language import Language

from extractors.layout import Layout
from index.batch import BatchWriter
from index.documents import Kind
from index.ingest import log_message
from index.ingest_lock import ingest_lock
from index.ingest_readers import IngestReader, open_ingest_reader
from index.pages import Reader
from index.patience import Patience
from index.rates import Rates
from index.rejects import REJECTS_FILE, Reject, RejectKey, Rejects
from index.store import Store

__all__ = ["RetrySummary", "retry_rejects"]

# After so many captures the file is written, and other ingests have their turn.
_CAPTURES = 200
_NOTHING_TO_READ = "nothing says which captures it comes from; run: nightpost ingest --replay"


class RetrySummary(BaseModel):
    """What became of the reject file.

    Attributes:
        retried: how many rejects were tried again.
        recovered: how many of them are in the index now.
        captures: how many captures were read again.
        documents: how many documents of each kind were written.
        rejected: how many pages and documents are in the file now.
        without_layout: sites with rejects for which there is no layout; they wait.
    """

    model_config = ConfigDict(extra="forbid")

    retried: int = 0
    recovered: int = 0
    captures: int = 0
    documents: Counter[str] = Field(default_factory=Counter)
    rejected: int = 0
    without_layout: list[str] = Field(default_factory=list)


def retry_rejects(
    reader: Reader,
    store: Store,
    layouts: Mapping[str, Layout],
    nlp: Language | None = None,
    *,
    folder: Path,
    jobs: int = 0,
    rates: Rates | None = None,
    patience: float = 0.0,
    wait: Callable[[float], None] = time.sleep,
    progress: Callable[[RetrySummary], None] | None = None,
    tell: Callable[[str], None] = log_message,
) -> RetrySummary:
    """Read the captures of what was rejected again; what can be indexed now leaves the reject file.

    Takes and raises what `index.ingest.ingest` does; ``progress`` is told how far it is.
    """
    patient = Patience(patience, wait, tell)
    with open_ingest_reader(reader, layouts, nlp, jobs=jobs, tell=tell) as pages:
        retrying = _Retrying(store, pages, layouts, folder, Rejects(folder / REJECTS_FILE, tell), rates or Rates())
        while patient.until(retrying.step):
            if progress is not None:
                progress(retrying.summary)
    patient.until(store.refresh)
    return retrying.summary


@dataclass(slots=True)
class _Retrying:
    """Some rejects after the other."""

    store: Store
    pages: IngestReader
    layouts: Mapping[str, Layout]
    folder: Path
    rejects: Rejects
    rates: Rates
    summary: RetrySummary = field(default_factory=RetrySummary)
    _tried: set[RejectKey] = field(default_factory=set)

    def step(self) -> bool:
        """Try some of those again that were not yet; whether there were any. Doing it again does no harm."""
        with ingest_lock(self.folder):
            present = self.rejects.present()
            self.summary.rejected = len(present)
            self.summary.without_layout = sorted({one.site for one in present} - set(self.layouts))
            waiting = [one for one in present if one.site in self.layouts and one.key not in self._tried]
            if not waiting:
                return False
            site = waiting[0].site
            chosen = self._chosen([one for one in waiting if one.site == site])
            captures = list(dict.fromkeys(capture for _reject, found in chosen for capture in found))
            writer = BatchWriter(self.store, self.pages.texts, site, self.pages.page_again, self.rates)
            written = writer.retry(captures)
            lost = [reject for reject, found in chosen if not found]
            failed = [reject.model_copy(update={"reason": _NOTHING_TO_READ}) for reject in lost] + written.rejected
            tried = {reject.key for reject, _found in chosen}
            self.rejects.retried(tried, failed)
            self.summary.rejected = len(self.rejects.present())
        self._tried |= tried
        self.summary.retried += len(tried)
        self.summary.recovered += len(tried - {one.key for one in failed})
        self.summary.captures += len(captures)
        self.summary.documents.update(written.documents)
        return True

    def _chosen(self, waiting: list[Reject]) -> list[tuple[Reject, list[str]]]:
        """As many as are tried at once, each with its captures."""
        chosen: list[tuple[Reject, list[str]]] = []
        size = 0
        for reject in waiting:
            if size >= _CAPTURES:
                break
            captures = reject.to_read_again or self._captures_of(reject.document or "")
            chosen.append((reject, captures))
            size += max(1, len(captures))
        return chosen

    def _captures_of(self, document: str) -> list[str]:
        """Those that the index knows: rejects of former versions do not name them."""
        kind, _, name = document.partition(":")
        known: dict[str, Kind] = {"listing": "listing", "vendor": "vendor", "review": "review"}
        found = self.store.get(known[kind], name) if kind in known else None
        return list(map(str, found.body.get("captures", []))) if found is not None else []
