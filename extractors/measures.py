"""Units as vendors write them: the words of ``lexicons/units.yaml``, numbers, and the measures of a text."""

import re
from functools import cache, cached_property
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from extractors.lexicon_files import read_words
from extractors.words import fold

__all__ = ["Kind", "Unit", "Units", "load_units", "read_number", "unit_words"]

Kind = Literal["g", "ml", "items", "dose"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Size(_Model):
    each: float
    names: list[str]


class _Items(_Model):
    each: float = 1
    form: str | None = None
    dosed: bool = False
    container: bool = False
    names: list[str]


class _CountBefore(_Model):
    quantity: frozenset[str]
    of: frozenset[str]


class _OnTop(_Model):
    after: frozenset[str]
    before: frozenset[str]
    not_free: frozenset[str]

    @cached_property
    def words(self) -> frozenset[str]:
        """All that may say that something comes on top."""
        return self.after | self.before


class _Beside(_Model):
    before: frozenset[str]
    after: frozenset[str]


class _PurityWords(_Model):
    cues: frozenset[str]
    named: frozenset[str]
    not_before: frozenset[str]
    not_after: frozenset[str]


class Units(_Model):
    """``units.yaml``; what each list is for is written there."""

    sources: list[str]
    grams: list[_Size]
    millilitres: list[_Size]
    liquid_words: frozenset[str]
    items: list[_Items]
    bound: frozenset[str]
    alone: frozenset[str]
    alone_at_need: frozenset[str]
    films: frozenset[str]
    doses: dict[str, list[str]]
    per: dict[str, list[str]]
    number_words: dict[str, float]
    articles: frozenset[str]
    not_amounts: frozenset[str]
    not_counts: frozenset[str]
    ranks: frozenset[str]
    currency: str
    multiplied: frozenset[str]
    count_before: _CountBefore
    powder_words: frozenset[str]
    dosed_words: frozenset[str]
    dosed_forms: frozenset[str]
    adjunct_doses: frozenset[int]
    on_top: _OnTop
    advised: _Beside
    terms: _Beside
    purity: _PurityWords


class Unit(NamedTuple):
    """A unit.

    Attributes:
        kind: what it measures.
        unit: ``g``, ``ml``, ``items``, or of a dose ``mg``, ``ug``, ``iu``.
        each: how many of that it is.
        name: as written, folded.
        form: of items, what they are (pill, blotter, seed, ...), where the word says it.
        dosed: of items, whether each is a dose.
        container: of items, whether each may hold many.
    """

    kind: Kind
    unit: str
    each: float
    name: str
    form: str | None = None
    dosed: bool = False
    container: bool = False


@cache
def load_units() -> Units:
    """The units of the package."""
    return read_words("units.yaml", Units)


@cache
def unit_words() -> dict[tuple[str, ...], Unit]:
    """Every unit by the pieces of its names, as `extractors.words.pieces` cuts them."""
    units = load_units()
    table: dict[tuple[str, ...], Unit] = {}
    weights: list[tuple[Kind, list[_Size]]] = [("g", units.grams), ("ml", units.millilitres)]
    for kind, sizes in weights:
        for size in sizes:
            for name in size.names:
                table[_cut(name)] = Unit(kind, kind, size.each, name)
    for item in units.items:
        for name in item.names:
            table[_cut(name)] = Unit("items", "items", item.each, name, item.form, item.dosed, item.container)
    for unit, names in units.doses.items():
        for name in names:
            table[_cut(name)] = Unit("dose", unit, 1, name)
    return table


def _cut(name: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W\d_]+|\d+", fold(name)))


_VULGAR = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅛": 0.125, "⅓": 1 / 3, "⅔": 2 / 3}
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d{1,2})?|[1-9]\d{0,2}(?:\.\d{3}){2,}|[1-9]\d{0,2}(?:[ ]\d{3})+")


def read_number(text: str) -> float:
    """The number that a text is: "2,5", "2.5", "1,000", "1.000.000", "1 000", ".5", "½".

    Raises:
        ValueError: it is none.
    """
    if text in _VULGAR:
        return _VULGAR[text]
    if _GROUPED.fullmatch(text):
        return float(text.replace(",", "").replace(" ", "") if text.count(".") < 2 else text.replace(".", ""))
    return float(text.replace(",", "."))
