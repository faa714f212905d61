"""The table of features: what is filled in, and what is refused."""

import pyarrow as pa
import pytest

from linkage.feature_table import FeatureTableError, check_features, feature_schema, feature_table

ROW = {"account_id": "x/a", "market": "x", "text_size": 1}


def test_what_a_row_lacks_is_empty_or_null() -> None:
    (row,) = feature_table([ROW | {"keys": ["A"]}]).to_pylist()
    assert row["keys"] == ["A"]
    assert row["contacts"] == []
    assert row["handle"] is None
    assert row["opened"] is None


def test_a_table_keeps_only_the_columns_of_the_schema_in_order() -> None:
    table = feature_table([ROW])
    wider = table.append_column("more", pa.array([1])).select([*reversed([*table.schema.names, "more"])])
    assert check_features(wider).schema.names == feature_schema().names


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([ROW | {"colour": "red"}], "unknown column 'colour'"),
        ([ROW | {"keys": [1]}], "another type"),
        ([ROW | {"keys": None}], "'keys' is null"),
        ([{"market": "x", "text_size": 1}], "'account_id' is null"),
        ([ROW, ROW], "two rows"),
    ],
)
def test_rows_that_do_not_fit_are_refused(rows: list[dict[str, object]], why: str) -> None:
    with pytest.raises(FeatureTableError, match=why):
        feature_table(rows)


@pytest.mark.parametrize("name", ["passages", "handle"])
def test_a_missing_column_is_named(name: str) -> None:
    with pytest.raises(FeatureTableError, match=f"lacks the column '{name}'"):
        check_features(feature_table([ROW]).drop_columns([name]))


def test_a_column_of_another_type_is_named() -> None:
    table = feature_table([ROW])
    for name, values in (("opened", pa.array([1], pa.int64())), ("goods", pa.array([[1]], pa.list_(pa.int64())))):
        at = table.schema.get_field_index(name)
        with pytest.raises(FeatureTableError, match=f"'{name}' is"):
            check_features(table.set_column(at, name, values))
