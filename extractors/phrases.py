"""Phrases by what they mean, found in the pieces of a text: the longest at each place, never inside a word.

A phrase is matched by its words, folded (`extractors.words`), however they are joined: "Royal Mail" is found in
"royal-mail" too, and "chronopost" in "ChronoPost". One look-up a word, so that long lists cost no more than short ones.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from extractors.words import Piece, Pieces, pieces

__all__ = ["Phrase", "Phrases", "one_of"]

_JOINTS = " \t\xa0-\u2010\u2011'\u2019.&/_"
_WIDEST_JOINT = 3

Meaning = TypeVar("Meaning")


def one_of(names: Iterable[str]) -> str:
    """A pattern for any of some names, the longest first; to be put into a group."""
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


class Phrase(NamedTuple, Generic[Meaning]):
    """A phrase in a text: what it means, pieces ``first`` to ``last`` (not included), and its characters."""

    meaning: Meaning
    first: int
    last: int
    start: int
    end: int


class Phrases(Generic[Meaning]):
    """A table of phrases."""

    def __init__(self, meanings: Mapping[Meaning, Sequence[str]]) -> None:
        """Take the phrases of each meaning; of a phrase that is listed twice the first meaning counts."""
        self._by_first: dict[str, dict[tuple[str, ...], Meaning]] = {}
        for meaning, phrases in meanings.items():
            for phrase in phrases:
                words = tuple(piece.text for piece in pieces(phrase))
                self._by_first.setdefault(words[0], {}).setdefault(words, meaning)
        self._lengths = {
            first: sorted({len(words) for words in table}, reverse=True) for first, table in self._by_first.items()
        }

    def find(self, text: str, words: Sequence[Piece]) -> Iterator[Phrase[Meaning]]:
        """The phrases of a text in order, without overlap.

        Args:
            text: the text.
            words: its pieces.
        """
        vocabulary = words.vocabulary if isinstance(words, Pieces) else {word.text for word in words}
        if self._by_first.keys().isdisjoint(vocabulary):
            return
        done = 0
        for at, word in enumerate(words):
            if at >= done and word.text in self._by_first:
                found = self._longest(text, words, at)
                if found is not None:
                    yield found
                    done = found.last

    def at(self, text: str, words: Sequence[Piece], at: int) -> Phrase[Meaning] | None:
        """The longest phrase that begins with a piece of a text."""
        return self._longest(text, words, at) if words[at].text in self._by_first else None

    def _longest(self, text: str, words: Sequence[Piece], at: int) -> Phrase[Meaning] | None:
        table = self._by_first[words[at].text]
        for length in self._lengths[words[at].text]:
            last = at + length
            meaning = table.get(tuple(word.text for word in words[at:last]))
            if meaning is not None and last <= len(words) and _stands_alone(text, words, at, last):
                return Phrase(meaning, at, last, words[at].start, words[last - 1].end)
        return None


def _stands_alone(text: str, words: Sequence[Piece], first: int, last: int) -> bool:
    """Whether pieces are joined as the words of one phrase are, and no letter or digit goes on at either end."""
    for before, after in zip(words[first : last - 1], words[first + 1 : last], strict=True):
        gap = text[before.end : after.start]
        if len(gap) > _WIDEST_JOINT or gap.strip(_JOINTS):
            return False
    start, end = words[first].start, words[last - 1].end
    return not (start and text[start - 1].isalnum()) and not text[end : end + 1].isalnum()
