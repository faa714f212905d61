"""A result set as Parquet: typed columns, in row groups that are written as the documents come."""

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

import pyarrow as pa
from pyarrow import parquet

from desk.exports.result_columns import Column, ColumnType, Value, cells
from index.documents import Document

# A row group is as large as one of these lets it grow; both bound the memory that an export takes.
_GROUP_ROWS = 5_000
_GROUP_CHARACTERS = 16_000_000

_TYPES: dict[ColumnType, pa.DataType] = {
    "text": pa.string(),
    "list": pa.list_(pa.string()),
    "number": pa.float64(),
    "flag": pa.bool_(),
    "time": pa.timestamp("us", tz="UTC"),
    "json": pa.string(),
}


def write_parquet(documents: Iterable[Document], columns: Sequence[Column], file: BinaryIO) -> int:
    r"""Write one row a document, compressed with Zstandard; nothing is ever cut, and so 0 is returned.

    Half a surrogate pair, which is no text in UTF-8, is written out (``\ud800``).
    """
    schema = pa.schema([(column.name, _TYPES[column.type]) for column in columns])
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        for rows in _groups(cells(document, columns) for document in documents):
            arrays = [
                _array(list(values), field.type) for values, field in zip(zip(*rows, strict=True), schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=_GROUP_ROWS)
    return 0


def _groups(rows: Iterable[list[Value]]) -> Iterator[list[list[Value]]]:
    group: list[list[Value]] = []
    characters = 0
    for row in rows:
        group.append(row)
        characters += sum(_length(value) for value in row)
        if len(group) >= _GROUP_ROWS or characters >= _GROUP_CHARACTERS:
            yield group
            group, characters = [], 0
    if group:
        yield group


def _length(value: Value) -> int:
    if isinstance(value, str):
        return len(value)
    return sum(map(len, value)) if isinstance(value, list) else 0


def _array(values: list[Value], type_: pa.DataType) -> pa.Array:
    try:
        return pa.array(values, type_)
    except UnicodeEncodeError:
        return pa.array([_encodable(value) for value in values], type_)


def _encodable(value: Value) -> Value:
    if isinstance(value, list):
        return [_written_out(text) for text in value]
    return _written_out(value) if isinstance(value, str) else value


def _written_out(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
