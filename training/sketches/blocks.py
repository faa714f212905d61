"""Parts that sketched pages are put together from: chrome, pairs of label and value, rows of offers and of reviews."""

from collections.abc import Callable, Sequence
from html import escape

from training.sketches.market import Sketch, wording

Pair = tuple[str, str]


def box(sketch: Sketch, concept: str, *parts: str) -> str:
    """Parts in one element."""
    tag = "div" if sketch.boxes == "td" else sketch.boxes
    return f"<{tag}{sketch.css(concept)}>{''.join(parts)}</{tag}>"


def head(sketch: Sketch, text: str) -> str:
    """A heading."""
    return f"<{sketch.heading}>{escape(text)}</{sketch.heading}>"


def pairs(sketch: Sketch, found: Sequence[Pair]) -> str:
    """Labels with values, as this market builds them."""
    items = [(f"{sketch.say(concept)}{sketch.colon}", value) for concept, value in found]
    if sketch.build == "table":
        return f"<table>{''.join(f'<tr><td>{label}</td><td>{value}</td></tr>' for label, value in items)}</table>"
    if sketch.build == "dl":
        return f"<dl>{''.join(f'<dt>{label}</dt><dd>{value}</dd>' for label, value in items)}</dl>"
    if sketch.build == "ul":
        return f"<ul>{''.join(f'<li><b>{label}</b> {value}</li>' for label, value in items)}</ul>"
    if sketch.build == "p":
        return "".join(f"<p>{label} {value}</p>" for label, value in items)
    return "".join(f"<div><label>{label}</label> <span>{value}</span></div>" for label, value in items)


def some(sketch: Sketch, given: Sequence[tuple[float, Callable[[], str]]], *, shuffled: bool = False) -> str:
    """Parts that are there as often as said, in the order given or any."""
    chosen = [make for share, make in given if sketch.chance(share)]
    if shuffled:
        sketch.draw.shuffle(chosen)
    return "".join(make() for make in chosen)


def some_pairs(sketch: Sketch, given: Sequence[tuple[float, str, Callable[[], str]]]) -> str:
    """Pairs that are there as often as said, in any order."""
    chosen = [(concept, make()) for share, concept, make in given if sketch.chance(share)]
    sketch.draw.shuffle(chosen)
    return pairs(sketch, chosen)


def vendor_link(sketch: Sketch, handle: str) -> str:
    """A link to a vendor, often with the number of sales or a share behind it."""
    behind = sketch.draw.choice(["", "", f" ({sketch.draw.randint(1, 4000)})", f" {sketch.draw.uniform(80, 100):.1f}%", " (4.9)"])
    return sketch.link("vendor", handle, handle) + behind


def picture(sketch: Sketch) -> str:
    """A picture of goods."""
    return f'<img src="{sketch.draw.choice(["data:image/png;base64,AAAA", f"/img/{sketch.word()}.jpg", f"/thumb?id={sketch.draw.randint(1, 99999)}"])}">'


def number(sketch: Sketch, most: int = 5000) -> str:
    """A count."""
    return str(sketch.draw.randint(0, most))


def share(sketch: Sketch) -> str:
    """A percentage or a rating."""
    return sketch.draw.choice([f"{sketch.draw.uniform(60, 100):.1f}%", f"{sketch.draw.uniform(3, 5):.2f}", f"{sketch.draw.uniform(3, 5):.1f}/5", "★★★★★"])


def country(sketch: Sketch) -> str:
    """A country."""
    return sketch.draw.choice(["Germany", "Netherlands", "United States", "UK", "Worldwide", "EU", "DE", "France", "España", "Россия", "Italia", "Brasil", "WW"])


def account(sketch: Sketch) -> str:
    """Who bought: masked, as most markets show it, or not."""
    if sketch.fixed("masked", 0.35):
        return sketch.draw.choice([sketch.handle(), sketch.say("buyer")])
    return sketch.draw.choice([f"{sketch.word(1)}***{sketch.word(1)}", f"{sketch.word(2)}**", sketch.say("anonymous"), f"{sketch.word(1)}*****{sketch.word(1)}"])


