"""What the numbers of a text amount to together: "5/10/20 g" has options, "2 x 5 g" is ten grams, "50 x 2mg" doses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractors.amounts.figures import Figure
from extractors.measures import Kind, load_units, unit_words

__all__ = ["Amount", "bundles", "counts_dose", "join_options", "multiply"]

_OPTION_GAPS = frozenset(
    {"/", "-", "\u2013", "~", ",", "to", "or", "bis", "oder", "ou", "o", "a", "&", "and", "-/", "|"}
)
_RISING_GAPS = frozenset({"-", "\u2013", "~", "to", "bis", "a"})
_WIDEST_GAP = 10
_OF = frozenset({"of", "a", "de", "von", "mit", "with", "each", "contains", "containing"})
_TIMES_GAP = " \t()[]-_,:;=@/~*x\xd7.|"
_PLAIN_GAP = " \t()[]@-/"
_LONGEST_BUNDLE = 40
_STRIP, _LEAST_OF_SHEET = 10, 25
_FREE = re.compile(
    r"[^\n+|,.;!]{0,24}?(?<![^\W_])(?:free|extra|bonus|gratis)(?![^\W_])"
    r"(?![ \-]{1,2}(?:ship|deliver|post|track|express|nd|uk|us|eu|world))",
    re.IGNORECASE,
)


@dataclass(slots=True, frozen=True)
class Amount:
    """An amount of a text.

    Attributes:
        start: its first character.
        end: the character after its last.
        value: in grams, millilitres, items, or the unit of the dose.
        number: the same, but strips and blisters themselves where the value is what is in them.
        kind: what is measured.
        unit: ``g``, ``ml``, ``items``, ``mg``, ``ug``, ``iu``, ``mg/ml``, ``ug/h``, ...
        name: the unit as written; empty for a bare count.
        form: of items, what they are, where a word says it.
        container: of items, whether they may hold many.
        each: it is what one has, not all ("120mg per capsule").
        times: it is a bare count by a sign of times.
        confidence: of a count.
        counted: of a dose, a count stands beside it.
    """

    start: int
    end: int
    value: float
    number: float
    kind: Kind
    unit: str
    name: str = ""
    form: str | None = None
    container: bool = False
    each: bool = False
    times: bool = False
    confidence: float = 0.9
    counted: bool = False


def join_options(text: str, figures: Sequence[Figure]) -> list[Figure]:
    """Numbers that share a unit as one figure, the smallest: "5/10/20 g", "200-220mg", "8mg/2mg", "1 to 10 grams"."""
    if len(figures) < 2:
        return list(figures)
    joined: list[Figure] = []
    for figure in reversed(figures):
        if joined and _are_options(text, figure, joined[-1]):
            later = joined.pop()
            slashed = "/" in text[figure.end : later.start]
            dose = later.unit is not None and later.unit.kind == "dose"
            number = figure.number if slashed and dose else min(figure.number, later.number)
            joined.append(replace(later, start=figure.start, first=figure.first, number=number))
        else:
            joined.append(figure)
    joined.reverse()
    return joined


def _are_options(text: str, figure: Figure, later: Figure) -> bool:
    if later.unit is None or figure.times or figure.named or later.times_before or figure.word:
        return False
    gap = text[figure.end : later.start].strip(" \t+").lower() if later.start - figure.end <= _WIDEST_GAP else "\n"
    if gap not in _OPTION_GAPS:
        return False
    if figure.unit is not None:
        return figure.unit.kind == "dose" and figure.unit.unit == later.unit.unit
    if figure.fraction:
        return False
    if gap in _RISING_GAPS:
        return figure.number < later.number
    # "100, 2mg" and "Xanax 50 & 2mg" are no options of a dose.
    return gap in {"/", "or", "oder", "|", "-/"} or later.unit.kind != "dose"


def multiply(text: str, figures: Sequence[Figure], *, dosed: bool, films: bool) -> list[Amount]:
    """The amounts of figures: what stands beside each other multiplied where a sign or a word says so.

    Args:
        text: the text.
        figures: from `join_options`; bare numbers without a sign of times are no amounts and only end a product.
        dosed: whether milligrams are doses.
        films: whether a strip is one item.
    """
    parts = [(figure, _amount(figure, films=films)) for figure in figures]
    doses = {part.value for _, part in parts if part.kind == "dose"}
    found: list[Amount] = []
    place = 0
    while place < len(parts):
        figure, amount = parts[place]
        place += 1
        if figure.unit is None and not figure.number.is_integer():
            continue
        if figure.unit is None and not figure.times:
            following = parts[place] if place < len(parts) else None
            if following is None or not counts_dose(text, figure, following[0]):
                continue
            amount = replace(amount, confidence=0.8)
        while place < len(parts):
            product = _product(text, figure, amount, *parts[place], dosed=dosed, doses=doses)
            if product is None:
                break
            found += product[:-1]
            amount, figure = product[-1], parts[place][0]
            place += 1
        found.append(amount)
    return found


def _amount(figure: Figure, *, films: bool) -> Amount:
    unit = figure.unit
    if unit is None:
        return Amount(figure.start, figure.end, figure.number, figure.number, "items", "items", times=figure.times)
    value = figure.amount
    bound = unit.name in load_units().bound and figure.number > 1
    if unit.each == _STRIP and unit.kind == "items" and (films or (bound and unit.name == "strip")):
        value = figure.number
    elif unit.name == "sheet" and figure.number >= _LEAST_OF_SHEET:
        # "100 sheet" is a sheet of a hundred, "2 sheet" are two.
        value = figure.number
    name = f"{unit.unit}/{figure.per}" if figure.per in {"ml", "h"} else unit.unit
    return Amount(
        figure.start, figure.end, value, figure.number if unit.kind == "items" else value, unit.kind, name, unit.name,
        unit.form,
        container=unit.container and not (bound and unit.name != "strip"), each=figure.per == "each",
    )  # fmt: skip


def counts_dose(text: str, figure: Figure, following: Figure) -> bool:
    """Whether a bare number stands right before a dose: "100 2mg Xanax", "[10] 30 mg Adderall"."""
    if following.unit is None or following.unit.kind != "dose" or following.times_before:
        return False
    if figure.unit is not None or figure.times or figure.named or figure.word or figure.number == following.number:
        return False
    gap = text[figure.end : following.start]
    return (
        0 < len(gap) <= _WIDEST_GAP and gap.strip(" \t)]-") == "" and figure.number.is_integer() and figure.number > 0
    )


def _product(
    text: str, figure: Figure, amount: Amount, following: Figure, second: Amount, *, dosed: bool, doses: set[float]
) -> list[Amount] | None:
    """Two amounts beside each other as what they amount to, the open one last; None if they do not belong together."""
    gap = text[figure.end : following.start].lower()
    # Names of drugs are blanked in the text; across one only a count that ends the product is multiplied.
    crossed = following.times_before and following.unit is None and figure.unit is not None and not gap.strip(" \t")
    if len(gap) > _WIDEST_GAP and not (crossed and len(gap) <= _LONGEST_BUNDLE):
        return None
    if "\n" in gap or amount.each:
        return None
    word = gap.strip(_PLAIN_GAP)
    if following.unit is None and not following.times and word not in _OF:
        # "1x 10 Kamagra"
        once = figure.unit is None and figure.times_after and figure.number == 1 and gap == " "
        return [replace(second, start=amount.start)] if once and not following.named else None
    times = (figure.times_after or following.times_before) and _may_stand_between(gap.strip(_TIMES_GAP))
    if "dose" in {amount.kind, second.kind}:
        return _with_dose(amount, second, times=times, beside=times or word == "", dosed=dosed)
    holds = amount.container and (word in _OF or (word == "" and second.kind in {"ml", "g"}))
    if amount.times and not second.times and second.kind == "items" and amount.value in doses:
        # "200 x 100 pills, 200 mg"
        return [second] if times else None
    return _times(amount, second) if times or holds else None


def _times(amount: Amount, second: Amount) -> list[Amount] | None:
    """Two amounts that are no doses, multiplied."""
    if amount.kind == second.kind == "items":
        return [_of_items(amount, second)]
    if amount.kind == "items":
        return [replace(second, start=amount.start, value=amount.value * second.value, each=False)]
    if second.kind == "items" and (second.times or second.container):
        return [replace(amount, end=second.end, value=amount.value * second.value)]
    return None


def _may_stand_between(word: str) -> bool:
    """Whether a word keeps a sign of times with both amounts: "2 x of 5g", "10ml vial x 2"."""
    if word == "" or word in _OF:
        return True
    unit = unit_words().get((word,))
    return unit is not None and unit.container


def _with_dose(amount: Amount, second: Amount, *, times: bool, beside: bool, dosed: bool) -> list[Amount] | None:
    """A count with a dose; milligrams of what does not come in doses are multiplied."""
    if (amount.kind, second.kind) == ("items", "dose"):
        if beside and (dosed or second.unit != "mg"):
            return [amount, replace(second, counted=True)]
        return [replace(second, start=amount.start, value=amount.value * second.value)] if times else None
    if second.kind != "items" or not (times and second.times):
        return None
    if dosed or amount.unit != "mg":
        return [replace(amount, counted=True), second]
    return [replace(amount, end=second.end, value=amount.value * second.value)]


def _of_items(amount: Amount, second: Amount) -> Amount:
    """Items of items: 2 x 5 strips, 2 blisters of 14 (not 20 times 14), 10 tablets x 2 strips (not 200)."""
    value = (amount.value if second.times else amount.number) * (second.value if amount.times else second.number)
    times = amount.times and second.times
    return replace(second, start=amount.start, value=value, number=value, times=times, each=False)


def bundles(text: str, amounts: Sequence[Amount]) -> list[Amount]:
    """Amounts in order, with those that are sold together added up: "2 g of this + 2 g of that" are four grams.

    What is a quarter of the first or less comes on top of it, and stays apart.
    """
    if len(amounts) < 2:
        return list(amounts)
    joined: list[Amount] = []
    for amount in amounts:
        last = joined[-1] if joined else None
        if last is not None and last.kind == amount.kind != "dose" and last.unit == amount.unit:
            gap = text[last.end : amount.start]
            plus = len(gap) <= _LONGEST_BUNDLE and gap[:1] != "+" and gap.rstrip().endswith("+") and "\n" not in gap
            if plus and amount.value * 4 > last.value and not _is_free(text, amount):
                joined[-1] = replace(
                    last, end=amount.end, value=last.value + amount.value, number=last.number + amount.number
                )
                continue
        joined.append(amount)
    return joined


def _is_free(text: str, amount: Amount) -> bool:
    """Whether words say that an amount is given: "+ 1g free", "+ 1g of weed FREE", not "+ 1g hash, free shipping"."""
    return _FREE.match(text, amount.end) is not None
