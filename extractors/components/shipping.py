"""Where parcels come from and go to, by what stands around the names of places.

A place alone says nothing ("Colombian cocaine", "Ketama hash"): it needs a word of shipping, an arrow to another place,
or "only" beside it. Lists go on with the meaning of their first place until a word of exclusion turns it.
"""

import re
from collections.abc import Sequence

from spacy.language import Language
from spacy.tokens import Doc

from extractors.countries import WORLD
from extractors.findings import Finding, add, prose, prose_pieces
from extractors.places import Place, ShippingWords, find_places, load_shipping_words
from extractors.records import MentionType
from extractors.words import Piece, pieces

NAME = "nightpost_shipping"

_LIST_GAP = re.compile(
    r"[\s,/&+;|()\[\]•·*-]{0,6}(?:(?:and|or|und|oder|et|y|e|en|plus)\s{1,2})?(?:the\s)?", re.IGNORECASE
)
_TURN = re.compile(
    r"\b(?:except|exept|excluding|excl|but not|not|no|without|ausser|außer|sauf|excepto|apart from|but)\b",
    re.IGNORECASE,
)
_HYPHEN = re.compile(r"\s?[-\u2013]{1,2}\s?")
_TURN_WIDTH = 40
_CUE_WORDS = 6


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "Shipping":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``."""
    return Shipping(load_shipping_words())


class Shipping:
    """Finds ``ship_from``, ``ship_to`` and ``ship_excluded``; value is a country, ``EU`` or ``WW``."""

    def __init__(self, words: ShippingWords) -> None:
        self._words = words
        self._arrows = re.compile(
            rf"\s{{0,2}}(?:{'|'.join(re.escape(arrow) for arrow in words.arrows)})\s{{0,2}}", re.IGNORECASE
        )
        self._cues: list[tuple[MentionType, tuple[str, ...]]] = [
            ("ship_excluded", tuple(_folded(words.excluded))),
            ("ship_from", tuple(_folded(words.from_))),
            ("ship_to", tuple(_folded(words.to))),
        ]

    def __call__(self, doc: Doc) -> Doc:
        """Put origins and destinations of a text on its Doc."""
        text = prose(doc)
        words = prose_pieces(doc)
        places = find_places(text, words)
        if not places:
            return doc
        meanings: list[MentionType | None] = [None] * len(places)
        for at, place in enumerate(places):
            if meanings[at] is None:
                meanings[at] = self._continued(text, places, meanings, at) or self._cued(text, words, place)
            if self._is_route(text, places, at):
                meanings[at] = meanings[at] or "ship_from"
                if at == 0 or meanings[at - 1] != "ship_from" or not self._is_route(text, places, at - 1):
                    meanings[at] = "ship_from"
                meanings[at + 1] = "ship_to"
            meanings[at] = meanings[at] or self._beside(text, words, place) or _world_but(text, places, at)
        _spread_back(text, places, meanings)
        found: list[Finding] = []
        for place, meaning in zip(places, meanings, strict=True):
            if meaning is not None:
                found += _findings(place, meaning)
                if meaning in {"ship_to", "ship_from"} and self._is_domestic(words, place):
                    found += _findings(place, "ship_to" if meaning == "ship_from" else "ship_from")
        return add(doc, found)

    def _is_route(self, text: str, places: Sequence[Place], at: int) -> bool:
        """Whether a place is the origin in "NL -> EU", "UK to UK", "US-US"."""
        if at + 1 >= len(places):
            return False
        here, there = places[at], places[at + 1]
        gap = text[here.end : there.start]
        if len(gap) > 8:
            return False
        if self._arrows.fullmatch(gap):
            return here.kind != "small" or there.kind != "name"
        return _HYPHEN.fullmatch(gap) is not None and here.kind == there.kind == "code"

    def _continued(
        self, text: str, places: Sequence[Place], meanings: Sequence[MentionType | None], at: int
    ) -> MentionType | None:
        """The meaning of the place before, when this one goes on its list; turned when an exclusion is between."""
        if at == 0 or meanings[at - 1] is None or places[at].kind == "small":
            return None
        gap = text[places[at - 1].end : places[at].start]
        if len(gap) <= _TURN_WIDTH and "." not in gap.strip(" .") and _TURN.search(gap):
            return "ship_excluded"
        if meanings[at - 1] == "ship_from" and places[at].codes == (WORLD,):
            return None
        return meanings[at - 1] if _LIST_GAP.fullmatch(gap) and "\n\n" not in gap else None

    def _cued(self, text: str, words: Sequence[Piece], place: Place) -> MentionType | None:
        """What the words right before a place say of it."""
        first = place.first
        while first > 0 and place.first - first < 2 and words[first - 1].text in self._words.fillers:
            first -= 1
        before = words[max(0, first - _CUE_WORDS) : first]
        if place.kind == "small" or not before or "\n" in text[before[-1].end : place.start]:
            return None
        phrase = " " + " ".join(word.text for word in before)
        for meaning, cues in self._cues:
            if phrase.endswith(cues):
                return meaning
        if before[-1].text == "no" and place.kind == "code" and text[before[-1].end : place.start] == " ":
            return "ship_excluded"
        if before[-1].text in {"from", "aus", "frm"} and self._opens_segment(text, before[-1]):
            return "ship_from"
        return None

    def _opens_segment(self, text: str, word: Piece) -> bool:
        """Whether "from" begins a part of a title, as in "… [FROM EUROPE]": elsewhere goods come from places too."""
        before = text[max(0, word.start - 8) : word.start].rstrip(" ")[-1:]
        return before == "" or before in "[(|*-_~/:+=<>{\n" or not before.isascii()

    def _beside(self, text: str, words: Sequence[Piece], place: Place) -> MentionType | None:
        """What the words right beside a place say of it: "UK only", "US domestic", "free EU shipping", "NL seller"."""
        if place.kind == "small" or place.name in self._words.doubtful:
            return None
        after = [word.text for word in words[place.last : place.last + 3]] + ["", "", ""]
        before = ["", "", ""] + [word.text for word in words[max(0, place.first - 3) : place.first]]
        if not _near(text, place.end, words, place.last):
            after = ["", "", ""]
        if after[0] in self._words.sellers:
            return "ship_from"
        if not {after[0], before[-1]}.isdisjoint(self._words.only | self._words.domestic):
            return "ship_to"
        if place.codes == (WORLD,):
            return "ship_to" if not self._words.shipping_words.isdisjoint((*after, *before)) else None
        opening = before[-2] if before[-1] in {"in", "within", "to"} else before[-1]
        closing = after[1] if after[0] in self._words.shipping_adjectives else after[0]
        served = opening in self._words.shipping_nouns or closing in self._words.shipping_words
        return "ship_to" if served else None

    def _is_domestic(self, words: Sequence[Piece], place: Place) -> bool:
        after = words[place.last].text if place.last < len(words) else ""
        before = words[place.first - 1].text if place.first else ""
        return place.codes != (WORLD,) and (after in self._words.domestic or before in self._words.domestic)


def _world_but(text: str, places: Sequence[Place], at: int) -> MentionType | None:
    """The meaning of the world in "WW excl US"."""
    if places[at].codes != (WORLD,) or at + 1 == len(places):
        return None
    gap = text[places[at].end : places[at + 1].start]
    return "ship_to" if len(gap) <= _TURN_WIDTH and "." not in gap.strip(" .") and _TURN.search(gap) else None


def _spread_back(text: str, places: Sequence[Place], meanings: list[MentionType | None]) -> None:
    """Give the places of a list the meaning of its last: "EU & USA shipping"."""
    for at in range(len(places) - 2, -1, -1):
        gap = text[places[at].end : places[at + 1].start]
        if (
            meanings[at] is None
            and meanings[at + 1] == "ship_to"
            and places[at].kind != "small"
            and _LIST_GAP.fullmatch(gap)
        ):
            meanings[at] = "ship_to"


def _near(text: str, end: int, words: Sequence[Piece], following: int) -> bool:
    return (
        following < len(words) and words[following].start - end <= 3 and "\n" not in text[end : words[following].start]
    )


def _folded(cues: Sequence[str]) -> list[str]:
    return [" " + " ".join(word.text for word in pieces(cue)) for cue in cues]


def _findings(place: Place, meaning: MentionType) -> list[Finding]:
    confidence = 0.9 if place.kind == "name" else 0.85
    return [Finding(meaning, place.start, place.end, code, NAME, confidence=confidence) for code in place.codes]
