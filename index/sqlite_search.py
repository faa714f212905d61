"""Searches in one state of the embedded store: hits, counts and sums of what fits a condition."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from index.conditions import EVERYTHING, Condition, Or, Value, ValuePrefix, Word, sought_words
from index.fields import TEXT_WEIGHTS, TEXTS
from index.names import NAME_SCORE, name_values
from index.search import Histogram, Hit, Interval, Request, Results, Statistics
from index.sqlite_plan import Plan, Planner, split_kinds
from index.sqlite_query import Filter, keyword_test, kind_test
from index.sqlite_schema import KEYWORD_NUMBER, KIND_BITS, KIND_NUMBER, Tables, kind_of
from index.sqlite_vocabulary import Vocabulary
from index.sqlite_words import fts_expression, split_words
from index.stored import restored

_DAY = 86_400_000
# Division rounds towards zero: counted from here, all dates are positive.
_FIRST_DAY = date(1, 1, 1)
_FIRST_MILLISECOND = -62_135_596_800_000
# To walk past a document takes about as long as to find one and sort it; more may have to be walked past than are
# expected to, but not without end.
_WALK_MARGIN = 4
# So few are sorted before one can tell whether a walk is shorter.
_SORTED_AT_ONCE = 200
# The values of a few documents are read from themselves: each takes as long as to go past so many values of a field.
_READ_THEMSELVES, _READ_COST = 5_000, 100
_WEIGHTS = ", ".join(str(TEXT_WEIGHTS[name]) for name in TEXTS)


class Searcher:
    """Answers one search, inside a transaction that somebody else holds, from one generation of the tables.

    The connection has a table ``temp.found (doc INTEGER PRIMARY KEY)`` for this.
    """

    def __init__(self, connection: sqlite3.Connection, tables: Tables) -> None:
        self._connection = connection
        self._tables = tables
        self._planner = Planner(connection, tables)

    def search(self, request: Request) -> Results:
        """What the request asks for."""
        condition = self._expanded(request.asked())
        if not (request.facets or request.statistics or request.histograms):
            total = self._count(condition)
            return Results(self._page(condition, request, total), total)
        total = self._find(condition)
        return Results(
            self._page(condition, request, total),
            total,
            self._facets(request.facets, request.facet_size, total),
            {name: self._statistics(name) for name in request.statistics},
            {histogram.name: self._histogram(histogram) for histogram in request.histograms},
        )

    def values(self, field: str, prefix: str, condition: Condition, size: int) -> list[tuple[str, int]]:
        """The most frequent values that begin so, over what fits the condition."""
        condition = self._expanded(condition)
        parts, kinds = split_kinds(condition)
        if parts or field == "kind":
            self._find(condition)
            return self._facet(field, size, prefix)
        return self._facet(field, size, prefix, kind_test(kinds, "doc"))

    def frequencies(self, field: str, tokens: list[str]) -> tuple[dict[str, int], int]:
        """In how many documents a text field holds each token, and how many documents there are."""
        counts = {token: self._count(Word((field,), token)) for token in tokens}
        return counts, self._count(EVERYTHING)

    def _expanded(self, condition: Condition) -> Condition:
        return Vocabulary(self._connection, self._tables).expand(condition)

    def _find(self, condition: Condition) -> int:
        """Keep what fits in ``temp.found``, to be counted in several ways; how many there are."""
        plan = self._planner.plan(condition)
        self._connection.execute("DELETE FROM temp.found")
        return self._connection.execute(
            f"INSERT INTO temp.found SELECT {plan.doc} FROM {plan.statement}", plan.parameters
        ).rowcount

    def _count(self, condition: Condition) -> int:
        plan = self._planner.plan(condition)
        row = self._connection.execute(f"SELECT COUNT(*) FROM {plan.statement}", plan.parameters).fetchone()
        return int(row[0])

    def _page(self, condition: Condition, request: Request, total: int) -> list[Hit]:
        """One page of so many hits in all."""
        if request.limit == 0 or request.offset >= total:
            return []
        by_relevance = request.sort.field is None
        if by_relevance and sought_words(condition):
            rows = self._by_relevance(condition, request)
        else:
            rows = [(doc, 0.0) for doc in self._by_order(condition, request, total)]
        statement = f"SELECT document FROM {self._tables.bodies} WHERE doc = ?"
        return [
            Hit(restored(self._connection.execute(statement, (doc,)).fetchone()[0]), float(score))
            for doc, score in rows
        ]

    def _by_relevance(self, condition: Condition, request: Request) -> Iterable[tuple[int, float]]:
        plan = self._planner.plan(condition, with_row=True)
        score, scored = self._score(condition, plan, request.names)
        return self._connection.execute(
            f"SELECT {plan.doc}, {score.sql} AS score FROM {plan.source.sql}{scored.sql} WHERE {plan.test.sql} "
            "ORDER BY score DESC, d.kind, d.id LIMIT ? OFFSET ?",
            [
                *score.parameters,
                *plan.source.parameters,
                *scored.parameters,
                *plan.test.parameters,
                request.limit,
                request.offset,
            ],
        )

    def _by_order(self, condition: Condition, request: Request, total: int) -> list[int]:
        """The documents of a page in an order that does not depend on what was sought."""
        column = None if request.sort.field is None else f"d.sort_{request.sort.field}"
        order = "d.kind, d.id"
        if column is not None:
            order = f"{column} {'DESC' if request.sort.descending else 'ASC'}, {order}"
        page = (request.limit, request.offset)
        parts, kinds = split_kinds(condition)
        may_walk = total > _SORTED_AT_ONCE and split_words(parts)[0] is None
        expected = sum(page) * self._planner.documents(kinds) // total if may_walk else total
        if expected < total:
            # A page of a frequent thing is soon full when one walks in its order; if not, what was walked was little.
            index = self._tables.by_id if request.sort.field is None else self._tables.by_value(request.sort.field)
            test = self._planner.row_test(condition)
            walked = (
                f"SELECT {'d.*' if test.with_row else 'd.doc'} FROM {self._tables.documents} d INDEXED BY {index} "
                f"WHERE {'1' if column is None else f'{column} IS NOT NULL'} ORDER BY {order} LIMIT ?"
            )
            found = self._connection.execute(
                f"SELECT d.doc FROM ({walked}) d WHERE {test.sql} LIMIT ? OFFSET ?",
                [_WALK_MARGIN * (expected + sum(page)), *test.parameters, *page],
            ).fetchall()
            if len(found) == request.limit:
                return [doc for (doc,) in found]
        plan = self._planner.plan(condition, with_row=True)
        nulls = "" if column is None else f"{column} IS NULL, "
        found = self._connection.execute(
            f"SELECT {plan.doc} FROM {plan.statement} ORDER BY {nulls}{order} LIMIT ? OFFSET ?",
            [*plan.parameters, *page],
        ).fetchall()
        return [doc for (doc,) in found]

    def _score(self, condition: Condition, plan: Plan, names: tuple[str, ...]) -> tuple[Filter, Filter]:
        """What a document counts, and what has to be joined to tell it."""
        words = Or(tuple(sought_words(condition)))
        score, scored = Filter(f"-bm25({self._tables.words}, {_WEIGHTS})"), Filter("")
        if not plan.ranked:
            # Words that need not occur still count where they do.
            scored = Filter(
                f" LEFT JOIN (SELECT rowid AS doc, {score.sql} AS score FROM {self._tables.words} "
                f"WHERE {self._tables.words} MATCH ?) r ON r.doc = {plan.doc}",
                [str(fts_expression(words))],
            )
            score = Filter("COALESCE(r.score, 0)")
        named = self._present([Value(field, values) for field, values in name_values(names).items()])
        if named:
            found = self._planner.tester(plan.doc).test(Or(tuple(named)))
            account = kind_test(["vendor"], plan.doc)
            score = Filter(
                f"{score.sql} + {NAME_SCORE} * ({found.sql}) * (1 + {account.sql})",
                [*score.parameters, *found.parameters, *account.parameters],
            )
        return score, scored

    def _present(self, named: list[Value]) -> list[Value]:
        """Those that any document has: most words are nobody's name, and need not be looked for in what is found."""
        if not named:
            return []
        tests = [keyword_test(value) for value in named]
        row = self._connection.execute(
            "SELECT " + ", ".join(f"EXISTS (SELECT 1 FROM {self._tables.keywords} WHERE {test.sql})" for test in tests),
            [parameter for test in tests for parameter in test.parameters],
        ).fetchone()
        return [value for value, is_there in zip(named, row, strict=True) if is_there]

    def _facets(self, names: tuple[str, ...], size: int, total: int) -> dict[str, list[tuple[str, int]]]:
        """The values of some fields over what was found, counted."""
        if names and total < _READ_THEMSELVES and total * _READ_COST < self._planner.documents(frozenset(KIND_NUMBER)):
            return self._facets_of_few(names, size)
        return {name: self._facet(name, size) for name in names}

    def _facets_of_few(self, names: tuple[str, ...], size: int) -> dict[str, list[tuple[str, int]]]:
        """The same, from the documents themselves."""
        counts: dict[str, Counter[str]] = {name: Counter() for name in names}
        rows = self._connection.execute(f"SELECT document FROM {self._tables.bodies} WHERE doc IN temp.found")
        for (content,) in rows:
            document = restored(content)
            for name, counter in counts.items():
                counter.update([document.kind] if name == "kind" else set(document.keywords.get(name, ())))
        return {
            name: sorted(counter.items(), key=lambda one: (-one[1], one[0]))[:size] for name, counter in counts.items()
        }

    def _facet(self, name: str, size: int, prefix: str = "", among: Filter | None = None) -> list[tuple[str, int]]:
        """The values of a field that begin so, counted over what was found, or else over what fits."""
        if name == "kind":
            rows = self._connection.execute(f"SELECT doc >> {KIND_BITS}, COUNT(*) FROM temp.found GROUP BY 1")
            kinds: list[tuple[str, int]] = [(kind_of(number << KIND_BITS), count) for number, count in rows]
            begun = [one for one in kinds if one[0].startswith(prefix)]
            return sorted(begun, key=lambda one: (-one[1], one[0]))[:size]
        begins = keyword_test(ValuePrefix(name, prefix)) if prefix else Filter("field = ?", [KEYWORD_NUMBER[name]])
        among = among or Filter("doc IN temp.found")
        rows = self._connection.execute(
            f"SELECT value, COUNT(*) FROM {self._tables.keywords} WHERE {begins.sql} AND ({among.sql}) "
            "GROUP BY value ORDER BY 2 DESC, 1 LIMIT ?",
            [*begins.parameters, *among.parameters, size],
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
        ordered = f"SELECT {column} {having} ORDER BY 1 LIMIT 2 OFFSET ?"

        def quartile(part: int) -> float:
            """Between the two values that it lies between, in proportion (Hyndman and Fan's type 7)."""
            place, rest = divmod((count - 1) * part, 4)
            values = [value for (value,) in self._connection.execute(ordered, (place,))]
            return float(values[0] + (values[-1] - values[0]) * rest / 4)

        lower, median, upper = map(quartile, (1, 2, 3))
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
