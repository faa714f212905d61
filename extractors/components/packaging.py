"""How parcels are packed and followed: stealth, and tracking.

Both are said in many words and often denied: "we do not vacuum seal", "sans suivi". Tracking that some orders have, or
that a buyer may ask for, is optional.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from spacy.language import Language
from spacy.tokens import Doc

from extractors.clauses import Clauses, clauses_of
from extractors.findings import Finding, add, prose, prose_pieces
from extractors.lexicon import FOLDER
from extractors.phrases import Phrase, Phrases
from extractors.words import Piece, fold
from nightpost.errors import ConfigurationError

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


Kind = Literal["stealth", "tracking", "untracked"]


@cache
def load_packaging() -> PackagingWords:
    """The words of packing and tracking of the package.

    Raises:
        ConfigurationError: the file does not fit the schema.
    """
    content = yaml.load((FOLDER / "packaging.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    try:
        return PackagingWords.model_validate(content)
    except ValidationError as error:
        raise ConfigurationError(f"lexicons/packaging.yaml does not fit its schema: {error}; mend the file") from error


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

    def _tracking(
        self, text: str, words: Sequence[Piece], clauses: Clauses, one: Phrase[Kind]
    ) -> tuple[Literal["yes", "no", "optional"] | None, float]:
        near = [*words[max(0, one.first - _GOODS_REACH) : one.first], *words[one.last : one.last + 1]]
        if any(word.text in self._tracking_goods for word in near):
            return None, 0.0
        if one.meaning == "untracked" or _ANSWERED_NO.match(text, one.end):
            return "no", 0.9
        if self._is_denied(text, words, clauses, one):
            return ("yes", 0.6) if self._is_for_later(text, words, clauses, one) else ("no", 0.85)
        return ("optional", 0.8) if self._is_option(text, words, clauses, one) else ("yes", 0.85)

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
        return False