def offers(sketch: Sketch, count: int, *, store: str | None = None, small: bool = False) -> str:
    """Rows of offers."""
    if not count:
        return ""
    build = "div" if small and sketch.row_build == "table" else sketch.row_build
    fields = {name: sketch.chance(often) and not (small and often < 0.7) for name, often in _ROW_FIELDS.items()}
    rows = [_offer(sketch, fields, store) for _ in range(count)]
    if build == "table":
        lines = [_each("td", row) for row in rows]
        header = "".join(f"<th>{sketch.say(concept)}</th>" for concept in ("listing", "price", "vendor")) if sketch.chance(0.6) else ""
        body = "".join(f"<tr{sketch.css('listing', 'row')}>{line}</tr>" for line in lines)
        return f"<table><tr>{header}</tr>{body}</table>"
    if build == "ul":
        return f"<ul{sketch.css('listings')}>{_each('li', [' '.join(row) for row in rows])}</ul>"
    if build == "nested":
        cells = [f"<div{sketch.css('listing')}>{_each('div', row)}</div>" for row in rows]
        return "".join(f"<div class=row>{''.join(cells[start : start + 4])}</div>" for start in range(0, count, 4))
    return "".join(f"<div{sketch.css('listing')}>{_each('p', row)}</div>" for row in rows)


def _each(tag: str, contents: Sequence[str]) -> str:
    return "".join(f"<{tag}>{content}</{tag}>" for content in contents)


_ROW_FIELDS = {
    "image": 0.75, "vendor": 0.85, "price": 0.95, "ships": 0.45, "sold": 0.4, "views": 0.25, "stock": 0.3, "buy": 0.25,
    "escrow": 0.3, "category": 0.3, "rating": 0.3, "description": 0.15, "date": 0.12, "more": 0.2,
}  # fmt: skip


def _offer(sketch: Sketch, fields: dict[str, bool], store: str | None) -> list[str]:
    number_of_it = sketch.draw.randint(100, 99999)
    handle = store or sketch.handle()
    title = sketch.link("listing", number_of_it, sketch.thing())
    cells = [title if sketch.chance(0.3) else f"<b>{title}</b>"]
    if fields["image"]:
        cells.insert(0, f'<a href="{sketch.href("listing", number_of_it)}">{picture(sketch)}</a>')
    made = {
        "vendor": lambda: (sketch.say("vendor") + sketch.colon + " " if sketch.chance(0.5) else "") + vendor_link(sketch, handle),
        "price": lambda: (sketch.say("price") + " " if sketch.chance(0.3) else "") + sketch.money(),
        "ships": lambda: f"{sketch.say('ships_from')}: {country(sketch)} {sketch.say('ships_to')} {country(sketch)}",
        "sold": lambda: f"{sketch.say('sales')}: {number(sketch)}",
        "views": lambda: f"{sketch.say('views')}: {number(sketch)}",
        "stock": lambda: f"{sketch.say('stock')}: {number(sketch)}",
        "buy": lambda: sketch.link("listing", number_of_it, sketch.say("buy")),
        "escrow": lambda: f"<span>{sketch.say('escrow')}</span>",
        "category": lambda: sketch.link("category", sketch.draw.randint(1, 90), sketch.word().capitalize()),
        "rating": lambda: share(sketch),
        "description": lambda: sketch.text(20),
        "date": sketch.date,
        "more": lambda: f"<form action='{sketch.href('cart')}' method=post><input name='{sketch.code('quantity')}' value=1><button>{sketch.say('buy')}</button></form>",
    }  # fmt: skip
    cells += [make() for name, make in made.items() if fields[name] and not (name == "vendor" and store and sketch.chance(0.7))]
    return cells


def reviews(sketch: Sketch, count: int, *, linked: bool | None = None) -> str:
    """Rows of reviews: who, when, how good, what was bought."""
    linked = sketch.chance(0.4) if linked is None else linked
    shown = {name: sketch.chance(often) for name, often in (("sum", 0.5), ("icon", 0.5), ("stars", 0.35), ("thing", 0.6), ("who", 0.85), ("date", 0.95))}
    rows = []
    for _ in range(count):
        cells = [sketch.draw.choice([sketch.text(sketch.draw.randint(2, 16)), sketch.say("anonymous"), sketch.say("positive")])]
        if shown["icon"]:
            cells.insert(0, f'<img src="/{sketch.draw.choice(["good", "plus", "pos", "1"])}.png">' if sketch.chance(0.5) else f"<i{sketch.css('positive')}></i>")
        if shown["stars"]:
            cells.append(share(sketch))
        if shown["thing"]:
            cells.append(sketch.link("listing", sketch.draw.randint(1, 50), sketch.thing()) if linked else sketch.thing())
        if shown["sum"]:
            cells.append(sketch.money())
        if shown["who"]:
            cells.append(account(sketch))
        if shown["date"]:
            cells.append(sketch.date())
        rows.append(cells)
    if sketch.row_build in {"table", "nested"}:
        header = f"<tr><th>{sketch.say('feedback')}</th></tr>" if sketch.chance(0.5) else ""
        return f"<table>{header}{_each('tr', [_each('td', cells) for cells in rows])}</table>"
    tag = "li" if sketch.row_build == "ul" else "div"
    return "".join(f"<{tag}{sketch.css('feedback')}>{_each('span', cells)}</{tag}>" for cells in rows)


