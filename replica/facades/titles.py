"""How vendors call themselves and their goods: handles and titles as varied and as loud as real ones."""

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from replica.world.catalogue import catalogue
from replica.world.model import Listing

_DATA = Path(__file__).parent / "data" / "titles.yaml"
_LEET = str.maketrans({"a": "4", "e": "3", "i": "1", "o": "0"})
_DIGITAL_GOODS = frozenset({"guide", "digital"})


class Decoration(BaseModel):
    """``data/titles.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    patterns: tuple[str, ...]
    origin_patterns: tuple[str, ...]
    tails: tuple[str, ...]
    names: dict[str, tuple[str, ...]]
    customs: tuple[str, ...]
    digital: tuple[str, ...]
    handles: tuple[str, ...]
    first: tuple[str, ...]
    second: tuple[str, ...]
    place: tuple[str, ...]


@cache
def decoration() -> Decoration:
    """The pieces of titles and handles."""
    return Decoration.model_validate(yaml.safe_load(_DATA.read_text(encoding="utf-8")))


def loud_handle(draw: random.Random) -> str:
    """A handle."""
    pieces = decoration()
    first, second, place = draw.choice(pieces.first), draw.choice(pieces.second), draw.choice(pieces.place)
    return draw.choice(pieces.handles).format(
        first=first,
        second=second,
        place=place,
        FIRST=first.upper(),
        SECOND=second.upper(),
        leet=(first + second).lower().translate(_LEET),
        letters="".join(draw.choices("abcdefghkmnprstvwz", k=draw.randint(3, 6))),
        number=draw.choice(("7", "13", "21", "69", "77", "88", "99", "101", "247", "365", "404", "777", "2020")),
    )


def other_name(draw: random.Random, listing: Listing) -> Listing:
    """The listing, perhaps with what it sells under another name, in its title and description."""
    others = decoration().names.get(listing.category)
    known = [
        name
        for product in catalogue().products.values()
        if product.category == listing.category
        for name in product.names
        if name.casefold() in listing.title.casefold()
    ]
    if not others or not known or draw.random() < 0.4:
        return listing
    old, new = max(known, key=len), draw.choice(others)
    title = listing.title.replace(old, new).replace(old.upper(), new.upper())
    return replace(listing, title=title, description=listing.description.replace(old, new))


def loud_title(draw: random.Random, listing: Listing, *, handle: str, country: str, tails: Sequence[str]) -> str:
    """A title for a listing; ``handle`` is its vendor's, ``country`` its origin's name, ``tails`` pieces of praise."""
    pieces = decoration()
    if draw.random() < 0.03:
        return draw.choice(pieces.customs).format(buyer=f"{draw.choice('abdjkmrst')}***{draw.randint(0, 9)}")
    base = listing.title
    if listing.facts.goods in _DIGITAL_GOODS and draw.random() < 0.8:
        base = draw.choice(pieces.digital)
    case = draw.random()
    base = base.upper() if case < 0.12 else base.lower() if case < 0.22 else base
    origins = listing.ships_from
    pattern = draw.choice(pieces.origin_patterns if origins and draw.random() < 0.25 else pieces.patterns)
    return pattern.format(
        base=base,
        tail=draw.choice(tails),
        tail2=draw.choice(tails),
        code={"GB": "UK"}.get(origins[0], origins[0]) if origins else "",
        country=country,
        vendor=handle,
        low=draw.randint(5, 200),
        high=draw.randint(201, 500),
    )
