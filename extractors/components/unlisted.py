"""Substances under names that are in no list: misspelt, new, stamps on pills, strains. Told by a trained model.

A line in which the lexicon found nothing that is offered is read by the model of offers (`extractors.offer_model`).
Where it takes the line for a drug, a word that is nearly a name of the lexicon is that name misspelt; else the
substance is the model's, and the span is the words that decided; else a word with the stem of an international
nonproprietary name is a substance of its own. A name that the lexicon doubted in a line which is no drug's at all is
taken back.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict
from rapidfuzz import process
from rapidfuzz.distance import OSA
from spacy.language import Language
from spacy.tokens import Doc

from extractors.components.drugs import IN_CONTEXT
from extractors.findings import Finding, add, findings, open_pieces, prose
from extractors.lexicon import Contexts, Lexicon, Sense, load_contexts, load_lexicon
from extractors.lexicon_files import read_words
from extractors.offer_model.features import shapes
from extractors.offer_model.model import DRUG, Guess, OfferModel, load_offer_model
from extractors.words import Piece, pieces

NAME = "nightpost_unlisted_drugs"

# From here on a text of one line is taken for a drug's, and for a substance's. Of a longer text most lines offer
# nothing: there the line must say how much, and the model be surer.
_IS_DRUG, _IS_SUBSTANCE = 0.6, 0.5
_SURER = 0.85
# Below this a line is no drug's, whatever doubtful name is in it.
_NO_DRUG = 0.03
_LONGEST_LINE = 300
_FEWEST_LETTERS, _MANY_LETTERS = 6, 10
# A word that brings less than this share of what the best word brings did not decide.
_SHARE = 0.3
_MOST_WORDS = 4
# How many words are remembered with the name that each is a slip of.
_KEPT = 20_000
# A model's probability is of the line, not of the word.
_DISCOUNT = 0.85
_MISSPELT = 0.75
_STEM = 0.6
# What another component found that a line offers.
_OFFERS = frozenset({"drug", "firearm", "laundering", "counterfeit", "fraud"})


class _Stems(BaseModel):
    """``stems.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str]
    stems: dict[str, list[str]]
    not_names: frozenset[str]


