"""SQLite as an expert writes to it and asks it by hand: what the embedded store is measured against."""

import json
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic_core import to_json

import index.stored
from benchmarks.search_questions import Question
from index.documents import Document
from index.fields import DATES, KEYWORDS, NUMBERS
from index.names import NAME_FIELDS, NAME_SCORE
from index.sqlite_schema import KEYWORD_NUMBER, Tables, active, kind_range
from index.values import milliseconds

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["RawSqlite", "RawSqliteQueries"]

_EXAMPLES = zstd.ZstdDict(Path(index.stored.__file__).with_name("stored_examples.jsonl").read_bytes(), is_raw=True)
_AS_WRITTEN = _EXAMPLES.as_digested_dict

# Versions, the last kind, are found on demand only.
_BEYOND = kind_range("version")[0]
_COLUMNS = (*NUMBERS, *DATES)
_PRAGMAS = ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -65536", "temp_store = MEMORY")
_FIELD_NUMBER = {name: number for number, name in enumerate(KEYWORDS)}


_Answer = tuple[int, list[str], dict[str, list[tuple[str, int]]]]


class RawSqlite:
    """One table of documents with an index for each number and date, one of values, and FTS5 without its content."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection = _connect(file)
        execute = self._connection.execute
        columns = ", ".join(f"{name} REAL" for name in _COLUMNS)
        execute(f"CREATE TABLE listing (doc INTEGER PRIMARY KEY, id TEXT UNIQUE, document TEXT, {columns})")
        for name in _COLUMNS:
            execute(f"CREATE INDEX listing_{name} ON listing ({name}) WHERE {name} IS NOT NULL")
        execute("CREATE TABLE value (field INT, value TEXT, doc INT, PRIMARY KEY (field, value, doc)) WITHOUT ROWID")
        execute(
            "CREATE VIRTUAL TABLE word USING fts5(name, title, text, content='', tokenize=\"ascii tokenchars '.'\")"
        )
        execute("CREATE TABLE cursor (site TEXT PRIMARY KEY, position INT)")
        self._last = 0

    def write(self, documents: Sequence[Document], position: int) -> None:
        """Add documents that are not there yet, and set the cursor, in one transaction."""
        rows, words, values = [], [], []
        for doc, one in enumerate(documents, self._last + 1):
            dates = {name: [milliseconds(moment) for moment in moments] for name, moments in one.dates.items()}
            content = {
                "kind": one.kind, "id": one.id, "body": one.body, "keywords": one.keywords, "numbers": one.numbers,
                "dates": dates, "state": one.state,
            }  # fmt: skip
            sortable: dict[str, Any] = {name: found[0] for name, found in one.numbers.items()}
            sortable |= {name: moments[0] for name, moments in dates.items()}
            rows.append((doc, one.id, to_json(content).decode(), *(sortable.get(name) for name in _COLUMNS)))
            words.append((doc, one.words["name"], one.words["title"], one.words["text"]))
            values += [(_FIELD_NUMBER[name], text, doc) for name, texts in one.keywords.items() for text in texts]
        self._last += len(documents)
        execute, many = self._connection.execute, self._connection.executemany
        execute("BEGIN IMMEDIATE")
        many(f"INSERT INTO listing VALUES (?, ?, ?{', ?' * len(_COLUMNS)})", rows)
        many("INSERT INTO word (rowid, name, title, text) VALUES (?, ?, ?, ?)", words)
        many("INSERT OR IGNORE INTO value VALUES (?, ?, ?)", sorted(values))
        execute("INSERT OR REPLACE INTO cursor VALUES ('generated', ?)", (position,))
        execute("COMMIT")

    def size(self) -> int:
        """Bytes on disk."""
        return _size(self._connection, self._file)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class RawSqliteQueries:
    """Each shape of question as SQL written for it, over the embedded store's own tables.

    Whatever takes fewer steps by hand takes them: words are counted in FTS5 alone, filters are read off the end of
    an index in the order of the result.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection = _connect(file)
        self._connection.execute("CREATE TEMP TABLE found (doc INTEGER PRIMARY KEY)")
        self._tables: Tables = active(self._connection)

    def ask(self, question: Question) -> _Answer:
        """How many there are, the ids of one page, and the facets; the bodies are read as well."""
        self._connection.execute("BEGIN")
        try:
            return self._ask(question)
        finally:
            self._connection.execute("COMMIT")

    def _ask(self, question: Question) -> _Answer:
        if question.shape in {"rare exact value", "deep page of a filter"}:
            return self._value(question)
        if question.shape == "two filters by price":
            return self._filters(question)
        if question.shape == "two ranges, newest first":
            return self._ranges(question)
        total, ids = self._match(question)
        return total, ids, self._facets(question) if question.facets else {}

    def _page(self, page: str, parameters: Sequence[Any]) -> list[str]:
        """The documents that a statement names, in its order."""
        rows = self._connection.execute(
            f"SELECT (SELECT document FROM {self._tables.bodies} b WHERE b.doc = page.doc) FROM ({page}) page",
            parameters,
        )
        found = [json.loads(_expanded(content)) for (content,) in rows]
        return [str(document["id"]) for document in found]

    def _one(self, statement: str, parameters: Sequence[Any]) -> int:
        return int(self._connection.execute(statement, parameters).fetchone()[0])

    def _listings(self) -> int:
        """How many there are, without counting them: their numbers are given out one after the other."""
        low, high = kind_range("listing")
        return self._one(f"SELECT MAX(doc) - ? FROM {self._tables.documents} WHERE doc <= ?", [low - 1, high])

    def _match(self, question: Question) -> tuple[int, list[str]]:
        words, documents, match = self._tables.words, self._tables.documents, _fts(question)
        total = self._one(f"SELECT COUNT(*) FROM {words} WHERE {words} MATCH ? AND rowid < {_BEYOND}", [match])
        named = self._named(question)
        score = f"bm25({words}, 1000, 3, 1)"
        if named:
            score += f" - {NAME_SCORE} * (d.doc IN ({', '.join(map(str, named))})) * (1 + (d.kind = 'vendor'))"
        page = (
            f"SELECT d.doc AS doc FROM {words} CROSS JOIN {documents} d ON d.doc = {words}.rowid "
            f"WHERE {words} MATCH ? AND {words}.rowid < {_BEYOND} ORDER BY {score}, d.kind, d.id LIMIT 20"
        )
        return total, self._page(page, [match])

    def _named(self, question: Question) -> list[int]:
        """The documents whose handle, address, contact or key is one of the words; seldom any."""
        fields = ", ".join(str(KEYWORD_NUMBER[name]) for name in NAME_FIELDS)
        rows = self._connection.execute(
            f"SELECT DISTINCT doc FROM {self._tables.keywords} "
            f"WHERE field IN ({fields}) AND value IN ({', '.join('?' * len(question.names))})",
            question.names,
        )
        return [int(doc) for (doc,) in rows]

    def _value(self, question: Question) -> _Answer:
        name, value = question.words
        keywords, documents = self._tables.keywords, self._tables.documents
        parameters = [KEYWORD_NUMBER[name], value]
        total = self._one(
            f"SELECT COUNT(*) FROM {keywords} WHERE field = ? AND value = ? AND doc < {_BEYOND}", parameters
        )
        page = (
            f"SELECT k.doc AS doc FROM {keywords} k CROSS JOIN {documents} d USING (doc) "
            f"WHERE field = ? AND value = ? AND k.doc < {_BEYOND} ORDER BY kind, id LIMIT 20 OFFSET {question.offset}"
        )
        # So many documents are passed, in the order of the result, until the page is full.
        passed = (question.offset + 20) * self._listings() // max(total, 1)
        if passed < total:
            page = (
                f"SELECT d.doc AS doc FROM {documents} d WHERE EXISTS (SELECT 1 FROM {keywords} k WHERE k.field = ? "
                f"AND k.value = ? AND k.doc = d.doc) AND +d.doc < {_BEYOND} "
                f"ORDER BY kind, id LIMIT 20 OFFSET {question.offset}"
            )
        return total, self._page(page, parameters), {}

    def _filters(self, question: Question) -> _Answer:
        keywords, documents = self._tables.keywords, self._tables.documents
        substance, country = question.words
        parameters = [KEYWORD_NUMBER["substance"], substance, KEYWORD_NUMBER["ships_from"], country]
        both = (
            f"FROM {keywords} s CROSS JOIN {keywords} c ON c.doc = s.doc "
            f"WHERE s.field = ? AND s.value = ? AND s.doc < {_BEYOND} AND c.field = ? AND c.value = ?"
        )
        total = self._one(f"SELECT COUNT(*) {both}", parameters)
        page = (
            f"SELECT d.doc AS doc FROM {keywords} s CROSS JOIN {keywords} c ON c.doc = s.doc "
            f"CROSS JOIN {documents} d ON d.doc = s.doc "
            f"WHERE s.field = ? AND s.value = ? AND s.doc < {_BEYOND} AND c.field = ? AND c.value = ? "
            "ORDER BY sort_price IS NULL, sort_price, kind, id LIMIT 20"
        )
        return total, self._page(page, parameters), {}

    def _ranges(self, question: Question) -> _Answer:
        documents = self._tables.documents
        both = (
            f"FROM {documents} d WHERE d.sort_price BETWEEN ? AND ? AND +d.sort_first_seen >= ? AND +d.doc < {_BEYOND}"
        )
        total = self._one(f"SELECT COUNT(*) {both}", question.bounds)
        if 20 * self._listings() < total * total:
            # From the newest on, a page is full before long.
            both = (
                f"FROM {documents} d INDEXED BY {self._tables.by_value('first_seen')} "
                f"WHERE d.sort_price BETWEEN ? AND ? AND d.sort_first_seen >= ? AND +d.doc < {_BEYOND}"
            )
        page = f"SELECT d.doc AS doc {both} ORDER BY d.sort_first_seen DESC, d.kind, d.id LIMIT 20"
        return total, self._page(page, question.bounds), {}

    def _facets(self, question: Question) -> dict[str, list[tuple[str, int]]]:
        words, keywords = self._tables.words, self._tables.keywords
        self._connection.execute("DELETE FROM temp.found")
        self._connection.execute(
            f"INSERT INTO temp.found SELECT rowid FROM {words} WHERE {words} MATCH ? AND rowid < {_BEYOND}",
            [_fts(question)],
        )
        facets = {}
        for name in question.facets:
            rows = self._connection.execute(
                f"SELECT value, COUNT(*) FROM {keywords} WHERE field = ? AND doc IN temp.found "
                "GROUP BY value ORDER BY 2 DESC, 1 LIMIT 20",
                [KEYWORD_NUMBER[name]],
            )
            facets[name] = [(str(value), int(count)) for value, count in rows]
        return facets

    def size(self) -> int:
        """Bytes on disk."""
        return _size(self._connection, self._file)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _fts(question: Question) -> str:
    """What FTS5 is asked."""
    words = [f'"{word}"' for word in question.words]
    match question.shape:
        case "phrase":
            return f'"{" ".join(question.words)}"'
        case "prefix":
            return f"{words[0]} *"
        case "groups and NOT":
            return f"(({words[0]} OR {words[1]}) AND ({words[2]} OR {words[3]})) NOT {words[4]}"
        case _:
            return " ".join(words)


def _expanded(content: bytes) -> bytes:
    """The JSON of what the store compressed."""
    return zstd.ZstdDecompressor(_AS_WRITTEN).decompress(content).partition(b"\n")[0]


def _size(connection: sqlite3.Connection, file: Path) -> int:
    """Of the file alone, after all of the log was put into it."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file.stat().st_size
