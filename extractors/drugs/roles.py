"""In which role a substance is named: offered, or compared with, denied, spoken of, quoted, or there only to be found.

The words that decide are in ``lexicons/roles.yaml``. A cue counts for every name of a list: in "we do not
sell cocaine, heroin or meth" all three are denied.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from extractors.lexicon_files import read_words
from extractors.phrases import one_of
from extractors.words import Piece, pieces

__all__ = ["DrugRoles", "Role", "load_drug_roles"]

Role = Literal["offered", "compared", "negated", "subject", "quoted", "keyword"]

# What ends a phrase; inside a list, a comma, a slash and a bracket do not.
_ENDS = frozenset(".!?;:|\n*•")
_APART = frozenset(".!?;:|\n,*()[]•\u2013")
_JOINING = frozenset({"and", "&", "or", "/", "nor", "und", "oder", "et", "ou", "y", "e", "en", "of"})
# "don't" is two pieces; what is left of it, and how it is written without the mark, deny as "not" does.
_NOT = frozenset({"t", "nt", "dont", "doesnt", "wont", "cant", "cannot", "isnt", "arent", "don\u00b4t"})
_SUFFIXES: dict[str, Role] = {"free": "negated", "like": "compared"}
# What is between two names of a row: a mark or "and", but no number and no bracket that opens.
_WIDEST_GAP = 6
_RUN_ENDS = re.compile(r"[\d\n(\[{:]")
_LONGEST_CUE = 6
_FARTHEST = 24
# So many names in a row, with nothing said of any, are no offer when something else is offered with an amount.
_MANY_NAMES = 5
_HEADING = 40
# A quotation of so many spaces is a sentence; a shorter one is a name.
_SENTENCE = 4
_QUOTED = re.compile(r"[\"\u201c\u201e\xab][^\"\u201c\u201d\u201e\xab\xbb\n]{15,400}[\"\u201d\u201c\xbb]")


class _Cues(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    before: list[str]
    after: list[str]


class _RoleWords(BaseModel):
    """``roles.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str]
    compared: _Cues
    negated: _Cues
    subject: _Cues
    fillers: frozenset[str]
    keyword_headings: list[str]
    quoted_headings: list[str]


class _Table:
    """Cues by the word that is beside the name, the longest first."""

    def __init__(self, cues: Iterable[tuple[str, Role]], *, end: int) -> None:
        self._end = end
        self._cues: dict[str, list[tuple[tuple[str, ...], Role]]] = {}
        for cue, role in cues:
            words = tuple(piece.text for piece in pieces(cue))
            self._cues.setdefault(words[end], []).append((words, role))
        for found in self._cues.values():
            found.sort(key=lambda one: -len(one[0]))

    def role(self, words: Sequence[str]) -> Role | None:
        """The role that the words at one side of a name give it."""
        for cue, role in self._cues.get(words[self._end], ()) if words else ():
            beside = tuple(words[-len(cue) :] if self._end else words[: len(cue)])
            if beside == cue:
                return role
        return None


