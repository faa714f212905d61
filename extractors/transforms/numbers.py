"""Numbers as markets write them: counts ("1.2K+", "10,000"), plain numbers, percentages."""

import re
from decimal import Decimal

from extractors.transforms.conventions import Conventions, UnreadableError

# One number, its groups of thousands marked by comma, dot or apostrophe. A space does not group: markets write
# "5 100 Pcs or more" of five units.
NUMBER = r"\d+(?:[.,'\u2019]\d+)*"
_NUMBER = re.compile(rf"[-+\u2212]?\s*(?:{NUMBER}|[.,]\d+)")
_COUNT = re.compile(rf"(?P<number>{NUMBER})\s*(?P<scale>[kKmM](?![a-zA-Z]))?")
_SCALES = {"k": 1_000, "m": 1_000_000}
# What markets write where there is nothing to count, or no end to it.
_NO_NUMBER = re.compile(r"unlimited|infinit|\u221e|unbegrenzt|n/?a\b|none|^\W*$", re.IGNORECASE)
_LONGEST = 400


def decimal_number(text: str, conventions: Conventions) -> Decimal:
    """The value of one number's text.

    With ``decimal: "."``, "1,234.5" is 1234.5; a single comma that cannot group thousands ("0,5") is a decimal mark
    too, as vendors type what they are used to.

    Raises:
        UnreadableError: it holds more digits or marks than a number has.
    """
    digits = re.sub(r"[\s'\u2019\u00a0\u2009\u202f+]", "", text).replace("\u2212", "-")
    grouping = "," if conventions.decimal == "." else "."
    if digits.count(grouping) == 1 and conventions.decimal not in digits and not re.search(r"\d[.,]\d{3}$", digits):
        digits = digits.replace(grouping, conventions.decimal)
    digits = digits.replace(grouping, "").replace(conventions.decimal, ".")
    if digits.count(".") > 1 or len(digits) > 40:
        raise UnreadableError(f"{text[:40]!r} is not a number")
    return Decimal(digits)


def read_number(text: str, conventions: Conventions) -> Decimal | None:
    """The first number of a text: "0.5 g" is 0.5; "---" states none.

    Raises:
        UnreadableError: there is text without a number.
    """
    found = _NUMBER.search(text[:_LONGEST])
    if found is None:
        if _NO_NUMBER.search(text):
            return None
        raise UnreadableError(f"no number in {text[:40]!r}")
    return decimal_number(found[0], conventions)


def read_count(text: str, conventions: Conventions) -> int | None:
    """A count of things: "1,067 sold" is 1067, "1.2K+" is 1200; "Unlimited" states none.

    Raises:
        UnreadableError: there is text without a whole number.
    """
    found = _COUNT.search(text[:_LONGEST])
    if found is None:
        if _NO_NUMBER.search(text):
            return None
        raise UnreadableError(f"no count in {text[:40]!r}")
    value = decimal_number(found["number"], conventions) * _SCALES.get((found["scale"] or "").lower(), 1)
    if value != value.to_integral_value():
        raise UnreadableError(f"{text[:40]!r} is not a whole number")
    return int(value)


def read_percent(text: str, conventions: Conventions) -> float | None:
    """A percentage as written: "98.5 %" is 98.5.

    Raises:
        UnreadableError: no number, or one beyond 0 to 100.
    """
    value = read_number(text, conventions)
    if value is not None and not 0 <= value <= 100:
        raise UnreadableError(f"{text[:40]!r} is not a percentage")
    return None if value is None else float(value)
