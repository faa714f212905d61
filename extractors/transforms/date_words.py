"""The words of dates in ``date_words.yaml``: months, units of time, and what counts back from now."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from extractors.lexicon_files import read_words

__all__ = ["DateWords", "TimeUnit", "any_of", "date_words", "fold"]

TimeUnit = Literal["second", "minute", "hour", "day", "week", "month", "year"]

_FILE = Path(__file__).parent / "date_words.yaml"
_SHORTEST_MONTH = 3
# Letters that do not decompose, and the typographic apostrophe.
_LOOK = str.maketrans({"ł": "l", "\u2019": "'", "\u2212": "-", "\u2013": "-", "\u2014": "-"})


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")
    months: dict[int, list[str]]
    day_endings: list[str]
    units: dict[TimeUnit, list[str]]
    one: list[str]
    before: list[str]
    after: list[str]
    last: list[str]
    days_ago: dict[int, list[str]]
    now: list[str]
    now_alone: list[str]
    never: list[str]
    zones: dict[str, float]


@dataclass(frozen=True, slots=True)
class DateWords:
    """The file's words, folded.

    Attributes:
        months: names and beginnings of names, with the number of the month.
        units: names of units.
        days_ago: words for a day, with how many days ago it is.
        zones: names of time zones, with their hours east of UTC.
        now_alone, never: whole texts.
    """

    months: Mapping[str, int]
    day_endings: frozenset[str]
    units: Mapping[str, TimeUnit]
    one: frozenset[str]
    before: frozenset[str]
    after: frozenset[str]
    last: frozenset[str]
    days_ago: Mapping[str, int]
    now: frozenset[str]
    now_alone: frozenset[str]
    never: frozenset[str]
    zones: Mapping[str, float]


def fold(text: str) -> str:
    """A text in lower case, without accents, with one space between words."""
    folded = text.lower() if text.isascii() else _without_accents(text)
    return " ".join(folded.split())


def any_of(words: Iterable[str]) -> str:
    """A pattern of these words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


@cache
def date_words() -> DateWords:
    """The words, checked and folded."""
    file = read_words(_FILE, _File)
    return DateWords(
        months=_months(file.months),
        day_endings=_folded(file.day_endings),
        units={fold(word): unit for unit, words in file.units.items() for word in words},
        one=_folded(file.one),
        before=_folded(file.before),
        after=_folded(file.after),
        last=_folded(file.last),
        days_ago={fold(word): days for days, words in file.days_ago.items() for word in words},
        now=_folded(file.now),
        now_alone=_folded(file.now_alone),
        never=_folded(file.never),
        zones={fold(name): hours for name, hours in file.zones.items()},
    )


def _months(names: Mapping[int, list[str]]) -> dict[str, int]:
    """The names, and those of their beginnings that only one month has."""
    meant: defaultdict[str, set[int]] = defaultdict(set)
    for month, spellings in names.items():
        for name in map(fold, spellings):
            for length in range(_SHORTEST_MONTH, len(name) + 1):
                meant[name[:length]].add(month)
    full = {fold(name): month for month, spellings in names.items() for name in spellings}
    return {name: next(iter(months)) for name, months in meant.items() if len(months) == 1} | full


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(fold, words))


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).translate(_LOOK)
