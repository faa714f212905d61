"""A result set as JSON lines: each document whole, as ``nightpost search --json`` prints it, without the score."""

from collections.abc import Iterable, Sequence
from typing import BinaryIO

from desk.exports.result_columns import Column
from desk.terminal import json_line
from index.documents import Document


def write_jsonl(documents: Iterable[Document], columns: Sequence[Column], file: BinaryIO) -> int:  # noqa: ARG001
    """Write one object a document: its kind, its id and its record; nothing is ever cut, and so 0 is returned."""
    for document in documents:
        # The kind comes first, and last again: the body of a version calls itself a listing or a vendor.
        name = {"kind": document.kind, "id": document.id}
        line = json_line({**name, **document.body, **name})
        file.write(f"{line}\n".encode())
    return 0
