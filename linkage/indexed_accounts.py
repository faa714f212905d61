"""Accounts as the index knows them: from vendors, listings, and the mentions in both."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from extractors.records import Listing, Mention, Vendor
from index.conditions import And, Condition, Value
from index.documents import Document, record_of
from index.fields import normal_values
from index.store import Store
from linkage.account import (
    CONTACT_TYPES,
    Account,
    Clue,
    Sighting,
    clue_of_contact,
    clues_of_mention,
    fingerprint,
    merge_clues,
)

_CLUE_TYPES = Value("type", (*sorted(CONTACT_TYPES), "crypto_address", "pgp_key"))


def read_accounts(store: Store) -> list[Account]:
    """Every account of the index with the clues that its own pages and its listings show.

    An account of which only listings were seen is one too. What a review mentions is its writer's, and no clue.
    """
    gathered = _Gathered()
    gathered.add_vendors(store.scan("vendor"))
    gathered.add_listings(store.scan("listing"))
    gathered.add_mentions(store.scan("mention", _CLUE_TYPES))
    return gathered.accounts()


def account_of(store: Store, account_id: str) -> Account | None:
    """One account; None when the index has neither a vendor nor a listing of it."""
    gathered = _Gathered()
    vendor = store.get("vendor", account_id)
    gathered.add_vendors([vendor] if vendor is not None else [])
    gathered.add_listings(own_listings(store, account_id))
    for record in gathered.records():
        gathered.add_mentions(store.scan("mention", And((_CLUE_TYPES, _exactly("record", record)))))
    return next(iter(gathered.accounts()), None)


def listings_of(account_id: str) -> Condition:
    """What finds the listings of an account, and those of accounts whose names the index cannot tell from its own."""
    market, _, handle = account_id.partition("/")
    return And((_exactly("market", market), _exactly("vendor", handle)))


def own_listings(store: Store, account_id: str) -> Iterator[Document]:
    """The listings of an account and of no other."""
    for document in store.scan("listing", listings_of(account_id)):
        listing = _listing(document)
        if listing.vendor is not None and account_id_of(listing.market, listing.vendor) == account_id:
            yield document


def account_id_of(market: str, handle: str) -> str:
    """The id of an account: that of its vendor record."""
    return Vendor(market=market, handle=handle).record_id


@dataclass(slots=True)
class _Account:
    market: str
    handle: str
    clues: list[Clue] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Record:
    """A record that texts are in: its account, and which capture states each of its fields."""

    account: _Account
    sources: dict[str, str]


class _Gathered:
    """Accounts while their clues are gathered: vendors first, then listings, then mentions."""

    def __init__(self) -> None:
        self._accounts: dict[str, _Account] = {}
        self._records: dict[str, _Record] = {}

    def add_vendors(self, documents: Iterable[Document]) -> None:
        for document in documents:
            vendor = record_of(document)
            assert isinstance(vendor, Vendor)
            name = f"vendor:{document.id}"
            record = self._add(name, vendor.market, vendor.handle, document)
            for contact in vendor.contacts:
                record.account.clues.append(clue_of_contact(contact, _sighting(name, "contacts", record)))
            for text in vendor.pgp_keys:
                stated = fingerprint(text)
                if stated is not None:
                    seen = _sighting(name, "pgp_keys", record)
                    record.account.clues.append(Clue(kind="pgp_key", value=stated, sightings=(seen,)))

    def add_listings(self, documents: Iterable[Document]) -> None:
        for document in documents:
            listing = _listing(document)
            if listing.vendor is not None:
                self._add(f"listing:{document.id}", listing.market, listing.vendor, document)

    def add_mentions(self, documents: Iterable[Document]) -> None:
        for document in documents:
            mention = record_of(document)
            assert isinstance(mention, Mention)
            name, _, place = mention.source.rpartition("#")
            record = self._records.get(name)
            if record is not None:
                record.account.clues.extend(clues_of_mention(mention, _sighting(name, place, record)))

    def records(self) -> list[str]:
        """The names of the records that were added."""
        return list(self._records)

    def accounts(self) -> list[Account]:
        return [
            Account(id=account_id, market=one.market, handle=one.handle, clues=merge_clues(one.clues))
            for account_id, one in self._accounts.items()
        ]

    def _add(self, name: str, market: str, handle: str, document: Document) -> _Record:
        account = self._accounts.setdefault(account_id_of(market, handle), _Account(market, handle))
        record = _Record(account, document.body.get("sources", {}))
        self._records[name] = record
        return record


def _listing(document: Document) -> Listing:
    listing = record_of(document)
    assert isinstance(listing, Listing)
    return listing


def _sighting(record: str, place: str, within: _Record) -> Sighting:
    """Where a clue was seen; a place within a field (``pgp_keys[0]``) is stated by the capture of the field."""
    name = re.match(r"\w*", place)
    return Sighting(record=record, field=place, capture_id=within.sources.get(name[0] if name else place))


def _exactly(name: str, value: str) -> Condition:
    return Value(name, tuple(normal_values(name, [value])))
