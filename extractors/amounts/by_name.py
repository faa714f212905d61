"""Strengths that stand beside a medicine's name without a unit: "Roxy 30s", "Lyrica 300", "Targin 40/20", "M30"."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from extractors.amounts.figures import Figure
from extractors.drugs.product_names import strength_of_imprint
from extractors.findings import Finding
from extractors.lexicon_files import read_words
from extractors.measures import load_units
from extractors.words import Piece

__all__ = ["strengths_by_name"]

_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_CONFIDENCE = 0.7
# So many names are looked at: a text of one line may hold thousands.
_MANY = 20


class _Strengths(BaseModel):
    """``strengths.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str] = Field(min_length=1)
    milligrams: dict[str, frozenset[float]]


def strengths_by_name(
    text: str, words: Sequence[Piece], figures: list[Figure], drugs: Sequence[Finding], extractor: str
) -> tuple[list[Figure], list[Finding]]:
    """The strength that a medicine's name has beside or in it, and the numbers that are left.

    Only where no dose is stated. A number right after the name counts when the medicine comes in it, and it is written
    as a plural ("30s"), as a pair ("40/20"), or something else is the count ("Valium 10 x 28").

    Args:
        text: the text.
        words: its pieces.
        figures: its numbers, before options are joined.
        drugs: what it names.
        extractor: the name of the component that finds.
    """
    dosed = load_units().dosed_words
    medicines = [
        one for one in drugs if one.data.get("sold_as") == "pill" or text[one.start : one.end].lower() in dosed
    ]
    if not medicines or any(one.unit is not None and one.unit.kind == "dose" for one in figures):
        return figures, []
    after = {words[one.first - 1].end: place for place, one in enumerate(figures) if one.first}
    for drug in medicines[:_MANY]:
        place = after.get(drug.end)
        found = None if place is None else _beside(text, words, figures, place, drug=drug, extractor=extractor)
        if found is not None:
            return found
    for drug in medicines[:_MANY]:
        name = text[drug.start : drug.end]
        mg = strength_of_imprint(name)
        known = _strengths().get(drug.value, frozenset()) if mg is None else frozenset({mg})
        number = next((float(digits) for digits in _DIGITS.findall(name) if float(digits) in known), None)
        if number is not None:
            return figures, [_finding(drug.start, drug.end, number, extractor)]
    return figures, []


def _beside(
    text: str, words: Sequence[Piece], figures: list[Figure], place: int, *, drug: Finding, extractor: str
) -> tuple[list[Figure], list[Finding]] | None:
    known = _strengths().get(drug.value)
    if known is None:
        return None
    figure = figures[place]
    if figure.number not in known or figure.word or figure.fraction or figure.times_before or figure.unit is not None:
        return None
    if text[drug.end : figure.start].strip(" -#") or figure.start - drug.end > len(" - "):
        return None
    rest = figures[place + 1 :]
    second = rest[0] if rest and text[figure.end : rest[0].start] == "/" else None
    if second is not None and second.unit is None and second.number < figure.number:
        return [*figures[:place], *rest[1:]], [_finding(figure.start, figure.end, figure.number, extractor)]
    plural = _is_plural(text, words, figure)
    counted = [one for one in (*figures[:place], *rest) if one.times or (one.unit and one.unit.kind == "items")]
    product = figure.times_after and bool(rest) and rest[0].number != figure.number and _is_count(rest[0])
    if not (plural or product or (counted and not figure.times_after)):
        return None
    if product:
        rest[0].times_before = True
    return [*figures[:place], *rest], [_finding(figure.start, words[figure.first].end, figure.number, extractor)]


def _is_count(figure: Figure) -> bool:
    return figure.unit is None or figure.unit.kind == "items"


def _is_plural(text: str, words: Sequence[Piece], figure: Figure) -> bool:
    """Whether a number is written as a plural: "30s", "30's"."""
    ending = words[figure.last] if figure.last < len(words) else None
    return ending is not None and ending.text == "s" and text[figure.end : ending.start] in {"", "'", "\u2019"}


def _finding(start: int, end: int, mg: float, extractor: str) -> Finding:
    return Finding("strength", start, end, f"{mg:g}", extractor, unit="mg", confidence=_CONFIDENCE)


@cache
def _strengths() -> Mapping[str, frozenset[float]]:
    return read_words("strengths.yaml", _Strengths).milligrams
