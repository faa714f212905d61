"""Writes one batch of pages: folds it into the states that the store keeps, and reads the texts that changed."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec

from pydantic import ValidationError
from spacy.language import Language

from extractors.records import Capture, Listing, Mention, Observation, Vendor
from index.derive import Derived, derive, digest, texts_of
from index.documents import Document, Key
from index.merge import State, ranked
from index.pages import Batch
from index.rejects import Reject
from index.reviews import reviews_of
from index.search_documents import (
    capture_document,
    listing_document,
    mention_document,
    observation_document,
    review_document,
    stale_mentions,
    vendor_document,
)
from index.store import Advance, Store

_P = ParamSpec("_P")
_Sighting = tuple[Capture, Listing | Vendor, int]


@dataclass(slots=True)
class Written:
    """What became of a batch: documents by kind, and what was rejected."""

    documents: Counter[str] = field(default_factory=Counter)
    rejected: list[Reject] = field(default_factory=list)


class BatchWriter:
    """Writes the batches of one site to a store."""

    def __init__(self, store: Store, nlp: Language, site: str) -> None:
        self._store = store
        self._nlp = nlp
        self._site = site

    def write(self, batch: Batch, before: int) -> Written:
        """Write a batch, and move the cursor from ``before`` to the batch's position."""
        written = Written(rejected=[self._unread(page.capture, page.failure) for page in batch.pages if page.failure])
        reviews = reviews_of((page.capture, page.records) for page in batch.pages)
        sightings = [
            (page.capture, record, rank)
            for page in batch.pages
            for record, rank in ranked(page.kind or "", page.capture.url, page.records)
        ]
        records = [Key(record.kind, record.record_id) for _capture, record, _rank in sightings]
        known = self._store.get_many([*records, *(Key("review", one) for one in reviews)])
        states, observations = _fold(sightings, known)

        added: list[Document] = []
        for page in batch.pages:
            problems = [one.model_dump(mode="json") for one in page.problems]
            added += self._made(written, page.capture.capture_id, capture_document, page.capture, page.kind, problems)
        for observation in observations:
            state = states[_key_of(observation)]
            added += self._made(written, observation.record, observation_document, observation, state)
        for review_id, review in reviews.items():
            former = known.get(Key("review", review_id))
            added += self._made(written, review_id, review_document, review, former)
        present: list[Document] = []
        stale: list[Key] = []
        for state in states.values():
            name = f"{state.key.kind}:{state.key.id}"
            mentions, gone = self._read_texts(state, written)
            derived = Derived({}, state.memory["keywords"], state.memory["numbers"])
            make = listing_document if state.key.kind == "listing" else vendor_document
            present += self._made(written, name, make, state, derived)
            for number, mention in mentions:
                added += self._made(written, mention.source, mention_document, mention, number, state)
            stale += gone
        rejections = self._store.write(added)
        rejections += self._store.write(present, delete=stale, advance=Advance(self._site, before, batch.position))
        written.documents.update(document.kind for document in (*added, *present))
        written.documents.subtract(rejection.key.kind for rejection in rejections)
        written.rejected += [
            Reject(site=self._site, document=f"{one.key.kind}:{one.key.id}", reason=one.reason) for one in rejections
        ]
        return written

    def _read_texts(self, state: State, written: Written) -> tuple[list[tuple[int, Mention]], list[Key]]:
        """The mentions of a state, numbered by field, if its texts changed; and those of before that are no more."""
        texts = texts_of(state.key, state.body)
        fingerprint = digest(texts)
        if state.memory.get("texts") == fingerprint:
            return [], []
        derived = self._derive(state, texts, written)
        counts = {name: len(found) for name, found in derived.mentions.items()}
        stale = stale_mentions(state.key, state.memory.get("mentions", {}), counts)
        state.memory = {
            "texts": fingerprint,
            "mentions": counts,
            "keywords": derived.keywords,
            "numbers": derived.numbers,
        }
        return [numbered for found in derived.mentions.values() for numbered in enumerate(found)], stale

    def _derive(self, state: State, texts: dict[str, str], written: Written) -> Derived:
        try:
            return derive(self._nlp, state.key, texts)
        # Whatever a hostile text makes a component do, the record itself is kept, and the next one is read.
        except Exception as error:  # noqa: BLE001
            name = f"{state.key.kind}:{state.key.id}"
            reason = f"its texts could not be read: {type(error).__name__}: {error}"
            written.rejected.append(Reject(site=self._site, document=name, reason=reason))
            return Derived()

    def _made(
        self, written: Written, name: str, make: Callable[_P, Document], *values: _P.args, **named: _P.kwargs
    ) -> list[Document]:
        """The document, or none: what cannot be a document is rejected by itself."""
        try:
            return [make(*values, **named)]
        except ValidationError as error:
            first = error.errors()[0]
            reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
            written.rejected.append(Reject(site=self._site, document=name, reason=reason))
            return []

    def _unread(self, capture: Capture, reason: str) -> Reject:
        return Reject(site=self._site, capture=capture.capture_id, reason=reason)


def _fold(sightings: list[_Sighting], known: dict[Key, Document]) -> tuple[dict[Key, State], list[Observation]]:
    states = {key: State.of_document(known[key]) for key in known if key.kind in {"listing", "vendor"}}
    folded = {key: frozenset(state.body["captures"]) for key, state in states.items()}
    observations: list[Observation] = []
    for capture, record, rank in sightings:
        key = Key(record.kind, record.record_id)
        if key not in states:
            states[key] = State.begin(record, capture)
        # What an interrupted ingest folded already must not be folded into its own future.
        if capture.capture_id not in folded.get(key, frozenset()):
            observations += states[key].fold(record, capture, rank)
    return states, observations


def _key_of(observation: Observation) -> Key:
    kind, _, record_id = observation.record.partition(":")
    return Key("listing" if kind == "listing" else "vendor", record_id)
