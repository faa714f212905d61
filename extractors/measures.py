"""Numbers and units as vendors write them: the words of ``lexicons/units.yaml``, and one pattern made of them."""

import re
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from typing import Literal, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict

from extractors.lexicon import FOLDER

__all__ = ["Measure", "Taken", "Units", "load_units", "read_measures", "read_number"]

Kind = Literal["g", "ml", "items", "dose"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Size(_Model):
    each: float
    names: list[str]


class _Dose(_Model):
    names: list[str]


class _PurityWords(_Model):
    not_before: frozenset[str]
    not_after: frozenset[str]
    cues: frozenset[str]


class Units(_Model):
    """``units.yaml``."""

    sources: list[str]
    grams: dict[str, _Size]
    millilitres: dict[str, _Size]
    items: dict[str, _Size]
    alone: list[str]
    films: list[str]
    doses: dict[str, _Dose]
    per: dict[str, list[str]]
    number_words: dict[str, float]
    purity: _PurityWords


class Measure(NamedTuple):
    """A number with its unit.

    Attributes:
        start: first character.
        end: the character after the last.
        amount: in grams, millilitres, items, or in the unit of the dose.
        kind: what is measured.
        unit: ``g``, ``ml``, ``items``, or of a dose ``mg``, ``ug``, ``iu``, ``mg/ml``, ``ug/h``.
        name: the unit as written, in lower case.
    """

    start: int
    end: int
    amount: float
    kind: Kind
    unit: str
    name: str


class Taken:
    """Which characters of a text are spoken for; in time that does not grow with how many spans there are."""

    def __init__(self, text: str, spans: Iterable[Measure] = ()) -> None:
        """Take the text, and the measures that are in it already."""
        self._mask = bytearray(len(text))
        for span in spans:
            self.take(span.start, span.end)

    def take(self, start: int, end: int) -> None:
        """Speak for a span."""
        self._mask[start:end] = b"\x01" * (end - start)

    def free(self, start: int, end: int) -> bool:
        """Whether nothing in a span is spoken for."""
        return not any(self._mask[start:end])


@cache
def load_units() -> Units:
    """The units of the package."""
    return Units.model_validate(yaml.load((FOLDER / "units.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader))


_VULGAR = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅛": 0.125, "⅓": 1 / 3, "⅔": 2 / 3}
NUMBER = r"(?:\d{1,3}(?:,\d{3}){1,2}|\d{1,7}(?:[.,]\d{1,4})?|\.\d{1,3}|[½¼¾⅛⅓⅔])"
# A fraction ("1/4", "1 1/2"), or the first of several options ("5/10/20", "1-5"), before a unit.
_SERIES = (
    rf"(?:(?P<first>{NUMBER})\s?(?P<mark>[-\u2013/]|to)\s?)?(?:{NUMBER}\s?[-\u2013/]\s?){{0,4}}(?P<number>{NUMBER})"
)
_FRACTIONS = frozenset({(1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (1, 8), (1, 16)})


class _Table(NamedTuple):
    pattern: re.Pattern[str]
    alone: re.Pattern[str]
    sizes: dict[str, tuple[Kind, str, float]]
    per: dict[str, str]
    words: dict[str, float]


@cache
def _table() -> _Table:
    units = load_units()
    sizes: dict[str, tuple[Kind, str, float]] = {}
    kinds: list[tuple[Kind, dict[str, _Size]]] = [
        ("g", units.grams),
        ("ml", units.millilitres),
        ("items", units.items),
    ]
    for kind, group in kinds:
        for size in group.values():
            sizes.update({name.lower(): (kind, kind, size.each) for name in size.names})
    for unit, dose in units.doses.items():
        sizes.update({name.lower(): ("dose", unit, 1.0) for name in dose.names})
    names = _alternation(sizes)
    per = {name: unit for unit, spellings in units.per.items() for name in spellings}
    words = _alternation(units.number_words)
    pattern = re.compile(
        rf"(?:(?<![\w.,/$€£])|(?<=\d[x*\xd7]))(?:{_SERIES}|(?P<word>{words}))"
        rf"[ \t\-_]{{0,2}}(?:of (?:an? )?|an? )?(?P<unit>{names})"
        rf"(?:\s?(?:/|per )\s?\d?\s?(?P<per>{_alternation(per)}))?(?![^\W\d_])",
        re.IGNORECASE,
    )
    # Words that are an amount without a number.
    alone = re.compile(rf"(?<![\w/])(?P<unit>{_alternation(units.alone)})(?!\w)", re.IGNORECASE)
    return _Table(pattern, alone, sizes, per, dict(units.number_words))


def _alternation(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


def read_measures(text: str) -> list[Measure]:
    """The measures of a text, in order, without overlap; "5/10/20 g" is one, its smallest."""
    table = _table()
    found = []
    for match in table.pattern.finditer(text):
        kind, unit, each = table.sizes[match["unit"].lower()]
        amount = table.words[match["word"].lower()] if match["word"] else _series(match)
        if amount is None or amount <= 0:
            continue
        if match["per"]:
            if kind != "dose":
                continue
            unit = f"{unit}/{table.per[match['per'].lower()]}"
        found.append(Measure(match.start(), match.end(), amount * each, kind, unit, match["unit"].lower()))
    taken = Taken(text, found)
    for match in table.alone.finditer(text):
        name = match["unit"].lower()
        if taken.free(match.start(), match.end()):
            found.append(Measure(match.start(), match.end(), table.sizes[name][2], "g", "g", name))
    return sorted(found)


def _series(match: re.Match[str]) -> float | None:
    number = read_number(match["number"])
    if match["first"] is None:
        return number
    first = read_number(match["first"])
    if match["mark"] == "/" and (first, number) in _FRACTIONS:
        return float(Fraction(int(first), int(number)))
    return min(first, number)


def read_number(text: str) -> float:
    """The number that a text is: "2,5", "2.5", "1,000", ".5", "½"."""
    if text in _VULGAR:
        return _VULGAR[text]
    thousands = re.fullmatch(r"[1-9]\d{0,2}((?:,\d{3})+)", text)
    return float(text.replace(",", "") if thousands else text.replace(",", "."))
