"""A lead as CSV: one row a statement, harmless in a spreadsheet.

A spreadsheet runs a cell that begins with one of a few characters as a formula (OWASP, "CSV Injection"): such a cell
gets an apostrophe before it. Controls and bidirectional overrides are written out, so that no cell spans lines or acts
on a terminal.
"""

import csv
from collections.abc import Iterable
from typing import TextIO

from desk.exports.statements import Statement
from desk.lead import Lead
from desk.terminal import visible

COLUMNS = (
    "lead", "handling", "authority", "account", "subject", "field", "value",
    "capture_id", "url", "fetched_at", "warc_file", "offset", "length", "payload_digest",
)  # fmt: skip

# The last four are full-width forms, which some spreadsheets take for the plain ones.
_FORMULA_STARTS = tuple("=+-@\t\r\n" + "\uff1d\uff0b\uff0d\uff20")


def write_csv(lead: Lead, statements: Iterable[Statement], out: TextIO) -> None:
    """Write a heading and one row a statement (RFC 4180; every cell quoted)."""
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for statement in statements:
        capture = statement.capture
        row = (
            lead.lead_id, lead.handling, lead.authority or "", statement.account, statement.subject, statement.field,
            statement.value, capture.capture_id, capture.url, capture.fetched_at.isoformat(), capture.warc_file,
            str(capture.offset), str(capture.length), capture.payload_digest,
        )  # fmt: skip
        writer.writerow([defused(cell) for cell in row])


def defused(cell: str) -> str:
    """The cell as one visible line that no spreadsheet takes for a formula.

    What is judged is the text as it came and without the blanks before it, as some programs drop those.
    """
    text = visible(cell)
    return f"'{text}" if cell.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS) else text
