"""How a condition is answered by the embedded store: what leads, and how the rest is tested.

SQLite plans a statement without knowing how often a value occurs, and puts whole lists of documents into temporary
trees. So here the parts that must all hold are counted first, up to a bound, and the rarest leads (words always do, as
only FTS5 can rank them); the others are tested for each document that it gives: by a seek what is frequent, in a list
what is rare. What needs a document's number only, as most tests do, reads no row of the documents.
"""

import sqlite3
from dataclasses import dataclass

from index.conditions import And, Between, Condition, Everything, Has, Not, Value, ValuePattern, ValuePrefix
from index.documents import Kind
from index.fields import FIELDS
from index.sqlite_query import Filter, Parameter, Tester, joined, keyword_test, kind_test, row_test, span_test
from index.sqlite_schema import KEYWORD_NUMBER, KIND_NUMBER, Tables, kind_range
from index.sqlite_words import split_words

# A list of so many documents is made faster than it is to look each document up; for more than so many values there
# are too many seeks.
_LISTED, _SOUGHT = 2_000, 20
# The parts are counted up to this, and if none is rarer, up to so many times as much, until one is or all are frequent.
_FIRST_BOUND, _LAST_BOUND, _STEP = 1_000, 1_000_000, 16

Leader = Value | ValuePrefix | ValuePattern | Between | Has


@dataclass(frozen=True, slots=True)
class Plan:
    """What to select from, and the tests.

    Attributes:
        source: a table, or several that are joined, with a row ``d`` of the documents when it was asked for.
        doc: the number of a document in it.
        test: what must hold.
        ranked: whether FTS5 leads, so that it can tell how well a document fits.
    """

    source: Filter
    doc: str
    test: Filter
    ranked: bool = False

    @property
    def statement(self) -> str:
        """What follows FROM, for `parameters`."""
        return f"{self.source.sql} WHERE {self.test.sql}"

    @property
    def parameters(self) -> list[Parameter]:
        """Those of the source and of the test."""
        return [*self.source.parameters, *self.test.parameters]


