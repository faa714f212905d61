"""Sketched pages about goods: listings, indexes of listings, front pages."""

from html import escape

from training.sketches.blocks import (
    box,
    button,
    categories,
    chrome,
    each,
    head,
    headed,
    paging,
    picture,
    search_form,
    some,
    some_pairs,
    tabs,
)  # fmt: skip
from training.sketches.market import Sketch, Sketched, wording
from training.sketches.rows import offers, reviews, vendor_link

_PROFILE = ("profile", "contact", "feedback")
_ACTIONS = ("contact", "report", "favorite", "store")


def listing(sketch: Sketch) -> Sketched:
    """One offer."""
    one, handle, title, number = sketch.one, sketch.handle(), sketch.thing(), sketch.draw.randint(100, 99999)
    way = sketch.link("home") + " » " + sketch.link("category", 2, sketch.word())
    parts = some(
        sketch,
        [
            (0.3, lambda: box(sketch, "category", way)),
            (0.9, lambda: head(sketch, title)),
            (0.8, lambda: picture(sketch) * one(1, 1, 1, 3)),
            (0.97, lambda: box(sketch, "listing", _details(sketch, handle))),
            (0.95, lambda: box(sketch, "buy", _buying(sketch, number))),
            (0.25, lambda: _bulk_prices(sketch)),
            (0.5, lambda: box(sketch, "contact", sketch.links(_ACTIONS, handle, share=0.6))),
            (0.4, lambda: tabs(sketch, ["description", "terms", "feedback"], number)),
            (0.92, lambda: headed(sketch, "description", f"<p>{sketch.text(one(12, 40, 150, 400))}</p>", share=0.6)),
            (0.3, lambda: headed(sketch, "terms", f"<p>{sketch.text(one(30, 120, 300))}</p>")),
            (0.4, lambda: headed(sketch, "feedback", reviews(sketch, sketch.draw.randint(1, 30), linked=False))),
            (0.06, lambda: f"<pre>{sketch.key()}</pre>"),
            (0.2, lambda: headed(sketch, "similar", offers(sketch, sketch.draw.randint(3, 8), small=True))),
        ],
    )
    path = f"/{sketch.code('listing')}/{number}"
    return Sketched("listing", sketch.title(title, title, sketch.say("listing")), chrome(sketch, parts), path)


def _details(sketch: Sketch, handle: str) -> str:
    return some_pairs(
        sketch,
        [
            (0.85, "vendor", lambda: vendor_link(sketch, handle)),
            (0.9, "price", sketch.money),
            (0.7, "ships_from", sketch.country),
            (0.7, "ships_to", sketch.country),
            (0.5, "category", lambda: sketch.link("category", 3, sketch.word().capitalize())),
            (0.5, "escrow", lambda: "✓"),
            (0.5, "stock", sketch.number),
            (0.4, "sales", sketch.number),
            (0.3, "views", sketch.number),
            (0.35, "payment", lambda: "BTC, XMR"),
            (0.25, "level", lambda: "3"),
            (0.2, "views", sketch.date),
            (0.15, "member_since", sketch.date),
            (0.3, "feedback", sketch.score),
            (0.2, "quantity_price", sketch.number),
            (0.15, "last_seen", sketch.date),
            (0.1, "disputes", lambda: "0/0"),
        ],
    )


def _buying(sketch: Sketch, number: int) -> str:
    """How it is bought: a form, or on some markets a link."""
    if sketch.chance(0.15):
        return sketch.link("buy", number)
    ways = [f"{sketch.word()} - {sketch.money()}" for _ in range(sketch.draw.randint(1, 6))]
    kind = sketch.one("text", "number")
    fields = some(
        sketch,
        [
            (
                0.7,
                lambda: (
                    f"{sketch.say('shipping')}<select name='{sketch.code('shipping')}'>{each('option', ways)}</select>"
                ),
            ),
            (0.75, lambda: f"{sketch.say('quantity')}<input type={kind} name='{sketch.code('quantity')}' value=1>"),
            (0.3, lambda: f"<select name='{sketch.code('payment')}'><option>BTC</option><option>XMR</option></select>"),
            (0.1, lambda: f"<textarea name='{sketch.code('messages')}'></textarea>"),
        ],
    )
    return f"<form method=post action='{sketch.href('buy', number)}'>{fields}{button(sketch, sketch.say('buy'))}</form>"


