"""What templates are given: listings, vendors, reviews and the market, everything already in the facade's words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CategoryView:
    """A category; ``count`` is how many listings it and those below it hold, as text."""

    number: int
    name: str
    url: str
    count: str
    children: tuple["CategoryView", ...] = ()


@dataclass(frozen=True, slots=True)
class RateView:
    """An exchange rate: what one coin costs in a currency."""

    coin: str
    currency: str
    text: str


@dataclass(frozen=True, slots=True)
class MarketView:
    """The market as every page may show it; ``me`` is the logged-in account."""

    name: str
    host: str
    me: str
    balance: str
    rates: tuple[RateView, ...]
    categories: tuple[CategoryView, ...]
    now: str
    user_count: str


@dataclass(frozen=True, slots=True)
class PriceView:
    """A step of a price table; ``max`` is empty for the last."""

    min: str
    max: str
    price: str


@dataclass(frozen=True, slots=True)
class ShippingView:
    """A way of sending."""

    name: str
    price: str
    days: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingView:
    """A listing. In rows and among ``similar``, the title may be cut, and reviews and similar ones are absent."""

    id: str
    number: int
    url: str
    title: str
    description: str
    vendor: str
    vendor_url: str
    vendor_sales: str
    vendor_score: str
    price: str
    price_coin: str
    price_other: tuple[str, ...]
    prices: tuple[PriceView, ...]
    category: tuple[CategoryView, ...]
    origin: str
    origin_code: str
    destinations: str
    destination_codes: tuple[str, ...]
    excluded: str
    shipping: tuple[ShippingView, ...]
    payment: tuple[str, ...]
    escrow: str
    stock: str
    sold: str
    views: str
    posted: str
    images: tuple[str, ...]
    unit: str
    reviews: tuple["ReviewView", ...] = ()
    similar: tuple["ListingView", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """What a buyer wrote; ``rating`` is the facade's word, ``sign`` positive, neutral or negative, ``stars`` of 5."""

    buyer: str
    rating: str
    sign: str
    stars: int
    text: str
    amount: str
    posted: str
    listing: ListingView


@dataclass(frozen=True, slots=True)
class ContactView:
    """A way to reach a vendor outside the market."""

    type: str
    value: str


@dataclass(frozen=True, slots=True)
class ExternalView:
    """A vendor's account on another market."""

    market: str
    sales: str
    rating: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorView:
    """A vendor; counts are texts, ``pgp`` the armored key or an empty text."""

    number: int
    handle: str
    url: str
    pgp_url: str
    reviews_url: str
    about: str
    terms: str
    pgp: str
    fingerprint: str
    registered: str
    last_seen: str
    level: str
    trust: str
    score: str
    positive: str
    neutral: str
    negative: str
    feedback: str
    sales: str
    disputes_won: str
    disputes_lost: str
    finalize_early: bool
    contacts: tuple[ContactView, ...]
    ships_from: str
    ships_from_code: str
    ships_to: str
    external: tuple[ExternalView, ...]
    listings: tuple[ListingView, ...]
    reviews: tuple[ReviewView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerView:
    """An account that only buys."""

    name: str
    url: str
    registered: str
    last_seen: str
    orders: str
    spent: str
    trust: str
    disputes: str
    reviews: tuple[ReviewView, ...]


@dataclass(frozen=True, slots=True)
class PagerView:
    """The place of an index page among its pages, from 1; ``next`` and ``prev`` are empty at the ends."""

    page: int
    pages: int
    total: str
    url_of: Callable[[int], str]
    next: str
    prev: str

    @property
    def near(self) -> Sequence[int]:
        """The pages around this one."""
        return range(max(1, self.page - 3), min(self.pages, self.page + 3) + 1)


@dataclass(frozen=True, slots=True)
class WaitView:
    """How long an anti-DDoS queue says it takes."""

    position: int
    seconds: int
    minutes: int
