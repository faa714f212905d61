"""What bare numbers count: "200 blue domino pills", "Xanax (50)", "24 Cosmic Clouds (100 mg each)"."""

from collections.abc import Collection, Sequence
from functools import cache

from extractors.amounts.figures import Figure
from extractors.amounts.products import Amount
from extractors.measures import load_units
from extractors.words import Piece

__all__ = ["count_things", "dosed_nouns", "leading_count", "trailing_count"]

_PIECES_TO_NOUN = 9
_PIECES_TO_NAME = 4
_REACH = 8
_LAST_YEAR = 2035
_MOST = 1_000_000
_FEWEST = 5
_BEFORE_LAST = frozenset({"", "-", ",", "\u2013", "/", "|"})


def count_things(text: str, words: Sequence[Piece], figures: Sequence[Figure], goods: frozenset[int]) -> list[Amount]:
    """What bare numbers count by the noun that follows them, or by brackets: "200 blue domino pills", "Xanax (50)"."""
    found = []
    for place, figure in enumerate(figures):
        if figure.unit is not None or figure.times or figure.named or figure.fraction or not _is_count(figure):
            continue
        following = figures[place + 1] if place + 1 < len(figures) else None
        confidence = _counted(text, words, figure, following, goods)
        if confidence:
            found.append(
                Amount(figure.start, figure.end, figure.number, figure.number, "items", "items", confidence=confidence)
            )
    return found


def _is_count(figure: Figure) -> bool:
    """Whether a number can count: a whole one, and no year."""
    year = 1990 <= figure.number <= _LAST_YEAR and figure.number != 2000
    return figure.number.is_integer() and 0 < figure.number <= _MOST and not year


def _counted(
    text: str, words: Sequence[Piece], figure: Figure, following: Figure | None, goods: frozenset[int]
) -> float | None:
    """How sure it is that a bare number counts the goods; None if it does not."""
    units = load_units()
    previous = words[figure.first - 1].text if figure.first else ""
    if previous in units.count_before.quantity:
        return 0.9
    if previous == "of" and figure.first > 1 and words[figure.first - 2].text in units.count_before.of:
        return 0.9
    before, after = (
        text[max(0, figure.start - _REACH) : figure.start].rstrip(" #")[-1:],
        text[figure.end : figure.end + 4].lstrip()[:1],
    )
    alone = before in {"(", "["} and after in {")", "]"}
    if alone and (goods or figure.word):
        return 0.8
    noun = _noun_after(text, words, figure, following, goods)
    if noun is None:
        return None
    # At the start of a phrase a number counts; inside it may belong to a name ("Route 66 pills").
    opens = before == "" or not before.isalnum()
    if opens:
        return noun
    return 0.6 if figure.number % 5 == 0 or figure.number % 14 == 0 else None


def _noun_after(
    text: str, words: Sequence[Piece], figure: Figure, following: Figure | None, goods: frozenset[int]
) -> float | None:
    nouns = _nouns()
    last, first = figure.end, figure.last
    if following is not None and text[last : following.start].strip(" (") == "+":
        # Like "5+1 free seeds" or "10 (+2 free) tabs".
        last, first = following.end, following.last
        while first < len(words) and words[first].text in load_units().on_top.after and words[first].start - last <= 1:
            last, first = words[first].end, first + 1
        last += text[last : last + 1] == ")"
        following = None
    for steps, word in enumerate(words[first : first + _PIECES_TO_NOUN]):
        gap = text[last : word.start]
        if (
            any(mark in gap for mark in ";[]{}:\n!?/+")
            or ("|" in gap and steps > 0)
            or ("," in gap and steps == 0)
            or (")" in gap and "(" not in gap and steps > 0)
        ):
            return None
        if (
            following is not None
            and word.start >= following.start
            and (following.unit is None or following.unit.kind != "dose")
            and not following.named
        ):
            return None
        if word.start in goods and steps <= _PIECES_TO_NAME:
            return 0.8
        if word.text in nouns and (word.end - word.start) > 2:
            return 0.85
        last = word.end
    return None


def trailing_count(
    text: str, words: Sequence[Piece], figures: Sequence[Figure], names: Collection[int] = ()
) -> list[Amount]:
    """The number that a text of doses ends with, as a doubtful count: "Lorazepam 2.5mg - 50", "Green Xans 1000".

    Args:
        text: the text.
        words: its pieces.
        figures: its numbers.
        names: where the names of drugs end: "Accutane 20mg isotretinoin 30".
    """
    if not figures or figures[-1].last != len(words):
        return []
    last = figures[-1]
    if last.unit or last.times or last.named or last.word or last.fraction or not _is_count(last):
        return []
    if last.number < _FEWEST or not last.first:
        return []
    stated = any(one.unit and one.unit.kind == "dose" for one in figures)
    previous = words[last.first - 1]
    counted = text[previous.end : last.start] == " " and (
        previous.text in dosed_nouns() or (stated and previous.end in names)
    )
    marked = stated and text[max(0, last.start - 2) : last.start].strip(" ") in _BEFORE_LAST
    if not (marked or counted):
        return []
    return [Amount(last.start, last.end, last.number, last.number, "items", "items", confidence=0.6)]


def leading_count(text: str, words: Sequence[Piece], figures: Sequence[Figure]) -> list[Amount]:
    """The number that a text of doses begins with, as a doubtful count: "24 Cosmic Clouds (100 mg each)"."""
    if not figures or not words or figures[0].first != 0 or figures[0].last >= len(words):
        return []
    first = figures[0]
    following = words[first.last]
    if first.unit or first.times or first.named or first.word or first.fraction or not _is_count(first):
        return []
    if len(following.text) < 3 or text[first.end : following.start].strip(" ") or following.start == first.end:
        return []
    return [Amount(first.start, first.end, first.number, first.number, "items", "items", confidence=0.6)]


@cache
def dosed_nouns() -> frozenset[str]:
    """Words for single doses."""
    return frozenset(name for item in load_units().items if item.dosed for name in item.names if len(name) > 2)


@cache
def _nouns() -> frozenset[str]:
    units = load_units()
    return frozenset(
        name
        for item in units.items
        if not item.container or item.form == "vial"
        for name in item.names
        if " " not in name
    )
