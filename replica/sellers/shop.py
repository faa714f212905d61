"""A shop: what a seller has for sale, from where and at which prices; and the titles of his listings."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from replica.sellers.hand import Hand, capitalised, written
from replica.sellers.lines import ListingLine
from replica.sellers.vocabulary import goods, product
from replica.world.catalogue import Product, places
from replica.world.streams import weighted

_STOCK_PHOTOS = 400
_DISCOUNTS = ((5, 0.93), (10, 0.86), (25, 0.76), (50, 0.68), (100, 0.6))


@dataclass(frozen=True, slots=True)
class Ware:
    """One thing in a shop.

    Attributes:
        key: its product.
        name: what this seller calls it.
        amounts: in which it is offered; (1,) of goods without a measure.
        strength, purity: as titles state them, or "".
        order: which of the seller's orders of parts its titles have.
        usd: price of one.
        sentences: its description.
        photo: perceptual hash of its picture, or "".
    """

    key: str
    name: str
    amounts: tuple[float, ...]
    strength: str
    purity: str
    order: int
    usd: float
    sentences: tuple[str, ...]
    photo: str


@dataclass(frozen=True, slots=True)
class Shop:
    """Wares, the country they are sent from, and where to."""

    wares: tuple[Ware, ...]
    origin: tuple[str, ...]
    destinations: tuple[str, ...]
    currency_step: float


def draw_shop(draw: random.Random, sentences: Sequence[str]) -> Shop:
    """A new shop; descriptions are drawn from a seller's own sentences."""
    shops = goods().shops
    kind = draw.choices(shops, weights=[shop.weight for shop in shops])[0]
    keys = draw.sample(kind.goods, min(len(kind.goods), draw.choice((1, 1, 1, 2, 2, 3, 4))))
    level = draw.lognormvariate(0, 0.25)
    count = min(40, max(1, round(draw.lognormvariate(1.2, 0.95))))
    wares = tuple(draw_ware(draw, draw.choice(keys), level, sentences) for _ in range(count))
    digital = all(product(ware.key).digital for ware in wares)
    home = weighted(draw, places().weights)
    origin = () if digital else (home,) if draw.random() < 0.9 else ("EU",)
    return Shop(wares, origin, () if digital else _destinations(draw, home), draw.choice((0.01, 0.5, 1, 1, 5)))


def draw_ware(draw: random.Random, key: str, level: float, sentences: Sequence[str]) -> Ware:
    """A new ware of a kind of goods, at a level of prices (1 is usual)."""
    kind = product(key)
    amounts = tuple(sorted(draw.sample(kind.amounts, min(len(kind.amounts), draw.choice((1, 1, 2, 3, 4)))))) or (1.0,)
    strength = f"{draw.choice(kind.strength.values):g}{kind.strength.unit}" if kind.strength else ""
    purity = f"{draw.randint(*kind.purity)}%" if kind.purity and draw.random() < 0.4 else ""
    photo = ""
    if draw.random() < 0.4:
        stock = draw.random() < 0.25
        source = random.Random(f"stock/{draw.randrange(_STOCK_PHOTOS)}") if stock else draw  # noqa: S311 - practice data
        photo = f"{source.getrandbits(64):016x}"
    return Ware(
        key=key,
        name=_name(draw, kind),
        amounts=amounts,
        strength=strength,
        purity=purity,
        order=draw.randrange(6),
        usd=kind.usd * level * draw.uniform(0.85, 1.15),
        sentences=tuple(draw.sample(sentences, min(len(sentences), draw.choice((0, 1, 2, 3))))),
        photo=photo,
    )


def restocked(shop: Shop, draw: random.Random, *, kept: float, sentences: Sequence[str]) -> Shop:
    """The shop on another market or later: so large a part of the wares is kept, others come in; prices move."""
    wares = [ware for ware in shop.wares if draw.random() < kept] or [draw.choice(shop.wares)]
    new = round(len(shop.wares) * (1 - kept) * draw.uniform(0.3, 1.3))
    wares += [draw_ware(draw, draw.choice(shop.wares).key, 1.0, sentences) for _ in range(new)]
    moved = draw.uniform(0.9, 1.12)
    wares = [replace(ware, usd=ware.usd * moved * draw.uniform(0.97, 1.03)) for ware in wares]
    draw.shuffle(wares)
    destinations = shop.destinations
    if shop.origin and draw.random() < 0.15:
        destinations = _destinations(draw, shop.origin[0])
    return replace(shop, wares=tuple(wares), destinations=destinations)


