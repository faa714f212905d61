"""The report on a layout as one HTML file that needs nothing: no script, no network, nothing beside it.

Every text in it comes from hostile pages or from a person's file: the template escapes all of it, and control and
direction characters are written out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from desk.layout_marks import TONES
from desk.layout_report import FieldSummary, LayoutReport, ShownPage, ShownRecord
from desk.layout_survey import BROKEN
from desk.layout_suspicions import value_text
from desk.layout_text import UNSURE, LayoutField, page_title, record_title, selector_text
from desk.page_sanitising import MARK, POLICY, ROW, TONE
from desk.terminal import visible
from extractors.problems import Problem
from nightpost.errors import NightpostError

_TEMPLATE = "layout_report.html"
_COLOURS = ("#1f6feb", "#b3261e", "#1b6e3c", "#8a3ffc", "#9a5b00", "#0f7b83", "#b0177a", "#4d5a1f")
# The pages that say the most are open at once; a browser draws the others when they are opened.
_OPEN_PAGES = 3
_LONGEST_VALUE = 600
_LONGEST_CELL = 120


class ReportNotWrittenError(NightpostError):
    """The file of a report cannot be written."""


def write_report(report: LayoutReport, file: Path) -> None:
    """Write the report.

    Raises:
        ReportNotWrittenError: the file cannot be written.
    """
    text = report_html(report)
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ReportNotWrittenError(f"cannot write {file}: {error.strerror}; choose another place") from error


def report_html(report: LayoutReport) -> str:
    """The report as the text of an HTML file."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    fields = {summary.field.number: _FieldView.from_summary(summary) for summary in report.fields}
    files = dict.fromkeys(str(summary.place.file) for summary in report.fields if summary.place is not None)
    return environment.get_template(_TEMPLATE).render(
        policy=POLICY,
        tones=_COLOURS,
        name=report.layout.name,
        verdict=visible(report.verdict),
        is_fine=report.is_fine,
        pages=report.pages,
        left_out=", ".join(f"{count} {visible(reason)}" for reason, count in report.left_out.items()),
        files=visible(", ".join(files)),
        kinds=[(visible(kind), count) for kind, count in report.kinds.items()],
        unknown=[visible(page.name) for page in report.unknown],
        unknown_count=report.unknown_count,
        problems=[
            {"code": code, "field": field or "", "pages": pages, "is_broken": code in BROKEN}
            for (code, field), pages in report.problems.items()
        ],
        fields=[fields[summary.field.number] for summary in report.fields],
        shown=[_page_view(page, fields, is_open=place < _OPEN_PAGES) for place, page in enumerate(report.shown)],
    )


@dataclass(frozen=True, slots=True)
class _FieldView:
    """A field in the words of the report."""

    number: int
    page: str
    record: str
    name: str
    line: str
    text: str
    confidence: str
    evidence: str
    tone: int
    is_required: bool
    is_unsure: bool
    filled: int
    of: int
    examples: tuple[str, ...]
    suspicions: tuple[str, ...]

    @classmethod
    def from_summary(cls, summary: FieldSummary) -> "_FieldView":
        """The words for one field."""
        field = summary.field
        since = f" (from {field.since:%Y-%m-%d})" if field.since is not None else ""
        return cls(
            number=field.number,
            page=visible(page_title(field.page)) + since,
            record=record_title(field.record),
            name=field.name,
            line=f"line {summary.place.line}" if summary.place is not None else "",
            text=visible(summary.text),
            confidence=f"{field.confidence:.2f}" if field.confidence is not None else "",
            evidence=visible(field.spec.evidence or ""),
            tone=field.number % TONES,
            is_required=field.is_required,
            is_unsure=field.confidence is not None and field.confidence < UNSURE,
            filled=summary.filled,
            of=summary.of,
            examples=tuple(map(visible, summary.examples)),
            suspicions=tuple(visible(suspicion.message) for suspicion in summary.suspicions),
        )


def _page_view(page: ShownPage, fields: Mapping[int, _FieldView], *, is_open: bool) -> dict[str, object]:
    summary = page.summary
    return {
        "number": summary.number,
        "name": visible(summary.name),
        "kind": visible(summary.kind),
        "is_open": is_open,
        "is_broken": bool(summary.broken),
        "frame": frame_document(page.body, page.style) if page.body else "",
        "problems": [_problem_view(problem, page, fields) for problem in summary.problems],
        "suspicions": [f"{fields[number].name}: {visible(suspicion.message)}" for number, suspicion in page.suspicions],
        "records": [_record_view(record, fields) for record in page.records if record.fields],
    }


def _problem_view(problem: Problem, page: ShownPage, fields: Mapping[int, _FieldView]) -> dict[str, object]:
    """A problem, with the line of the field that it is about."""
    about = [
        fields[field.number].line
        for record in page.records
        for field in record.fields
        if field.number in fields and f"{field.record.kind}.{field.name}" == problem.field
    ]
    return {
        "code": problem.code,
        "field": problem.field or "",
        "message": visible(problem.message),
        "line": about[0] if about else "",
        "is_broken": problem.code in BROKEN,
    }


def _record_view(record: ShownRecord, fields: Mapping[int, _FieldView]) -> dict[str, object]:
    # Parts of a field (an option's price) stand in the field's own value.
    own = [field for field in record.fields if len(field.path) == 1 and field.number in fields]
    spec = record.fields[0].record
    has_rows = spec.each is not None
    longest = _LONGEST_CELL if has_rows else _LONGEST_VALUE
    return {
        "title": record_title(spec),
        "within": visible(selector_text(spec.each if spec.within is None else spec.within)),
        "count": record.count,
        "has_rows": has_rows,
        "fields": [fields[field.number] for field in own],
        "rows": [
            {"cells": [_cell(field, row.values, row.lacks, fields, longest) for field in own]} for row in record.rows
        ],
    }


def _cell(
    field: LayoutField,
    values: Mapping[str, object],
    lacks: tuple[str, ...],
    fields: Mapping[int, _FieldView],
    longest: int,
) -> dict[str, object]:
    value = values.get(field.name)
    is_lacking = field.name in lacks
    missing = "missing, and required" if is_lacking else "not found"
    if value is None:
        text = missing if field.record.each is None or is_lacking else ""
    else:
        text = visible(value_text(value, longest))
    return {"field": fields[field.number], "text": text, "is_missing": value is None, "is_lacking": is_lacking}


def frame_document(body: str, style: str) -> str:
    """A page made harmless (`desk.page_sanitising`), as the document of its frame, with what was read outlined."""
    colours = "\n".join(
        f"[{TONE}='{tone}'] {{ outline: 2px solid {colour} !important; outline-offset: 1px; }}\n"
        f"[{TONE}='{tone}']::before {{ background: {colour}; }}"
        for tone, colour in enumerate(_COLOURS)
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}"><style>{style}</style><style>
body {{ font-family: sans-serif; font-size: 13px; margin: 8px; }} table {{ border-collapse: collapse; }}
[{ROW}] {{ box-shadow: 0 0 0 1px #9aa3ad; }}
{colours}
[{MARK}]::before {{ content: attr({MARK}); color: #fff; font: bold 10px/1.2 sans-serif; padding: 0 3px;
margin-right: 3px; display: inline-block; text-indent: 0; text-transform: none; }}
tr[{MARK}]::before, table[{MARK}]::before, tbody[{MARK}]::before {{ content: none; }}
</style></head><body>{body}</body></html>"""
