"""Compiles conditions to SQL over the embedded store's tables. Values are bound parameters."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from index.conditions import (
    And,
    AnyWord,
    Between,
    Condition,
    Everything,
    Has,
    Not,
    Or,
    Value,
    ValuePattern,
    ValuePrefix,
)
from index.documents import Kind
from index.fields import FIELDS
from index.sqlite_schema import HAS_BIT, KEYWORD_NUMBER, KIND_NUMBER, Tables, kind_range
from index.sqlite_words import fts_expression, fts_expressions

Parameter = str | int | float
_LAST_CODE_POINT = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)
# What GLOB takes for more than itself (https://www.sqlite.org/lang_expr.html#glob).
_GLOB_SIGNS = "*?["


@dataclass(slots=True)
class Filter:
    """A piece of SQL with its parameters; ``with_row`` when it names ``d``, a row of the documents."""

    sql: str
    parameters: list[Parameter] = field(default_factory=list)
    with_row: bool = False


@dataclass(frozen=True, slots=True)
class Tester:
    """Makes tests of one document.

    Attributes:
        tables: where to look.
        doc: the SQL of the document's number.
        is_rare: whether so few documents have a value that it is better to list them than to look each one up.
    """

    tables: Tables
    doc: str
    is_rare: Callable[[Value], bool]

    def test(self, condition: Condition) -> Filter:
        """Whether the document fits; never NULL, so that it can be denied."""
        expression = fts_expression(condition)
        if expression is not None:
            return self._among(words_of([expression], self.tables))
        match condition:
            case Everything():
                return Filter("1")
            case And(parts):
                return joined(" AND ", map(self.test, parts))
            case Or(parts):
                return joined(" OR ", map(self.test, parts))
            case Not(part):
                denied = self.test(part)
                return Filter(f"NOT ({denied.sql})", denied.parameters, denied.with_row)
            case Value("kind", values):
                return kind_test([kind for kind in KIND_NUMBER if kind in values], self.doc)
            case Value() if not self.is_rare(condition):
                seek = keyword_test(condition, "e.")
                return Filter(
                    f"EXISTS (SELECT 1 FROM {self.tables.keywords} e WHERE {seek.sql} AND e.doc = {self.doc})",
                    seek.parameters,
                )
            case Value() | ValuePrefix() | ValuePattern():
                listed = keyword_test(condition)
                listed.sql = f"SELECT doc FROM {self.tables.keywords} WHERE {listed.sql}"
                return self._among(listed)
            case AnyWord():
                return self._among(words_of(fts_expressions(condition), self.tables))
            case Between() | Has():
                return row_test(condition)
        raise AssertionError(condition)

    def _among(self, listed: Filter) -> Filter:
        return Filter(f"{self.doc} IN ({listed.sql})" if listed.sql else "0", listed.parameters)


def words_of(expressions: list[str], tables: Tables) -> Filter:
    """A statement that lists the documents that fit one of FTS5's expressions, as ``doc``."""
    listed = f"SELECT rowid AS doc FROM {tables.words} WHERE {tables.words} MATCH ?"
    return Filter(" UNION ".join([listed] * len(expressions)), [*expressions])


def kind_test(kinds: Iterable[Kind], doc: str) -> Filter:
    """Whether a document is of one of the kinds, by its number alone; neighbouring kinds are one range."""
    ranges: list[tuple[int, int]] = []
    for low, high in sorted(map(kind_range, kinds)):
        if ranges and ranges[-1][1] + 1 == low:
            ranges[-1] = (ranges[-1][0], high)
        else:
            ranges.append((low, high))
    if not ranges:
        return Filter("0")
    return joined(" OR ", [Filter(f"{doc} BETWEEN ? AND ?", [*bounds]) for bounds in ranges])


def keyword_test(condition: Value | ValuePrefix | ValuePattern, row: str = "") -> Filter:
    """Whether a row of the keywords is of the field and fits; ``row`` is its name in the statement, with a dot."""
    number, column = KEYWORD_NUMBER[condition.field], f"{row}value"
    match condition:
        case Value(_, values):
            fits = Filter(f"{column} IN ({', '.join('?' * len(values))})", [*values])
        case ValuePrefix(_, prefix):
            fits = prefix_range(column, prefix)
        case ValuePattern(_, pattern):
            prefix, glob = glob_of(pattern)
            bounds = prefix_range(column, prefix)
            fits = Filter(f"{bounds.sql} AND {column} GLOB ?", [*bounds.parameters, glob])
    return Filter(f"{row}field = ? AND {fits.sql}", [number, *fits.parameters])


def row_test(condition: Between | Has) -> Filter:
    """Whether a row of the documents fits; never NULL."""
    name = condition.field
    if isinstance(condition, Between):
        span = span_test(condition)
        return Filter(f"d.sort_{name} IS NOT NULL AND {span.sql}", span.parameters, with_row=True)
    if name == "kind":
        return Filter("1")
    if FIELDS[name].type in {"number", "date"}:
        return Filter(f"d.sort_{name} IS NOT NULL", with_row=True)
    return Filter("(d.has & ?) <> 0", [1 << HAS_BIT[name]], with_row=True)


def span_test(span: Between) -> Filter:
    """Whether a number lies between the bounds, in a form that an index answers."""
    column, tests, parameters = f"d.sort_{span.field}", [], []
    if span.low is not None:
        tests.append(f"{column} {'>=' if span.with_low else '>'} ?")
        parameters.append(span.low)
    if span.high is not None:
        tests.append(f"{column} {'<=' if span.with_high else '<'} ?")
        parameters.append(span.high)
    return Filter(" AND ".join(tests) or f"{column} IS NOT NULL", [*parameters], with_row=True)


def prefix_range(column: str, prefix: str) -> Filter:
    """The values of a column that begin so: from the prefix to the next string of its length, by code point."""
    following = prefix.rstrip(chr(_LAST_CODE_POINT))
    if not following:
        return Filter(f"{column} >= ?", [prefix])
    successor = ord(following[-1]) + 1
    if successor in _SURROGATES:
        successor = _SURROGATES.stop
    return Filter(f"{column} >= ? AND {column} < ?", [prefix, following[:-1] + chr(successor)])


def glob_of(pattern: str) -> tuple[str, str]:
    """What a pattern begins with, and the pattern as SQLite's GLOB takes it."""
    prefix, glob, in_prefix = [], [], True
    letters = iter(pattern)
    for letter in letters:
        is_wildcard = letter in "*?"
        sign = next(letters) if letter == "\\" else letter
        in_prefix = in_prefix and not is_wildcard
        if in_prefix:
            prefix.append(sign)
        glob.append(f"[{sign}]" if sign in _GLOB_SIGNS and not is_wildcard else sign)
    return "".join(prefix), "".join(glob)


def joined(operator: str, parts: Iterable[Filter]) -> Filter:
    """Several tests as one."""
    tests = list(parts)
    return Filter(
        "(" + operator.join(f"({test.sql})" for test in tests) + ")",
        [one for test in tests for one in test.parameters],
        any(test.with_row for test in tests),
    )
