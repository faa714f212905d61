"""How pure the goods are said to be: a percent that is no discount, no rate and no praise."""

import bisect
import re
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc

from extractors.findings import Finding, add, findings, prose, prose_pieces
from extractors.measures import load_units, read_number
from extractors.words import fold

NAME = "nightpost_purity"

_NUMBER = r"\d{1,3}(?:[.,]\d{1,3})?"
_SIGN = r"[ ]{0,2}(?:%|\uff05|percents?\b|prozent\b|procent\b|pct\b|por ciento\b|процент)"
# Such as 85-90 %, 80%/82%, ~80%, >99%, 90+%.
_PERCENT = re.compile(
    rf"(?<![\w.,])(?:(?P<low>{_NUMBER})[ ]?%?[ ]?\+?[ ]?(?:-|\u2013|to|bis|/|~|a)[ ]?)?"
    rf"(?P<high>{_NUMBER})[ ]?\+?{_SIGN}",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?<![^\W\d_])(?P<name>[^\W\d_]{3,12})[ ]{0,2}(?::|=|is|of)?[ ]{0,2}[~>]?(?P<number>\d{2}(?:[.,]\d{1,2})?)\+?"
    r"(?![\w%]|[.,]\d|[ ]?(?:mg|g|ml|%|ug))",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"(?<![^\W_])[xX*\xd7][ ]{0,2}$")
_BEFORE_NAME = re.compile(
    r"(?<![\w.,$€£\-])(?P<number>\d{2}(?:[.,]\d{1,2})?)(?P<plus>\+?)[ ]{1,2}"
    r"(?P<name>purity|pure|reinheit|pureza|zuiver)\b",
    re.IGNORECASE,
)
_WORDS_AFTER = re.compile(r"([ \t:+~\-*)=]{0,4})([^\W\d_]{1,20})(?:[ \-]{1,2}([^\W\d_]{1,20}))?")
# What stands after a bracket or a dash says nothing of the percent: "(90%) free shipping".
_SAME_PHRASE = frozenset({"", " ", "  ", "-", "+ ", "+", " *", "* "})
_WORDS_BEFORE = re.compile(r"(?:([^\W\d_]{1,20})[ \-]{1,2})?([^\W\d_]{1,20})[ \t:+~>\-*(=<\u2265.,!]{0,5}$")
_BEFORE = 48
_LONGEST_TITLE = 400
_NEAR = 60
# Without a sign of percent.
_LEAST, _HALF, _WHOLE = 10, 50, 100


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "Purity":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``."""
    return Purity()


class Purity:
    """Finds ``purity``: value is the percent, of a range the lower; ``data.named`` tells if a word calls it one."""

    def __call__(self, doc: Doc) -> Doc:
        """Put the purities of a text on its Doc."""
        text = prose(doc)
        if "%" not in text and "\uff05" not in text and not any(word.text in _hints() for word in prose_pieces(doc)):
            return doc
        drugs = [one.start for one in findings(doc) if one.type == "drug"]
        found = [one for one in _percents(text) if one.data["named"] or _is_of_goods(text, one, drugs)]
        return add(doc, [*found, *_named(text)])


@cache
def _hints() -> frozenset[str]:
    """Words without which a text without a sign of percent states no purity."""
    return load_units().purity.named | {"pure", "percent", "percents", "prozent", "procent", "pct", "ciento", "процент"}


def _is_of_goods(text: str, percent: Finding, drugs: list[int]) -> bool:
    """Whether a percent that no word calls a purity stands in a title, or in the line or near the name of a drug."""
    if len(text) <= _LONGEST_TITLE and "\n" not in text:
        return True
    start = max(text.rfind("\n", 0, percent.start) + 1, percent.start - _NEAR)
    end = text.find("\n", percent.end, percent.end + _NEAR)
    first = bisect.bisect_left(drugs, start)
    return first < len(drugs) and drugs[first] < (end if end >= 0 else percent.end + _NEAR)


def _percents(text: str) -> list[Finding]:
    words = load_units().purity
    found = []
    for match in _PERCENT.finditer(text):
        low, high = match["low"], match["high"]
        if (
            _COUNTED.search(text, max(0, match.start() - 4), match.start())
            and text[match.end() - 1 : match.end()] in "tT"
        ):
            # "x 30 PCT": what is taken after a cycle of steroids.
            continue
        percent = read_number(high)
        start = match.start("high")
        if low is not None and read_number(low) <= 100:
            percent, start = min(percent, read_number(low)), match.start("low")
        after = _WORDS_AFTER.match(text, match.end())
        before = _WORDS_BEFORE.search(text[max(0, match.start() - _BEFORE) : match.start()])
        following = [fold(word) for word in after.groups()[1:] if word] if after else []
        same_phrase = after is not None and after[1] in _SAME_PHRASE
        preceding = [fold(word) for word in before.groups() if word] if before else []
        cued_after = not words.cues.isdisjoint(following[:1])
        if preceding == ["up", "to"] and not cued_after:
            continue
        if same_phrase and not cued_after and not words.not_after.isdisjoint(following):
            continue
        cued = cued_after or not words.cues.isdisjoint(preceding[-1:])
        if not cued and not words.not_before.isdisjoint(preceding[-1:]):
            continue
        # "100%" alone is praise, not a measurement.
        if not 0 < percent <= 100 or (percent == 100 and not cued):
            continue
        if text[match.start() - 1 : match.start()] in {"-", "+"} and not cued and percent <= 50:
            continue
        confidence = 0.9 if cued else 0.7
        found.append(_finding(start, match.end(), percent, confidence, named=cued))
    return found


def _named(text: str) -> list[Finding]:
    """What stands after a name of purity without a sign of percent: "Purity: 92", "THC 22"."""
    names = load_units().purity.named
    found = []
    for match in _NAMED.finditer(text):
        percent = read_number(match["number"])
        if fold(match["name"]) in names and _LEAST <= percent < _WHOLE:
            found.append(_finding(match.start("number"), match.end("number"), percent, 0.8, named=True))
    for match in _BEFORE_NAME.finditer(text):
        percent = read_number(match["number"])
        # "50 pure MDMA pills" counts; "90+ pure" and "92 purity" do not.
        if percent >= _HALF and (match["plus"] or fold(match["name"]) in names):
            found.append(_finding(match.start("number"), match.end("number"), percent, 0.8, named=True))
    return found


def _finding(start: int, end: int, percent: float, confidence: float, *, named: bool) -> Finding:
    value = f"{percent:.4f}".rstrip("0").rstrip(".")
    return Finding("purity", start, end, value, NAME, unit="%", confidence=confidence, data={"named": named})
