"""The tables of the embedded store, and the connection to its file.

One file may hold two generations of the tables for a while: the active one, which is searched, and one that a rebuild
fills. The name of each table ends with its generation.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.errors import StoreError, StoreUnavailableError
from index.fields import DATES, FIELDS, KEYWORDS, NUMBERS, TEXTS

# Raised whenever the tables, the fields or the analysis change: what an older one wrote is not comparable then.
SCHEMA_VERSION = 2

# A field is a small number in the tables, by its place in these tuples.
KEYWORD_NUMBER = {name: number for number, name in enumerate(KEYWORDS)}
NUMBER_NUMBER = {name: number for number, name in enumerate((*NUMBERS, *DATES))}
SORT_COLUMNS = tuple(name for name, field in FIELDS.items() if field.sortable)

# How long a writer waits for another one, and a reader for a checkpoint.
_BUSY_MILLISECONDS = 60_000


@dataclass(frozen=True, slots=True)
class Tables:
    """The names of one generation's tables."""

    generation: int

    @property
    def documents(self) -> str:
        """Kind, id and the values that results are sorted by."""
        return f"documents_{self.generation}"

    @property
    def bodies(self) -> str:
        """The document as JSON, and its prepared text."""
        return f"bodies_{self.generation}"

    @property
    def words(self) -> str:
        """FTS5 over the prepared text."""
        return f"words_{self.generation}"

    @property
    def keywords(self) -> str:
        """Field, value, document."""
        return f"keywords_{self.generation}"

    @property
    def numbers(self) -> str:
        """Field, value, document; dates in milliseconds."""
        return f"numbers_{self.generation}"

    @property
    def cursors(self) -> str:
        """How far each site's journal was read."""
        return f"cursors_{self.generation}"

    def create(self, connection: sqlite3.Connection) -> None:
        """Make the tables, empty."""
        sorts = "".join(f", sort_{name} REAL" for name in SORT_COLUMNS)
        texts = ", ".join(TEXTS)
        connection.execute(
            f"CREATE TABLE {self.documents} "
            f"(doc INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL{sorts}, UNIQUE (kind, id))"
        )
        connection.execute(
            f"CREATE TABLE {self.bodies} (doc INTEGER PRIMARY KEY, document TEXT NOT NULL, "
            + ", ".join(f"{name} TEXT NOT NULL" for name in TEXTS)
            + ")"
        )
        # The text is prepared: the tokenizer has to split at spaces only. `ascii` does, as long as the signs that
        # occur inside tokens (the dot in 3.5) are token characters; it leaves other scripts alone.
        connection.execute(
            f"CREATE VIRTUAL TABLE {self.words} USING fts5"
            f"({texts}, content={self.bodies}, content_rowid=doc, tokenize=\"ascii tokenchars '.'\")"
        )
        for table in (self.keywords, self.numbers):
            kind = "TEXT" if table == self.keywords else "REAL"
            connection.execute(
                f"CREATE TABLE {table} (field INTEGER NOT NULL, value {kind} NOT NULL, doc INTEGER NOT NULL, "
                "PRIMARY KEY (field, value, doc)) WITHOUT ROWID"
            )
        connection.execute(f"CREATE TABLE {self.cursors} (site TEXT PRIMARY KEY, position INTEGER NOT NULL)")

    def drop(self, connection: sqlite3.Connection) -> None:
        """Remove the tables, as far as they are there."""
        for table in (self.words, self.bodies, self.documents, self.keywords, self.numbers, self.cursors):
            connection.execute(f"DROP TABLE IF EXISTS {table}")


def connect(file: Path) -> sqlite3.Connection:
    """Open the file, which is made when it is not there.

    Raises:
        StoreUnavailableError: it cannot be opened.
        StoreError: it was written by another version, or is no index.
    """
    with translated(file):
        connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        try:
            connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
            connection.execute("PRAGMA journal_mode = WAL")
            # A power cut may lose the last transactions but tears none; ingest repeats them from its cursor.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("PRAGMA cache_size = -65536")
            _prepare(connection, file)
        except BaseException:
            connection.close()
            raise
    return connection


def active(connection: sqlite3.Connection) -> Tables:
    """The generation that is searched now."""
    return Tables(_meta(connection, "generation"))


def activate(connection: sqlite3.Connection, tables: Tables) -> None:
    """Let searches see another generation."""
    connection.execute("UPDATE meta SET value = ? WHERE name = 'generation'", (tables.generation,))


@contextmanager
def transaction(connection: sqlite3.Connection, mode: str) -> Iterator[None]:
    """All or nothing. ``mode`` is ``IMMEDIATE`` to write, ``DEFERRED`` to read one state throughout."""
    connection.execute(f"BEGIN {mode}")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite itself rolls back when the disk is full
            connection.execute("ROLLBACK")
        raise


@contextmanager
def translated(file: Path) -> Iterator[None]:
    """SQLite's errors in words for a person."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreUnavailableError(
            f"the index {file} cannot be used: {error}; see that its folder is writable, has space, and is not in use "
            "by a stuck process, then repeat"
        ) from error
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"the index {file} is damaged or no index: {error}; move it away and run: nightpost ingest"
        ) from error


def _prepare(connection: sqlite3.Connection, file: Path) -> None:
    with transaction(connection, "IMMEDIATE"):
        if not connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            connection.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL)")
            connection.executemany("INSERT INTO meta VALUES (?, ?)", [("schema", SCHEMA_VERSION), ("generation", 1)])
            Tables(1).create(connection)
        if _meta(connection, "schema") != SCHEMA_VERSION:
            raise StoreError(
                f"the index {file} was made by another version of Nightpost; move it away and run: nightpost ingest"
            )


def _meta(connection: sqlite3.Connection, name: str) -> int:
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return int(row[0])
