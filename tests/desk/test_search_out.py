"""``nightpost search --out``: all that a query finds, to a file."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from desk.exports.result_export import FORMATS
from index.sqlite_store import SqliteStore
from tests.conftest import REPOSITORY
from tests.desk.conftest import Run
from tests.desk.result_documents import generated_listings, listing, one_of_each
from tests.desk.result_files import csv_rows, json_lines, parquet_rows


@pytest.fixture
def filled(workspace: Path) -> Path:
    with SqliteStore(workspace / "index.sqlite") as store:
        assert store.write([*one_of_each(), *generated_listings(60)]) == []
    return workspace


@pytest.mark.parametrize("name", ["x.jsonl", "x.csv", "x.parquet", "X.CSV"])
def test_all_hits_are_written(run: Run, filled: Path, tmp_path: Path, name: str) -> None:
    assert filled.is_dir()
    out = tmp_path / name
    status, output, errors = run("search", "kind:listing", "--out", out)
    assert (status, errors) == (0, "")
    assert output == f"wrote {out}: 60 documents (60 listing)\n"
    read = parquet_rows if name.endswith("parquet") else json_lines if name.endswith("jsonl") else csv_rows
    assert len(read(out)) == 60
    status, output, _ = run("search", "*", "--kind", "listing", "--limit", 7, "--json", "--out", out)
    assert json.loads(output) == {"file": str(out), "documents": {"listing": 7}, "cut_cells": 0}


def test_cut_cells_are_told(run: Run, filled: Path, tmp_path: Path) -> None:
    with SqliteStore(filled / "index.sqlite") as store:
        store.write([listing(title="x" * 50_000)])
    output = run("search", "kind:listing", "--out", tmp_path / "x.csv")[1]
    assert "1 cells were cut to the 32767 characters" in output


@pytest.mark.parametrize(
    "arguments",
    [
        ("x.txt",), ("x",), ("x.csv.gz",), ("x.csv", "--sort", "price"), ("x.csv", "--facet", "market"),
        ("x.csv", "--offset", "5"),
    ],
)  # fmt: skip
def test_what_does_not_go_with_it_is_wrong_usage(
    run: Run, filled: Path, tmp_path: Path, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert filled.is_dir()
    monkeypatch.chdir(tmp_path)
    status, _, errors = run("search", "*", "--out", *arguments)
    assert status == 2
    assert ".jsonl, .csv, .parquet" in errors or "no --sort" in errors
    assert not [*tmp_path.glob("x*")]


def test_a_missing_folder_is_one_clear_line(run: Run, filled: Path, tmp_path: Path) -> None:
    assert filled.is_dir()
    out = tmp_path / "no" / "such" / "x.parquet"
    status, output, errors = run("search", "*", "--out", out)
    assert (status, output) == (1, "")
    reason = "No such file or directory"
    assert errors == f"nightpost: cannot write {out}: {reason}; mend that or choose another place\n"


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_full_disk_leaves_what_was_there_before(filled: Path, tmp_path: Path, suffix: str) -> None:
    with SqliteStore(filled / "index.sqlite") as store:
        assert store.write([*generated_listings(5000)]) == []
    folder = tmp_path / "out"
    folder.mkdir()
    out = folder / f"x{suffix}"
    out.write_text("before", encoding="utf-8")
    # The shell's limit is in blocks of 512 bytes: no file of this process can be longer than 64 KiB.
    command = 'ulimit -f 128; exec "$@"'
    arguments = [sys.executable, "-m", "desk.cli", "-w", str(filled), "search", "*", "--out", str(out)]
    ended = subprocess.run(
        ["sh", "-c", command, "sh", *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"nightpost: cannot write {out}: File too large; mend that or choose another place\n"
    assert [one.name for one in folder.iterdir()] == [out.name]
    assert out.read_text(encoding="utf-8") == "before"
