"""Writes documents into the embedded store's tables: only what differs from what is there."""

import sqlite3
from collections.abc import Iterable
from typing import Any

from index.documents import Document, Key
from index.fields import TEXTS
from index.sqlite_schema import KEYWORD_NUMBER, NUMBER_NUMBER, SORT_COLUMNS, Tables
from index.values import milliseconds

_Row = tuple[int, str | float]


class Writer:
    """Puts and removes documents inside a transaction that somebody else holds."""

    def __init__(self, connection: sqlite3.Connection, tables: Tables) -> None:
        self._connection = connection
        columns = [f"sort_{name}" for name in SORT_COLUMNS]
        texts = ", ".join(TEXTS)
        marks = ", ".join("?" * len(TEXTS))
        self._find = (
            f"SELECT doc, document, {texts} FROM {tables.documents} JOIN {tables.bodies} USING (doc) "
            "WHERE kind = ? AND id = ?"
        )
        self._add = (
            f"INSERT INTO {tables.documents} ({', '.join(['kind', 'id', *columns])}) "
            f"VALUES (?, ?{', ?' * len(columns)})"
        )
        self._update = f"UPDATE {tables.documents} SET {', '.join(f'{name} = ?' for name in columns)} WHERE doc = ?"
        self._put_body = f"INSERT OR REPLACE INTO {tables.bodies} (doc, document, {texts}) VALUES (?, ?, {marks})"
        self._put_words = f"INSERT INTO {tables.words} (rowid, {texts}) VALUES (?, {marks})"
        # FTS5 over another table's content is told what stood there (its documentation, section 4.4.3).
        self._drop_words = f"INSERT INTO {tables.words} ({tables.words}, rowid, {texts}) VALUES ('delete', ?, {marks})"
        self._put_keyword = f"INSERT INTO {tables.keywords} (field, value, doc) VALUES (?, ?, ?)"
        self._drop_keyword = f"DELETE FROM {tables.keywords} WHERE field = ? AND value = ? AND doc = ?"
        self._put_number = f"INSERT INTO {tables.numbers} (field, value, doc) VALUES (?, ?, ?)"
        self._drop_number = f"DELETE FROM {tables.numbers} WHERE field = ? AND value = ? AND doc = ?"
        self._drop_document = f"DELETE FROM {tables.documents} WHERE doc = ?"
        self._drop_body = f"DELETE FROM {tables.bodies} WHERE doc = ?"

    def put(self, document: Document, serialized: str) -> None:
        """Put a document in place of the one with its key. ``serialized`` is its JSON without the words."""
        words = [document.words.get(name, "") for name in TEXTS]
        keywords, numbers = _keyword_rows(document.keywords), _number_rows(document)
        lowest = _lowest(numbers)
        sorts = [lowest.get(NUMBER_NUMBER[name]) for name in SORT_COLUMNS]
        old = self._connection.execute(self._find, document.key).fetchone()
        if old is None:
            doc = self._connection.execute(self._add, [*document.key, *sorts]).lastrowid
            assert doc is not None
            self._connection.execute(self._put_body, [doc, serialized, *words])
            self._connection.execute(self._put_words, [doc, *words])
            self._change(doc, set(), keywords, set(), numbers)
            return
        doc, old_serialized, *old_words = old
        if old_serialized == serialized and old_words == words:
            return
        former = Document.model_validate_json(old_serialized)
        if old_words != words:
            self._connection.execute(self._drop_words, [doc, *old_words])
            self._connection.execute(self._put_words, [doc, *words])
        self._connection.execute(self._put_body, [doc, serialized, *words])
        self._connection.execute(self._update, [*sorts, doc])
        self._change(doc, _keyword_rows(former.keywords), keywords, _number_rows(former), numbers)

    def delete(self, keys: Iterable[Key]) -> None:
        """Remove documents, where they are there."""
        for key in keys:
            old = self._connection.execute(self._find, key).fetchone()
            if old is None:
                continue
            doc, serialized, *words = old
            former = Document.model_validate_json(serialized)
            self._connection.execute(self._drop_words, [doc, *words])
            self._connection.execute(self._drop_body, (doc,))
            self._connection.execute(self._drop_document, (doc,))
            self._change(doc, _keyword_rows(former.keywords), set(), _number_rows(former), set())

    def _change(
        self, doc: int, keywords: set[_Row], new_keywords: set[_Row], numbers: set[_Row], new_numbers: set[_Row]
    ) -> None:
        execute = self._connection.executemany
        execute(self._drop_keyword, [(*row, doc) for row in keywords - new_keywords])
        execute(self._put_keyword, [(*row, doc) for row in new_keywords - keywords])
        execute(self._drop_number, [(*row, doc) for row in numbers - new_numbers])
        execute(self._put_number, [(*row, doc) for row in new_numbers - numbers])


def _keyword_rows(keywords: dict[str, list[str]]) -> set[_Row]:
    return {(KEYWORD_NUMBER[name], value) for name, values in keywords.items() for value in values}


def _number_rows(document: Document) -> set[_Row]:
    rows: set[_Row] = {(NUMBER_NUMBER[name], value) for name, values in document.numbers.items() for value in values}
    for name, moments in document.dates.items():
        rows |= {(NUMBER_NUMBER[name], float(milliseconds(moment))) for moment in moments}
    return rows


def _lowest(rows: set[_Row]) -> dict[int, Any]:
    lowest: dict[int, Any] = {}
    for field, value in rows:
        if field not in lowest or value < lowest[field]:
            lowest[field] = value
    return lowest
