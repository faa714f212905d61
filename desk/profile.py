"""A vendor's profile: every fact about an account, walked back to the WARC record that shows it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from archive.reader import ArchiveReader
from archive.seals import Seals
from extractors.records import Mention, Observation
from index.conditions import Value
from index.derive import ReadTexts, texts_of
from index.documents import Document
from index.fields import normal_values
from index.history import changes, state_at, states_at
from index.store import Store
from linkage.identity import Identity
from linkage.indexed_accounts import account_id_of, listings_of, own_listings
from linkage.indexed_identities import linked_identity
from nightpost.errors import NightpostError

# Of a record's own name and bookkeeping nothing needs to be shown; a description is shown by what is read out of it.
_NOT_FACTS = frozenset({"kind", "market", "captures", "sources", "first_seen_at", "valid_from", "valid_to"})


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Model):
    """Where a fact can be seen: the page, the record that keeps it, and the seal over that record's file.

    ``seal`` is the digest of the manifest's line, None while the file is not sealed yet.
    """

    capture_id: str
    url: str
    fetched_at: AwareDatetime
    warc_file: str
    offset: int
    length: int
    payload_digest: str
    seal: str | None


class Fact(_Model):
    """One thing that is stated: by a field of the record, or read out of one of its texts (``type`` of mention)."""

    field: str
    value: Any
    source: Source | None


class Change(_Model):
    """One change of a field of the account's own record, with the page that showed it."""

    field: str
    before: Any
    after: Any
    at: AwareDatetime
    source: Source | None


class Profile(_Model):
    """What is known of one account, or what was known of it at a moment; who else it is, is as judged today."""

    account: str
    at: AwareDatetime | None
    vendor: dict[str, Any]
    facts: list[Fact]
    listings: list[dict[str, Any]]
    history: list[Change]
    identity: Identity | None


def vendor_profile(store: Store, reader: ArchiveReader, seals: Seals, account_id: str) -> Profile:
    """The profile of ``market/handle``, the handle in any case.

    Raises:
        NightpostError: the index has no such account, or the archive lacks a capture that the index names.
    """
    document = _vendor(store, account_id)
    return _profile(
        _Sources(reader, seals),
        document,
        mentions=_mentions(store, document),
        listings=own_listings(store, document.id),
        history=changes(store, document.key),
        identity=linked_identity(store, document.id),
    )


def vendor_profile_at(
    store: Store,
    reader: ArchiveReader,
    seals: Seals,
    account_id: str,
    *,
    moment: datetime,
    read_texts: ReadTexts,
) -> Profile:
    """The profile as the captures up to a moment tell it.

    Args:
        store: the index.
        reader: the archive.
        seals: the seals over it.
        account_id: ``market/handle``, the handle in any case.
        moment: to the millisecond.
        read_texts: reads the vendor's texts of that time; not called when they are those of today.

    Raises:
        NightpostError: as `vendor_profile`, or the account had not been seen yet.
    """
    present = _vendor(store, account_id)
    document = state_at(store, present.key, moment)
    if document is None:
        (first,) = present.dates["first_seen"]
        raise NightpostError(
            f"{present.id} was seen for the first time at {first:%Y-%m-%d %H:%M} UTC, and there is nothing of it at "
            f"{moment:%Y-%m-%d %H:%M}; ask for a later date"
        )
    texts = texts_of(present.key, document.body)
    if texts == texts_of(present.key, present.body):
        mentions = _mentions(store, present)
    else:
        (read,) = read_texts([(present.key, texts)])
        found = {} if isinstance(read, str) else read.mentions
        mentions = [mention for one in found.values() for mention in one]
    return _profile(
        _Sources(reader, seals),
        document,
        account=present.id,
        at=moment,
        mentions=mentions,
        listings=own_listings_at(store, present.id, moment),
        history=[change for change in changes(store, present.key) if change.at <= moment],
        identity=linked_identity(store, present.id),
    )


def own_listings_at(store: Store, account_id: str, moment: datetime) -> list[Document]:
    """The listings of an account, as they were, that were its own at a moment; by id."""
    found = states_at(store, "listing", listings_of(account_id), moment)
    own = [one for one in found if account_id_of(one.body["market"], one.body["vendor"] or "") == account_id]
    return sorted(own, key=lambda one: str(one.body["listing_id"]))


def _vendor(store: Store, account_id: str) -> Document:
    market, slash, handle = account_id.partition("/")
    document = store.get("vendor", account_id_of(market, handle)) if slash else None
    if document is None:
        raise NightpostError(
            f"there is no vendor {account_id!r} in the index; write it as MARKET/HANDLE, or look for it with: "
            "nightpost search --kind vendor HANDLE"
        )
    return document


def _mentions(store: Store, document: Document) -> list[Mention]:
    record = Value("record", tuple(normal_values("record", [f"{document.kind}:{document.id}"])))
    return [Mention.model_validate(mention.body) for mention in store.scan("mention", record)]


def _profile(
    sources: "_Sources",
    document: Document,
    *,
    account: str | None = None,
    at: datetime | None = None,
    mentions: Iterable[Mention],
    listings: Iterable[Document],
    history: Iterable[Observation],
    identity: Identity | None,
) -> Profile:
    stated = document.body.get("sources", {})
    facts = [
        Fact(field=field, value=value, source=sources.of(stated.get(field)))
        for field, value in document.body.items()
        if field not in _NOT_FACTS and value is not None and value != []
    ]
    for mention in mentions:
        field = mention.source.partition("#")[2]
        facts.append(Fact(field=f"{field}: {mention.type}", value=mention.value, source=sources.of(stated.get(field))))
    return Profile(
        account=account or document.id,
        at=at,
        vendor=document.body,
        facts=facts,
        listings=[listing.body for listing in listings],
        history=[
            Change(field=one.field, before=one.before, after=one.after, at=one.at, source=sources.of(one.capture))
            for one in history
        ],
        identity=identity,
    )


class _Sources:
    """Captures by id as sources, each looked up once."""

    def __init__(self, reader: ArchiveReader, seals: Seals) -> None:
        self._reader = reader
        self._seals = seals
        self._known: dict[str, Source] = {}

    def of(self, capture_id: str | None) -> Source | None:
        """The source that a capture is; None for what no capture states."""
        if capture_id is None:
            return None
        if capture_id not in self._known:
            capture = self._reader.get(capture_id)
            stated = {name: getattr(capture, name) for name in Source.model_fields if name != "seal"}
            self._known[capture_id] = Source(**stated, seal=self._seals.of(capture))
        return self._known[capture_id]