def categories(sketch: Sketch, *, many: bool) -> str:
    """A tree of categories, with counts or without."""
    counted, nested = sketch.chance(0.65), sketch.chance(0.5)
    count = sketch.draw.randint(12, 60) if many else sketch.draw.randint(4, 15)
    items = []
    for place in range(count):
        behind = f" <span>{sketch.draw.choice(['({})', '[{}]', '{}']).format(sketch.draw.randint(0, 9000))}</span>" if counted else ""
        items.append(f"<li>{sketch.link('category', place + 1, sketch.word().capitalize())}{behind}</li>")
        if nested and place % 6 == 5:
            items[-5:] = [f"<li><ul>{''.join(items[-5:])}</ul></li>"]
    return f"<ul{sketch.css('category')}>{''.join(items)}</ul>"


def search_form(sketch: Sketch) -> str:
    """A form of search and filters."""
    selects = "".join(
        f"<select name='{sketch.code(concept)}'>{_each('option', [sketch.say(concept), *(country(sketch) for _ in range(sketch.draw.randint(2, 60)))])}</select>"
        for concept in ("ships_from", "ships_to", "category", "payment", "search")
        if sketch.chance(0.5)
    )
    return f"<form action='{sketch.href('search')}'><input name='{sketch.code('search')}' placeholder='{escape(sketch.say('search'))}'>{selects}<input type=submit value='{escape(sketch.say('search'))}'></form>"


def paging(sketch: Sketch) -> str:
    """Links to other pages of an index."""
    last = sketch.draw.randint(2, 12)
    numbers = "".join(sketch.link("paging", page, str(page)) for page in range(1, last))
    return box(sketch, "paging", numbers if sketch.chance(0.8) else "", sketch.link("paging", 2))


def chrome(sketch: Sketch, *parts: str, logged_in: bool = True) -> str:
    """A page of the market: its menu and side around the parts."""
    size = sketch.__dict__.setdefault("chrome_size", sketch.draw.choice(["none", "small", "usual", "usual", "big"]))
    if size == "none":
        return "".join(parts)
    known = ["home", "messages", "orders", "wallet", "account", "ticket", "logout", "help", "forum", "favorite", "cart", "listings"]
    chosen = sketch.__dict__.setdefault("menu", sketch.draw.sample(known, sketch.draw.randint(3, 9)))
    menu = [*chosen] if logged_in else ["login", "register", *[concept for concept in chosen if concept in {"help", "forum", "home"}]]
    links = "".join(f"<li>{sketch.link(concept)}</li>" for concept in menu)
    tag = sketch.__dict__.setdefault("menu_tag", sketch.draw.choice(["<nav>{}</nav>", "<div class=menu>{}</div>", "<div id=header>{}</div>", "<div>{}</div>", "<table><tr><td>{}</td></tr></table>"]))
    top = tag.format(f"<a href='/'>{sketch.name}</a><ul>{links}</ul>" + (f"{sketch.say('wallet')}: 0.0000 BTC" if logged_in and sketch.chance(0.5) else ""))
    side = ""
    if size in {"usual", "big"} and logged_in and sketch.fixed("side", 0.6):
        side = box(sketch, "category", categories(sketch, many=size == "big"), search_form(sketch) if sketch.fixed("side_search", 0.4) else "")
        if sketch.fixed("side_marked", 0.5):
            side = f"<div class=sidebar>{side}</div>"
    if size != "small" and logged_in and sketch.fixed("own_box", 0.3):
        side += box(sketch, "account", head(sketch, sketch.say("account")), pairs(sketch, [("wallet", sketch.money()), ("buyer", "0"), ("exchange", sketch.money())]))
    notice = f"<p>{sketch.draw.choice(wording()['notices'])}</p>" if sketch.chance(0.2) else ""
    rates = f"<p>1 BTC = {sketch.draw.randint(3000, 60000)} USD, 1 XMR = {sketch.draw.randint(40, 300)} EUR</p>" if size == "big" else ""
    foot = f"<div class=footer>{rates}{sketch.link('mirror')} {sketch.link('help')} {sketch.link('pgp')} © {sketch.name}</div>" if sketch.fixed("foot", 0.6) else ""
    content = "".join(parts)
    order = [side, content] if sketch.fixed("side_first", 0.7) else [content, side]
    return f"{top}{notice}{''.join(order)}{foot}"
