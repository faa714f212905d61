"""The data that worlds are made of: products, categories, places and pieces of text, read once from ``data/``."""

from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

FAMILIES = ("harbour", "lantern", "orchard")
"""The names of the families of templates; each names categories in its own words."""

Measure = Literal["g", "ml", "items", "none"]

_DATA = Path(__file__).parent / "data"


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Strength(_Entry):
    """The doses that a product comes in, and their unit (mg, ug, mg/ml)."""

    values: tuple[float, ...]
    unit: str


class Product(_Entry):
    """One kind of goods; ``usd`` is the price of one g, ml or item when few are bought."""

    substances: tuple[str, ...]
    goods: str
    category: str
    measure: Measure
    usd: float
    names: tuple[str, ...]
    suffix: tuple[str, ...] = ()
    amounts: tuple[float, ...] = ()
    purity: tuple[int, int] | None = None
    strength: Strength | None = None
    digital: bool = False


class Catalogue(_Entry):
    """What can be sold, and how the families of templates sort it."""

    products: dict[str, Product]
    spellings: dict[float, tuple[str, ...]]
    categories: dict[str, dict[str, tuple[str, ...]]]


class Country(_Entry):
    """A country: names that pages use (a market's own word first), who carries parcels there, and in how many days."""

    names: tuple[str, ...]
    carriers: tuple[str, ...]
    post: str
    days: tuple[int, int]


class Places(_Entry):
    """Countries by their ISO 3166-1 alpha-2 code, and how often vendors live in each."""

    countries: dict[str, Country]
    weights: dict[str, float]
    europe: tuple[str, ...]
    union: tuple[str, ...]
    excluded: tuple[str, ...]

    def name(self, code: str) -> str:
        """A market's own word for a country code, ``EU`` or ``WW``."""
        return {"EU": "European Union", "WW": "Worldwide"}.get(code) or self.countries[code].names[0]


class Handles(_Entry):
    """What handles are put together from."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    joins: tuple[str, ...]


class Writing(_Entry):
    """The pieces of vendors' and buyers' texts; ``{slots}`` are filled from what is true."""

    handles: Handles
    openings: tuple[str, ...]
    quality: tuple[str, ...]
    purity: tuple[str, ...]
    strength: tuple[str, ...]
    amount: tuple[str, ...]
    stealth: tuple[str, ...]
    tracking_yes: tuple[str, ...]
    tracking_no: tuple[str, ...]
    tracking_optional: tuple[str, ...]
    carrier: tuple[str, ...]
    delivery: tuple[str, ...]
    delivery_world: tuple[str, ...]
    shipping: tuple[str, ...]
    excluded: tuple[str, ...]
    closings: tuple[str, ...]
    extras: tuple[str, ...]
    ornaments: tuple[str, ...]
    profiles: tuple[str, ...]
    about: tuple[str, ...]
    terms: tuple[str, ...]
    contact: tuple[str, ...]
    address: tuple[str, ...]
    placeholder: str
    escrow_note: str
    market_key_note: str
    spellings: dict[str, tuple[str, ...]]
    mail_hosts: tuple[str, ...]
    jabber_hosts: tuple[str, ...]
    reviews: dict[str, tuple[str, ...]] = Field(description="By sign: positive, neutral, negative.")
    hostile_titles: tuple[str, ...]
    hostile_texts: tuple[str, ...]


@cache
def catalogue() -> Catalogue:
    """``data/catalogue.yaml``."""
    return Catalogue.model_validate(_read("catalogue.yaml"))


@cache
def places() -> Places:
    """``data/places.yaml``."""
    return Places.model_validate(_read("places.yaml"))


@cache
def writing() -> Writing:
    """``data/writing.yaml``."""
    return Writing.model_validate(_read("writing.yaml"))


def _read(name: str) -> object:
    return yaml.safe_load((_DATA / name).read_text(encoding="utf-8"))
