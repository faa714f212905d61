"""The embedded store: one SQLite file with FTS5, one writer at a time and any number of readers."""

import time
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from pydantic_core import PydanticSerializationError

from index.conditions import EVERYTHING, And, Condition, Value
from index.documents import Document, Key, Kind
from index.errors import CursorConflictError, SlowQueryError, StoreUnavailableError
from index.search import SEARCH_SECONDS, Request, Results
from index.sqlite_generations import former_generations, remove_generation
from index.sqlite_plan import Planner
from index.sqlite_schema import Tables, activate, active, connect, shorten_log, transaction, translated
from index.sqlite_search import Searcher
from index.sqlite_vocabulary import Vocabulary
from index.sqlite_write import Writer
from index.store import Advance, Rejection
from index.stored import restored, stored

__all__ = ["SqliteStore"]

_PAGE = 500


class SqliteStore:
    """See `index.store.Store`. ``file`` and its companions ``-wal`` and ``-shm`` are made when they are not there.

    A search is stopped after ``search_seconds``.
    """

    def __init__(self, file: Path, generation: Tables | None = None, *, search_seconds: float = SEARCH_SECONDS) -> None:
        self._file = file
        self._search_seconds = search_seconds
        self._generation = generation
        self._connection = connect(file)
        self._connection.execute("CREATE TEMP TABLE found (doc INTEGER PRIMARY KEY)")

    def write(
        self, documents: Sequence[Document], *, delete: Sequence[Key] = (), advance: Advance | None = None
    ) -> list[Rejection]:
        """Put documents, remove others and move a cursor, in one transaction."""
        rejections: list[Rejection] = []
        taken: list[tuple[Document, bytes]] = []
        for document in {document.key: document for document in documents}.values():
            try:
                taken.append((document, stored(document)))
            except PydanticSerializationError as error:
                rejections.append(Rejection(document.key, f"it is not JSON: {error}"))
        with translated(self._file), transaction(self._connection, "IMMEDIATE"):
            tables = self._tables()
            if advance is not None:
                self._advance(advance, tables)
            writer = Writer(self._connection, tables)
            writer.delete(delete)
            writer.put(taken)
        with translated(self._file):
            shorten_log(self._connection, self._file)
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
                    found[key] = restored(row[0])
        return found

    def search(self, request: Request) -> Results:
        """One state of the index throughout, whatever is written meanwhile."""
        with self._searching() as searcher:
            return searcher.search(request)

    def values(
        self, field: str, prefix: str = "", *, condition: Condition = EVERYTHING, size: int = 20
    ) -> list[tuple[str, int]]:
        """Values of a keyword field that begin so, the most frequent first."""
        with self._searching() as searcher:
            return searcher.values(field, prefix, condition, size)

    def frequencies(self, field: str, tokens: Sequence[str]) -> tuple[dict[str, int], int]:
        """In how many documents a text field holds each token, and how many documents there are."""
        with self._searching() as searcher:
            return searcher.frequencies(field, [*tokens])

    @contextmanager
    def _searching(self) -> Iterator[Searcher]:
        """One state of the index, for as long as a search may take.

        Raises:
            SlowQueryError: it took longer.
        """
        end = time.monotonic() + self._search_seconds
        # SQLite asks after so many of its steps, a few milliseconds, and stops when the answer is not 0.
        self._connection.set_progress_handler(lambda: time.monotonic() > end, 100_000)
        try:
            with translated(self._file), transaction(self._connection, "DEFERRED"):
                yield Searcher(self._connection, self._tables())
        except StoreUnavailableError as error:
            if time.monotonic() <= end:
                raise
            raise SlowQueryError.after(self._search_seconds) from error
        finally:
            self._connection.set_progress_handler(None, 0)

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
            for (content,) in rows:
                document = restored(content)
                last = document.id
                yield document
            if not page:
                return

    def _matching(self, kind: Kind, condition: Condition, after: str, tables: Tables) -> "array[int]":
        wanted = Vocabulary(self._connection, tables).expand(And((Value("kind", (kind,)), condition)))
        plan = Planner(self._connection, tables).plan(wanted, with_row=True)
        rows = self._connection.execute(
            f"SELECT d.doc FROM {plan.statement} AND +d.id > ? ORDER BY +d.id", [*plan.parameters, after]
        )
        return array("q", (doc for (doc,) in rows))

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
            new = Tables(1 + max(active(self._connection).generation, *former_generations(self._connection), 0))
            new.create(self._connection)
        try:
            with SqliteStore(self._file, new) as store:
                yield store
        except BaseException:
            with translated(self._file):
                remove_generation(self._connection, new.generation)
            raise
        with translated(self._file), transaction(self._connection, "IMMEDIATE"):
            activate(self._connection, new)

    def remove_former(self) -> None:
        """Remove the tables of other generations, a little at a time."""
        with translated(self._file):
            for number in former_generations(self._connection):
                remove_generation(self._connection, number)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def _tables(self) -> Tables:
        return self._generation or active(self._connection)
