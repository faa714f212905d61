"""Writing a lead to a file, whole or not at all."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from desk.exports.spreadsheet import write_csv
from desk.exports.statements import LeadRecords, Statement, statements_of
from desk.exports.stix import write_stix
from desk.lead import Lead
from nightpost.errors import NightpostError

FORMATS: dict[str, Callable[[Lead, list[Statement], TextIO], None]] = {"csv": write_csv, "stix": write_stix}
"""What writes each format, by the name that the command line knows it by."""


class ExportError(NightpostError):
    """A lead could not be exported."""


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
    _write_whole(out, lambda file: write(lead, collected.statements, file))
    return ExportReport(
        path=out,
        statements=len(collected.statements),
        captures=len({one.capture.capture_id for one in collected.statements}),
        without_capture=collected.without_capture,
    )


def _write_whole(out: Path, write: Callable[[TextIO], None]) -> None:
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
        temporary = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(out)
    except OSError as error:
        raise ExportError(f"cannot write {out}: {error.strerror}; mend that or choose another place") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
