"""Searches in one state of the embedded store: hits, counts and sums of what fits a condition."""

import sqlite3
from collections import Counter
from datetime import UTC, date, datetime, timedelta

from index.conditions import And, Condition, Or, Value, sought_words
from index.documents import Document
from index.fields import TEXT_WEIGHTS, TEXTS
from index.names import NAME_SCORE, name_values
from index.search import Histogram, Hit, Interval, Request, Results, Statistics
from index.sqlite_query import Filter, compile_condition, fts_expression, prefix_range, split_text
from index.sqlite_schema import KEYWORD_NUMBER, Tables
from index.sqlite_vocabulary import Vocabulary

_DAY = 86_400_000
# Division rounds towards zero: counted from here, all dates are positive.
_FIRST_DAY = date(1, 1, 1)
_FIRST_MILLISECOND = -62_135_596_800_000
_WEIGHTS = ", ".join(str(TEXT_WEIGHTS[name]) for name in TEXTS)


class Searcher:
    """Answers one search, inside a transaction that somebody else holds, from one generation of the tables.

    The connection has a table ``temp.found (doc INTEGER PRIMARY KEY)`` for this.
    """

    def __init__(self, connection: sqlite3.Connection, tables: Tables) -> None:
        self._connection = connection
        self._tables = tables

    def search(self, request: Request) -> Results:
        """What the request asks for."""
        condition = Vocabulary(self._connection, self._tables).expand(request.asked())
        if not (request.facets or request.statistics or request.histograms):
            return Results(self._page(condition, request), self._count(condition))
        total = self._find(condition)
        return Results(
            self._page(condition, request),
            total,
            {name: self._facet(name, request.facet_size) for name in request.facets},
            {name: self._statistics(name) for name in request.statistics},
            {histogram.name: self._histogram(histogram) for histogram in request.histograms},
        )

    def values(self, field: str, prefix: str, condition: Condition, size: int) -> list[tuple[str, int]]:
        """The most frequent values that begin so, over what fits the condition."""
        self._find(Vocabulary(self._connection, self._tables).expand(condition))
        return self._facet(field, size, prefix)

    def frequencies(self, field: str, tokens: list[str]) -> tuple[dict[str, int], int]:
        """In how many documents a text field holds each token, and how many documents there are."""
        total = self._connection.execute(f"SELECT COUNT(*) FROM {self._tables.documents}").fetchone()[0]
        statement = f"SELECT COUNT(*) FROM {self._tables.words} WHERE {self._tables.words} MATCH ?"
        found = {
            token: self._connection.execute(statement, (f'{{{field}}} : "{token}"',)).fetchone()[0] for token in tokens
        }
        return {token: int(count) for token, count in found.items()}, int(total)

    def _find(self, condition: Condition) -> int:
        """Keep what fits in ``temp.found``, to be counted in several ways; how many there are."""
        source, test = _source(condition, self._tables)
        self._connection.execute("DELETE FROM temp.found")
        return self._connection.execute(
            f"INSERT INTO temp.found SELECT d.doc FROM {source} WHERE {test.sql}", test.parameters
        ).rowcount

    def _count(self, condition: Condition) -> int:
        source, test = _source(condition, self._tables)
        row = self._connection.execute(f"SELECT COUNT(*) FROM {source} WHERE {test.sql}", test.parameters).fetchone()
        return int(row[0])

    def _page(self, condition: Condition, request: Request) -> list[Hit]:
        if request.limit == 0:
            return []
        source, test = _source(condition, self._tables)
        score, scored = Filter("0"), Filter("")
        if request.sort.field is not None:
            column = f"sort_{request.sort.field}"
            order = f"{column} IS NULL, {column} {'DESC' if request.sort.descending else 'ASC'}"
        else:
            score, scored = self._score(condition, source, request.names)
            order = "score DESC"
        rows = self._connection.execute(
            f"SELECT (SELECT document FROM {self._tables.bodies} b WHERE b.doc = page.doc), score FROM ("
            f"SELECT d.doc AS doc, {score.sql} AS score FROM {source}{scored.sql} WHERE {test.sql} "
            f"ORDER BY {order}, d.kind, d.id LIMIT ? OFFSET ?) page",
            [*score.parameters, *scored.parameters, *test.parameters, request.limit, request.offset],
        )
        return [Hit(Document.model_validate_json(serialized), float(score)) for serialized, score in rows]

    def _score(self, condition: Condition, source: str, names: tuple[str, ...]) -> tuple[Filter, Filter]:
        """What a document counts, and what has to be joined to tell it."""
        words = sought_words(condition)
        score, scored = Filter("0"), Filter("")
        if source.startswith(self._tables.words):
            score = Filter(f"-bm25({self._tables.words}, {_WEIGHTS})")
        elif words:
            # Words that need not occur still count where they do.
            score = Filter("COALESCE(r.score, 0)")
            scored = Filter(
                f" LEFT JOIN (SELECT rowid AS doc, -bm25({self._tables.words}, {_WEIGHTS}) AS score "
                f"FROM {self._tables.words} WHERE {self._tables.words} MATCH ?) r ON r.doc = d.doc",
                [str(fts_expression(Or(tuple(words))))],
            )
        named = [Value(field, values) for field, values in name_values(names).items()]
        if named:
            found = compile_condition(Or(tuple(named)), self._tables)
            score = Filter(
                f"{score.sql} + {NAME_SCORE} * ({found.sql}) * (1 + (d.kind = 'vendor'))",
                [*score.parameters, *found.parameters],
            )
        return score, scored

    def _facet(self, name: str, size: int, prefix: str = "") -> list[tuple[str, int]]:
        if name == "kind":
            column, table, own = "kind", self._tables.documents, Filter("1")
        else:
            column, table, own = "value", self._tables.keywords, Filter("field = ?", [KEYWORD_NUMBER[name]])
        begins = prefix_range(column, prefix) if prefix else Filter("1")
        rows = self._connection.execute(
            f"SELECT {column}, COUNT(*) FROM {table} WHERE {own.sql} AND {begins.sql} AND doc IN temp.found "
            f"GROUP BY {column} ORDER BY 2 DESC, 1 LIMIT ?",
            [*own.parameters, *begins.parameters, size],
        )
        return [(str(value), int(count)) for value, count in rows]

    def _statistics(self, name: str) -> Statistics:
        column = f"sort_{name}"
        having = f"FROM {self._tables.documents} WHERE doc IN temp.found AND {column} IS NOT NULL"
        count, least, most, mean = self._connection.execute(
            f"SELECT COUNT(*), MIN({column}), MAX({column}), AVG({column}) {having}"
        ).fetchone()
        if not count:
            return Statistics(0)
        ordered = f"SELECT {column} {having} ORDER BY 1 LIMIT 1 OFFSET ?"
        lower, median, upper = (
            self._connection.execute(ordered, ((count - 1) * part // 4,)).fetchone()[0] for part in (1, 2, 3)
        )
        return Statistics(int(count), least, lower, median, upper, most, mean)

    def _histogram(self, histogram: Histogram) -> list[tuple[datetime, int]]:
        column = f"sort_{histogram.field}"
        rows = self._connection.execute(
            f"SELECT CAST(({column} - ?) / ? AS INTEGER), COUNT(*) FROM {self._tables.documents} "
            f"WHERE doc IN temp.found AND {column} IS NOT NULL GROUP BY 1",
            (_FIRST_MILLISECOND, _DAY),
        )
        counts: Counter[date] = Counter()
        for day, count in rows:
            counts[_beginning(_FIRST_DAY + timedelta(days=day), histogram.interval)] += count
        return [(datetime(day.year, day.month, day.day, tzinfo=UTC), count) for day, count in sorted(counts.items())]


def _beginning(day: date, interval: Interval) -> date:
    """The first day of the interval that a day lies in."""
    match interval:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)


def _source(condition: Condition, tables: Tables) -> tuple[str, Filter]:
    """What to select from, and the test: FTS5 leads when words must occur, so that it can rank them."""
    parts = condition.parts if isinstance(condition, And) else (condition,)
    flat = tuple(one for part in parts for one in (part.parts if isinstance(part, And) else (part,)))
    words, others = split_text(flat)
    if not words:
        return f"{tables.documents} d", compile_condition(condition, tables)
    rest = compile_condition(And(tuple(others)), tables) if others else Filter("1")
    return (
        f"{tables.words} CROSS JOIN {tables.documents} d ON d.doc = {tables.words}.rowid",
        Filter(f"{tables.words} MATCH ? AND {rest.sql}", [str(fts_expression(words[0])), *rest.parameters]),
    )
