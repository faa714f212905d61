"""From text to the tokens that are searched: made here once, the same for every store.

A store gets tokens with one space between them and does nothing but split at the space. So both find the same
documents, whichever analyzers a server happens to have.

- Compatibility forms, case, accents and look-alike letters are folded: ``Ⓧᴀɴⓐx`` reads ``xanax``.
- A word is letters and digits; a dot or comma between digits stays, as a dot: ``3,5`` reads ``3.5``.
- Words that a hyphen or underscore joins are a compound. Its parts are tokens in their place, so that phrases do not
  depend on hyphens; and the whole is a token of its own, glued, after the text: ``5-MeO-DMT`` reads ``5 meo dmt`` and
  ``5meodmt``. So the query ``2c-b`` finds 2C-B, 2c b and 2CB, and not 2C-E.
- The base64 of PGP armour is left out: keys are searched by their fingerprint.

Folding changes the length of a text. `placed_compounds` tells for each token where it stands in the text as it was
written, so that what was found can be shown there.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

# A token that no text and no query can hold: it keeps a phrase from running over the end of one text into the next.
BARRIER = "\u241e"

# Elasticsearch's whitespace tokenizer cuts a token after 255 UTF-16 units, SQLite's never: so both get shorter ones.
_LONGEST_TOKEN = 120
# A page may be many megabytes; no text that a person wrote is longer than this.
_LONGEST_TEXT = 500_000
_LOOK_ALIKES_FILE = Path(__file__).parent / "look_alikes.tsv"

_ARMOUR_BEGINS = "-----BEGIN PGP "
_ARMOUR_ENDS = "-----END PGP "
# The lines of armour are 64 or 76 characters; a page may have run them together, or cut them at other places.
_ARMOURED = re.compile(r"[A-Za-z0-9+/=]{30,}")
_WORD = r"[^\W_]+(?:(?<=\d)[.,](?=\d)[^\W_]+)*"
_COMPOUND = re.compile(rf"{_WORD}(?:[-_]{_WORD})*")
_PART = re.compile(_WORD)
# Hyphens and dashes of every kind that stands between letters (Unicode category Pd, and the minus sign).
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe58\ufe63\uff0d"), "-")
_APOSTROPHES = dict.fromkeys(map(ord, "'\u2019\u02bc`\u00b4"), None)
# Accents that follow each other are put in order one by one, in quadratic time: no script needs more than 30 (the
# Stream-Safe Text Format of Unicode Annex 15). Two letters (Japanese, of half width) read as accents.
_MOST_ACCENTS = 30
_ACCENTS = re.compile(rf"(?:[^\w\x00-\x7f]|[\uff9e\uff9f]){{{_MOST_ACCENTS + 1},}}")
# Letters besides marks that melt into the one before: vowels and finals of Hangul, and of Kirat Rai (Unicode 16).
_MELTING = re.compile("[\u1160-\u11ff\U00016d67\U00016d68]")

# A letter with so many marks is folded once and remembered.
_LONGEST_KEPT = 8


@dataclass(frozen=True, slots=True)
class Compound:
    """A word of a text: its parts, and what they read glued together (the word itself when it has one part)."""

    parts: tuple[str, ...]

    @property
    def glued(self) -> str:
        """The token of the whole."""
        return "".join(self.parts)[:_LONGEST_TOKEN]


class PlacedToken(NamedTuple):
    """A token and where it stands: from ``start`` up to ``end``, in characters of the text as it was written."""

    token: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PlacedCompound:
    """A word of a text and where its parts stand."""

    parts: tuple[PlacedToken, ...]

    @property
    def glued(self) -> PlacedToken:
        """The token of the whole, from the first part to the last."""
        whole = Compound(tuple(part.token for part in self.parts))
        return PlacedToken(whole.glued, self.parts[0].start, self.parts[-1].end)


def fold(text: str) -> str:
    """A text in the form in which it is compared: case, accents, compatibility forms and look-alikes folded."""
    if text.isascii():
        return text.lower()
    text = _ACCENTS.sub(_few_accents, text)
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    if decomposed.isascii():
        return decomposed.lower()
    kept = [letter for letter in decomposed if unicodedata.category(letter) not in {"Mn", "Me", "Cf", "Cs", "Co"}]
    return "".join(kept).translate(_look_alikes()).translate(_DASHES).lower()


def _few_accents(run: re.Match[str]) -> str:
    kept: list[str] = []
    accents = 0
    for letter in run[0]:
        accents = accents + 1 if unicodedata.combining(unicodedata.normalize("NFKD", letter)[0]) else 0
        if accents <= _MOST_ACCENTS:
            kept.append(letter)
    return "".join(kept)


def compounds(text: str) -> list[Compound]:
    """The words of a text, in order."""
    folded = fold(text[:_LONGEST_TEXT].translate(_APOSTROPHES))
    return [Compound(tuple(map(_token, _PART.findall(word)))) for word in _COMPOUND.findall(folded)]


def _token(part: str) -> str:
    return part.replace(",", ".")[:_LONGEST_TOKEN]


def placed_compounds(text: str) -> list[PlacedCompound]:
    """The words of a text, in order, with their places: those of `compounds`."""
    folded = _Folded(text[:_LONGEST_TEXT])
    return [
        PlacedCompound(
            tuple(
                PlacedToken(_token(part[0]), *folded.place(part.start(), part.end()))
                for part in _PART.finditer(folded.text, *word.span())
            )
        )
        for word in _COMPOUND.finditer(folded.text)
    ]


def tokens_with_places(text: str) -> list[PlacedToken]:
    """The tokens of a text in order, without the glued ones, with their places: those of `tokens`."""
    return [part for word in placed_compounds(text) for part in word.parts]


class _Folded:
    """A folded text that remembers, for each of its letters, which letters of the written text it was made of."""

    def __init__(self, written: str) -> None:
        self._kept: list[int] | None = None
        if any(chr(apostrophe) in written for apostrophe in _APOSTROPHES):
            self._kept = [place for place, letter in enumerate(written) if ord(letter) not in _APOSTROPHES]
            written = written.translate(_APOSTROPHES)
        self._starts: list[int] | None = None
        if written.isascii():
            self.text = written.lower()
            return
        clusters = _clusters(written)
        folded = [(fold if len(cluster) > _LONGEST_KEPT else _fold_short)(cluster) for cluster in clusters]
        self.text = "".join(folded)
        before = accumulate(map(len, clusters), initial=0)
        self._starts, self._ends = [], []
        for start, cluster, letters in zip(before, clusters, folded, strict=False):
            self._starts += [start] * len(letters)
            self._ends += [start + len(cluster)] * len(letters)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where the letters from ``start`` up to ``end`` stand in the written text."""
        if self._starts is not None:
            start, end = self._starts[start], self._ends[end - 1]
        if self._kept is not None:
            start, end = self._kept[start], self._kept[end - 1] + 1
        return start, end


