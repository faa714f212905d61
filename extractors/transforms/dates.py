"""Dates and times: ISO, with month names, numeric in the market's order, and relative to the capture.

What is not stated is not filled in from today: a date without a year is unreadable. A date is as exact as it is
written: "Sep 2019" is the first of the month, "3 days ago" a day (its midnight), "2 hours ago" an hour.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from functools import cache, lru_cache

from extractors.transforms.clock import clock_time, find_time, stated_zone
from extractors.transforms.conventions import Conventions, DateOrder, UnreadableError
from extractors.transforms.date_words import any_of, date_words, fold
from extractors.transforms.relative_dates import relative_moment

_MONTH = r"(?P<month>[^\W\d_]{3,})\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_FULL_YEAR = re.compile(r"(?:19|20)\d\d")
_OF = r"(?:(?:of|de|del|di)\s+)?"
_MONTH_ALONE = re.compile(rf"\D*?(?<![^\W_]){_MONTH}[\s,\-/]*{_OF}{_YEAR}\D*")
_ISO = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)\s?[-/.]\s?(?P<month>\d{1,2})\s?[-/.]\s?(?P<day>\d{1,2})(?!\d)")
_NUMERIC = re.compile(
    r"(?<![\w.,])(?P<first>\d{1,2})\s?(?P<mark>[-/.])\s?(?P<second>\d{1,2})\s?(?P=mark)\s?(?P<year>(?:19|20)\d\d|\d\d)(?!\d)"
)
_LONGEST = 200


def read_date(text: str, conventions: Conventions) -> datetime | None:
    """The first date of a text, with its time when one is written, in UTC; "never" states none.

    Raises:
        UnreadableError: there is text without a date, an impossible date, a numeric date whose order nothing tells, or
            a relative one without a capture time.
    """
    folded = fold(text[:_LONGEST])
    if states_no_date(folded):
        return None
    moment = _absolute(folded, conventions.date_order, conventions.timezone)
    if moment is None:
        moment = relative_moment(folded, conventions) or f"no date in {text[:40]!r}"
    if isinstance(moment, str):
        raise UnreadableError(moment)
    return moment


def states_no_date(folded: str) -> bool:
    """Whether a folded text says that there is no date: "never", "N/A", "-"."""
    bare = folded.strip(" -.:()[]*?")
    return not bare or bare in date_words().never


@lru_cache(maxsize=4096)
def _absolute(folded: str, order: DateOrder, zone: tzinfo) -> datetime | str | None:
    """The date that a folded text states, or why it cannot be read, or None when there is none."""
    try:
        for found, date in _dates(folded, order):
            return _at(folded, found, date, zone)
    except (ValueError, OverflowError) as error:
        return f"{folded[:40]!r} is not a date: {error}"
    return None


def _dates(folded: str, order: DateOrder) -> Iterator[tuple[re.Match[str], tuple[int, int, int]]]:
    """The dates of a text, the surest way of writing first, as year, month, day."""
    if not any(map(str.isdecimal, folded)):
        return
    found = _ISO.search(folded)
    if found:
        yield found, (int(found["year"]), int(found["month"]), int(found["day"]))
    months = date_words().months
    full, short = _named_patterns()
    for pattern in full if _FULL_YEAR.search(folded) else short:
        for found in pattern.finditer(folded):
            if found["month"] in months:
                yield found, (_full_year(found["year"]), months[found["month"]], int(found["day"]))
    found = _NUMERIC.search(folded)
    if found:
        yield found, _numeric(found, order)
    # "September 2019" when that is all: in "24 orders in September 2019" it may be anything.
    found = _MONTH_ALONE.fullmatch(folded)
    if found and found["month"] in months:
        yield found, (int(found["year"]), months[found["month"]], 1)


@cache
def _named_patterns() -> tuple[list[re.Pattern[str]], list[re.Pattern[str]]]:
    """Dates with the name of a month, the commonest way of writing first: with a year of four digits, and of two."""
    day = rf"(?P<day>\d{{1,2}})(?:{any_of(date_words().day_endings)})?"
    day_month = rf"(?<![\w.,:]){day}[\s\-/.]*{_OF}{_MONTH}"
    full = [
        re.compile(rf"{day_month}[\s,\-/.]*{_OF}{_YEAR}"),
        re.compile(rf"(?<![^\W_]){_MONTH}[\s\-/.]*{day}(?!\d)[\s,\-/.]*{_YEAR}"),
        re.compile(rf"(?<!\d){_YEAR}[\s,\-/.]*{_MONTH}[\s,\-/.]*{day}(?!\d)"),
    ]
    # Of two digits only what a mark makes a year: "12-Mar-19", "12 Mar '19".
    return full, [re.compile(rf"{day_month}\s?[\-/'](?P<year>\d\d)(?![\d:])")]


def _numeric(found: re.Match[str], order: DateOrder) -> tuple[int, int, int]:
    """A date of three numbers with the year last, in the market's order.

    A market of "ymd" dates says nothing about these: then dots mean day first, as all write it who use dots, and
    otherwise the number beyond 12 is the day.
    """
    first, second, year = int(found["first"]), int(found["second"]), _full_year(found["year"])
    if order == "mdy":
        return year, first, second
    if order == "ymd" and found["mark"] != "." and first != second:
        if (first <= 12 and second <= 12) or len(found["year"]) == 2:
            raise UnreadableError("day, month and year may be in several orders; state the order of dates")
        if first <= 12:
            return year, first, second
    return year, second, first


def _full_year(year: str) -> int:
    return int(year) + 2000 if len(year) == 2 else int(year)


def _at(folded: str, found: re.Match[str], date: tuple[int, int, int], zone: tzinfo) -> datetime:
    """The date with the time that is written after it, or else before it."""
    time = find_time(folded, found.end()) or find_time(folded[: found.start()])
    if time is None:
        return datetime(*date, tzinfo=zone).astimezone(UTC)
    hour, minute, second = clock_time(time)
    return datetime(*date, hour, minute, second, tzinfo=stated_zone(time) or zone).astimezone(UTC)
