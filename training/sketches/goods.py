"""Sketched pages about goods and accounts: listings, indexes, vendors, buyers, reviews, keys."""

from training.sketches.blocks import (
    account, box, categories, chrome, country, head, number, offers, paging, picture, reviews, search_form, share, some,
    some_pairs, vendor_link,
)  # fmt: skip
from training.sketches.market import Sketch, Sketched


_NOTHING = ("No", "0", "No results:", "Keine", "Aucun", "No hay", "Nessun", "Geen", "Не найдено", "Nenhum")


def title_of(sketch: Sketch, *texts: str) -> str:
    """The title of a page: what it is about, or the name of the market, or both."""
    text = sketch.draw.choice([*texts, ""])
    name = sketch.name + sketch.motto
    return sketch.draw.choice([f"{name} - {text}", f"{text} | {name}", text or name, name])


def listing(sketch: Sketch) -> Sketched:
    """One offer."""
    draw, handle, title = sketch.draw, sketch.handle(), sketch.thing()
    number_of_it = draw.randint(100, 99999)
    details = some_pairs(
        sketch,
        [
            (0.85, "vendor", lambda: vendor_link(sketch, handle)), (0.9, "price", sketch.money),
            (0.7, "ships_from", lambda: country(sketch)), (0.7, "ships_to", lambda: country(sketch)),
            (0.5, "category", lambda: sketch.link("category", 3, sketch.word().capitalize())),
            (0.5, "escrow", lambda: "✓"), (0.5, "stock", lambda: number(sketch, 999)), (0.4, "sales", lambda: number(sketch)),
            (0.3, "views", lambda: number(sketch)), (0.35, "payment", lambda: "BTC, XMR"), (0.25, "level", lambda: "3"),
            (0.2, "views", sketch.date), (0.15, "member_since", sketch.date), (0.3, "feedback", lambda: share(sketch)),
            (0.2, "quantity_price", lambda: number(sketch, 10)), (0.15, "last_seen", sketch.date), (0.1, "disputes", lambda: "0/0"),
        ],
    )  # fmt: skip
    options = "".join(f"<option value={place}>{sketch.word()} - {sketch.money()}</option>" for place in range(draw.randint(1, 6)))
    form = (
        f"<form method=post action='{sketch.href('buy', number_of_it)}'>"
        + some(
            sketch,
            [
                (0.7, lambda: f"{sketch.say('shipping')}<select name='{sketch.code('shipping')}'>{options}</select>"),
                (0.75, lambda: f"{sketch.say('quantity')}<input type='{draw.choice(['text', 'number'])}' name='{sketch.code('quantity')}' value=1>"),
                (0.3, lambda: f"<select name='{sketch.code('payment')}'><option>BTC</option><option>XMR</option></select>"),
                (0.1, lambda: f"<textarea name='{sketch.code('messages')}'></textarea>"),
            ],
        )
        + (f"<button>{sketch.say('buy')}</button></form>" if sketch.chance(0.5) else f"<input type=submit value='{sketch.say('buy')}'></form>")
    )  # fmt: skip
    buying = form if sketch.chance(0.85) else sketch.link("buy", number_of_it)
    parts = some(
        sketch,
        [
            (0.3, lambda: box(sketch, "category", sketch.link("home"), " » ", sketch.link("category", 2, sketch.word()))),
            (0.9, lambda: head(sketch, title)),
            (0.8, lambda: picture(sketch) * draw.choice([1, 1, 1, 3])),
            (0.97, lambda: box(sketch, "listing", details)),
            (0.95, lambda: box(sketch, "buy", buying)),
            (0.25, lambda: bulk(sketch)),
            (0.5, lambda: box(sketch, "contact", *(sketch.link(c, handle) for c in ("contact", "report", "favorite", "store") if sketch.chance(0.6)))),
            (0.4, lambda: tabs(sketch, ["description", "terms", "feedback"], number_of_it)),
            (0.92, lambda: box(sketch, "description", head(sketch, sketch.say("description")) if sketch.chance(0.6) else "", f"<p>{sketch.text(draw.choice([12, 40, 150, 400]))}</p>")),
            (0.3, lambda: box(sketch, "terms", head(sketch, sketch.say("terms")), f"<p>{sketch.text(draw.choice([30, 120, 300]))}</p>")),
            (0.4, lambda: box(sketch, "feedback", head(sketch, sketch.say("feedback")), reviews(sketch, draw.randint(1, 30), linked=False))),
            (0.06, lambda: f"<pre>{sketch.key()}</pre>"),
            (0.2, lambda: box(sketch, "similar", head(sketch, sketch.say("similar")), offers(sketch, draw.randint(3, 8), small=True))),
        ],
    )  # fmt: skip
    return Sketched("listing", title_of(sketch, title, title, sketch.say("listing")), chrome(sketch, parts), f"/{sketch.code('listing')}/{number_of_it}")


