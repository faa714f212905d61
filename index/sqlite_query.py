"""Compiles conditions to SQL over the embedded store's tables.

Values are bound parameters. FTS5's own little language is written from tokens in double quotes, so that nothing in a
token can be read as an operator.
"""

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
    Phrase,
    Text,
    Value,
    ValuePattern,
    ValuePrefix,
    Word,
    WordPrefix,
)
from index.fields import FIELDS, TEXTS
from index.sqlite_schema import KEYWORD_NUMBER, NUMBER_NUMBER, Tables

Parameter = str | int | float
_LAST_CODE_POINT = 0x10FFFF
# What GLOB takes for more than itself (https://www.sqlite.org/lang_expr.html#glob).
_GLOB_SIGNS = "*?["
_WORDS_TOGETHER = 400
_SURROGATES = range(0xD800, 0xE000)


@dataclass(slots=True)
class Filter:
    """A piece of SQL over ``d``, a row of the documents, with its parameters."""

    sql: str
    parameters: list[Parameter] = field(default_factory=list)


def compile_condition(condition: Condition, tables: Tables) -> Filter:
    """The documents that fit a condition."""
    match_text = fts_expression(condition)
    if match_text is not None:
        return Filter(f"d.doc IN (SELECT rowid FROM {tables.words} WHERE {tables.words} MATCH ?)", [match_text])
    match condition:
        case Everything():
            return Filter("1")
        case And(parts):
            words, others = split_text(parts)
            compiled = [_beside(part, parts, tables) for part in (*words, *others)]
            return _joined(" AND ", compiled)
        case Or(parts):
            return _joined(" OR ", [compile_condition(part, tables) for part in parts])
        case Not(part):
            denied = compile_condition(part, tables)
            return Filter(f"NOT ({denied.sql})", denied.parameters)
        case _:
            return _compile_leaf(condition, tables)


def _beside(part: Condition, parts: tuple[Condition, ...], tables: Tables) -> Filter:
    """One part of an And. A kind is half of all there is: SQLite must not begin with it when it can with another part.

    (A plus sign keeps a column from being looked up in an index: https://www.sqlite.org/optoverview.html, section 7.)
    """
    compiled = compile_condition(part, tables)
    others = [other for other in parts if not isinstance(other, Everything | Not) and other is not part]
    if others and isinstance(part, Value | ValuePrefix) and part.field == "kind":
        return Filter(compiled.sql.replace("d.kind", "+d.kind"), compiled.parameters)
    return compiled


def split_text(parts: tuple[Condition, ...]) -> tuple[list[Condition], list[Condition]]:
    """The parts of an And that FTS5 can answer, as at most one condition; and the others."""
    text = tuple(part for part in parts if fts_expression(part) is not None)
    others = [part for part in parts if fts_expression(part) is None]
    if not text:
        return [], others
    # FTS5 takes a denial beside something that is sought: a AND b NOT c.
    denied = tuple(part for part in others if isinstance(part, Not) and fts_expression(part.part) is not None)
    others = [part for part in others if part not in denied]
    return [And((*text, *denied))], others


def fts_expression(condition: Condition) -> str | None:
    """The condition in FTS5's language; None when it is not about words alone."""
    match condition:
        case Word() | Phrase() | WordPrefix():
            return _fts_text(condition)
        case Or(parts):
            expressions = [fts_expression(part) for part in parts]
            return None if None in expressions else "(" + " OR ".join(map(str, expressions)) + ")"
        case And(parts):
            sought = [part for part in parts if not isinstance(part, Not)]
            denied = [part.part for part in parts if isinstance(part, Not)]
            expressions = [fts_expression(part) for part in (*sought, *denied)]
            if not sought or None in expressions:
                return None
            found = " AND ".join(map(str, expressions[: len(sought)]))
            return "(" + " NOT ".join([f"({found})", *map(str, expressions[len(sought) :])]) + ")"
        case _:
            return None


