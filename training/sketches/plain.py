"""Sketched pages before and instead of the market: log-ins, captchas, waits, bans, maintenance, errors."""

from collections.abc import Callable
from typing import Literal

from training.sketches.blocks import box, button, chrome, each, head
from training.sketches.market import Sketch, Sketched, wording

Notice = Literal["banned", "maintenance", "not_found", "error"]
_SECONDS = (3, 5, 30, 60, 120, 4711)


def queue(sketch: Sketch) -> Sketched:
    """A wait, or a forwarding."""
    target = f"{sketch.one(0, 1, 2, 5, 30)}; url=/{sketch.one('', 'login', 'index.php')}"
    refresh = f'<meta http-equiv="{sketch.one("refresh", "Refresh")}" content="{target}">'
    if sketch.chance(0.12):
        return Sketched("queue", sketch.one("", sketch.name), "", head=refresh)
    body = _said(sketch, "queue") + sketch.one("", "", f"<a href='/login'>{sketch.say('login')}</a>")
    body += sketch.one("", "", "", "<img src='/loading.gif'>", "<div class=loader></div>")
    return Sketched(
        "queue",
        _title(sketch, "queue"),
        _framed(sketch, body, alone=0.95),
        head=sketch.one(refresh, refresh, refresh, ""),
    )


def captcha(sketch: Sketch) -> Sketched:
    """A captcha before the market."""
    known, one = wording()["captcha"], sketch.one
    source = one(
        "/captcha.php", "data:image/png;base64,AAAA", f"/{sketch.code('captcha')}/image", f"/{sketch.word()}.png"
    )
    image = f"<img src='{source}' alt='{one('captcha', '', '')}'>"
    name = one(sketch.code("captcha"), sketch.code("captcha"), sketch.word())
    choices = "".join(f"<input type=radio name={name} value={value}>" for value in range(6))
    text = image + f"<input type=text name='{name}' placeholder='{one(*known['fields'])}'>"
    fields = one(
        image * 6 + choices,
        f"<input type=image src='{source}' name={name}>",
        image + "<input name=h maxlength=2><input name=m maxlength=2>",
        text, text, text,
    )  # fmt: skip
    form = f"<form method=post>{fields}<input type=hidden name=token>{button(sketch, one(*known['buttons']))}</form>"
    refresh = one("", "", "", "", "<meta http-equiv=refresh content=120>")
    body = _framed(sketch, _said(sketch, "captcha") + form, alone=0.85)
    return Sketched("captcha", _title(sketch, "captcha"), body, "/captcha", refresh)


def login(sketch: Sketch) -> Sketched:
    """A log-in, a registration, a reset of the password, or a challenge of the second factor."""
    known, one = wording()["login"], sketch.one
    variant = one("login", "login", "login", "register", "challenge", "reset", "pin")
    say = sketch.say("register" if variant == "register" else "login")
    fields = _login_fields(sketch, variant)
    if sketch.chance(0.55):
        source = one("/captcha", "data:image/png;base64,AA", f"/{sketch.word()}")
        fields += f"<img src='{source}'><input name='{sketch.code('captcha')}' placeholder=\"{sketch.say('captcha')}\">"
    fields += one("", "", "", "", "<select name=timeout><option>30 min</option><option>2 h</option></select>")
    form = f"<form method=post action='{sketch.href('login')}'>{fields}{button(sketch, say)}</form>"
    parts = [
        head(sketch, say) if sketch.chance(0.7) else "",
        each("p", _sentences(sketch, known["sentences"], 3)) if sketch.chance(0.7) else "",
        form,
        sketch.links(("register", "password")) if sketch.chance(0.6) else "",
    ]
    refresh = one(*[""] * 9, "<meta http-equiv=refresh content=300>")
    return Sketched(
        "login", sketch.title(say), chrome(sketch, *parts, logged_in=False), f"/{sketch.code('login')}", refresh
    )


def _login_fields(sketch: Sketch, variant: str) -> str:
    known = wording()["login"]
    user = f"<input type=text name='{sketch.code('username')}' placeholder=\"{sketch.say('username')}\">"
    said = sketch.one(sketch.say("password"), "")
    secret = f"<input type=password name='{sketch.code('password')}' placeholder=\"{said}\">"
    pin = f"<input type=password name='{sketch.code('two_factor')}'>"
    code = f"<input name='{sketch.code('two_factor')}' placeholder=\"{sketch.say('two_factor')}\">"
    return {
        "login": user + secret,
        "register": user + secret * 2 + sketch.one(pin, ""),
        "challenge": f"<p>{sketch.one(*known['challenge'])}</p><textarea>{sketch.key('MESSAGE')}</textarea>{code}",
        "reset": user + code + sketch.one(secret, ""),
        "pin": sketch.say("two_factor") + pin,
    }[variant]


def notice(kind: Notice, alone: float) -> Callable[[Sketch], Sketched]:
    """The maker of pages that only say that something is so; ``alone``: how often without the market around it."""

    def make(sketch: Sketch) -> Sketched:
        body = _said(sketch, kind)
        if kind != "banned" and sketch.chance(0.4):
            server = sketch.one(*wording()["servers"]).format(name=sketch.word(16))
            status = head(sketch, _title(sketch, kind) or sketch.name)
            body = sketch.one(
                f"<center>{status}</center><hr><center>{server}</center>", f"{body}<hr><address>{server}</address>"
            )
        body += sketch.one("", "", "", sketch.link("home"))
        return Sketched(kind, _title(sketch, kind), _framed(sketch, body, alone=alone), f"/{sketch.word()}")

    return make


def _title(sketch: Sketch, kind: str) -> str:
    title: str = sketch.one(*wording()[kind]["titles"])
    return title.format(name=sketch.name)


def _framed(sketch: Sketch, content: str, *, alone: float) -> str:
    """Alone on the page, or inside of the market's chrome."""
    if sketch.chance(alone):
        return sketch.one(box(sketch, "home", content), f"<center>{content}</center>")
    return chrome(sketch, content, logged_in=sketch.chance(0.6))


def _said(sketch: Sketch, kind: str) -> str:
    """What such a page says: a heading and a few sentences, or only one of both."""
    sentences = _sentences(sketch, wording()[kind]["sentences"], 4)
    heading = sketch.one(_title(sketch, kind), sentences[0], "")
    return (head(sketch, heading) if heading else "") + each("p", sentences)


def _sentences(sketch: Sketch, known: list[str], most: int) -> list[str]:
    values = {"name": sketch.name, "n": sketch.one(*_SECONDS), "reason": sketch.one(*wording()["banned"]["reasons"])}
    return [sentence.format(**values) for sentence in sketch.draw.sample(known, sketch.draw.randint(1, most))]
