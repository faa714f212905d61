"""Sketched pages of a market that are of no other kind: help, messages, orders, wallet, settings, forum, mirrors."""

from collections.abc import Callable

from training.sketches.blocks import chrome, each, head, paging, pairs
from training.sketches.market import Sketch, Sketched
from training.sketches.rows import offers, vendor_link


def other(sketch: Sketch) -> Sketched:
    """A page of the market that is none of the other kinds."""
    subject, content = sketch.one(*_OTHERS)
    say = sketch.say(subject)
    heading = head(sketch, say) if sketch.chance(0.85) else ""
    return Sketched("other", sketch.title(say), chrome(sketch, heading, content(sketch)), f"/{sketch.code(subject)}")


def _table(sketch: Sketch, headings: tuple[str, ...], rows: list[list[str]]) -> str:
    header = each("th", [sketch.say(concept) for concept in headings])
    return f"<table><tr>{header}</tr>{each('tr', [each('td', row) for row in rows])}</table>"


def _texts(sketch: Sketch) -> str:
    sections = range(sketch.draw.randint(1, 14))
    return "".join(
        head(sketch, sketch.text(4)) + f"<p>{sketch.text(sketch.draw.randint(20, 120))}</p>" for _ in sections
    )


def _message_rows(sketch: Sketch) -> str:
    rows = [
        [sketch.link("messages", sketch.number(), sketch.text(4)), sketch.handle(), sketch.date()]
        for _ in range(sketch.draw.randint(0, 20))
    ]
    return _table(sketch, ("messages",), rows) + sketch.one("", "", paging(sketch))


def _message_form(sketch: Sketch) -> str:
    field = f"<input name='{sketch.code('messages')}' placeholder=\"{sketch.say('messages')}\">"
    return f"<form method=post>{field}<textarea name=body></textarea><button>{sketch.say('messages')}</button></form>"


def _order_rows(sketch: Sketch) -> str:
    rows = [
        [
            sketch.link("orders", sketch.number(), "#" + sketch.number()), sketch.thing(),
            vendor_link(sketch, sketch.handle()), sketch.money(), sketch.date(),
        ]
        for _ in range(sketch.draw.randint(0, 12))
    ]  # fmt: skip
    return _table(sketch, ("orders", "price"), rows)


def _order(sketch: Sketch) -> str:
    stated = [
        ("listing", sketch.thing()), ("price", sketch.money()), ("vendor", vendor_link(sketch, sketch.handle())),
        ("orders", sketch.say("shipping")), ("ships_to", sketch.country()),
    ]  # fmt: skip
    message = sketch.one("", _message_form(sketch), f"<textarea>{sketch.key('MESSAGE')}</textarea>")
    return f"{pairs(sketch, stated)}<p>{sketch.date()}</p>{message}"


def _wallet(sketch: Sketch) -> str:
    rows = [[sketch.date(), sketch.money()] for _ in range(sketch.draw.randint(0, 9))]
    fields = "<input name=address><input name=amount><input type=password name=pin>"
    form = f"<form method=post>{fields}<button>{sketch.say('wallet')}</button></form>"
    return (
        pairs(sketch, [("wallet", sketch.money())]) + f"<p>bc1q{sketch.word(38)}</p>{form}" + _table(sketch, (), rows)
    )


def _settings(sketch: Sketch) -> str:
    secrets = f"<input type=password name=old><input type=password name='{sketch.code('password')}'>"
    rest = "<select name=currency><option>USD</option></select><textarea name=pgp></textarea><input type=checkbox>"
    return f"<form method=post>{secrets}{rest}<button>{sketch.say('account')}</button></form>"


def _topics(sketch: Sketch) -> str:
    rows = [
        [sketch.link("forum", sketch.number(), sketch.text(5)), sketch.number(), f"{sketch.date()} {sketch.handle()}"]
        for _ in range(sketch.draw.randint(3, 25))
    ]
    return _table(sketch, ("forum",), rows) + paging(sketch)


def _mirrors(sketch: Sketch) -> str:
    links = [f"http://{sketch.word(16)}.onion" for _ in range(sketch.draw.randint(2, 8))]
    text = f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n{sketch.text(20)}\n{sketch.key('SIGNATURE')}"
    return f"<ul>{each('li', links)}</ul>" + sketch.one("", f"<pre>{text}</pre>")


def _cart(sketch: Sketch) -> str:
    sums = pairs(sketch, [("price", sketch.money()), ("shipping", sketch.money())])
    form = f"<form method=post><textarea name=address></textarea><button>{sketch.say('buy')}</button></form>"
    return offers(sketch, sketch.draw.randint(0, 3)) + sums + form


def _vendors(sketch: Sketch) -> str:
    rows = [
        [vendor_link(sketch, sketch.handle()), sketch.date(), sketch.number()]
        for _ in range(sketch.draw.randint(5, 30))
    ]
    return _table(sketch, ("vendor", "member_since"), rows)


def _empty(_: Sketch) -> str:
    return ""


_OTHERS: tuple[tuple[str, Callable[[Sketch], str]], ...] = (
    ("help", _texts), ("help", _texts), ("news", _texts), ("terms", _texts), ("escrow", _texts), ("home", _empty),
    ("messages", _message_rows), ("messages", _message_form), ("orders", _order_rows), ("orders", _order),
    ("wallet", _wallet), ("account", _settings), ("ticket", _message_form), ("ticket", _message_rows),
    ("forum", _topics), ("mirror", _mirrors), ("cart", _cart), ("vendor", _vendors),
)  # fmt: skip