def _fts_text(text: Text) -> str:
    columns = "" if text.fields == TEXTS else "{" + " ".join(text.fields) + "} : "
    match text:
        case Word(_, token):
            return f"{columns}{_quoted(token)}"
        case Phrase(_, tokens):
            return f"{columns}{_quoted(' '.join(tokens))}"
        case WordPrefix(_, prefix):
            return f"{columns}{_quoted(prefix)} *"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _compile_leaf(condition: Condition, tables: Tables) -> Filter:
    match condition:
        case Value("kind", values):
            return Filter(f"d.kind IN ({_marks(values)})", [*values])
        case Value(name, values):
            return _keyword(name, f"value IN ({_marks(values)})", [*values], tables)
        case ValuePrefix("kind", prefix):
            return prefix_range("d.kind", prefix)
        case ValuePrefix(name, prefix):
            bounds = prefix_range("value", prefix)
            return _keyword(name, bounds.sql, bounds.parameters, tables)
        case ValuePattern(name, pattern):
            prefix, glob = glob_of(pattern)
            column = "d.kind" if name == "kind" else "value"
            bounds = prefix_range(column, prefix)
            fits = Filter(f"{bounds.sql} AND {column} GLOB ?", [*bounds.parameters, glob])
            return fits if name == "kind" else _keyword(name, fits.sql, fits.parameters, tables)
        case Between():
            return _between(condition, tables)
        case Has(name):
            return _has(name, tables)
        case AnyWord(fields, tokens):
            return _any_word(fields, tokens, tables)
    raise AssertionError(condition)


def _keyword(name: str, test: str, parameters: list[Parameter], tables: Tables) -> Filter:
    return Filter(
        f"d.doc IN (SELECT doc FROM {tables.keywords} WHERE field = ? AND {test})", [KEYWORD_NUMBER[name], *parameters]
    )


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


def _between(span: Between, tables: Tables) -> Filter:
    tests, parameters = ["field = ?"], [float(NUMBER_NUMBER[span.field])]
    if span.low is not None:
        tests.append(f"value {'>=' if span.with_low else '>'} ?")
        parameters.append(span.low)
    if span.high is not None:
        tests.append(f"value {'<=' if span.with_high else '<'} ?")
        parameters.append(span.high)
    return Filter(f"d.doc IN (SELECT doc FROM {tables.numbers} WHERE {' AND '.join(tests)})", [*parameters])


def _has(name: str, tables: Tables) -> Filter:
    if name == "kind":
        return Filter("1")
    if FIELDS[name].type == "text":
        return Filter(f"d.doc IN (SELECT doc FROM {tables.bodies} WHERE {name} <> '')")
    if FIELDS[name].type == "keyword":
        return Filter(f"d.doc IN (SELECT doc FROM {tables.keywords} WHERE field = ?)", [KEYWORD_NUMBER[name]])
    return Filter(f"d.doc IN (SELECT doc FROM {tables.numbers} WHERE field = ?)", [NUMBER_NUMBER[name]])


def _any_word(fields: tuple[str, ...], tokens: tuple[str, ...], tables: Tables) -> Filter:
    """Some hundred words at a time: FTS5 takes ever longer to read an expression as it grows."""
    chunks = [tokens[start : start + _WORDS_TOGETHER] for start in range(0, len(tokens), _WORDS_TOGETHER)]
    expressions = [str(fts_expression(Or(tuple(Word(fields, token) for token in chunk)))) for chunk in chunks]
    selected = f"SELECT rowid FROM {tables.words} WHERE {tables.words} MATCH ?"
    return Filter(f"d.doc IN ({' UNION '.join([selected] * len(chunks))})" if chunks else "0", [*expressions])


def _joined(operator: str, parts: list[Filter]) -> Filter:
    return Filter(
        "(" + operator.join(f"({part.sql})" for part in parts) + ")", [one for part in parts for one in part.parameters]
    )


def _marks(values: tuple[str, ...]) -> str:
    return ", ".join("?" * len(values))
