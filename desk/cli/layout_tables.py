"""Layouts and reports on them as tables for the terminal, and as objects for programs."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from desk.layout_places import LayoutPlaces, Place
from desk.layout_report import FieldSummary, LayoutReport
from desk.layout_text import (
    UNSURE,
    LayoutField,
    condition_text,
    field_text,
    layout_fields,
    page_title,
    record_title,
    selector_text,
)
from desk.terminal import cell
from extractors.layout import Layout
from extractors.layout_schema import RecordSpec

_WIDE = 100
# Of a check's fields, those that a person should look at; all of them stand in the report.
_SHOWN_FIELDS = 15


def layout_tables(layout: Layout, places: LayoutPlaces) -> Iterator[RenderableType]:
    """A layout: what it is, its pages and what tells them, its fields."""
    yield _heading(layout)
    pages = Table("page", "line", "told by", "records", "sure", title="pages, in the order in which they are tried")
    for page in layout.pages:
        place = places.page(page, layout.from_)
        pages.add_row(
            cell(page_title(page)),
            cell(place.line if place else None),
            cell("; ".join(map(condition_text, page.when)), _WIDE),
            cell("; ".join(map(_record_text, page.records)), _WIDE),
            _sureness(page.confidence),
        )
    yield pages
    fields = Table("page", "record", "field", "line", "selector", "sure", "evidence", title="fields")
    for field in layout_fields(layout):
        where = places.field(field)
        fields.add_row(
            cell(page_title(field.page)),
            cell(record_title(field.record)),
            cell(f"{field.name}{' *' if field.is_required else ''}"),
            cell(f"{where.file.name}:{where.line}" if where else None),
            cell(field_text(field.spec), _WIDE),
            _sureness(field.confidence),
            cell(field.spec.evidence, _WIDE),
        )
    yield fields


def layout_object(layout: Layout, places: LayoutPlaces) -> dict[str, object]:
    """A layout for programs: as its file would say it, and ``fields`` in a flat list with their places."""
    whole: dict[str, object] = layout.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {**whole, "fields": [_field_object(field, places.field(field)) for field in layout_fields(layout)]}


def _field_object(field: LayoutField, place: Place | None) -> dict[str, object]:
    return {
        "page_kind": field.page.kind,
        "page_name": field.page.name,
        "record": field.record.kind,
        "rows": field.record.each is not None,
        "field": field.name,
        "required": field.is_required,
        "selector": field_text(field.spec),
        "file": str(place.file) if place else None,
        "line": place.line if place else None,
        "confidence": field.confidence,
        "evidence": field.spec.evidence,
    }


def learned_table(layout: Layout) -> Table:
    """What was learned, field by field."""
    table = Table("page", "record", "field", "sure", "selector", "evidence")
    for field in layout_fields(layout):
        if field.confidence is not None:
            table.add_row(
                cell(page_title(field.page)),
                cell(record_title(field.record)),
                cell(field.name),
                _sureness(field.confidence),
                cell(field_text(field.spec), 60),
                cell(field.spec.evidence, 60),
            )
    return table


def fields_table(report: LayoutReport) -> Table:
    """The fields that a person should look at, the least sure first."""
    table = Table(
        "page", "record", "field", "line", "found", "sure", "looks wrong", title="fields, the least sure first"
    )
    for summary in report.fields[:_SHOWN_FIELDS]:
        field = summary.field
        table.add_row(
            cell(page_title(field.page)),
            cell(record_title(field.record)),
            cell(f"{field.name}{' *' if field.is_required else ''}"),
            cell(f"{summary.place.file.name}:{summary.place.line}" if summary.place else None),
            cell(f"{summary.filled} of {summary.of}", style="" if summary.filled else "red"),
            _sureness(field.confidence),
            cell("; ".join(suspicion.message for suspicion in summary.suspicions), _WIDE, style="yellow"),
        )
    return table


def report_object(report: LayoutReport) -> dict[str, object]:
    """A report for programs: counts, every field, and the first pages that are broken or unknown."""
    return {
        "layout": report.layout.name,
        "market": report.layout.market,
        "ok": report.is_fine,
        "verdict": report.verdict,
        "pages": report.pages,
        "kinds": dict(report.kinds),
        "left_out": dict(report.left_out),
        "unknown": report.unknown_count,
        "unknown_pages": [page.name for page in report.unknown],
        "broken": report.broken_count,
        "broken_pages": [
            {"file": page.name, "page_kind": page.kind, "problems": [one.model_dump() for one in page.broken]}
            for page in report.broken
        ],
        "problems": [
            {"code": code, "field": field, "pages": count} for (code, field), count in report.problems.items()
        ],
        "fields": [_summary_object(summary) for summary in report.fields],
    }


def _summary_object(summary: FieldSummary) -> dict[str, object]:
    return {
        **_field_object(summary.field, summary.place),
        "found": summary.filled,
        "of": summary.of,
        "looks_wrong": [{"code": one.code, "message": one.message} for one in summary.suspicions],
    }


def _heading(layout: Layout) -> Text:
    facts = [f"layout {layout.name}", f"market {layout.market}"]
    if layout.from_ is not None:
        facts.append(f"from {layout.from_:%Y-%m-%d}")
    if len(layout.versions) > 1:
        facts.append(f"{len(layout.versions) - 1} earlier versions")
    facts += [f"dates {layout.dates}", f"decimal {layout.decimal}", f"currency {layout.currency or 'as stated'}"]
    if layout.source:
        facts.append(layout.source)
    return cell("; ".join(facts), 1000)


def _record_text(record: RecordSpec) -> str:
    """A record and where it, or its rows, stand."""
    where = selector_text(record.each if record.each is not None else record.within)
    return f"{record_title(record)} in {where}" if where else record_title(record)


def _sureness(confidence: float | None) -> Text:
    if confidence is None:
        return cell(None)
    return cell(f"{confidence:.2f}", style="yellow" if confidence < UNSURE else "")
