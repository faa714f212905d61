"""Where the caret stands in a query that is being typed: in which field, in which word.

Half a query has no syntax tree. So its tokens are read one by one with the expressions of luqum's own lexer, up to the
caret, and the fields of open brackets are remembered.
"""

import re
from dataclasses import dataclass
from typing import Literal

from luqum.parser import PHRASE_RE, TERM_RE

from index.fields import FIELDS, Field
from index.query import unescape

__all__ = ["Caret", "read_caret"]

HAS = "has"

_TERM = re.compile(TERM_RE, re.VERBOSE)
_PHRASE = re.compile(PHRASE_RE, re.VERBOSE)
_BLANK = re.compile(r"\s*")
_COMPARISON = re.compile(r"[<>]=?")
_MODIFIER = re.compile(r"[~^][0-9.]*")
_RANGE = re.compile(r"[\[{][^\[\]{}()]*[\]}]")
_REGEX = re.compile(r"/(?:[^\\/]|\\.)*/")
_REST_OF_RANGE = re.compile(r"[^\[\]{}():\"]*[\]}]")
_OPERATORS = frozenset({"AND", "OR", "NOT", "TO"})
_COLON = re.compile(r"\s*:")
_WILDCARD = re.compile(r"(?<!\\)(?:\\\\)*[*?]")
_QUOTE = re.compile(r"\\.|\"", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Caret:
    """What is being typed.

    Attributes:
        part: ``word`` (outside of fields: a word or the name of a field), ``name`` (after ``has:``), ``value`` (of
            ``field``), or ``field`` (a name before a colon that is no field's).
        typed: what stands before the caret, without quotes and backslashes where it is a value in quotes or a word.
        start, end: what a completion takes the place of, in the text.
        field: in which the value is.
        pattern: it has a wildcard.
    """

    part: Literal["word", "name", "value", "field"]
    typed: str
    start: int
    end: int
    field: Field | None = None
    pattern: bool = False


def read_caret(text: str, place: int) -> Caret | None:
    """What is being typed at a place of a text; None when nothing can be completed there."""
    return _Reader(text, place).read()


class _Reader:
    """One pass over the tokens before the caret."""

    def __init__(self, text: str, place: int) -> None:
        self._text = text
        self._caret = place
        self._open: list[Field | None] = [None]  # the fields of the brackets that are open
        self._name: re.Match[str] | None = None  # of the field whose colon was read last
        self._after_item = False

    def read(self) -> Caret | None:
        """See `read_caret`."""
        at: int | Caret | None = 0
        while isinstance(at, int):
            blank = _BLANK.match(self._text, at)
            assert blank is not None
            if blank.end() >= self._caret:
                touches = at == self._caret and self._after_item
                return None if touches else self._typed(self._caret, self._caret)
            at = self._token(blank.end())
        return at

    def _token(self, at: int) -> int | Caret | None:
        """Read what begins at a place: where the next token may begin, or what is typed, None when it is no query."""
        readers = {
            **dict.fromkeys("()", self._bracket),
            **dict.fromkeys("[{", self._range),
            **dict.fromkeys("<>", self._comparison),
            **dict.fromkeys("+-", self._sign),
            **dict.fromkeys("~^", self._modifier),
            '"': self._phrase,
            "/": self._regex,
        }
        return readers.get(self._text[at], self._term)(at)

    def _sign(self, at: int) -> int:
        self._after_item = False
        return at + 1

    def _modifier(self, at: int) -> int | None:
        modifier = _MODIFIER.match(self._text, at)
        return self._item(modifier) if modifier and modifier.end() < self._caret else None

    def _regex(self, at: int) -> int | None:
        return self._item(_REGEX.match(self._text, at, self._caret))

    def _item(self, match: re.Match[str] | None) -> int | None:
        """Something is complete: the field before it holds no longer."""
        self._name, self._after_item = None, True
        return match.end() if match else None

    def _bracket(self, at: int) -> int | Caret | None:
        if self._text[at] == ")":
            self._item(None)
            self._open.pop()
            return at + 1 if self._open else None
        inside = self._typed(at, at)
        if inside is None or inside.part in {"name", "field"}:
            return inside if inside is None or inside.part == "field" else None
        self._open.append(inside.field)
        self._name, self._after_item = None, False
        return at + 1

    def _range(self, at: int) -> int | Caret | None:
        whole = _RANGE.match(self._text, at, self._caret)
        if whole:
            return self._item(whole)
        rest = _REST_OF_RANGE.match(self._text, self._caret)
        return self._value(at, rest.end() if rest else self._caret)

    def _comparison(self, at: int) -> int | Caret | None:
        sign = _COMPARISON.match(self._text, at)
        assert sign is not None
        number = _TERM.match(self._text, sign.end())
        end = number.end() if number else sign.end()
        if end >= self._caret:
            return self._value(at, end)
        self._after_item = False
        return self._item(number) if number else end

    def _phrase(self, at: int) -> int | Caret | None:
        whole = _PHRASE.match(self._text, at, self._caret)
        if whole:
            return self._item(whole)
        # An even number of quotes: this one is closed behind the caret.
        quotes = sum(sign[0] == '"' for sign in _QUOTE.finditer(self._text, at))
        closed = _PHRASE.match(self._text, at) if quotes % 2 == 0 else None
        return self._value(at, closed.end() if closed else self._caret, quoted=True)

    def _term(self, at: int) -> int | Caret | None:
        term = _TERM.match(self._text, at)
        if term is None:
            return None
        if term.end() >= self._caret:
            return self._typed(at, term.end())
        colon = _COLON.match(self._text, term.end(), self._caret)
        if colon:
            if self._name is not None or self._open[-1] is not None:
                return None  # a field inside of another
            self._name, self._after_item = term, False
            return colon.end()
        if term[0] in _OPERATORS:
            self._after_item = False
            return term.end()
        return self._item(term)

    def _value(self, start: int, end: int, *, quoted: bool = False) -> Caret | None:
        """What is typed where only a value can stand."""
        caret = self._typed(start, end, quoted=quoted)
        return caret if caret is not None and caret.part in {"value", "field"} else None

    def _typed(self, start: int, end: int, *, quoted: bool = False) -> Caret | None:
        raw = self._text[start + quoted : max(start + quoted, self._caret)]
        if len(raw) - len(raw.rstrip("\\")) & 1:
            return None  # the second half of an escaped sign is still to come
        field = self._open[-1]
        if self._name is not None:
            name = self._name[0]
            if name == HAS:
                return Caret("name", raw, start, end)
            if name.lower() not in FIELDS:
                return Caret("field", name, self._name.start(), self._name.end())
            field = FIELDS[name.lower()]
        if field is None:
            return Caret("word", raw, start, end)
        pattern = not quoted and _WILDCARD.search(raw) is not None
        return Caret("value", unescape(raw), start, end, field, pattern)
