"""Small markets of our own in three languages, each built in its own way (``pages/``), and what their pages say."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import etree
from pydantic import BaseModel

from extractors.induction.samples import SavedPage
from extractors.page_kinds import KindGuess
from extractors.records import PageKind

MARKETS = ("english", "german", "russian")
FETCHED = datetime(2024, 5, 20, 12, 0, tzinfo=UTC)
HOST = "http://" + "m" * 56 + ".onion"
_FOLDER = Path(__file__).parent / "pages"
_ROWS = 3


class _Offer(BaseModel):
    number: int
    title: str
    vendor: str
    price: str
    ships_from: str
    ships_to: str
    text: str


class _Seller(BaseModel):
    handle: str
    since: date
    sales: int
    text: str

    @property
    def key(self) -> str:
        """Its public key block; no real key."""
        body = "\n".join(f"{self.handle}{line}".ljust(64, "x") for line in range(4))
        return f"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{body}\n-----END PGP PUBLIC KEY BLOCK-----"


class _Market(BaseModel):
    currency: str
    paths: dict[PageKind, str]
    places: dict[str, str]


class _World(BaseModel):
    offers: list[_Offer]
    sellers: list[_Seller]
    markets: dict[str, _Market]


@dataclass(frozen=True)
class Page:
    """A page of a market: where it was, its kind, and what it says, by field, as the records have it."""

    path: str
    kind: PageKind
    html: str
    truth: list[dict[str, Any]] = field(default_factory=list)

    @property
    def saved(self) -> SavedPage:
        """The page as it was saved."""
        return SavedPage(self.path, self.html.encode(), HOST + self.path, FETCHED)


def market_pages(name: str) -> list[Page]:
    """The pages of a market: six listings, three vendors, two indexes, in this order."""
    world = _world()
    market = world.markets[name]

    def page(kind: PageKind, number: object, truth: list[dict[str, Any]], **shown: object) -> Page:
        html = _templates().get_template(f"{name}.html").render(shown, kind=kind, place=market.places.get)
        return Page(market.paths[kind].format(number), kind, html, truth)

    rows = [world.offers[start : start + _ROWS] for start in range(0, len(world.offers), _ROWS)]
    return [
        *(page("listing", one.number, [_listing(one, market.currency)], offer=one) for one in world.offers),
        *(page("vendor", one.handle, [_vendor(one)], seller=one) for one in world.sellers),
        *(
            page("listing_index", number, [_row(one, market.currency) for one in part], offers=part)
            for number, part in enumerate(rows, 1)
        ),
    ]


def kinds_as_told(pages: list[Page]) -> Callable[..., KindGuess]:
    """A classifier that knows what kind each of these pages is, for tests of what comes after it."""
    told = {HOST + page.path: page.kind for page in pages}

    def guess(root: etree._Element, *, url: str = "") -> KindGuess:
        kind = told.get(url, "other")
        return KindGuess(kind, 1.0, {kind: 1.0})

    return guess


@cache
def _world() -> _World:
    return _World.model_validate(yaml.safe_load((_FOLDER / "market.yaml").read_text("utf-8")))


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)


def _row(offer: _Offer, currency: str) -> dict[str, Any]:
    price = (Decimal(offer.price), currency)
    return {"kind": "listing", "title": offer.title, "vendor": offer.vendor, "price": price}


def _listing(offer: _Offer, currency: str) -> dict[str, Any]:
    return {**_row(offer, currency), "ships_from": [offer.ships_from], "ships_to": [offer.ships_to]}


def _vendor(seller: _Seller) -> dict[str, Any]:
    return {
        "kind": "vendor", "handle": seller.handle, "registered_at": seller.since.isoformat(), "sales": seller.sales,
        "pgp_keys": [seller.key],
    }  # fmt: skip
