"""What words are about: the concepts of `concepts.yaml` in a text, or in a code (an address, a class, a name).

Pages of unknown markets come in many languages and say one thing in many ways; a concept ("ships from") is what stays.
Nothing but the words of that file is ever looked at, so no handle and no title can become part of what is learned.
"""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

_FILE = Path(__file__).with_name("concepts.yaml")
_WORD = re.compile(r"\w+")
# Codes are cut at what is no letter or digit, between letters and digits, and where "addToCart" has a capital.
_CODE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_JOINTS = re.compile(r"[^A-Za-z0-9]+")
# A phrase of the file has at most so many words; a test holds it to that.
LONGEST_PHRASE = 5
_SHORTEST_STEM = 3


class _Concept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    words: frozenset[str]
    codes: frozenset[str]


class Lexicon:
    """Concepts by phrase and by stem, of one kind of text."""

    def __init__(self, entries: dict[str, frozenset[str]]) -> None:
        self._phrases: dict[str, tuple[str, ...]] = {}
        self._stems: dict[str, tuple[str, ...]] = {}
        for concept, phrases in entries.items():
            for phrase in phrases:
                key = " ".join(_WORD.findall(fold(phrase)))
                table = self._stems if phrase.endswith("*") else self._phrases
                table[key] = (*table.get(key, ()), concept)
        self._starts = frozenset(key.partition(" ")[0] for key in (*self._phrases, *self._stems) if " " in key)

    def of_words(self, words: list[str]) -> set[str]:
        """The concepts of folded words that follow each other."""
        found: set[str] = set()
        for place, word in enumerate(words):
            found.update(self.of_word(word))
            if word in self._starts:
                for length in range(2, min(LONGEST_PHRASE, len(words) - place) + 1):
                    found.update(self.of_phrase(" ".join(words[place : place + length])))
        return found

    def of_word(self, word: str) -> tuple[str, ...]:
        """The concepts of one folded word: it is in the file, or begins with a stem of the file."""
        found = self._phrases.get(word, ())
        for length in range(_SHORTEST_STEM, len(word) + 1):
            found = (*found, *self._stems.get(word[:length], ()))
        return found

    def of_phrase(self, phrase: str) -> tuple[str, ...]:
        """The concepts of a whole folded phrase; only its last word may be a stem."""
        head, _, last = phrase.rpartition(" ")
        found = self._phrases.get(phrase, ())
        for length in range(_SHORTEST_STEM, len(last) + 1):
            found = (*found, *self._stems.get(f"{head} {last[:length]}", ()))
        return found


def fold(text: str) -> str:
    """A text for comparison: lower case, without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@cache
def concept_names() -> tuple[str, ...]:
    """Every concept, in the order of the file."""
    return tuple(_file())


@lru_cache(maxsize=8_000)
def text_concepts(text: str) -> frozenset[str]:
    """The concepts that a short text names."""
    return frozenset(_words().of_words(_WORD.findall(fold(text))))


@lru_cache(maxsize=8_000)
def code_concepts(code: str) -> frozenset[str]:
    """The concepts that an address, a class or the name of a field names: by its pieces, and by two pieces together."""
    pieces = [piece.lower() for piece in _CODE.findall(code)]
    runs = [run.lower() for run in _JOINTS.split(code) if run]
    pairs = [first + second for first, second in pairwise(pieces)]
    found: set[str] = set()
    for piece in {*pieces, *runs, *pairs}:
        found.update(_codes().of_word(piece))
    return frozenset(found)


@cache
def _file() -> dict[str, _Concept]:
    return TypeAdapter(dict[str, _Concept]).validate_python(yaml.safe_load(_FILE.read_text("utf-8")))


@cache
def _words() -> Lexicon:
    return Lexicon({name: concept.words for name, concept in _file().items()})


@cache
def _codes() -> Lexicon:
    entries = {name: concept.codes for name, concept in _file().items()}
    return Lexicon({name: frozenset(code.replace("_", "") for code in codes) for name, codes in entries.items()})


def text_phrases(concept: str) -> list[str]:
    """The whole words and phrases that name a concept, sorted."""
    return sorted(phrase for phrase in _file()[concept].words if not phrase.endswith("*"))


def code_words(concept: str) -> list[str]:
    """The codes of a concept, without the mark of a stem, sorted."""
    return sorted(code.rstrip("*") for code in _file()[concept].codes)
