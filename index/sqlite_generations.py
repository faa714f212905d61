"""Generations of the embedded store's tables that are searched no more: found, and removed a little at a time.

To drop a table SQLite writes every page of it into its log, in one transaction: with a million documents a minute in
which nobody else can write. Rows are deleted in many short ones instead, and the tables dropped when they are empty.
"""

import re
import sqlite3
import time

from index.sqlite_schema import active, transaction

_TABLE = re.compile(r"\A[a-z]+_([0-9]+)(?:_[a-z]+)?\Z")
# What FTS5 reads when it opens a table, and the tables whose names end so, must stay until the table is dropped.
_OPENED_WITH = "_config"
_ROWS = 1000
_PAUSE = 0.5


def former_generations(connection: sqlite3.Connection) -> list[int]:
    """The numbers of the generations that are not the one that is searched: replaced, or never finished."""
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    numbers = {int(match[1]) for (name,) in tables if (match := _TABLE.match(name))}
    return sorted(numbers - {active(connection).generation})


def remove_generation(connection: sqlite3.Connection, number: int) -> None:
    """Remove all tables of a generation; other writers get their turn in between, and readers notice nothing."""
    found = connection.execute("SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main'").fetchall()
    tables = [
        (str(name), str(type_), bool(wr))
        for name, type_, wr in found
        if (match := _TABLE.match(name)) and int(match[1]) == number
    ]
    for name, type_, without_rowid in tables:
        if type_ == "virtual" or name.endswith(_OPENED_WITH):
            continue
        key = _key(connection, name) if without_rowid else "rowid"
        statement = f"DELETE FROM {name} WHERE ({key}) IN (SELECT {key} FROM {name} LIMIT {_ROWS})"
        deleted = _ROWS
        while deleted == _ROWS:
            began = time.monotonic()
            with transaction(connection, "IMMEDIATE"):
                deleted = connection.execute(statement).rowcount
            # Who waits for SQLite's lock looks for it now and then, in no queue: without a pause few would get it.
            time.sleep((time.monotonic() - began) * _PAUSE)
    with transaction(connection, "IMMEDIATE"):
        for name, type_, _without_rowid in tables:
            if type_ != "shadow":  # FTS5 drops these with its table
                connection.execute(f"DROP TABLE IF EXISTS {name}")


def _key(connection: sqlite3.Connection, table: str) -> str:
    columns = connection.execute("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,))
    return ", ".join(name for (name,) in columns)
