"""The transforms by name: what ``as`` in a layout may say."""

from collections.abc import Callable
from typing import Literal

from lxml import etree

from extractors.transforms.conventions import Conventions, UnreadableError
from extractors.transforms.dates import read_date
from extractors.transforms.markets import read_market
from extractors.transforms.money import read_money
from extractors.transforms.numbers import read_count, read_number, read_percent
from extractors.transforms.payment import read_coins, read_escrow
from extractors.transforms.places import read_excluded_places, read_places
from extractors.transforms.relative_dates import read_age
from extractors.transforms.texts import plain_text, read_keys, read_lines, read_url

TransformName = Literal[
    "text", "lower", "lines", "typed_lines", "count", "number", "percent", "money", "amount", "currency", "date", "age",
    "places", "excluded_places", "escrow", "coins", "keys", "market", "url", "yes_no",
]  # fmt: skip
Transform = Callable[[str, Conventions], object]

_YES = frozenset(
    [
        "yes",
        "true",
        "1",
        "on",
        "enabled",
        "allowed",
        "ja",
        "oui",
        "si",
        "sí",
        "да",
        "sim",
        "tak",
        "есть",
        "\u2713",
        "\u2714",
    ]
)
_NO = frozenset(
    [
        "no",
        "false",
        "0",
        "off",
        "disabled",
        "not allowed",
        "nein",
        "nee",
        "non",
        "нет",
        "não",
        "nie",
        "\u2717",
        "\u2718",
    ]
)
# These see the lines of an element, the others its text on one line.
KEEP_LINES: frozenset[TransformName] = frozenset(["lines", "typed_lines", "keys"])


def text_of(element: etree._Element, transform: TransformName) -> str:
    """The text of an element as its transform wants it."""
    if transform in KEEP_LINES:
        return read_lines(element, typed=transform == "typed_lines")
    return plain_text(element)


def _read_text(text: str, conventions: Conventions) -> str | None:  # noqa: ARG001 - every transform is asked alike
    return text or None


def _read_yes_no(text: str, conventions: Conventions) -> bool | None:  # noqa: ARG001 - as above
    folded = text.strip().casefold()
    if folded in _YES or folded in _NO:
        return folded in _YES
    if not folded:
        return None
    raise UnreadableError(f"{text[:40]!r} is neither yes nor no")


def _read_amount(text: str, conventions: Conventions) -> object:
    money = read_money(text, conventions)
    return money and money.amount


def _read_currency(text: str, conventions: Conventions) -> object:
    money = read_money(text, conventions)
    return money and money.currency


TRANSFORMS: dict[TransformName, Transform] = {
    "text": _read_text,
    "lower": lambda text, _: text.lower() or None,
    "lines": _read_text,
    "typed_lines": _read_text,
    "count": read_count,
    "number": read_number,
    "percent": read_percent,
    "money": read_money,
    "amount": _read_amount,
    "currency": _read_currency,
    "date": read_date,
    "age": read_age,
    "places": read_places,
    "excluded_places": read_excluded_places,
    "escrow": read_escrow,
    "coins": read_coins,
    "keys": lambda text, _: read_keys(text),
    "market": read_market,
    "url": read_url,
    "yes_no": _read_yes_no,
}
