"""Sums of money: "USD 2.00", "$35", "0.00013823 BTC", "1.234,50 EUR", "+ 5 XMR"."""

import re
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from extractors.records import Money
from extractors.transforms.conventions import Conventions, UnreadableError
from extractors.transforms.numbers import NUMBER, decimal_number

_FILE = Path(__file__).parent / "currencies.yaml"
_SIGN = r"[A-Za-z]{0,3}\$|[€£¥₽₹₿฿₴ɱŁł]|zł|[A-Za-z]{3,9}"
_BEFORE = re.compile(rf"(?P<sign>{_SIGN})\s*:?\s*[-+\u2212]?\s*(?P<number>{NUMBER}|[.,]\d+)")
_AFTER = re.compile(rf"(?P<number>{NUMBER}|(?<!\d)[.,]\d+)\s*(?P<sign>{_SIGN})")
_BARE = re.compile(rf"{NUMBER}|[.,]\d+")
_LONGEST = 400


class _Currencies(BaseModel):
    model_config = ConfigDict(extra="forbid")
    codes: frozenset[str]
    signs: dict[str, str]
    dollars: frozenset[str]


def read_money(text: str, conventions: Conventions) -> Money | None:
    """The first sum of a text, with the currency written before or after it, else the market's own.

    Raises:
        UnreadableError: there is text without a sum, or a sum whose currency nothing states.
    """
    text = text[:_LONGEST]
    if not text.strip():
        return None
    sums = []
    for pattern in (_BEFORE, _AFTER):
        for found in pattern.finditer(text):
            currency = _currency(found["sign"], conventions)
            if currency is not None:
                sums.append((found.start(), found["number"], currency))
                break
    if sums:
        _, number, currency = min(sums)
        return Money(amount=decimal_number(number, conventions), currency=currency)
    bare = _BARE.search(text)
    if bare is None:
        raise UnreadableError(f"no sum of money in {text[:40]!r}")
    if conventions.currency is None:
        raise UnreadableError(f"no currency in {text[:40]!r}, and the layout names none")
    return Money(amount=decimal_number(bare[0], conventions), currency=conventions.currency)


def _currency(sign: str, conventions: Conventions) -> str | None:
    known = _currencies()
    upper = sign.upper()
    if upper in known.codes:
        return upper
    if sign == "$":
        return conventions.currency if conventions.currency in known.dollars else "USD"
    return known.signs.get(sign.casefold())


@cache
def _currencies() -> _Currencies:
    return _Currencies.model_validate(yaml.safe_load(_FILE.read_text("utf-8")))