class _Line(NamedTuple):
    start: int
    end: int
    words: list[Piece]


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "UnlistedDrugs":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``; after the drugs of the lexicon."""
    return UnlistedDrugs(load_offer_model(), load_lexicon(), load_contexts())


class UnlistedDrugs:
    """Finds ``drug`` where the lexicon does not; ``data["by"]`` says how: misspelling, model or stem."""

    def __init__(self, model: OfferModel, lexicon: Lexicon, contexts: Contexts) -> None:
        self._model = model
        self._lexicon = lexicon
        self._plain = contexts.weight_units | contexts.dose_units | contexts.pill_words | contexts.plain_words
        self._names = _long_names(lexicon)
        self._spellings = list(self._names)
        # Words of longer names are known: "propionate" is no slip of another name.
        self._parts = frozenset(word.text for name, _, _ in lexicon.certain_names() for word in pieces(name)[1:])
        self._slips: dict[str, Sense | None] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Put what the lexicon does not know on the Doc, and take back what it took for a drug without reason."""
        text = prose(doc)
        offers = sorted((one for one in findings(doc) if one.type in _OFFERS), key=lambda one: one.start)
        starts = [one.start for one in offers]
        if "\n" not in text and any(one.confidence > IN_CONTEXT for one in offers):
            return doc
        lines = list(_lines(text, open_pieces(doc)))
        found: list[Finding] = []
        taken_back: list[Finding] = []
        for line in lines:
            here = offers[bisect_left(starts, line.start) : bisect_left(starts, line.end)]
            if any(one.confidence > IN_CONTEXT for one in here):
                continue
            alone = len(lines) == 1
            if not alone and not here and not any(word.text.isdigit() for word in line.words):
                continue
            guess = self._model.read(shapes(line.words))
            if here:
                taken_back += here if guess.drug < _NO_DRUG else []
            elif guess.drug >= (_IS_DRUG if alone else _SURER):
                one = self._name(text, line.words, guess, _IS_SUBSTANCE if alone else _SURER)
                found += [one] if one else []
        if taken_back:
            places = {(one.start, one.end) for one in taken_back}
            kept = [one for one in findings(doc) if one.type != "drug" or (one.start, one.end) not in places]
            findings(doc)[:] = kept
        return add(doc, found)

    def _name(self, text: str, words: Sequence[Piece], guess: Guess, sure: float) -> Finding | None:
        """What is offered in a line that offers a drug."""
        candidates = [word for word in words if word.text not in self._plain and not word.text.isdigit()]
        for word in candidates:
            if word.text not in self._slips:
                if len(self._slips) >= _KEPT:
                    self._slips.clear()
                self._slips[word.text] = self._misspelt(word.text)
            known = self._slips[word.text]
            if known is not None and _speaks_for_a_drug(guess, words.index(word)):
                return self._finding(word.start, word.end, known, _MISSPELT, "misspelling")
        name, probability = guess.best
        if name in self._model.drugs and name != DRUG and probability >= sure:
            span = self._deciding(text, words, guess.deciding(name))
            sense = next(one for one in self._lexicon.senses_of(name) if one.substance.name == name)
            return self._finding(*span, sense, probability * _DISCOUNT, "model") if span else None
        stems = _load_stems()
        for word in candidates:
            kind = stems.kind(word.text)
            if kind is not None:
                data = {"class": kind, "role": "offered", "by": "stem"}
                return Finding("drug", word.start, word.end, word.text, NAME, confidence=_STEM, data=data)
        return None

    def _misspelt(self, word: str) -> Sense | None:
        """The one name of the lexicon that a word is but for a slip, or for two where it is long."""
        if len(word) < _FEWEST_LETTERS or not word.isalpha() or word in self._parts:
            return None
        slips = 2 if len(word) >= _MANY_LETTERS else 1
        near = process.extract(word, self._spellings, scorer=OSA.distance, score_cutoff=slips, limit=4)
        # Slips are seldom in the first letters: words that differ there are others.
        alike = [(distance, name) for name, distance, _ in near if name[:distance] == word[:distance]]
        nearest = min(alike, default=(0, ""))[0]
        senses = {
            self._names[name].substance.name: self._names[name] for distance, name in alike if distance == nearest
        }
        return next(iter(senses.values())) if len(senses) == 1 else None

    def _deciding(self, text: str, words: Sequence[Piece], brought: Sequence[float]) -> tuple[int, int] | None:
        """The characters of the words that decided: the best word, and those beside it that are names too."""
        names = [
            more if word.text not in self._plain and not word.text.isdigit() else 0.0
            for word, more in zip(words, brought, strict=False)
        ]
        best = max(range(len(names)), key=names.__getitem__, default=None)
        if best is None or names[best] <= 0:
            return None
        first, last = best, best + 1
        while (
            first and names[first - 1] > _SHARE * names[best] and text[words[first - 1].end : words[first].start] == " "
        ):
            first -= 1
        while last < len(names) and names[last] > _SHARE * names[best] and last - first < _MOST_WORDS:
            if text[words[last - 1].end : words[last].start] != " ":
                break
            last += 1
        return words[first].start, words[last - 1].end

    def _finding(self, start: int, end: int, sense: Sense, confidence: float, by: str) -> Finding:
        substance = sense.substance
        data = {
            "class": sense.kind,
            "schedule": substance.schedule,
            "sold_as": substance.sold_as,
            "hazard": substance.hazard,
            "adjunct": substance.adjunct or None,
            "role": "offered",
            "by": by,
        }
        kept = {key: value for key, value in data.items() if value is not None}
        return Finding("drug", start, end, substance.name, NAME, confidence=round(confidence, 3), data=kept)


class _StemTable:
    """The stems of nonproprietary names, and what class of substances each means."""

    def __init__(self, stems: _Stems) -> None:
        self._stems = [(stem, kind) for kind, group in stems.stems.items() for stem in group]
        self._stems.sort(key=lambda one: -len(one[0]))
        self._not_names = stems.not_names

    def kind(self, word: str) -> str | None:
        """The class of a word that ends with a stem and is longer by at least three letters."""
        if word in self._not_names or not word.isalpha():
            return None
        return next((kind for stem, kind in self._stems if word.endswith(stem) and len(word) >= len(stem) + 3), None)


@cache
def _load_stems() -> _StemTable:
    return _StemTable(read_words("stems.yaml", _Stems))


def _long_names(lexicon: Lexicon) -> dict[str, Sense]:
    """The certain names of one word that are long enough to be known when misspelt."""
    names: dict[str, Sense] = {}
    for name, _, _ in lexicon.certain_names():
        senses = lexicon.senses_of(name)
        if len(name) >= _FEWEST_LETTERS and name.isalpha() and name.isascii():
            names[name.lower()] = next(one for one in senses if one.uncertain is None)
    return names


def _speaks_for_a_drug(guess: Guess, place: int) -> bool:
    """Whether a word makes what is offered rather a drug: ordinary words are near to names too."""
    name, _ = guess.best
    brought = [guess.deciding(one) for one in {name, DRUG}]
    return any(place < len(one) and one[place] > 0 for one in brought)


def _lines(text: str, words: Sequence[Piece]) -> Iterator[_Line]:
    """The lines of a text that hold words and are no longer than a title."""
    place, start = 0, 0
    for end in [*_ends_of_lines(text), len(text)]:
        first = place
        while place < len(words) and words[place].start < end:
            place += 1
        if first < place and words[place - 1].end - words[first].start <= _LONGEST_LINE:
            yield _Line(start, end, list(words[first:place]))
        start = end


def _ends_of_lines(text: str) -> Iterator[int]:
    end = text.find("\n")
    while end >= 0:
        yield end
        end = text.find("\n", end + 1)
