"""What is true, as JSON: the records that a perfect reader would make of a market's pages, and who is who.

Records have the fields of the project's record types. Fields that a market's pages do not state are null or empty;
``captures`` and the times of first and last sight are the reader's own and stay empty.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations
from typing import Any

from replica.world.addressing import listing_path, picture_path, vendor_path
from replica.world.categories import CategoryTree
from replica.world.model import SIGNS, Account, Evidence, Listing, Review
from replica.world.moment import Moment
from replica.world.showing import SHOWINGS, Showing

Json = dict[str, Any]

_SCORE_STEP = Decimal("0.01")


def slug(name: str) -> str:
    """A market's name as records write it: lower case, hyphens for spaces."""
    return "-".join(name.lower().split())


class MarketTruth:
    """The truth of one market at one time, as a family of templates states it; URLs begin with ``base_url``."""

    def __init__(self, moment: Moment, family: str, base_url: str = "") -> None:
        self._moment = moment
        self._family = family
        self._base = base_url
        self._showing: Showing = SHOWINGS[family]
        self._tree = CategoryTree(family)

    def as_json(self) -> Json:
        """The market, its listings, vendors and reviews."""
        shelves, market = self._moment.shelves, self._moment.market
        return {
            "market": market.name,
            "family": self._family,
            "at": iso(self._moment.at),
            "market_pgp_fingerprint": market.key.fingerprint,
            "market_escrow_address": market.escrow_address.address,
            "listings": [self.listing(listing) for listing in shelves.listings],
            "vendors": [self.vendor(account) for account in shelves.accounts],
            "reviews": [
                self.review(review, listing) for listing in shelves.listings for review in self._moment.reviews(listing)
            ],
            "facts": {f"{market.name}/{listing.number}": facts(listing) for listing in shelves.listings},
            "hostile_listings": [str(listing.number) for listing in shelves.listings if listing.hostile],
        }

    def listing(self, listing: Listing) -> Json:
        """A listing's record."""
        moment, showing = self._moment, self._showing
        category = self._tree.of(listing.category)
        currency = showing.currency(listing)
        record: Json = {
            "url": self._base + listing_path(self._family, listing, category.number),
            "title": listing.title,
            "description": listing.description,
            "vendor": moment.shelves.owner(listing).handle,
            "category": list(category.path),
            "price": money(moment.price(listing, currency), currency),
            "prices": list(self._prices(listing, currency)),
            "unit": listing.unit,
            "ships_from": list(listing.ships_from),
            "ships_to": list(listing.ships_to),
            "ships_excluded": list(listing.ships_excluded),
            "shipping_options": list(self._options(listing, currency)),
            "payment": list(listing.payment),
            "escrow": listing.escrow,
            "stock": moment.stock(listing),
            "sold": showing.count(moment.sold(listing)),
            "views": showing.count(moment.views(listing)),
            "min_order": listing.min_order,
            "posted_at": iso(showing.date(listing.posted_at)),
            "images": [self._base + picture_path(self._family, picture) for picture in listing.pictures],
        }
        head: Json = {"kind": "listing", "market": listing.market, "listing_id": str(listing.number)}
        return {**head, **_stated(record, showing.listing), **_seen(vendor=False)}

    def vendor(self, account: Account) -> Json:
        """A vendor's record."""
        moment, showing = self._moment, self._showing
        seen = showing.seen(moment.last_seen(account), moment.at)
        record: Json = {
            "url": self._base + vendor_path(self._family, account),
            "description": account.description,
            "terms": account.terms,
            "pgp_keys": [account.key.armored] if account.key else [],
            "contacts": [{"type": contact.type, "value": contact.value} for contact in account.contacts],
            "ships_from": list(account.ships_from),
            "ships_to": list(account.ships_to),
            "registered_at": iso(showing.date(account.registered_at)),
            "last_seen_at": iso(seen) if seen else None,
            "level": str(account.level),
            "trust_level": str(account.trust_level),
            "rating": self._rating(account),
            "sales": showing.count(moment.sales(account)),
            "disputes": {"won": account.disputes_won, "lost": account.disputes_lost},
            "external_ratings": [
                {"market": slug(other.market), "handle": None, "sales": other.sales, "rating": float(other.rating)}
                for other in account.others
            ],
            "finalize_early": account.finalize_early,
        }
        head: Json = {"kind": "vendor", "market": account.market, "handle": account.handle}
        return {**head, **_stated(record, showing.vendor), **_seen(vendor=True)}

    def review(self, review: Review, listing: Listing) -> Json:
        """A review's record."""
        currency = self._showing.currencies[0]
        return {
            "kind": "review",
            "market": listing.market,
            "listing_id": str(review.listing) if self._showing.review_listing else None,
            "vendor": self._moment.shelves.owner(listing).handle,
            "buyer": review.buyer,
            "rating": self._showing.rating(review),
            "text": review.text,
            "amount": money(self._moment.convert(review.usd, currency), currency),
            "posted_at": iso(review_date(self._family, review)),
            "captures": [],
        }

    def _prices(self, listing: Listing, currency: str) -> Iterator[Json]:
        """The steps of the price table, as the family writes it."""
        starts = [(step.min_quantity, step.factor) for step in listing.steps]
        if not starts:
            return
        if self._showing.bulk_from_one:
            starts.insert(0, (1, Decimal(1)))
        for place, (quantity, factor) in enumerate(starts):
            ends = starts[place + 1][0] - 1 if self._showing.bulk_from_one and place + 1 < len(starts) else None
            yield {
                **money(self._moment.price(listing, currency, factor), currency),
                "min_quantity": quantity,
                "max_quantity": ends,
                "unit": listing.unit,
            }

    def _options(self, listing: Listing, currency: str) -> Iterator[Json]:
        days = self._showing.option_days
        for option in listing.options:
            yield {
                "name": option.name,
                "price": money(self._moment.convert(option.price, currency), currency),
                "days_min": {"none": None, "most": option.days_max, "range": option.days_min}[days],
                "days_max": None if days == "none" else option.days_max,
            }

    def _rating(self, account: Account) -> Json | None:
        reviews = self._moment.reviews_of(account)
        score = rating_score(self._showing, reviews)
        rating: Json = {"score": None, "scale": None, "positive": None, "neutral": None, "negative": None}
        if score is not None:
            rating |= {"score": float(score), "scale": 100 if self._showing.score == "percent" else 5}
        if self._showing.rating_counts:
            rating |= {sign: sum(review.sign == sign for review in reviews) for sign in SIGNS}
        return rating if score is not None or self._showing.rating_counts else None


