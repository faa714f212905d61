"""Where the sentences of vendors' prose end, and where a clause within one begins that says something else.

Vendors write without much grammar: a line, a bullet or a bar ends a sentence as a full stop does, and a new thought
begins at "but", "if", "please" or their like.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple, cast

from spacy.tokens import Doc

from extractors.findings import prose, prose_pieces
from extractors.words import Piece

__all__ = ["Clauses", "Span", "clauses_of"]

_STOP = re.compile(
    r"[.!?\u2026;]{1,40}(?=\s)|[\n|\u2022\u2605\u2606\u2714\u2713\u25ba\u25cf\u25aa\u25a0\u2666\u2b50*]|[!?]{1,40}"
)
# Dots that lead the eye to a number: "EU ....... 3-6 days".
_LEADER = re.compile(r"[.\u2026]{3,40}|\u2026")
_DIGIT_FOLLOWS = re.compile(r"\s{1,4}\d")
# After these a full stop is no end.
_ABBREVIATIONS = ("max", "min", "ca", "approx", "est", "incl", "excl", "int", "mass", "z.b", "e.g", "i.e", "usw", "env")
_LONGEST_ABBREVIATION = 8
# "Tracking No. 12", which is no answer.
_NUMBERED = ("cking no", "acking nr")
_NEW_THOUGHT = frozenset(
    {
        "but", "if", "when", "once", "unless", "otherwise", "please", "pls", "plz", "however", "because", "although",
        "therefore", "falls", "sobald", "aber", "bitte", "sonst", "wenn", "sollte", "mais", "sinon", "pero", "maar",
        "als", "alsjeblieft", "altrimenti", "если", "но", "пожалуиста",
    }
)  # fmt: skip
# After a comma these begin a clause with its own subject.
_AFTER_COMMA = frozenset(
    {"and", "so", "then", "we", "you", "your", "i", "und", "wir", "et", "nous", "y", "en", "e", "nos", "и"}
)
_KEY = "nightpost_clauses"


class Span(NamedTuple):
    """From a character to the one after the last."""

    start: int
    end: int


class Clauses:
    """The sentences and clauses of one text."""

    def __init__(self, text: str, words: Sequence[Piece]) -> None:
        """Cut a text, of which the pieces are given."""
        stops = [(one.start(), one.end()) for one in _STOP.finditer(text) if not _goes_on(text, one)]
        self._starts = sorted({0, *(end for _, end in stops)})
        self._ends = sorted({*(start for start, _ in stops), len(text)})
        thoughts = {
            word.start
            for word in words
            if word.text in _NEW_THOUGHT
            or (word.text in _AFTER_COMMA and text[max(0, word.start - 2) : word.start] == ", ")
        }
        self._clause_starts = sorted({*self._starts, *thoughts})
        self._clause_ends = sorted({*self._ends, *thoughts})

    def sentence(self, place: int) -> Span:
        """The sentence around a character."""
        return _around(self._starts, self._ends, place)

    def clause(self, place: int) -> Span:
        """The clause around a character."""
        return _around(self._clause_starts, self._clause_ends, place)


def clauses_of(doc: Doc) -> Clauses:
    """The clauses of the prose of a Doc, cut once for all components."""
    text = prose(doc)
    known = cast("tuple[str, Clauses] | None", doc.user_data.get(_KEY))
    if known is None or known[0] is not text:
        known = (text, Clauses(text, prose_pieces(doc)))
        doc.user_data[_KEY] = known
    return known[1]


def _goes_on(text: str, stop: re.Match[str]) -> bool:
    """Whether a sentence goes on after a full stop: "max. 14 days", and between capitals and digits."""
    if _LEADER.fullmatch(stop.group()):
        return _DIGIT_FOLLOWS.match(text, stop.end()) is not None
    if stop.group() != ".":
        return False
    before = text[max(0, stop.start() - _LONGEST_ABBREVIATION) : stop.start()]
    last = before.split()[-1:] or [""]
    if before.lower().endswith(_NUMBERED):
        return True
    if last[0].strip("([").lower() in _ABBREVIATIONS:
        return True
    return _DIGIT_FOLLOWS.match(text, stop.end()) is not None and not (last[0][-3:].islower() and len(last[0]) > 2)


def _around(starts: list[int], ends: list[int], place: int) -> Span:
    start = starts[max(0, bisect_right(starts, place) - 1)]
    end = ends[min(bisect_right(ends, place), len(ends) - 1)]
    return Span(start, max(end, start))
