"""The conventions of a facade: what its ``facade.yaml`` may say, and what holds when it says nothing."""

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nightpost.errors import NightpostError
from replica.world.world import DEFAULT_START

BUILDS = Path(__file__).parent / "builds"
"""The folders of facades: ``facade.yaml`` and templates."""

Currency = Literal["USD", "EUR", "GBP", "AUD", "CAD", "RUB", "PLN", "SEK", "BTC", "LTC", "XMR"]


class FacadeError(NightpostError):
    """There is no such facade, or its files cannot be used."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Relative(_Part):
    """How times are told from now on backwards: ``pattern`` with ``{span}``; a unit's word for one and for many."""

    pattern: str = "{span} ago"
    number: str = Field(default="{count} {word}", description="How a number of units is written: {count}, {word}.")
    now: str = "just now"
    minute: tuple[str, str] = ("minute", "minutes")
    hour: tuple[str, str] = ("hour", "hours")
    day: tuple[str, str] = ("day", "days")
    month: tuple[str, str] = ("month", "months")
    year: tuple[str, str] = ("year", "years")


class Dates(_Part):
    """Patterns of `datetime.strftime`, or ``relative``, by what they date; what is not named is as ``default``."""

    default: str = "%Y-%m-%d"
    registered: str | None = None
    seen: str | None = None
    posted: str | None = None
    review: str | None = None
    now: str = "%Y-%m-%d %H:%M"

    def pattern(self, what: Literal["registered", "seen", "posted", "review", "now"]) -> str:
        """The pattern for one kind of date."""
        return getattr(self, what) or self.default


ListingField = Literal["vendor", "price", "ships_from", "ships_to"]
RowField = Literal["vendor", "price", "ships_from", "ships_to", "url"]
VendorField = Literal["pgp_keys", "registered_at", "sales"]


class States(_Part):
    """Which fields the pages of a facade state; the truth of a page holds no others."""

    listing: dict[ListingField, bool] = {}
    rows: dict[RowField, bool] = {}
    vendor: dict[VendorField, bool] = {}
    pgp: bool = Field(default=True, description="Whether the pgp pages say whose key it is.")

    def listing_states(self, field: ListingField) -> bool:
        """Whether a listing's own page states a field: everything, unless it is said otherwise."""
        return self.listing.get(field, True)

    def row_states(self, field: RowField) -> bool:
        """Whether the rows of index pages state a field: all but the countries, unless it is said otherwise."""
        return self.rows.get(field, field not in {"ships_from", "ships_to"})

    def vendor_states(self, field: VendorField) -> bool:
        """Whether a vendor's page states a field: everything, unless it is said otherwise."""
        return self.vendor.get(field, True)


class Conventions(_Part):
    """A ``facade.yaml``. Only ``title`` has to be there."""

    title: str = Field(description="The market's display name.")
    language: str = Field(default="en", description="Language of country names (ISO 639-1).")
    start: date = Field(default=DEFAULT_START, description="The day on which the pages are seen.")
    family: Literal["harbour", "lantern", "orchard"] = Field(
        default="harbour", description="Whose names of categories: two deep trees, or a flat list (lantern)."
    )
    categories: dict[str, str] = Field(default={}, description="Other words for the names of categories.")
    charset: str = "utf-8"
    onion: Literal[16, 56] = Field(default=56, description="Length of the onion address: version 2 or 3.")
    absolute: bool = Field(default=False, description="Links carry scheme and host.")
    me: str = Field(default="tester77", description="The logged-in account.")

    dates: Dates = Dates()
    relative: Relative = Relative()
    months: tuple[str, ...] = Field(default=(), description="Twelve names for %B, where they are not English.")

    money: dict[str, str] = Field(
        default={"*": "{symbol}{amount}", "coin": "{amount} {code}"},
        description="Patterns by currency; 'coin' for coins, '*' for all others. {symbol}, {code}, {amount}.",
    )
    symbols: dict[str, str] = Field(default={}, description="Other signs of currencies, for {symbol}.")
    decimal: str = "."
    thousands: str = ","
    fiat_decimals: int = Field(default=2, ge=0, le=2)
    coin_decimals: int = Field(default=6, ge=2, le=8)
    currencies: tuple[Currency, ...] = Field(default=("USD",), description="Each vendor prices in one of these.")
    coin: Currency = Field(default="BTC", description="The coin of price_coin.")
    price_shown: Literal["fiat", "coin", "both"] = "fiat"
    others: tuple[Currency, ...] = Field(default=(), description="The currencies of price_other.")
    rates: tuple[tuple[Currency, Currency], ...] = Field(
        default=(("BTC", "USD"), ("XMR", "USD")), description="The exchange rates that the pages show."
    )

    worth: dict[Currency, Decimal] = Field(default={}, description="US dollars for one unit, where it is not today's.")

    counts: Literal["plain", "comma", "dot", "space", "short"] = Field(
        default="plain", description="1234; 1,234; 1.234; 1 234; 1.2K+"
    )
    score: Literal["percent", "stars"] = "percent"

    worldwide: str = "Worldwide"
    europe: str = "European Union"
    excepting: str | None = Field(
        default=None, alias="except", description="The word before excluded countries in destinations; none: apart."
    )
    list_mark: str = Field(default=", ", description="What stands between countries.")
    places: dict[str, str] = Field(default={}, description="Other names of countries, by code.")
    homes: tuple[str, ...] = Field(
        default=(),
        description="Countries that vendors send from, as often as named; none: the world's.",
    )
    digital: str = Field(default="", description="What stands for the countries of goods that are not sent.")

    days: str = Field(default="{min}-{max} days", description="How long an option takes.")
    unlimited: str = Field(default="Unlimited", description="Stock without limit.")
    escrow: dict[str, str] = Field(
        default={
            "escrow": "Escrow", "finalize_early": "Finalize Early", "multisig": "2/3 Multisig", "partial": "50% FE",
        }
    )  # fmt: skip
    coins: dict[str, str] = Field(default={"btc": "Bitcoin", "ltc": "Litecoin", "xmr": "Monero"})
    signs: dict[str, str] = Field(
        default={"positive": "Positive", "neutral": "Neutral", "negative": "Negative"}, description="Ratings."
    )

    urls: dict[str, str] = Field(
        default={},
        description="Patterns by kind of page: {number} {slug} {hash} {handle} {vendor_number} {category} {page}.",
    )
    row_title: int | None = Field(default=None, ge=10, description="Longer titles are cut in rows, with '...'.")
    page_size: int = Field(default=20, ge=1)
    states: States = States()
    t: dict[str, str] = Field(default={}, description="The facade's own words for its templates.")
    held_out: bool = Field(
        default=False, description="Only measures readers: nothing is trained or tuned on its pages."
    )


def facade_names() -> list[str]:
    """The names of all facades."""
    return sorted(file.parent.name for file in BUILDS.glob("*/facade.yaml"))


@cache
def conventions(name: str) -> Conventions:
    """A facade's conventions.

    Raises:
        FacadeError: there is no facade of that name, or its file does not say what it may.
    """
    if name not in facade_names():
        raise FacadeError(f"there is no facade {name!r}; take one of {', '.join(facade_names())}")
    file = BUILDS / name / "facade.yaml"
    try:
        return Conventions.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise FacadeError(f"{file} is no facade: {error}; correct it") from error
