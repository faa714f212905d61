"""Times of day: "13:04:05", "3:04 pm", "13h04", "13.04 Uhr", "15:04 MSK", "12:00 UTC+2"."""

import re
from datetime import timedelta, timezone, tzinfo
from functools import cache

from extractors.transforms.date_words import any_of, date_words


def find_time(folded: str, start: int = 0) -> re.Match[str] | None:
    """The first time of day in a folded text from a place on: for `clock_time` and `stated_zone`."""
    return _pattern().search(folded, start)


def clock_time(time: re.Match[str]) -> tuple[int, int, int]:
    """Hour, minute and second."""
    hour = int(time["hour"] or time["full_hour"])
    half = time["half"] or time["full_half"]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return hour, int(time["minute"] or 0), int(time["second"] or 0)


def stated_zone(time: re.Match[str]) -> tzinfo | None:
    """The zone that a time names: "MSK", "UTC+2", "+02:00"."""
    if not time["zone"] and not time["offset"]:
        return None
    offset = timedelta(hours=date_words().zones[time["zone"]] if time["zone"] else 0)
    if time["offset"]:
        sign, digits = time["offset"][0], time["offset"][1:].replace(":", "")
        hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
        stated = timedelta(hours=int(hours), minutes=int(minutes))
        offset += stated if sign == "+" else -stated
    return timezone(offset)


@cache
def _pattern() -> re.Pattern[str]:
    minutes = r"(?P<hour>\d{1,2})(?:[:h]|\.(?=\d\d\s?uhr))(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:[.,]\d+)?(?!\d)"
    hours = r"(?P<full_hour>\d{1,2})\s?(?:(?P<full_half>[ap]\.?m\b\.?)|uhr\b)"
    zone = rf"(?:(?P<zone>{any_of(date_words().zones)})\b)?"
    offset = r"(?P<offset>[+-]\d{1,2}(?::?\d{2})?(?![\d:])(?!\s*\d))?"
    return re.compile(rf"(?<![\d.:])(?:{minutes}\s*(?P<half>[ap]\.?m\b\.?)?|{hours})(?:\s*\(?{zone}\s?{offset})?")
