"""Sketched pages that are not about goods: log-ins, captchas, waits, bans, maintenance, errors, and all other pages."""

from collections.abc import Callable

from training.sketches.blocks import box, chrome, country, head, number, offers, pairs, paging, some, vendor_link
from training.sketches.goods import title_of
from training.sketches.market import Sketch, Sketched, wording


def _sentences(sketch: Sketch, kind: str, most: int = 4) -> list[str]:
    known: list[str] = wording()[kind]["sentences"]
    reasons: list[str] = wording()["banned"]["reasons"]
    chosen = sketch.draw.sample(known, sketch.draw.randint(1, min(most, len(known))))
    return [
        sentence.format(name=sketch.name, n=sketch.draw.choice([3, 5, 30, 60, 120, 4711]), reason=sketch.draw.choice(reasons))
        for sentence in chosen
    ]  # fmt: skip


def _title(sketch: Sketch, kind: str) -> str:
    title: str = sketch.draw.choice(wording()[kind]["titles"])
    return title.format(name=sketch.name)


def _framed(sketch: Sketch, content: str, *, alone: float = 0.6) -> str:
    """Alone on the page, or inside of the market's chrome."""
    if sketch.chance(alone):
        return box(sketch, "home", content) if sketch.chance(0.5) else f"<center>{content}</center>"
    return chrome(sketch, content, logged_in=sketch.chance(0.6))


def _said(sketch: Sketch, kind: str) -> str:
    """What such a page says: a heading and a few sentences, or only one of both."""
    sentences = _sentences(sketch, kind)
    heading = sketch.draw.choice([_title(sketch, kind), sentences[0], ""])
    return (head(sketch, heading) if heading else "") + "".join(f"<p>{sentence}</p>" for sentence in sentences)


def queue(sketch: Sketch) -> Sketched:
    """A wait, or a forwarding."""
    refresh = f'<meta http-equiv="{sketch.draw.choice(["refresh", "Refresh"])}" content="{sketch.draw.choice([0, 1, 2, 5, 30])}; url=/{sketch.draw.choice(["", "login", "index.php"])}">'
    if sketch.chance(0.12):
        return Sketched("queue", sketch.draw.choice(["", sketch.name]), "", "/", refresh)
    body = _said(sketch, "queue")
    if sketch.chance(0.3):
        body += f"<a href='/login'>{sketch.say('login')}</a>"
    if sketch.chance(0.25):
        body += "<img src='/loading.gif'>" if sketch.chance(0.5) else "<div class=loader></div>"
    return Sketched("queue", _title(sketch, "queue"), _framed(sketch, body, alone=0.95), "/", refresh if sketch.chance(0.8) else "")


def captcha(sketch: Sketch) -> Sketched:
    """A captcha before the market."""
    draw, known = sketch.draw, wording()["captcha"]
    source = draw.choice(["/captcha.php", "data:image/png;base64,AAAA", f"/{sketch.code('captcha')}/image", f"/{sketch.word()}.png"])
    image = f"<img src='{source}' alt='{draw.choice(['captcha', '', ''])}'>"
    name = sketch.code("captcha") if sketch.chance(0.7) else sketch.word()
    if sketch.chance(0.2):
        fields = image * draw.randint(4, 9) + "".join(f"<input type=radio name={name} value={value}>" for value in range(6))
    elif sketch.chance(0.15):
        fields = f"<input type=image src='{source}' name={name}>"
    elif sketch.chance(0.2):
        fields = image + "<input name='h' maxlength=2><input name='m' maxlength=2>" * draw.randint(1, 3)
    else:
        fields = image + f"<input type=text name='{name}' placeholder='{draw.choice(known['fields'])}'>"
    button = draw.choice(known["buttons"])
    form = f"<form method=post>{fields}<input type=hidden name=token value={sketch.word(20)}>" + draw.choice([f"<button>{button}</button>", f"<input type=submit value='{button}'>"]) + "</form>"
    refresh = "<meta http-equiv=refresh content=120>" if sketch.chance(0.2) else ""
    return Sketched("captcha", _title(sketch, "captcha"), _framed(sketch, _said(sketch, "captcha") + form, alone=0.85), "/captcha", refresh)


