"""Amounts without a number or without a unit: "QP", "an ounce of", "Meth 0.5", "1/8 Kush"."""

from collections.abc import Sequence

from extractors.amounts.figures import Figure
from extractors.amounts.products import Amount
from extractors.measures import load_units, unit_words
from extractors.words import Piece

__all__ = ["without_number"]

_OUNCE = 28.35
_BARE_FRACTIONS = frozenset({1 / 8, 1 / 4, 1 / 2})
_ARTICLES = frozenset({"a", "an", "one", "full", "single"})
_GOES_ON = frozenset({"of", "de", "deal", "deals", "special", "sale"})


def without_number(
    text: str,
    words: Sequence[Piece],
    figures: Sequence[Figure],
    amounts: Sequence[Amount],
    *,
    weighed: frozenset[str],
    long: bool,
) -> list[Amount]:
    """Amounts that are a word ("QP", "eighth"); in short texts without others also "gram of", and "1/8" of an ounce.

    Args:
        text: the text.
        words: its pieces.
        figures: its numbers, whose units are no amounts of their own.
        amounts: what is known so far.
        weighed: how the goods are sold, of ``plant`` and ``powder``: a bare fraction of a plant is one of an ounce, a
            bare decimal number are grams.
        long: whether the text is more than one offer.
    """
    units, table = load_units(), unit_words()
    taken = {place for figure in figures for place in range(figure.first, figure.last)}
    known = bool(amounts) or long
    found = []
    for place, word in enumerate(words):
        sure = word.text in units.alone
        if not sure and (known or word.text not in units.alone_at_need):
            continue
        unit = table.get((word.text,))
        if unit is None or place in taken or text[max(0, word.start - 1) : word.start] in {"/", "-"}:
            continue
        previous = words[place - 1] if place else None
        following = words[place + 1].text if place + 1 < len(words) else ""
        if previous is not None and previous.text in {"per", "pro", "half", "each"}:
            continue
        if not sure and not (previous is None or previous.text in _ARTICLES or following in _GOES_ON):
            continue
        confidence = 0.8 if sure else 0.6
        found.append(Amount(word.start, word.end, unit.each, unit.each, "g", "g", word.text, confidence=confidence))
    if weighed and not known and not found:
        for figure in figures:
            grams = _bare_grams(text, figure, weighed)
            if grams:
                found.append(Amount(figure.start, figure.end, grams, grams, "g", "g", confidence=0.6))
    return found


def _bare_grams(text: str, figure: Figure, weighed: frozenset[str]) -> float | None:
    """The grams that a number without a unit is: "1/8 Kush", "Meth 0.5"; None if it is another number."""
    if figure.unit is not None or figure.named or figure.times or figure.word:
        return None
    if figure.fraction:
        return figure.number * _OUNCE if "plant" in weighed and figure.number in _BARE_FRACTIONS else None
    written = text[figure.start : figure.end]
    decimal = ("." in written or "," in written) and 0 < figure.number <= _OUNCE
    return figure.number if decimal and text[figure.end : figure.end + 1] != "/" else None
