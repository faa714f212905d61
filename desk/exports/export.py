"""Writing a lead to a file, whole or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from desk.exports.spreadsheet import write_csv
from desk.exports.statements import LeadRecords, Statement, statements_of
from desk.exports.stix import write_stix
from desk.exports.whole_file import ExportError, utf8_text, whole_file
from desk.lead import Lead

FORMATS: dict[str, Callable[[Lead, list[Statement], TextIO], None]] = {"csv": write_csv, "stix": write_stix}
"""What writes each format, by the name that the command line knows it by."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written: ``without_capture`` statements were left out, as nothing shows them."""

    path: Path
    statements: int
    captures: int
    without_capture: int


def export_lead(lead: Lead, records: LeadRecords, export_format: str, out: Path) -> ExportReport:
    """Write a lead to a file; what was there before is replaced once the new file is whole.

    Raises:
        ExportError: the format is not known, nothing is known of the lead's accounts, or the file cannot be written.
        NightpostError: the index or the archive cannot be read, or lacks a capture that a statement names.
    """
    write = FORMATS.get(export_format)
    if write is None:
        raise ExportError(f"there is no export format {export_format!r}; choose one of: {', '.join(FORMATS)}")
    collected = statements_of(lead, records)
    if not collected.statements:
        raise ExportError(f"nothing that a capture shows is known of {lead.lead_id}; run: nightpost ingest")
    with whole_file(out) as file, utf8_text(file) as text:
        write(lead, collected.statements, text)
    return ExportReport(
        path=out,
        statements=len(collected.statements),
        captures=len({one.capture.capture_id for one in collected.statements}),
        without_capture=collected.without_capture,
    )
