"""The columns of an exported result set: a fixed list for each kind of document, and how each is read from one.

Every field of a record is in a column (`extractors.records`), so that a row loses nothing of it, and beside them what
the index searches by: normalised values, numbers, and when it was seen. docs/exports.md lists them.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from desk.exports.whole_file import ExportError
from index.documents import Document, Kind

ColumnType = Literal["text", "list", "number", "flag", "time", "json"]
Value = str | list[str] | float | bool | datetime | None
"""A cell: text and JSON are str; None where there is nothing."""

_Part = Literal["body", "keywords", "numbers", "dates"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: its heading; the same name has the same type in every kind.
        type: ``text``; ``list`` of texts; ``number``; ``flag``, true or false; ``time`` in UTC; ``json`` of what is
            nested.
        path: where in the document it is; of a list where one value is asked for, the first.
    """

    name: str
    type: ColumnType
    path: tuple[str, ...]

    def read(self, document: Document) -> Value:
        """Its value in a document.

        Raises:
            ExportError: the document holds there what is not of the column's type.
        """
        value: Any = getattr(document, self.path[0])
        for name in self.path[1:]:
            value = value.get(name) if isinstance(value, dict) else None
        if self.path[0] != "body" and self.type != "list" and isinstance(value, list):
            value = value[0] if value else None
        if value is None:
            return None
        try:
            return _typed(value, self.type)
        except (TypeError, ValueError, OverflowError) as error:
            raise ExportError(
                f"{document.kind} {document.id} holds as {'.'.join(self.path)} what is no {self.type}; "
                "repair the index with: nightpost ingest --replay"
            ) from error


def _typed(value: Any, type_: ColumnType) -> Value:
    match type_:
        case "text":
            return str(value)
        case "list":
            return [str(one) for one in value]
        case "number":
            number = float(value)
            return number if math.isfinite(number) else None
        case "flag":
            return bool(value)
        case "time":
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
            return moment.astimezone(UTC)
        case "json":
            return json.dumps(value, ensure_ascii=False)


def _columns(part: _Part, type_: ColumnType, names: str, *, suffix: str = "") -> list[Column]:
    return [Column(name + suffix, type_, (part, name)) for name in names.split()]


def _flat(type_: ColumnType, field: str, names: str, *, prefix: str | None = None) -> list[Column]:
    """Parts of a nested field, each a column of its own."""
    heading = field if prefix is None else prefix
    return [Column(f"{heading}_{name}", type_, ("body", field, name)) for name in names.split()]


_NAME = [Column("kind", "text", ("kind",)), Column("id", "text", ("id",))]
_SEEN = _columns("dates", "time", "first_seen last_seen")
_READ = _columns("keywords", "list", "substance class schedule goods carrier address contact pgp")
# What is searched as origin, destination and payment: what the page states, else what the text says.
_FOUND = _columns("keywords", "list", "ships_from ships_to payment", suffix="_found")
_VALID = _columns("dates", "time", "valid_from")
_EVIDENCE = [*_columns("body", "list", "captures"), *_columns("body", "json", "sources")]

_LISTING = [
    *_columns("body", "text", "market listing_id url title description vendor"),
    *_columns("body", "list", "category"),
    *_flat("number", "price", "amount"),
    *_flat("text", "price", "currency"),
    *_columns("body", "json", "prices"),
    *_columns("body", "text", "unit"),
    *_columns("body", "list", "ships_from ships_to ships_excluded"),
    *_columns("body", "json", "shipping_options"),
    *_columns("body", "list", "payment"),
    *_columns("body", "text", "escrow"),
    *_columns("body", "number", "stock sold views min_order"),
    *_columns("body", "time", "posted_at first_seen_at last_seen_at"),
    *_columns("body", "list", "images"),
    *_columns("numbers", "number", "price cost price_per_gram grams"),
    *_columns("body", "json", "usd"),
    *_READ,
    *_FOUND,
    *_SEEN,
    *_VALID,
    *_EVIDENCE,
]

_VENDOR = [
    *_columns("body", "text", "market handle url description terms"),
    *_columns("body", "list", "pgp_keys"),
    *_columns("body", "json", "contacts"),
    *_columns("body", "list", "ships_from ships_to"),
    *_columns("body", "time", "registered_at last_seen_at"),
    *_columns("body", "text", "level trust_level"),
    *_flat("number", "rating", "score scale positive neutral negative"),
    *_columns("body", "number", "sales"),
    *_flat("number", "disputes", "won lost"),
    *_columns("body", "json", "external_ratings"),
    *_columns("body", "flag", "finalize_early"),
    *_READ,
    *_FOUND,
    *_SEEN,
    *_VALID,
    *_EVIDENCE,
]

COLUMNS: dict[Kind, tuple[Column, ...]] = {
    "listing": (*_NAME, *_LISTING),
    "vendor": (*_NAME, *_VENDOR),
    "review": (
        *_NAME,
        *_columns("body", "text", "market listing_id vendor buyer rating text"),
        *_flat("number", "amount", "amount", prefix="price"),
        *_flat("text", "amount", "currency", prefix="price"),
        *_columns("body", "time", "posted_at"),
        *_SEEN,
        *_columns("body", "list", "captures"),
    ),
    "mention": (
        *_NAME,
        *_columns("keywords", "text", "market vendor record field"),
        *_columns("body", "text", "type text"),
        *_columns("body", "number", "start end"),
        *_columns("body", "text", "value unit source extractor version"),
        *_columns("body", "number", "confidence"),
        *_columns("body", "json", "data"),
    ),
    "observation": (
        *_NAME,
        *_columns("keywords", "text", "market vendor"),
        *_columns("body", "text", "record field"),
        *_columns("body", "json", "before after"),
        *_columns("body", "time", "at"),
        *_columns("body", "text", "capture"),
        *_SEEN,
    ),
    "capture": (
        *_NAME,
        *_columns("body", "text", "capture_id site url"),
        *_columns("body", "time", "fetched_at"),
        *_columns("body", "number", "status"),
        *_columns("body", "text", "payload_digest warc_file"),
        *_columns("body", "number", "offset length"),
        *_columns("body", "text", "page_kind run_id"),
        *_columns("body", "json", "problems"),
        *_SEEN,
    ),
    "identity": (
        *_NAME,
        *_columns("body", "text", "identity_id"),
        *_columns("keywords", "list", "account address contact pgp"),
        *_columns("body", "json", "accounts links"),
    ),
    # A state of a listing or a vendor that a later one superseded: the record that it is of, and until when it held.
    "version": (
        *_NAME,
        *_columns("keywords", "text", "record"),
        *_columns("dates", "time", "valid_to"),
        *dict.fromkeys([*_LISTING, *_VENDOR]),
    ),
}


def columns_of(kinds: Sequence[Kind]) -> tuple[Column, ...]:
    """The columns of a file that holds these kinds: those of the first, then what each other adds, each name once.

    A name that is read from another place in another kind is read there: see `cells`.
    """
    union: dict[str, Column] = {}
    for kind in kinds:
        for column in COLUMNS[kind]:
            union.setdefault(column.name, column)
    return tuple(union.values())


def cells(document: Document, columns: Sequence[Column]) -> list[Value]:
    """A document's value for each of these columns; None where its kind has no such column."""
    own = _BY_NAME[document.kind]
    return [own[column.name].read(document) if column.name in own else None for column in columns]


_BY_NAME = {kind: {column.name: column for column in columns} for kind, columns in COLUMNS.items()}
