"""Words and values that are like what is sought, looked up in the vocabulary of the embedded store.

FTS5 knows words and beginnings of words only. So a pattern or a fuzzy word becomes the words of the index that fit it
(https://www.sqlite.org/fts5.html, section 5, the fts5vocab table) before it is compiled.
"""

import sqlite3
from collections.abc import Iterator

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract_iter

from index.conditions import (
    And,
    AnyWord,
    Condition,
    Not,
    Or,
    Value,
    ValueFuzzy,
    ValuePattern,
    ValuePrefix,
    Word,
    WordFuzzy,
    WordPattern,
)
from index.sqlite_query import glob_of, prefix_range
from index.sqlite_schema import KEYWORD_NUMBER, KIND_NUMBER, Tables

# So many words are ranked; more are found, but count nothing for the order.
_RANKED_WORDS = 100


class Vocabulary:
    """Replaces what is like something by what it is like, on one connection."""

    def __init__(self, connection: sqlite3.Connection, tables: Tables) -> None:
        self._connection = connection
        self._tables = tables

    def expand(self, condition: Condition) -> Condition:
        """The same condition without patterns and fuzzy words."""
        match condition:
            case And(parts):
                return And(tuple(map(self.expand, parts)))
            case Or(parts):
                return Or(tuple(map(self.expand, parts)))
            case Not(part):
                return Not(self.expand(part))
            case WordPattern(fields, pattern):
                return _any_word(fields, self._words(*glob_of(pattern)))
            case WordFuzzy(fields, token, distance):
                return _any_word(fields, _near(token, distance, self._words(token[0])))
            case ValueFuzzy(field, value, distance):
                return Value(field, tuple(_near(value, distance, self._values(field, value[0]))))
            case ValuePrefix("kind", prefix):
                return Value("kind", tuple(kind for kind in KIND_NUMBER if kind.startswith(prefix)))
            case ValuePattern("kind", pattern):
                return Value("kind", tuple(self._kinds_like(glob_of(pattern)[1])))
            case _:
                return condition

    def _words(self, prefix: str, glob: str = "*") -> Iterator[str]:
        table = f"vocabulary_{self._tables.generation}"
        self._connection.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{table} USING fts5vocab('main', '{self._tables.words}', 'row')"
        )
        bounds = prefix_range("term", prefix)
        rows = self._connection.execute(
            f"SELECT term FROM temp.{table} WHERE {bounds.sql} AND term GLOB ?", [*bounds.parameters, glob]
        )
        return (str(term) for (term,) in rows)

    def _kinds_like(self, glob: str) -> Iterator[str]:
        statement = "SELECT ? GLOB ?"
        return (kind for kind in KIND_NUMBER if self._connection.execute(statement, (kind, glob)).fetchone()[0])

    def _values(self, field: str, prefix: str) -> Iterator[str]:
        if field == "kind":
            return iter(KIND_NUMBER)
        bounds = prefix_range("value", prefix)
        rows = self._connection.execute(
            f"SELECT DISTINCT value FROM {self._tables.keywords} WHERE field = ? AND {bounds.sql}",
            [KEYWORD_NUMBER[field], *bounds.parameters],
        )
        return (str(value) for (value,) in rows)


def _any_word(fields: tuple[str, ...], words: Iterator[str]) -> Condition:
    found = tuple(words)
    if len(found) > _RANKED_WORDS or not found:
        return AnyWord(fields, found)
    return Or(tuple(Word(fields, word) for word in found))


def _near(sought: str, distance: int, known: Iterator[str]) -> Iterator[str]:
    """Those of the known that are at most so far from what is sought."""
    return (str(word) for word, _far, _place in extract_iter(sought, known, scorer=OSA.distance, score_cutoff=distance))
