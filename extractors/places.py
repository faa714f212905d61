"""Places named in running text, by the names of `extractors.countries` and the codes of ``place_words.yaml``.

That a place is named says nothing of parcels yet: `extractors.components.shipping` judges what stands around it.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from extractors.countries import city_names, nationality_names, place_names
from extractors.lexicon_files import read_words
from extractors.words import Piece, fold

__all__ = ["Place", "PlaceKind", "PlaceWords", "find_places", "joined_words", "load_place_words"]

PlaceKind = Literal["name", "code", "small", "weak", "doubtful", "nationality", "city"]

_WORDS_FILE = Path(__file__).parent / "place_words.yaml"
_LONGEST = 6
_JOINTS = frozenset({" ", "-", ". ", ".", "  ", "'", "\u2019", " & ", "/"})
# Two regional indicators are the flag of a code; a globe is the world.
_FLAG = re.compile("([\U0001f1e6-\U0001f1ff])([\U0001f1e6-\U0001f1ff])")
_GLOBE = re.compile("[\U0001f30d-\U0001f310\U0001f5fa]")
_AFTER_WORD = re.compile(
    r"[\s_-]{0,3}(?:to\b|2(?!\d)|[-=>\u2192/,&)\]]|only|domestic|vendor|seller|stock|based)", re.IGNORECASE
)
_CAN = re.compile(r"\bcan\s?(?:to|2|->?|>)\s?can\b", re.IGNORECASE)
_BEFORE_WORD = re.compile(r"(?:\bto|2|>|-|\u2192|[/,&])\s?\Z", re.IGNORECASE)
_INDICATOR_A = 0x1F1E6
_INDICATORS = re.compile("[\U0001f1e6-\U0001f1ff\U0001f30d-\U0001f310\U0001f5fa]")
# A code between capitals that are left of a damaged encoding ("\xc4UK TO UK\xc4").
_STRAYED = re.compile("(?<![^\\W_])([\xc0-\xdf]{0,4})([A-Z]{2,3})([\xc0-\xdf]{0,4})(?![^\\W_])")


class PlaceWords(BaseModel):
    """``place_words.yaml``.

    Attributes:
        sources: where the words come from.
        codes: codes that are places when in capitals.
        small: those of them that are places in small letters too.
        words: those of `small` that are words: places only before "to", "domestic" and the like.
        weak: codes that are words as well ("IT", "BE", "CAN"): places only among others, or after "from" and "to".
        doubtful: names that are words, or names of goods.
        joined: codes that are written together with a word of shipping ("EUshipping").
        joined_words: those words.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str]
    codes: dict[str, str]
    small: frozenset[str]
    words: frozenset[str]
    weak: dict[str, str]
    doubtful: frozenset[str]
    joined: list[str]
    joined_words: list[str]


class Place(NamedTuple):
    """A place in a text: its characters, its codes, and how it is written.

    ``kind`` is ``name``, ``code`` (or a flag), ``small`` (a code in small letters), ``weak`` (capitals that may be a
    word), ``doubtful`` (a name that may be a word), ``nationality`` ("Dutch") or ``city``.
    """

    start: int
    end: int
    codes: tuple[str, ...]
    kind: PlaceKind
    name: str

    @property
    def is_region(self) -> bool:
        """Whether it stands for several countries ("Scandinavia")."""
        return len(self.codes) > 1


@cache
def load_place_words() -> PlaceWords:
    """The codes and doubtful names of the package."""
    return read_words(_WORDS_FILE, PlaceWords)


class _Tables(NamedTuple):
    names: Mapping[str, tuple[tuple[str, ...], PlaceKind]]
    prefixes: frozenset[str]
    codes: Mapping[str, tuple[str, PlaceKind]]
    small: Mapping[str, str]
    words: frozenset[str]
    joined: Mapping[str, tuple[tuple[int, int, str], ...]]
    openings: frozenset[str]


@cache
def _tables() -> _Tables:
    words = load_place_words()
    names: dict[str, tuple[tuple[str, ...], PlaceKind]] = {}
    for found, kind in (
        (nationality_names(), "nationality"),
        (city_names(), "city"),
        (place_names(), "name"),
    ):
        for name, codes in found.items():
            parts = name.split()
            # "US domestic" and "worldwide shipping" are a place and a word of shipping here.
            is_plain = len(parts) == 1 or parts[-1] not in {"domestic", "shipping"}
            if is_plain and len(parts) <= _LONGEST and "," not in name:
                names[name] = (codes, _kind_of(name, kind, words))
    prefixes = {" ".join(name.split()[:length]) for name in names for length in range(1, _LONGEST + 1)}
    written: dict[str, tuple[str, PlaceKind]] = {code: (country, "code") for code, country in words.codes.items()}
    written |= {code: (country, "weak") for code, country in words.weak.items()}
    small = {code: (words.codes | words.weak)[code.upper()] for code in words.small}
    joined = _joined(words)
    openings = prefixes | {code.lower() for code in written} | joined.keys()
    return _Tables(names, frozenset(prefixes), written, small, words.words, joined, frozenset(openings))


