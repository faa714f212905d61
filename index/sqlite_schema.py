"""The tables of the embedded store, and the connection to its file.

One file may hold two generations of the tables for a while: the active one, which is searched, and one that a rebuild
fills. The name of each table ends with its generation.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from index.documents import Kind
from index.errors import StoreError, StoreUnavailableError
from index.fields import FIELDS, KEYWORDS, TEXTS

# Raised whenever the tables, the fields or the analysis change: what an older one wrote is not comparable then.
SCHEMA_VERSION = 3

# A field is a small number in the tables, by its place in these tuples.
KEYWORD_NUMBER = {name: number for number, name in enumerate(KEYWORDS)}
# Whether a document has a value of a field at all is one bit of a number.
HAS_BIT = {name: bit for bit, name in enumerate((*KEYWORDS, *TEXTS))}
# Numbers and dates are columns of the documents.
SORT_COLUMNS = tuple(name for name, field in FIELDS.items() if field.type in {"number", "date"})

# Each kind has a range of the documents' numbers, so that every table, and FTS5, tells kinds by the number alone. What
# most searches leave out is last, so that they look at one range.
KIND_NUMBER: dict[Kind, int] = {kind: number for number, kind in enumerate(get_args(Kind))}
KIND_BITS = 28

# How long a writer waits for another one, and a reader for a checkpoint.
_BUSY_MILLISECONDS = 60_000
# A log of this size is emptied. While somebody always reads, SQLite by itself never begins it anew, and it would grow
# by every page that is ever written.
_LONGEST_LOG_BYTES = 64 * 1024**2
# For those who read at this moment to finish; who begins meanwhile is not kept waiting, but other writers are.
_READERS_MILLISECONDS = 2_000


def kind_range(kind: Kind) -> tuple[int, int]:
    """The first and the last number that documents of a kind may have."""
    first = KIND_NUMBER[kind] << KIND_BITS
    return first, first + (1 << KIND_BITS) - 1


def kind_of(doc: int) -> Kind:
    """The kind of the document with a number."""
    kinds: tuple[Kind, ...] = get_args(Kind)
    return kinds[doc >> KIND_BITS]


@dataclass(frozen=True, slots=True)
class Tables:
    """The names of one generation's tables."""

    generation: int

    @property
    def documents(self) -> str:
        """Kind, id, which fields there are (`HAS_BIT`), numbers, and dates in milliseconds."""
        return f"documents_{self.generation}"

    @property
    def bodies(self) -> str:
        """The document as `index.stored` makes it."""
        return f"bodies_{self.generation}"

    @property
    def words(self) -> str:
        """FTS5 over the prepared text."""
        return f"words_{self.generation}"

    @property
    def keywords(self) -> str:
        """Field, value, document."""
        return f"keywords_{self.generation}"

    def by_value(self, field: str) -> str:
        """The index of the documents that have a number or a date, in its order."""
        return f"documents_{self.generation}_{field}"

    @property
    def by_id(self) -> str:
        """The index of the documents by kind and id."""
        return f"documents_{self.generation}_id"

    @property
    def cursors(self) -> str:
        """How far each site's journal was read."""
        return f"cursors_{self.generation}"

    def create(self, connection: sqlite3.Connection) -> None:
        """Make the tables, empty."""
        sorts = "".join(f", sort_{name} REAL" for name in SORT_COLUMNS)
        connection.execute(
            f"CREATE TABLE {self.documents} "
            f"(doc INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, has INTEGER NOT NULL{sorts})"
        )
        connection.execute(f"CREATE UNIQUE INDEX {self.by_id} ON {self.documents} (kind, id)")
        for name in SORT_COLUMNS:
            connection.execute(
                f"CREATE INDEX {self.by_value(name)} ON {self.documents} (sort_{name}) WHERE sort_{name} IS NOT NULL"
            )
        connection.execute(f"CREATE TABLE {self.bodies} (doc INTEGER PRIMARY KEY, document BLOB NOT NULL)")
        # The text is prepared: the tokenizer has to split at spaces only. `ascii` does, as long as the signs that
        # occur inside tokens (the dot in 3.5) are token characters; it leaves other scripts alone. FTS5 keeps no copy
        # of the text (content=''): the stored document has it.
        connection.execute(
            f"CREATE VIRTUAL TABLE {self.words} USING fts5"
            f"({', '.join(TEXTS)}, content='', tokenize=\"ascii tokenchars '.'\")"
        )
        connection.execute(
            f"CREATE TABLE {self.keywords} (field INTEGER NOT NULL, value TEXT NOT NULL, doc INTEGER NOT NULL, "
            "PRIMARY KEY (field, value, doc)) WITHOUT ROWID"
        )
        connection.execute(f"CREATE TABLE {self.cursors} (site TEXT PRIMARY KEY, position INTEGER NOT NULL)")


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


def shorten_log(connection: sqlite3.Connection, file: Path) -> None:
    """Empty the write-ahead log when it is long, unless a reader takes too long; call it outside of a transaction."""
    log = file.with_name(f"{file.name}-wal")
    try:
        if log.stat().st_size < _LONGEST_LOG_BYTES:
            return
    except FileNotFoundError:
        return
    connection.execute(f"PRAGMA busy_timeout = {_READERS_MILLISECONDS}")
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")


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
