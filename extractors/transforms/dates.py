"""Dates and times: ISO, with month names, numeric in the market's order, and relative to the capture.

What is not stated is not filled in from today: a date without a year is unreadable. A relative time is as exact as its
unit: "3 days ago" is a day (its midnight), "2 hours ago" an hour.
"""

import calendar
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from extractors.transforms.conventions import Conventions, UnreadableError

# Months as English, German, Dutch, French, Spanish, Italian and Russian write them, cut to what tells them apart.
_MONTHS = {
    1: ("jan", "ene", "gen", "янв"), 2: ("feb", "fév", "fev", "фев"), 3: ("mar", "mär", "maa", "mrt", "мар"),
    4: ("apr", "avr", "abr", "апр"), 5: ("may", "mai", "mei", "mag", "май", "мая"), 6: ("jun", "juin", "giu", "июн"),
    7: ("jul", "juil", "lug", "июл"), 8: ("aug", "aoû", "aou", "ago", "авг"), 9: ("sep", "set", "сен"),
    10: ("oct", "okt", "ott", "окт"), 11: ("nov", "ноя"), 12: ("dec", "dez", "déc", "dic", "дек"),
}  # fmt: skip
_MONTH_OF = {stem: month for month, stems in _MONTHS.items() for stem in stems}
_STEMS = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_MONTH = rf"(?P<month_name>(?:{_STEMS})[^\W\d_]*)\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_TIME = re.compile(
    r"(?<![\d.])(?P<hour>\d{1,2})[:h](?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:\.\d+)?\s*(?P<half>[ap]\.?m\.?)?"
    r"\s*(?P<zone>Z\b|UTC|GMT|[+-]\d{2}:?\d{2}\b)?",
    re.IGNORECASE,
)
_NAMED = [
    re.compile(rf"(?<!\w){_DAY}[\s\-/]*(?:of\s+|de\s+)?{_MONTH}[\s,\-/]*(?:de\s+)?{_YEAR}", re.IGNORECASE),
    re.compile(rf"(?<!\w){_MONTH}[\s\-/]*{_DAY}(?!\d)[\s,\-/]*{_YEAR}", re.IGNORECASE),
    re.compile(rf"(?<!\d){_YEAR}[\s,\-/]*{_MONTH}[\s,\-/]*{_DAY}(?!\d)", re.IGNORECASE),
]
_ISO = re.compile(r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(?P<first>\d{1,2})[-/.](?P<second>\d{1,2})[-/.](?P<year>\d{4}|\d{2})(?!\d)")
_UNITS = {
    "second": "second", "sec": "second", "s": "second", "sekunde": "second",
    "minute": "minute", "min": "minute", "m": "minute",
    "hour": "hour", "hr": "hour", "h": "hour", "stunde": "hour", "uur": "hour", "heure": "hour", "hora": "hour",
    "day": "day", "d": "day", "tag": "day", "dag": "day", "jour": "day", "día": "day", "dia": "day",
    "week": "week", "w": "week", "woche": "week", "wk": "week", "semaine": "week", "semana": "week",
    "month": "month", "mo": "month", "monat": "month", "maand": "month", "mois": "month", "mes": "month",
    "year": "year", "y": "year", "yr": "year", "jahr": "year", "jaar": "year", "an": "year", "año": "year",
}  # fmt: skip
_STEPS = {
    "second": timedelta(seconds=1), "minute": timedelta(minutes=1), "hour": timedelta(hours=1),
    "day": timedelta(days=1), "week": timedelta(weeks=1),
}  # fmt: skip
_UNIT_NAMES = "|".join(sorted(_UNITS, key=len, reverse=True))
_AGO = re.compile(
    r"\b(?P<count>\d{1,5}|an?|one|last|einem|einer|un|une)\s*"
    rf"(?P<unit>{_UNIT_NAMES})(?:e?s|en|e)?\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"\bago\b|\blast\b|\bvor\b|\bgeleden\b|\bil y a\b|\bhace\b|\bfa\b|назад", re.IGNORECASE)
_DAYS_AGO = {"today": 0, "heute": 0, "vandaag": 0, "hoy": 0, "yesterday": 1, "gestern": 1, "gisteren": 1, "hier": 1}
_NOW = re.compile(r"\bjust now\b|\bright now\b|^\s*now\s*$|\bonline now\b|\bmoments? ago\b", re.IGNORECASE)
_NO_DATE = re.compile(r"^\W*(?:never|n/?a|none|unknown|-+)?\W*$", re.IGNORECASE)
_LONGEST = 200


def read_date(text: str, conventions: Conventions) -> datetime | None:
    """The first date of a text, with its time when one is written, in UTC; "never" states none.

    Raises:
        UnreadableError: there is text without a date, an impossible date, or a relative one without a capture time.
    """
    text = text[:_LONGEST]
    if _NO_DATE.match(text):
        return None
    try:
        moment = _absolute(text, conventions) or _relative(text, conventions)
    except (ValueError, OverflowError) as error:
        raise UnreadableError(f"{text[:40]!r} is not a date: {error}") from error
    if moment is None:
        raise UnreadableError(f"no date in {text[:40]!r}")
    return moment


def _absolute(text: str, conventions: Conventions) -> datetime | None:
    found = _ISO.search(text)
    if found:
        return _at(text, found, (int(found["year"]), int(found["month"]), int(found["day"])), conventions)
    for pattern in _NAMED:
        found = pattern.search(text)
        if found:
            return _at(text, found, (int(found["year"]), _month(found["month_name"]), int(found["day"])), conventions)
    found = _NUMERIC.search(text)
    if found is None:
        return None
    first, second, year = int(found["first"]), int(found["second"]), int(found["year"])
    month, day = (first, second) if conventions.date_order == "mdy" else (second, first)
    return _at(text, found, (year + 2000 if year < 100 else year, month, day), conventions)


def _month(name: str) -> int:
    folded = name.casefold()
    return next(_MONTH_OF[stem] for stem in sorted(_MONTH_OF, key=len, reverse=True) if folded.startswith(stem))


def _at(text: str, found: re.Match[str], date: tuple[int, int, int], conventions: Conventions) -> datetime:
    """The date with the time that is written after it, or else before it."""
    time = _TIME.search(text, found.end()) or _TIME.search(text[: found.start()])
    if time is None:
        return datetime(*date, tzinfo=conventions.timezone).astimezone(UTC)
    hour = int(time["hour"])
    if time["half"] and hour <= 12:
        hour = hour % 12 + (12 if time["half"].lower().startswith("p") else 0)
    zone = _zone(time["zone"]) if time["zone"] else conventions.timezone
    return datetime(*date, hour, int(time["minute"]), int(time["second"] or 0), tzinfo=zone).astimezone(UTC)


def _zone(text: str) -> tzinfo:
    """UTC, or the fixed offset of "+02:00"."""
    if text[0] not in "+-":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(offset if text[0] == "+" else -offset)


def _relative(text: str, conventions: Conventions) -> datetime | None:
    now = conventions.fetched_at
    word = next((word for word in _DAYS_AGO if re.search(rf"\b{word}\b", text, re.IGNORECASE)), None)
    ago = _AGO.findall(text) if _PAST.search(text) else []
    if not (word or ago or _NOW.search(text)):
        return None
    if now is None:
        raise UnreadableError(f"{text[:40]!r} counts from a capture time that is not known")
    if word:
        day = now.astimezone(conventions.timezone) - timedelta(days=_DAYS_AGO[word])
        time = _TIME.search(text)
        hour, minute = (int(time["hour"]), int(time["minute"])) if time else (0, 0)
        return day.replace(hour=hour, minute=minute, second=0, microsecond=0).astimezone(UTC)
    moment = now.astimezone(UTC)
    unit = "second"
    for count, name in ago:
        unit = _UNITS[name.casefold()]
        moment = _back(moment, int(count) if count.isdigit() else 1, unit)
    return _floor(moment, unit)


def _back(moment: datetime, count: int, unit: str) -> datetime:
    if unit in _STEPS:
        return moment - count * _STEPS[unit]
    months = moment.year * 12 + moment.month - 1 - count * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    last_day = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last_day))


def _floor(moment: datetime, unit: str) -> datetime:
    """The moment, as exact as its unit."""
    moment = moment.replace(microsecond=0)
    if unit != "second":
        moment = moment.replace(second=0)
    if unit not in {"second", "minute"}:
        moment = moment.replace(minute=0)
    if unit not in {"second", "minute", "hour"}:
        moment = moment.replace(hour=0)
    return moment
