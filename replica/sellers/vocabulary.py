"""The data that sellers are made of: goods, markets and words, read once from ``data/``."""

from datetime import date
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from replica.world.catalogue import Product, catalogue

_DATA = Path(__file__).parent / "data"


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Shop(_Entry):
    """Goods that are sold together; ``weight`` says by how many."""

    weight: float
    goods: tuple[str, ...]


class Goods(_Entry):
    """More names for the goods of `replica.world.catalogue`, more goods, and which go together."""

    names: dict[str, tuple[str, ...]]
    products: dict[str, Product]
    shops: tuple[Shop, ...]


class MarketSpan(_Entry):
    """A market: when it was open, how many sellers it draws, and what its forms put into profiles."""

    opened: date
    closed: date | None
    weight: float
    boilerplate: str
    escrow: str
    key_note: str


class Markets(_Entry):
    """All markets by name; ``end`` is the last day of the world."""

    end: date
    markets: dict[str, MarketSpan]
    placeholder: str

    def closing(self, name: str) -> date:
        """The last day on which the market was open."""
        return self.markets[name].closed or self.end


class TitleWords(_Entry):
    """What titles are decorated with."""

    quality: tuple[str, ...]
    extra: tuple[str, ...]
    ornaments: tuple[str, ...]
    separators: tuple[str, ...]
    frames: tuple[str, ...]
    places: tuple[str, ...]
    own: tuple[str, ...]


class HandleWords(_Entry):
    """What handles are put together from; ``plain`` are those that strangers choose alike."""

    nouns: tuple[str, ...]
    adjectives: tuple[str, ...]
    plain: tuple[str, ...]
    suffixes: tuple[str, ...]


class ClaimWords(_Entry):
    """How profiles speak of earlier accounts, later ones and former keys; of a reseller; and what impersonators say."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    key: tuple[str, ...]
    reseller: tuple[str, ...]
    passing: tuple[str, ...]


class Wording(_Entry):
    """The words that sellers write with; see ``data/wording.yaml``."""

    words: dict[str, tuple[str, ...]]
    profile: dict[str, tuple[str, ...]]
    terms: tuple[str, ...]
    common: tuple[str, ...]
    templates: tuple[str, ...]
    title_words: TitleWords
    misspelt: dict[str, tuple[str, ...]]
    handles: HandleWords
    claims: ClaimWords


@cache
def goods() -> Goods:
    """``data/goods.yaml``."""
    return Goods.model_validate(_read("goods.yaml"))


@cache
def markets() -> Markets:
    """``data/markets.yaml``."""
    return Markets.model_validate(_read("markets.yaml"))


@cache
def wording() -> Wording:
    """``data/wording.yaml``."""
    return Wording.model_validate(_read("wording.yaml"))


@cache
def product(key: str) -> Product:
    """A kind of goods of either catalogue, with all its names."""
    found = goods().products.get(key) or catalogue().products[key]
    return found.model_copy(update={"names": found.names + goods().names.get(key, ())})


def _read(name: str) -> object:
    return yaml.safe_load((_DATA / name).read_text(encoding="utf-8"))
