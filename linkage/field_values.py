"""Values of fields that other programs wrote, in the one form that is compared; what is no such value says why.

Each takes what JSON may hold, and raises `UnusableError`. None is no value: null, blanks, what is not a number.
"""

import math
from datetime import datetime

from extractors.countries import country_code
from extractors.records import Contact, ExternalRating
from extractors.transforms.conventions import Conventions, UnreadableError
from extractors.transforms.dates import read_date
from extractors.transforms.money import read_money
from extractors.transforms.places import read_places
from extractors.words import whole_characters
from linkage.account import CONTACT_TYPES
from linkage.offer import photo_hash

# Of a longer text the beginning is read: the index reads no more of a page either, and no person writes so much.
LONGEST_TEXT = 500_000
# What is longer than this is no name, place, price or date.
LONGEST_FIELD = 1_000
_DOLLARS = Conventions(currency="USD")
_CATEGORY_SIGNS = (" > ", ">", " » ", " \u203a ", " | ", " :: ")


class UnusableError(ValueError):
    """A value is not what its field holds; says what is wrong."""


def category_path(text: str | None) -> tuple[str, ...]:
    """The parts of a category written as a path: "D&C > cannabis > flowers"."""
    if text is None:
        return ()
    sign = next((sign for sign in _CATEGORY_SIGNS if sign in text), None)
    return tuple(part.strip() for part in text.split(sign) if part.strip()) if sign else (text,)


def as_text(value: object) -> str | None:
    """A text, or a number that a program took a name of digits for; None of blanks, and of what is not a number."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise UnusableError("no text")
    # A character written as two escapes may be cut in half.
    return whole_characters(value).strip() or None


def as_key(value: object) -> str | None:
    """A key, or a fingerprint: a text that is not cut, as a part of a key is none."""
    text = as_text(value)
    if text is not None and len(text) > LONGEST_TEXT:
        raise UnusableError(f"longer than {LONGEST_TEXT} characters")
    return text


def as_name(value: object) -> str | None:
    """A text of the length of names."""
    text = as_text(value)
    if text is not None and len(text) > LONGEST_FIELD:
        raise UnusableError(f"longer than {LONGEST_FIELD} characters")
    return text


def as_dollars(value: object) -> float | None:
    """A price in US dollars: a number, or a text with one; not below nothing."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise UnusableError("no price")
    if isinstance(value, int | float):
        if math.isnan(value):
            return None
        amount = float(value)
    else:
        text = as_name(value)
        try:
            money = read_money(text, _DOLLARS) if text is not None else None
        except UnreadableError as error:
            raise UnusableError("no price") from error
        if money is None:
            return None
        if money.currency != "USD":
            raise UnusableError("not in US dollars")
        amount = float(money.amount)
    if not math.isfinite(amount) or amount < 0:
        raise UnusableError("no price")
    return amount


def as_moment(value: object) -> datetime | None:
    """A date, with or without a time; without a zone it is in UTC."""
    if not isinstance(value, str):
        raise UnusableError("no date")
    text = as_name(value)
    try:
        return read_date(text, _DOLLARS) if text is not None else None
    except UnreadableError as error:
        raise UnusableError("no date") from error


def as_places(value: object) -> tuple[str, ...] | None:
    """The codes of the countries in a text, names or codes."""
    text = as_name(value)
    if text is None:
        return None
    # Codes may be written small; "no" and "in" are words elsewhere, but not where a field holds nothing else.
    code = country_code(text.upper()) if len(text) == 2 else None
    if code is not None:
        return (code,)
    try:
        return tuple(read_places(text, _DOLLARS) or ()) or None
    except UnreadableError as error:
        raise UnusableError("no place that is known") from error


def as_photo(value: object) -> str | None:
    """A perceptual hash."""
    text = as_name(value)
    if text is None:
        return None
    digits = photo_hash(text)
    if digits is None:
        raise UnusableError("no perceptual hash of 16 or 64 hexadecimal digits")
    return digits


def as_contact(value: object) -> Contact | None:
    """A contact: an object with a type that is known and a value."""
    if not isinstance(value, dict):
        raise UnusableError("no object")
    kind, name = as_name(value.get("type")), as_name(value.get("value"))
    if kind is None or name is None or kind.casefold() not in CONTACT_TYPES:
        raise UnusableError("no contact of a type that is known")
    return Contact(type=kind.casefold(), value=name)


def as_rating(value: object) -> ExternalRating | None:
    """An account on another market: an object with its market, and a handle if that is known."""
    if not isinstance(value, dict):
        raise UnusableError("no object")
    market = as_name(value.get("market"))
    if market is None:
        raise UnusableError("no market")
    return ExternalRating(market=market, handle=as_name(value.get("handle")))
