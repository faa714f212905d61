"""What looks wrong among values that a layout reads: signs that a selector finds something else than it should.

None is an error: a market may have one vendor, and a vendor may sell for nothing. A person looks and decides.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from pydantic import BaseModel

from extractors.records import Money

_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|\{\{|\bfunction\s*\(|&[a-z]{2,8};")
_LONGEST = {"title": 250, "handle": 50, "vendor": 50, "listing_id": 80, "buyer": 50, "level": 40, "trust_level": 40}
_PROSE = frozenset(["description", "terms", "text"])
_NAMES = frozenset(["handle", "vendor", "buyer"])
_MOST_WORDS_OF_A_NAME = 4
# No market of this kind is older.
_FIRST_YEAR = 2009
_KEY_BEGINS = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
# Fields that tell one record from another; and those which all pages may share, but rarely do.
_DIFFERENT = frozenset(["title", "listing_id", "url", "description", "handle", "pgp_keys", "text"])
_SELDOM_SAME = frozenset(["vendor", "price", "registered_at", "sales"])
_FEWEST_SAME, _FEWEST_SELDOM_SAME, _FEWEST_OFTEN = 3, 5, 6
_OFTEN = 0.6
_FEWEST_PRICES = 8
# Powers of ten that a price may be away from the middle one, and multiples of what they are away in the middle.
_PRICE_DISTANCE, _PRICE_DEVIATIONS = 2.0, 6.0
# Distinct values that are told apart; a field with more is not the same everywhere.
_MOST_VALUES = 20_000
_SHOWN = 160


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Something that looks wrong: a short code to count by, and one line for a person."""

    code: str
    message: str


def value_text(value: object, longest: int = _SHOWN) -> str:
    """A value as a person reads it, on one line, cut."""
    text = " ".join(_whole_text(value).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _whole_text(value: object) -> str:
    if isinstance(value, Money):
        return f"{value.amount} {value.currency}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, BaseModel):
        parts = ((name, getattr(value, name)) for name in type(value).model_fields)
        return ", ".join(f"{name} {_whole_text(part)}" for name, part in parts if part is not None)
    if isinstance(value, list):
        return (" | " if any(isinstance(part, BaseModel) for part in value) else ", ").join(map(_whole_text, value))
    return str(value)


def value_suspicions(
    name: str, value: object, values: Mapping[str, object], fetched_at: datetime | None
) -> Iterator[Suspicion]:
    """What looks wrong with one value.

    Args:
        name: of the field.
        value: its value.
        values: all of the record.
        fetched_at: when the page was saved.
    """
    if isinstance(value, str):
        yield from _text_suspicions(name, value, values)
    elif isinstance(value, Money) and value.amount <= 0:
        yield Suspicion("zero_price", f"the price is {value.amount}")
    elif isinstance(value, datetime):
        if fetched_at is not None and value > fetched_at + timedelta(days=1):
            yield Suspicion("future_date", f"{value:%Y-%m-%d} is after the page was saved")
        elif value.year < _FIRST_YEAR:
            yield Suspicion("early_date", f"{value:%Y-%m-%d} is before there were such markets")
    elif name == "pgp_keys" and isinstance(value, list) and any(_KEY_BEGINS not in str(key) for key in value):
        yield Suspicion("no_key", "this is no public key block")


def _text_suspicions(name: str, text: str, values: Mapping[str, object]) -> Iterator[Suspicion]:
    if name in {"vendor", "handle"} and text == values.get("title"):
        yield Suspicion("same_as_title", "this is the title too")
    if name == "description" and text == values.get("title"):
        yield Suspicion("same_as_title", "the description is only the title")
    if name not in {"listing_id", *_PROSE} and (text.endswith(":") or text.startswith((":", "|"))):
        yield Suspicion("label", "this looks like the label, or begins beside it")
    if name not in _PROSE and _MARKUP.search(text[:_SHOWN]):
        yield Suspicion("markup", "there is markup in it")
    if len(text) > _LONGEST.get(name, len(text)):
        yield Suspicion("too_long", f"{len(text)} characters are long for this")
    elif name in _NAMES and len(text.split()) > _MOST_WORDS_OF_A_NAME:
        yield Suspicion("too_long", f"{len(text.split())} words are many for a name")


@dataclass(slots=True)
class ValueCount:
    """The values of one field over all pages.

    Attributes:
        of: records that could have it; filled: those that do. pages: pages on which it has a value.
    """

    name: str
    is_row: bool
    of: int = 0
    filled: int = 0
    pages: int = 0
    _values: dict[str, int] = field(default_factory=dict)
    _first_page: dict[str, int] = field(default_factory=dict)
    _prices: dict[str, list[tuple[float, int]]] = field(default_factory=dict)

    def add(self, value: object, page: int) -> None:
        """Count one value, None when there is none, of a record on a page."""
        self.of += 1
        if value is None or value == []:
            return
        self.filled += 1
        text = value_text(value)
        if text in self._values or len(self._values) < _MOST_VALUES:
            self._values[text] = self._values.get(text, 0) + 1
            self._first_page.setdefault(text, page)
        if isinstance(value, Money) and value.amount > 0:
            self._prices.setdefault(value.currency, []).append((math.log10(value.amount), page))

    @property
    def share(self) -> float:
        """The share of records that have it; 0 when there is no record."""
        return self.filled / self.of if self.of else 0.0

    def examples(self, most: int = 3) -> list[str]:
        """The first different values."""
        return list(self._values)[:most]

    def suspicions(self) -> Iterator[tuple[Suspicion, list[int]]]:
        """What looks wrong over all pages, with the numbers of pages on which it is to be seen."""
        yield from self._same()
        for currency, prices in self._prices.items():
            yield from self._far_off(currency, prices)

    def _same(self) -> Iterator[tuple[Suspicion, list[int]]]:
        counted = self.pages if not self.is_row else self.filled
        if not self._values or self.pages < 2:
            return
        most = max(self._values, key=self._values.__getitem__)
        page = [self._first_page[most]]
        fewest = _FEWEST_SAME if self.name in _DIFFERENT else _FEWEST_SELDOM_SAME
        watched = self.name in _DIFFERENT or (self.name in _SELDOM_SAME and not self.is_row)
        if not watched:
            return
        if len(self._values) == 1 and counted >= fewest:
            yield Suspicion("same_everywhere", f"it is the same on all {self.pages} pages that have it"), page
        elif self.name in _DIFFERENT and self.filled >= _FEWEST_OFTEN and self._values[most] >= _OFTEN * self.filled:
            yield Suspicion("often_same", f"{self._values[most]} of {self.filled} are the same: {most!r}"), page

    def _far_off(self, currency: str, prices: list[tuple[float, int]]) -> Iterator[tuple[Suspicion, list[int]]]:
        if len(prices) < _FEWEST_PRICES:
            return
        middle = median(price for price, _ in prices)
        spread = median(abs(price - middle) for price, _ in prices)
        bound = max(_PRICE_DISTANCE, _PRICE_DEVIATIONS * spread)
        far = [(price, page) for price, page in prices if abs(price - middle) > bound]
        if far:
            shown = ", ".join(f"{10**price:.4g}" for price, _ in far[:3])
            message = f"{len(far)} of {len(prices)} are far from the others ({10**middle:.4g} {currency}): {shown}"
            yield Suspicion("far_price", message), [page for _, page in far]
