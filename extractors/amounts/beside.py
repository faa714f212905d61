"""What stands right beside a number: its unit, a sign of times, a price's sign, a name it belongs to."""

from collections.abc import Sequence

from extractors.amounts.figures import TIMES, Figure, Table
from extractors.amounts.units_beside import Found, near, read_thousands, take_per, unit_after, unit_at
from extractors.measures import Unit
from extractors.words import Piece

__all__ = ["surrounded", "times_after"]

_SHORTEST_WORD = 3
_POTENT = frozenset({"extract", "extracts", "extrakt", "extrait", "extracto"})
_THOUSAND = 1000
_MONEY = frozenset({"pound", "pounds"})
_MONEY_WORDS = frozenset({"each", "per", "sterling", "for", "only", "at", "just", "cost", "price"})


def surrounded(text: str, words: Sequence[Piece], figure: Figure, table: Table) -> Figure | None:
    """A figure with what stands beside it, or None if it is a price, a percent or a number of something else."""
    start = figure.start
    if _is_priced(text, start, table) and not (text[start - 1] == " " and unit_at(text, words, figure.last, table)):
        return None
    after = text[figure.end : figure.end + 2]
    if after and (after[0] in table.not_after or after.strip()[:1] in table.not_after):
        return None
    previous = words[figure.first - 1] if figure.first else None
    before = text[start - 1] if start else " "
    if before in ".,:" and text[start - 2 : start - 1].isdecimal():
        return None
    # What is not ASCII there is ornament or damage: "È«100g", "ææ50 x".
    joined = ""
    if previous is not None and previous.end == start and not previous.text.isdecimal() and before.isascii():
        joined = previous.text
    _preceded(text, words, figure, joined, table)
    following = words[figure.last] if figure.last < len(words) else None
    if following is not None and following.text == "k" and following.start == figure.end:
        figure.number *= _THOUSAND
        figure.end, figure.last = following.end, figure.last + 1
    unit = _pack_of(text, words, figure, table) or unit_after(text, words, figure, table)
    if unit is not None and unit[0].container and not (figure.number.is_integer() or figure.word or figure.fraction):
        # "3.5 tin": grams in a tin.
        unit = None
    if unit is None:
        return _bare(text, words, figure, table)
    # "4-AcO", "A215 g": a name. But "SPEED50gr" is fifty grams.
    glued = words[figure.last].start == figure.end
    if (joined and figure.named and (len(joined) < _SHORTEST_WORD or not glued)) or (
        glued and _runs_on(text, words, unit)
    ):
        return None
    return _measured(text, words, figure, unit, table)


def _pack_of(text: str, words: Sequence[Piece], figure: Figure, table: Table) -> Found | None:
    """Of "10er Pack" the unit, of which there are ten: the pack's contents."""
    ending = words[figure.last] if figure.last < len(words) else None
    if ending is None or ending.text != "er" or ending.start != figure.end:
        return None
    found = unit_at(text, words, figure.last + 1, table)
    if found is None or found[0].kind != "items" or not near(text, ending.end, words[figure.last + 1].start):
        return None
    return found[0]._replace(each=1, container=False), *found[1:]


def _is_priced(text: str, start: int, table: Table) -> bool:
    """Whether a sign of currency stands before a number, and not after another number ("80€ 1g")."""
    sign = start - 1 - (text[start - 1 : start] == " ")
    return sign >= 0 and text[sign] in table.currency and not text[sign - 1 : sign].isdecimal()


def _preceded(text: str, words: Sequence[Piece], figure: Figure, joined: str, table: Table) -> None:
    """Give a figure the sign of times before it, or mark it as part of a name or a rank."""
    start = figure.start
    before, earlier = (text[start - 1], text[start - 2 : start - 1]) if start else (" ", "")
    previous = words[figure.first - 1] if figure.first else None
    if joined:
        if joined in TIMES or (joined[-1] in TIMES and (joined[:-1],) in table.units):
            figure.times_before, figure.start = True, start - 1
        else:
            figure.named = True
    elif before == "#" or (before in {"-", "/"} and (earlier.isalpha() or _ends_a_mark(words, figure))):
        figure.named = True
    elif before == "\xd7" or (before == "*" and earlier.isalnum()):
        figure.times_before = True
    elif previous is not None and near(text, previous.end, start):
        second = words[figure.first - 2] if figure.first > 1 else None
        digits = second.text if second is not None and second.text.isdecimal() else ""
        if previous.text in TIMES:
            # Of "10x 5g" the sign is the first number's.
            if not (digits and second is not None and second.end == previous.start):
                figure.times_before, figure.start = True, previous.start
        elif previous.text == "for":
            # "2 for 1"
            figure.named = 0 < len(digits) <= _SHORTEST_WORD and figure.number < int(digits)
        else:
            figure.named = figure.named or previous.text in table.ranks


