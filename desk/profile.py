"""A vendor's profile: every fact about an account, walked back to the WARC record that shows it."""

from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from archive.reader import ArchiveReader
from archive.seals import Seals
from index.conditions import Value
from index.documents import Document
from index.fields import normal_values
from index.store import Store
from linkage.identity import Identity
from linkage.indexed import linked_identity
from linkage.indexed_accounts import account_id_of, own_listings
from nightpost.errors import NightpostError

# Of a record's own name and bookkeeping nothing needs to be shown; a description is shown by what is read out of it.
_NOT_FACTS = frozenset({"kind", "market", "captures", "sources", "first_seen_at"})


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


class Profile(_Model):
    """What is known of one account."""

    account: str
    vendor: dict[str, Any]
    facts: list[Fact]
    listings: list[dict[str, Any]]
    identity: Identity | None


def vendor_profile(store: Store, reader: ArchiveReader, seals: Seals, account_id: str) -> Profile:
    """The profile of ``market/handle``, the handle in any case.

    Raises:
        NightpostError: the index has no such account, or the archive lacks a capture that the index names.
    """
    market, slash, handle = account_id.partition("/")
    document = store.get("vendor", account_id_of(market, handle)) if slash else None
    if document is None:
        raise NightpostError(
            f"there is no vendor {account_id!r} in the index; write it as MARKET/HANDLE, or look for it with: "
            "nightpost search --kind vendor HANDLE"
        )
    sources = _Sources(reader, seals)
    stated = document.body.get("sources", {})
    facts = [
        Fact(field=field, value=value, source=sources.of(stated.get(field)))
        for field, value in document.body.items()
        if field not in _NOT_FACTS and value is not None and value != []
    ]
    facts += [
        Fact(
            field=f"{mention.body['source'].partition('#')[2]}: {mention.body['type']}",
            value=mention.body["value"],
            source=sources.of(stated.get(mention.body["source"].partition("#")[2])),
        )
        for mention in store.scan("mention", _mentions_of(document))
    ]
    return Profile(
        account=document.id,
        vendor=document.body,
        facts=facts,
        listings=[listing.body for listing in own_listings(store, document.id)],
        identity=linked_identity(store, document.id),
    )


def _mentions_of(document: Document) -> Value:
    return Value("record", tuple(normal_values("record", [f"{document.kind}:{document.id}"])))


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
