"""From text to the tokens that are searched: made here once, the same for every store.

A store gets tokens with one space between them and does nothing but split at the space. So both find the same
documents, whichever analyzers a server happens to have.

- Compatibility forms, case, accents and look-alike letters are folded: ``Ⓧᴀɴⓐx`` reads ``xanax``.
- A word is letters and digits; a dot or comma between digits stays, as a dot: ``3,5`` reads ``3.5``.
- Words that a hyphen or underscore joins are a compound. Its parts are tokens in their place, so that phrases do not
  depend on hyphens; and the whole is a token of its own, glued, after the text: ``5-MeO-DMT`` reads ``5 meo dmt`` and
  ``5meodmt``. So the query ``2c-b`` finds 2C-B, 2c b and 2CB, and not 2C-E.
- The base64 of PGP armour is left out: keys are searched by their fingerprint.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

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


@dataclass(frozen=True, slots=True)
class Compound:
    """A word of a text: its parts, and what they read glued together (the word itself when it has one part)."""

    parts: tuple[str, ...]

    @property
    def glued(self) -> str:
        """The token of the whole."""
        return "".join(self.parts)[:_LONGEST_TOKEN]


def fold(text: str) -> str:
    """A text in the form in which it is compared: case, accents, compatibility forms and look-alikes folded."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    if decomposed.isascii():
        return decomposed.lower()
    kept = [letter for letter in decomposed if unicodedata.category(letter) not in {"Mn", "Me", "Cf", "Cs", "Co"}]
    return "".join(kept).translate(_look_alikes()).translate(_DASHES).lower()


def compounds(text: str) -> list[Compound]:
    """The words of a text, in order."""
    folded = fold(text[:_LONGEST_TEXT].translate(_APOSTROPHES))
    return [
        Compound(tuple(part.replace(",", ".")[:_LONGEST_TOKEN] for part in _PART.findall(word)))
        for word in _COMPOUND.findall(folded)
    ]


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
        words = compounds(_without_armour(text[:_LONGEST_TEXT]))
        if prepared and words:
            prepared.append(BARRIER)
        for word in words:
            prepared.extend(word.parts)
            if len(word.parts) > 1:
                glued.setdefault(word.glued)
    for token in glued:
        prepared += [BARRIER, token]
    return " ".join(prepared)


def _without_armour(text: str) -> str:
    kept: list[str] = []
    place = 0
    while (begin := text.find(_ARMOUR_BEGINS, place)) >= 0 and (end := text.find(_ARMOUR_ENDS, begin)) >= 0:
        # Prose that somebody hides in a block is still found: only the base64 goes.
        kept += [text[place:begin], _ARMOURED.sub(" ", text[begin:end])]
        place = end
    return "".join([*kept, text[place:]])


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