def _bulk_prices(sketch: Sketch) -> str:
    rows = [each("td", [str(count * 5), sketch.money()]) for count in range(1, sketch.draw.randint(3, 8))]
    return f"<table><tr>{each('th', [sketch.say('quantity'), sketch.say('price')])}</tr>{each('tr', rows)}</table>"


def listing_index(sketch: Sketch) -> Sketched:
    """Offers of a category, of a vendor, or found by a search."""
    one, store = sketch.one, sketch.handle() if sketch.chance(0.25) else None
    subject = one(sketch.word().capitalize(), sketch.say("search"), sketch.say("listings"), sketch.say("category"))
    if store:
        subject = one(f"{store} {sketch.say('listings')}", f"{sketch.say('store')} {store}", sketch.say("store"))
    rows = offers(sketch, one(1, 3, 8, 15, 20, 25, 30, 50), store=store)
    if sketch.chance(0.07):
        rows = f"<p>{one(*wording()['nothing'])} {sketch.say('listings')}</p>"
    parts = some(
        sketch,
        [
            (0.8, lambda: head(sketch, subject)),
            (0.5 if store else 0.15, lambda: box(sketch, "vendor", sketch.links(_PROFILE, store or 1))),
            (0.55, lambda: search_form(sketch)),
            (0.3, lambda: box(sketch, "search", sketch.links(("price", "sales", "views"), "desc"))),
            (0.3, lambda: f"<p>{sketch.number()} {sketch.say('search')}</p>"),
            (0.3, lambda: categories(sketch, many=False)),
            (0.2, lambda: paging(sketch)),
            (1.0, lambda: box(sketch, "listings", rows)),
            (0.75, lambda: paging(sketch)),
        ],
    )  # fmt: skip
    path = f"/{sketch.code('category')}/{sketch.draw.randint(1, 90)}"
    return Sketched(
        "listing_index", sketch.title(subject, subject, sketch.say("listings")), chrome(sketch, parts), path
    )


def category_index(sketch: Sketch) -> Sketched:
    """The front page: categories, most often with featured offers and news, and no pages to turn."""
    one, draw = sketch.one, sketch.draw
    welcome = f"{sketch.say('home')} {one('', sketch.name, sketch.handle())}"
    own = [
        (0.7, "member_since", sketch.date),
        (0.6, "level", lambda: "1"),
        (0.6, "orders", lambda: "0"),
        (0.5, "wallet", sketch.money),
    ]
    top = some(
        sketch,
        [
            (0.6, lambda: head(sketch, welcome)),
            (0.45, lambda: headed(sketch, "news", f"<p>{sketch.date()} {sketch.text(40)}</p>")),
            (0.3, lambda: f"<p>{sketch.text(50)}</p>"),
            (0.25, lambda: some_pairs(sketch, own)),
            (0.3, lambda: search_form(sketch)),
        ],
        shuffled=True,
    )  # fmt: skip
    middle = [headed(sketch, "category", categories(sketch, many=sketch.chance(0.7)), share=0.6)]
    for _ in range(one(0, 1, 1, 2, 3)):
        heading = head(sketch, escape(one(sketch.say("featured"), sketch.say("featured"), sketch.word())))
        middle.append(box(sketch, "featured", heading, offers(sketch, draw.randint(3, 16), small=True)))
    if sketch.chance(0.5):
        middle.reverse()
    title = sketch.title(sketch.say("home"), sketch.say("home"), sketch.say("category"))
    return Sketched("category_index", title, chrome(sketch, top, *middle), one("/", "/", f"/{sketch.code('home')}"))
