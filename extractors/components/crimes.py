"""The crimes around the drugs: firearms, money laundering, counterfeits and fraud, by the words of ``crimes.yaml``."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple, cast

from pydantic import BaseModel, ConfigDict
from spacy.language import Language
from spacy.tokens import Doc

from extractors.findings import Finding, add, findings, prose, prose_pieces
from extractors.lexicon_files import read_words
from extractors.phrases import Phrase, Phrases
from extractors.records import MentionType
from extractors.words import Piece

NAME = "nightpost_crimes"

# How many words to either side are the company of a doubtful name.
_REACH = 8
_CERTAIN, _IN_COMPANY = 0.9, 0.65
# Calibres as written: 9mm, 9x19, 7.62x39, .45 ACP, .22lr, 12 gauge, .357 magnum.
_CALIBRE = re.compile(
    r"(?<![\w.])(?:\d{1,2}(?:\.\d{1,2})?\s?(?:x\s?\d{2}\s?(?:mm)?(?!\d)|mm(?!\w)(?=\s?(?:luger|parabellum|para|pistol|ammo|rounds|bullets"
    r"|handgun|auto|x)))|\.?(?:22|25|32|38|40|44|45|50|223|300|308|357|380)\s?(?:acp|lr|spl|special|mag(?:num)?|s&w|cal(?:iber"
    r"|ibre)?|blackout|win(?:chester)?|ae)(?!\w)|12\s?(?:gauge|ga)(?!\w))",
    re.IGNORECASE,
)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    names: list[str]
    doubtful: list[str]


class CrimeWords(BaseModel):
    """``crimes.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str]
    types: dict[str, dict[str, _Entry]]
    near: dict[str, frozenset[str]]
    unless: dict[str, frozenset[str]]


class _Meaning(NamedTuple):
    type: MentionType
    offer: str
    certain: bool


@cache
def load_crime_words() -> CrimeWords:
    """The words of crimes of the package.

    Raises:
        ConfigurationError: the file does not fit the schema.
    """
    return read_words("crimes.yaml", CrimeWords)


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "Crimes":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``; after the drugs, which share names with firearms (AK-47 is a strain)."""
    return Crimes(load_crime_words())


class Crimes:
    """Finds ``firearm``, ``laundering``, ``counterfeit`` and ``fraud``; the value is what is offered ("banknotes").

    ``data`` has the name as folded words, and of a firearm its calibre where it is said.
    """

    def __init__(self, words: CrimeWords) -> None:
        names: dict[_Meaning, Sequence[str]] = {}
        for kind, offers in words.types.items():
            for offer, entry in offers.items():
                names[_Meaning(cast("MentionType", kind), offer, certain=True)] = entry.names
                names[_Meaning(cast("MentionType", kind), offer, certain=False)] = entry.doubtful
        self._phrases = Phrases(names)
        self._near = words.near
        self._unless = words.unless

    def __call__(self, doc: Doc) -> Doc:
        """Put the crimes of a text on its Doc."""
        text, words = prose(doc), prose_pieces(doc)
        phrases = list(self._phrases.find(text, words))
        if not phrases:
            return doc
        company = _Company(words, phrases)
        drugs = sorted((one.start, one.end) for one in findings(doc) if one.type == "drug")
        found = [
            self._finding(text, words, one)
            for one in phrases
            if self._is_meant(company, one) and not _is_within(one.start, one.end, drugs)
        ]
        return add(doc, found)

    def _is_meant(self, company: "_Company", phrase: Phrase[_Meaning]) -> bool:
        kind = phrase.meaning.type
        around = company.words(phrase)
        if not self._unless[kind].isdisjoint(around):
            return phrase.meaning.certain and kind != "firearm"
        return phrase.meaning.certain or company.has_certain(phrase) or not self._near[kind].isdisjoint(around)

    def _finding(self, text: str, words: Sequence[Piece], phrase: Phrase[_Meaning]) -> Finding:
        data: dict[str, object] = {"name": " ".join(word.text for word in words[phrase.first : phrase.last])}
        calibre = next(_calibres(text, phrase), None) if phrase.meaning.type == "firearm" else None
        if calibre is not None:
            data["calibre"] = calibre
        confidence = _CERTAIN if phrase.meaning.certain else _IN_COMPANY
        return Finding(
            phrase.meaning.type, phrase.start, phrase.end, phrase.meaning.offer, NAME, confidence=confidence, data=data
        )


def _calibres(text: str, phrase: Phrase[_Meaning]) -> Iterator[str]:
    """The calibres that are said near a name, in small letters without spaces."""
    for match in _CALIBRE.finditer(text, max(0, phrase.start - 40), phrase.end + 60):
        yield match.group().lower().replace(" ", "")


def _is_within(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a range overlaps one of some ranges, which are in order and do not overlap."""
    place = bisect_left(spans, (end, 0))
    return place > 0 and spans[place - 1][1] > start


class _Company:
    """What stands near a name."""

    def __init__(self, words: Sequence[Piece], phrases: Sequence[Phrase[_Meaning]]) -> None:
        self._words = words
        self._certain: dict[str, list[int]] = {}
        for one in phrases:
            if one.meaning.certain:
                self._certain.setdefault(one.meaning.type, []).append(one.first)

    def words(self, phrase: Phrase[_Meaning]) -> list[str]:
        """The folded words within reach."""
        before = self._words[max(0, phrase.first - _REACH) : phrase.first]
        return [word.text for word in (*before, *self._words[phrase.last : phrase.last + _REACH])]

    def has_certain(self, phrase: Phrase[_Meaning]) -> bool:
        """Whether a certain name of the same type is within reach."""
        places = self._certain.get(phrase.meaning.type, [])
        place = bisect_left(places, phrase.first - _REACH)
        return place < len(places) and places[place] <= phrase.last + _REACH
