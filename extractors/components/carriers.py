"""Which posts and couriers a vendor sends with, and their services.

Most names are sure. Others are words, brands or units too ("ups", Hermes, TNT): they need a word of sending or another
carrier beside them. A service alone names its carrier when it is that carrier's own ("Tracked 24"), or when the text
names the carrier's country ("Express Post" from Australia). Carriers that a vendor does not use are not found.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field
from spacy.language import Language
from spacy.tokens import Doc

from extractors.findings import Finding, add, findings, prose, prose_pieces
from extractors.lexicon_files import read_words
from extractors.phrases import Phrase, Phrases
from extractors.places import find_places
from extractors.words import Piece, fold

NAME = "nightpost_carriers"

Sort = Literal["name", "cased", "doubtful", "own", "default", "local"]

# In pieces: how far a word of sending may stand from a doubtful name, goods after one, and a denial from any.
_SENDING_REACH = 5
_GOODS_REACH = 3
_DENIAL_REACH = 4
_SERVICE_WORDS = 4
_SERVICE_GAP = re.compile(r"[\s,:(\[/'\"\u201c\u201d\u2019-]{1,3}")
_LIST_GAP = re.compile(r"[\s,/&+|-]{1,3}(?:(?:and|or|nor|und|oder|et|ou|y|o|e|en|of|и|или)\s{1,2})?", re.IGNORECASE)
_STOP = re.compile(r"[.!?;\n](?:\s|$)|\n")
_CONFIDENCE: Mapping[Sort, float] = {
    "name": 0.95, "cased": 0.85, "doubtful": 0.75, "own": 0.85, "default": 0.75, "local": 0.75,
}  # fmt: skip


class Carrier(BaseModel):
    """One carrier of ``carriers.yaml``: where it works, how it is named, and its services by their usual name."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    countries: list[str]
    names: list[str]
    cased: list[str] = Field(default_factory=list)
    doubtful: list[str] = Field(default_factory=list)
    services: dict[str, list[str]] = Field(default_factory=dict)
    own: dict[str, list[str]] = Field(default_factory=dict)
    default: dict[str, list[str]] = Field(default_factory=dict)
    local: dict[str, list[str]] = Field(default_factory=dict)


class CarrierWords(BaseModel):
    """``carriers.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str]
    carriers: dict[str, Carrier]
    sending: list[str]
    goods_after: list[str]
    goods_before: list[str]
    doubtful_before: list[str]
    denied_before: list[str]
    denied_after: list[str]
    turns: list[str]
    hints: dict[str, list[str]]


class Sense(NamedTuple):
    """What a phrase may name: a carrier, how surely, and with which service."""

    carrier: str
    sort: Sort
    service: str | None


@cache
def load_carriers() -> CarrierWords:
    """The carriers of the package.

    Raises:
        ConfigurationError: the file does not fit the schema.
    """
    return read_words("carriers.yaml", CarrierWords)


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "Carriers":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``; after shipping, whose places say which country a service is of."""
    return Carriers(load_carriers())


class Carriers:
    """Finds ``carrier``: value the carrier's name, in ``data`` the service when one is named."""

    def __init__(self, words: CarrierWords) -> None:
        self._countries = {name: frozenset(carrier.countries) for name, carrier in words.carriers.items()}
        self._phrases = _phrases(words.carriers)
        self._services = {name: Phrases(one.services) for name, one in words.carriers.items()}
        self._cased = {spelling for carrier in words.carriers.values() for spelling in carrier.cased}
        self._sending = frozenset(map(fold, words.sending))
        self._goods_after = Phrases({True: words.goods_after})
        self._goods_before = frozenset(map(fold, words.goods_before))
        self._doubtful_before = frozenset(map(fold, words.doubtful_before))
        self._denied_before = Phrases({True: words.denied_before})
        self._denied_after = Phrases({True: words.denied_after})
        self._turns = frozenset(map(fold, words.turns))
        self._hints = Phrases(words.hints)

    def __call__(self, doc: Doc) -> Doc:
        """Put the carriers of a text on its Doc."""
        reading = _Reading(doc, list(self._phrases.find(prose(doc), prose_pieces(doc))), self._hints)
        found: list[Finding] = []
        denied_end = -1
        for at, one in enumerate(reading.candidates):
            goes_on = denied_end >= 0 and _LIST_GAP.fullmatch(reading.text, denied_end, one.start) is not None
            if goes_on or self._is_denied(reading.text, reading.words, one):
                denied_end = one.end
                continue
            sense = self._sense(reading, at)
            if sense is None or (found and one.start < found[-1].end):
                continue
            finding = self._finding(reading.text, reading.words, one, sense)
            if found and finding.start < found[-1].end:
                # A service before its carrier, which was read as one that names it alone.
                found.pop()
            found.append(finding)
        return add(doc, found)

    def _sense(self, reading: "_Reading", at: int) -> Sense | None:
        """Which carrier a phrase names here, if any."""
        text, words, one = reading.text, reading.words, reading.candidates[at]
        sense = one.meaning[0]
        before = words[one.first - 1].text if one.first else ""
        goods = any(self._goods_after.at(text, words, place) for place in _after(words, one, _GOODS_REACH))
        if goods or before in self._goods_before:
            return None
        if sense.sort in {"name", "own"}:
            return sense
        if sense.sort in {"cased", "doubtful"}:
            spelled = sense.sort == "doubtful" or text[one.start : one.end] in self._cased
            beside = self._is_sent(words, one) or _is_listed(text, reading.candidates, at)
            return sense if spelled and beside and before not in self._doubtful_before else None
        if sense.sort == "default":
            foreign = bool(reading.origins) and not reading.origins & self._countries[sense.carrier]
            return None if foreign or reading.named - {sense.carrier} else sense
        local = [other for other in one.meaning if self._countries[other.carrier] & reading.countries]
        return local[0] if len(local) == 1 else None

    def _is_sent(self, words: Sequence[Piece], one: Phrase[tuple[Sense, ...]]) -> bool:
        near = [*words[max(0, one.first - _SENDING_REACH) : one.first], *words[one.last : one.last + _SENDING_REACH]]
        return any(word.text in self._sending for word in near)

    def _is_denied(self, text: str, words: Sequence[Piece], one: Phrase[tuple[Sense, ...]]) -> bool:
        """Whether the vendor says that a carrier is not used."""
        for place in range(one.first - 1, max(-1, one.first - 1 - _DENIAL_REACH), -1):
            if words[place].text in self._turns or _STOP.search(text, words[place].end, words[place + 1].start):
                break
            if self._denied_before.at(text, words, place):
                return True
        for place in _after(words, one, _DENIAL_REACH):
            if words[place].text in self._turns or _STOP.search(text, words[place - 1].end, words[place].start):
                break
            if self._denied_after.at(text, words, place):
                return True
        return False

    def _finding(self, text: str, words: Sequence[Piece], one: Phrase[tuple[Sense, ...]], sense: Sense) -> Finding:
        start, end, service = one.start, one.end, sense.service
        named = self._service(text, words, one, sense.carrier) if service is None else None
        if named is not None:
            start, end, service = min(start, named.start), max(end, named.end), named.meaning
        data = {"service": service} if service else {}
        return Finding("carrier", start, end, sense.carrier, NAME, confidence=_CONFIDENCE[sense.sort], data=data)

    def _service(
        self, text: str, words: Sequence[Piece], one: Phrase[tuple[Sense, ...]], carrier: str
    ) -> Phrase[str] | None:
        """The service named right after a carrier, else right before it."""
        services = self._services[carrier]
        if one.last < len(words) and _SERVICE_GAP.fullmatch(text, one.end, words[one.last].start):
            after = services.at(text, words, one.last)
            if after is not None:
                return after
        for first in range(max(0, one.first - _SERVICE_WORDS), one.first):
            before = services.at(text, words, first)
            if before and before.last == one.first and _SERVICE_GAP.fullmatch(text, before.end, one.start):
                return before
        return None


