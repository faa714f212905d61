"""A result set as CSV: one row a document, harmless in a spreadsheet and no cell longer than one takes."""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import BinaryIO

from desk.exports.result_columns import Column, Value, cells
from desk.exports.spreadsheet import defused
from desk.exports.whole_file import utf8_text
from index.documents import Document

LONGEST_CELL = 32_767
"""UTF-16 units that a cell may have ("Excel specifications and limits"); what is longer shifts into the next rows."""


def write_csv(documents: Iterable[Document], columns: Sequence[Column], file: BinaryIO) -> int:
    """Write a heading and one row a document (RFC 4180, UTF-8, every cell quoted); how many cells had to be cut.

    Lists are joined by ``; ``, times are ISO 8601 in UTC, numbers are without exponents, what is nested is JSON.
    """
    cut = 0
    with utf8_text(file) as text:
        writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow([column.name for column in columns])
        for document in documents:
            row = [defused(_text(value)) for value in cells(document, columns)]
            fitting = [_fitting(cell) for cell in row]
            cut += sum(cell is not whole for cell, whole in zip(fitting, row, strict=True))
            writer.writerow(fitting)
    return cut


def _text(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return f"{int(value)}" if value.is_integer() else f"{Decimal(repr(value)):f}"
        case list():
            return "; ".join(value)
        case datetime():
            return value.isoformat()
        case _:
            return value


def _fitting(cell: str) -> str:
    """The cell, or as much of it as fits together with a note that says how long it was."""
    if len(cell) <= LONGEST_CELL // 2:  # a character is two units at most
        return cell
    units = cell.encode("utf-16-le")
    if len(units) // 2 <= LONGEST_CELL:
        return cell
    note = f" [cut: {len(cell)} characters in all]"
    kept = units[: 2 * (LONGEST_CELL - len(note))]
    return kept.decode("utf-16-le", "ignore") + note  # a character that the cut halves is left out
