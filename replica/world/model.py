"""What a world is made of. Everything is frozen: what changes with time is worked out by `replica.world.moment`."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from replica.world.addresses import CryptoAddress
from replica.world.openpgp import PgpKey

Escrow = Literal["escrow", "finalize_early", "multisig", "partial"]
Tracking = Literal["yes", "no", "optional"]
Sign = Literal["positive", "neutral", "negative"]
SIGNS: tuple[Sign, ...] = ("positive", "neutral", "negative")
Evidence = Literal["pgp", "address", "contact", "handle", "text"]
"""What two accounts can share; the first three are hard evidence that the same seller runs both."""


@dataclass(frozen=True, slots=True)
class Market:
    """A practice market.

    Attributes:
        name: its name in records, lower case.
        family: the family of templates that shows it.
        key: the market's own PGP key; it is on every vendor's page and belongs to no vendor.
        escrow_address: where buyers pay; it is on every vendor's and listing's page and belongs to no vendor.
    """

    name: str
    family: str
    key: PgpKey
    escrow_address: CryptoAddress


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach a seller: ``type`` as mentions name it, ``value`` in its normal form."""

    type: str
    value: str


@dataclass(frozen=True, slots=True)
class OtherAccount:
    """An account on another market as this market vouches for it; ``market`` as pages write it."""

    market: str
    sales: int
    rating: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A vendor's account on one market. Counts are as they were at the world's start.

    ``seller`` says who runs it: the same number on several markets is the same seller; ``shares`` says what this
    account has in common with the seller's others. ``description`` and ``terms`` are as the vendor wrote them, lines
    separated by newlines.
    """

    market: str
    number: int
    handle: str
    seller: int
    shares: frozenset[Evidence]
    description: str
    terms: str | None
    key: PgpKey | None
    contacts: tuple[Contact, ...]
    addresses: tuple[CryptoAddress, ...]
    ships_from: tuple[str, ...]
    ships_to: tuple[str, ...]
    registered_at: datetime
    idle_days: int
    level: int
    trust_level: int
    earlier_sales: int
    disputes_won: int
    disputes_lost: int
    others: tuple[OtherAccount, ...]
    finalize_early: bool
    reliability: float

    @property
    def id(self) -> str:
        """``market/handle`` with the handle in lower case."""
        return f"{self.market}/{self.handle.casefold()}"


@dataclass(frozen=True, slots=True)
class ShippingOption:
    """A way of sending; the price is in USD."""

    name: str
    price: Decimal
    days_min: int
    days_max: int


@dataclass(frozen=True, slots=True)
class BulkStep:
    """From so many units on, one unit costs this part of the full price."""

    min_quantity: int
    factor: Decimal


@dataclass(frozen=True, slots=True)
class Facts:
    """What a listing's title and description say in words, in the terms of the project's free-text facts."""

    substances: tuple[str, ...]
    goods: str
    total: tuple[Decimal, str] | None
    strength: tuple[Decimal, str] | None
    purity_pct: Decimal | None
    stealth: bool
    tracking: Tracking | None
    carriers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """An offer of one account. ``usd`` is the price of one unit at the world's start; counts are as they were then."""

    market: str
    number: int
    account: int
    title: str
    description: str
    category: str
    facts: Facts
    usd: Decimal
    currency: str
    unit: str
    steps: tuple[BulkStep, ...]
    ships_from: tuple[str, ...]
    ships_to: tuple[str, ...]
    ships_excluded: tuple[str, ...]
    options: tuple[ShippingOption, ...]
    payment: tuple[str, ...]
    escrow: Escrow
    stock: int | None
    sold: int
    sold_daily: Decimal
    views: int
    min_order: int
    posted_at: datetime
    pictures: tuple[int, ...] = field(default=())
    hostile: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a buyer wrote of a sale; ``stars`` of 5; the amount in USD."""

    listing: int
    buyer: str
    sign: Sign
    stars: int
    text: str
    usd: Decimal
    posted_at: datetime
