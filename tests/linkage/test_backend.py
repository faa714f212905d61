"""Opening and closing where linkage is computed."""

import os
from pathlib import Path

import pyarrow as pa
import pytest

from linkage.backend import BackendError, open_backend
from nightpost.errors import UnavailableError
from tests.linkage.backends import opened


def test_a_database_file_holds_the_tables_and_temporary_files_go(tmp_path: Path) -> None:
    spill = tmp_path / "spill"
    spill.mkdir()
    with open_backend("duckdb", database=tmp_path / "linkage.duckdb", temporary=spill) as backend:
        backend.load("numbers", pa.table({"number": [1, 2, 3]}))
        assert backend.create("large", "select number from numbers where number > 1") == 2
        assert backend.fetch("select sum(number) as total from large").to_pylist() == [{"total": 5}]
        assert any(spill.iterdir())
    assert (tmp_path / "linkage.duckdb").stat().st_size > 0
    assert not any(spill.iterdir())


def test_a_database_file_that_exists_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine", encoding="utf-8")
    with pytest.raises(BackendError, match="exists already"):
        open_backend("duckdb", database=tmp_path / "notes")
    assert (tmp_path / "notes").read_text(encoding="utf-8") == "mine"


def test_a_database_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    with pytest.raises(BackendError, match="cannot open"):
        open_backend("duckdb", database=tmp_path / "nowhere" / "linkage.duckdb")


def test_no_variable_of_ours_is_a_table_of_the_database() -> None:
    secret = pa.table({"number": [1]})
    with open_backend("duckdb") as backend, pytest.raises(BackendError, match="secret"):
        backend.fetch("select * from secret")
    assert secret.num_rows == 1


def test_spark_without_java_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UnavailableError, match="install Java 17"):
        open_backend("spark")


def test_spark_leaves_the_environment_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSPARK_PYTHON", "another")
    monkeypatch.delenv("SPARK_LOCAL_IP", raising=False)
    for backend in opened("spark"):
        assert backend.fetch("select 1 + 1 as two").to_pylist() == [{"two": 2}]
    assert os.environ["PYSPARK_PYTHON"] == "another"
    assert "SPARK_LOCAL_IP" not in os.environ
