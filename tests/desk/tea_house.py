"""A market of tea, with its layout: saved pages for the tests of layout commands."""

import gzip
import io
from html import escape
from pathlib import Path

from warcio.warcwriter import WARCWriter

HOST = "http://" + "b" * 56 + ".onion"

LAYOUT = r"""# The tea house.
extends: generic
name: tea-house
market: tea-house
currency: EUR

pages:
  - kind: listing
    when: [{css: div.offer}]
    records:
      - kind: listing
        within: div.offer
        fields:
          listing_id: {css: a.self, attr: href, match: 'id=(\d+)'}
          title: h1
          vendor: {beside: Vendor}
          price: {beside: Price, as: money}
          ships_from: {beside: Ships from, as: places, confidence: 0.4, evidence: a label in English}
          description: {css: div.text, as: lines}
          shipping_options:
            each: ul.ways > li
            fields:
              name: b
              price: {css: i, as: money}
        require: [title, vendor, price]
  - kind: listing_index
    when: [{css: table.offers}]
    records:
      - kind: listing
        within: table.offers
        each: tr.offer
        at_least: 1
        fields:
          title: a
          url: {css: a, attr: href, as: url}
          price: {css: td.price, as: money}
        require: [title]
links:
  follow:
    - {path: '^/offer', kind: listing}
"""
TITLE_LINE = LAYOUT.splitlines().index("          title: h1") + 1

TEAS = ["Green tea", "Black tea", "White tea", "Oolong", "Mate", "Rooibos", "Jasmine", "Assam", "Darjeeling", "Sencha"]


def offer(number: int, title: str, *, vendor: str = "", price: str = "", more: str = "") -> bytes:
    """The page of an offer; ``title`` and ``more`` go into it as they are."""
    return f"""<html><head><title>Tea House</title><style>h1 {{ color: #123456 }}</style></head><body>
<div class="offer"><a class="self" href="/offer?id={number}">link</a><h1>{title}</h1>
<table><tr><td>Vendor:</td><td>{vendor or f"seller{number}"}</td></tr>
<tr><td>Price</td><td>{price or f"EUR {number + 10}.50"}</td></tr><tr><td>Ships from</td><td>Germany</td></tr></table>
<ul class="ways"><li><b>Letter</b> <i>EUR 2</i></li><li><b>Parcel</b> <i>EUR 5</i></li></ul>
<div class="text">Fresh {escape(title[:40])}.<br>Two flushes.</div>{more}</div></body></html>""".encode()


def index(titles: list[str]) -> bytes:
    """A page of an index."""
    rows = "".join(
        f'<tr class="offer"><td><a href="/offer?id={number}">{escape(title)}</a></td>'
        f'<td class="price">EUR {number + 10}</td></tr>'
        for number, title in enumerate(titles)
    )
    return f"<html><head><title>Offers</title></head><body><table class='offers'>{rows}</table></body></html>".encode()


def pages() -> dict[str, bytes]:
    """All pages, by path."""
    offers = {f"offers/{number}.html": offer(number, title) for number, title in enumerate(TEAS)}
    return {**offers, "index": index(TEAS), "later/index": index(TEAS[::-1])}


def save(folder: Path) -> Path:
    """Save the pages under their names, and beside them what is no page."""
    for name, body in pages().items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    (folder / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    (folder / "notes.txt").write_text("nothing of interest", encoding="utf-8")
    (folder / "empty.html").write_bytes(b"")
    return folder


def save_layout(folder: Path, text: str = LAYOUT, name: str = "tea-house") -> Path:
    """Write the layout's file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def save_warc(file: Path, *, cut: bool = False) -> Path:
    """The pages as the responses in a WARC file, a picture among them; cut: its last record is not whole."""
    content = io.BytesIO()
    writer = WARCWriter(content, gzip=True)
    for name, body in {**pages(), "logo.png": b"\x89PNG"}.items():
        content_type = "image/png" if name.endswith("png") else "text/html; charset=utf-8"
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Encoding: gzip\r\n\r\n"
        block = head.encode() + gzip.compress(body, mtime=0)
        record = writer.create_warc_record(
            f"{HOST}/{name}",
            "metadata",
            payload=io.BytesIO(block),
            length=len(block),
            warc_content_type="application/http; msgtype=response",
        )
        record.rec_headers.replace_header("WARC-Type", "response")
        writer.write_record(record)
    file.write_bytes(content.getvalue()[: -150 if cut else None])
    return file
