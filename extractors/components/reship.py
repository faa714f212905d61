"""What a vendor does when a parcel does not arrive: sends again, or pays back, and how much.

`policy_spans` says where a text speaks of that: places named there are not places that parcels go to or not.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict
from spacy.language import Language
from spacy.tokens import Doc

from extractors.clauses import Clauses, Span, clauses_of
from extractors.findings import Finding, add, prose, prose_pieces
from extractors.lexicon_files import read_words
from extractors.phrases import Phrase, Phrases
from extractors.places import find_places
from extractors.words import Piece, fold

NAME = "nightpost_reship"

Policy = Literal["reship", "refund"]

_DENIAL_REACH = 6
_OFFER_REACH = 5
_LONGEST_CONDITION = 240
_LIST_LINES = 12
_PLACES_REACH = 60
_LIST_GAP = re.compile(
    r"\s{0,2}[,/&]?\s{0,2}(?:(?:and|or|nor|of|und|oder|noch|et|ou|ni|y|o|e|en|и|или)\s{1,2})?(?:a\s|any\s)?",
    re.IGNORECASE,
)
_PARTED = re.compile(r"[,;:(]")
_SHARE = re.compile(
    r"(?<![\d.,])(\d{1,3})\s?(?:%|percent|prozent|procent|pour cent|por ciento|per cento)?"
    r"\s{0,2}(?:-|\u2013|/|to|and|bis|tot|à|a)\s{0,2}(\d{1,3})\s?(?:%|percent|prozent)"
    r"|(?<![\d.,])(\d{1,3})\s?(?:%|percent|prozent|procent|pour cent|por ciento|per cento|процентов)",
    re.IGNORECASE,
)
_ORDERS = re.compile(
    r"(?<![\w.,])(\d{1,4})\s?\+?\s{0,2}(?:or more\s|successful\s|completed\s|previous\s|finalized\s){0,2}"
    r"(?:orders|purchases|deals|buys|transactions|bestellungen|käufe|bestellingen|commandes|pedidos|compras|ordini"
    r"|acquisti|заказов|покупок)(?!\w)",
    re.IGNORECASE,
)


class ReshipWords(BaseModel):
    """``reship.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str]
    reship: list[str]
    refund: list[str]
    offered: list[str]
    denied: list[str]
    turns: list[str]
    before: list[str]
    same_day: list[str]
    cutoff: list[str]
    zones: list[str]
    weekdays: dict[str, list[str]]


class _Text(NamedTuple):
    """A text with its pieces and clauses."""

    text: str
    words: Sequence[Piece]
    clauses: Clauses


@cache
def load_reship() -> ReshipWords:
    """The words of reships, refunds and order times of the package.

    Raises:
        ConfigurationError: the file does not fit the schema.
    """
    return read_words("reship.yaml", ReshipWords)


@cache
def _policy_phrases() -> Phrases[Policy]:
    words = load_reship()
    return Phrases({"reship": words.reship, "refund": words.refund})


def policy_spans(text: str, words: Sequence[Piece]) -> list[Span]:
    """Where a text speaks of reships and refunds: whole sentences, and the lines of a list under one.

    Args:
        text: the text.
        words: its pieces.
    """
    phrases = list(_policy_phrases().find(text, words))
    if not phrases:
        return []
    clauses = Clauses(text, words)
    spans: list[Span] = []
    for one in phrases:
        sentence = clauses.sentence(one.start)
        if not spans or sentence.start >= spans[-1].end:
            spans.append(_with_list(text, sentence))
    return spans