class _Reading:
    """A text with the phrases that may name carriers, and the countries it is about; both are asked for seldom."""

    def __init__(self, doc: Doc, candidates: Sequence[Phrase[tuple[Sense, ...]]], hints: Phrases[str]) -> None:
        self.text = prose(doc)
        self.words = prose_pieces(doc)
        self.candidates = candidates
        self._doc = doc
        self._hints = hints

    @cached_property
    def named(self) -> frozenset[str]:
        """The carriers that are named without a doubt."""
        return frozenset(one.meaning[0].carrier for one in self.candidates if one.meaning[0].sort == "name")

    @cached_property
    def origins(self) -> frozenset[str]:
        """The countries that parcels come from."""
        return frozenset(finding.value for finding in findings(self._doc) if finding.type == "ship_from")

    @cached_property
    def countries(self) -> frozenset[str]:
        """The countries that the text is about: where parcels come from, else every one that it names."""
        if self.origins:
            return self.origins
        places = find_places(self.text, self.words)
        named = {place.codes[0] for place in places if place.kind != "small" and len(place.codes) == 1}
        named |= {hint.meaning for hint in self._hints.find(self.text, self.words)}
        return frozenset(named | ({"GB"} if "£" in self.text else set()))


def _phrases(carriers: Mapping[str, Carrier]) -> Phrases[tuple[Sense, ...]]:
    """Every phrase with what it may name, the surest first."""
    senses: dict[str, list[Sense]] = {}
    for name, carrier in carriers.items():
        sorts: list[tuple[Sort, list[str]]] = [
            ("name", carrier.names),
            ("cased", carrier.cased),
            ("doubtful", carrier.doubtful),
        ]
        for sort, spellings in sorts:
            for spelling in spellings:
                senses.setdefault(spelling.lower(), []).append(Sense(name, sort, _service_of(carrier, spelling)))
        groups: list[tuple[Sort, dict[str, list[str]]]] = [
            ("own", carrier.own),
            ("default", carrier.default),
            ("local", carrier.local),
        ]
        for sort, services in groups:
            for service, spellings in services.items():
                for spelling in spellings:
                    senses.setdefault(spelling.lower(), []).append(Sense(name, sort, service))
    phrases: dict[tuple[Sense, ...], list[str]] = {}
    for phrase, meanings in senses.items():
        phrases.setdefault(tuple(meanings), []).append(phrase)
    return Phrases(phrases)


def _service_of(carrier: Carrier, spelling: str) -> str | None:
    """The service that a name of a carrier says by itself: Chronopost is one of La Poste."""
    return next((service for service, names in carrier.services.items() if spelling in names), None)


def _after(words: Sequence[Piece], one: Phrase[tuple[Sense, ...]], reach: int) -> range:
    return range(one.last, min(len(words), one.last + reach))


def _is_listed(text: str, candidates: Sequence[Phrase[tuple[Sense, ...]]], at: int) -> bool:
    """Whether another carrier stands beside a name in a list."""
    one = candidates[at]
    before = at > 0 and _LIST_GAP.fullmatch(text, candidates[at - 1].end, one.start) is not None
    return before or (
        at + 1 < len(candidates) and _LIST_GAP.fullmatch(text, one.end, candidates[at + 1].start) is not None
    )
