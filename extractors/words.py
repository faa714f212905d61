r"""The pieces of words that lexicons are matched against.

Market text runs letters, digits and units together ("10x200mg", "2C-B", "5meodmt", "€20/g"). So a piece is a run of
letters or a run of digits; names are put together again from pieces (`extractors.lexicon`). A run of letters ends where
UTF-8 that was read as Latin-1 begins ("NLÂ\x8aMDMA"), so that damage does not hide words.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["DAMAGE", "FILL", "Piece", "Pieces", "fold", "pieces", "whole_characters"]

# The first of two Latin-1 characters that were one UTF-8 character: U+00C2 to U+00F4 before U+0080 to U+00BF.
DAMAGE = r"[\xc2-\xf4][\x80-\xbf]"
_LETTERS = r"(?:[A-Za-z]+|(?!" + DAMAGE + r")[^\W\d_])+"
_PIECE = re.compile(rf"{_LETTERS}|\d+")

_HALF = re.compile("[\ud800-\udfff]")

# Stands in a mended word for a character that is no more: a letter to patterns, nothing to `fold`.
FILL = "\u02bc"
_LOOK_ALIKES = str.maketrans("\u03b1\u03b2\u03b3\u03b4\u03c9\u03bc\xb5\xf8", "abgdwuuo", FILL)


class Piece(NamedTuple):
    """A run of letters or digits, folded, with its place in the text."""

    text: str
    start: int
    end: int


class Pieces(list[Piece]):
    """The pieces of a text; not to be changed."""

    __slots__ = ("_vocabulary",)
    _vocabulary: frozenset[str] | None

    def __init__(self, words: Iterable[Piece]) -> None:
        """Take the pieces, in order."""
        super().__init__(words)
        self._vocabulary = None

    @property
    def vocabulary(self) -> frozenset[str]:
        """The folded words; made once, for all who ask whether a text has any of theirs."""
        if self._vocabulary is None:
            self._vocabulary = frozenset([word.text for word in self])
        return self._vocabulary


def whole_characters(text: str) -> str:
    """The text with each half of a character that stands alone replaced by one that says so: spaCy takes no halves."""
    return text if text.isascii() else _HALF.sub("\ufffd", text)


def pieces(text: str) -> list[Piece]:
    """The words and numbers of a text, folded, in order."""
    return [
        Piece(word.lower() if word.isascii() else fold(word), match.start(), match.end())
        for match in _PIECE.finditer(text)
        if (word := match.group())
    ]


def fold(word: str) -> str:
    """A word for comparison: lower case, without accents, Greek letters of chemical names as Latin ones."""
    decomposed = unicodedata.normalize("NFKD", word.casefold().translate(_LOOK_ALIKES))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