def _ends_a_mark(words: Sequence[Piece], figure: Figure) -> bool:
    """Whether a number goes on with what letters began: "S90-3"."""
    if figure.first < 2:
        return False
    letters, digits = words[figure.first - 2], words[figure.first - 1]
    glued = letters.end == digits.start and digits.end + 1 == figure.start and digits.text.isdecimal()
    return glued and len(letters.text) < _SHORTEST_WORD and letters.text.isalpha() and letters.text not in TIMES


def _measured(text: str, words: Sequence[Piece], figure: Figure, found: Found, table: Table) -> Figure | None:
    """A figure with a unit, or None where they are a price or say nothing."""
    unit, last, times = found
    if figure.word and unit.kind == "items" and _is_vague(figure, unit):
        return None
    if unit.name == "st" and figure.number % 10 == 1:
        # As in "1st".
        figure.named = True
        return figure
    figure.named = False
    figure.unit, figure.last, figure.times_after = unit, last, times
    figure.end = words[last - 1].end
    take_per(text, words, figure, table)
    if unit.name in _MONEY and (figure.per == "each" or _is_price(words, figure)):
        return None
    read_thousands(text, figure)
    return figure if times else times_after(text, words, figure, table)


def _runs_on(text: str, words: Sequence[Piece], found: Found) -> bool:
    """Whether something is joined to a short unit: "10G2" and "5cl-adb" are names."""
    unit, place, _ = found
    if place >= len(words):
        return False
    if unit.name == "cl":
        # "5cl-adb"
        return words[place].start == words[place - 1].end + 1 and text[words[place - 1].end] == "-"
    if unit.name not in {"g", "l"}:
        return False
    return words[place].text.isdecimal() and words[place].start == words[place - 1].end


def _is_vague(figure: Figure, unit: Unit) -> bool:
    """Whether a word is no number of items: "half doses", "one bag of each"."""
    return figure.number < 1 or (figure.number == 1 and unit.container)


def _is_price(words: Sequence[Piece], figure: Figure) -> bool:
    """Whether pounds are money: "5 pounds each", "for 20 pounds"."""
    beside = (*words[max(0, figure.first - 1) : figure.first], *words[figure.last : figure.last + 1])
    return any(word.text in _MONEY_WORDS for word in beside)


def _bare(text: str, words: Sequence[Piece], figure: Figure, table: Table) -> Figure | None:
    """A figure without a unit, with the sign of times after it; None if it is a number of something else."""
    read_thousands(text, figure)
    after = text[figure.end : figure.end + 2]
    if after[:1] == "\xd7" or (after[:1] == "*" and after[1:].isdecimal()):
        figure.times_after, figure.end = True, figure.end + 1
        return figure
    following = words[figure.last] if figure.last < len(words) else None
    if following is None:
        return figure
    if following.text in TIMES and near(text, figure.end, following.start):
        return times_after(text, words, figure, table)
    gap = text[figure.end : following.start]
    if gap in {"", " "} and (
        (following.text in table.not_amounts and not (figure.times_before and following.text == "pct"))
        or (figure.times_before and following.text in table.multiplied)
    ):
        return None
    if gap in {"", "-"} and not following.text.isdecimal():
        figure.named, figure.times_before = True, False
    elif gap == " " and following.text in table.not_counts:
        figure.named = True
    return figure


def times_after(text: str, words: Sequence[Piece], figure: Figure, table: Table) -> Figure | None:
    """A figure with the sign of times after it, if there is one; None if it says how much stronger something is."""
    sign = words[figure.last] if figure.last < len(words) else None
    if sign is None or sign.text not in TIMES or not near(text, figure.end, sign.start):
        return figure
    place = figure.last + 1
    following = words[place] if place < len(words) else None
    if following is not None:
        joined = following.start == sign.end
        # "5 xl"; and of "2mg x 50" the sign is the second number's.
        if (joined and not following.text.isdecimal()) or (figure.unit is not None and following.text.isdecimal()):
            return figure
        if following.start == sign.end + 1 and figure.unit is None:
            if following.text in table.multiplied:
                return None
            held = unit_at(text, words, place, table)
            if held is not None and held[0].container:
                # "2 x boxes"
                figure.unit, figure.last = held[:2]
                figure.end = words[figure.last - 1].end
                return figure
    if figure.named or (figure.unit is None and figure.first and words[figure.first - 1].text in _POTENT):
        # "Kratom extract 50x" is fifty times as strong.
        return None
    figure.times_after, figure.end, figure.last = True, sign.end, place
    return figure