def rating_score(showing: Showing, reviews: Sequence[Review]) -> Decimal | None:
    """A vendor's rating to two decimals; None without a review that counts."""
    if showing.score == "stars":
        if not reviews:
            return None
        mean = Decimal(sum(review.stars for review in reviews)) / len(reviews)
        return mean.quantize(_SCORE_STEP, ROUND_HALF_UP)
    positive = sum(review.sign == "positive" for review in reviews)
    negative = sum(review.sign == "negative" for review in reviews)
    if not positive + negative:
        return None
    return (Decimal(100 * positive) / (positive + negative)).quantize(_SCORE_STEP, ROUND_HALF_UP)


def review_date(family: str, review: Review) -> datetime:
    """When a review was written, as far as the family states it: to the minute, or the day."""
    if family == "harbour":
        return review.posted_at
    return review.posted_at.replace(hour=0, minute=0)


def identities(accounts: Sequence[Account]) -> Json:
    """Who runs which account, and what every pair of accounts on different markets shares.

    ``pairs`` holds the pairs that share something or belong to one seller; every other pair shares nothing.
    """
    sellers: dict[int, list[str]] = {}
    for account in accounts:
        sellers.setdefault(account.seller, []).append(account.id)
    return {
        "sellers": [{"seller": seller, "accounts": ids} for seller, ids in sellers.items()],
        "accounts": {account.id: _evidence_of(account) for account in accounts},
        "pairs": [pair for first, second in _candidates(accounts) for pair in _pair(first, second)],
    }


def _candidates(accounts: Sequence[Account]) -> Iterator[tuple[Account, Account]]:
    """Pairs on different markets that may share something: of one seller, or with one handle."""
    by_seller: dict[int, list[Account]] = {}
    by_handle: dict[str, list[Account]] = {}
    for account in accounts:
        by_seller.setdefault(account.seller, []).append(account)
        by_handle.setdefault(account.handle.casefold(), []).append(account)
    for group in by_seller.values():
        yield from combinations(group, 2)
    for group in by_handle.values():
        yield from ((one, other) for one, other in combinations(group, 2) if one.seller != other.seller)


def _pair(first: Account, second: Account) -> Iterator[Json]:
    shared: list[Evidence] = []
    if first.key and second.key and first.key.fingerprint == second.key.fingerprint:
        shared.append("pgp")
    if set(first.addresses) & set(second.addresses):
        shared.append("address")
    if set(first.contacts) & set(second.contacts):
        shared.append("contact")
    hard = bool(shared)
    if first.handle.casefold() == second.handle.casefold():
        shared.append("handle")
    if first.seller == second.seller and "text" in first.shares & second.shares:
        shared.append("text")
    yield {
        "a": first.id,
        "b": second.id,
        "same_seller": first.seller == second.seller,
        "shares": shared,
        "hard_evidence": hard,
    }


def _evidence_of(account: Account) -> Json:
    return {
        "seller": account.seller,
        "pgp_fingerprints": [account.key.fingerprint] if account.key else [],
        "crypto_addresses": [{"chain": item.chain, "address": item.address} for item in account.addresses],
        "contacts": [{"type": contact.type, "value": contact.value} for contact in account.contacts],
    }


def facts(listing: Listing) -> Json:
    """What a listing's title and description say in words."""
    stated = listing.facts
    return {
        "substances": list(stated.substances),
        "goods": stated.goods,
        "total": _quantity(stated.total),
        "strength": _quantity(stated.strength),
        "purity_pct": None if stated.purity_pct is None else float(stated.purity_pct),
        "stealth": stated.stealth,
        "tracking": stated.tracking,
        "carriers": list(stated.carriers),
        "ships_from": list(listing.ships_from),
        "ships_excluded": list(listing.ships_excluded),
    }


def _quantity(quantity: tuple[Decimal, str] | None) -> Json | None:
    return None if quantity is None else {"value": float(quantity[0]), "unit": quantity[1]}


def money(amount: Decimal, currency: str) -> Json:
    """A sum as records write it."""
    return {"amount": float(amount), "currency": currency}


def iso(moment: datetime) -> str:
    """A time as the project's JSON writes it: ISO 8601 in UTC, ending in Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _stated(record: Json, fields: frozenset[str]) -> Json:
    """The record with the fields that are not stated emptied."""
    return {
        name: value if name in fields else [] if isinstance(value, list) else None for name, value in record.items()
    }


def _seen(*, vendor: bool) -> Json:
    return {"captures": []} if vendor else {"first_seen_at": None, "last_seen_at": None, "captures": []}
