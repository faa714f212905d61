"""Times that count back from the capture: "3 days ago", "vor 3 Tagen", "yesterday, 13:04", "just now"."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from extractors.transforms.clock import clock_time, find_time
from extractors.transforms.conventions import Conventions, UnreadableError
from extractors.transforms.date_words import TimeUnit, any_of, date_words, fold

_STEPS: dict[TimeUnit, timedelta] = {
    "second": timedelta(seconds=1), "minute": timedelta(minutes=1), "hour": timedelta(hours=1),
    "day": timedelta(days=1), "week": timedelta(weeks=1),
}  # fmt: skip
_COUNTED = re.compile(r"\d+")
_AND = r"(?:\s*,?\s*(?:(?:and|und|et|y|e|en|i|и)\s+)?)"
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class _Patterns:
    after: re.Pattern[str]
    before: re.Pattern[str]
    alone: re.Pattern[str]
    duration: re.Pattern[str]
    last: re.Pattern[str]
    day: re.Pattern[str]
    now: re.Pattern[str]


def relative_moment(folded: str, conventions: Conventions) -> datetime | str | None:
    """The moment that a folded text counts back to, in UTC, as exact as its unit; or why it cannot be told; or None."""
    patterns = _patterns()
    found = patterns.after.search(folded) or patterns.before.search(folded) or patterns.last.search(folded)
    day = None if found else patterns.day.search(folded)
    is_now = not (found or day) and (folded in date_words().now_alone or patterns.now.search(folded) is not None)
    if not (found or day or is_now):
        return None
    if conventions.fetched_at is None:
        return f"{folded[:40]!r} counts from a capture time that is not known"
    if day:
        return _on_day(folded, date_words().days_ago[day[0]], conventions)
    moment = conventions.fetched_at.astimezone(UTC)
    try:
        return _back_by(found["run"], moment) if found else moment.replace(microsecond=0)
    except (ValueError, OverflowError) as error:
        return f"{folded[:40]!r} is not a date: {error}"


def read_age(text: str, conventions: Conventions) -> datetime | None:
    """When something began that has lasted so long: "412 days" (an account's age), "2 years, 3 months", "3d ago".

    Raises:
        UnreadableError: it is no duration, or the capture time is not known.
    """
    folded = fold(text[:_LONGEST])
    found = _patterns().alone.fullmatch(folded)
    if not folded.strip(" -"):
        return None
    if found is None:
        raise UnreadableError(f"{text[:40]!r} is no length of time")
    if conventions.fetched_at is None:
        raise UnreadableError(f"{text[:40]!r} counts from a capture time that is not known")
    try:
        return _back_by(found["run"], conventions.fetched_at.astimezone(UTC))
    except (ValueError, OverflowError) as error:
        raise UnreadableError(f"{text[:40]!r} is no length of time: {error}") from error


def _on_day(folded: str, days: int, conventions: Conventions) -> datetime | str:
    """The day so many days ago, at the time of the text, else at its midnight."""
    assert conventions.fetched_at is not None
    day = conventions.fetched_at.astimezone(conventions.timezone) - timedelta(days=days)
    time = find_time(folded)
    hour, minute, second = clock_time(time) if time else (0, 0, 0)
    try:
        return day.replace(hour=hour, minute=minute, second=second, microsecond=0).astimezone(UTC)
    except ValueError as error:
        return f"{folded[:40]!r} is not a date: {error}"


def _back_by(durations: str, moment: datetime) -> datetime:
    """The moment before by "1 year 2 months", as exact as the last unit."""
    unit: TimeUnit = "second"
    for found in _patterns().duration.finditer(durations):
        unit = date_words().units[found["unit"]]
        count = _COUNTED.search(found[0])
        moment = _back(moment, int(count[0]) if count else 1, unit)
    return _floor(moment, unit)


def _back(moment: datetime, count: int, unit: TimeUnit) -> datetime:
    if unit in _STEPS:
        return moment - count * _STEPS[unit]
    months = moment.year * 12 + moment.month - 1 - count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    last_day = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last_day))


def _floor(moment: datetime, unit: TimeUnit) -> datetime:
    """The moment, as exact as its unit."""
    moment = moment.replace(microsecond=0)
    if unit != "second":
        moment = moment.replace(second=0)
    if unit not in {"second", "minute"}:
        moment = moment.replace(minute=0)
    if unit not in {"second", "minute", "hour"}:
        moment = moment.replace(hour=0)
    return moment


@cache
def _patterns() -> _Patterns:
    words = date_words()
    unit = rf"(?P<unit>{any_of(words.units)})(?![^\W\d_])\.?"
    nameless = unit.replace("?P<unit>", "?:")
    one = rf"(?<![^\W_])(?:{any_of(words.one)})\s+"
    duration = rf"(?:(?<![\d.,])\d{{1,5}}\s*|{one})"
    run = rf"{duration}{nameless}(?:{_AND}{duration}{nameless})*"
    # A word may stand between: "vor etwa 3 Tagen". Without a number the unit itself is one: "неделю назад".
    before = rf"(?<![^\W_])(?:{any_of(words.before)})\s+(?:[^\W\d_]+\s+)?(?P<run>{run})"
    after = rf"(?P<run>{run}|(?<!\d\s)(?<!\w){nameless})\s*(?:{any_of(words.after)})(?![^\W_])"
    alone = rf"\W*(?:(?:{any_of(words.before)}|for|about)\s+)?(?P<run>{run})(?:\s*(?:{any_of(words.after)}|old))?\W*"
    long_units = any_of(name for name, length in words.units.items() if length in {"week", "month", "year"})
    return _Patterns(
        after=re.compile(after),
        before=re.compile(before),
        alone=re.compile(alone),
        duration=re.compile(rf"(?:{duration}|(?<!\w)){unit}"),
        last=re.compile(rf"(?<![^\W_])(?:{any_of(words.last)})\s+(?P<run>{long_units})(?![^\W_])"),
        day=re.compile(rf"(?<![^\W_])(?:{any_of(words.days_ago)})(?![^\W_])"),
        now=re.compile(rf"(?<![^\W_])(?:{any_of(words.now)})(?![^\W_])"),
    )
