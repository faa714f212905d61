"""Vendors' texts in each format of result sets: kept whole or defused, never acting."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk.exports import ExportError
from desk.exports.result_columns import columns_of
from desk.exports.result_csv import LONGEST_CELL, write_csv
from desk.exports.result_export import FORMATS
from desk.exports.result_jsonl import write_jsonl
from desk.exports.result_parquet import write_parquet
from tests.desk.result_documents import listing
from tests.desk.result_files import csv_rows, json_lines, parquet_rows

HOSTILE = [
    '=HYPERLINK("http://x","free")', "+1", "-1", "@x", "\t=1", "\r\n=1", " =1", "\uff1d1", "|cmd", '"; DROP', "a; b",
    "two\nlines", "two\r\nlines", "two\rlines", "\x85\u2028\u2029", "\x1b]0;owned\x07", "nul\0nul", "\u202egpj",
    "half \ud800", "\udfff half", "\U0001f600" * 5, "", " ", "\ufeff", "\ufffe", "e\u0301", "x" * 100_000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_each_format_keeps_or_defuses_them(tmp_path: Path, text: str) -> None:
    check(tmp_path, text)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=())))
def test_any_text(tmp_path: Path, text: str) -> None:
    check(tmp_path, text)


def check(folder: Path, text: str) -> None:
    columns = columns_of(["listing"])
    document = listing(title=text, category=[text, "other"]).model_copy(
        update={"body": {**listing().body, "title": text, "category": [text, "other"], "prices": [{"unit": text}]}}
    )
    with (folder / "x.jsonl").open("wb") as file:
        write_jsonl([document], columns, file)
    (line,) = json_lines(folder / "x.jsonl")
    assert (line["title"], line["category"][0], line["prices"][0]["unit"]) == (rejoined(text),) * 3
    assert printable((folder / "x.jsonl").read_bytes().decode().removesuffix("\n"))

    with (folder / "x.parquet").open("wb") as file:
        write_parquet([document], columns, file)
    (row,) = parquet_rows(folder / "x.parquet")
    written_out = text.encode("utf-8", "backslashreplace").decode()
    assert (row["title"], row["category"][0]) == (written_out, written_out)
    assert not text.isascii() or json.loads(row["prices"]) == [{"unit": text}]

    with (folder / "x.csv").open("wb") as file:
        cut = write_csv([document], columns, file)
    (cells,) = csv_rows(folder / "x.csv")
    content = (folder / "x.csv").read_bytes().decode()
    assert printable(content.replace("\r\n", ""))
    assert content.count("\r\n") == 2
    for name in ("title", "category"):
        assert not cells[name].lstrip().startswith(tuple("=+-@\uff1d\uff0b\uff0d\uff20"))
        assert len(cells[name].encode("utf-16-le")) <= 2 * LONGEST_CELL
    assert cut == (3 if len(text) > LONGEST_CELL else 0)


@pytest.mark.parametrize("letter", ["x", "\U0001f600"])
def test_a_cell_is_cut_to_what_a_spreadsheet_takes(tmp_path: Path, letter: str) -> None:
    fits = 2 * LONGEST_CELL // len(letter.encode("utf-16-le"))
    documents = [listing(title=letter * count) for count in (fits, fits + 1, 3 * fits)]
    with (tmp_path / "x.csv").open("wb") as file:
        assert write_csv(documents, columns_of(["listing"]), file) == 2
    whole, cut, longer = (row["title"] for row in csv_rows(tmp_path / "x.csv"))
    assert whole == letter * fits
    for cell, count in ((cut, fits + 1), (longer, 3 * fits)):
        note = f" [cut: {count} characters in all]"
        assert cell.endswith(note)
        assert cell == letter * (len(cell) - len(note)) + note
        assert LONGEST_CELL - 1 <= len(cell.encode("utf-16-le")) // 2 <= LONGEST_CELL


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_value_of_the_wrong_type_is_named(tmp_path: Path, suffix: str) -> None:
    broken = listing().model_copy(update={"body": {**listing().body, "stock": "many"}})
    with (tmp_path / "x").open("wb") as file, pytest.raises(ExportError, match=r"alpha/0000001 .* body\.stock"):
        FORMATS[suffix]([broken], columns_of(["listing"]), file)


def rejoined(text: str) -> str:
    """The text as JSON gives it back: two halves of a surrogate pair beside each other are one character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def printable(text: str) -> bool:
    return not {unicodedata.category(one) for one in text} & {"Cc", "Cf", "Cs", "Co", "Cn"}
