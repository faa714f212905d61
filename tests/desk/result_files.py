"""Reads back the files of exported result sets."""

import csv
import json
from pathlib import Path
from typing import Any

from pyarrow import parquet


def json_lines(file: Path) -> list[dict[str, Any]]:
    # Not splitlines(): a line ends with \n alone.
    return [json.loads(line) for line in file.read_bytes().decode().split("\n")[:-1]]


def csv_rows(file: Path) -> list[dict[str, str]]:
    csv.field_size_limit(10_000_000)
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def parquet_rows(file: Path) -> list[dict[str, Any]]:
    return list(parquet.read_table(file).to_pylist())


def rows(file: Path) -> list[dict[str, Any]]:
    """A file of any of the formats."""
    read = {".jsonl": json_lines, ".csv": csv_rows, ".parquet": parquet_rows}[file.suffix.lower()]
    return read(file)
