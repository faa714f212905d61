"""Records: what a recognised page says, as listings, vendors and reviews."""

import hashlib
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from extractors.assertions import Row, are_alike, check_shares
from extractors.effort import EffortSpentError
from extractors.layout_schema import PageSpec, RecordSpec
from extractors.record_fields import RECORDS
from extractors.records import Record, RecordKind
from extractors.scope import Scope
from extractors.values import ValueReader

# More rows than any real page has.
MAX_ROWS = 2000
_PAGE_URL_KINDS: dict[str, RecordKind] = {"listing": "listing", "vendor": "vendor"}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where records come from: the market, the page's URL (None when it is not a web page's), the capture."""

    market: str
    url: str | None
    capture_id: str | None


def page_records(page: PageSpec, whole: Scope, reader: ValueReader, origin: Origin) -> list[Record]:
    """All records that a page of this kind holds, in the order of the layout; the reader's log takes what is wrong."""
    records: list[Record] = []
    for spec in page.records:
        try:
            records += _records_of(spec, page, whole, reader, origin)
        except EffortSpentError:
            reader.log.add("too_costly", "the page costs too much to read; this was not read", field=spec.kind)
    return records


def _records_of(spec: RecordSpec, page: PageSpec, whole: Scope, reader: ValueReader, origin: Origin) -> list[Record]:
    part = whole.part(spec.within)
    scopes = [] if part is None else _rows(spec, part, reader)
    if len(scopes) < spec.at_least and not any(reader.holds(condition, whole) for condition in spec.empty):
        reader.log.add(
            "too_few_rows", f"{len(scopes)} rows where at least {spec.at_least} were expected", field=spec.kind
        )
    if not scopes:
        return []
    common = reader.fields(spec.common, whole, of=spec.kind)
    rows = _read_rows(spec, scopes, reader)
    if spec.each is not None:
        check_shares(spec, rows, reader.log)
        if are_alike(spec, rows):
            reader.log.add(
                "rows_alike",
                f"all {len(rows)} rows say the same, and were left out: do the selectors look outside the row?",
                field=spec.kind,
            )
            return []
    # The page's URL is that of the record which it is about, not of the rows that it lists.
    is_subject = spec.each is None and _PAGE_URL_KINDS.get(page.kind) == spec.kind
    of_page = {"url": origin.url} if is_subject and origin.url is not None else {}
    records = (_record(spec, of_page | common | row.values, reader, origin) for row in rows)
    return [record for record in records if record is not None]


def _rows(spec: RecordSpec, part: Scope, reader: ValueReader) -> list[Scope]:
    if spec.each is None:
        return [part]
    rows = part.rows(spec.each, most=MAX_ROWS, of=spec.kind)
    if not spec.skip:
        return rows
    return [row for row in rows if not any(reader.holds(condition, row) for condition in spec.skip)]


def _read_rows(spec: RecordSpec, scopes: list[Scope], reader: ValueReader) -> list[Row]:
    """What each row says; of a page that costs too much, the rows that were read until then."""
    rows: list[Row] = []
    reads_nothing = [(name, f"{spec.kind}.{name}") for name in spec.share]
    try:
        for scope in scopes:
            reader.said_nothing.clear()
            values = reader.fields(spec.fields, scope, of=spec.kind)
            rows.append(Row(values, frozenset(name for name, whole in reads_nothing if whole in reader.said_nothing)))
    except EffortSpentError:
        reader.log.add("too_costly", f"only the first {len(rows)} of {len(scopes)} rows were read", field=spec.kind)
    return rows


def _record(spec: RecordSpec, values: dict[str, Any], reader: ValueReader, origin: Origin) -> Record | None:
    missing = [needed for needed in spec.require if needed not in values]
    for needed in missing:
        reader.log.add("missing_field", "the page does not hold what it must", field=f"{spec.kind}.{needed}")
    if missing and spec.each is not None:
        reader.log.add("row_left_out", f"a row without {', '.join(missing)} is no {spec.kind}", field=spec.kind)
        return None
    _identify(spec.kind, values)
    captures = [origin.capture_id] if origin.capture_id else []
    model = RECORDS[spec.kind]
    while True:
        try:
            return model(market=origin.market, captures=captures, **values)
        except ValidationError as error:
            field = str(error.errors()[0]["loc"][0])
            if field not in values:
                reader.log.add("row_left_out", f"a {spec.kind} without {field} is no record", field=spec.kind)
                return None
            reader.log.add("invalid_field", error.errors()[0]["msg"], field=f"{spec.kind}.{field}")
            del values[field]


def _identify(kind: RecordKind, values: dict[str, Any]) -> None:
    """Give a listing whose page states no number of its own one that is the same each time: of vendor and title."""
    if kind == "listing" and "listing_id" not in values and ("title" in values or "url" in values):
        name = f"{values.get('vendor', '')}\n{values.get('title') or values['url']}"
        values["listing_id"] = "t-" + hashlib.sha256(name.encode()).hexdigest()[:16]
