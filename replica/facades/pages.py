"""Every page of a facade, as its server would send it, with the truth about it.

What templates are given, besides autoescaping (the classes are in `replica.facades.views`):

- every page: ``market``, ``t`` (the facade's own words), ``link(kind)`` (a URL of that kind), ``token`` (for forms),
  ``hex(n)`` and ``dice(n)`` (random digits, a random number below n), and the filter ``br`` (line breaks as ``<br>``);
- ``listing``: ``listing`` and its ``vendor``;
- ``listing_index``: ``rows``, ``pager``, ``category`` (None on the index of all), ``featured`` (rows beside them);
- ``vendor`` and ``pgp``: ``vendor``; ``reviews``: also ``reviews`` and ``pager``; ``buyer``: ``buyer``;
- all others: ``variant`` (0 or 1, for two versions of such a page), ``wait``, ``featured`` (rows), ``vendors``.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

import jinja2
from markupsafe import Markup, escape

from extractors.records import PageKind
from replica.facades.conventions import BUILDS, FacadeError, conventions
from replica.facades.shop import Shop
from replica.facades.showing import Showing
from replica.facades.truth import Json, key_record, listing_record, row_record, vendor_record
from replica.facades.views import WaitView
from replica.world.categories import Category
from replica.world.model import Listing
from replica.world.streams import stream

PAGE_KINDS: tuple[PageKind, ...] = get_args(PageKind)
_TEMPLATE = re.compile(r"(?P<kind>.+?)(?:_(?P<number>\d+))?\.html")
_CATEGORY_INDEXES, _BUYERS, _VARIANTS = 8, 4, 2


@dataclass(frozen=True, slots=True)
class FacadePage:
    """A page: its path with query, its whole URL, what kind it is, its bytes, and the records that it states."""

    path: str
    url: str
    kind: PageKind
    html: bytes
    records: list[Json]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A page before it is rendered: its path, what it is about, the records that it states."""

    path: str
    context: dict[str, object]
    records: list[Json]


def render(name: str, *, seed: int = 1, vendors: int = 12, listings: int = 40) -> list[FacadePage]:
    """All pages of a facade; the same arguments give the same bytes.

    Raises:
        FacadeError: there is no such facade, or it cannot be rendered.
        WorldError: a number is not positive.
    """
    style = conventions(name)
    shop = Shop(name, style, seed=seed, vendors=vendors, listings=listings)
    showing = Showing(shop)
    templates = _templates(name)
    environment = _environment(name)
    base = f"http://{shop.host}"
    pages = []
    for kind, names in templates.items():
        for number, draft in enumerate(_drafts(kind, shop, showing, len(names))):
            draw = stream(shop.seed, "page", kind, number)
            context = {
                "market": showing.market,
                "t": style.t,
                "link": shop.url,
                "token": f"{draw.getrandbits(160):040x}",
                "dice": draw.randrange,
                "hex": _hex_digits(draw),
                **draft.context,
            }
            template = names[number % len(names)]
            try:
                html = environment.get_template(template).render(context)
            except jinja2.TemplateError as error:
                raise FacadeError(f"template {template} of facade {name}: {error}; correct it") from error
            body = html.encode(style.charset, "xmlcharrefreplace")
            pages.append(FacadePage(draft.path, base + draft.path, kind, body, draft.records))
    return pages


def _templates(name: str) -> dict[PageKind, list[str]]:
    """The templates of each kind of page: ``KIND.html``, ``KIND_2.html``, in this order."""
    found: dict[PageKind, list[tuple[int, str]]] = {}
    for file in (BUILDS / name).glob("*.html"):
        match = _TEMPLATE.fullmatch(file.name)
        for kind in PAGE_KINDS:
            if match and match["kind"] == kind:
                found.setdefault(kind, []).append((int(match["number"] or 1), file.name))
    return {kind: [template for _, template in sorted(found[kind])] for kind in PAGE_KINDS if kind in found}


def _environment(name: str) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(BUILDS / name),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.do"],
    )
    environment.filters["br"] = _line_breaks
    return environment


def _line_breaks(text: str, mark: str = "<br>") -> Markup:
    """A text with line breaks as HTML; everything else in it is escaped."""
    # The mark comes from a template, never from a vendor.
    return Markup(mark + "\n").join(escape(line) for line in text.split("\n"))  # noqa: S704


