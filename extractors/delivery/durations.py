"""Times that a text states in days: "2-3 working days", "up to two weeks", "24-48h", "next day", "3 bis 5 Werktage".

What a time is about (delivery, dispatch, a deadline) is for others to say. The words are in
``lexicons/durations.yaml``.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from extractors.lexicon_files import read_words
from extractors.phrases import Phrases, one_of
from extractors.words import Piece, fold

__all__ = ["Duration", "DurationWords", "load_duration_words", "read_durations"]

Unit = Literal["hours", "days", "weeks"]
LONGEST_DAYS = 90
_HOURS_A_DAY = 24
_BEFORE = 36
_WORDS_BEFORE = 10
_WORDS_AFTER = 3
_HEADING_MARK = 3
# "NDD" in small letters may be anything.
_SHORT = 3


class DurationWords(BaseModel):
    """``durations.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str]
    hours: list[str]
    days: list[str]
    weeks: list[str]
    working_units: list[str]
    working: list[str]
    other: list[str]
    numbers: dict[str, int]
    articles: list[str]
    between: list[str]
    at_most: list[str]
    at_most_after: list[str]
    fillers: list[str]
    next_day: list[str]
    next_day_delivery: list[str]
    not_before: list[str]
    not_after: list[str]


class Duration(NamedTuple):
    """A time in days.

    Attributes:
        start: first character.
        end: the character after the last.
        first: the fewest days.
        last: the most days.
        unit: in which it is stated.
        working: whether it says that it counts working days.
        named: whether it is "next day" or the like, without a number.
        bare: whether it is a range whose unit stands elsewhere in the line.
        delivered: whether it says itself that it is one of delivery ("NDD").
        at_most: whether it is stated as a limit ("within 10 days").
    """

    start: int
    end: int
    first: int
    last: int
    unit: Unit
    working: bool = False
    named: bool = False
    bare: bool = False
    delivered: bool = False
    at_most: bool = False


class _Table(NamedTuple):
    timed: re.Pattern[str]
    bare: re.Pattern[str]
    heading: re.Pattern[str]
    named: Phrases[bool]
    at_most: re.Pattern[str]
    at_most_after: re.Pattern[str]
    not_before: re.Pattern[str]
    not_after: re.Pattern[str]
    units: dict[str, Unit]
    working: frozenset[str]
    numbers: dict[str, int]
    words: frozenset[str]


@cache
def load_duration_words() -> DurationWords:
    """The words of times of the package.

    Raises:
        ConfigurationError: the file does not fit the schema.
    """
    return read_words("durations.yaml", DurationWords)


@cache
def _table() -> _Table:
    words = load_duration_words()
    by_unit: Mapping[Unit, list[str]] = {"hours": words.hours, "days": words.days, "weeks": words.weeks}
    units = {name: unit for unit, names in by_unit.items() for name in names}
    numbers = {**words.numbers, **dict.fromkeys(words.articles, 1)}
    number = rf"(?:\d{{1,3}}|{one_of(words.numbers)})"
    unit = one_of(units)
    working = rf"(?:(?:{one_of([*words.working, *words.other])})\.?\)?[ \t-]{{0,2}}){{0,2}}"
    article = rf"(?P<article>{one_of(words.articles)}(?=[ \t]{{1,2}}(?:{one_of(words.weeks)})))"
    # Not inside a number, a sum, a version: "3.5 days", "$5 days", "v2".
    edge = r"(?<![^\W_])(?<!\d[.,:])(?<![$€£#])"
    timed = re.compile(
        rf"{edge}(?:(?P<first>{number})[ \t]{{0,2}}(?:(?P<of>{unit})[ \t]{{0,2}})?"
        rf"(?:{one_of(words.between)})[ \t]{{0,2}})?"
        rf"(?:(?P<last>{number})(?:[ \t]?\+)?|{article})"
        rf"[ \t]{{0,2}}[-(]?[ \t]{{0,1}}(?P<working>{working})(?P<unit>{unit})(?!\w)"
        rf"(?:[ \t]{{0,2}}\(?(?P<after>{one_of(words.working)})(?!\w))?",
        re.IGNORECASE,
    )
    # "5-10" without a unit: what it counts is said elsewhere in the line.
    bare = re.compile(
        rf"{edge}(?P<first>\d{{1,2}})[ \t]?(?:[-\u2013/]|to|bis|à|tot)[ \t]?(?P<last>\d{{1,2}})"
        r"(?=[ \t]{0,3}(?:[,;)\n|]|$|\.(?!\d)|(?:to|in|for|within|nach|naar|pour|per|для|в)[ \t]))"
    )
    heading = rf"(?<!\w)(?:{one_of([*words.days, *words.weeks])})[ \t]?(?:\)?[ \t]?[:=]|\))"
    before = rf"(?<!\w)(?:{one_of(words.at_most)})[ \t.:]{{0,3}}(?:(?:{one_of(words.fillers)})[ \t.]{{0,2}})?$"
    return _Table(
        timed=timed,
        bare=bare,
        heading=re.compile(heading, re.IGNORECASE),
        named=Phrases({True: words.next_day_delivery, False: words.next_day}),
        at_most=re.compile(before, re.IGNORECASE),
        at_most_after=re.compile(rf"[ \t,(]{{0,3}}(?:{one_of(words.at_most_after)})(?!\w)", re.IGNORECASE),
        not_before=re.compile(rf"[ \t/]{{0,2}}(?:{one_of(words.not_before)})(?!\w)", re.IGNORECASE),
        not_after=re.compile(rf"(?:(?<!\w)|(?<=\d))(?:{one_of(words.not_after)})[ \t]{{1,2}}$", re.IGNORECASE),
        units=units,
        working=frozenset(words.working_units),
        numbers=numbers,
        words=frozenset(map(fold, units)),
    )


