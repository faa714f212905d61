"""Hostile pages and layouts, each read in a process of its own whose memory and processor time are limited.

``python -m tests.extractors.hostile_reading`` prints a JSON line a case: its name, and the codes of its problems; or,
when the limits were met or the reader broke, how the process ended.
"""

import json
from collections.abc import Callable
from functools import partial

from extractors.layout import Layout, parse_layout
from extractors.reading import read_page
from tests.extractors.limited_process import apart
from tests.extractors.pages import FETCHED, HOST, OFFER, shop

# Beyond what the imports take. A page of the largest size is some 30 MB of tree, and a few copies of its text.
MEMORY = 400 * 1024**2
# Processor time of one case, in seconds: many times what each needs, on the slowest machine.
SECONDS = 60

_GREEDY = """
name: greedy
pages:
  - kind: listing_index
    when: [{css: "*"}]
    records:
      - kind: listing
        each: "*"
        fields:
          title: {css: "*", all: true, join: " "}
          category: {css: "*", all: true}
          description: {xpath: "//*", as: lines}
          images: {xpath: ".//@* | .//text()", all: true}
          shipping_options:
            each: "*"
            fields: {name: {css: "*"}, price: {css: "* *", as: money}}
          prices:
            each: {xpath: "descendant-or-self::*"}
            fields: {amount: {xpath: ".//*", as: amount}, currency: {css: "*"}}
      - kind: review
        each: {xpath: "//text()"}
        fields: {text: {}}
    totals:
      each: "*"
      name: "*"
      count: {css: "*", as: count}
links:
  pagination: {within: "*"}
  follow: [{path: "", kind: listing, within: "*"}]
"""
# Patterns whose steps grow with the square and the cube of the text.
_SLOW = """
name: slow
pages:
  - kind: listing
    when: [{css: "p", match: '.*=.*=x'}]
  - kind: listing
    name: other
    when: [{css: "p"}]
    records:
      - kind: listing
        fields:
          title: {css: p, match: '(.*),(.*);'}
          vendor: {css: p, match: '(\\w+)\\s*(\\w+)!'}
          category: {css: p, split: 'a*a*b', all: true}
          unit: {css: p, match: '(?:\\w+,)*x'}
links: {follow: [{path: 'a+a+b', kind: listing}], never: ['(.*)a(.*)b']}
"""

# Steps that lead from many nodes to the same ones.
_NESTED = """
name: nested
pages:
  - kind: listing
    when: [{css: "div b, div p"}]
    records:
      - kind: listing
        fields:
          title: {css: "div div b"}
          vendor: {css: "b ~ b"}
          unit: {xpath: "//div//b/following-sibling::b//text()"}
          category: {xpath: "//b/preceding-sibling::b | //div//p/ancestor::div//b", all: true}
          description: {xpath: "//div[.//p]//b[not(.//p)]", as: lines}
"""

_ROW = b"<tr><td><a href=/offer?id=1>x</a><b>USD 1</b></td></tr>"
_PAGES: dict[str, bytes] = {
    "100,000 nested tags": b"<div>" * 100_000 + OFFER.encode(),
    "100,000 nested tables": b"<table><tr><td>" * 33_000 + OFFER.encode(),
    "2,000 nested tags around 60,000": b"<div>" * 2_000 + b"<b></b>" * 30_000,
    "280 nested tags around 24,000": b"<div>" * 280 + b"<b>x</b>" * 24_000,
    "rows in rows": b"<table>" + b"<tr><td><b>x</b><table>" * 600 + OFFER.encode(),
    "50 MB": OFFER.encode() + b"<p>text" * 7_000_000,
    "50 MB of tags": b"<b>" * 17_000_000,
    "one line of 10 MB": OFFER.encode() + b"x" * 10_000_000,
    "one attribute of 10 MB": b"<a href='" + b"x" * 10_000_000 + b"'>",
    "null bytes": OFFER.replace("Ten", "T\0en").encode() + b"\0" * 1_000_000,
    "mixed charsets": OFFER.encode() + "Größe Привет".encode("utf-16") * 1000 + "Größe".encode("cp1252") * 1000,
    "entities": b"&amp;lt;&#0;&#x110000;&nosuch;&#99999999999;" * 20_000,
    "an entity bomb": b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (letter + 1, b"&%c;" % letter * 10) for letter in range(97, 117))
    + b"]><a>&u;</a>"
    + OFFER.encode(),
    "a parameter entity": b'<!DOCTYPE a [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>' + OFFER.encode(),
    "attributes": b"<p " + b"".join(b"a%d=b " % number for number in range(100_000)) + b">",
    "rows": b"<title>Shop</title><table class=rows>" + _ROW * 20_000,
    "links": b"<a href=/list?page=1>x</a>" * 40_000,
    "one word": b"<p>" + b"a" * 20_000 + b"<a href=/" + b"a" * 2_000 + b">",
    "many marks": b"<p>" + b"a,=" * 20_000 + b"<a href=/" + b"ab" * 1_000 + b">",
    "an offer": OFFER.encode(),
}
_LAYOUTS: dict[str, Callable[[], Layout]] = {
    "shop": shop,
    "greedy": lambda: parse_layout(_GREEDY),
    "nested": lambda: parse_layout(_NESTED),
    "slow": lambda: parse_layout(_SLOW),
}


def main() -> None:
    """Read every page with every layout."""
    for layout_name, load in _LAYOUTS.items():
        layout = load()
        for page_name, body in _PAGES.items():
            read = partial(read_page, body, url=f"{HOST}/page", fetched_at=FETCHED, layout=layout)
            said = apart(read, memory=MEMORY, seconds=SECONDS)
            print(json.dumps({"layout": layout_name, "page": page_name, **said}), flush=True)


if __name__ == "__main__":
    main()