def _kind_of(name: str, kind: str, words: PlaceWords) -> PlaceKind:
    if name in words.doubtful:
        return "doubtful"
    if kind == "name":
        return "code" if len(name) <= 3 else "name"
    return "city" if kind == "city" else "nationality"


def _joined(words: PlaceWords) -> dict[str, tuple[tuple[int, int, str], ...]]:
    """Words in which a place is written together with a word of shipping or another place, and where it stands."""
    joined: dict[str, tuple[tuple[int, int, str], ...]] = {}
    for code in words.joined:
        place = (0, len(code), words.codes[code.upper()])
        joined |= {code + word: (place,) for word in words.joined_words}
        for other in words.joined:
            begin = len(code) + 2
            joined[f"{code}to{other}"] = (place, (begin, begin + len(other), words.codes[other.upper()]))
    return joined


def joined_words() -> frozenset[str]:
    """Words in which a place is written together with a word of shipping or with another place."""
    return frozenset(_tables().joined)


def find_places(text: str, words: Sequence[Piece]) -> list[Place]:
    """The places in a text, the longest name at each, in order.

    Args:
        text: the text.
        words: its pieces.
    """
    tables = _tables()
    openings = tables.openings
    found: list[Place] = []
    done = 0
    for at in [at for at, word in enumerate(words) if word.text in openings]:
        if at >= done:
            here, done = _at(text, words, at, tables)
            found += here
    if text.isascii():
        return found
    return sorted([*found, *_strayed(text, tables), *_pictures(text)])


def _at(text: str, words: Sequence[Piece], at: int, tables: _Tables) -> tuple[list[Place], int]:
    """The places that begin at a piece, and the piece after them."""
    word = words[at]
    if word.text in tables.prefixes and (found := _longest(text, words, at, tables)):
        return [found[0]], found[1]
    written = text[word.start : word.end]
    code = tables.codes.get(written)
    if code:
        return [Place(word.start, word.end, (code[0],), code[1], word.text)], at + 1
    if word.text in tables.small and (word.text not in tables.words or _in_company(text, word)):
        return [Place(word.start, word.end, (tables.small[word.text],), "small", word.text)], at + 1
    parts = tables.joined.get(word.text, ()) if word.end - word.start == len(word.text) else ()
    return [
        Place(word.start + start, word.start + end, (country,), "code", word.text[start:end])
        for start, end, country in parts
    ], at + 1


def _in_company(text: str, word: Piece) -> bool:
    """Whether something beside "us" or "can" may make it a place."""
    if word.text == "can":
        return bool(_CAN.search(text, max(0, word.start - 9), word.end + 9))
    before = _BEFORE_WORD.search(text, max(0, word.start - 6), word.start)
    return bool(before or _AFTER_WORD.match(text, word.end, word.end + 16))


def _longest(text: str, words: Sequence[Piece], first: int, tables: _Tables) -> tuple[Place, int] | None:
    best = None
    name = words[first].text
    last = first + 1
    while name in tables.prefixes:
        known = tables.names.get(name)
        if known:
            start, end = words[first].start, words[last - 1].end
            kind = known[1]
            if kind == "code" and not text[start:end].isupper():
                kind = "small"
            best = Place(start, end, known[0], kind, name), last
        if last == len(words) or text[words[last - 1].end : words[last].start] not in _JOINTS:
            break
        name = f"{name} {words[last].text}"
        last += 1
    return best


def _strayed(text: str, tables: _Tables) -> list[Place]:
    """Codes with capitals of a damaged encoding at their ends."""
    found = []
    for one in _STRAYED.finditer(text):
        code = tables.codes.get(one[2])
        # What stands alone is found as every other word; folded, capitals at its end may make it another word.
        if code and code[1] == "code" and (one[1] or one[3]) and fold(one[0]) not in tables.openings:
            found.append(Place(one.start(2), one.end(2), (code[0],), "code", one[2].lower()))
    return found


def _pictures(text: str) -> list[Place]:
    """Flags and globes."""
    if not _INDICATORS.search(text):
        return []
    known = {code for codes in place_names().values() for code in codes}
    found = []
    for flag in _FLAG.finditer(text):
        code = "".join(chr(ord(letter) - _INDICATOR_A + ord("A")) for letter in flag.groups())
        code = "GB" if code == "UK" else code
        if code in known:
            found.append(Place(flag.start(), flag.end(), (code,), "code", code.lower()))
    return [*found, *(Place(one.start(), one.end(), ("WW",), "doubtful", "ww") for one in _GLOBE.finditer(text))]
