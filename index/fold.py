"""Folding what pages say of listings and vendors into the states that the index keeps of them.

What is newer than all that is known of a record is folded on. What is older (an import of saved pages after a live
crawl) would have been folded earlier had it been there: the record is folded anew, from all its captures.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from extractors.records import Capture, Listing, Vendor
from index.documents import Key
from index.merge import Change, State, ranked
from index.pages import Page
from index.search_documents import observation_key, version_key


@dataclass(frozen=True, slots=True)
class Sighting:
    """A capture with what its page says of one record: in each place of the page, with the rank of that place."""

    capture: Capture
    said: list[tuple[Listing | Vendor, int]]

    @property
    def place(self) -> tuple[datetime, str]:
        """Where it comes among all sightings: by time, those of one time by the id of the capture."""
        return self.capture.fetched_at.astimezone(UTC), self.capture.capture_id


@dataclass(frozen=True, slots=True)
class Folded:
    """A record into which sightings were folded.

    Attributes:
        state: the state it came to.
        changes: what was found to have changed: all that ever did, if it was folded anew.
        gone: observations and versions that are no more.
        mentions: how many mentions by field the index may hold of it.
    """

    state: State
    changes: list[Change]
    gone: list[Key] = field(default_factory=list)
    mentions: dict[str, int] = field(default_factory=dict)


def sightings_of(pages: Iterable[Page]) -> dict[Key, list[Sighting]]:
    """What some pages say of each record, in order of time."""
    found: dict[Key, dict[str, Sighting]] = {}
    for page in pages:
        capture = page.capture
        said: dict[Key, list[tuple[Listing | Vendor, int]]] = {}
        for record, rank in ranked(page.kind or "", capture.url, page.records):
            said.setdefault(Key(record.kind, record.record_id), []).append((record, rank))
        for key, places in said.items():
            found.setdefault(key, {})[capture.capture_id] = Sighting(capture, places)
    return {key: sorted(sightings.values(), key=lambda one: one.place) for key, sightings in found.items()}


def fold_on(former: State | None, sightings: Sequence[Sighting]) -> Folded:
    """Fold sightings, in order of time and newer than all that went before, into a state; None is a new record."""
    state = former or _begin(sightings)
    mentions = state.memory.get("mentions", {})
    return Folded(state, _fold(state, sightings), mentions=mentions)


def fold_anew(former: State, sightings: Sequence[Sighting], *, trusted: bool) -> Folded:
    """Fold all the sightings of a record, in order of time, in place of what the index holds of it.

    Args:
        former: what the index holds.
        sightings: all of them.
        trusted: whether what was read in its texts counts as before; if not they are read again.
    """
    state = _begin(sightings)
    if trusted:
        state.memory = former.memory
    changes = _fold(state, sightings)
    kept = set(_history(state))
    gone = [key for key in _history(former) if key not in kept]
    return Folded(state, changes, gone, former.memory.get("mentions", {}))


def _begin(sightings: Sequence[Sighting]) -> State:
    first = sightings[0]
    return State.begin(first.said[0][0], first.capture)


def _fold(state: State, sightings: Sequence[Sighting]) -> list[Change]:
    changes = (state.fold(one.capture, one.said) for one in sightings)
    return [change for change in changes if change is not None]


def _history(state: State) -> list[Key]:
    """The observations and versions that the index holds of a state."""
    captures = state.body["captures"]
    keys = []
    begun = 0
    for turn in state.turns:
        keys.append(version_key(state.key, captures[begun]))
        keys += [observation_key(state.key, name, captures[turn.number]) for name in turn.fields]
        begun = turn.number
    return keys
