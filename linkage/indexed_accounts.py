"""Accounts as the index knows them: from vendors, listings, and the mentions in both."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from extractors.amounts.facts import strength, total
from extractors.records import ExternalRating, Listing, Mention, Vendor
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
from linkage.claims import Claim, claims_of_mentions, claims_of_ratings, merge_claims
from linkage.offer import Offer, codes, photo_hash

# What clues, claims and amounts are made of; what else ingest read in the texts is in the documents of the records.
_READ_TYPES = Value("type", (*sorted(CONTACT_TYPES), "crypto_address", "drug", "other_account", "pgp_key", "quantity",
                             "strength"))  # fmt: skip


def read_accounts(store: Store) -> list[Account]:
    """Every account of the index with what its own pages and its listings show.

    An account of which only listings were seen is one too. What a review mentions is its writer's, and no clue.
    """
    gathered = _Gathered()
    gathered.add_vendors(store.scan("vendor"))
    gathered.add_listings(store.scan("listing"))
    gathered.add_mentions(store.scan("mention", _READ_TYPES))
    return gathered.accounts()


def account_of(store: Store, account_id: str) -> Account | None:
    """One account; None when the index has neither a vendor nor a listing of it."""
    gathered = _Gathered()
    vendor = store.get("vendor", account_id)
    gathered.add_vendors([vendor] if vendor is not None else [])
    gathered.add_listings(own_listings(store, account_id))
    for record in gathered.records():
        gathered.add_mentions(store.scan("mention", And((_READ_TYPES, _exactly("record", record)))))
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
class _Offered:
    """A listing, and the amounts that were read in its texts, by field."""

    document: Document
    amounts: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(slots=True)
class _Gathering:
    """An account while what it shows is gathered."""

    market: str
    handle: str
    vendor: Document | None = None
    clues: list[Clue] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    offered: dict[str, _Offered] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Record:
    """A record that texts are in: its account, the captures that state its fields, and its listing if it is one."""

    account: _Gathering
    sources: Mapping[str, str]
    offered: _Offered | None = None


class _Gathered:
    """Accounts while what they show is gathered: vendors first, then listings, then mentions."""

    def __init__(self) -> None:
        self._accounts: dict[str, _Gathering] = {}
        self._records: dict[str, _Record] = {}

    def add_vendors(self, documents: Iterable[Document]) -> None:
        for document in documents:
            vendor = record_of(document)
            assert isinstance(vendor, Vendor)
            name = f"vendor:{document.id}"
            account = self._account(vendor.market, vendor.handle)
            account.vendor = document
            record = self._records[name] = _Record(account, document.body.get("sources", {}))
            for contact in vendor.contacts:
                account.clues.append(clue_of_contact(contact, _sighting(name, "contacts", record)))
            for text in vendor.pgp_keys:
                stated = fingerprint(text)
                if stated is not None:
                    seen = _sighting(name, "pgp_keys", record)
                    account.clues.append(Clue(kind="pgp_key", value=stated, sightings=(seen,)))
            shown: list[ExternalRating] = vendor.external_ratings
            account.claims += claims_of_ratings(shown, _sighting(name, "external_ratings", record))

    def add_listings(self, documents: Iterable[Document]) -> None:
        for document in documents:
            listing = _listing(document)
            if listing.vendor is not None:
                name = f"listing:{document.id}"
                account = self._account(listing.market, listing.vendor)
                offered = account.offered[name] = _Offered(document)
                self._records[name] = _Record(account, document.body.get("sources", {}), offered)

    def add_mentions(self, documents: Iterable[Document]) -> None:
        """Add mentions in the order of their ids, in which those of one text stand together."""
        for source, mentions in groupby(map(_mention, documents), key=lambda mention: mention.source):
            name, _, place = source.rpartition("#")
            record = self._records.get(name)
            if record is not None:
                self._add_text(record, place, _sighting(name, place, record), list(mentions))

    def records(self) -> list[str]:
        """The names of the records that were added."""
        return list(self._records)

    def accounts(self) -> list[Account]:
        return [_account(account_id, gathered) for account_id, gathered in self._accounts.items()]

    def _account(self, market: str, handle: str) -> _Gathering:
        return self._accounts.setdefault(account_id_of(market, handle), _Gathering(market, handle))

    @staticmethod
    def _add_text(record: _Record, place: str, sighting: Sighting, mentions: list[Mention]) -> None:
        mentions.sort(key=lambda one: (one.start, one.end, one.type, one.value))
        record.account.clues += [clue for mention in mentions for clue in clues_of_mention(mention, sighting)]
        record.account.claims += claims_of_mentions(mentions, sighting)
        if record.offered is not None:
            known = any(one.type == "drug" and one.data.get("role") == "offered" for one in mentions)
            record.offered.amounts[place] = {"total": total(mentions, known=known), "strength": strength(mentions)}


def _account(account_id: str, gathered: _Gathering) -> Account:
    body = gathered.vendor.body if gathered.vendor is not None else {}
    keywords = gathered.vendor.keywords if gathered.vendor is not None else {}
    vendor = record_of(gathered.vendor) if gathered.vendor is not None else None
    assert vendor is None or isinstance(vendor, Vendor)
    return Account(
        id=account_id,
        market=gathered.market,
        handle=gathered.handle,
        clues=merge_clues(gathered.clues),
        claims=merge_claims(gathered.claims, market=gathered.market, handle=gathered.handle),
        description=vendor.description if vendor is not None else None,
        terms=vendor.terms if vendor is not None else None,
        offers=tuple(_offer(name, gathered.offered[name]) for name in sorted(gathered.offered)),
        ships_from=codes(keywords.get("ships_from", [])),
        ships_to=codes(keywords.get("ships_to", [])),
        registered_at=vendor.registered_at if vendor is not None else None,
        last_seen_at=vendor.last_seen_at if vendor is not None else None,
        record=f"vendor:{account_id}" if vendor is not None else None,
        sources=body.get("sources", {}),
    )


def _offer(name: str, offered: _Offered) -> Offer:
    """A listing as an offer; its substances, kind, places and price in dollars are those that ingest worked out."""
    document = offered.document
    listing = _listing(document)
    keywords = document.keywords
    goods = next(iter(keywords.get("goods", [])), None)
    substances = keywords.get("substance", [])
    texts = [offered.amounts[place] for place in ("title", "description") if place in offered.amounts]
    of_drugs = goods == "drug" or bool(substances)
    hashes = (photo_hash(image) for image in listing.images)
    return Offer(
        record=name,
        listing_id=listing.listing_id,
        title=listing.title,
        description=listing.description,
        category=tuple(listing.category),
        price_usd=next(iter(document.numbers.get("price", [])), None),
        ships_from=codes(keywords.get("ships_from", [])),
        ships_to=codes(keywords.get("ships_to", [])),
        goods=goods,
        substances=tuple(substances),
        total=next((one["total"] for one in texts if one["total"] and of_drugs), None),
        strength=next((one["strength"] for one in texts if one["strength"] and of_drugs), None),
        photos=tuple(dict.fromkeys(found for found in hashes if found is not None)),
        captures=tuple(listing.captures),
        sources=document.body.get("sources", {}),
    )


def _mention(document: Document) -> Mention:
    mention = record_of(document)
    assert isinstance(mention, Mention)
    return mention


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
