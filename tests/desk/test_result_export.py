"""Whole result sets as files: nothing lost, nothing that acts, whole or not at all."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from desk.exports import ExportError
from desk.exports.result_columns import COLUMNS, Column, columns_of
from desk.exports.result_export import FORMATS, KINDS, export_results
from index.conditions import EVERYTHING, And, Condition, Value
from index.documents import ADDED, RECORDS, Document, Kind
from index.elasticsearch_store import ElasticsearchStore
from index.search import Request
from index.sqlite_store import SqliteStore
from index.store import Store
from nightpost.settings import Settings
from tests.conftest import REPOSITORY
from tests.desk.result_documents import generated_listings, one_of_each, version
from tests.desk.result_files import csv_rows, json_lines, parquet_rows, rows

# Versions are found only where they are asked for.
FOUND: list[Kind] = [kind for kind in KINDS if kind != "version"]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "index.sqlite") as store:
        assert store.write(one_of_each()) == []
        yield store


def at(document: Document, column: Column) -> Any:
    """What a document holds where a column looks, found independently of the column."""
    part, *names = column.path
    value: Any = getattr(document, part)
    for name in names:
        value = None if value is None else value.get(name)
    if part in {"keywords", "numbers", "dates"} and column.type != "list" and value is not None:
        (value,) = value
    return value


class TestColumns:
    """The fixed list of columns."""

    @pytest.mark.parametrize("kind", RECORDS)
    def test_every_field_of_a_record_has_a_column(self, kind: Kind) -> None:
        read = {column.path[1] for column in COLUMNS[kind] if column.path[0] == "body"}
        assert set(RECORDS[kind].model_fields) - {"kind"} == read - set(ADDED)

    def test_every_column_is_filled_by_a_full_document(self) -> None:
        for document in one_of_each():
            empty = {column.name for column in COLUMNS[document.kind] if column.read(document) is None}
            assert empty <= {"schedule", "address", "contact", "pgp", "ships_from_found", "ships_to_found",
                             "payment_found", "valid_from"}, document.kind  # fmt: skip

    def test_a_name_has_one_type_in_all_kinds(self) -> None:
        types = {(column.name, column.type) for columns in COLUMNS.values() for column in columns}
        assert len(types) == len({name for name, _ in types})

    def test_several_kinds_are_the_union_in_a_fixed_order(self) -> None:
        names = [column.name for column in columns_of(["listing", "vendor"])]
        own = [column.name for column in COLUMNS["listing"]]
        assert names[: len(own)] == own
        assert names[len(own) :] == [column.name for column in COLUMNS["vendor"] if column.name not in own]

    def test_they_are_documented(self) -> None:
        text = (REPOSITORY / "docs" / "exports.md").read_text(encoding="utf-8")
        for kind, columns in COLUMNS.items():
            section = text.partition(f"\n### {kind}\n")[2].partition("\n### ")[0]
            documented = [line.split("|")[1:3] for line in section.splitlines() if line.startswith("| `")]
            assert [[name.strip(" `"), type_.strip()] for name, type_ in documented] == [
                [column.name, column.type] for column in columns
            ], kind


class TestRoundTrip:
    """What was written, read back."""

    def test_json_lines_are_the_documents(self, store: SqliteStore, tmp_path: Path) -> None:
        report = export_results(store, Request(), tmp_path / "all.jsonl")
        assert report.documents == dict.fromkeys(FOUND, 1)
        assert json_lines(tmp_path / "all.jsonl") == [
            {"kind": one.kind, "id": one.id, **one.body} for one in one_of_each()
        ]

    def test_parquet_holds_each_record_whole_and_typed(self, store: SqliteStore, tmp_path: Path) -> None:
        for document in one_of_each():
            out = tmp_path / f"{document.kind}.parquet"
            export_results(store, Request(kinds=(document.kind,)), out)
            (row,) = parquet_rows(out)
            assert list(row) == [column.name for column in COLUMNS[document.kind]]
            for column in COLUMNS[document.kind]:
                value, expected = row[column.name], at(document, column)
                if column.type == "json":
                    value = json.loads(value)
                if column.type == "time" and isinstance(expected, str):
                    expected = datetime.fromisoformat(expected)
                assert value == expected, column.name
        schema = parquet.read_schema(tmp_path / "listing.parquet")
        assert schema.field("title").type == pa.string()
        assert schema.field("category").type == pa.list_(pa.string())
        assert schema.field("price_amount").type == pa.float64()
        assert schema.field("posted_at").type == pa.timestamp("us", tz="UTC")
        assert parquet.read_schema(tmp_path / "vendor.parquet").field("finalize_early").type == pa.bool_()

    def test_csv_tells_each_value(self, store: SqliteStore, tmp_path: Path) -> None:
        for document in one_of_each():
            out = tmp_path / f"{document.kind}.csv"
            export_results(store, Request(kinds=(document.kind,)), out)
            (row,) = csv_rows(out)
            assert list(row) == [column.name for column in COLUMNS[document.kind]]
            for column in COLUMNS[document.kind]:
                cell, expected = row[column.name], at(document, column)
                if expected is None or expected == []:
                    assert cell == "", column.name
                elif column.type == "number":
                    assert (float(cell), "e" in cell) == (expected, False), column.name
                elif column.type == "list":
                    assert cell.removeprefix("'") == "; ".join(expected).replace("\n", " "), column.name
                elif column.type == "json":
                    assert json.loads(cell) == expected, column.name
                elif column.type == "time":
                    moment = expected if isinstance(expected, datetime) else datetime.fromisoformat(expected)
                    assert datetime.fromisoformat(cell) == moment, column.name
                elif column.type == "flag":
                    assert cell == "false"
                else:
                    assert cell == expected.replace("\n", " "), column.name
        assert csv_rows(tmp_path / "listing.csv")[0]["price_amount"] == "0.00001"
        assert csv_rows(tmp_path / "listing.csv")[0]["views"] == "1234567"

    @pytest.mark.parametrize("suffix", FORMATS)
    def test_several_kinds_in_one_file(self, store: SqliteStore, tmp_path: Path, suffix: str) -> None:
        out = tmp_path / f"all{suffix}"
        export_results(store, Request(), out)
        found = rows(out)
        assert [row["kind"] for row in found] == FOUND
        assert found[0]["text" if suffix != ".jsonl" else "title"] in {"", None, "10g of something"}
        assert found[2]["text"] == "fast"
        assert found[2]["price_amount" if suffix != ".jsonl" else "rating"] in {"45.5", 45.5, "5"}

    def test_both_stores_give_the_same_files(
        self, store: SqliteStore, tmp_path: Path, elasticsearch_settings: Settings
    ) -> None:
        with ElasticsearchStore(elasticsearch_settings.index, elasticsearch_settings.elasticsearch) as cluster:
            more = [*generated_listings(1200)]  # several pages of a scan
            both: tuple[Store, Store] = (store, cluster)
            for one in both:
                assert one.write([*one_of_each(), *more]) == []
                one.refresh()
            for suffix in FORMATS:
                files = [tmp_path / f"{name}{suffix}" for name in ("embedded", "cluster")]
                for one, file in zip(both, files, strict=True):
                    assert export_results(one, Request(), file).documents["listing"] == 1200
                assert files[0].read_bytes() == files[1].read_bytes()


class TestWhatIsWritten:
    """Which documents, and in which columns."""

    @pytest.mark.parametrize(
        ("condition", "kinds", "expected"),
        [
            (EVERYTHING, (), (*FOUND,)),
            (EVERYTHING, ("vendor", "listing"), ("listing", "vendor")),
            (Value("kind", ("review",)), (), ("review",)),
            (And((Value("market", ("alpha",)), Value("kind", ("mention", "listing")))), ("mention",), ("mention",)),
            (Value("kind", ("review",)), ("vendor",), ()),
        ],
    )
    def test_only_the_kinds_that_are_asked_for(
        self,
        store: SqliteStore,
        tmp_path: Path,
        condition: Condition,
        kinds: tuple[Kind, ...],
        expected: tuple[Kind, ...],
    ) -> None:
        export_results(store, Request(condition=condition, kinds=kinds), tmp_path / "x.csv")
        heading = (tmp_path / "x.csv").read_text(encoding="utf-8").splitlines()[0]
        assert heading == ",".join(f'"{column.name}"' for column in columns_of(expected))

    def test_versions_are_written_where_they_are_asked_for(self, store: SqliteStore, tmp_path: Path) -> None:
        assert store.write([version()]) == []
        out = tmp_path / "x.csv"
        assert export_results(store, Request(kinds=("version",)), out).documents == {"version": 1}
        (row,) = rows(out)
        assert (row["kind"], row["record"], row["title"]) == ("version", "listing:alpha/0000001", "5g of something")
        assert (row["valid_from"], row["valid_to"]) == ("2026-01-01T00:00:00+00:00", "2026-02-01T10:30:00.250000+00:00")
        export_results(store, Request(kinds=("version",)), tmp_path / "x.jsonl")
        (line,) = rows(tmp_path / "x.jsonl")
        assert (line["kind"], line["price"]) == ("version", {"amount": 30.0, "currency": "USD"})

    @pytest.mark.parametrize("suffix", FORMATS)
    def test_a_moment_in_the_past_has_what_held_then(self, store: SqliteStore, tmp_path: Path, suffix: str) -> None:
        assert store.write([version()]) == []
        out = tmp_path / f"x{suffix}"
        before, after = (Request(at=datetime(2026, month, 15, tzinfo=UTC), kinds=("listing",)) for month in (1, 2))
        for request, kind, title in ((before, "version", "5g of something"), (after, "listing", "10g of something")):
            assert export_results(store, request, out).documents == {kind: 1}
            (row,) = rows(out)
            assert (row["kind"], row["title"]) == (kind, title)
            if suffix != ".jsonl":
                assert list(row) == [column.name for column in COLUMNS["listing"]]

    @pytest.mark.parametrize("suffix", FORMATS)
    def test_nothing_found_is_an_empty_file_with_its_heading(
        self, store: SqliteStore, tmp_path: Path, suffix: str
    ) -> None:
        out = tmp_path / f"x{suffix}"
        report = export_results(store, Request(condition=Value("market", ("nowhere",)), kinds=("listing",)), out)
        assert report.documents.total() == 0
        if suffix == ".parquet":
            assert parquet.read_table(out).num_rows == 0
            assert parquet.read_schema(out).names == [column.name for column in COLUMNS["listing"]]
        else:
            assert len(out.read_bytes().splitlines()) == (1 if suffix == ".csv" else 0)

    def test_the_limit_counts_all_kinds_together(self, store: SqliteStore, tmp_path: Path) -> None:
        assert store.write([*generated_listings(700)]) == []
        told: list[int] = []
        report = export_results(store, Request(), tmp_path / "x.jsonl", limit=601, progress=told.append)
        assert (report.documents, told) == ({"listing": 601}, [500])
        assert export_results(store, Request(), tmp_path / "x.jsonl", limit=702).documents["vendor"] == 1
        assert export_results(store, Request(), tmp_path / "x.jsonl", limit=0).documents.total() == 0

    @pytest.mark.parametrize("suffix", FORMATS)
    def test_a_rebuild_during_an_export_loses_nothing(self, store: SqliteStore, tmp_path: Path, suffix: str) -> None:
        documents = [*generated_listings(1700)]
        assert store.write(documents) == []

        def rebuild(number: int) -> None:
            if number == 1000:
                with SqliteStore(tmp_path / "index.sqlite") as other, other.rebuilding() as fresh:
                    assert fresh.write([*reversed(documents)]) == []

        out = tmp_path / f"x{suffix}"
        report = export_results(store, Request(kinds=("listing",)), out, progress=rebuild)
        assert report.documents["listing"] == 1700
        found = rows(out)
        assert [row["id"] for row in found] == [document.id for document in documents]


def test_an_index_that_fails_midway_leaves_nothing(store: Store, tmp_path: Path) -> None:
    class Failing(SqliteStore):
        def scan(self, kind: Kind, condition: Condition = EVERYTHING) -> Iterator[Document]:
            yield from super().scan(kind, condition)
            raise ExportError("the index is gone")

    with Failing(tmp_path / "index.sqlite") as failing, pytest.raises(ExportError, match="gone"):
        export_results(failing, Request(), tmp_path / "x.csv")
    assert not [*tmp_path.glob("*x.csv*")]
    assert store.counts()["listing"] == 1
