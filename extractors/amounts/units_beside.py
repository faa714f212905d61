"""The unit that stands after a number, and what it is per: "5 g", "250 mg/ml", "100 mcg per hour", "10 mg/tab"."""

from collections.abc import Sequence

from extractors.amounts.figures import TIMES, Figure, Table
from extractors.measures import Unit
from extractors.words import Piece

__all__ = ["near", "read_thousands", "take_per", "unit_after", "unit_at"]

_LONGEST_NAME = 3
_THOUSAND = 1000
_LEAST_VOLUME = 5
_EACH = frozenset({"each", "ea", "stuck", "je"})
_PER = frozenset({"per", "pro", "par", "por"})
_BESIDE = " \t-_+~\u2013"
_WIDEST = 3

Found = tuple[Unit, int, bool]


def near(text: str, start: int, end: int) -> bool:
    """Whether only a space or two lie between two places."""
    return end - start <= 2 and text[start:end].strip(" \t") == ""


def unit_at(text: str, words: Sequence[Piece], place: int, table: Table) -> Found | None:
    """The unit that begins with a piece, by its longest name.

    Returns:
        The unit, the number of the piece after it, and whether an "x" is joined to it ("mgx50", "10gx").
    """
    if place >= len(words):
        return None
    first = words[place].text
    if first not in table.unit_starts:
        if first[-1:] in TIMES and (first[:-1],) in table.units:
            runs_on = place + 1 < len(words) and words[place + 1].start == words[place].end
            return table.units[first[:-1],], place + 1, not runs_on
        return None
    for length in range(min(_LONGEST_NAME, len(words) - place), 0, -1):
        unit = table.units.get(tuple(word.text for word in words[place : place + length]))
        if unit is not None and all(
            words[at + 1].start - words[at].end <= 2 and "\n" not in text[words[at].end : words[at + 1].start]
            for at in range(place, place + length - 1)
        ):
            return unit, place + length, False
    return None


def unit_after(text: str, words: Sequence[Piece], figure: Figure, table: Table) -> Found | None:
    """The unit of a number, as `unit_at` returns it, or None."""
    if figure.last >= len(words):
        return None
    following = words[figure.last]
    found = unit_at(text, words, figure.last, table)
    if found is not None and _holds(text, figure, following.start, found[0]):
        return found
    if (figure.fraction or figure.word) and following.text in table.articles:
        # "half an ounce", "1/2 of a gram"
        found = unit_at(text, words, figure.last + 1, table) or unit_at(text, words, figure.last + 2, table)
        if found is not None and "\n" not in text[figure.end : words[found[1] - 1].start]:
            return found
    return None


def _holds(text: str, figure: Figure, start: int, unit: Unit) -> bool:
    """Whether a number and the unit after it belong together: "5 g", "200+ mg", "(5) g", "5 .g"."""
    if _beside(text, figure.end, start):
        return True
    gap = text[figure.end : start].strip(" ") if start - figure.end <= 2 else ""
    if gap in {")", "]", "}"}:
        return text[figure.start - 1 : figure.start] in {"(", "[", "{"}
    return gap == "." and unit.kind != "items" and text[start - 1] == "."


def _beside(text: str, start: int, end: int) -> bool:
    return end - start <= _WIDEST and text[start:end].strip(_BESIDE) == ""


def take_per(text: str, words: Sequence[Piece], figure: Figure, table: Table) -> None:
    """Give a figure that has a unit what it is per: "/ml", "per hour", "per 2 ml", "each", "/tab"."""
    if figure.last >= len(words):
        return
    place = figure.last
    following = words[place]
    gap = text[figure.end : following.start] if following.start - figure.end <= _WIDEST else "\n"
    if following.text in _EACH and gap in {"", " "}:
        figure.per, figure.end, figure.last = "each", following.end, place + 1
        return
    if following.text in _PER and gap.strip(" .") == "":
        place += 1
    elif gap.strip(" .") != "/":
        return
    divisor = 1.0
    if place + 1 < len(words) and words[place].text.isdecimal() and len(words[place].text) <= 2:
        divisor = float(words[place].text) or 1.0
        place += 1
    if place >= len(words) or (place > figure.last and not _beside(text, words[place - 1].end, words[place].start)):
        return
    if _divide(figure, words[place].text, divisor, table) and divisor < _LEAST_VOLUME:
        # "250mg/25ml" states a volume too, that is read as a figure of its own.
        figure.end, figure.last = words[place].end, place + 1


def _divide(figure: Figure, word: str, divisor: float, table: Table) -> bool:
    """Make an amount one per what a word says; whether it is."""
    per, unit = table.per.get(word), table.units.get((word,))
    if per is not None and figure.unit is not None:
        if per == "ml" and figure.unit.kind == "g" and figure.unit.each == 1:
            # "0.5 g/ml"
            figure.unit, figure.number = table.units["mg",], figure.number * _THOUSAND
        if figure.unit.kind == "dose":
            figure.per = per
            figure.number /= divisor
            return True
    if unit is not None and unit.kind == "items" and divisor == 1:
        figure.per = "each"
        return True
    return False


def read_thousands(text: str, figure: Figure) -> None:
    """Read "1.000 Pillen" as a thousand: nobody sells thousandths of a pill."""
    if figure.word or figure.fraction:
        return
    written = text[figure.start : figure.end].lstrip("xX*\xd7 ")
    whole, mark, decimals = written.partition(".")
    if not mark or not whole.isdecimal() or whole.startswith("0") or not decimals[:3].isdecimal():
        return
    if decimals[3:4].isdecimal() or len(decimals) < len("000"):
        return
    if figure.unit is None or figure.unit.kind != "g" or decimals.startswith("000"):
        figure.number *= _THOUSAND
