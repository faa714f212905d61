"""A world at one time: prices, stock, counts and reviews as they are then.

Before the world's start nothing changes; after it, sales go on every day and prices move every few days.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from replica.world.model import Account, Listing, Market, Review
from replica.world.reviews import all_reviews
from replica.world.shelves import Shelves

_RATES = {"USD": "1", "EUR": "1.0840", "GBP": "1.2710", "BTC": "61250", "LTC": "84.20", "XMR": "158.40"}
"""US dollars for one unit, at the start; the coins' rates move by a few percent, the others do not."""

_PRICE_DAYS = 3
_PRICE_MOVE = 0.12
_RATE_MOVE = 0.06
_QUANTUM = {"BTC": Decimal("0.00000001"), "LTC": Decimal("0.000001"), "XMR": Decimal("0.000001")}
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Moment:
    """One market of a world at one time."""

    seed: int
    market: Market
    shelves: Shelves
    start: datetime
    at: datetime

    @property
    def day(self) -> int:
        """Whole days since the world's start, 0 before it."""
        return max(0, (self.at - self.start).days)

    def rate(self, currency: str) -> Decimal:
        """US dollars for one unit of a currency or coin."""
        rate = Decimal(_RATES[currency])
        if currency in _QUANTUM:
            rate = (rate * self._move(_RATE_MOVE, currency, self.day)).quantize(_CENT)
        return rate

    def price(self, listing: Listing, currency: str, factor: Decimal = Decimal(1)) -> Decimal:
        """What one unit costs, in a currency or coin, to its usual precision; ``factor`` is a bulk step's."""
        return self.convert(self.usd(listing) * factor, currency)

    def usd(self, listing: Listing) -> Decimal:
        """What one unit costs, in US dollars and cents."""
        step = (self.day + listing.number % _PRICE_DAYS) // _PRICE_DAYS
        if step == 0:
            return listing.usd
        return max(_CENT, (listing.usd * self._move(_PRICE_MOVE, listing.number, step)).quantize(_CENT))

    def convert(self, usd: Decimal, currency: str) -> Decimal:
        """A sum in US dollars in another currency, to its usual precision."""
        return (usd / self.rate(currency)).quantize(_QUANTUM.get(currency, _CENT))

    def sold(self, listing: Listing) -> int:
        """How many were sold."""
        return listing.sold + int(listing.sold_daily * self.day)

    def views(self, listing: Listing) -> int:
        """How often the listing was looked at."""
        return listing.views + self.day * (1 + listing.number % 40)

    def stock(self, listing: Listing) -> int | None:
        """How many are left; None when the vendor does not limit it."""
        return None if listing.stock is None else max(0, listing.stock - int(listing.sold_daily * self.day))

    def sales(self, account: Account) -> int:
        """Sales of an account on this market."""
        return account.earlier_sales + sum(map(self.sold, self.shelves.of(account)))

    def last_seen(self, account: Account) -> datetime:
        """When the vendor was last there, to the minute."""
        minutes = zlib.crc32(f"{self.seed}/{account.id}/{self.day}".encode()) % 1200
        return (self.at - timedelta(days=account.idle_days, minutes=minutes)).replace(second=0, microsecond=0)

    def reviews(self, listing: Listing) -> list[Review]:
        """Reviews of a listing so far, newest first."""
        return self._past(all_reviews(self.seed, listing, self.shelves.owner(listing).reliability, self.start))

    def reviews_of(self, account: Account) -> list[Review]:
        """Reviews of all listings of an account so far, newest first."""
        found = [review for listing in self.shelves.of(account) for review in self.reviews(listing)]
        return sorted(found, key=lambda review: (review.posted_at, review.listing), reverse=True)

    def _past(self, reviews: Iterable[Review]) -> list[Review]:
        return [review for review in reviews if review.posted_at <= self.at]

    def _move(self, width: float, *names: object) -> Decimal:
        """A factor around 1, the same for the same names."""
        spread = zlib.crc32("/".join([str(self.seed), *map(str, names)]).encode()) / 0xFFFFFFFF
        return Decimal(str(round(1 + width * (2 * spread - 1), 4)))