def _with_list(text: str, sentence: Span) -> Span:
    """A sentence that ends in a colon goes on to the next empty line."""
    if not text[sentence.start : sentence.end].rstrip().endswith(":"):
        return sentence
    end = sentence.end
    for _ in range(_LIST_LINES):
        following = text.find("\n", end + 1)
        line = text[end + 1 : following if following >= 0 else len(text)]
        if not line.strip():
            break
        end = following if following >= 0 else len(text)
        if following < 0:
            break
    return Span(sentence.start, end)


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "Reship":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``."""
    return Reship(load_reship())


class Reship:
    """Finds ``reship`` and ``refund``: value ``yes``, ``no``, or how many percent with the unit ``%``.

    In ``data``: ``condition``, the sentence that states it; ``share_max`` of a range; ``min_orders``, how many orders
    a buyer must have made; ``places`` that the sentence names.
    """

    def __init__(self, words: ReshipWords) -> None:
        self._offered = Phrases({True: words.offered})
        self._denied = Phrases({True: words.denied})
        self._turns = frozenset(map(fold, words.turns))

    def __call__(self, doc: Doc) -> Doc:
        """Put what a text says of reships and refunds on its Doc."""
        text, words = prose(doc), prose_pieces(doc)
        phrases = list(_policy_phrases().find(text, words))
        if not phrases:
            return doc
        reading = _Text(text, words, clauses_of(doc))
        found = []
        values: list[tuple[str, int | None] | None] = []
        for at, one in enumerate(phrases):
            sentence = _near(reading, one)
            low = phrases[at - 1].end if at and phrases[at - 1].meaning != one.meaning else sentence.start
            # "No refund or reship": what is said of the first holds for the second.
            if not (at and values[-1] and _LIST_GAP.fullmatch(text, phrases[at - 1].end, one.start)):
                values.append(self._value(reading, one, Span(max(sentence.start, low), sentence.end)))
            else:
                values.append(values[-1])
            if values[-1] is not None:
                found.append(_finding(reading, one, *values[-1]))
        return add(doc, found)

    def _value(self, reading: _Text, one: Phrase[Policy], around: Span) -> tuple[str, int | None] | None:
        """``yes``, ``no`` or a percent, and the upper end of a range; None when nothing is stated."""
        text = reading.text
        shares = list(_SHARE.finditer(text, max(around.start, one.start - 60), min(around.end, one.end + 60)))
        if shares:
            nearest = min(shares, key=lambda share: max(share.start() - one.end, one.start - share.end()))
            low = int(nearest[1] or nearest[3])
            if 0 < low <= 100:
                return str(low), int(nearest[2]) if nearest[2] else None
            if low == 0:
                return "no", None
        if self._is_near(reading, one, self._denied, _DENIAL_REACH):
            return "no", None
        return ("yes", None) if self._is_near(reading, one, self._offered, _OFFER_REACH) else None

    def _is_near(self, reading: _Text, one: Phrase[Policy], table: Phrases[bool], reach: int) -> bool:
        """Whether a word of a table stands before a word of reship in its clause."""
        text, words, clause = reading.text, reading.words, reading.clauses.clause(one.start)
        for place in range(one.first - 1, max(-1, one.first - 1 - reach), -1):
            if words[place].start < clause.start or words[place].text in self._turns:
                return False
            if _PARTED.search(text, words[place].end, words[place + 1].start):
                return False
            if table.at(text, words, place):
                return True
        return False


def _near(reading: _Text, one: Phrase[Policy]) -> Span:
    """The sentence around a word, of a very long one the part that is near."""
    sentence = reading.clauses.sentence(one.start)
    return Span(max(sentence.start, one.start - _LONGEST_CONDITION), min(sentence.end, one.end + _LONGEST_CONDITION))


def _finding(reading: _Text, one: Phrase[Policy], value: str, share_max: int | None) -> Finding:
    text, sentence = reading.text, _near(reading, one)
    condition = " ".join(text[sentence.start : sentence.end].split())[:_LONGEST_CONDITION]
    data: dict[str, object] = {"condition": condition}
    if share_max is not None:
        data["share_max"] = share_max
    orders = _ORDERS.search(text, sentence.start, sentence.end)
    if orders:
        data["min_orders"] = int(orders[1])
    near = reading.words[max(0, one.first - _PLACES_REACH) : one.last + _PLACES_REACH]
    inside = [word for word in near if sentence.start <= word.start < sentence.end]
    places = [code for place in find_places(text, inside) if place.kind in {"name", "code"} for code in place.codes]
    if places:
        data["places"] = list(dict.fromkeys(places))
    return Finding(
        one.meaning,
        one.start,
        one.end,
        value,
        NAME,
        unit="%" if value.isdecimal() else None,
        confidence=0.8,
        data=data,
    )
