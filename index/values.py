"""Numbers and dates as they are written in a query."""

import math
import re
from datetime import UTC, datetime, timedelta

_DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?)?)?)?"
)
_NOW = re.compile(r"now(?:([+-])(\d{1,5})([hdwmy]))?")
# A month and a year are counted as so many days, which is near enough for "about since then".
_HOURS = {"h": 1, "d": 24, "w": 7 * 24, "m": 30 * 24, "y": 365 * 24}
_INSTANT = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_number(text: str) -> float | None:
    """The number, or None when the text is none. A leading dollar sign is allowed, commas and exponents are not."""
    if not re.fullmatch(r"-?\d{1,15}(?:\.\d{1,15})?", text.removeprefix("$")):
        return None
    number = float(text.removeprefix("$"))
    return number if math.isfinite(number) else None


def milliseconds(moment: datetime) -> int:
    """Since 1970-01-01T00:00:00Z: the form in which both stores compare dates."""
    return (moment - _EPOCH) // _INSTANT


def json_time(moment: datetime) -> str:
    """A moment in UTC as it stands in records."""
    return moment.isoformat().replace("+00:00", "Z")


def from_milliseconds(count: float) -> datetime:
    """The moment so many milliseconds after 1970-01-01T00:00:00Z."""
    return _EPOCH + count * _INSTANT


def read_date(text: str, now: datetime) -> tuple[int, int] | None:
    """The first and the last millisecond (since 1970, UTC) of what is named; None when it is no date.

    Args:
        text: a year, a month, a day, a moment (ISO 8601), ``now``, or ``now-7d`` with h, d, w, m, y.
        now: the present moment.
    """
    if relative := _NOW.fullmatch(text):
        sign, count, unit = relative.groups()
        offset = timedelta(hours=int(count) * _HOURS[unit]) if count else timedelta()
        try:
            moment = now - offset if sign == "-" else now + offset
        except OverflowError:
            return None
        return milliseconds(moment), milliseconds(moment)
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        first, last = _bounds(match)
    except (ValueError, OverflowError):
        return None  # month 13, or the end of year 9999
    return milliseconds(first), milliseconds(last)


def _bounds(match: re.Match[str]) -> tuple[datetime, datetime]:
    year, month, day, hour = match[1], match[2], match[3], match[4]
    if hour is not None:
        moment = datetime.fromisoformat(match[0])
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment, moment
    first = datetime(int(year), int(month or 1), int(day or 1), tzinfo=UTC)
    if day is not None:
        following = first + timedelta(days=1)
    elif month is not None:
        following = (first + timedelta(days=32)).replace(day=1)
    else:
        following = first.replace(year=first.year + 1)
    return first, following - _INSTANT
