"""How much is offered, in which strength and purity.

A measure alone does not say what it is: "2mg" beside "100 x" is the strength of a bar, "500mg" of a powder is all there
is. Counts multiply weights ("2 x 5g") and stand beside doses ("100 x 2mg").
"""

import re
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from extractors.findings import Finding, add, findings, prose
from extractors.measures import NUMBER, Measure, Taken, load_units, read_measures, read_number

NAME = "nightpost_amounts"

# "100 x", "100x"; or "x 100", "x100" after what it counts. A price is no count.
_TIMES = r"[x*\xd7]"
_COUNT_BEFORE = re.compile(
    rf"(?<![\w.,$€£/])(\d{{1,3}},\d{{3}}|\d{{1,6}})[ \t]{{0,2}}{_TIMES}(?![^\W\d_])", re.IGNORECASE
)
_COUNT_AFTER = re.compile(
    rf"(?<![^\W_]){_TIMES}[ \t]{{0,2}}(\d{{1,6}})"
    r"(?![\d.,]{0,6}[ \t]{0,2}(?:[$€£%]|(?:usd|eur|gbp|aud|btc|g|gr|grams?|kg|mgs?|ug|µg|mcg|ml|oz)\b))"
    r"(?![\d.,]{0,6}\d)(?![a-z])",
    re.IGNORECASE,
)
_COUNT_AT_START = re.compile(r"^\W{0,40}(\d{1,5})(?:[ \t]{0,2}\)[ \t]{0,2}|[ \t]{1,2}(?=[^\W\d_]{2}))")
_QUANTITY_WORD = re.compile(
    r"\b(?:qty|quantity|count|pack of|box of|bag of|set of)\W{0,3}(\d{1,5})(?![\w.,%])", re.IGNORECASE
)
_TOUCH = re.compile(r"[ \t\-_*x\xd7]{0,4}")
_WIDEST_GAP = 4
_FEW = 8
_COMBINED = re.compile(
    r"(?<![\w.,/])(\d{1,2}(?:[.,]5)?)[ ]?(?:mg)?[ ]?/[ ]?(?:325|300|500|650|750|200|400)(?:[ ]?mg)?(?!\w)",
    re.IGNORECASE,
)
_PERCENT = re.compile(rf"(?<![\w.,])(?:({NUMBER})[ ]?%?[ ]?(?:-|\u2013|to)[ ]?)?({NUMBER})[ ]{{0,2}}%(?!\w)")
_DOSED_WORD = re.compile(
    r"\b(?:pills?|tabs?|tablets?|caps?|capsules?|blotters?|bars?|strips?|blisters?|patch(?:es)?|presses|pressed|seeds?"
    r"|xtc|ecstas[iy]|extas[iy]|ecstacy|tabletten|tabletter|pillen|hits?|geltabs?|amp(?:oule)?s?|gumm(?:y"
    r"|ies)|cookies?|brownies?"
    r"|chocolates?|cartridges?)\b",
    re.IGNORECASE,
)
_DOSED_GOODS = frozenset({"edible", "preroll", "seeds"})
# What comes on top is not what is offered: "10 g (get 1 g extra)".
_ON_TOP = re.compile(
    r"[ \t]{0,2}(?:extra|bonus|gratis|free\b(?!\W{0,3}(?:ship|post|deliv|uk|us|eu|express|track|escrow|next"
    r"|ndd|first|1st"
    r"|p&p|world|fast|domestic|ww|stealth|special|royal|nd\b)))",
    re.IGNORECASE,
)
_DOSED_FORMS = frozenset({"pill", "blotter", "vial"})
_WORD_AFTER = re.compile(r"[ \t:+~\-]{0,3}([^\W\d_]+)")
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[^\w%]{0,3}$")
_MICROGRAMS_IN_GRAM = 1_000_000


