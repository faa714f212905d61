"""What many texts of a market tell about how it writes: the order of its dates, its decimal mark, its currency.

One text often leaves it open (03/04/2019, "1.234"), a hundred rarely do. What they leave open is None, not a guess.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Literal, TypeVar

from extractors.transforms.conventions import Conventions, DateOrder, UnreadableError
from extractors.transforms.money import read_money
from extractors.transforms.numbers import NUMBER

Kind = TypeVar("Kind", bound=str)

_YEAR_FIRST = re.compile(r"(?<![\d.,/-])(?:19|20)\d\d([-/.])\d{1,2}\1\d{1,2}(?![\d/-])")
_YEAR_LAST = re.compile(
    r"(?<![\d.,/-])(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?:(?:19|20)\d\d|\d\d)(?![\d/-])"
)
_NUMBER = re.compile(rf"(?<![\w.,/:-]){NUMBER}(?![\d/:])")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_GROUPED = re.compile(r"\d{1,3}(?:(?P<mark>[.,])\d{3})(?:(?P=mark)\d{3})+")
# A few texts may be a vendor's own, in another way than the market's: so many times more must be the other way.
_MAJORITY = 4
_LONGEST = 400


def date_order_of(texts: Iterable[str]) -> DateOrder | None:
    """The order of a market's numeric dates.

    Dates with the year last decide it, by a number beyond 12; where none has one, dots mean day first, as all write it
    who use dots. Only where no date has the year last is it "ymd".
    """
    firsts: Counter[DateOrder] = Counter()
    dotted = year_first = year_last = 0
    for text in texts:
        shown = text[:_LONGEST]
        year_first += _YEAR_FIRST.search(shown) is not None
        for found in _YEAR_LAST.finditer(shown):
            first, second = int(found["first"]), int(found["second"])
            if first <= 12 < second <= 31:
                firsts["mdy"] += 1
            elif second <= 12 < first <= 31:
                firsts["dmy"] += 1
            elif first > 12 or not (first and second):
                continue  # no date: the number of a version, an address
            dotted += found["mark"] == "."
            year_last += 1
    if firsts:
        return _prevailing(firsts)
    if year_last:
        return "dmy" if dotted == year_last else None
    return "ymd" if year_first else None


def decimal_of(texts: Iterable[str]) -> Literal[".", ","] | None:
    """The mark before a market's decimals.

    A number with both marks, with one that does not leave three digits ("12.50"), or with one that is repeated
    ("1.234.567") tells it; "1,234" does not.
    """
    marks: Counter[Literal[".", ","]] = Counter()
    for text in texts:
        for found in _NUMBER.finditer(text[:_LONGEST]):
            mark = _decimal_mark(found[0])
            if mark is not None:
                marks[mark] += 1
    return _prevailing(marks)


def currency_of(texts: Iterable[str]) -> str | None:
    """The currency in which a market writes its sums, where it writes one: what bare sums beside them are in."""
    currencies: Counter[str] = Counter()
    for text in texts:
        try:
            money = read_money(text, Conventions())
        except UnreadableError:
            continue
        if money is not None:
            currencies[money.currency] += 1
    return _prevailing(currencies)


def _decimal_mark(number: str) -> Literal[".", ","] | None:
    dots, commas = number.count("."), number.count(",")
    if dots and commas:
        last: Literal[".", ","] = "." if number.rfind(".") > number.rfind(",") else ","
        return last if number.count(last) == 1 else None
    if dots + commas == 1:
        mark: Literal[".", ","] = "." if dots else ","
        return None if _THOUSANDS.fullmatch(number) else mark
    grouped = _GROUPED.fullmatch(number)
    if grouped is None:
        return None
    return "," if grouped["mark"] == "." else "."


def _prevailing(counts: Counter[Kind]) -> Kind | None:
    """What is far more often than anything else."""
    ranked = counts.most_common(2)
    if not ranked:
        return None
    if len(ranked) == 1 or ranked[0][1] >= _MAJORITY * ranked[1][1]:
        return ranked[0][0]
    return None