def _hex_digits(draw: random.Random) -> Callable[[int], str]:
    return lambda count: "".join(draw.choices("0123456789abcdef", k=count))


def _drafts(kind: PageKind, shop: Shop, showing: Showing, templates: int) -> Iterator[_Draft]:
    """The pages of a kind; ``templates`` is how many templates take turns in them."""
    makers: dict[PageKind, Callable[[Shop, Showing], Iterator[_Draft]]] = {
        "listing": _listings,
        "listing_index": _indexes,
        "vendor": _vendors,
        "reviews": _reviews,
        "pgp": _keys,
        "buyer": _buyers,
    }
    if kind in makers:
        yield from makers[kind](shop, showing)
    else:
        yield from _others(kind, shop, showing, templates)


def _listings(shop: Shop, showing: Showing) -> Iterator[_Draft]:
    for listing in shop.newest:
        owner = shop.shelves.owner(listing)
        context = {"listing": showing.listing(listing), "vendor": showing.vendor(owner)}
        yield _Draft(shop.listing_target(listing), context, [listing_record(shop, listing)])


def _indexes(shop: Shop, showing: Showing) -> Iterator[_Draft]:
    yield from _index(shop, showing, shop.newest, None)
    filled = sorted(shop.tree.all, key=lambda category: (-len(shop.listed(category)), category.number))
    for category in filled[:_CATEGORY_INDEXES]:
        yield from _index(shop, showing, shop.listed(category), category)


def _index(shop: Shop, showing: Showing, listings: Sequence[Listing], category: Category | None) -> Iterator[_Draft]:
    size = shop.style.page_size
    pages = max(1, -(-len(listings) // size))
    for page in range(1, pages + 1):
        part = listings[(page - 1) * size : page * size]
        context = {
            "rows": [showing.row(listing) for listing in part],
            "pager": showing.pager("index", page, pages, len(listings), category),
            "category": showing.category(category) if category else None,
            "featured": [showing.row(listing) for listing in shop.newest[-3:]],
        }
        path = shop.category_target(category, page) if category else shop.target("index", page=page)
        yield _Draft(path, context, [row_record(shop, listing) for listing in part])


def _vendors(shop: Shop, showing: Showing) -> Iterator[_Draft]:
    for account in shop.shelves.accounts:
        yield _Draft(shop.vendor_target(account), {"vendor": showing.vendor(account)}, [vendor_record(shop, account)])


def _keys(shop: Shop, showing: Showing) -> Iterator[_Draft]:
    for account in shop.shelves.accounts:
        if account.key is not None:
            records = [key_record(account)] if shop.style.states.pgp else []
            yield _Draft(shop.vendor_target(account, "pgp"), {"vendor": showing.vendor(account)}, records)


def _reviews(shop: Shop, showing: Showing) -> Iterator[_Draft]:
    for account in shop.shelves.accounts:
        vendor = showing.vendor(account)
        if vendor.reviews:
            context = {"vendor": vendor, "reviews": vendor.reviews, "pager": showing.pager("reviews", 1, 1, 1)}
            yield _Draft(shop.vendor_target(account, "reviews"), context, [])


def _buyers(shop: Shop, showing: Showing) -> Iterator[_Draft]:
    for number in range(1, _BUYERS + 1):
        buyer = showing.buyer(number)
        yield _Draft(shop.target("buyer", handle=buyer.name, number=number), {"buyer": buyer}, [])


def _others(kind: PageKind, shop: Shop, showing: Showing, templates: int) -> Iterator[_Draft]:
    """Pages about nothing: each template, in variants that a template may tell apart (a failed log-in, a long wait)."""
    for number in range(templates * _VARIANTS):
        draw = stream(shop.seed, "wait", kind, number)
        seconds = draw.randint(8, 900)
        context = {
            "variant": number // templates,
            "wait": WaitView(draw.randint(3, 900), seconds, seconds // 60 + 1),
            "featured": [showing.row(listing) for listing in shop.newest[:6]],
            "vendors": [showing.vendor(account) for account in shop.shelves.accounts[:6]],
        }
        yield _Draft(shop.target(kind, number=number, page=number + 1), context, [])