def _clusters(text: str) -> list[str]:
    """A text in letters with their marks, each of which is folded alone as it is among the others."""
    melting = {letter for letter in set(text) if not letter.isascii() and _melts(letter)}
    if not melting:
        return list(text)
    marks = "".join(map(re.escape, melting))
    return re.findall(rf"(?s:.)[{marks}]*", text)


@lru_cache(maxsize=10_000)
def _melts(letter: str) -> bool:
    first = unicodedata.normalize("NFKD", letter)[0]
    return unicodedata.category(first).startswith("M") or _MELTING.match(first) is not None


@lru_cache(maxsize=10_000)
def _fold_short(cluster: str) -> str:
    return fold(cluster)


def tokens(text: str) -> list[str]:
    """The tokens of a text in order, without the glued ones: what a phrase is made of."""
    return [part for word in compounds(text) for part in word.parts]


def prepare(texts: Iterable[str | None]) -> str:
    """Several texts as the one string that a store splits at its spaces."""
    prepared: list[str] = []
    glued: dict[str, None] = {}
    for text in texts:
        if not text:
            continue
        words = compounds(without_armour(text[:_LONGEST_TEXT]))
        if prepared and words:
            prepared.append(BARRIER)
        for word in words:
            prepared.extend(word.parts)
            if len(word.parts) > 1:
                glued.setdefault(word.glued)
    for token in glued:
        prepared += [BARRIER, token]
    return " ".join(prepared)


def without_armour(text: str) -> str:
    """The text with blanks in place of the base64 of PGP armour: every other character stays where it is."""
    kept: list[str] = []
    place = 0
    while (begin := text.find(_ARMOUR_BEGINS, place)) >= 0 and (end := text.find(_ARMOUR_ENDS, begin)) >= 0:
        # Prose that somebody hides in a block is still found: only the base64 goes.
        kept += [text[place:begin], _ARMOURED.sub(_blank, text[begin:end])]
        place = end
    return "".join([*kept, text[place:]])


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


@cache
def _look_alikes() -> dict[int, str]:
    table: dict[int, str] = {}
    for line in _LOOK_ALIKES_FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            letter, reading = line.split("\t")
            table[ord(letter)] = reading
    # Letters in circles and squares, which have no compatibility form: three alphabets of 26 (Unicode 5.2 and 6.0).
    for start in (0x1F150, 0x1F170, 0x1F1E6):
        table.update({start + place: chr(ord("a") + place) for place in range(26)})
    return table
