"""Hostile pages read without a layout, each in a process whose memory and processor time are limited.

``python -m tests.extractors.hostile_learning`` prints a JSON line a page: its name and the codes of its problems; or,
when the limits were met or learning broke, how the process ended.
"""

import json
from functools import partial
from html import escape

from lxml import etree

from extractors.generic_reading import read_unknown
from extractors.page_kinds import KindGuess, classify
from extractors.records import PageKind
from tests.extractors.limited_process import apart
from tests.extractors.pages import FETCHED, HOST

MEMORY = 700 * 1024**2
# Processor time of one page, in seconds: several times what each needs.
SECONDS = 60
OTHERS: tuple[PageKind, ...] = ("vendor", "listing_index")

_ROW = (
    "<tr><td><a href=/offer/{0}>Offer of number {0}</a></td><td>$ {0}.50</td><td><a href=/user/u{0}>u{0}</a></td></tr>"
)
_KEY = "-----BEGIN PGP PUBLIC KEY BLOCK-----\nabcd\n-----END PGP PUBLIC KEY BLOCK-----"
_WORDS = "A long text of a vendor who likes to write. " * 3
_ODD_TAGS = "<h1\x01>Ten</h1\x01><b'>$5</b'><a:b>Price: $5</a:b>" + "<t\x02><a href=/offer/1>One two</a></t\x02>" * 3
_ODD_NAMES = (
    "'", '"', "]]>", "a\nb", "\\", "\u00e9", "\U0001f48a", "\x01", "a'b\"c", "{x}", "[y]", "*", "(?:", "%", "\u202e",
    "#", ".",
)  # fmt: skip


def _odd(number: int, name: str) -> str:
    written = escape(name)
    return (
        f'<div id="{written}" class="{written} active"><a href="/user/{written}{number}">{written}{number}</a>'
        f'<b>Price</b><i>$5</i><form action="/{written}"><input name="{written}"></form></div>'
    )


_PAGES: dict[str, str] = {
    "100,000 nested tags": "<div>" * 100_000 + "<h1>Ten Things</h1>",
    "200 nested around a listing": "<div class=a>" * 200 + "<h1>Ten Things</h1><p>Price: $5</p>" + "</div>" * 200,
    "one line of 10 MB": "<h1>Ten Things</h1><p>" + "x" * 10_000_000,
    "one line of 2 MB": "<h1>Ten Things</h1><p>Price: $5 " + "word " * 400_000,
    "20,000 links": "".join(f"<a href=/offer/{n}>Offer of number {n}</a> " for n in range(20_000)),
    "20,000 links of 20,000 shapes": "".join(f"<a href=/a{n}/b/c/d/e/f/g/{n}>x {n}</a>" for n in range(20_000)),
    "5,000 links beside each other": "<div>" + "".join(f"<a href=/user/u{n}>u{n}</a>" for n in range(5000)),
    "3,000 rows": "<table>" + "".join(map(_ROW.format, range(3000))) + "</table>",
    "100 nested tables of rows": "<table><tr><td>" * 100 + "".join(map(_ROW.format, range(500))),
    "3,000 cells in a row": "<table><tr>" + "<td>Price<td>$5" * 3000,
    "5,000 texts in an element": "<p>" + "".join(f"text {n} <br>" for n in range(5000)),
    "5,000 classes": f"<h1 class='{' '.join(f'class-{n}x' for n in range(5000))}'>Ten</h1><p>Price: $5",
    "1,000 classes of one element each": "".join(f"<p class=c{'abc'[n % 3] * (n // 3 + 1)}>x" for n in range(1000)),
    "100,000 labels in a text": "<h1>Ten</h1><p>" + "Price: $5 " * 100_000,
    "20,000 labels": "<h1>Ten</h1>" + "<p>Price: <b>$5</b>" * 20_000,
    "5,000 labels in cells": "<table>" + "<tr><td>Ships from<td>Germany" * 5000,
    "5,000 sums": "<h1>Ten</h1>" + "".join(f"<p class=price>${n}.50</p>" for n in range(5000)),
    "5,000 headings": "".join(f"<h1>Number {n}</h1>" for n in range(5000)),
    "5,000 tooltips": "".join(f"<i title='Ships from'>Germany</i><i title='{n}'>x</i>" for n in range(5000)),
    "2,000 arrows": "<p>Germany → Worldwide</p>" * 2000,
    "1,000 keys": f"<pre>{_KEY}</pre>" * 1000,
    "keys around keys": f"<div>{_KEY}" * 150 + f"{_KEY}</div>" * 150,
    "a key in 1,500 nested tags": "<div>" * 1500 + "x" * 500_000 + _KEY,
    "1,500 nested tags with texts": "<div>a text of a vendor" * 1500 + "x" * 500_000,
    "5,000 long texts": "".join(f"<div>{_WORDS}{n}</div>" for n in range(5000)),
    "a long title": f"<title>{'word ' * 100_000}</title><h1>word word word</h1>",
    "an address of 500 kB": f"<a href='/{'a/' * 250_000}'>x y</a><a href='/{'b?' * 250_000}'>z w</a>",
    "a name of 500 kB": f"<a href='/user/{'a' * 500_000}'>{'a' * 500_000}</a>",
    "brackets": "<p>" + "(" * 200_000 + "1)",
    "spaces": "<p>Ships from" + " \t" * 300_000 + ": Germany",
    "separators": "<p>" + "Sales: 4 · " * 30_000,
    "digits": f"<h1>Ten</h1><p>Price: {'9,' * 200_000}",
    "odd tags": _ODD_TAGS,
    "odd names": "".join(_odd(number, name) for number, name in enumerate(_ODD_NAMES * 5)),
}


def main() -> None:
    """Read every page, taken for a listing and for one other kind that holds records."""
    for number, (name, html) in enumerate(_PAGES.items()):
        body = f"<html><body>{html}</body></html>".encode()
        for kind in ("listing", OTHERS[number % 2]):
            guess = partial(_guess, kind=kind)
            read = partial(read_unknown, body, url=f"{HOST}/page", fetched_at=FETCHED, guess_kind=guess)
            said = apart(read, memory=MEMORY, seconds=SECONDS)
            print(json.dumps({"page": name, "kind": kind, **said}), flush=True)


def _guess(root: etree._Element, *, url: str = "", kind: PageKind) -> KindGuess:
    """The kind that the page is taken for. What the trained classifier says of it does not matter: that it does."""
    classify(root, url=url)
    return KindGuess(kind, 1.0, {kind: 1.0})


if __name__ == "__main__":
    main()
