"""Numbers as markets write them: counts ("1.2K+", "10,000"), plain numbers, percentages."""

import re
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from extractors.lexicon_files import read_words
from extractors.transforms.conventions import Conventions, UnreadableError

_FILE = Path(__file__).parent / "number_words.yaml"
# One number, its groups of thousands marked by comma, dot, apostrophe or a no-break space.
NUMBER = r"\d+(?:[.,'\u2019\u00a0\u202f\u2009]\d+)*"
_NUMBER = re.compile(rf"[-+\u2212]?\s*(?:{NUMBER}|[.,]\d+)")
_COUNT = re.compile(rf"(?P<number>{NUMBER})(?:\s*(?P<scale>[^\W\d_]{{1,3}})(?![^\W\d_]))?")
_TO = re.compile(r"\s?[-~\u2013\u2014]\s?\d")
# Groups parted by spaces, alone or before a word. The latter may be two numbers ("5 100 Pcs": five of a hundred pieces)
# where the market's decimal mark is the point; where it is the comma, spaces group.
_SPACED = re.compile(r"[^\w\-+]*(?P<number>\d{1,3}(?: \d{3})+)(?:\W*|(?P<word>\+? [^\W\d_].*))", re.DOTALL)
_PERCENT = re.compile(rf"(?P<number>{NUMBER}|[.,]\d+)\s*%")
# What reads the same in every convention.
_PLAIN = re.compile(r"[0-9]{1,15}(?:\.(?:[0-9]{1,2}|[0-9]{4,12}))?")
_NEVER_DECIMAL = re.compile(r"[\s'\u2019\u00a0\u2009\u202f+]")
_GROUPED = re.compile(r"\d['\u2019\u00a0\u2009\u202f ]\d")
_WHOLE_GROUPS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+")
# Thousands in threes, or as in India a first group of three and then twos.
_GROUPS = re.compile(r"-?(?:\d{1,3}(?P<mark>[.,])\d{3}(?:(?P=mark)\d{3})*|\d{1,2}(?:,\d{2})+,\d{3})")
_AROUND = re.compile(r"^[^\w\u221e]+|[^\w\u221e]+$")
_LONGEST = 400
_MOST_DIGITS = 40


class _NumberWords(BaseModel):
    model_config = ConfigDict(extra="forbid")
    scales: dict[str, int]
    none: frozenset[str]
    zero: frozenset[str]


def decimal_number(text: str, conventions: Conventions) -> Decimal:
    """The value of one number's text.

    A number mostly says itself which mark is before its decimals: the last of two ("1.234,50"), one that does not
    leave three digits ("0,5"), never one that is repeated ("1.234.567"). Only "1,234" and "1.234" need the convention.

    Raises:
        UnreadableError: it holds more digits or marks than a number has.
    """
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    digits = _NEVER_DECIMAL.sub("", text).replace("\u2212", "-")
    if not digits.isdecimal():
        digits = _with_decimal_point(digits, conventions, grouped=_GROUPED.search(text) is not None)
    if len(digits) > _MOST_DIGITS:
        raise UnreadableError(f"{text[:40]!r} is not a number")
    return Decimal(digits)


def _with_decimal_point(digits: str, conventions: Conventions, *, grouped: bool) -> str:
    """A number's text without its groups, its decimals after a point; ``grouped`` when another mark groups it."""
    dots, commas = digits.count("."), digits.count(",")
    if not dots and not commas:
        return digits
    if dots and commas:
        mark = max(".,", key=digits.rfind)
        whole, _, decimals = digits.rpartition(mark)
        return f"{_ungrouped(whole, digits)}.{decimals}"
    mark = "." if dots else ","
    if dots + commas > 1:
        return _ungrouped(digits, digits)
    whole, _, decimals = digits.partition(mark)
    thousands = len(decimals) == 3 and _GROUPS.fullmatch(digits) and not whole.lstrip("-").startswith("0")
    if thousands and not grouped and mark != conventions.decimal:
        return whole + decimals
    return f"{whole}.{decimals}"


def _ungrouped(whole: str, digits: str) -> str:
    if whole.lstrip("-").isdecimal():
        return whole
    if not _GROUPS.fullmatch(whole):
        raise UnreadableError(f"{digits[:40]!r} is not a number")
    return whole.replace(",", "").replace(".", "")


def read_number(text: str, conventions: Conventions) -> Decimal | None:
    """The first number of a text: "0.5 g" is 0.5; "---" states none.

    Raises:
        UnreadableError: there is text without a number.
    """
    found = _NUMBER.search(text[:_LONGEST])
    if found is None:
        if states_none(text):
            return None
        raise UnreadableError(f"no number in {text[:40]!r}")
    return decimal_number(found[0], conventions)


def read_count(text: str, conventions: Conventions) -> int | None:
    """A count of things: "1,067 sold" is 1067, "1.2K+" is 1200, "Sold out" is 0; "Unlimited" states none.

    A number in groups of three is whole, whichever mark groups it.

    Raises:
        UnreadableError: there is text without a whole number, or with a range ("10~20 deals").
    """
    text = text[:_LONGEST]
    spaced = _SPACED.fullmatch(text) if " " in text else None
    if spaced:
        if spaced["word"] and conventions.decimal == ".":
            raise UnreadableError(f"{text[:40]!r} may be one number or two")
        return int(spaced["number"].replace(" ", ""))
    found = _COUNT.search(text)
    if found is None:
        if states_none(text):
            return None
        if _bare_words(text) in _words().zero:
            return 0
        raise UnreadableError(f"no count in {text[:40]!r}")
    number = found["number"]
    if _TO.match(text, found.end("number")):
        raise UnreadableError(f"{text[:40]!r} is a range, not a number")
    if not found["scale"] and number.isdecimal() and len(number) <= _MOST_DIGITS:
        return int(number)
    scale = _words().scales.get(found["scale"].lower(), 1) if found["scale"] else 1
    if scale == 1 and _WHOLE_GROUPS.fullmatch(number):
        number = _ungrouped(number, number)
    value = decimal_number(number, conventions) * scale
    if value != value.to_integral_value():
        raise UnreadableError(f"{text[:40]!r} is not a whole number")
    return int(value)


def read_percent(text: str, conventions: Conventions) -> float | None:
    """A percentage as written: "98.5 %" is 98.5; of several numbers the one before the sign.

    Raises:
        UnreadableError: no number, or one beyond 0 to 100.
    """
    found = _PERCENT.search(text[:_LONGEST])
    value = decimal_number(found["number"], conventions) if found else read_number(text, conventions)
    if value is not None and not 0 <= value <= 100:
        raise UnreadableError(f"{text[:40]!r} is not a percentage")
    return None if value is None else float(value)


@lru_cache(maxsize=1024)
def states_none(text: str) -> bool:
    """Whether a text says that there is no number: "N/A", "---", "Unlimited", "unbegrenzt"."""
    bare = _bare_words(text)
    return not bare or bare in _words().none


def _bare_words(text: str) -> str:
    return _AROUND.sub("", " ".join(text[:_LONGEST].split()).casefold())


@cache
def _words() -> _NumberWords:
    return read_words(_FILE, _NumberWords)