class Planner:
    """Plans for one state of the tables, on one connection; what it counted it does not count again."""

    def __init__(self, connection: sqlite3.Connection, tables: Tables) -> None:
        self._connection = connection
        self._tables = tables
        self._counted: dict[tuple[Leader, int], int] = {}

    def plan(self, condition: Condition, *, with_row: bool = False) -> Plan:
        """How to find the documents that fit; ``with_row`` when their rows are needed for more than the tests."""
        parts, kinds = split_kinds(condition)
        words, others = split_words(parts)
        if words is not None:
            leads = Filter(f"{self._tables.words} MATCH ?", [words])
            leading = Plan(Filter(self._tables.words), f"{self._tables.words}.rowid", leads, ranked=True)
        else:
            leader = self._rarest([part for part in others if isinstance(part, Leader) and not _is_of_all(part)])
            others = [part for part in others if part is not leader]
            leading = self._led_by(leader)
        # The plus sign keeps SQLite from asking FTS5 for a test's documents one by one, which it cannot beside a MATCH
        # (https://www.sqlite.org/optoverview.html, section 7).
        tester = self.tester(f"+{leading.doc}" if leading.ranked else leading.doc)
        # What reads no row is tested first.
        tests = sorted(map(tester.test, others), key=lambda test: test.with_row)
        test = joined(" AND ", [leading.test, *_of_kinds(kinds, leading.doc), *tests])
        source = leading.source
        if not source.with_row and (with_row or test.with_row):
            joining = f"{source.sql} CROSS JOIN {self._tables.documents} d ON d.doc = {leading.doc}"
            source = Filter(joining, source.parameters, with_row=True)
        return Plan(source, leading.doc, test, leading.ranked)

    def row_test(self, condition: Condition) -> Filter:
        """How to test a row ``d`` of the documents."""
        parts, kinds = split_kinds(condition)
        tester = self.tester("+d.doc")
        tests = [*map(tester.test, parts), *_of_kinds(kinds, "+d.doc")]
        return joined(" AND ", tests or [Filter("1")])

    def tester(self, doc: str) -> Tester:
        """What makes tests of the document with a number."""
        return Tester(self._tables, doc, self._is_rare)

    def documents(self, kinds: frozenset[Kind]) -> int:
        """How many documents there are of some kinds, at most: their numbers are given out one after the other."""
        most = 0
        for kind in kinds:
            low, high = kind_range(kind)
            row = self._connection.execute(
                f"SELECT MAX(doc) FROM {self._tables.documents} WHERE doc BETWEEN ? AND ?", (low, high)
            ).fetchone()
            most += 0 if row[0] is None else row[0] - low + 1
        return most

    def _led_by(self, leader: "Leader | None") -> Plan:
        """What one part of a condition alone gives."""
        rows = Filter(f"{self._tables.documents} d", with_row=True)
        match leader:
            case None:
                return Plan(rows, "d.doc", Filter("1"))
            case Between():
                return Plan(rows, "d.doc", span_test(leader))
            case Has(name) if FIELDS[name].type != "keyword":
                return Plan(rows, "d.doc", row_test(leader))
            case Value(_, [_]):  # a document has one value once
                return Plan(Filter(f"{self._tables.keywords} k"), "k.doc", keyword_test(leader, "k."))
            case _:
                leads = _keyword_leads(leader)
                source = f"(SELECT DISTINCT doc FROM {self._tables.keywords} WHERE {leads.sql}) k"
                return Plan(Filter(source, leads.parameters), "k.doc", Filter("1"))

    def _rarest(self, parts: "list[Leader]") -> "Leader | None":
        """The part that fits the fewest documents, as far as it takes to tell."""
        if len(parts) < 2:
            return parts[0] if parts else None
        bound = _FIRST_BOUND
        while True:
            rarest, least = parts[0], bound
            for part in parts:
                size = self._count(part, least)  # what is as frequent as the rarest so far is not counted further
                if size < least:
                    rarest, least = part, size
            if least < bound or bound >= _LAST_BOUND:
                return rarest
            bound *= _STEP

    def _is_rare(self, part: Value) -> bool:
        return len(part.values) > _SOUGHT or self._count(part, _LISTED) < _LISTED

    def _count(self, part: "Leader", bound: int) -> int:
        """How many documents fit, up to a bound; those that have two values that fit count twice."""
        if (part, bound) not in self._counted:
            self._counted[part, bound] = self._counted_now(part, bound)
        return self._counted[part, bound]

    def _counted_now(self, part: "Leader", bound: int) -> int:
        match part:
            case Between():
                table, test = f"{self._tables.documents} d", span_test(part)
            case Has(name) if FIELDS[name].type != "keyword":
                table, test = f"{self._tables.documents} d", row_test(part)
            case _:
                table, test = self._tables.keywords, _keyword_leads(part)
        row = self._connection.execute(
            f"SELECT COUNT(*) FROM (SELECT 1 FROM {table} WHERE {test.sql} LIMIT ?)", [*test.parameters, bound]
        ).fetchone()
        return int(row[0])


def split_kinds(condition: Condition) -> tuple[list[Condition], frozenset[Kind]]:
    """The parts that must all hold, and apart from them which kinds may be found."""
    kinds: frozenset[Kind] = frozenset(KIND_NUMBER)
    parts: list[Condition] = []
    for part in _flat(condition):
        match part:
            case Value("kind", values):
                kinds &= {kind for kind in KIND_NUMBER if kind in values}
            case Not(Value("kind", values)):
                kinds -= {kind for kind in KIND_NUMBER if kind in values}
            case Everything():
                continue
            case _:
                parts.append(part)
    return parts, kinds


def _flat(condition: Condition) -> list[Condition]:
    if isinstance(condition, And):
        return [one for part in condition.parts for one in _flat(part)]
    return [condition]


def _of_kinds(kinds: frozenset[Kind], doc: str) -> list[Filter]:
    """The test of the kinds; one range is something to look up, several are not."""
    if len(kinds) == len(KIND_NUMBER):
        return []
    test = kind_test(kinds, doc)
    return [test if len(test.parameters) <= 2 else kind_test(kinds, f"+{doc.removeprefix('+')}")]


def _is_of_all(part: "Leader") -> bool:
    """Whether it says nothing that leads anywhere: every document has a kind, and texts are told by the row only."""
    return isinstance(part, Has) and (part.field == "kind" or FIELDS[part.field].type == "text")


def _keyword_leads(part: "Value | ValuePrefix | ValuePattern | Has") -> Filter:
    if isinstance(part, Has):
        return Filter("field = ?", [KEYWORD_NUMBER[part.field]])
    return keyword_test(part)
