"""Reading a page with a layout: what kind it is, what it says, where it leads, what was wrong. No page makes it raise.

Order: bytes to a tree (`extractors.page`), the kind (the first of the layout's pages whose conditions all hold), its
records (`extractors.page_records`), its links (`extractors.page_links`).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lxml import etree
from pydantic import BaseModel, ConfigDict, Field

from extractors.effort import EffortSpentError
from extractors.layout import Layout
from extractors.layout_schema import PageSpec, TotalsSpec
from extractors.page import MAX_PAGE_BYTES, Page, page_title, parse_page
from extractors.page_links import Link, page_links
from extractors.page_records import Origin, page_records
from extractors.problems import Problem, ProblemLog
from extractors.records import PageKind, Record
from extractors.scope import Scope
from extractors.transforms.conventions import Conventions
from extractors.values import ValueReader

__all__ = ["MAX_PAGE_BYTES", "Link", "OpenPage", "Problem", "Reading", "Total", "open_page", "read_page"]

_MAX_TOTALS = 2000
_UNKNOWN = "no page of the layout {!r} looks like this"
# Below this a guess of the classifier is not worth telling.
_SURE = 0.5


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
        kind_confidence: how sure the kind is (0 to 1) where it was not told by a layout; None where it was.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    page_kind: PageKind
    records: list[Record] = Field(default_factory=list)
    links: list[Link] = Field(default_factory=list)
    problems: list[Problem] = Field(default_factory=list)
    totals: list[Total] = Field(default_factory=list)
    charset: str = "utf-8"
    kind_confidence: float | None = Field(None, ge=0, le=1)


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
        layout: the market's; of several versions, the one that held at ``fetched_at``.
        charset: what the HTTP header declared.
        capture_id: its evidence, written into each record.
        status: the HTTP status, if known: a page that the layout does not know is then told by it.
        with_records: whether the records are read; a crawl that only goes on wants none.
        with_links: whether the links are read; an ingest wants none.
    """
    layout = layout.at(fetched_at)
    page = parse_page(body, declared=charset, fallback=layout.charset)
    if page.root is None:
        return Reading(page_kind="other", problems=page.problems, charset=page.charset)
    opened = _opened(page, page.root, len(body), url=url, fetched_at=fetched_at, layout=layout)
    spec, log = opened.spec, opened.reader.log
    kind = spec.kind if spec is not None else kind_by_status(status)
    records: list[Record] = []
    links: list[Link] = []
    totals: list[Total] = []
    try:
        # Links first: a page whose records cost too much still leads on.
        links = page_links(opened.whole, url=url, kind=kind, layout=layout, log=log) if with_links else []
        if spec is not None and with_records:
            origin = Origin(layout.market, _web_url(url), capture_id)
            records = page_records(spec, opened.whole, opened.reader, origin)
            totals = _totals(spec.totals, opened.whole, opened.reader) if spec.totals else []
    except EffortSpentError:
        log.add("too_costly", "the page costs too much to read; not all of it was read")
    if kind == "other" and spec is None:
        log.add("unknown_page", _unknown(layout, page.root, url) if with_records else _UNKNOWN.format(layout.name))
    problems = page.problems + log.problems()
    return Reading(page_kind=kind, records=records, links=links, problems=problems, totals=totals, charset=page.charset)


@dataclass(frozen=True, slots=True)
class OpenPage:
    """A page that is parsed and recognised, with what reads its fields.

    Attributes:
        page: its tree, and what was wrong with its bytes.
        whole: the scope of the whole page.
        reader: reads fields in it; its log takes what is wrong.
        spec: the page of the layout that it is; None when the layout does not know it.
    """

    page: Page
    whole: Scope
    reader: ValueReader
    spec: PageSpec | None


def open_page(
    body: bytes, *, url: str, fetched_at: datetime | None, layout: Layout, charset: str | None = None
) -> OpenPage | None:
    """A page as `read_page` reads it (which see), before anything is read; None when there is nothing to read."""
    layout = layout.at(fetched_at)
    page = parse_page(body, declared=charset, fallback=layout.charset)
    if page.root is None:
        return None
    return _opened(page, page.root, len(body), url=url, fetched_at=fetched_at, layout=layout)


def _opened(
    page: Page, root: etree._Element, length: int, *, url: str, fetched_at: datetime | None, layout: Layout
) -> OpenPage:
    log = ProblemLog()
    whole = Scope.of_page(root, length=length, labels=layout.labels, log=log)
    reader = ValueReader(
        conventions=conventions_of(layout, url=url, fetched_at=fetched_at),
        log=log,
        title=page_title(root),
        path=path_of(url),
    )
    try:
        spec = _recognised(layout, whole, reader)
    except EffortSpentError:
        log.add("too_costly", "the page costs too much to tell what it is")
        spec = None
    return OpenPage(page, whole, reader, spec)


def _unknown(layout: Layout, root: etree._Element, url: str) -> str:
    """What is said of a page that the layout does not know: what it looks like to one who knows no market."""
    # Loaded only where it is needed: it brings numerical libraries, and most readings never meet such a page.
    from extractors.page_kinds import classify  # noqa: PLC0415

    guess = classify(root, url=url)
    message = _UNKNOWN.format(layout.name)
    if guess.kind == "other" or guess.confidence < _SURE:
        return message
    article = "an" if guess.kind[0] in "aeiou" else "a"
    message += f"; it looks like {article} {guess.kind.replace('_', ' ')} page ({guess.confidence:.2f})"
    is_expected = any(page.kind == guess.kind and page.records for page in layout.pages)
    return f"{message}: the market may have changed its HTML" if is_expected else message


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


def _recognised(layout: Layout, whole: Scope, reader: ValueReader) -> PageSpec | None:
    for page in layout.pages:
        if all(reader.holds(condition, whole) for condition in page.cheapest_first):
            return page
    return None


def _totals(spec: TotalsSpec, whole: Scope, reader: ValueReader) -> list[Total]:
    part = whole.part(spec.within)
    totals = []
    for row in part.rows(spec.each, most=_MAX_TOTALS, of="totals") if part else ():
        name = reader.value(spec.name, row, name="totals.name", field="name")
        count = reader.value(spec.count, row, name="totals.count", field="count")
        if isinstance(name, str) and isinstance(count, int):
            totals.append(Total(name=name, count=count))
    return totals


def conventions_of(layout: Layout, *, url: str = "", fetched_at: datetime | None = None) -> Conventions:
    """How a layout says that its market writes values, for a page that was fetched there and then."""
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


def path_of(url: str) -> str:
    """The path and query that a layout's patterns of URLs see."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _web_url(url: str) -> str | None:
    return url if url.startswith(("http://", "https://")) else None
