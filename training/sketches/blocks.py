"""Parts that sketched pages are put together from: boxes, labels with values, forms, and what is around a page."""

from collections.abc import Callable, Sequence
from html import escape

from training.sketches.market import Sketch, wording

Part = Callable[[], str]
# How often a part is there, and what makes it.
Sometimes = tuple[float, Part]


def box(sketch: Sketch, concept: str, *parts: str) -> str:
    """Parts in one element."""
    return f"<{sketch.box}{sketch.css(concept)}>{''.join(parts)}</{sketch.box}>"


def headed(sketch: Sketch, concept: str, *parts: str, share: float = 1.0) -> str:
    """Parts in one element under a heading that says what they are, this often."""
    return box(sketch, concept, head(sketch, sketch.say(concept)) if sketch.chance(share) else "", *parts)


def head(sketch: Sketch, text: str) -> str:
    """A heading."""
    return f"<{sketch.heading}>{escape(text)}</{sketch.heading}>"


def each(tag: str, contents: Sequence[str]) -> str:
    """One element for each content."""
    return "".join(f"<{tag}>{content}</{tag}>" for content in contents)


def some(sketch: Sketch, parts: Sequence[Sometimes], *, shuffled: bool = False) -> str:
    """Parts that are there as often as said, in the order given or any."""
    chosen = [make for share, make in parts if sketch.chance(share)]
    if shuffled:
        sketch.draw.shuffle(chosen)
    return "".join(make() for make in chosen)


def pairs(sketch: Sketch, found: Sequence[tuple[str, str]]) -> str:
    """Labels with values, as this market builds them."""
    items = [(sketch.label(concept), value) for concept, value in found]
    if sketch.pairs == "table":
        return f"<table>{each('tr', [each('td', item) for item in items])}</table>"
    if sketch.pairs == "dl":
        return f"<dl>{''.join(f'<dt>{label}</dt><dd>{value}</dd>' for label, value in items)}</dl>"
    if sketch.pairs == "ul":
        return f"<ul>{each('li', [f'<b>{label}</b> {value}' for label, value in items])}</ul>"
    if sketch.pairs == "p":
        return each("p", [f"{label} {value}" for label, value in items])
    return each("div", [f"<label>{label}</label> <span>{value}</span>" for label, value in items])


def some_pairs(sketch: Sketch, given: Sequence[tuple[float, str, Part]]) -> str:
    """Pairs that are there as often as said, in any order."""
    chosen = [(concept, make()) for share, concept, make in given if sketch.chance(share)]
    sketch.draw.shuffle(chosen)
    return pairs(sketch, chosen)


def button(sketch: Sketch, text: str) -> str:
    """What sends a form."""
    return sketch.one(f"<button>{escape(text)}</button>", f"<input type=submit value='{escape(text, quote=True)}'>")


def picture(sketch: Sketch) -> str:
    """A picture of goods."""
    source = sketch.one("data:image/png;base64,AAAA", f"/img/{sketch.word()}.jpg", f"/thumb?id={sketch.number()}")
    return f'<img src="{source}">'


def categories(sketch: Sketch, *, many: bool) -> str:
    """A tree of categories, with counts or without."""
    count, nested = sketch.draw.randint(12, 60) if many else sketch.draw.randint(4, 15), sketch.chance(0.5)
    shown = sketch.one("", "<span>({})</span>", "<span>[{}]</span>", " <span>{}</span>")
    items: list[str] = []
    for place in range(1, count + 1):
        link = sketch.link("category", place, sketch.word().capitalize())
        items.append(f"<li>{link}{shown.format(sketch.number(9000))}</li>")
        if nested and place % 6 == 0:
            items[-5:] = [f"<li><ul>{''.join(items[-5:])}</ul></li>"]
    return f"<ul{sketch.css('category')}>{''.join(items)}</ul>"


def search_form(sketch: Sketch) -> str:
    """A form of search and filters."""
    selects = ""
    for concept in ("ships_from", "ships_to", "category", "payment", "search"):
        if sketch.chance(0.5):
            options = [sketch.say(concept), *(sketch.country() for _ in range(sketch.draw.randint(2, 60)))]
            selects += f"<select name='{sketch.code(concept)}'>{each('option', options)}</select>"
    say, method = escape(sketch.say("search"), quote=True), sketch.one("", "", " method=post")
    field = f"<input name='{sketch.code('search')}' placeholder='{say}'>"
    return f"<form action='{sketch.href('search')}'{method}>{field}{selects}<input type=submit value='{say}'></form>"


def paging(sketch: Sketch) -> str:
    """Links to other pages of an index."""
    numbers = [sketch.link("paging", page, str(page)) for page in range(1, sketch.draw.randint(2, 12))]
    return box(sketch, "paging", *(numbers if sketch.chance(0.8) else ()), sketch.link("paging", 2))


def tabs(sketch: Sketch, concepts: Sequence[str], value: object) -> str:
    """Links to the parts of a profile or a listing."""
    return box(sketch, "profile", each("span", [sketch.link(one, value) for one in concepts if sketch.chance(0.8)]))


def chrome(sketch: Sketch, *parts: str, logged_in: bool = True) -> str:
    """A page of the market: its menu, its side and its foot around the parts."""
    content = "".join(parts)
    if sketch.chrome_size == "none":
        return content
    side = _side(sketch) if logged_in and sketch.chrome_size != "small" else ""
    notice = f"<p>{sketch.one(*wording()['notices'])}</p>" if sketch.chance(0.2) else ""
    middle = side + content if sketch.habit("side first", 0.7) else content + side
    return _top(sketch, logged_in=logged_in) + notice + middle + _foot(sketch)


def _top(sketch: Sketch, *, logged_in: bool) -> str:
    always = [concept for concept in sketch.menu if concept in {"help", "forum", "home"}]
    links = [sketch.link(concept) for concept in (sketch.menu if logged_in else ["login", "register", *always])]
    balance = f"{sketch.label('wallet')} 0.0000 BTC" if logged_in and sketch.chance(0.5) else ""
    return sketch.menu_tag.format(f"<a href='/'>{sketch.name}</a><ul>{each('li', links)}</ul>{balance}")


def _side(sketch: Sketch) -> str:
    side = ""
    if sketch.habit("side", 0.6):
        form = search_form(sketch) if sketch.habit("search at the side", 0.4) else ""
        side = box(sketch, "category", categories(sketch, many=sketch.chrome_size == "big"), form)
        side = f"<div class=sidebar>{side}</div>" if sketch.habit("side is marked", 0.5) else side
    if sketch.habit("own account at the side", 0.3):
        stated = [("wallet", sketch.money()), ("buyer", "0"), ("exchange", sketch.money())]
        side += headed(sketch, "account", pairs(sketch, stated))
    return side


def _foot(sketch: Sketch) -> str:
    if not sketch.habit("foot", 0.6):
        return ""
    rates = f"<p>1 BTC = {sketch.draw.randint(3000, 60000)} USD, 1 XMR = {sketch.draw.randint(40, 300)} EUR</p>"
    links = sketch.links(("mirror", "help", "pgp"))
    return f"<div class=footer>{rates if sketch.chrome_size == 'big' else ''}{links} © {sketch.name}</div>"
