"""``search --out``: all that a query finds, to a file."""

from pathlib import Path

import typer

from desk.cli.state_line import StateLine
from desk.exports.result_csv import LONGEST_CELL
from desk.exports.result_export import FORMATS, ResultReport, export_results
from desk.terminal import messages, output, print_json
from index.search import Request
from index.store import Store


def write_results(
    store: Store,
    request: Request,
    out: Path,
    *,
    limit: int | None,
    json_output: bool,
) -> None:
    """Write every hit to a file, with progress, and say what was written.

    Raises:
        BadParameter: the file's suffix names no format.
        ExportError: the file cannot be written.
    """
    if out.suffix.lower() not in FORMATS:
        raise typer.BadParameter(f"{out.name!r} ends in none of {', '.join(FORMATS)}", param_hint="--out")
    with StateLine(messages(), "export") as progress:
        report = export_results(
            store,
            request,
            out,
            limit=limit,
            progress=lambda number: progress.show(f"{number} documents"),
        )
    if json_output:
        print_json({"file": str(out), "documents": report.documents, "cut_cells": report.cut_cells})
    else:
        output().print(_line(report), markup=False)


def _line(report: ResultReport) -> str:
    kinds = ", ".join(f"{number} {kind}" for kind, number in report.documents.items())
    cut = (
        f"; {report.cut_cells} cells were cut to the {LONGEST_CELL} characters that a spreadsheet takes, "
        "JSONL and Parquet have them whole"
        if report.cut_cells
        else ""
    )
    return f"wrote {report.path}: {report.documents.total()} documents{f' ({kinds})' if kinds else ''}{cut}"
