"""How parcels are packed and followed: stealth, and tracking.

Both are said in many words and often denied: "we do not vacuum seal", "sans suivi". Tracking that some orders have, or
that a buyer may ask for, is optional.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict
from spacy.language import Language
from spacy.tokens import Doc

from extractors.clauses import Clauses, clauses_of
from extractors.findings import Finding, add, prose, prose_pieces
from extractors.lexicon_files import read_words
from extractors.phrases import Phrase, Phrases
from extractors.words import Piece, fold

NAME = "nightpost_packaging"

# In pieces: how far from tracking or stealth what denies it, changes it, or makes it goods may stand.
_DENIAL_REACH = 5
_DENIAL_AFTER = 3
_OPTION_REACH = 8
_GOODS_REACH = 2
_PARCEL_REACH = 5
_LATER_REACH = 6

# What ends the reach of a denial, and what parts the items of a title.
_PARTED = re.compile(r"[,+;:(\[|/*]")
# "Tracking: no", but not "tracking no. 123".
_ANSWERED_NO = re.compile(r"\s{0,2}[:=?\u2013-]\s{0,2}(?:no|none|not|nein|nee|non|нет)(?![\w.])", re.IGNORECASE)
_ITEM = re.compile(r"[,;|*]")
# "Tracking?" and what follows: "-> No. Never.", and below it "A: On request".
_ASKED = re.compile(r"[^.!?\n]{0,30}\?[\s:=>\u2192\u2013\u2014-]{0,8}(?:A(?:nswer|ntwort)?[.:]\s)?")
_NO = re.compile(r"(?:no|none|nope|never|not|sorry|nein|nee|nie|non|нет)(?![\w.]\w)", re.IGNORECASE)
# A heading, and below it the answer: "TRACKING", "Not available".
_HEADED = re.compile(
    r"[^\w\n]{0,12}\n[^\w]{0,8}(?:no|none|never|not|sorry|we (?:don['\u2019]?t|do not|never)|keine?|nicht|geen"
    r"|pas|sin|nessun)(?!\w)",
    re.IGNORECASE,
)
_BULLETS = " \t*-=~>#|\u2022[]("


class PackagingWords(BaseModel):
    """``packaging.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str]
    stealth: list[str]
    stealth_goods: list[str]
    stealth_doubtful: list[str]
    parcel: list[str]
    tracking: list[str]
    untracked: list[str]
    tracking_goods: list[str]
    optional: list[str]
    denied: list[str]
    turns: list[str]
    later: list[str]
    given: list[str]
    conditions: list[str]
    only: list[str]
    unless: list[str]
    shown: list[str]


Kind = Literal["stealth", "tracking", "untracked"]


