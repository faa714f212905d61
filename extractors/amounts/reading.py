"""The numbers of a text, each with what stands right beside it.

Works on the pieces of a text (`extractors.words.pieces`), which are made once for all components: a piece is looked up
in a table, so that the time is linear in the text whatever stands in it.
"""

from collections.abc import Sequence

from extractors.amounts.beside import surrounded, times_after
from extractors.amounts.figures import Figure, Table
from extractors.amounts.figures import table as amount_words
from extractors.amounts.units_beside import unit_at
from extractors.measures import read_number
from extractors.words import Piece, fold

__all__ = ["read_figures"]

_FRACTIONS = frozenset({(1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (1, 8), (1, 16)})
_VULGAR = frozenset("½¼¾⅛⅓⅔")
# What a folded sign of a fraction has in it: "½" is folded to two digits with this between them.
_SLASH = "\u2044"
_BEFORE_FRACTIONS = frozenset({"/", _SLASH, " ", "-"})
_LONGEST = 9


def read_figures(text: str, words: Sequence[Piece]) -> list[Figure]:
    """The numbers of a text that may be amounts, in order; prices and percents are not among them.

    Args:
        text: the text.
        words: its pieces.
    """
    table = amount_words()
    found: list[Figure] = []
    place, size = 0, len(words)
    while place < size:
        piece = words[place].text
        figure: Figure | None = None
        if piece.isdecimal():
            figure, place = _digit_name(text, words, place, table, found) or _digits(text, words, place, table)
        elif piece in table.number_words:
            figure = _number_word(text, words, place, table)
            place = figure.last if figure else place + 1
        else:
            if _SLASH in piece:
                figure = _vulgar(text, words, place, table)
            place += 1
        if figure is not None:
            found.append(figure)
    return found


def _digit_name(
    text: str, words: Sequence[Piece], place: int, table: Table, found: list[Figure]
) -> tuple[Figure | None, int] | None:
    """A unit whose name begins with digits ("8ball", "8th"), or None; a bare number before it is its number."""
    if words[place].text not in table.unit_starts or (place and words[place - 1].end == words[place].start):
        return None
    if words[place].start and text[words[place].start - 1] in "/.,":
        return None
    unit = unit_at(text, words, place, table)
    if unit is None:
        return None
    figure = Figure(words[place].start, words[unit[1] - 1].end, 1, place, unit[1], unit=unit[0])
    if found and found[-1].last == place and found[-1].unit is None and not found[-1].named:
        before = found.pop()
        figure.start, figure.number, figure.first = before.start, before.number, before.first
    return times_after(text, words, figure, table), figure.last


def _digits(text: str, words: Sequence[Piece], place: int, table: Table) -> tuple[Figure | None, int]:
    """The figure that begins with a piece of digits, if it is one, and where to go on."""
    start, last = words[place].start, place + 1
    end = words[place].end
    # "1,000", "2.5", "1.000,50"
    while (
        last < len(words) and last - place < 4 and words[last].start == end + 1 and text[end] in ".,"
        and words[last].text.isdecimal()
    ):  # fmt: skip
        end = words[last].end
        last += 1
    # "10 000"
    if last == place + 1 and end - start <= 3 and last < len(words) and words[last].text == "000" and text[end] == " ":
        end, last = words[last].end, last + 1
    if end - start > _LONGEST:
        return None, last
    if start and text[start - 1] == "." and (start == 1 or not (text[start - 2].isalnum() or text[start - 2] == ".")):
        start -= 1
    try:
        number = read_number(text[start:end])
    except ValueError:
        return None, last
    figure = Figure(start, end, number, place, last)
    if text[end : end + 1] in _BEFORE_FRACTIONS and _fraction(text, words, figure):
        last = figure.last
    if figure.end < len(text) and text[figure.end] in _VULGAR:
        figure.number += read_number(text[figure.end])
        figure.end += 1
        figure.last += figure.last < len(words) and words[figure.last].end == figure.end
    return surrounded(text, words, figure, table), max(last, figure.last)


def _fraction(text: str, words: Sequence[Piece], figure: Figure) -> bool:
    """Make a figure of "1" into that of "1/2" or "1 1/2", if that is what follows."""
    whole, place = 0.0, figure.last
    if _is_fraction(text, words, place) and 0 < figure.number < 20 and figure.number.is_integer():
        gap = text[figure.end : words[place].start]
        if gap not in {" ", " & ", "-", " + "}:
            return False
        whole, place = figure.number, place + 1
    elif not _is_fraction(text, words, place - 1):
        return False
    if figure.first + 1 != figure.last or (figure.start and text[figure.start - 1] == "/"):
        return False
    figure.number = whole + int(words[place - 1].text) / int(words[place].text)
    figure.end, figure.last, figure.fraction = words[place].end, place + 1, True
    if place + 1 < len(words) and words[place + 1].text in {"th", "ths", "rd"} and words[place + 1].start == figure.end:
        figure.end, figure.last = words[place + 1].end, place + 2
    return True


def _is_fraction(text: str, words: Sequence[Piece], place: int) -> bool:
    """Whether two pieces are a fraction, and no options ("1/2/5 g")."""
    if place + 1 >= len(words):
        return False
    above, below = words[place], words[place + 1]
    if text[above.end : below.start] not in {"/", "\u2044"} or len(above.text) > 1 or len(below.text) > 2:
        return False
    if not (above.text.isdecimal() and below.text.isdecimal()):
        return False
    further = text[below.end : below.end + 2]
    return (int(above.text), int(below.text)) in _FRACTIONS and not (further[:1] == "/" and further[1:].isdecimal())


def _number_word(text: str, words: Sequence[Piece], place: int, table: Table) -> Figure | None:
    piece = words[place]
    if text[piece.start : piece.start + 1].isdecimal():
        return None
    figure = Figure(piece.start, piece.end, table.number_words[piece.text], place, place + 1, word=True)
    if figure.number < 1 and place + 1 < len(words) and words[place + 1].text in table.articles:
        unit = unit_at(text, words, place + 1, table)
        figure.fraction = unit is not None
    found = surrounded(text, words, figure, table)
    # A word counts only with a unit beside it, or where it is set apart: "Ten (10)", "TEN Suboxone".
    return found if found and (found.unit or found.number > 1) else None


def _vulgar(text: str, words: Sequence[Piece], place: int, table: Table) -> Figure | None:
    """The figure of a piece that begins with a sign of a fraction: "½", "½oz"."""
    piece = words[place]
    sign = text[piece.start]
    if sign not in _VULGAR:
        return None
    figure = Figure(piece.start, piece.start + 1, read_number(sign), place, place + 1, fraction=True)
    if piece.end == figure.end:
        return surrounded(text, words, figure, table)
    figure.unit, figure.end = table.units.get((fold(text[figure.end : piece.end]),)), piece.end
    return figure if figure.unit else None