def read_durations(text: str, words: Sequence[Piece]) -> list[Duration]:
    """The times of a text, in order, without overlap; none longer than 90 days.

    Args:
        text: the text.
        words: its pieces.
    """
    table = _table()
    found = [
        Duration(one.start, one.end, 1, 1, "days", named=True, delivered=one.meaning)
        for one in table.named.find(text, words)
        if one.end - one.start > _SHORT or text[one.start : one.end].isupper()
    ]
    windows = _windows(words, table.words)
    for low, high in windows:
        found += [one for match in table.timed.finditer(text, low, high) if (one := _timed(text, match, table))]
    if windows:
        found += _bare(text, found, windows, table)
    kept: list[Duration] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _windows(words: Sequence[Piece], units: frozenset[str]) -> list[tuple[int, int]]:
    """The parts of a text around its units of time: a time is read nowhere else."""
    windows: list[tuple[int, int]] = []
    for at, word in enumerate(words):
        if word.text in units:
            low = words[max(0, at - _WORDS_BEFORE)].start
            high = words[min(len(words) - 1, at + _WORDS_AFTER)].end
            if windows and low <= windows[-1][1]:
                low = windows.pop()[0]
            windows.append((low, high))
    return windows


def _timed(text: str, match: re.Match[str], table: _Table) -> Duration | None:
    unit = table.units[match["unit"].lower()]
    if table.not_before.match(text, match.end()):
        return None
    if match["article"] and table.not_after.search(text[max(0, match.start() - _BEFORE) : match.start()]):
        return None
    last = _days(match["article"] or match["last"], unit, table)
    first = last
    if match["first"]:
        first = _days(match["first"], table.units[match["of"].lower()] if match["of"] else unit, table)
    working = bool(match["after"] or match["working"].strip(" -")) or match["unit"].lower() in table.working
    at_most = match["first"] is None and _is_limit(text, match, table)
    if at_most:
        first = min(1, last)
    if not 0 < first <= last <= LONGEST_DAYS:
        return None
    return Duration(match.start(), match.end(), first, last, unit, working, at_most=at_most)


def _is_limit(text: str, match: re.Match[str], table: _Table) -> bool:
    before = text[max(0, match.start() - _BEFORE) : match.start()]
    return table.at_most.search(before) is not None or table.at_most_after.match(text, match.end()) is not None


def _days(number: str, unit: Unit, table: _Table) -> int:
    amount = int(number) if number.isdecimal() else table.numbers[number.lower()]
    if unit == "weeks":
        return amount * 7
    return amount if unit == "days" else -(-amount // _HOURS_A_DAY)


def _bare(text: str, timed: Sequence[Duration], windows: Sequence[tuple[int, int]], table: _Table) -> list[Duration]:
    """Ranges without a unit, in lines that name it elsewhere: "UK 1-2, EU 5-10 days", "Delivery (days): UK 1-2"."""
    stated: list[tuple[int, Unit]] = [(one.start, one.unit) for one in timed if one.unit != "hours" and not one.named]
    stated += [
        (match.start(), table.units[match.group().strip(" \t:=()").lower()])
        for low, high in windows
        for match in table.heading.finditer(text, low, min(len(text), high + _HEADING_MARK))
    ]
    found = []
    done = 0
    for place, unit in sorted(stated):
        if place < done:
            continue
        start = text.rfind("\n", 0, place) + 1
        done = text.find("\n", place) + 1 or len(text)
        factor = 7 if unit == "weeks" else 1
        for match in table.bare.finditer(text, start, done):
            first, last = int(match["first"]) * factor, int(match["last"]) * factor
            if 0 < first <= last <= LONGEST_DAYS:
                found.append(Duration(match.start(), match.end(), first, last, unit, bare=True))
    return found