@cache
def load_packaging() -> PackagingWords:
    """The words of packing and tracking of the package.

    Raises:
        ConfigurationError: the file does not fit the schema.
    """
    return read_words("packaging.yaml", PackagingWords)


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "Packaging":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``."""
    return Packaging(load_packaging())


class Packaging:
    """Finds ``stealth`` and ``tracking``; the value of the latter is ``yes``, ``no`` or ``optional``."""

    def __init__(self, words: PackagingWords) -> None:
        self._phrases: Phrases[Kind] = Phrases(
            {"untracked": words.untracked, "tracking": words.tracking, "stealth": words.stealth}
        )
        self._doubtful = frozenset(" ".join(map(fold, one.split())) for one in words.stealth_doubtful)
        self._parcel = frozenset(map(fold, words.parcel))
        self._stealth_goods = frozenset(map(fold, words.stealth_goods))
        self._tracking_goods = frozenset(map(fold, words.tracking_goods))
        self._optional = Phrases({True: words.optional})
        self._denied = Phrases({True: words.denied})
        self._turns = frozenset(map(fold, words.turns))
        self._later = frozenset(map(fold, words.later))
        self._given = frozenset(map(fold, words.given))
        self._only = frozenset(map(fold, words.only))
        self._unless = frozenset(map(fold, words.unless))
        self._conditions = frozenset(map(fold, words.conditions))
        self._shown = frozenset(map(fold, words.shown))

    def __call__(self, doc: Doc) -> Doc:
        """Put what a text says of packing and tracking on its Doc."""
        words = prose_pieces(doc)
        text = prose(doc)
        phrases = list(self._phrases.find(text, words))
        if not phrases:
            return doc
        clauses = clauses_of(doc)
        found = []
        for one in phrases:
            if one.meaning == "stealth":
                if self._is_stealth(text, words, clauses, one):
                    found.append(Finding("stealth", one.start, one.end, "stealth", NAME))
            else:
                value, confidence = self._tracking(text, words, clauses, one)
                if value:
                    found.append(Finding("tracking", one.start, one.end, value, NAME, confidence=confidence))
        return add(doc, found)

    def _is_stealth(self, text: str, words: Sequence[Piece], clauses: Clauses, one: Phrase[Kind]) -> bool:
        after = {word.text for word in words[one.last : one.last + _GOODS_REACH]}
        if after & self._stealth_goods:
            return False
        if " ".join(word.text for word in words[one.first : one.last]) in self._doubtful:
            near = [*words[max(0, one.first - _PARCEL_REACH) : one.first], *words[one.last : one.last + _PARCEL_REACH]]
            if not any(word.text in self._parcel for word in near):
                return False
        return not self._is_denied(text, words, clauses, one)

    def _tracking(  # noqa: PLR0911 - one reason each, the surest first
        self, text: str, words: Sequence[Piece], clauses: Clauses, one: Phrase[Kind]
    ) -> tuple[Literal["yes", "no", "optional"] | None, float]:
        near = [*words[max(0, one.first - _GOODS_REACH) : one.first], *words[one.last : one.last + 1]]
        if any(word.text in self._tracking_goods for word in near):
            return None, 0.0
        if one.meaning == "untracked" or _ANSWERED_NO.match(text, one.end):
            return "no", 0.9
        asked = _ASKED.match(text, one.end)
        if asked:
            return self._answered(text, words, asked.end())
        begins = not text[max(0, one.start - 40) : one.start].rpartition("\n")[2].strip(_BULLETS)
        if begins and _HEADED.match(text, one.end):
            return "no", 0.85
        if self._is_denied(text, words, clauses, one):
            after = words[one.last : one.last + _DENIAL_AFTER]
            if any(word.text in self._unless for word in after if word.end <= clauses.sentence(one.start).end):
                return "optional", 0.7
            return ("yes", 0.6) if self._is_for_later(text, words, clauses, one) else ("no", 0.85)
        if not self._is_of_one_parcel(words, clauses, one) and self._is_option(text, words, clauses, one):
            return "optional", 0.8
        return "yes", 0.85

    def _answered(
        self, text: str, words: Sequence[Piece], begin: int
    ) -> tuple[Literal["yes", "no", "optional"], float]:
        """What is said of tracking after a question: "No.", "On request"."""
        if _NO.match(text, begin):
            return "no", 0.9
        first = bisect_left(words, begin, key=lambda word: word.start)
        places = range(first, min(len(words), first + _OPTION_REACH))
        return ("optional", 0.8) if any(self._optional.at(text, words, place) for place in places) else ("yes", 0.7)

    def _is_of_one_parcel(self, words: Sequence[Piece], clauses: Clauses, one: Phrase[Kind]) -> bool:
        """Whether it says what becomes of a parcel whose tracking shows something: "if tracking doesn't update"."""
        sentence = clauses.sentence(one.start)
        near = [word.text for word in words[max(0, one.first - 3) : one.first] if word.start >= sentence.start]
        return not self._conditions.isdisjoint(near) and any(
            word.text in self._shown for word in words[one.last : one.last + _DENIAL_AFTER] if word.end <= sentence.end
        )

    def _is_for_later(self, text: str, words: Sequence[Piece], clauses: Clauses, one: Phrase[Kind]) -> bool:
        """Whether only early tracking is denied: "do not ask for tracking before 5 days"."""
        end = clauses.sentence(one.start).end
        for place in range(one.last, min(len(words), one.last + _LATER_REACH)):
            if words[place].start >= end or _ITEM.search(text, words[place - 1].end, words[place].start):
                return False
            if words[place].text in self._later:
                return True
        return False

    def _is_denied(self, text: str, words: Sequence[Piece], clauses: Clauses, one: Phrase[Kind]) -> bool:
        clause = clauses.clause(one.start)
        for place in range(one.first - 1, max(-1, one.first - 1 - _DENIAL_REACH), -1):
            if words[place].start < clause.start or words[place].text in self._turns:
                break
            if _PARTED.search(text, words[place].end, words[place + 1].start):
                break
            if self._denied.at(text, words, place):
                return True
        for place in range(one.last, min(len(words), one.last + _DENIAL_AFTER)):
            if words[place].end > clause.end or words[place].text in self._turns:
                break
            if _PARTED.search(text, words[place - 1].end, words[place].start):
                break
            denial = self._denied.at(text, words, place)
            # "tracking, no signature" and "tracking no 123" deny nothing.
            if denial and words[place].text != "no":
                return any(word.text in self._given for word in words[denial.last : denial.last + _DENIAL_AFTER])
        return False

    def _is_option(self, text: str, words: Sequence[Piece], clauses: Clauses, one: Phrase[Kind]) -> bool:
        sentence = clauses.sentence(one.start)
        for place in range(one.first - 1, max(-1, one.first - 1 - _OPTION_REACH), -1):
            if words[place].start < sentence.start or _ITEM.search(text, words[place].end, words[place + 1].start):
                break
            if self._optional.at(text, words, place):
                return True
        for place in range(one.last, min(len(words), one.last + _OPTION_REACH)):
            if words[place].end > sentence.end or _ITEM.search(text, words[place - 1].end, words[place].start):
                break
            if self._optional.at(text, words, place):
                return True
            last = place + 1 == len(words) or words[place + 1].start >= sentence.end
            if words[place].text in self._only and (last or _ITEM.match(text, words[place].end)):
                return True
        return False
