"""Where in the texts of a document that was found the sought words stand.

Made above the stores, from the text as it was written, so that both show the same. The words are read by
`index.analysis`, as they are for the index: what is marked is what a store found, accents, look-alikes and all.
"""

import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from index.analysis import PlacedToken, placed_compounds, without_armour
from index.conditions import (
    And,
    AnyWord,
    Condition,
    Or,
    Phrase,
    Word,
    WordFuzzy,
    WordPattern,
    WordPrefix,
)
from index.documents import Document
from index.excerpts import Fragment, Mark, excerpts
from index.fields import TEXTS
from index.written_texts import written_texts

__all__ = ["Fragment", "highlighted", "marks"]

Sought = Word | Phrase | WordPrefix | WordPattern | WordFuzzy | AnyWord

# Words of a phrase that stand further apart (signs, blanks, armour between them) are marked one by one.
_WIDEST_GAP = 4
# No token of a phrase: what stands for every other one.
_OTHER = "\0"


def highlighted(
    document: Document, condition: Condition, *, width: int = 160, most: int = 3
) -> dict[str, list[Fragment]]:
    """What a document was found by.

    Args:
        document: as a store gives it.
        condition: what was searched; what it denies is not marked, nor are values of exact fields.
        width: a text of so many characters is shown whole, a longer one in excerpts no longer than that.
        most: so many excerpts of a text at most.

    Returns:
        For each text of the body in which something is to be marked (by its path, such as ``description`` or
        ``contacts[0].value``) its excerpts, the best first: those with the most of the sought, then the most marks.
    """
    shown = {}
    for written in written_texts(document):
        found = marks(written.text, condition, written.field)
        if found:
            shown[written.path] = excerpts(written.text, found, width=width, most=most)
    return shown


def marks(text: str, condition: Condition, field: str) -> list[Mark]:
    """The places in a text of a text field (``name``, ``title`` or ``text``) that fit what is sought, in order.

    Places may overlap; each tells which of the sought it fits, by its number.
    """
    return _matcher(condition, field).marks(text)


def _sought(condition: Condition) -> Iterator[Sought]:
    """The words that are not denied."""
    match condition:
        case Word() | Phrase() | WordPrefix() | WordPattern() | WordFuzzy() | AnyWord():
            yield condition
        case And(parts) | Or(parts):
            for part in parts:
                yield from _sought(part)
        case _:
            return


@lru_cache(maxsize=4 * len(TEXTS))
def _matcher(condition: Condition, field: str) -> "_Matcher":
    return _Matcher(dict.fromkeys(one for one in _sought(condition) if field in one.fields))


class _Matcher:
    """Finds what is sought in texts of one field."""

    def __init__(self, sought: Iterable[Sought]) -> None:
        self._words: dict[str, int] = {}
        self._phrases: list[tuple[str, int, int]] = []
        self._letters: dict[str, str] = {}
        self._fits: list[tuple[Callable[[str], bool], int]] = []
        for number, one in enumerate(sought):
            match one:
                case Word(_, token):
                    self._words.setdefault(token, number)
                case AnyWord(_, tokens):
                    self._words.update({token: number for token in tokens if token not in self._words})
                case Phrase(_, tokens):
                    self._phrases.append((self._letters_of(tokens), len(tokens), number))
                case _:
                    self._fits.append((_fits(one), number))

    def _letters_of(self, tokens: tuple[str, ...]) -> str:
        """A phrase as a string with one letter for each token, so that it is looked for as a string is."""
        for token in tokens:
            self._letters.setdefault(token, chr(len(self._letters) + 1))
        return "".join(self._letters[token] for token in tokens)

    def marks(self, text: str) -> list[Mark]:
        """See `marks`."""
        if not (self._words or self._phrases or self._fits):
            return []
        words = placed_compounds(without_armour(text))
        parts = [part for word in words for part in word.parts]
        glued = [word.glued for word in words if len(word.parts) > 1]
        numbers = {token: self._number(token) for token in {one.token for one in (*parts, *glued)}}
        found = [
            Mark(one.start, one.end, number) for one in (*parts, *glued) if (number := numbers[one.token]) is not None
        ]
        return sorted([*found, *self._phrase_marks(parts)])

    def _number(self, token: str) -> int | None:
        """Which of the sought a token fits."""
        number = self._words.get(token)
        if number is not None:
            return number
        return next((number for fits, number in self._fits if fits(token)), None)

    def _phrase_marks(self, parts: list[PlacedToken]) -> list[Mark]:
        if not self._phrases:
            return []
        written = "".join(self._letters.get(part.token, _OTHER) for part in parts)
        found: list[Mark] = []
        for letters, length, number in self._phrases:
            at, marked = written.find(letters), 0
            while at >= 0:
                found += _joined(parts[max(at, marked) : at + length], number)
                marked = at + length
                at = written.find(letters, at + 1)
        return found


def _fits(sought: WordPrefix | WordPattern | WordFuzzy) -> Callable[[str], bool]:
    """Whether a token fits."""
    match sought:
        case WordPrefix(_, prefix):
            return lambda token: token.startswith(prefix)
        case WordPattern(_, pattern):
            whole = re.compile(fnmatch.translate(pattern))  # of letters, digits, dots: no other sign of fnmatch's
            return lambda token: whole.match(token) is not None
        case WordFuzzy(_, word, most):
            return lambda token: token[0] == word[0] and OSA.distance(token, word, score_cutoff=most) <= most


def _joined(parts: list[PlacedToken], number: int) -> Iterator[Mark]:
    """The marks of a phrase: one, unless its words stand far apart."""
    start = parts[0].start
    for part, following in pairwise([*parts, None]):
        assert part is not None
        if following is None or following.start - part.end > _WIDEST_GAP:
            yield Mark(start, part.end, number)
            start = following.start if following else start
