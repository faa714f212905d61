"""Where parcels come from and go to, by what stands around the names of places.

A place alone says nothing ("Colombian cocaine", "Ketama hash"). Places that stand in a list are read together; a list
means what the words before or after it say (`extractors.shipping.cues`), what an arrow between two lists says ("NL ->
EU, US"), what an exception from the list before says ("WW excl. US"), or what the line above says ("We ship to:").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from extractors.countries import WORLD
from extractors.findings import Finding, add, findings, prose, prose_pieces
from extractors.places import Place, find_places
from extractors.records import MentionType
from extractors.shipping.context import Context, context_of
from extractors.shipping.cues import Meaning, ShippingCues, Verdict
from extractors.shipping.doubts import Doubts
from extractors.shipping.gaps import Gaps
from extractors.shipping.words import ShippingWords, load_shipping_words
from extractors.words import Piece

NAME = "nightpost_shipping"

_TYPES: dict[Meaning, tuple[MentionType, ...]] = {
    Meaning.FROM: ("ship_from",),
    Meaning.TO: ("ship_to",),
    Meaning.BOTH: ("ship_from", "ship_to"),
    Meaning.EXCLUDED: ("ship_excluded",),
}
_UNSURE_KINDS = frozenset({"small", "weak", "doubtful"})
_MOST_TITLE = 250
_MOST_HEADING = 120
_MOST_BLANK = 6
_MOST_BULLET = 40
# What may stand in a line before the place that it begins with: bullets, numbers.
_BULLET = re.compile(r"[\s\W_]{0,12}(?:\d{1,2}\s?[.)\]:]\s?)?", re.ASCII)


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "Shipping":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``."""
    return Shipping(load_shipping_words())


@dataclass(slots=True)
class _List:
    """Places that stand together, and what they mean as far as it is known."""

    places: list[Place]
    verdict: Verdict | None = None
    is_under_heading: bool = False

    @property
    def start(self) -> int:
        return self.places[0].start

    @property
    def end(self) -> int:
        return self.places[-1].end

    @property
    def is_world(self) -> bool:
        return any(place.codes == (WORLD,) for place in self.places)


