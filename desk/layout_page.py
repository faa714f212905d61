"""One saved page read with a layout, kept together with what it was read from: for reports on a layout."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from desk.layout_text import LayoutField, layout_fields
from desk.saved_pages import PageFile
from extractors.effort import EffortSpentError
from extractors.layout_schema import Layout, PageSpec, RecordSpec
from extractors.page_records import MAX_ROWS
from extractors.reading import OpenPage, Reading, open_page, read_page


@dataclass(frozen=True, slots=True)
class Row:
    """What one row of a page says, or its one record.

    Attributes:
        values: of the fields that have one, by the field's name.
        lacks: fields without which it is no record.
    """

    values: Mapping[str, object]
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageReading:
    """A page as the layout reads it.

    Attributes:
        file: the page.
        reading: what the reading itself says.
        opened: its tree, and the layout's page that it is; None when there was nothing to parse.
        records: for each of that page's records, its rows; also those that are left out for what they lack.
    """

    file: PageFile
    reading: Reading
    opened: OpenPage | None = None
    records: Sequence[Sequence[Row]] = ()

    @property
    def spec(self) -> PageSpec | None:
        """The layout's page that it is; None when it is none."""
        return self.opened.spec if self.opened is not None else None


class LayoutReader:
    """Reads pages with one layout, each with the version that held when it was saved."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.fields: list[LayoutField] = layout_fields(*layout.versions)

    def read(self, page: PageFile) -> PageReading:
        """Read one page; whatever it holds, nothing is raised."""
        url, fetched_at, charset = page.address, page.fetched_at, page.charset
        reading = read_page(
            page.body,
            url=url,
            fetched_at=fetched_at,
            layout=self.layout,
            charset=charset,
            status=page.status,
            with_links=False,
        )
        opened = open_page(page.body, url=url, fetched_at=fetched_at, layout=self.layout, charset=charset)
        records: list[list[Row]] = []
        if opened is not None and opened.spec is not None:
            # A page that costs too much says so in its reading; here it is shown as far as it was read.
            with suppress(EffortSpentError):
                for record in opened.spec.records:
                    records.append([])
                    _read_rows(record, opened, records[-1])
        return PageReading(page, reading, opened, records)


def _read_rows(record: RecordSpec, opened: OpenPage, rows: list[Row]) -> None:
    """Read a record's rows into a list, which has those before it when the page costs too much."""
    part = opened.whole.part(record.within)
    if part is None:
        return
    common = opened.reader.fields(record.common, opened.whole, of=record.kind)
    for scope in [part] if record.each is None else part.rows(record.each, most=MAX_ROWS, of=record.kind):
        if record.each is not None and any(opened.reader.holds(condition, scope) for condition in record.skip):
            continue
        values = common | opened.reader.fields(record.fields, scope, of=record.kind)
        rows.append(Row(values, tuple(name for name in record.require if name not in values)))
