"""What was known of listings and vendors at a moment, and how they changed.

A listing or vendor and its versions each hold from ``valid_from`` on, a version until its ``valid_to``: one of them
holds at any moment since the record was first captured.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from extractors.records import Observation
from index.conditions import Condition
from index.documents import Body, Document, Key, Kind
from index.errors import StoreError
from index.merge import State
from index.search import Request
from index.search_documents import observation_key, version_key
from index.store import Store
from index.values import json_time, milliseconds

# What names a record is never taken away from it.
_NAMES = frozenset({"listing_id", "handle"})


def state_at(store: Store, key: Key, moment: datetime) -> Document | None:
    """A listing or vendor as the captures up to a moment tell it; None when there was none yet.

    It is the document or the version that holds at the moment, and its body is true to the moment: without the captures
    after it, and without what had not been stated yet (a counter that later captures state differently, a field that
    only they state). As ever, ``sources`` name the last capture that states a value, which may be a later one.

    Args:
        store: the index.
        key: of a listing or a vendor.
        moment: to the millisecond.

    Raises:
        StoreError: the index lacks the version, because it was rejected.
        StoreUnavailableError: the store cannot be reached.
    """
    document = store.get(*key)
    if document is None:
        return None
    state, at = State.of_document(document), milliseconds(moment)
    if at < milliseconds(state.first):
        return None
    passed = bisect_right([turn.at for turn in state.turns], at)
    if passed < len(state.turns):
        begun = state.turns[passed - 1].number if passed else 0
        document = _got(store, version_key(key, document.body["captures"][begun]))
    return _told_by(store, document, at)


def states_at(store: Store, kind: Kind, condition: Condition, moment: datetime) -> Iterator[Document]:
    """The listings or vendors as they were at a moment, of those that then fitted a condition: see `state_at`.

    They come in no particular order.
    """
    held = Request(condition=condition, kinds=(kind,), at=moment).asked()
    for among in (kind, "version"):
        for document in store.scan(among, held):
            yield _told_by(store, document, milliseconds(moment))


def changes(store: Store, key: Key) -> list[Observation]:
    """What was observed to change in a listing or vendor, in order of time and field; [] when it was never seen.

    Raises:
        StoreError: the index lacks one, because it was rejected.
        StoreUnavailableError: the store cannot be reached.
    """
    document = store.get(*key)
    if document is None:
        return []
    state = State.of_document(document)
    captures = state.body["captures"]
    keys = [observation_key(key, name, captures[turn.number]) for turn in state.turns for name in turn.fields]
    found = store.get_many(keys)
    for one in keys:
        if one not in found:
            raise _lacking(one)
    return [Observation.model_validate(found[one].body) for one in keys]


def _told_by(store: Store, document: Document, at: int) -> Document:
    """A document without what captures after a moment say."""
    if all(milliseconds(last) <= at for last in document.dates["last_seen"]):
        return document
    since = document.state.get("since")
    if since is None:
        since = {name: claim.since for name, claim in State.of_document(document).claims.items()}
    untold = {name for name, first in since.items() if first > at} - _NAMES
    if untold & {"price", "prices"}:
        untold.add("usd")
    body: Body = {name: _nothing(value) if name in untold else value for name, value in document.body.items()}
    body["sources"] = {name: capture for name, capture in body["sources"].items() if name not in untold}
    told = bisect_right(body["captures"], at, key=lambda capture: milliseconds(_fetched_at(store, capture)))
    body["captures"] = body["captures"][:told]
    if body["kind"] == "listing":
        body["last_seen_at"] = json_time(_fetched_at(store, body["captures"][-1]))
    return document.model_copy(update={"body": body})


def _fetched_at(store: Store, capture: str) -> datetime:
    return datetime.fromisoformat(_got(store, Key("capture", capture)).body["fetched_at"])


def _nothing(value: Any) -> Any:
    return [] if isinstance(value, list) else None


def _got(store: Store, key: Key) -> Document:
    document = store.get(*key)
    if document is None:
        raise _lacking(key)
    return document


def _lacking(key: Key) -> StoreError:
    return StoreError(
        f"the index lacks the {key.kind} {key.id}, which was rejected or is being written; see the reject file, "
        "then run: nightpost ingest --replay"
    )
