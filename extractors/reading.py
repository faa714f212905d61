"""Reading a page with a layout: what kind it is, what it says, where it leads, what was wrong. No page makes it raise.

Order: bytes to a tree (`extractors.page`), the kind (the first of the layout's pages whose conditions all hold), its
records (`extractors.page_records`), its links (`extractors.page_links`).
"""

from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lxml import etree
from pydantic import BaseModel, ConfigDict, Field

from extractors.layout import Layout
from extractors.layout_schema import PageSpec, TotalsSpec
from extractors.page import MAX_PAGE_BYTES, parse_page
from extractors.page_links import Link, page_links
from extractors.page_records import Origin, page_records
from extractors.problems import Problem, ProblemLog
from extractors.records import PageKind, Record
from extractors.transforms.conventions import Conventions
from extractors.transforms.texts import plain_text
from extractors.values import Scope, ValueReader

__all__ = ["MAX_PAGE_BYTES", "Link", "Problem", "Reading", "Total", "read_page"]

_MAX_TOTALS = 2000


class Total(BaseModel):
    """A total that a page declares, such as the number of listings in a category."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    count: int


class Reading(BaseModel):
    """What one page says.

    Attributes:
        page_kind: what it is; "other" when the layout does not know it.
        records: what it holds.
        links: where it leads, best first.
        problems: what was wrong.
        totals: what it declares to be there, to compare a crawl with.
        charset: what its bytes were read as.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    page_kind: PageKind
    records: list[Record] = Field(default_factory=list)
    links: list[Link] = Field(default_factory=list)
    problems: list[Problem] = Field(default_factory=list)
    totals: list[Total] = Field(default_factory=list)
    charset: str = "utf-8"


def read_page(
    body: bytes,
    *,
    url: str,
    fetched_at: datetime | None,
    layout: Layout,
    charset: str | None = None,
    capture_id: str | None = None,
    status: int | None = None,
    with_records: bool = True,
    with_links: bool = True,
) -> Reading:
    """Read one page of a market.

    Args:
        body: the payload, content codings undone; of a very long one, the first `MAX_PAGE_BYTES` count.
        url: where it was fetched, or the path of a saved file.
        fetched_at: when, which relative dates count from; None: they are reported as unreadable.
        layout: the market's.
        charset: what the HTTP header declared.
        capture_id: its evidence, written into each record.
        status: the HTTP status, if known: a page that the layout does not know is then told by it.
        with_records: whether the records are read; a crawl that only goes on wants none.
        with_links: whether the links are read; an ingest wants none.
    """
    page = parse_page(body, declared=charset, fallback=layout.charset)
    if page.root is None:
        return Reading(page_kind="other", problems=page.problems, charset=page.charset)
    log = ProblemLog()
    reader = ValueReader(
        conventions=_conventions(layout, url, fetched_at), log=log, title=_title(page.root), path=_path(url)
    )
    spec = _recognised(layout, page.root, reader)
    records: list[Record] = []
    totals: list[Total] = []
    kind: PageKind = spec.kind if spec else kind_by_status(status)
    if kind == "other" and spec is None:
        log.add("unknown_page", f"no page of the layout {layout.name!r} looks like this")
    if spec is not None and with_records:
        records = page_records(spec, page.root, reader, Origin(layout.market, _web_url(url), capture_id))
        totals = _totals(spec.totals, page.root, reader) if spec.totals else []
    links = page_links(page.root, url=url, kind=kind, layout=layout, log=log) if with_links else []
    problems = page.problems + log.problems()
    return Reading(page_kind=kind, records=records, links=links, problems=problems, totals=totals, charset=page.charset)


def read_links(
    body: bytes, *, url: str, fetched_at: datetime | None, layout: Layout, charset: str | None = None
) -> Reading:
    """What kind of page it is and where it leads, without its records: what a crawl needs; see `read_page`."""
    return read_page(body, url=url, fetched_at=fetched_at, layout=layout, charset=charset, with_records=False)


def kind_by_status(status: int | None) -> PageKind:
    """What a page is that looks like none of the market's: a server's own error page, most often."""
    if status in {404, 410}:
        return "not_found"
    return "error" if status is not None and status >= 500 else "other"


def _recognised(layout: Layout, root: etree._Element, reader: ValueReader) -> PageSpec | None:
    scope = Scope(root)
    for page in layout.pages:
        if all(reader.holds(condition, scope) for condition in page.when):
            return page
    return None


def _totals(spec: TotalsSpec, root: etree._Element, reader: ValueReader) -> list[Total]:
    part = Scope(root).part(spec.within)
    totals = []
    for row in map(Scope, part.select(spec.each)[:_MAX_TOTALS] if part else ()):
        name = reader.value(spec.name, row, name="totals.name", field="name")
        count = reader.value(spec.count, row, name="totals.count", field="count")
        if isinstance(name, str) and isinstance(count, int):
            totals.append(Total(name=name, count=count))
    return totals


def _conventions(layout: Layout, url: str, fetched_at: datetime | None) -> Conventions:
    return Conventions(
        date_order=layout.dates,
        timezone=UTC if layout.timezone == "UTC" else _zone(layout.timezone),
        decimal=layout.decimal,
        currency=layout.currency,
        fetched_at=fetched_at,
        url=url,
    )


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _title(root: etree._Element) -> str:
    title = next(root.iter("title"), None)
    return plain_text(title) if title is not None else ""


def _path(url: str) -> str:
    """The path and query that a layout's patterns of URLs see."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _web_url(url: str) -> str | None:
    return url if url.startswith(("http://", "https://")) else None
