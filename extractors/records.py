"""The records: the words that every room right of the archive uses.

Times are timezone-aware UTC. Absent is ``None`` or ``[]``, never ``""`` or 0. Countries are ISO 3166-1 alpha-2 in upper
case, plus ``EU`` and ``WW`` (worldwide). A field holds what the page states; what is inferred from free text is a
`Mention`. Every record names the captures it came from.
"""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer

from archive.capture import Capture

__all__ = [
    "Capture",
    "Contact",
    "Disputes",
    "ExternalRating",
    "Listing",
    "Mention",
    "MentionType",
    "Money",
    "Observation",
    "PageKind",
    "Price",
    "Rating",
    "Record",
    "RecordKind",
    "Review",
    "ShippingOption",
    "Vendor",
]

PageKind = Literal[
    "listing", "listing_index", "category_index", "vendor", "buyer", "reviews", "pgp", "login", "captcha", "queue",
    "banned", "maintenance", "not_found", "error", "other",
]  # fmt: skip

MentionType = Literal[
    "drug", "quantity", "strength", "purity", "price", "ship_from", "ship_to", "ship_excluded", "carrier",
    "delivery_time", "stealth", "tracking", "reship", "refund", "order_cutoff", "payment", "crypto_address",
    "pgp_key", "email", "telegram", "wickr", "session", "signal", "threema", "jabber", "tox", "icq", "discord",
    "phone", "onion", "url", "other_account", "firearm", "laundering", "counterfeit", "fraud",
]  # fmt: skip

Escrow = Literal["escrow", "finalize_early", "multisig", "partial"]

# An amount is exact inside (markets quote 0.00013823 BTC) and a JSON number outside, as other programs expect.
Amount = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Money(_Model):
    """A sum: ``currency`` is an ISO 4217 code, or a coin's ticker such as ``BTC`` or ``XMR``."""

    amount: Amount
    currency: str


class Price(_Model):
    """One step of a listing's price: what one unit costs when between so many units are bought."""

    amount: Amount
    currency: str
    min_quantity: Amount | None = None
    max_quantity: Amount | None = None
    unit: str | None = None


class ShippingOption(_Model):
    """A way of sending that the buyer may choose; days are as the page states them (fractions occur)."""

    name: str
    price: Money | None = None
    days_min: float | None = None
    days_max: float | None = None


class Rating(_Model):
    """A rating as the market shows it: ``score`` out of ``scale``, and counts of feedback by sign."""

    score: float | None = None
    scale: float | None = None
    positive: int | None = None
    neutral: int | None = None
    negative: int | None = None


class Disputes(_Model):
    """Disputes that the vendor won and lost."""

    won: int | None = None
    lost: int | None = None


class ExternalRating(_Model):
    """An account on another market, as this market imported or shows it; ``market`` in lower case with hyphens."""

    market: str
    handle: str | None = None
    sales: int | None = None
    rating: float | None = None


class Contact(_Model):
    """A way to reach somebody: ``type`` is the mention type (email, telegram, ...), ``value`` its normal form."""

    type: str
    value: str


class Listing(_Model):
    """What one vendor offers on one market."""

    kind: Literal["listing"] = "listing"
    market: str
    listing_id: str
    url: str | None = None
    title: str | None = None
    description: str | None = None
    vendor: str | None = None
    category: list[str] = Field(default_factory=list)
    price: Money | None = None
    prices: list[Price] = Field(default_factory=list)
    unit: str | None = None
    ships_from: list[str] = Field(default_factory=list)
    ships_to: list[str] = Field(default_factory=list)
    ships_excluded: list[str] = Field(default_factory=list)
    shipping_options: list[ShippingOption] = Field(default_factory=list)
    payment: list[str] = Field(default_factory=list)
    escrow: Escrow | None = None
    stock: int | None = None
    sold: int | None = None
    views: int | None = None
    min_order: Amount | None = None
    posted_at: AwareDatetime | None = None
    images: list[str] = Field(default_factory=list)
    first_seen_at: AwareDatetime | None = None
    last_seen_at: AwareDatetime | None = None
    captures: list[str] = Field(default_factory=list)

    @property
    def record_id(self) -> str:
        """``market/listing_id``: unique among listings."""
        return f"{self.market}/{self.listing_id}"


class Vendor(_Model):
    """An account on one market that sells."""

    kind: Literal["vendor"] = "vendor"
    market: str
    handle: str
    url: str | None = None
    description: str | None = None
    terms: str | None = None
    pgp_keys: list[str] = Field(default_factory=list)
    contacts: list[Contact] = Field(default_factory=list)
    ships_from: list[str] = Field(default_factory=list)
    ships_to: list[str] = Field(default_factory=list)
    registered_at: AwareDatetime | None = None
    last_seen_at: AwareDatetime | None = None
    level: str | None = None
    trust_level: str | None = None
    rating: Rating | None = None
    sales: int | None = None
    disputes: Disputes | None = None
    external_ratings: list[ExternalRating] = Field(default_factory=list)
    finalize_early: bool | None = None
    captures: list[str] = Field(default_factory=list)

    @property
    def record_id(self) -> str:
        """``market/handle``, the handle in lower case: unique among vendors, as handles differ by case on no market."""
        return f"{self.market}/{self.handle.casefold()}"


class Review(_Model):
    """What a buyer wrote of a sale. ``buyer`` is as shown, usually with most letters masked."""

    kind: Literal["review"] = "review"
    market: str
    listing_id: str | None = None
    vendor: str | None = None
    buyer: str | None = None
    rating: str | None = None
    text: str | None = None
    amount: Money | None = None
    posted_at: AwareDatetime | None = None
    captures: list[str] = Field(default_factory=list)


Record = Annotated[Listing | Vendor | Review, Field(discriminator="kind")]
RecordKind = Literal["listing", "vendor", "review"]


class Mention(_Model):
    """Something that a text says: a span, its normal form, and who read it there.

    ``start`` and ``end`` are character offsets into the text of the field that ``source`` names
    (``KIND:RECORD_ID#FIELD``); ``value`` is the normal form as text, ``unit`` its unit; ``data`` holds what the type
    adds (a chain, a class, a market).
    """

    type: MentionType
    text: str
    start: int
    end: int
    value: str
    unit: str | None = None
    source: str
    extractor: str
    version: str
    confidence: float = Field(ge=0, le=1)
    data: dict[str, Any] = Field(default_factory=dict)


class Observation(_Model):
    """One change between two captures of the same listing or vendor."""

    record: str
    field: str
    before: Any
    after: Any
    at: AwareDatetime
    capture: str
