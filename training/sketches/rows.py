"""Rows that repeat on sketched pages: offers and reviews, built as the market builds rows."""

from training.sketches.blocks import each, picture
from training.sketches.market import Sketch

# How often the rows of a market's page have a field; those of little boxes have only the usual ones.
_OFFER_FIELDS = {
    "image": 0.75, "vendor": 0.85, "price": 0.95, "ships": 0.45, "sold": 0.4, "views": 0.25, "stock": 0.3, "buy": 0.25,
    "escrow": 0.3, "category": 0.3, "rating": 0.3, "description": 0.15, "date": 0.12, "form": 0.2,
}  # fmt: skip
_USUAL = 0.7
_REVIEW_FIELDS = {"sum": 0.5, "icon": 0.5, "stars": 0.35, "thing": 0.6, "buyer": 0.85, "date": 0.95}


def vendor_link(sketch: Sketch, handle: str) -> str:
    """A link to a vendor, often with the number of sales or a share behind it."""
    behind = sketch.one("", "", f" ({sketch.number(4000)})", f" {sketch.draw.uniform(80, 100):.1f}%", " (4.9)")
    return sketch.link("vendor", handle, handle) + behind


def offers(sketch: Sketch, count: int, *, store: str | None = None, small: bool = False) -> str:
    """Rows of offers, of a store or of several vendors; ``small``: as little boxes."""
    fields = {name for name, often in _OFFER_FIELDS.items() if sketch.chance(often) and (often >= _USUAL or not small)}
    rows = [_offer(sketch, fields, store) for _ in range(count)]
    build = "div" if small and sketch.rows == "table" else sketch.rows
    if not rows:
        return ""
    if build == "table":
        header = [sketch.say(concept) for concept in ("listing", "price", "vendor")] if sketch.chance(0.6) else []
        lines = [f"<tr{sketch.css('listing')}>{each('td', row)}</tr>" for row in rows]
        return f"<table><tr>{each('th', header)}</tr>{''.join(lines)}</table>"
    if build == "ul":
        return f"<ul{sketch.css('listings')}>{each('li', [' '.join(row) for row in rows])}</ul>"
    cells = [f"<div{sketch.css('listing')}>{each('p' if build == 'div' else 'div', row)}</div>" for row in rows]
    if build == "nested":
        return each("div", ["".join(cells[start : start + 4]) for start in range(0, count, 4)])
    return "".join(cells)


def _offer(sketch: Sketch, fields: set[str], store: str | None) -> list[str]:
    """The cells of one offer."""
    number, handle = sketch.draw.randint(100, 99999), store or sketch.handle()
    named = vendor_link(sketch, handle)
    form = f"<input name='{sketch.code('quantity')}' value=1><button>{sketch.say('buy')}</button>"
    cells = {
        "image": f'<a href="{sketch.href("listing", number)}">{picture(sketch)}</a>',
        "title": sketch.one("{}", "<b>{}</b>", "<b>{}</b>").format(sketch.link("listing", number, sketch.thing())),
        "vendor": sketch.one(named, f"{sketch.label('vendor')} {named}"),
        "price": sketch.one(sketch.money(), sketch.money(), f"{sketch.say('price')} {sketch.money()}"),
        "ships": f"{sketch.label('ships_from')} {sketch.country()} {sketch.label('ships_to')} {sketch.country()}",
        "sold": f"{sketch.label('sales')} {sketch.number()}",
        "views": f"{sketch.label('views')} {sketch.number()}",
        "stock": f"{sketch.label('stock')} {sketch.number()}",
        "buy": sketch.link("listing", number, sketch.say("buy")),
        "escrow": f"<span>{sketch.say('escrow')}</span>",
        "category": sketch.link("category", sketch.draw.randint(1, 90), sketch.word().capitalize()),
        "rating": sketch.score(),
        "description": sketch.text(20),
        "date": sketch.date(),
        "form": f"<form action='{sketch.href('cart')}' method=post>{form}</form>",
    }
    unsaid = {"vendor"} if store and sketch.habit("store without its name", 0.7) else set()
    shown = (fields | {"title"}) - unsaid
    return [cell for name, cell in cells.items() if name in shown]


def reviews(sketch: Sketch, count: int, *, linked: bool | None = None) -> str:
    """Rows of reviews: who, when, how good, what was bought; ``linked``: with a link to it, or else as it happens."""
    linked = sketch.chance(0.4) if linked is None else linked
    fields = {name for name, often in _REVIEW_FIELDS.items() if sketch.chance(often)}
    rows = [_review(sketch, fields, linked=linked) for _ in range(count)]
    if sketch.rows in {"table", "nested"}:
        header = f"<tr><th>{sketch.say('feedback')}</th></tr>" if sketch.chance(0.5) else ""
        return f"<table>{header}{each('tr', [each('td', row) for row in rows])}</table>"
    tag = "li" if sketch.rows == "ul" else "div"
    return "".join(f"<{tag}{sketch.css('feedback')}>{each('span', row)}</{tag}>" for row in rows)


def _review(sketch: Sketch, fields: set[str], *, linked: bool) -> list[str]:
    thing, sign = sketch.thing(), sketch.one("good", "plus", "pos", "1")
    cells = {
        "icon": sketch.one(f'<img src="/{sign}.png">', f"<i{sketch.css('positive')}></i>"),
        "text": sketch.one(sketch.text(sketch.draw.randint(2, 16)), sketch.say("anonymous"), sketch.say("positive")),
        "stars": sketch.score(),
        "thing": sketch.link("listing", sketch.draw.randint(1, 50), thing) if linked else thing,
        "sum": sketch.money(),
        "buyer": _buyer(sketch),
        "date": sketch.date(),
    }
    return [cell for name, cell in cells.items() if name in fields or name == "text"]


def _buyer(sketch: Sketch) -> str:
    """Who bought: masked, as most markets show it, or not."""
    if sketch.habit("buyers are named", 0.35):
        return sketch.one(sketch.handle(), sketch.say("buyer"))
    masked = f"{sketch.word(1)}***{sketch.word(1)}", f"{sketch.word(2)}**", f"{sketch.word(1)}*****{sketch.word(1)}"
    return sketch.one(*masked, sketch.say("anonymous"))