def bulk(sketch: Sketch) -> str:
    """Prices by quantity."""
    rows = "".join(f"<tr><td>{count * 5}</td><td>{sketch.money()}</td></tr>" for count in range(1, sketch.draw.randint(3, 8)))
    return f"<table><tr><th>{sketch.say('quantity')}</th><th>{sketch.say('price')}</th></tr>{rows}</table>"


def tabs(sketch: Sketch, concepts: list[str], value: object) -> str:
    """Links to the parts of a profile or a listing."""
    return box(sketch, "profile", *(f"<span>{sketch.link(concept, value)}</span>" for concept in concepts if sketch.chance(0.8)))


def listing_index(sketch: Sketch) -> Sketched:
    """Offers of a category, a vendor, or found by a search."""
    draw = sketch.draw
    store = sketch.handle() if sketch.chance(0.25) else None
    subject = draw.choice([sketch.word().capitalize(), sketch.say("search"), sketch.say("listings"), sketch.say("category")])
    if store:
        subject = draw.choice([f"{store} {sketch.say('listings')}", f"{sketch.say('store')} {store}", sketch.say("store")])
    count = draw.choice([1, 3, 8, 15, 20, 25, 30, 50])
    rows = offers(sketch, count, store=store) if sketch.chance(0.93) else f"<p>{draw.choice(_NOTHING)} {sketch.say('listings')}</p>"
    parts = some(
        sketch,
        [
            (0.8, lambda: head(sketch, subject)),
            (0.15 if not store else 0.5, lambda: box(sketch, "vendor", *(sketch.link(c, store or 1) for c in ("profile", "contact", "feedback")))),
            (0.55, lambda: search_form(sketch)),
            (0.3, lambda: box(sketch, "search", *(sketch.link(c, "desc") for c in ("price", "sales", "views")))),
            (0.3, lambda: f"<p>{number(sketch)} {sketch.say('search')}</p>"),
            (0.3, lambda: categories(sketch, many=False)),
            (0.2, lambda: paging(sketch)),
            (1.0, lambda: box(sketch, "listings", rows)),
            (0.75, lambda: paging(sketch)),
        ],
    )  # fmt: skip
    return Sketched("listing_index", title_of(sketch, subject, subject, sketch.say("listings")), chrome(sketch, parts), f"/{sketch.code('category')}/{draw.randint(1, 90)}")


def category_index(sketch: Sketch) -> Sketched:
    """The front page: categories, most often with featured offers, news, and no pages to turn."""
    draw = sketch.draw
    featured = [
        box(sketch, "featured", head(sketch, draw.choice([sketch.say("featured"), sketch.say("featured"), sketch.word()])), offers(sketch, draw.randint(3, 16), small=True))
        for _ in range(draw.choice([0, 1, 1, 2, 3]))
    ]  # fmt: skip
    top = some(
        sketch,
        [
            (0.6, lambda: head(sketch, f"{sketch.say('home')} {draw.choice(['', sketch.name, sketch.handle()])}")),
            (0.45, lambda: box(sketch, "news", head(sketch, sketch.say("news")), f"<p>{sketch.date()} {sketch.text(40)}</p>")),
            (0.3, lambda: f"<p>{sketch.text(50)}</p>"),
            (0.25, lambda: some_pairs(sketch, [(0.7, "member_since", sketch.date), (0.6, "level", lambda: "1"), (0.6, "orders", lambda: "0"), (0.5, "wallet", sketch.money)])),
            (0.3, lambda: search_form(sketch)),
        ],
        shuffled=True,
    )  # fmt: skip
    middle = ["".join(featured), box(sketch, "category", head(sketch, sketch.say("category")) if sketch.chance(0.6) else "", categories(sketch, many=sketch.chance(0.7)))]
    if sketch.chance(0.5):
        middle.reverse()
    return Sketched("category_index", title_of(sketch, sketch.say("home"), sketch.say("home"), sketch.say("category")), chrome(sketch, top, *middle), draw.choice(["/", "/", f"/{sketch.code('home')}"]))