def listings(shop: Shop, hand: Hand, draw: random.Random, handle: str, *, most: int) -> list[ListingLine]:
    """The shop's listings, each amount of a ware one, written in a hand; ``handle`` may stand in a title."""
    lines: list[ListingLine] = []
    signs_titles = draw.random() < 0.05
    for ware in shop.wares:
        for amount in ware.amounts:
            if len(lines) == most:
                return lines
            line: ListingLine = {"title": title(ware, amount, hand, draw), "price_usd": _price(ware, amount, shop)}
            if signs_titles:
                line["title"] = f"{handle} {line['title']}"
            if ware.sentences and draw.random() < 0.8:
                line["description"] = written(hand, " ".join(ware.sentences), hand.profile_capitals)
            if shop.origin:
                line |= {"ships_from": list(shop.origin), "ships_to": list(shop.destinations)}
            if ware.photo:
                line["images"] = [_resaved(draw, ware.photo)]
            line["category"] = product(ware.key).category
            lines.append(line)
    return lines


def title(ware: Ware, amount: float, hand: Hand, draw: random.Random) -> str:
    """One title; now and then a writer leaves his habits."""
    kind = product(ware.key)
    order = hand.orders[ware.order % len(hand.orders)] if draw.random() < 0.88 else draw.choice(hand.orders)
    name = ware.name.upper() if hand.capitals == "shouted name" else ware.name
    shown = {
        "amount": _amount(amount, kind, hand),
        "name": name,
        "strength": ware.strength,
        "purity": ware.purity,
        "quality": draw.choice(hand.qualities) if draw.random() < 0.9 else "",
        "extra": draw.choice(hand.extras) if draw.random() < 0.85 else "",
    }
    parts = [shown[part] for part in order if shown[part]]
    separator = hand.separators[0] if draw.random() < 0.85 else hand.separators[1]
    text = parts[0]
    for at, part in enumerate(parts[1:], 1):
        # Within a phrase most writers set a space only; the last join is the one that shows a habit.
        text += (separator if at == len(parts) - 1 or draw.random() < 0.35 else " ") + part
    text = written(hand, text, hand.capitals)
    if hand.signature and draw.random() < 0.75:
        text = f"{text} {hand.signature}" if hand.ornament_sides == "after" else f"{hand.signature} {text}"
    if hand.ornament and draw.random() < 0.85:
        before = hand.ornament + " " if hand.ornament_sides in ("before", "both") else ""
        after = " " + hand.ornament if hand.ornament_sides in ("after", "both") else ""
        text = before + text + after
    if draw.random() < 0.03:
        text = capitalised(text, draw.choice(("upper", "lower", "title")))
    return text.replace(" ", "  ", 1) if hand.double_spaces and draw.random() < 0.5 else text


def _amount(amount: float, kind: Product, hand: Hand) -> str:
    number = f"{amount:g}"
    if hand.decimal_comma:
        number = number.replace(".", ",")
    if kind.measure == "none":
        return ""
    if kind.measure == "ml":
        return f"{number}ml" if "{n}g" in hand.grams else f"{number} ml"
    return (hand.grams if kind.measure == "g" else hand.pieces).format(n=number)


def _price(ware: Ware, amount: float, shop: Shop) -> float:
    share = next((factor for size, factor in reversed(_DISCOUNTS) if amount >= size), 1.0)
    usd = ware.usd * amount * share
    return round(max(usd, shop.currency_step) / shop.currency_step) * shop.currency_step


def _name(draw: random.Random, kind: Product) -> str:
    name = draw.choice(kind.names)
    return f"{name} {draw.choice(kind.suffix)}" if kind.suffix and draw.random() < 0.4 else name


def _resaved(draw: random.Random, photo: str) -> str:
    """A perceptual hash of 64 bits after another compression: up to four bits differ."""
    bits = int(photo, 16)
    for _ in range(draw.choice((0, 0, 0, 1, 2, 4))):
        bits ^= 1 << draw.randrange(64)
    return f"{bits:016x}"


def _destinations(draw: random.Random, home: str) -> tuple[str, ...]:
    return draw.choice(((home,), (home,), ("WW",), ("WW",), ("EU",), (home, "EU"), ("US", "GB", "EU")))
