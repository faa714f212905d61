"""Handles compared: how a name is written, what it looks like, and what stays without what sellers add to it.

Handles are hostile: any script, any sign, any length. Nothing here raises for any text.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from index.analysis import fold

__all__ = ["FEWEST_LETTERS", "normal_handle", "root", "similarity", "skeleton"]

# No market lets a name be longer; what is longer is cut, so that comparing stays cheap.
_LONGEST = 100
# An account's handle is asked for again and again while the account is read.
_KEPT = 4096
FEWEST_LETTERS = 4
"""A root keeps so many letters: of less, names of different sellers fall together."""

_AFFIXES_FILE = Path(__file__).parent / "handle_affixes.yaml"
# Characters that show nothing: controls, format characters such as joiners, halves of characters.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})

# Signs that stand for letters. A digit does where letters are around it; l and i, and what looks like them, are one.
_SIGNS = str.maketrans("@$€", "ase")
_STROKE = re.compile(r"(?<=[^\W_])[!|](?=[^\W_])")
_DIGITS = str.maketrans("0134578", "oieastb")
_DIGIT_RUN = re.compile(r"\d+")
_APART = r"[\W_]+"
_REPEATED = re.compile(r"([^\W\d_])\1+")
# Two letters that look like one.
_PAIRS = (("vv", "w"), ("rn", "m"))
# What a letter of an affix may be written as.
_WRITTEN = {"o": "o0", "i": "il1!|", "l": "il1!|", "e": "e3€", "a": "a4@", "s": "s5$", "t": "t7", "b": "b8"}
_VERSION = re.compile(r"(?<=[^\W\d_])(?:[\W_]*v(?:er)?[\W_]*(?=\d))?[\W_]*\d+(?:[\W_]+\d+)*[\W_]*$")
_LEADING_NUMBER = re.compile(r"^[\W_]*\d+[\W_]*(?=[^\W\d_])")
_DECORATED = re.compile(r"^[\W_]*(?:x{2,3}|x[\W_]+)(?=[^\W_])(.+?)(?:x{2,3}|[\W_]+x)[\W_]*$")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


@lru_cache(maxsize=_KEPT)
def normal_handle(handle: str) -> str:
    """A handle in the form in which markets tell two apart: compatibility forms and case folded, single spaces.

    Nothing when it has no character that shows. The same again for what it gives.
    """
    form = handle[:_LONGEST]
    while True:
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", form).casefold())
        seen = "".join(one for one in folded if one.isspace() or unicodedata.category(one) not in _UNSEEN)
        folded = " ".join(seen.split())[:_LONGEST].rstrip()
        if folded == form:
            return form
        form = folded


@lru_cache(maxsize=_KEPT)
def skeleton(handle: str) -> str:
    """What a handle looks like: names that a hurried eye takes for one have one skeleton.

    Look-alike letters of other scripts and accents (`index.analysis.fold`), digits and signs that stand for letters,
    separators and repeated letters are folded, and so are i, l and 1, "rn" and m, "vv" and w, in the manner of the
    skeletons of Unicode Technical Standard 39, section 4. A number of two digits or more at an end stays a number. The
    same again for what it gives. A handle without letters and digits is its own skeleton.
    """
    folded = fold(normal_handle(handle))
    form = re.sub(_APART, "", _STROKE.sub("i", folded.translate(_SIGNS)))
    if not form:
        return "".join(folded.split())
    return _settled(form)


@lru_cache(maxsize=_KEPT)
def root(handle: str) -> str:
    """The skeleton of a handle without what sellers and their copies add: "the", "official", a country, a number.

    Never fewer than `FEWEST_LETTERS` letters, unless the handle has fewer, and never an ordinary word that it was made
    of: "user501" stays. The same again for what it gives.
    """
    form = fold(normal_handle(handle))
    while True:
        bare = skeleton(_stripped(form))
        if bare == form:
            return form
        form = bare


def similarity(a: str, b: str) -> float:
    """How alike two handles look, from 0 to 1 for one skeleton; the same in either order.

    The mean of the Jaro-Winkler similarity, which forgives endings, and of the share of letters that need no edit
    (Damerau and Levenshtein), which does not.
    """
    first, second = sorted((skeleton(a), skeleton(b)))
    if not first or not second:
        return 0.0
    edits = DamerauLevenshtein.normalized_similarity(first, second)
    return (JaroWinkler.similarity(first, second) + edits) / 2


def _settled(form: str) -> str:
    """Letters and digits with all that looks alike folded, as often as that makes more look alike."""
    while True:
        folded = _DIGIT_RUN.sub(_as_letters, form).replace("l", "i")
        for pair, letter in _PAIRS:
            folded = folded.replace(pair, letter)
        single = _REPEATED.sub(r"\1", folded)
        folded = single if len(single) >= FEWEST_LETTERS else folded
        if folded == form:
            return form
        form = folded


def _as_letters(run: re.Match[str]) -> str:
    """Digits as the letters that they stand for: between letters, and alone at an end of them."""
    text, (start, end) = run.string, run.span()
    inside = start > 0 and end < len(text)
    alone = end - start == 1 and len(text) > 1
    return run[0].translate(_DIGITS) if inside or alone else run[0]


def _stripped(form: str) -> str:
    """A folded handle without affixes, as long as a name stays."""
    while True:
        shorter = next((bare for bare in _shorter(form) if bare != form and _is_name(bare)), None)
        if shorter is None:
            return form
        form = shorter


def _shorter(form: str) -> Iterable[str]:
    """What a handle may be without one thing that was added to it."""
    yield _EDGES.sub("", form)
    yield _DECORATED.sub(r"\1", form)
    yield from (pattern.sub("", form) for pattern in _affixes())
    if not _is_spelled_with_digits(form):
        yield _VERSION.sub("", form)
        yield _LEADING_NUMBER.sub("", form)


def _is_spelled_with_digits(form: str) -> bool:
    """Whether a digit between letters stands for one, so that one at the end does too: "c0ca1n3"."""
    return re.search(r"[^\W\d_][0134578]+[^\W\d_].*(?<!\d)\d$", form) is not None


def _is_name(form: str) -> bool:
    """Whether a handle has letters enough to the eye, and is more than an ordinary word."""
    looks = skeleton(form)
    return sum(one.isalpha() for one in looks) >= FEWEST_LETTERS and looks not in _ordinary()


class _Affixes(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    anywhere: list[str]
    apart: list[str]


class _AffixesFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    sources: list[str]
    suffixes: _Affixes
    prefixes: _Affixes
    ordinary: list[str]


@cache
def _file() -> _AffixesFile:
    return _AffixesFile.model_validate(yaml.safe_load(_AFFIXES_FILE.read_text(encoding="utf-8")))


@cache
def _ordinary() -> frozenset[str]:
    """The skeletons of words that are no name."""
    return frozenset(map(skeleton, _file().ordinary))


@cache
def _affixes() -> tuple[re.Pattern[str], ...]:
    """What is cut, in order: what is parted from the name before what runs on from it."""
    file = _file()
    suffixes = _any_of([*file.suffixes.apart, *file.suffixes.anywhere])
    prefixes = _any_of([*file.prefixes.apart, *file.prefixes.anywhere])
    return (
        re.compile(rf"{_APART}{suffixes}$"),
        re.compile(rf"^{prefixes}{_APART}"),
        re.compile(rf"{_any_of(file.suffixes.anywhere)}$"),
        re.compile(rf"^{_any_of(file.prefixes.anywhere)}"),
    )


def _any_of(words: list[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(map(_written, longest_first))})"


def _written(word: str) -> str:
    """A pattern for a word whose letters may be digits or signs, and repeated."""
    single = re.sub(r"(.)\1", r"\1", word)
    return "".join(f"[{re.escape(_WRITTEN.get(letter, letter))}]+" for letter in single)
