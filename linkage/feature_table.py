"""The table of features: one row for each account, all that the engine of linkage sees of it.

DuckDB and Spark both hold every column. A list may be empty and is never null; a scalar may be null. What proves
nothing (a market's own key, a placeholder) has been taken out before.
"""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from nightpost.errors import NightpostError

_ROWS_AT_ONCE = 10_000
_REQUIRED = ("account_id", "market", "text_size")


class FeatureTableError(NightpostError):
    """A table of features cannot be used as it stands."""


def feature_schema() -> pa.Schema:
    """The columns of the table, in order, with their types."""
    texts, hashes = pa.list_(pa.string()), pa.list_(pa.int64())
    return pa.schema(
        [
            pa.field("account_id", pa.string(), nullable=False),
            pa.field("market", pa.string(), nullable=False),
            ("keys", texts),
            ("own_keys", texts),
            ("key_names", texts),
            ("addresses", texts),
            ("contacts", texts),
            ("name", pa.string()),
            ("claims", texts),
            ("vouched", texts),
            ("handle", pa.string()),
            ("handle_skeleton", pa.string()),
            ("handle_root", pa.string()),
            ("passages", hashes),
            ("title_forms", hashes),
            ("goods", texts),
            ("offers", texts),
            ("prices", texts),
            ("origin", texts),
            ("destinations", texts),
            ("photos", texts),
            ("opened", pa.int32()),
            ("closed", pa.int32()),
            pa.field("text_size", pa.int32(), nullable=False),
        ]
    )


def feature_table(rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """A table from rows by column name; a list that a row lacks is empty, a scalar is null.

    Raises:
        FeatureTableError: a row has a column that is not in the schema, or a value of another type.
    """
    remaining = iter(rows)
    # A row takes many times less memory in the table than as a dictionary.
    parts = [_part([])]
    while part := list(islice(remaining, _ROWS_AT_ONCE)):
        parts.append(_part(part))
    return check_features(pa.concat_tables(parts))


def check_features(table: pa.Table) -> pa.Table:
    """The table itself when it is one of features.

    Raises:
        FeatureTableError: a column is missing, has another type, is null where it must not be, or an id comes twice.
    """
    schema = feature_schema()
    for field in schema:
        if field.name not in table.schema.names:
            raise FeatureTableError(f"the table of features lacks the column {field.name!r}; mend what built it")
        column = table.column(field.name)
        if column.type != field.type:
            raise FeatureTableError(f"the feature {field.name!r} is {column.type} and must be {field.type}")
        if column.null_count and (field.name in _REQUIRED or pa.types.is_list(field.type)):
            raise FeatureTableError(f"the feature {field.name!r} is null for an account; an empty list is not null")
    if pc.count_distinct(table.column("account_id")).as_py() != table.num_rows:
        raise FeatureTableError("two rows of features are of one account; give every account one row")
    return table.select(schema.names)


def _part(rows: list[Mapping[str, Any]]) -> pa.Table:
    schema = feature_schema()
    filled = []
    for row in rows:
        if unknown := sorted(set(row) - set(schema.names)):
            raise FeatureTableError(f"a row of features has the unknown column {unknown[0]!r}; mend what built it")
        filled.append({field.name: row.get(field.name, _absent(field)) for field in schema})
    try:
        return pa.Table.from_pylist(filled, schema=schema)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise FeatureTableError(f"a row of features has a value of another type: {error}") from error


def _absent(field: pa.Field) -> Any:
    return [] if pa.types.is_list(field.type) else None
