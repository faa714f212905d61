"""A market of a few plain pages, with its layout, captured into a real archive."""

from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.site_archive import SiteArchive
from extractors.layout import Layout, parse_layout
from nightpost.clock import FixedClock
from nightpost.exchange import Exchange
from nightpost.settings import ArchiveSettings

HOST = "http://" + "b" * 56 + ".onion"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)

LAYOUT: Layout = parse_layout(
    """
name: plain
market: plain
source: the tests
currency: USD
pages:
  - kind: listing
    when: [css: body.listing]
    records:
      - kind: listing
        within: div.item
        fields: &listing
          listing_id: span.id
          url: {css: a.item, attr: href, as: url}
          title: h1
          description: p.text
          vendor: b.vendor
          price: {css: span.price, as: money}
          stock: {css: span.stock, as: count}
          ships_from: {css: span.from, as: places}
          ships_to: {css: span.to, as: places}
        require: [listing_id]
      - kind: vendor
        within: div.seller
        fields: {handle: b.vendor, description: p.text}
        require: [handle]
      - kind: listing
        each: div.also
        fields: *listing
        require: [listing_id]
  - kind: category_index
    when: [css: body.index]
    records:
      - kind: listing
        each: div.row
        fields: *listing
        require: [listing_id]
  - kind: vendor
    when: [css: body.vendor]
    records:
      - kind: vendor
        within: div.profile
        fields: {handle: b.vendor, description: p.text, terms: p.terms}
        require: [handle]
      - kind: review
        each: div.review
        fields: {text: p.text, buyer: i, rating: u}
        common: {vendor: b.vendor}
""",
    file="plain.yaml",
)


def listing_fields(number: int, *, title: str = "", **fields: object) -> str:
    """The inside of a listing, on whatever page."""
    parts = [f'<span class="id">{number}</span><a class="item" href="/item/{number}">item</a>']
    if title:
        parts.append(f"<h1>{escape(title)}</h1>")
    if "vendor" in fields:
        parts.append(f'<b class="vendor">{escape(str(fields.pop("vendor")))}</b>')
    if "text" in fields:
        parts.append(f'<p class="text">{escape(str(fields.pop("text")))}</p>')
    parts += [f'<span class="{name.rstrip("_")}">{escape(str(value))}</span>' for name, value in fields.items()]
    return "".join(parts)


def page(kind: str, inside: str) -> bytes:
    return f'<html><body class="{kind}">{inside}</body></html>'.encode()


def listing_page(number: int, *, also: str = "", **fields: object) -> tuple[str, bytes]:
    """A listing's own page: its path and body; ``also`` is the inside of another listing that it recommends."""
    item = f'<div class="item">{listing_fields(number, **fields)}</div>'  # type: ignore[arg-type]
    return f"/item/{number}", page("listing", item + (f'<div class="also">{also}</div>' if also else ""))


def index_page(*rows: str) -> tuple[str, bytes]:
    return "/items", page("index", "".join(f'<div class="row">{row}</div>' for row in rows))


def vendor_page(
    handle: str, *, text: str = "", terms: str = "", reviews: list[tuple[str, str]] | None = None
) -> tuple[str, bytes]:
    said = "".join(
        f'<div class="review"><i>{escape(buyer)}</i><u>5</u><p class="text">{escape(words)}</p></div>'
        for buyer, words in reviews or []
    )
    profile = (
        f'<div class="profile"><b class="vendor">{escape(handle)}</b><p class="text">{escape(text)}</p>'
        f'<p class="terms">{escape(terms)}</p></div>'
    )
    return f"/user/{handle}", page("vendor", profile + said)


class Market:
    """Captures pages into an archive, a minute apart."""

    def __init__(self, folder: Path, site: str = "plain", key: Ed25519PrivateKey | None = None) -> None:
        self.folder = folder
        self._site = site
        self._key = key or Ed25519PrivateKey.generate()
        self._clock = FixedClock(START)

    def capture(self, *pages: tuple[str, bytes], head: str = "", later: timedelta = timedelta()) -> list[str]:
        """The ids of the captures."""
        self._clock.at += later
        with SiteArchive(
            self.folder,
            self._site,
            key=self._key,
            software="tests",
            operator="tests",
            authority="TEST-1",
            limits=ArchiveSettings(),
            clock=self._clock,
        ) as archive:
            return [archive.record(self._exchange(path, body, head)) for path, body in pages]

    def _exchange(self, path: str, body: bytes, head: str) -> Exchange:
        self._clock.at += timedelta(minutes=1)
        head = head or "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
        return Exchange(
            site=self._site,
            run_id="run-1",
            url=HOST + path,
            fetched_at=self._clock.at,
            request=f"GET {path} HTTP/1.1\r\n\r\n".encode(),
            response=f"{head}\r\n".encode() + body,
        )
