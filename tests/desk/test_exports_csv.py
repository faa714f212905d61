"""A lead as CSV: every row names its capture, and no cell does anything."""

import csv
import io
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.exports import ExportError, export_lead
from desk.exports.spreadsheet import COLUMNS, defused
from desk.exports.statements import SourcedRecord
from linkage.account import Account
from nightpost.errors import NightpostError
from tests.desk.records_by_hand import ADDRESS, FORMULA, RecordsByHand, capture, lead


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_every_row_is_a_statement_with_its_capture(tmp_path: Path) -> None:
    out = tmp_path / "lead.csv"
    report = export_lead(lead(), RecordsByHand(), "csv", out)
    written = rows(out)
    assert report.statements == len(written)
    assert (report.captures, report.path) == (3, out)
    for row in written:
        assert tuple(row) == COLUMNS
        seen = capture(row["capture_id"])
        assert (row["url"], row["warc_file"], row["offset"], row["length"], row["payload_digest"]) == (
            seen.url, seen.warc_file, str(seen.offset), str(seen.length), seen.payload_digest,
        )  # fmt: skip
        assert row["fetched_at"] == "2026-02-01T10:30:00+00:00"
        assert (row["lead"], row["handling"], row["authority"]) == ("lead-7", "amber+strict", "US-2026-17")


def test_records_evidence_and_clues_are_all_there(tmp_path: Path) -> None:
    out = tmp_path / "lead.csv"
    report = export_lead(lead(), RecordsByHand(), "csv", out)
    stated = {(row["subject"], row["field"], row["value"], row["capture_id"][0]) for row in rows(out)}
    assert {
        ("vendor:alpha/greenleaf", "pgp_keys: pgp_key", "A1" * 20, "a"),
        ("vendor:beta/=greenleaf\\x1b[2j", "pgp_keys: pgp_key", "A1" * 20, "b"),
        ("listing:alpha/42", "description: crypto_address", ADDRESS, "c"),
        ("vendor:alpha/greenleaf", "sales", "12", "a"),
        ("vendor:alpha/greenleaf", "finalize_early", "false", "a"),
        ("vendor:alpha/greenleaf", "ships_to", "US", "a"),
        ("vendor:alpha/greenleaf", "ships_to", "CA", "a"),
        ("vendor:alpha/greenleaf", "contacts[0].type", "wickr", "a"),
        ("listing:alpha/42", "price.amount", "0.00001", "c"),
        ("listing:alpha/42", "prices[1].amount", "9", "c"),
    } <= stated
    # The listing's unit and one sighting of a contact have no capture: left out, and counted.
    assert not any(field == "unit" for _, field, _, _ in stated)
    assert report.without_capture == 2


def test_formulas_and_controls_of_vendors_are_harmless(tmp_path: Path) -> None:
    out = tmp_path / "lead.csv"
    export_lead(lead(), RecordsByHand(), "csv", out)
    values = {row["field"]: row["value"] for row in rows(out)}
    assert values["title"] == "'" + FORMULA
    assert values["description"] == r"two lines \x1b]0;owned\x07 \u202e"
    text = out.read_bytes().decode()
    assert {unicodedata.category(one) for one in text.replace("\r\n", "")} & {"Cc", "Cf"} == set()


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "\uff1d1", " =1", "\u00a0=1", "'=1"])
def test_a_cell_that_would_be_a_formula_is_quoted(cell: str) -> None:
    assert defused(cell).startswith("'")


@given(st.text())
def test_no_cell_begins_a_formula_or_holds_a_control_and_reads_back_as_one_cell(cell: str) -> None:
    safe = defused(cell)
    assert not safe.lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))
    assert safe.isprintable() or all(unicodedata.category(one) not in {"Cc", "Cf", "Cs"} for one in safe)
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL).writerow([safe])
    assert next(csv.reader(io.StringIO(file.getvalue()))) == [safe]


@given(st.text(st.characters(categories=["L", "N"]), min_size=1))
def test_plain_words_are_left_as_they_are(cell: str) -> None:
    assert defused(cell) == cell


def test_an_unknown_format_or_place_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="choose one of: csv, stix"):
        export_lead(lead(), RecordsByHand(), "docx", tmp_path / "x")
    with pytest.raises(ExportError, match="No such file"):
        export_lead(lead(), RecordsByHand(), "csv", tmp_path / "nowhere" / "x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ExportError, match="cannot write"):
        export_lead(lead(), RecordsByHand(), "csv", tmp_path / "folder")
    assert [one.name for one in tmp_path.iterdir()] == ["folder"]


class OfAnotherArchive(RecordsByHand):
    def records(self, account_id: str) -> list[SourcedRecord]:
        return [SourcedRecord(one.record, dict.fromkeys(one.sources, "f" * 64)) for one in super().records(account_id)]


def test_a_statement_whose_capture_is_gone_stops_the_export_and_keeps_the_old_file(tmp_path: Path) -> None:
    out = tmp_path / "lead.csv"
    out.write_text("old")
    with pytest.raises(NightpostError, match="there is no capture"):
        export_lead(lead(), OfAnotherArchive(), "csv", out)
    assert out.read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]


class Nothing(RecordsByHand):
    def account(self, account_id: str) -> Account | None:
        assert account_id
        return None

    def records(self, account_id: str) -> list[SourcedRecord]:
        assert account_id
        return []


def test_a_lead_of_which_nothing_is_known_is_not_exported(tmp_path: Path) -> None:
    bare = lead().model_copy(update={"identity": lead().identity.model_copy(update={"links": ()})})
    with pytest.raises(ExportError, match="nothing that a capture shows"):
        export_lead(bare, Nothing(), "csv", tmp_path / "x")
    # The evidence that the lead itself holds is enough.
    assert export_lead(lead(), Nothing(), "csv", tmp_path / "x").statements == 2
