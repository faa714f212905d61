"""The query language: luqum reads the grammar of Lucene, this module the meaning; docs/search.md describes it.

Nothing of what a user types reaches an engine: a query becomes a tree of `index.conditions`, whose words are tokens
and whose values are normalised, or a `QueryError` that names the place.
"""

import difflib
import re
from dataclasses import dataclass
from decimal import DecimalException

from luqum import tree
from luqum.exceptions import ParseError
from luqum.thread import parse as parse_syntax

from index.conditions import And, Condition, Everything, Has, Not, Or
from index.errors import QueryError
from index.fields import FIELDS, TEXTS, Field
from index.terms import (
    MOST_EDITS,
    Bound,
    first_field,
    fuzzy_condition,
    pattern_condition,
    range_condition,
    value_condition,
    word_condition,
)
from nightpost.clock import Clock

__all__ = ["Query", "parse", "unescape"]

LONGEST_QUERY = 2000
MOST_CLAUSES = 200
DEEPEST = 30

_PLACE = re.compile(r"position (\d+)")
# A sign with the backslash before it, or a wildcard.
_SIGN = re.compile(r"\\(.)|([*?])", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was understood.

    Attributes:
        text: as it was typed.
        condition: what is to be found.
        names: the free words, each and all together: any may be somebody's handle, key or address.
    """

    text: str
    condition: Condition
    names: tuple[str, ...] = ()


def parse(text: str, clock: Clock) -> Query:
    """Read a query.

    Args:
        text: what the user typed; blank means everything.
        clock: what ``now`` is.

    Raises:
        QueryError: it cannot be understood, or asks for too much.
    """
    if len(text) > LONGEST_QUERY:
        raise QueryError(f"the query is longer than {LONGEST_QUERY} characters; shorten it", LONGEST_QUERY)
    if not text.strip():
        return Query(text, Everything())
    _check_depth(text)
    try:
        syntax = parse_syntax(text)
    except ParseError as error:
        place = _PLACE.search(str(error))
        at = int(place[1]) if place else len(text)
        what = f"{text[at]!r} was not expected" if at < len(text) else "the query ends too early"
        raise QueryError(f"{what}; close brackets and quotes, and put text with signs in quotes", at) from error
    except (DecimalException, ValueError) as error:
        place = re.search(r"[~^][0-9.]*", text)
        raise QueryError("a number was expected after ~ or ^", place.start() if place else 0) from error
    reader = _Reader(clock)
    condition = reader.read(syntax)
    if condition is None:
        raise QueryError("there is no word to search for; letters or digits are needed", 0)
    # A handle may be two words: "green house".
    whole = [] if _has_syntax(syntax) else [" ".join(reader.names)]
    names = dict.fromkeys(name for name in [*whole, *reader.names] if name)
    return Query(text, condition, tuple(names))


def _has_syntax(syntax: tree.Item) -> bool:
    """Whether there is more than words side by side."""
    words = syntax.children if isinstance(syntax, tree.UnknownOperation) else [syntax]
    return not all(isinstance(word, tree.Word | tree.Phrase) for word in words)


def _check_depth(text: str) -> None:
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth > DEEPEST:
            raise QueryError(f"brackets are nested deeper than {DEEPEST}; write it flatter", place)


def _advice(name: str) -> str:
    """The end of a message about an unknown field."""
    close = difflib.get_close_matches(name.lower(), [*FIELDS, "has"], n=1)
    return f"did you mean {close[0]}?" if close else "docs/search.md lists them; text with a colon goes in quotes"


class _Reader:
    """Walks one syntax tree."""

    def __init__(self, clock: Clock) -> None:
        self._now = clock.now()
        self._clauses = 0
        self.names: list[str] = []
        self._depth = 0

    def read(self, node: tree.Item, field: Field | None = None) -> Condition | None:
        """The meaning of a node; None when it holds nothing that can be searched (signs alone)."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise QueryError(f"the query is nested deeper than {DEEPEST}; write it flatter", _place(node))
        try:
            return self._read(node, field)
        finally:
            self._depth -= 1

    def _read(self, node: tree.Item, field: Field | None) -> Condition | None:
        match node:
            case tree.SearchField():
                return self._search_field(node, field)
            case tree.Group() | tree.FieldGroup() | tree.Plus():
                return self.read(node.children[0], field)
            case tree.Not() | tree.Prohibit():
                denied = self.read(node.children[0], field)
                return None if denied is None else Not(denied)
            case tree.OrOperation() | tree.AndOperation() | tree.UnknownOperation():
                return self._operation(node, field)
            case _:
                return self._leaf(node, field)

    def _operation(self, node: tree.Item, field: Field | None) -> Condition | None:
        # Words side by side must all be there; values of an exact field are a list: vendor:(alice bob) is either.
        is_list = isinstance(node, tree.UnknownOperation) and field is not None and field.type != "text"
        parts = tuple(part for child in node.children if (part := self.read(child, field)) is not None)
        if len(parts) < 2:
            return parts[0] if parts else None
        return Or(parts) if is_list or isinstance(node, tree.OrOperation) else And(parts)

    def _search_field(self, node: tree.SearchField, outer: Field | None) -> Condition | None:
        name = str(node.name)
        if outer is not None:
            raise QueryError(f"{name}: stands inside {outer.name}:; put a value with a colon in quotes", _place(node))
        if name == "has":
            return self._has(node)
        field = FIELDS.get(name.lower())
        if field is None:
            raise QueryError(f"there is no field {name!r}; {_advice(name)}", _place(node))
        return self.read(node.children[0], field)

    def _has(self, node: tree.SearchField) -> Condition:
        value = node.children[0]
        name = unescape(value.value).lower() if isinstance(value, tree.Word) else ""
        if name not in FIELDS:
            raise QueryError(f"has: takes the name of a field, not {str(value)!r}; {_advice(name)}",
                             _place(value))  # fmt: skip
        return Has(first_field(FIELDS[name]))

    def _leaf(self, node: tree.Item, field: Field | None) -> Condition | None:
        self._clauses += 1
        if self._clauses > MOST_CLAUSES:
            raise QueryError(f"the query has more than {MOST_CLAUSES} parts; split it", _place(node))
        place = _place(node)
        match node:
            case tree.Word() if node.value == "*":
                return Everything() if field is None else Has(first_field(field))
            case tree.Word() if len(pattern := _pattern(node.value)) > 1:
                return pattern_condition(pattern[::2], pattern[1::2], field, place)
            case tree.Fuzzy() if isinstance(node.term, tree.Word) and len(_pattern(node.term.value)) == 1:
                return fuzzy_condition(unescape(node.term.value), _edits(node), field, place)
            case tree.Word():
                return self._term(unescape(node.value), field, place, phrase=False)
            case tree.Phrase():
                return self._term(unescape(node.value[1:-1]), field, place, phrase=True)
            case tree.Range():
                low, high = Bound(_bound(node.low), node.include_low), Bound(_bound(node.high), node.include_high)
            case tree.From():
                low, high = Bound(_bound(node.children[0]), node.include), Bound(None)
            case tree.To():
                low, high = Bound(None), Bound(_bound(node.children[0]), node.include)
            case _:
                if isinstance(node, tree.Fuzzy | tree.Proximity):
                    raise QueryError("~ goes with one word without a wildcard, such as ketamin~", place)
                sign = {tree.Boost: "^", tree.Regex: "/"}.get(type(node), "this")
                raise QueryError(f"{sign} is not part of the query language; put it in quotes to search for it", place)
        return range_condition(low, high, field, self._now, place)

    def _term(self, text: str, field: Field | None, place: int, *, phrase: bool) -> Condition | None:
        if field is None:
            self.names.append(text)
            return word_condition(text, TEXTS, phrase=phrase)
        if field.type == "text":
            return word_condition(text, (field.name,), phrase=phrase)
        if field.type == "keyword":
            return value_condition(field, text, place)
        return range_condition(Bound(text), Bound(text), field, self._now, place)


def _place(node: tree.Item) -> int:
    return int(node.pos or 0)


def unescape(text: str) -> str:
    """A word or the inside of quotes as it is meant: without backslashes."""
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def _bound(node: tree.Item) -> str | None:
    """A bound of a range as text; None for ``*``."""
    match node:
        case tree.Word(value="*"):
            return None
        case tree.Phrase():
            return unescape(node.value[1:-1])
        case tree.Prohibit():
            return f"-{_bound(node.children[0]) or '*'}"
        case _:
            return unescape(str(node.value))


def _pattern(text: str) -> list[str]:
    """A word in pieces, each second one a wildcard: ``ket*m?ne`` is ``ket``, ``*``, ``m``, ``?``, ``ne``."""
    pieces, end = [""], 0
    for sign in _SIGN.finditer(text):
        pieces[-1] += text[end : sign.start()] + (sign[1] or "")
        if sign[2]:
            pieces += [sign[2], ""]
        end = sign.end()
    pieces[-1] += text[end:]
    return pieces


def _edits(node: tree.Fuzzy) -> int | None:
    """How many edits ``~`` allows; None when it stands by itself."""
    if str(node).rstrip().endswith("~"):
        return None
    if node.degree not in range(1, MOST_EDITS + 1):
        raise QueryError(f"after ~ stands 1 or 2, the number of edits, not {node.degree}", _place(node))
    return int(node.degree)