def login(sketch: Sketch) -> Sketched:
    """A log-in, a registration, a reset of the password, or a challenge of the second factor."""
    draw, known = sketch.draw, wording()["login"]
    variant = draw.choice(["login", "login", "login", "register", "challenge", "reset", "pin"])
    user = f"<input type=text name='{sketch.code('username')}' placeholder='{sketch.say('username')}'>"
    secret = f"<input type=password name='{sketch.code('password')}' placeholder='{draw.choice([sketch.say('password'), ''])}'>"
    fields = {
        "login": user + secret, "register": user + secret * 2 + (f"<input type=password name='{sketch.code('two_factor')}'>" if sketch.chance(0.5) else ""),
        "challenge": f"<p>{draw.choice(known['challenge'])}</p><textarea>{sketch.key('MESSAGE')}</textarea><input name='{sketch.code('two_factor')}'>",
        "reset": user + f"<input name='{sketch.code('two_factor')}' placeholder='{sketch.say('two_factor')}'>" + (secret if sketch.chance(0.5) else ""),
        "pin": f"{sketch.say('two_factor')}<input type=password name='{sketch.code('two_factor')}'>",
    }[variant]  # fmt: skip
    if sketch.chance(0.55):
        fields += f"<img src='{draw.choice(['/captcha', 'data:image/png;base64,AA', f'/{sketch.word()}'])}'><input type=text name='{sketch.code('captcha')}' placeholder='{sketch.say('captcha')}'>"
    if sketch.chance(0.2):
        fields += "<select name=timeout><option>30 min</option><option>2 h</option></select>"
    say = sketch.say("register") if variant == "register" else sketch.say("login")
    form = f"<form method=post action='{sketch.href('login')}'>{fields}<input type=hidden name=csrf>" + draw.choice([f"<button>{say}</button>", f"<input type=submit value='{say}'>"]) + "</form>"
    sentences = "".join(f"<p>{sentence}</p>" for sentence in _sentences(sketch, "login", 3)) if sketch.chance(0.7) else ""
    links = sketch.link("register") + sketch.link("password") if sketch.chance(0.6) else ""
    refresh = "<meta http-equiv=refresh content=300>" if sketch.chance(0.1) else ""
    heading = head(sketch, say) if sketch.chance(0.7) else ""
    return Sketched("login", title_of(sketch, say, sketch.name), chrome(sketch, heading, sentences, form, links, logged_in=False), f"/{sketch.code('login')}", refresh)


def notice(kind: str, alone: float) -> Callable[[Sketch], Sketched]:
    """The maker of pages that only say that something is so."""

    def make(sketch: Sketch) -> Sketched:
        body = _said(sketch, kind)
        if kind in {"error", "not_found", "maintenance"} and sketch.chance(0.4):
            server = sketch.draw.choice(wording()["servers"]).format(name=sketch.word(16))
            body = f"<center>{head(sketch, _title(sketch, kind) or sketch.name)}</center><hr><center>{server}</center>" if sketch.chance(0.5) else f"{body}<hr><address>{server}</address>"
        if sketch.chance(0.25):
            body += sketch.link("home")
        return Sketched(kind, _title(sketch, kind), _framed(sketch, body, alone=alone), f"/{sketch.word()}")

    return make


def other(sketch: Sketch) -> Sketched:
    """A page of the market that is none of the above."""
    subject, content = sketch.draw.choice(_OTHERS)
    say = sketch.say(subject)
    return Sketched("other", title_of(sketch, say, say), chrome(sketch, head(sketch, say) if sketch.chance(0.85) else "", content(sketch)), f"/{sketch.code(subject)}")


def _texts(sketch: Sketch) -> str:
    sections = [f"{head(sketch, sketch.text(4))}<p>{sketch.text(sketch.draw.randint(20, 120))}</p>" for _ in range(sketch.draw.randint(1, 14))]
    return "".join(sections)


def _message_rows(sketch: Sketch) -> str:
    rows = "".join(f"<tr><td>{sketch.link('messages', number(sketch), sketch.text(4))}</td><td>{sketch.handle()}</td><td>{sketch.date()}</td></tr>" for _ in range(sketch.draw.randint(0, 20)))
    return f"<table><tr><th>{sketch.say('messages')}</th><th></th></tr>{rows}</table>{paging(sketch) if sketch.chance(0.3) else ''}"


