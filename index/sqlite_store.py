"""The embedded store: one SQLite file with FTS5, one writer at a time and any number of readers."""

from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from pydantic_core import PydanticSerializationError

from index.conditions import EVERYTHING, And, Condition, Or, Value, sought_words
from index.documents import Document, Key, Kind
from index.errors import CursorConflictError
from index.fields import TEXT_WEIGHTS, TEXTS
from index.sqlite_query import Filter, compile_condition, fts_expression, split_text
from index.sqlite_schema import KEYWORD_NUMBER, Tables, activate, active, connect, transaction, translated
from index.sqlite_write import Writer
from index.store import Advance, Hit, Rejection, Request, Results

__all__ = ["SqliteStore"]

_PAGE = 500


class SqliteStore:
    """See `index.store.Store`. ``file`` and its companions ``-wal`` and ``-shm`` are made when they are not there."""

    def __init__(self, file: Path, generation: Tables | None = None) -> None:
        self._file = file
        self._generation = generation
        self._connection = connect(file)
        self._connection.execute("CREATE TEMP TABLE found (doc INTEGER PRIMARY KEY)")

    def write(
        self, documents: Sequence[Document], *, delete: Sequence[Key] = (), advance: Advance | None = None
    ) -> list[Rejection]:
        """Put documents, remove others and move a cursor, in one transaction."""
        rejections: list[Rejection] = []
        with translated(self._file), transaction(self._connection, "IMMEDIATE"):
            tables = self._tables()
            if advance is not None:
                self._advance(advance, tables)
            writer = Writer(self._connection, tables)
            writer.delete(delete)
            for document in {document.key: document for document in documents}.values():
                try:
                    serialized = document.model_dump_json(exclude={"words"})
                except PydanticSerializationError as error:
                    rejections.append(Rejection(document.key, f"it is not JSON: {error}"))
                    continue
                writer.put(document, serialized)
        return rejections

    def _advance(self, advance: Advance, tables: Tables) -> None:
        at = self._cursor(advance.site, tables)
        if at != advance.before:
            raise CursorConflictError(
                f"another ingest of {advance.site} reached {at} while this one was at {advance.before}; run it again"
            )
        self._connection.execute(
            f"INSERT OR REPLACE INTO {tables.cursors} (site, position) VALUES (?, ?)", (advance.site, advance.after)
        )

    def get(self, kind: Kind, id: str) -> Document | None:  # noqa: A002 - the protocol's word
        """The document of that name."""
        return self.get_many([Key(kind, id)]).get(Key(kind, id))

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Document]:
        """Those of the documents that there are."""
        found = {}
        with translated(self._file), transaction(self._connection, "DEFERRED"):
            tables = self._tables()
            statement = (
                f"SELECT document FROM {tables.documents} JOIN {tables.bodies} USING (doc) WHERE kind = ? AND id = ?"
            )
            for key in dict.fromkeys(keys):
                row = self._connection.execute(statement, key).fetchone()
                if row is not None:
                    found[key] = Document.model_validate_json(row[0])
        return found

    def search(self, request: Request) -> Results:
        """One state of the index throughout, whatever is written meanwhile."""
        condition = request.condition
        if request.kinds:
            condition = And((condition, Value("kind", request.kinds)))
        with translated(self._file), transaction(self._connection, "DEFERRED"):
            tables = self._tables()
            if not request.facets:
                return Results(self._page(condition, request, tables), self._count(condition, tables))
            found = compile_condition(condition, tables)
            self._connection.execute("DELETE FROM temp.found")
            total = self._connection.execute(
                f"INSERT INTO temp.found SELECT doc FROM {tables.documents} d WHERE {found.sql}", found.parameters
            ).rowcount
            facets = {name: self._facet(name, request.facet_size, tables) for name in request.facets}
            return Results(self._page(condition, request, tables), total, facets)

    def _count(self, condition: Condition, tables: Tables) -> int:
        source, test = _source(condition, tables)
        row = self._connection.execute(f"SELECT COUNT(*) FROM {source} WHERE {test.sql}", test.parameters).fetchone()
        return int(row[0])

    def _page(self, condition: Condition, request: Request, tables: Tables) -> list[Hit]:
        if request.limit == 0:
            return []
        source, test = _source(condition, tables)
        score, scored, parameters = "0", "", []
        if request.sort.field is not None:
            column = f"sort_{request.sort.field}"
            order = f"{column} IS NULL, {column} {'DESC' if request.sort.descending else 'ASC'}"
        else:
            weights = ", ".join(str(TEXT_WEIGHTS[name]) for name in TEXTS)
            words = sought_words(condition)
            if source.startswith(tables.words):
                score = f"-bm25({tables.words}, {weights})"
            elif words:
                # Words that need not occur still count where they do.
                score = "COALESCE(r.score, 0)"
                scored = (
                    f" LEFT JOIN (SELECT rowid AS doc, -bm25({tables.words}, {weights}) AS score FROM {tables.words} "
                    f"WHERE {tables.words} MATCH ?) r ON r.doc = d.doc"
                )
                parameters = [str(fts_expression(Or(tuple(words))))]
            order = "score DESC"
        rows = self._connection.execute(
            f"SELECT (SELECT document FROM {tables.bodies} b WHERE b.doc = page.doc), score FROM ("
            f"SELECT d.doc AS doc, {score} AS score FROM {source}{scored} WHERE {test.sql} "
            f"ORDER BY {order}, d.kind, d.id LIMIT ? OFFSET ?) page",
            [*parameters, *test.parameters, request.limit, request.offset],
        )
        return [Hit(Document.model_validate_json(serialized), float(score)) for serialized, score in rows]

    def _facet(self, name: str, size: int, tables: Tables) -> list[tuple[str, int]]:
        if name == "kind":
            statement = f"SELECT kind, COUNT(*) FROM {tables.documents} WHERE doc IN temp.found GROUP BY kind"
            parameters: list[int] = []
        else:
            statement = (
                f"SELECT value, COUNT(*) FROM {tables.keywords} WHERE field = ? AND doc IN temp.found GROUP BY value"
            )
            parameters = [KEYWORD_NUMBER[name]]
        rows = self._connection.execute(f"{statement} ORDER BY 2 DESC, 1 LIMIT ?", [*parameters, size])
        return [(str(value), int(count)) for value, count in rows]

    def scan(self, kind: Kind, condition: Condition = EVERYTHING) -> Iterator[Document]:
        """Every document of a kind that fits, by id; what is written meanwhile may or may not be among them.

        It remembers 8 bytes a document, and holds no transaction between two pages.
        """
        last, found, at, tables = "", array("q"), 0, None
        while True:
            with translated(self._file), transaction(self._connection, "DEFERRED"):
                present = self._tables()
                if present != tables:  # at the beginning, and when a rebuild took the place of what was being read
                    tables, found, at = present, self._matching(kind, condition, last, present), 0
                page = found[at : at + _PAGE]
                at += _PAGE
                statement = f"SELECT document FROM {tables.bodies} WHERE doc = ?"
                rows = [row for doc in page for row in self._connection.execute(statement, (doc,))]
            for (serialized,) in rows:
                document = Document.model_validate_json(serialized)
                last = document.id
                yield document
            if not page:
                return

    def _matching(self, kind: Kind, condition: Condition, after: str, tables: Tables) -> "array[int]":
        fits = compile_condition(And((Value("kind", (kind,)), condition)), tables)
        return array(
            "q",
            (
                doc
                for (doc,) in self._connection.execute(
                    f"SELECT d.doc FROM {tables.documents} d WHERE {fits.sql} AND +d.id > ? ORDER BY +d.id",
                    [*fits.parameters, after],
                )
            ),
        )

    def cursor(self, site: str) -> int:
        """How far ingest has come in the journal of a site."""
        with translated(self._file), transaction(self._connection, "DEFERRED"):
            return self._cursor(site, self._tables())

    def _cursor(self, site: str, tables: Tables) -> int:
        row = self._connection.execute(f"SELECT position FROM {tables.cursors} WHERE site = ?", (site,)).fetchone()
        return int(row[0]) if row else 0

    def counts(self) -> dict[str, int]:
        """How many documents there are of each kind."""
        with translated(self._file), transaction(self._connection, "DEFERRED"):
            tables = self._tables()
            rows = self._connection.execute(f"SELECT kind, COUNT(*) FROM {tables.documents} GROUP BY kind ORDER BY 1")
            return {str(kind): int(count) for kind, count in rows}

    def refresh(self) -> None:
        """Nothing to do: what was committed is visible."""

    @contextmanager
    def rebuilding(self) -> Iterator["SqliteStore"]:
        """A new generation of tables in the same file."""
        with translated(self._file), transaction(self._connection, "IMMEDIATE"):
            old = active(self._connection)
            new = Tables(old.generation + 1)
            new.drop(self._connection)  # what a rebuild that was killed left behind
            new.create(self._connection)
        try:
            with SqliteStore(self._file, new) as store:
                yield store
        except BaseException:
            with translated(self._file), transaction(self._connection, "IMMEDIATE"):
                new.drop(self._connection)
            raise
        with translated(self._file), transaction(self._connection, "IMMEDIATE"):
            activate(self._connection, new)
            old.drop(self._connection)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def _tables(self) -> Tables:
        return self._generation or active(self._connection)


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
