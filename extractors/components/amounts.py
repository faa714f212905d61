"""How much is offered, and in which strength.

A measure alone does not say what it is: "2mg" beside "100 x" is the strength of a bar, "500mg" of a powder is all there
is. Counts multiply weights ("2 x 5g") and stand beside doses ("100 x 2mg").
"""

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc

from extractors.amounts.by_name import strengths_by_name
from extractors.amounts.counts import count_things, dosed_nouns, leading_count, trailing_count
from extractors.amounts.figures import Figure
from extractors.amounts.products import Amount, bundles, counts_dose, join_options, multiply
from extractors.amounts.reading import read_figures
from extractors.amounts.roles import role_of
from extractors.amounts.unsaid import without_number
from extractors.findings import Finding, add, findings, prose, prose_pieces
from extractors.measures import load_units
from extractors.records import MentionType
from extractors.words import Piece

NAME = "nightpost_amounts"

_DOSED_SALE = frozenset({"pill", "blotter", "vial"})
# Milligrams of these are never how much there is.
_NEVER_IN_MILLIGRAMS = frozenset({"liquid", "plant", "gas"})
_GRAMS = {"mg": 1 / 1000, "ug": 1 / 1_000_000}
_OUNCE = 28.35
_FLUID_OUNCE = 29.57
_LONGEST_NAME = 80
_SIGNS = " xX*\xd7\u0445"
_HEAVIEST_ITEM = 2
_SMALLEST_BOTTLE = 2
_MANY = 50
_LEAST, _MOST = 1e-6, 1e9
# A title or a short paragraph is one offer; a longer text is one a line.
_ONE_OFFER = 400


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "Amounts":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``; after the drugs, whose usual form decides what milligrams are."""
    return Amounts()


class Amounts:
    """Finds ``quantity`` (g, ml, items) and ``strength`` (mg, ug, iu, mg/ml, ug/h).

    ``data`` of a quantity has its ``role`` when it is not what is offered: ``extra`` (comes free on top), ``advised``
    (a dose to take), ``condition`` (an order's least size); and ``form`` (pill, blotter, seed, ...) where its unit
    says it.
    """

    def __call__(self, doc: Doc) -> Doc:
        """Put the amounts of a text on its Doc."""
        text = prose(doc)
        words = prose_pieces(doc)
        drugs = sorted((one for one in findings(doc) if one.type == "drug"), key=lambda one: one.start)
        if len(text) <= _ONE_OFFER:
            return add(doc, _read(text, words, drugs, long=False))
        starts = [one.start for one in drugs]
        found: list[Finding] = []
        for line in _lines(text, words):
            # Where a line names no drug, it is of the first that the text names.
            first = bisect.bisect_left(starts, line[0].start)
            here = drugs[first : bisect.bisect_left(starts, line[-1].end)]
            found += _read(text, line, here or drugs[:1], long=True)
        return add(doc, found)


def _lines(text: str, words: list[Piece]) -> Iterator[list[Piece]]:
    """The pieces of each line that has any."""
    begin = 0
    for place in range(1, len(words)):
        if "\n" in text[words[place - 1].end : words[place].start]:
            yield words[begin:place]
            begin = place
    if words:
        yield words[begin:]


def _read(text: str, words: list[Piece], drugs: list[Finding], *, long: bool) -> list[Finding]:
    units = load_units()
    figures = read_figures(text, words)
    if not figures and not any(word.text in units.alone or word.text in units.alone_at_need for word in words):
        return []
    names = {word.text for word in words}
    _mark_names(text, words, figures, drugs)
    if not names.isdisjoint(units.liquid_words):
        figures = [_fluid(figure) for figure in figures]
    pairs = list(_pairs(text, figures, drugs))
    if not pairs:
        figures, pairs = strengths_by_name(text, words, figures, drugs, NAME)
    figures = join_options(text, figures)
    goods = frozenset(one.start for one in drugs if _sold_in_doses(one))
    if not names.isdisjoint(units.dosed_words):
        goods |= frozenset(word.start for word in words if word.text in units.dosed_words)
    things = count_things(text, words, figures, goods)
    leading = [] if long else leading_count(text, words, figures)
    counted = bool(things or leading) or any(counts_dose(text, *pair) for pair in pairwise(figures))
    dosed = _is_dosed(figures, drugs, names, counted=counted)
    films = bool(drugs) and all(one.value in units.films for one in drugs)
    amounts = multiply(_without_names(text, drugs), figures, dosed=dosed, films=films)
    if things:
        read = {place for one in amounts for place in range(one.start, one.end)}
        amounts += [one for one in things if one.start not in read]
    if dosed and not any(one.kind == "items" for one in amounts):
        amounts += leading or trailing_count(text, words, figures, {one.end for one in drugs})
    if not (amounts and names.isdisjoint(units.alone)):
        amounts += without_number(text, words, figures, amounts, weighed=_weighed(drugs), long=long)
    amounts = bundles(text, sorted(amounts, key=lambda one: one.start))
    roles = long or "+" in text or not names.isdisjoint(units.on_top.words)
    settled = [one for one in _settled(amounts, dosed=dosed) if _LEAST <= one.value <= _MOST]
    return pairs + [_finding(one, role_of(text, words, one, amounts, long=long) if roles else None) for one in settled]


def _without_names(text: str, drugs: list[Finding]) -> str:
    """A short text with the names of drugs blanked: of "1g Blue Dream x 5" the sign of times is the gram's."""
    if len(text) > _ONE_OFFER or len({drug.value for drug in drugs}) != 1:
        return text
    for drug in drugs:
        text = text[: drug.start] + " " * (drug.end - drug.start) + text[drug.end :]
    return text


def _sold_in_doses(drug: Finding) -> bool:
    return drug.data.get("sold_as") in _DOSED_SALE or drug.data.get("form") in load_units().dosed_forms


def _weighed(drugs: list[Finding]) -> frozenset[str]:
    """How the drugs are sold that are sold by weight."""
    return frozenset({str(one.data.get("sold_as")) for one in drugs} & {"plant", "powder"})


def _mark_names(text: str, words: Sequence[Piece], figures: list[Figure], drugs: list[Finding]) -> None:
    """Numbers inside the name of a drug ("2 CB", "LSD 25", "M 30 Roxy") count nothing."""
    if not drugs:
        return
    inside = {
        at: number
        for number, one in enumerate(drugs)
        for at in range(one.start, min(one.end, one.start + _LONGEST_NAME))
    }
    for place, figure in enumerate(figures):
        digits = text[figure.start : figure.end].rstrip(_SIGNS) if figure.unit is None else words[figure.first].text
        if figure.start not in inside or figure.start + len(digits) - 1 not in inside:
            continue
        # The unit of "M 30 Roxy" is a name, that of "OC 20 pcs" is not.
        if figure.unit is not None and inside.get(figure.end - 1, inside[figure.start]) == inside[figure.start]:
            continue
        following = figures[place + 1] if place + 1 < len(figures) else None
        if figure.times_after and following is not None:
            if following.unit is not None and following.unit.kind == "dose":
                # "Anadrol 50x50mg"
                continue
            # "Gelato 41 x 2": the sign is that of the count after it.
            following.times_before = True
        figure.named, figure.times_before, figure.times_after, figure.unit = True, False, False, None


def _fluid(figure: Figure) -> Figure:
    """Ounces of a syrup as fluid ounces."""
    if figure.unit is not None and figure.unit.each == _OUNCE:
        return replace(figure, unit=figure.unit._replace(kind="ml", unit="ml", each=_FLUID_OUNCE))
    return figure


def _pairs(text: str, figures: list[Figure], drugs: list[Finding]) -> Iterator[Finding]:
    """Doses of preparations of two substances without a unit: "10/325" (of an opioid), "8/2" (of buprenorphine)."""
    if not any(one.data.get("sold_as") == "pill" for one in drugs):
        return
    units = load_units()
    films = any(one.value in units.films for one in drugs)
    for place, (first, second) in enumerate(pairwise(figures)):
        if first.unit or second.unit or first.times or text[first.end : second.start] not in {"/", "-"}:
            continue
        if second.number in units.adjunct_doses or (films and first.number == 4 * second.number):
            first.named = second.named = True
            if second.times_after:
                # "5-325 x 20": the sign is that of the count after it.
                second.times_after = False
                for count in figures[place + 2 : place + 3]:
                    count.times_before = count.unit is None
            yield Finding("strength", first.start, first.end, _written(first.number), NAME, unit="mg")


def _nearest(figures: Sequence[Figure], drugs: Sequence[Finding]) -> Sequence[Finding]:
    """The drug that stands nearest to the first dose; all, where there is none."""
    dose = next((one for one in figures if one.unit is not None and one.unit.kind == "dose"), None)
    if dose is None or len(drugs) < 2:
        return drugs
    return [min(drugs, key=lambda one: max(one.start - dose.end, dose.start - one.end))]


def _is_dosed(figures: Sequence[Figure], drugs: Sequence[Finding], names: set[str], *, counted: bool) -> bool:
    """Whether the goods come in single doses, so that milligrams are a strength.

    Args:
        figures: the numbers of the text.
        drugs: what it names.
        names: its words.
        counted: whether bare numbers in it count things.
    """
    units = load_units()
    if not names.isdisjoint(dosed_nouns()) or any(one.unit is not None and one.unit.dosed for one in figures):
        return True
    if not names.isdisjoint(units.powder_words):
        return False
    if not names.isdisjoint(units.dosed_words) or any(_sold_in_doses(one) for one in _nearest(figures, drugs)):
        return True
    # "5x Pink Nintendo 200mg": what is counted and weighed in milligrams only comes in doses.
    if counted or any(_counts(figure) for figure in figures):
        return all(figure.unit is None or figure.unit.kind in {"dose", "items"} for figure in figures)
    if drugs:
        return all(one.data.get("sold_as") in _NEVER_IN_MILLIGRAMS and not one.data.get("form") for one in drugs)
    # Of an unknown substance, milligrams before the name are how much, after it how strong.
    return not (figures and figures[0].unit is not None and figures[0].first <= 1)


def _counts(figure: Figure) -> bool:
    if figure.number <= 1:
        return False
    unit = figure.unit
    if unit is None:
        return figure.times
    return unit.kind == "items" and (not unit.container or unit.name in load_units().bound)


def _settled(amounts: list[Amount], *, dosed: bool) -> Iterator[Amount]:
    """The amounts with doses of powders as weights, and without those that say again what others say."""
    whole = {one.value for one in amounts if one.kind == "items"}
    products: set[float] = set()
    boxes: set[float] = set()
    if whole and len(amounts) > 1:
        doses = {one.value for one in amounts[:_MANY] if one.kind == "dose"}
        counts = sorted(whole)[:_MANY]
        products = {dose * count for dose in doses for count in counts if count > 1}
        boxes = {one.value for one in amounts[:_MANY] if one.container and one.value == one.number > 1}
    single = any(one.kind == "items" and not one.container for one in amounts)
    several = any(count > 1 for count in whole)
    for one in amounts:
        if one.kind == "dose":
            if one.unit in _GRAMS and not (dosed or one.each or one.counted or one.unit == "ug"):
                grams = one.value * _GRAMS[one.unit]
                yield replace(one, kind="g", unit="g", value=grams)
            elif one.counted or one.value not in products:
                yield one
        elif one.kind == "g" and one.each and single and one.value <= _HEAVIEST_ITEM:
            # Like 0.08 g a capsule.
            yield replace(one, kind="dose", unit="mg", value=one.value * 1000)
        elif one.kind == "g" and one.each and len(whole) == 1:
            # As in "3 bars (3.5 g each)".
            (count,) = whole
            yield replace(one, value=one.value * count, each=False)
        elif one.kind == "ml" and one.value <= _SMALLEST_BOTTLE and several:
            # "10x cartridges, 0.5 ml"
            continue
        elif one.kind == "items" and any(one.value * count in whole for count in boxes):
            # "5 boxes of 28 tablets, 140 tablets"
            continue
        elif one.container and single and one.value == one.number:
            yield replace(one, confidence=0.5)
        else:
            yield one


def _finding(one: Amount, role: str | None) -> Finding:
    data = {key: value for key, value in (("role", role), ("form", one.form)) if value}
    kind: MentionType = "strength" if one.kind == "dose" else "quantity"
    confidence = min(one.confidence, 0.5) if role else one.confidence
    if kind == "strength" and one.each:
        confidence = 0.95
    return Finding(kind, one.start, one.end, _written(one.value), NAME, one.unit, confidence, data)


def _written(number: float) -> str:
    """A number as text, at most six decimals, none that say nothing."""
    return f"{number:.6f}".rstrip("0").rstrip(".")
