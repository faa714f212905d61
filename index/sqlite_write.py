"""Writes documents into the embedded store's tables: only what differs from what is there."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, groupby

from index.documents import Document, Key, Kind
from index.fields import TEXTS
from index.sqlite_schema import HAS_BIT, KEYWORD_NUMBER, SORT_COLUMNS, Tables, kind_range
from index.stored import restored, restored_words, words_of
from index.values import milliseconds

_Keyword = tuple[int, str, int]


@dataclass(slots=True)
class _Changes:
    """What is taken out of the tables of words and values, and what is put in."""

    words: list[tuple[int, list[str], list[str]]] = field(default_factory=list)
    keywords_out: list[_Keyword] = field(default_factory=list)
    keywords_in: list[_Keyword] = field(default_factory=list)

    def add(self, doc: int, old: Document | None, new: Document | None) -> None:
        """One document that takes the place of another; None where there is none."""
        before, after = _keyword_rows(old, doc), _keyword_rows(new, doc)
        self.keywords_out += before - after
        self.keywords_in += after - before


class Writer:
    """Puts and removes documents inside a transaction that somebody else holds."""

    def __init__(self, connection: sqlite3.Connection, tables: Tables) -> None:
        self._connection = connection
        self._tables = tables
        columns = ["has", *(f"sort_{name}" for name in SORT_COLUMNS)]
        texts, marks = ", ".join(TEXTS), ", ".join("?" * len(TEXTS))
        self._find = (
            f"SELECT doc, document FROM {tables.documents} JOIN {tables.bodies} USING (doc) WHERE kind = ? AND id = ?"
        )
        self._add = (
            f"INSERT INTO {tables.documents} ({', '.join([*columns, 'doc', 'kind', 'id'])}) "
            f"VALUES ({', '.join('?' * len(columns))}, ?, ?, ?)"
        )
        self._update = f"UPDATE {tables.documents} SET {', '.join(f'{name} = ?' for name in columns)} WHERE doc = ?"
        self._put_body = f"INSERT OR REPLACE INTO {tables.bodies} (doc, document) VALUES (?, ?)"
        self._put_words = f"INSERT INTO {tables.words} (rowid, {texts}) VALUES (?, {marks})"
        # FTS5 without its content is told what stood there (its documentation, section 6.3, the 'delete' command).
        self._drop_words = f"INSERT INTO {tables.words} ({tables.words}, rowid, {texts}) VALUES ('delete', ?, {marks})"
        self._put_keyword = f"INSERT INTO {tables.keywords} (field, value, doc) VALUES (?, ?, ?)"
        self._drop_keyword = f"DELETE FROM {tables.keywords} WHERE field = ? AND value = ? AND doc = ?"
        self._drop_document = f"DELETE FROM {tables.documents} WHERE doc = ?"
        self._drop_body = f"DELETE FROM {tables.bodies} WHERE doc = ?"

    def put(self, documents: Sequence[tuple[Document, bytes]]) -> None:
        """Put documents, each with its stored form, in place of those with their keys; no key may occur twice."""
        changes = _Changes()
        bodies: list[tuple[int, bytes]] = []
        fresh: list[tuple[Document, bytes]] = []
        for document, content in documents:
            found = self._connection.execute(self._find, document.key).fetchone()
            if found is None:
                fresh.append((document, content))
                continue
            doc, old_content = found
            if old_content == content:
                continue
            bodies.append((doc, content))
            self._connection.execute(self._update, [*_columns(document), doc])
            old_words, words = restored_words(old_content), words_of(document.words)
            if old_words != words:
                changes.words.append((doc, old_words, words))
            changes.add(doc, restored(old_content), document)
        rows = []
        for doc, (document, content) in zip(self._numbers_for(fresh), fresh, strict=True):
            rows.append([*_columns(document), doc, *document.key])
            bodies.append((doc, content))
            changes.words.append((doc, [], words_of(document.words)))
            changes.add(doc, None, document)
        self._connection.executemany(self._add, rows)
        self._connection.executemany(self._put_body, sorted(bodies))
        self._apply(changes)

    def delete(self, keys: Iterable[Key]) -> None:
        """Remove documents, where they are there."""
        changes = _Changes()
        for key in dict.fromkeys(keys):
            found = self._connection.execute(self._find, key).fetchone()
            if found is None:
                continue
            doc, content = found
            self._connection.execute(self._drop_body, (doc,))
            self._connection.execute(self._drop_document, (doc,))
            changes.words.append((doc, restored_words(content), []))
            changes.add(doc, restored(content), None)
        self._apply(changes)

    def _numbers_for(self, fresh: Sequence[tuple[Document, bytes]]) -> list[int]:
        """A number for each document: the next free one of its kind."""
        numbers: dict[Kind, Iterator[int]] = {}
        for kind in {document.kind for document, _content in fresh}:
            low, high = kind_range(kind)
            (most,) = self._connection.execute(
                f"SELECT MAX(doc) FROM {self._tables.documents} WHERE doc BETWEEN ? AND ?", (low, high)
            ).fetchone()
            numbers[kind] = count(low if most is None else most + 1)
        return [next(numbers[document.kind]) for document, _content in fresh]

    def _apply(self, changes: _Changes) -> None:
        # In the order of the documents' numbers: FTS5 writes out what it has gathered whenever the order is broken.
        for is_fresh, group in groupby(sorted(changes.words), lambda one: not one[1]):
            if is_fresh:
                self._connection.executemany(self._put_words, ([doc, *words] for doc, _old, words in group))
                continue
            for doc, old_words, words in group:
                self._connection.execute(self._drop_words, [doc, *old_words])
                if words:
                    self._connection.execute(self._put_words, [doc, *words])
        # In the order of the tables, so that neighbours fall on one page.
        many = self._connection.executemany
        many(self._drop_keyword, sorted(changes.keywords_out))
        many(self._put_keyword, sorted(changes.keywords_in))


def _columns(document: Document) -> list[float | int | None]:
    """Which fields it has, and its numbers and dates."""
    has = sum(1 << HAS_BIT[name] for name, values in (document.keywords | document.words).items() if values)
    values: dict[str, float] = {name: numbers[0] for name, numbers in document.numbers.items() if numbers}
    values |= {name: float(milliseconds(moments[0])) for name, moments in document.dates.items() if moments}
    return [has, *(values.get(name) for name in SORT_COLUMNS)]


def _keyword_rows(document: Document | None, doc: int) -> set[_Keyword]:
    if document is None:
        return set()
    return {(KEYWORD_NUMBER[name], value, doc) for name, values in document.keywords.items() for value in values}
