"""What is sold: the listings of a market's accounts, with the truth of every title and description."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from replica.world.catalogue import Product, catalogue, places, writing
from replica.world.model import Account, BulkStep, Escrow, Facts, Listing, ShippingOption, Tracking
from replica.world.streams import stream

_COINS = ("btc", "ltc", "xmr")
_STEPS = ((5, "0.92"), (10, "0.85"), (25, "0.74"), (50, "0.66"), (100, "0.58"))
_CURRENCIES = ("USD", "USD", "USD", "EUR", "EUR", "GBP", "BTC")
_ESCROWS: tuple[Escrow, ...] = ("escrow", "escrow", "escrow", "escrow", "multisig", "partial")
_WORLD_DAYS = (7, 21)


@dataclass(frozen=True, slots=True)
class _Offer:
    """The words and the facts of a listing, before the market adds its own."""

    title: str
    description: str
    facts: Facts
    unit: str
    usd: Decimal


@dataclass(frozen=True, slots=True)
class _Shipping:
    """Where a listing is sent from and to; empty for digital goods."""

    origin: tuple[str, ...]
    targets: tuple[str, ...]
    excluded: tuple[str, ...]
    options: tuple[ShippingOption, ...]


def make_listings(seed: int, market: str, accounts: Sequence[Account], count: int, start: datetime) -> list[Listing]:
    """So many listings of a market, newest number last; every account gets one when there are enough.

    The first three, of a market that has so many, carry a hostile title and the next five a hostile description.
    """
    draw = stream(seed, "shops", market)
    weights = [account.reliability**8 * draw.paretovariate(1.1) for account in accounts]
    owners = list(accounts[:count])
    owners += draw.choices(accounts, weights=weights, k=count - len(owners))
    draw.shuffle(owners)
    shelf = {account.number: _products(seed, account) for account in accounts}
    number = 20000 + draw.randint(0, 999)
    hostile_numbers = draw.sample(range(count), min(count, 8)) if count >= 100 else []
    listings = []
    for place, account in enumerate(owners):
        number += draw.randint(1, 9)
        own = stream(seed, "listing", market, place)
        trap = hostile_numbers.index(place) if place in hostile_numbers else None
        product = catalogue().products[own.choice(shelf[account.number])]
        listings.append(_listing(own, number, account=account, product=product, start=start, trap=trap))
    return listings


def _products(seed: int, account: Account) -> list[str]:
    """What an account sells: a few kinds of goods, as most vendors do."""
    draw = stream(seed, "products", account.id)
    return draw.sample(sorted(catalogue().products), draw.choice((1, 2, 2, 3, 4)))


def _listing(
    draw: random.Random, number: int, *, account: Account, product: Product, start: datetime, trap: int | None
) -> Listing:
    shipping = _Shipping((), (), (), ()) if product.digital else _shipping(draw, account)
    offer = _offer(draw, account, product, shipping)
    pieces = writing()
    title, description = offer.title, offer.description
    if trap is not None and trap < len(pieces.hostile_titles):
        title = pieces.hostile_titles[trap]
    elif trap is not None:
        description += "\n\n" + pieces.hostile_texts[trap - len(pieces.hostile_titles)]
    stock = None if product.digital or draw.random() < 0.15 else draw.choice((0, 3, 8, 17, 40, 99, 250, 1000, 4941))
    sold = int(draw.paretovariate(1.0) * 4) % 6000 if draw.random() < 0.85 else 0
    posted = start - timedelta(days=draw.randint(2, 400), seconds=draw.randint(0, 86399))
    return Listing(
        market=account.market,
        number=number,
        account=account.number,
        title=title,
        description=description,
        category=product.category,
        facts=offer.facts,
        usd=offer.usd,
        currency=draw.choice(_CURRENCIES),
        unit=offer.unit,
        steps=_steps(draw, offer.unit),
        ships_from=shipping.origin,
        ships_to=shipping.targets,
        ships_excluded=shipping.excluded,
        options=shipping.options,
        payment=tuple(sorted(draw.sample(_COINS, draw.choice((1, 2, 3))))),
        escrow="finalize_early" if account.finalize_early and draw.random() < 0.5 else draw.choice(_ESCROWS),
        stock=stock,
        sold=sold,
        sold_daily=Decimal(draw.randint(0, 30)) / 10,
        views=sold * draw.randint(5, 30) + draw.randint(0, 300),
        min_order=draw.choice((1, 1, 1, 1, 2, 5)) if offer.unit in {"Each", "Unit"} else 1,
        posted_at=max(posted, account.registered_at).replace(microsecond=0),
        pictures=(number * 10 + 1,) if draw.random() < 0.9 else (),
        hostile=trap is not None,
    )


def _offer(draw: random.Random, account: Account, product: Product, shipping: _Shipping) -> _Offer:
    """Title and description that say the same, and what they say."""
    amount = draw.choice(product.amounts) if product.amounts else None
    strength = draw.choice(product.strength.values) if product.strength else None
    purity = draw.randint(*product.purity) if product.purity and draw.random() < 0.7 else None
    name = draw.choice(product.names)
    if product.suffix and draw.random() < 0.8:
        name = f"{name} {draw.choice(product.suffix)}"
    strength_text = f"{strength:g}{product.strength.unit}" if product.strength and strength else None
    stealth = bool(shipping.origin) and draw.random() < 0.5
    tracking: Tracking | None = draw.choice((None, "yes", "no", "optional")) if shipping.origin else None
    carriers = places().countries[shipping.origin[0]].carriers if shipping.origin else ()
    carrier = draw.choice(carriers) if carriers and draw.random() < 0.4 else None
    title = _title(draw, product, name, amount=amount, strength=strength_text, purity=purity)
    facts = Facts(
        substances=product.substances,
        goods=product.goods,
        total=(Decimal(str(amount)), product.measure) if amount is not None else None,
        strength=(Decimal(str(strength)), product.strength.unit) if product.strength and strength else None,
        purity_pct=Decimal(purity) if purity is not None else None,
        stealth=stealth,
        tracking=tracking,
        carriers=(carrier,) if carrier else (),
    )
    description = "\n\n".join(_paragraphs(draw, facts, name, shipping))
    units = amount or 1
    # Big amounts are cheaper by the piece; every vendor has his own idea of what his goods are worth.
    usd = product.usd * units**0.88 * (0.75 + account.reliability / 3) * draw.uniform(0.8, 1.3)
    return _Offer(title, description, facts, _unit(product, amount), Decimal(str(round(usd, 2))))


def _title(
    draw: random.Random, product: Product, name: str, *, amount: float | None, strength: str | None, purity: int | None
) -> str:
    pieces = writing()
    spelled = _spelled(draw, product, amount)
    words = [word for word in (spelled, name, strength) if word]
    if draw.random() < 0.35 and spelled:
        words = [name, *([strength] if strength else []), "-", spelled.removesuffix("x").strip() + _plural(product)]
    if purity is not None:
        words.append(f"{purity}%")
    extra = draw.choice(pieces.extras)
    if extra:
        words.append(extra)
    title = " ".join(words)
    if draw.random() < 0.15:
        # Doses and amounts keep their case: an upper-case MG is written too, but not by these vendors.
        title = title.replace(name, name.upper())
    ornament = draw.choice(pieces.ornaments)
    return f"{ornament}{title}{ornament[::-1]}".strip()


def _spelled(draw: random.Random, product: Product, amount: float | None) -> str | None:
    if amount is None:
        return None
    if product.measure == "items":
        return draw.choice((f"{amount:g}x", f"{amount:g} x"))
    if product.measure == "ml":
        return draw.choice((f"{amount:g}ml", f"{amount:g} ml"))
    spellings = catalogue().spellings.get(amount)
    if spellings:
        return draw.choice(spellings)
    return draw.choice((f"{amount:g}g", f"{amount:g} Grams", f"{amount:g}G", f"{amount:g} gram"))


def _plural(product: Product) -> str:
    return " pcs" if product.measure == "items" else ""


def _unit(product: Product, amount: float | None) -> str:
    """What one piece of the listing is called where prices are given for one."""
    if amount is None:
        return "Unit"
    if product.measure == "items":
        return "Each" if amount == 1 else f"{amount:g} Pcs"
    return f"{amount:g}{product.measure}"


def _paragraphs(draw: random.Random, facts: Facts, name: str, shipping: _Shipping) -> Iterator[str]:
    pieces = writing()
    yield draw.choice(pieces.openings).format(name=name)
    about = draw.sample(pieces.quality, draw.randint(1, 3))
    if facts.total is not None:
        value, unit = facts.total
        amount = f"{_plain(value)} {'pieces' if unit == 'items' else unit}"
        about.insert(0, draw.choice(pieces.amount).format(amount=amount))
    if facts.strength is not None:
        dose, unit = facts.strength
        about.append(draw.choice(pieces.strength).format(strength=_plain(dose), unit=unit))
    if facts.purity_pct is not None:
        about.append(draw.choice(pieces.purity).format(purity=facts.purity_pct))
    yield "\n".join(about)
    if shipping.origin:
        yield "\n".join(_shipping_lines(draw, facts, shipping))
    yield draw.choice(pieces.closings)


def _shipping_lines(draw: random.Random, facts: Facts, shipping: _Shipping) -> Iterator[str]:
    pieces, here = writing(), places().countries[shipping.origin[0]]
    country = here.names[0]
    yield draw.choice(pieces.shipping).format(country=country)
    if draw.random() < 0.6:
        yield draw.choice(pieces.delivery).format(country=country, min=here.days[0], max=here.days[1])
        if "WW" in shipping.targets:
            yield draw.choice(pieces.delivery_world).format(min=_WORLD_DAYS[0], max=_WORLD_DAYS[1])
    if shipping.excluded:
        names = ", ".join(places().name(code) for code in shipping.excluded)
        yield draw.choice(pieces.excluded).format(countries=names)
    for carrier in facts.carriers:
        yield draw.choice(pieces.carrier).format(carrier=carrier)
    if facts.stealth:
        yield draw.choice(pieces.stealth)
    if facts.tracking is not None:
        choices = {"yes": pieces.tracking_yes, "no": pieces.tracking_no, "optional": pieces.tracking_optional}
        yield draw.choice(choices[facts.tracking])


def _shipping(draw: random.Random, account: Account) -> _Shipping:
    home = account.ships_from[0]
    excluded: tuple[str, ...] = ()
    if account.ships_to == ("WW",) and draw.random() < 0.35:
        candidates = [code for code in places().excluded if code != home]
        excluded = tuple(sorted(draw.sample(candidates, draw.choice((1, 2, 3)))))
    country = places().countries[home]
    options = [ShippingOption(country.post, _cents(draw, 0, 900), *country.days)]
    if draw.random() < 0.5:
        express = f"{country.post} EXPRESS [STEALTH]"
        options.append(ShippingOption(express, _cents(draw, 900, 2500), 1, max(1, country.days[0])))
    if account.ships_to != account.ships_from:
        options.append(ShippingOption("International letter", _cents(draw, 500, 3000), *_WORLD_DAYS))
    if draw.random() < 0.2:
        options.append(ShippingOption("Second order, combined", Decimal("0.00"), *country.days))
    return _Shipping((home,), account.ships_to, excluded, tuple(options))


def _steps(draw: random.Random, unit: str) -> tuple[BulkStep, ...]:
    if unit == "Unit" or draw.random() < 0.5:
        return ()
    return tuple(BulkStep(quantity, Decimal(factor)) for quantity, factor in _STEPS[: draw.randint(1, 5)])


def _plain(number: Decimal) -> str:
    """The number as people write it: 14, not 14.0."""
    return f"{number.normalize():f}"


def _cents(draw: random.Random, low: int, high: int) -> Decimal:
    return Decimal(draw.randint(low // 5, high // 5) * 5) / 100
