"""Small pages and layouts of our own for the tests of reading, and the saved pages of two real markets."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from extractors.layout import Layout, load_layout, parse_layout
from extractors.reading import Reading, read_page
from extractors.records import Listing, Vendor

FETCHED = datetime(2019, 11, 10, 12, 30, 15, tzinfo=UTC)
HOST = "http://" + "a" * 56 + ".onion"

SHOP = """
name: shop
market: shop
dates: dmy
currency: EUR
pages:
  - kind: listing
    when: [{css: "div.offer"}, {title: '^Shop'}]
    records:
      - kind: listing
        within: "div.offer"
        fields:
          listing_id: {css: "a.self", attr: href, match: 'id=(\\d+)'}
          title: h1
          vendor: {beside: Vendor}
          price: {beside: Price, as: money}
          stock: {beside: Stock, as: count, least: 1}
          ships_from: {beside: [Ships from, Versand aus], as: places}
          ships_to: {beside: Ships to, as: places}
          ships_excluded: {beside: Ships to, as: excluded_places}
          posted_at: {beside: Listed, as: date}
          description: {css: "div.text", as: lines}
          shipping_options:
            each: "ul.ways > li"
            fields:
              name: b
              price: {css: i, as: money}
            require: [name]
        require: [listing_id, title, vendor, price]
  - kind: listing_index
    when: [{css: "table.rows"}]
    records:
      - kind: listing
        within: "table.rows"
        each: {xpath: ".//tr[td]"}
        at_least: 1
        skip: [{css: td.advert}]
        empty: [{css: p.none}]
        fields:
          title: a
          url: {css: a, attr: href, as: url}
          price: {css: td.price, as: money}
        common:
          vendor: h2
        require: [title]
    totals:
      each: ul.categories li
      name: a
      count: {css: b, as: count}
links:
  follow:
    - {path: '^/offer\\?id=\\d+$', kind: listing, priority: 50}
    - {path: '^/list', kind: listing_index, priority: 80}
    - {path: '^/seller/', kind: vendor, priority: 60, within: "#main"}
  never: ['^/offer\\?id=13$']
"""

OFFER = """<html><head><title>Shop - Ten Things</title></head><body><div class=offer>
<h1>Ten  Things</h1><a class=self href="/offer?id=7#top">here</a>
<table><tr><td><b>Vendor:</b></td><td>alice</td></tr><tr><td>Price</td><td>12,50 &euro;</td></tr>
<tr><td>Stock<td>1.2K+</tr><tr><td>Listed<td>03/04/2019 14:05</tr></table>
Ships from: <br> <span>Germany</span><div><label>Ships to</label> Worldwide except USA, Canada</div>
<div class=text>One<br>two<p>three</p></div>
<ul class=ways><li><b>Letter</b> <i>2 EUR</i></li><li><i>3 EUR</i></li></ul>
</div></body></html>"""


def shop() -> Layout:
    """A layout with a bit of everything."""
    return parse_layout(SHOP)


def read(page: str | bytes, layout: Layout | None = None, *, path: str = "/page", **given: Any) -> Reading:
    """Read a page of the shop as fetched from its host."""
    body = page.encode() if isinstance(page, str) else page
    return read_page(body, url=HOST + path, fetched_at=FETCHED, layout=layout or shop(), **given)


def only_listing(reading: Reading) -> Listing:
    """The listing of a page that holds one."""
    listings = [record for record in reading.records if isinstance(record, Listing)]
    assert len(listings) == 1, listings
    return listings[0]


def codes(reading: Reading) -> list[str]:
    """The codes of a reading's problems."""
    return [problem.code for problem in reading.problems]


class SavedPages:
    """The saved pages of one market of the research data, read with its layout."""

    def __init__(self, shared_data: Path, market: str) -> None:
        self.folder = shared_data / "pages" / market
        self.layout = load_layout(market)

    def names(self) -> list[str]:
        """Every saved page, relative to the market's folder; not what older parsers were expected to give."""
        files = (file for file in self.folder.rglob("*") if file.is_file())
        names = (file.relative_to(self.folder).as_posix() for file in files)
        return sorted(name for name in names if not name.startswith("expected/") and not name.endswith(".csv"))

    def read(self, name: str) -> Reading:
        """Read one page as a gallery of saved pages serves it: from another host, under another path."""
        body = (self.folder / name).read_bytes()
        return read_page(body, url=f"{HOST}/{name}", fetched_at=FETCHED, layout=self.layout)

    def listing(self, name: str) -> Listing:
        """The listing that a listing page is about."""
        return only_listing(self.read(name))

    def vendor(self, name: str) -> Vendor:
        """The vendor that a vendor page is about."""
        vendors = [record for record in self.read(name).records if isinstance(record, Vendor)]
        assert len(vendors) == 1, vendors
        return vendors[0]