class _Count(NamedTuple):
    start: int
    end: int
    number: int
    certain: bool


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "Amounts":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``; after the drugs, whose usual form decides what milligrams are."""
    return Amounts()


class Amounts:
    """Finds ``quantity`` (g, ml, items), ``strength`` (mg, ug, iu, mg/ml, ug/h) and ``purity`` (percent)."""

    def __call__(self, doc: Doc) -> Doc:
        """Put the amounts of a text on its Doc."""
        text = prose(doc)
        drugs = [one for one in findings(doc) if one.type == "drug"]
        measures = read_measures(text)
        dosed = _is_dosed(text, drugs, measures)
        films = bool(drugs) and all(one.value in load_units().films for one in drugs)
        return add(doc, [*_quantities(text, measures, dosed=dosed, films=films, drugs=drugs), *_purities(text)])


def _is_dosed(text: str, drugs: list[Finding], measures: list[Measure]) -> bool:
    """Whether the goods come in single doses, so that milligrams are a strength."""
    if _DOSED_WORD.search(text) is not None or any(one.data.get("form") in _DOSED_GOODS for one in drugs):
        return True
    # "5x Pink Nintendo 200mg MDMA": what is counted and weighed in milligrams only is a dose.
    if measures and all(measure.kind == "dose" for measure in measures):
        counts = _counts(text, measures, dosed=True)
        if any(count.number > 1 and _beside_none(text, count, measures) for count in counts):
            return True
    forms = {one.data.get("sold_as") for one in drugs}
    return bool(forms & _DOSED_FORMS)


def _quantities(text: str, measures: list[Measure], *, dosed: bool, films: bool, drugs: list[Finding]) -> list[Finding]:
    counts = _counts(text, measures, dosed=dosed)
    by_end = {count.end: count for count in counts}
    by_start = {count.start: count for count in counts}
    found: list[Finding] = []
    used: set[_Count] = set()
    for measure in measures:
        if _ON_TOP.match(text, measure.end):
            continue
        count = _beside(text, measure, by_end, by_start)
        found += _read_measure(measure, count, dosed=dosed, films=films)
        if count is not None and not (measure.kind == "dose" and dosed):
            used.add(count)
    certain = any(one.type == "quantity" for one in found)
    for count in counts:
        if count not in used and (count.certain or not certain):
            confidence = 0.9 if count.certain else 0.6
            found.append(_quantity(count.start, count.end, count.number, "items", confidence))
    if any(one.data.get("class") == "opioid" for one in drugs):
        taken = Taken(text, measures)
        for match in _COMBINED.finditer(text):
            if not taken.free(match.start(1), match.end(1)):
                continue
            value = _text_of(read_number(match.group(1)))
            found.append(Finding("strength", match.start(1), match.end(1), value, NAME, unit="mg"))
    return found


def _beside_none(text: str, count: _Count, measures: list[Measure]) -> bool:
    """Whether a count stands apart from every measure: beside one it says how often there is so much."""
    return all(
        not _TOUCH.fullmatch(text, count.end, measure.start) and not _TOUCH.fullmatch(text, measure.end, count.start)
        for measure in measures[:_FEW]
    )


def _beside(text: str, measure: Measure, by_end: dict[int, _Count], by_start: dict[int, _Count]) -> _Count | None:
    """The count that stands right before or after a measure, with at most four marks between."""
    for gap in range(_WIDEST_GAP + 1):
        before = by_end.get(measure.start - gap)
        if before is not None and _TOUCH.fullmatch(text, before.end, measure.start):
            return before
    for gap in range(_WIDEST_GAP + 1):
        after = by_start.get(measure.end + gap)
        if after is not None and _TOUCH.fullmatch(text, measure.end, after.start):
            return after
    return None


def _read_measure(measure: Measure, count: _Count | None, *, dosed: bool, films: bool) -> list[Finding]:
    """What a measure says, with the count beside it."""
    if measure.kind == "dose":
        if dosed or measure.unit not in {"mg", "ug"}:
            return [Finding("strength", measure.start, measure.end, _text_of(measure.amount), NAME, unit=measure.unit)]
        grams = measure.amount / (1000 if measure.unit == "mg" else _MICROGRAMS_IN_GRAM)
        measure = measure._replace(amount=grams, unit="g")
    amount = measure.amount
    if films and measure.name in {"strip", "strips"}:
        amount /= 10
    start, end = measure.start, measure.end
    if count is not None:
        amount *= count.number
        start, end = min(start, count.start), max(end, count.end)
    return [_quantity(start, end, amount, measure.unit, 0.9)]


def _quantity(start: int, end: int, amount: float, unit: str, confidence: float) -> Finding:
    return Finding("quantity", start, end, _text_of(amount), NAME, unit=unit, confidence=confidence)


def _counts(text: str, measures: list[Measure], *, dosed: bool) -> list[_Count]:
    """The numbers that count, apart from those that are measures."""
    taken = Taken(text, measures)
    found: list[_Count] = []
    for pattern in (_COUNT_BEFORE, _COUNT_AFTER, _QUANTITY_WORD):
        for match in pattern.finditer(text):
            number = int(match.group(1).replace(",", ""))
            if number and taken.free(match.start(1), match.end(1)):
                found.append(_Count(match.start(), match.end(), number, certain=True))
                taken.take(match.start(), match.end())
    start = _COUNT_AT_START.match(text)
    if start and dosed and int(start.group(1)) and taken.free(start.start(1), start.end(1)):
        found.append(_Count(start.start(1), start.end(1), int(start.group(1)), certain=False))
    return found


def _purities(text: str) -> list[Finding]:
    words = load_units().purity
    found = []
    for match in _PERCENT.finditer(text):
        percent = read_number(match.group(1) or match.group(2))
        after = _WORD_AFTER.match(text, match.end())
        before = _WORD_BEFORE.search(text, max(0, match.start() - 24), match.start())
        following = after.group(1).lower() if after else ""
        preceding = before.group(1).lower() if before else ""
        if following not in words.cues and (following in words.not_after or preceding in words.not_before):
            continue
        cued = following in words.cues or preceding in words.cues
        # "100%" alone is praise, not a measurement.
        if not 0 < percent <= 100 or (percent == 100 and not cued):
            continue
        confidence = 0.9 if cued else 0.7
        start = match.start(1) if match.group(1) else match.start(2)
        found.append(Finding("purity", start, match.end(), _text_of(percent), NAME, unit="%", confidence=confidence))
    return found


def _text_of(number: float) -> str:
    """A number as text, at most six decimals, none that say nothing."""
    return f"{number:.6f}".rstrip("0").rstrip(".")