def _order_rows(sketch: Sketch) -> str:
    rows = "".join(
        f"<tr><td>{sketch.link('orders', number(sketch), '#' + number(sketch))}</td><td>{sketch.thing()}</td><td>{vendor_link(sketch, sketch.handle())}</td><td>{sketch.money()}</td><td>{sketch.date()}</td></tr>"
        for _ in range(sketch.draw.randint(0, 12))
    )
    return f"<table><tr><th>{sketch.say('orders')}</th><th>{sketch.say('price')}</th></tr>{rows}</table>"


def _wallet(sketch: Sketch) -> str:
    rows = "".join(f"<tr><td>{sketch.date()}</td><td>{sketch.money()}</td></tr>" for _ in range(sketch.draw.randint(0, 9)))
    return pairs(sketch, [("wallet", sketch.money())]) + f"<p>bc1q{sketch.word(38)}</p><form method=post><input name=address><input name=amount><input type=password name=pin><button>{sketch.say('wallet')}</button></form><table>{rows}</table>"


def _settings(sketch: Sketch) -> str:
    return f"<form method=post><input type=password name=old><input type=password name='{sketch.code('password')}'><select name=currency><option>USD</option><option>EUR</option></select><textarea name=pgp></textarea><textarea name=about></textarea><input type=checkbox><button>{sketch.say('account')}</button></form>"


def _message_form(sketch: Sketch) -> str:
    return f"<form method=post><input name='{sketch.code('messages')}' placeholder='{sketch.say('messages')}'><textarea name=body></textarea><button>{sketch.say('messages')}</button></form>"


def _topics(sketch: Sketch) -> str:
    rows = "".join(f"<tr><td>{sketch.link('forum', number(sketch), sketch.text(5))}</td><td>{number(sketch)}</td><td>{sketch.date()} {sketch.handle()}</td></tr>" for _ in range(sketch.draw.randint(3, 25)))
    return f"<table><tr><th>{sketch.say('forum')}</th></tr>{rows}</table>{paging(sketch)}"


def _mirrors(sketch: Sketch) -> str:
    signed = f"<pre>-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n{sketch.text(20)}\n{sketch.key('SIGNATURE')}</pre>"
    links = "".join(f"<li>http://{sketch.word(16)}.onion</li>" for _ in range(sketch.draw.randint(2, 8)))
    return f"<ul>{links}</ul>" + (signed if sketch.chance(0.5) else "")


def _cart(sketch: Sketch) -> str:
    return offers(sketch, sketch.draw.randint(0, 3)) + pairs(sketch, [("price", sketch.money()), ("shipping", sketch.money())]) + f"<form method=post><textarea name=address></textarea><button>{sketch.say('buy')}</button></form>"


def _order(sketch: Sketch) -> str:
    stated = [("listing", sketch.thing()), ("price", sketch.money()), ("vendor", vendor_link(sketch, sketch.handle())), ("orders", sketch.say("shipping")), ("ships_to", country(sketch))]
    return pairs(sketch, stated) + f"<p>{sketch.date()}</p>" + some(sketch, [(0.5, lambda: _message_form(sketch)), (0.4, lambda: f"<textarea>{sketch.key('MESSAGE')}</textarea>")])


def _vendors(sketch: Sketch) -> str:
    rows = "".join(f"<tr><td>{vendor_link(sketch, sketch.handle())}</td><td>{sketch.date()}</td><td>{number(sketch)}</td></tr>" for _ in range(sketch.draw.randint(5, 30)))
    return f"<table><tr><th>{sketch.say('vendor')}</th><th>{sketch.say('member_since')}</th></tr>{rows}</table>"


def _empty(_: Sketch) -> str:
    return ""


_OTHERS: tuple[tuple[str, Callable[[Sketch], str]], ...] = (
    ("help", _texts), ("news", _texts), ("help", _texts), ("messages", _message_rows), ("messages", _message_form), ("orders", _order_rows),
    ("orders", _order), ("wallet", _wallet), ("account", _settings), ("ticket", _message_form), ("ticket", _message_rows),
    ("forum", _topics), ("mirror", _mirrors), ("cart", _cart), ("home", _empty), ("vendor", _vendors), ("terms", _texts), ("escrow", _texts),
)  # fmt: skip