def account_head(sketch: Sketch, handle: str) -> str:
    """The head of a profile: who it is, since when, how good, what can be done."""
    stated = some_pairs(
        sketch,
        [
            (0.75, "member_since", sketch.date), (0.65, "last_seen", sketch.date), (0.6, "sales", lambda: number(sketch)),
            (0.5, "level", lambda: number(sketch, 10)), (0.6, "feedback", lambda: share(sketch)), (0.4, "disputes", lambda: f"{number(sketch, 9)} / {number(sketch, 9)}"),
            (0.35, "ships_from", lambda: country(sketch)), (0.25, "ships_to", lambda: country(sketch)), (0.3, "escrow", lambda: "Yes"),
            (0.3, "positive", lambda: number(sketch)), (0.15, "payment", lambda: "BTC"),
        ],
    )  # fmt: skip
    return box(
        sketch,
        "vendor",
        head(sketch, sketch.draw.choice([handle, f"{handle} {sketch.say('profile')}", f"{sketch.say('vendor')} {handle}", f"{handle} ({number(sketch)})"])),
        picture(sketch) if sketch.chance(0.6) else "",
        stated,
        box(sketch, "contact", *(sketch.link(concept, handle) for concept in ("store", "contact", "favorite", "report") if sketch.chance(0.65))),
    )


def feedback_table(sketch: Sketch) -> str:
    """Counts of feedback by month."""
    rows = "".join(f"<tr><td>{kind}</td><td>{number(sketch)}</td><td>{number(sketch)}</td></tr>" for kind in (sketch.say("positive"), "neutral", "negative"))
    return f"<table><tr><th></th><th>1 month</th><th>12 months</th></tr>{rows}</table>"


def vendor(sketch: Sketch) -> Sketched:
    """A vendor's profile."""
    draw, handle = sketch.draw, sketch.handle()
    key = draw.choice(["<pre>{}</pre>", "<textarea>{}</textarea>", "<code>{}</code>"])
    body = some(
        sketch,
        [
            (0.4, lambda: feedback_table(sketch)),
            (0.55, lambda: tabs(sketch, ["profile", "terms", "pgp", "feedback", "listings"], handle)),
            (0.9, lambda: box(sketch, "profile", head(sketch, sketch.say("profile")) if sketch.chance(0.5) else "", f"<p>{sketch.text(draw.choice([8, 60, 200, 600]))}</p>")),
            (0.3, lambda: box(sketch, "terms", head(sketch, sketch.say("terms")), f"<p>{sketch.text(draw.choice([50, 200]))}</p>")),
            (0.4, lambda: box(sketch, "pgp", head(sketch, sketch.say("pgp")), key.format(sketch.key()))),
            (0.3, lambda: box(sketch, "listings", head(sketch, sketch.say("listings")), offers(sketch, draw.choice([2, 5, 10, 20]), store=handle, small=sketch.chance(0.5)))),
            (0.45, lambda: box(sketch, "feedback", head(sketch, sketch.say("feedback")), reviews(sketch, draw.choice([2, 5, 10, 25])))),
        ],
    )  # fmt: skip
    return Sketched("vendor", title_of(sketch, handle, f"{handle} {sketch.say('profile')}", sketch.say("profile")), chrome(sketch, account_head(sketch, handle), body), f"/{sketch.code('vendor')}/{handle}")