class DrugRoles:
    """Tells the role of names; takes the words that decide."""

    def __init__(self, words: _RoleWords) -> None:
        cues: list[tuple[Role, _Cues]] = [
            ("compared", words.compared), ("negated", words.negated), ("subject", words.subject),
        ]  # fmt: skip
        self._before = _Table([(cue, role) for role, group in cues for cue in group.before], end=-1)
        self._after = _Table([(cue, role) for role, group in cues for cue in group.after], end=0)
        self._fillers = words.fillers
        self._keywords = _heading(words.keyword_headings)
        self._quoting = _heading(words.quoted_headings)

    def roles(self, text: str, words: Sequence[Piece], names: Sequence[tuple[int, int]]) -> list[Role]:
        """The role of each name.

        Args:
            text: the text.
            words: its pieces.
            names: first and last (not included) piece of each name, in order of place.
        """
        named = {place for first, last in names for place in range(first, last)}
        roles = [self._role(text, words, first, last, named) for first, last in names]
        if len(names) > 1:
            self._share(text, words, names, roles)
        if len(text) > _HEADING:
            self._mark_quoted(text, words, names, roles)
        return roles

    def _role(self, text: str, words: Sequence[Piece], first: int, last: int, named: set[int]) -> Role:
        before = self._words_before(text, words, first, named)
        role = self._before.role(before)
        while role is None and before and before[-1] in self._fillers:
            before = before[:-1]
            role = self._before.role(before)
        if role is not None:
            return role
        after = _words_after(text, words, last)
        if after and after[0] in _SUFFIXES and text[words[last - 1].end : words[last].start] == "-":
            return _SUFFIXES[after[0]]
        return self._after.role(after) or "offered"

    def _words_before(self, text: str, words: Sequence[Piece], first: int, named: set[int]) -> list[str]:
        """The words of the phrase before a name, or before the list of names that it goes on."""
        found: list[str] = []
        in_list = True
        for place in range(first - 1, max(-1, first - 1 - _FARTHEST), -1):
            gap = text[words[place].end : words[place + 1].start]
            is_name = place in named
            if not _ENDS.isdisjoint(gap) or not (in_list if is_name else not _is_apart(gap)):
                break
            if is_name:
                found.clear()
                continue
            found.append("not" if words[place].text in _NOT else words[place].text)
            in_list = in_list and words[place].text in self._fillers
            if len(found) >= _LONGEST_CUE:
                break
        return found[::-1]

    def _share(self, text: str, words: Sequence[Piece], names: Sequence[tuple[int, int]], roles: list[Role]) -> None:
        """Give what is said after "X and Y" to X too; and tell names that are there only to be found."""
        after: Role | None = None
        for place in range(len(names) - 1, -1, -1):
            said = self._after.role(_words_after(text, words, names[place][1]))
            gap = text[words[names[place][1] - 1].end : words[names[place + 1][0]].start] if after else ""
            after = said or (after if after and gap.strip().lower() in _JOINING else None)
            if roles[place] == "offered" and after:
                roles[place] = after
        for first, last in _runs(text, words, names):
            start = words[names[first][0]].start
            many = last - first >= _MANY_NAMES
            if self._keywords.search(text, max(0, start - _HEADING), start) or (
                many and _is_bracketed(text, words, names[first][0])
            ):
                roles[first:last] = ["keyword"] * (last - first)
        tagged = [
            place for place, (first, _) in enumerate(names) if text[words[first].start - 1 : words[first].start] == "#"
        ]
        for place in tagged if len(tagged) >= _MANY_NAMES else ():
            roles[place] = "keyword"

    def _mark_quoted(
        self, text: str, words: Sequence[Piece], names: Sequence[tuple[int, int]], roles: list[Role]
    ) -> None:
        quotes = [match.span() for match in _QUOTED.finditer(text) if text.count(" ", *match.span()) >= _SENTENCE]
        for place, (first, _) in enumerate(names):
            start = words[first].start
            line = text.rfind("\n", 0, start) + 1
            quoted = any(begin < start < end for begin, end in quotes)
            if roles[place] == "offered" and (quoted or self._quoting.search(text, line, min(line + _HEADING, start))):
                roles[place] = "quoted"


def _heading(phrases: Sequence[str]) -> re.Pattern[str]:
    choices = one_of(phrases)
    return re.compile(rf"(?<!\w)(?:{choices})\s{{0,3}}[:=\-\u2013]", re.IGNORECASE)


def _is_apart(gap: str) -> bool:
    """Whether what is between two words parts them: a mark, or a dash between blanks."""
    return " - " in gap or not _APART.isdisjoint(gap)


def _words_after(text: str, words: Sequence[Piece], last: int) -> list[str]:
    found: list[str] = []
    for place in range(last, min(len(words), last + _LONGEST_CUE)):
        if _is_apart(text[words[place - 1].end : words[place].start]):
            break
        found.append(words[place].text)
    return found


def _runs(text: str, words: Sequence[Piece], names: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges of names that follow each other with nothing but marks, "and" or "or" between."""
    runs: list[tuple[int, int]] = []
    first = 0
    for place in range(1, len(names) + 1):
        if place < len(names):
            gap = text[words[names[place - 1][1] - 1].end : words[names[place][0]].start]
            if len(gap) <= _WIDEST_GAP and not _RUN_ENDS.search(gap):
                continue
        runs.append((first, place))
        first = place
    return runs


def _is_bracketed(text: str, words: Sequence[Piece], first: int) -> bool:
    """Whether a row that begins with a piece is in brackets behind something else."""
    start = words[first].start
    return first > 0 and text[max(0, start - 2) : start].strip() in {"(", "[", "{"}


@cache
def load_drug_roles() -> DrugRoles:
    """The roles of the package."""
    return DrugRoles(read_words("roles.yaml", _RoleWords))
