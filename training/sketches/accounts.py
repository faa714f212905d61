"""Sketched pages about accounts: vendors, buyers, reviews, keys."""

from training.sketches.blocks import box, chrome, each, head, headed, paging, picture, some, some_pairs, tabs
from training.sketches.market import Sketch, Sketched
from training.sketches.rows import offers, reviews, vendor_link

_TABS = ("profile", "terms", "pgp", "feedback", "listings")
_RATINGS = ("positive", "neutral", "negative")


def vendor(sketch: Sketch) -> Sketched:
    """A vendor's profile."""
    one, handle = sketch.one, sketch.handle()
    key = one("<pre>{}</pre>", "<textarea>{}</textarea>", "<code>{}</code>")
    # A profile that says nothing but the key would be a page of the key.
    words = one(8, 60, 200, 600)
    own = offers(sketch, one(2, 5, 10, 20), store=handle, small=sketch.chance(0.5))
    body = some(
        sketch,
        [
            (0.4, lambda: _feedback_table(sketch)),
            (0.55, lambda: tabs(sketch, _TABS, handle)),
            (0.9, lambda: headed(sketch, "profile", f"<p>{sketch.text(words)}</p>", share=0.5)),
            (0.3, lambda: headed(sketch, "terms", f"<p>{sketch.text(one(50, 200))}</p>")),
            (0.5 if words > 8 else 0, lambda: headed(sketch, "pgp", key.format(sketch.key()))),
            (0.3, lambda: headed(sketch, "listings", own)),
            (0.45, lambda: headed(sketch, "feedback", reviews(sketch, one(2, 5, 10, 25)))),
        ],
    )  # fmt: skip
    title = sketch.title(handle, f"{handle} {sketch.say('profile')}", sketch.say("profile"))
    path = f"/{sketch.code('vendor')}/{handle}"
    return Sketched("vendor", title, chrome(sketch, _account_head(sketch, handle), body), path)


def buyer(sketch: Sketch) -> Sketched:
    """A buyer's profile."""
    handle = sketch.handle()
    stated = [
        (0.8, "member_since", sketch.date),
        (0.6, "last_seen", sketch.date),
        (0.95, "buyer", sketch.number),
        (0.5, "orders", sketch.number),
        (0.5, "disputes", sketch.number),
        (0.4, "level", sketch.number),
        (0.3, "feedback", sketch.number),
        (0.3, "buyer", sketch.money),
    ]
    words = [f"{sketch.say('buyer')} {handle}", handle, f"{sketch.say('profile')}: {handle}", sketch.say("buyer")]
    heading = head(sketch, f"{sketch.say('feedback')} {sketch.say('buyer')}")
    body = some(
        sketch,
        [
            (0.95, lambda: head(sketch, sketch.one(*words))),
            (0.95, lambda: some_pairs(sketch, stated)),
            (0.6, lambda: box(sketch, "contact", sketch.links(("contact", "report"), handle, share=0.7))),
            (0.4, lambda: box(sketch, "feedback", heading, reviews(sketch, sketch.draw.randint(1, 8)))),
            (0.1, lambda: f"<p>{sketch.text(20)}</p>"),
        ],
    )
    return Sketched("buyer", sketch.title(*words), chrome(sketch, body), f"/{sketch.code('buyer')}/{handle}")


def reviews_page(sketch: Sketch) -> Sketched:
    """A page of feedback on a vendor."""
    handle = sketch.handle()
    subject = sketch.one(
        f"{sketch.say('feedback')} {handle}", sketch.say("feedback"), f"{handle}: {sketch.say('feedback')}"
    )
    ratings = [sketch.link("feedback", rating) for rating in _RATINGS]
    body = some(
        sketch,
        [
            (0.45, lambda: _account_head(sketch, handle)),
            (0.75, lambda: head(sketch, subject)),
            (0.35, lambda: _feedback_table(sketch)),
            (0.35, lambda: tabs(sketch, _TABS, handle)),
            (0.3, lambda: box(sketch, "feedback", *ratings)),
            (1.0, lambda: box(sketch, "feedback", reviews(sketch, sketch.one(3, 8, 15, 25, 30, 50)))),
            (0.65, lambda: paging(sketch)),
        ],
    )
    path = f"/{sketch.code('vendor')}/{handle}/{sketch.code('feedback')}"
    return Sketched("reviews", sketch.title(subject, subject, handle), chrome(sketch, body), path)


def key_page(sketch: Sketch) -> Sketched:
    """A page of an OpenPGP key."""
    handle = sketch.handle()
    subject = sketch.one(f"{sketch.say('pgp')} {handle}", sketch.say("pgp"), handle)
    key = sketch.one("<pre>{}</pre>", "<textarea readonly>{}</textarea>", "<div>{}</div>", "<p>{}</p>").format(
        sketch.key()
    )
    if sketch.chance(0.06):
        return Sketched("pgp", "", f"<pre>{sketch.key()}</pre>", f"/{sketch.code('pgp')}/{handle}.txt")
    body = some(
        sketch,
        [
            (0.55, lambda: _account_head(sketch, handle)),
            (0.3, lambda: _feedback_table(sketch)),
            (0.35, lambda: tabs(sketch, _TABS, handle)),
            (0.7, lambda: head(sketch, subject)),
            (1.0, lambda: box(sketch, "pgp", key)),
            (0.3, lambda: f"<p>{vendor_link(sketch, handle)}</p>"),
        ],
    )
    path = f"/{sketch.code('vendor')}/{handle}/{sketch.code('pgp')}"
    return Sketched("pgp", sketch.title(subject, subject), chrome(sketch, body), path)


def _account_head(sketch: Sketch, handle: str) -> str:
    """The head of a profile: who it is, since when, how good, what can be done."""
    stated = some_pairs(
        sketch,
        [
            (0.75, "member_since", sketch.date),
            (0.65, "last_seen", sketch.date),
            (0.6, "sales", sketch.number),
            (0.5, "level", lambda: sketch.number(10)),
            (0.6, "feedback", sketch.score),
            (0.4, "disputes", lambda: f"{sketch.number(9)} / {sketch.number(9)}"),
            (0.35, "ships_from", sketch.country),
            (0.25, "ships_to", sketch.country),
            (0.3, "escrow", lambda: "Yes"),
            (0.3, "positive", sketch.number),
            (0.15, "payment", lambda: "BTC"),
        ],
    )
    named = (
        handle,
        f"{handle} {sketch.say('profile')}",
        f"{sketch.say('vendor')} {handle}",
        f"{handle} ({sketch.number()})",
    )
    actions = sketch.links(("store", "contact", "favorite", "report"), handle, share=0.65)
    shown = picture(sketch) if sketch.chance(0.6) else ""
    return box(sketch, "vendor", head(sketch, sketch.one(*named)), shown, stated, box(sketch, "contact", actions))


def _feedback_table(sketch: Sketch) -> str:
    """Counts of feedback by month."""
    names = (sketch.say("positive"), "neutral", "negative")
    rows = [each("td", [name, sketch.number(), sketch.number(), sketch.number()]) for name in names]
    return f"<table><tr>{each('th', ['', '1 month', '6 months', '12 months'])}</tr>{each('tr', rows)}</table>"