def buyer(sketch: Sketch) -> Sketched:
    """A buyer's profile."""
    handle = sketch.handle()
    stated = some_pairs(
        sketch,
        [
            (0.8, "member_since", sketch.date), (0.6, "last_seen", sketch.date), (0.95, "buyer", lambda: number(sketch, 90)),
            (0.5, "orders", lambda: number(sketch, 90)), (0.5, "disputes", lambda: number(sketch, 3)), (0.4, "level", lambda: number(sketch, 5)),
            (0.3, "feedback", lambda: number(sketch, 40)), (0.3, "buyer", sketch.money),
        ],
    )  # fmt: skip
    words = [f"{sketch.say('buyer')} {handle}", handle, f"{sketch.say('profile')}: {handle}", sketch.say("buyer")]
    body = some(
        sketch,
        [
            (0.95, lambda: head(sketch, sketch.draw.choice(words))), (0.95, lambda: stated),
            (0.6, lambda: box(sketch, "contact", *(sketch.link(concept, handle) for concept in ("contact", "report") if sketch.chance(0.7)))),
            (0.4, lambda: box(sketch, "feedback", head(sketch, f"{sketch.say('feedback')} {sketch.say('buyer')}"), reviews(sketch, sketch.draw.randint(1, 8)))),
            (0.1, lambda: f"<p>{sketch.text(20)}</p>"),
        ],
    )  # fmt: skip
    return Sketched("buyer", title_of(sketch, *words), chrome(sketch, body), f"/{sketch.code('buyer')}/{handle}")


def reviews_page(sketch: Sketch) -> Sketched:
    """A page of feedback on a vendor or a listing."""
    draw, handle = sketch.draw, sketch.handle()
    subject = draw.choice([f"{sketch.say('feedback')} {handle}", sketch.say("feedback"), f"{handle}: {sketch.say('feedback')}"])
    body = some(
        sketch,
        [
            (0.45, lambda: account_head(sketch, handle)), (0.75, lambda: head(sketch, subject)),
            (0.35, lambda: feedback_table(sketch)), (0.35, lambda: tabs(sketch, ["profile", "terms", "pgp", "feedback", "listings"], handle)),
            (0.3, lambda: box(sketch, "feedback", *(sketch.link("feedback", value) for value in ("positive", "neutral", "negative")))),
            (1.0, lambda: box(sketch, "feedback", reviews(sketch, draw.choice([3, 8, 15, 25, 30, 50])))), (0.65, lambda: paging(sketch)),
        ],
    )  # fmt: skip
    return Sketched("reviews", title_of(sketch, subject, subject, handle), chrome(sketch, body), f"/{sketch.code('vendor')}/{handle}/{sketch.code('feedback')}")


def pgp_page(sketch: Sketch) -> Sketched:
    """A page of an OpenPGP key."""
    draw, handle = sketch.draw, sketch.handle()
    subject = draw.choice([f"{sketch.say('pgp')} {handle}", sketch.say("pgp"), handle])
    key = draw.choice(["<pre>{}</pre>", "<textarea readonly>{}</textarea>", "<div>{}</div>", "<p>{}</p>"]).format(sketch.key())
    body = some(
        sketch,
        [
            (0.45, lambda: account_head(sketch, handle)), (0.2, lambda: feedback_table(sketch)),
            (0.35, lambda: tabs(sketch, ["profile", "terms", "pgp", "feedback", "listings"], handle)), (0.7, lambda: head(sketch, subject)),
            (1.0, lambda: box(sketch, "pgp", key)), (0.3, lambda: f"<p>{account(sketch)} {sketch.link('vendor', handle, handle)}</p>"),
        ],
    )  # fmt: skip
    if sketch.chance(0.06):
        return Sketched("pgp", "", key.replace("<div>", "<pre>"), f"/{sketch.code('pgp')}/{handle}.txt")
    return Sketched("pgp", title_of(sketch, subject, subject), chrome(sketch, body), f"/{sketch.code('vendor')}/{handle}/{sketch.code('pgp')}")