class Shipping:
    """Finds ``ship_from``, ``ship_to`` and ``ship_excluded``; value is a country, ``EU`` or ``WW``.

    A region is a mention for each of its countries, with the region's name in ``data``.
    """

    def __init__(self, words: ShippingWords) -> None:
        self._cues = ShippingCues(words)
        self._gaps = Gaps(words)
        self._doubts = Doubts(words, self._gaps)
        self._speaking = words.first_words()

    def __call__(self, doc: Doc) -> Doc:
        """Put origins and destinations of a text on its Doc."""
        text = prose(doc)
        words = prose_pieces(doc)
        found = find_places(text, words)
        if not found or self._is_silent(found, words):
            return doc
        # In a title of drugs less needs to be said than in prose, or of goods that are not sent.
        is_title = len(text) <= _MOST_TITLE and "\n" not in text.strip()
        of_drugs = any(one.type == "drug" for one in findings(doc))
        lists = [_List(one) for one in self._gaps.lists(text, self._doubts.places(text, found))]
        for at, one in enumerate(lists):
            self._read(text, lists[max(0, at - 2) : at], one)
            if of_drugs and is_title and one.verdict is None:
                one.verdict = self._of_title(context_of(text, one.start, one.end), one)
            if at:
                self._complete(text, lists[at - 1], one)
        return add(doc, [finding for one in lists for finding in _findings(one)])

    def _is_silent(self, places: Sequence[Place], words: Sequence[Piece]) -> bool:
        """Whether a text names one place and says no word of shipping: most titles that name a place at all."""
        if len(places) > 1 or places[0].codes == (WORLD,):
            return False
        return self._speaking.isdisjoint([word.text for word in words])

    def _of_title(self, context: Context, one: _List) -> Verdict | None:
        """What a part of a title says: "++ WORLDWIDE ++", "| EU & USA |", and "from France" at its end."""
        if self._gaps.is_alone(context, one.places):
            return Verdict(Meaning.TO, 0.7)
        return Verdict(Meaning.FROM, 0.65) if self._cues.closes_title(context, one.places) else None

    def _read(self, text: str, read: Sequence[_List], one: _List) -> None:
        """Find the meaning of one list; ``read`` are the two before it."""
        last = read[-1] if read else None
        context = context_of(text, one.start, one.end)
        if last and self._gaps.is_route(text, last.places, one.places, context):
            # The middle of "DE > EU > WW" is a destination.
            chained = len(read) == 2 and read[0].verdict and self._gaps.is_arrow(text[read[0].end : last.start])
            if not chained:
                last.verdict = Verdict(Meaning.FROM, 0.9)
            one.verdict = Verdict(Meaning.TO, 0.9)
            return
        one.verdict = self._cues.verdict(context, one.places)
        if last and one.verdict is None:
            one.verdict = self._after_list(text, last, one, context)
        if one.verdict is None:
            one.verdict = self._under_heading(text, last, one)

    def _complete(self, text: str, last: _List, one: _List) -> None:
        """Say of the list before what this one tells of it: "WW excl. US", "worldwide from Germany", "to US from X"."""
        if last.verdict or one.verdict is None or self._cues.is_trouble(context_of(text, last.start, last.end)):
            return
        gap = text[last.end : one.start]
        if one.verdict.meaning is Meaning.EXCLUDED and last.is_world and (self._gaps.turns(gap) or _is_bracket(gap)):
            last.verdict = Verdict(Meaning.TO, 0.85)
        elif one.verdict.meaning is Meaning.FROM and self._gaps.comes_from(gap):
            context = context_of(text, last.start, last.end)
            if last.is_world or self._cues.is_sent_to(context):
                last.verdict = Verdict(Meaning.TO, 0.75)

    def _after_list(self, text: str, last: _List, one: _List, context: Context) -> Verdict | None:
        """What the list before says of this one: an exception from it, its going on, or where that origin sends to."""
        if any(place.kind == "nationality" for place in one.places) or self._cues.is_second_try(context):
            return None
        gap = text[last.end : one.start]
        said = last.verdict.meaning if last.verdict else None
        in_trouble = said is None and self._cues.is_trouble(context_of(text, last.start, last.end))
        if said in {Meaning.TO, Meaning.BOTH, None} and (said or last.is_world) and self._gaps.turns(gap):
            if in_trouble:
                return Verdict(Meaning.EXCLUDED, 0.8)
            last.verdict = last.verdict or Verdict(Meaning.TO, 0.85)
            return Verdict(Meaning.EXCLUDED, 0.85)
        # "Ships from (EU) Poland", "worldwide (AU, EU, UK)".
        on = self._gaps.goes_on(gap)
        if said is Meaning.FROM and (self._gaps.leads_to(gap) or (on and one.is_world)):
            return Verdict(Meaning.TO, 0.85)
        if _is_bracket(gap) and said in {Meaning.FROM, Meaning.TO}:
            return last.verdict
        return last.verdict if on and said is not Meaning.FROM and not one.is_world else None

    def _under_heading(self, text: str, last: _List | None, one: _List) -> Verdict | None:
        """What the line above says of a line that begins with places, or the line of the same list above."""
        line = text.rfind("\n", max(0, one.start - _MOST_BULLET), one.start) + 1
        if line == 0 or not _BULLET.fullmatch(text, line, one.start):
            return None
        if last and last.is_under_heading and self._gaps.is_same_column(text[last.end : one.start]):
            one.is_under_heading = True
            return last.verdict
        begin = max(0, line - _MOST_BLANK)
        end = begin + len(text[begin:line].rstrip())
        above = text[max(0, end - _MOST_HEADING) : end].rpartition("\n")[2].strip()
        heading = context_of(text, one.start, one.end, heading=f"|{above} : ")
        verdict = self._cues.verdict(heading, one.places)
        one.is_under_heading = verdict is not None
        return verdict


def _is_bracket(gap: str) -> bool:
    return len(gap) <= 3 and gap.strip() in {"(", ")", "[", "]"}


def _types(meaning: Meaning, place: Place) -> tuple[MentionType, ...]:
    """What a place of a list is: "from NL, worldwide" is from one and to the other."""
    return _TYPES[Meaning.TO if meaning is Meaning.FROM and place.codes == (WORLD,) else meaning]


def _findings(one: _List) -> list[Finding]:
    if one.verdict is None:
        return []
    return [
        Finding(
            kind,
            place.start,
            place.end,
            code,
            NAME,
            confidence=round(one.verdict.confidence - (0.05 if place.kind in _UNSURE_KINDS else 0), 2),
            data={"region": place.name} if place.is_region else {},
        )
        for place in one.places
        for code in place.codes
        for kind in _types(one.verdict.meaning, place)
        # "No international": what is not excluded is said elsewhere.
        if kind != "ship_excluded" or code != WORLD
    ]
