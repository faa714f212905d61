"""Writes one batch of pages: folds it into the states that the store keeps, and reads the texts that changed.

The order of writing makes it safe to be interrupted anywhere and repeated, even with more captures than before: first
goes what is no more, while the states still name it; then come the states, which name what follows; then mentions,
observations, versions, reviews and captures; and at last the cursor moves. A state that holds captures from beyond the
cursor was written by an attempt that did not come to its end: its record is folded anew, and all that follows from it
is written again.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from archive.errors import ArchiveError
from index.derive import ReadTexts
from index.documents import Document, Key
from index.fold import Folded, Sighting, fold_anew, fold_on, sightings_of
from index.merge import State
from index.outgoing import Outgoing
from index.pages import Batch, Page
from index.rates import Rates
from index.rejects import Reject
from index.reviews import reviews_of
from index.search_documents import (
    capture_document,
    mention_document,
    mention_key,
    observation_document,
    observation_key,
    record_document,
    review_document,
    stale_mentions,
    version_document,
    version_key,
)
from index.store import Advance, Store
from index.texts import Readings, read_new, remember

Keep = Callable[[Sequence[Reject]], None]
"""Keeps what was rejected."""

ReadAgain = Callable[[str], Page]
"""Reads a capture by its id, as `index.pages` did at first; an `ArchiveError` when it is not there any more."""

# Records that are folded anew are in memory with all their sightings: about so many at once.
_SIGHTINGS = 20_000
_RETRIED_PAGES = 100


@dataclass(slots=True)
class Written:
    """What became of a batch.

    Attributes:
        documents: how many were written, by kind.
        rejected: what was not.
        late: how many listings and vendors were folded anew, as a capture was older than what was known of them.
    """

    documents: Counter[str] = field(default_factory=Counter)
    rejected: list[Reject] = field(default_factory=list)
    late: int = 0


@dataclass(slots=True)
class _Part:
    """Records that are written together.

    Attributes:
        former: what the index holds of them, if anything.
        unfolded: what is folded into them; all the sightings that these pages have, of those to be folded anew.
        trusted: of those to be folded anew, whether what follows from them is in the index already.
    """

    former: dict[Key, State] = field(default_factory=dict)
    unfolded: dict[Key, list[Sighting]] = field(default_factory=dict)
    trusted: dict[Key, bool] = field(default_factory=dict)
    sightings: int = 0


class BatchWriter:
    """Writes the batches of one site to a store.

    Args:
        store: where to.
        read_texts: what the texts of many records say.
        site: whose captures they are.
        read_again: reads a capture that was ingested before, whatever its site.
        rates: to state prices in US dollars by.
    """

    def __init__(self, store: Store, read_texts: ReadTexts, site: str, read_again: ReadAgain, rates: Rates) -> None:
        self._store = store
        self._read_texts = read_texts
        self._site = site
        self._read_again = read_again
        self._rates = rates

    def write(self, batch: Batch, before: int, keep: Keep = lambda _rejects: None) -> Written:
        """Write a batch, have what was rejected kept, and move the cursor from ``before`` to the batch's position.

        Raises:
            StoreUnavailableError: the store cannot be written.
            CursorConflictError: the cursor is not at ``before``.
        """
        written = Written()
        self._take(batch.pages, written, anew=False)
        # Before the cursor moves, so that what is rejected is not forgotten by one who is killed.
        keep(written.rejected)
        self._store.write([], advance=Advance(self._site, before, batch.position))
        return written

    def retry(self, captures: Sequence[str]) -> Written:
        """Read captures again, and write anew all that follows from the records on them; no cursor moves.

        Raises:
            StoreUnavailableError: the store cannot be written.
        """
        written = Written()
        for start in range(0, len(captures), _RETRIED_PAGES):
            pages = []
            for capture in captures[start : start + _RETRIED_PAGES]:
                try:
                    pages.append(self._read_again(capture))
                except ArchiveError as error:
                    reject = Reject(site=self._site, capture=capture, captures=[capture], reason=str(error))
                    written.rejected.append(reject)
            self._take(pages, written, anew=True)
        return written

    def _take(self, pages: Sequence[Page], written: Written, *, anew: bool) -> None:
        """Write what follows from pages: what is new, or everything anew."""
        for page in pages:
            if page.failure:
                name = page.capture.capture_id
                written.rejected.append(Reject(site=self._site, capture=name, captures=[name], reason=page.failure))
        reviews = reviews_of(pages)
        sightings = sightings_of(pages)
        known = self._store.get_many([*sightings, *(review.key for review in reviews)])
        out = Outgoing(self._store, self._site)
        for part in _parts(sightings, known, anew=anew):
            out.write()
            self._take_records(part, pages, out, written)
        for page in pages:
            problems = [one.model_dump(mode="json") for one in page.problems]
            key = Key("capture", page.capture.capture_id)
            out.add(key, [key.id], capture_document, page.capture, page.kind, problems)
        for review in reviews:
            whole = review.with_former(known.get(review.key))
            out.add(whole.key, [capture for _time, capture in whole.places], review_document, whole)
        out.write()
        written.documents += out.written
        written.rejected += out.rejected

    def _take_records(self, part: _Part, pages: Sequence[Page], out: Outgoing, written: Written) -> None:
        """Write the states of some records; what follows from them is left in ``out``."""
        again, unreadable = self._sightings_again(part, pages)
        folded = []
        for key, unfolded in part.unfolded.items():
            former = part.former.get(key)
            if former is None or key not in part.trusted:
                folded.append(fold_on(former, unfolded))
                continue
            lost = [capture for capture in former.body["captures"] if capture in unreadable]
            if lost:
                captures = [*lost, *(one.capture.capture_id for one in unfolded)]
                reason = (
                    f"it stays as it was, as a capture that it comes from cannot be read again: {unreadable[lost[0]]}; "
                    "retry when that is mended, or run: nightpost ingest --replay"
                )
                out.reject(key, captures, reason)
                continue
            everything = {one.capture.capture_id: one for one in (*again.get(key, []), *unfolded)}
            in_order = sorted(everything.values(), key=lambda one: one.place)
            folded.append(fold_anew(former, in_order, trusted=part.trusted[key]))
            written.late += part.trusted[key]
        self._write_folded(folded, out)

    def _write_folded(self, folded: Sequence[Folded], out: Outgoing) -> None:
        readings = read_new(folded, self._read_texts)
        for state, reason in readings.failed:
            out.reject(state.key, sorted(set(state.body["sources"].values())), reason)
        gone = [key for one in folded for key in one.gone]
        for one in folded:
            if one.state.key in readings.new:
                remember(one.state, readings.of(one.state))
                gone += stale_mentions(one.state.key, one.mentions, one.state.memory["mentions"])
        if gone:
            out.write(delete=gone)
        for one in folded:
            state = one.state
            out.add(state.key, state.body["captures"], record_document, state, readings.of(state), self._rates)
        refused = out.write()
        for one in folded:
            if one.state.key not in refused:
                _add_what_follows(one, readings, self._rates, out)

    def _sightings_again(self, part: _Part, pages: Sequence[Page]) -> tuple[dict[Key, list[Sighting]], dict[str, str]]:
        """The sightings, on other pages than these, of the records to be folded anew; and what cannot be read, why."""
        at_hand = {page.capture.capture_id for page in pages if not page.failure}
        needed = dict.fromkeys(capture for key in part.trusted for capture in part.former[key].body["captures"])
        found: dict[Key, list[Sighting]] = {}
        unreadable: dict[str, str] = {}
        for capture in needed:
            if capture in at_hand:
                continue
            try:
                page = self._read_again(capture)
            except ArchiveError as error:
                unreadable[capture] = str(error)
                continue
            if page.failure:
                unreadable[capture] = page.failure
            for key, sightings in sightings_of([page]).items():
                if key in part.trusted:
                    found.setdefault(key, []).extend(sightings)
        return found, unreadable


def _parts(sightings: dict[Key, list[Sighting]], known: dict[Key, Document], *, anew: bool) -> Iterator[_Part]:
    """The records of some pages in parts that can be in memory at once; usually one."""
    part = _Part()
    for key, found in sightings.items():
        document = known.get(key)
        part.unfolded[key] = found
        part.sightings += len(found)
        if document is not None:
            former = part.former[key] = State.of_document(document)
            folded = frozenset(former.body["captures"])
            is_doubtful = anew or any(one.capture.capture_id in folded for one in found)
            if is_doubtful or found[0].place < former.newest:
                part.trusted[key] = not is_doubtful
                part.sightings += len(folded)
        if part.sightings >= _SIGHTINGS:
            yield part
            part = _Part()
    if part.unfolded:
        yield part


def _add_what_follows(folded: Folded, readings: Readings, rates: Rates, out: Outgoing) -> None:
    """The changes and versions that were found, and the mentions if they are new."""
    for change in folded.changes:
        version = change.before
        captures = version.body["captures"]
        key = version_key(version.key, captures[0])
        out.add(key, captures, version_document, version, readings.of(version), rates)
        for observation in change.observations:
            key = observation_key(version.key, observation.field, observation.capture)
            out.add(key, [observation.capture], observation_document, observation, change)
    state = folded.state
    if state.key in readings.new:
        for name, mentions in readings.of(state).mentions.items():
            for number, mention in enumerate(mentions):
                key = mention_key(state.key, name, number)
                out.add(key, [state.body["sources"][name]], mention_document, mention, number, state)
