"""A hand: the habits in which one person writes. They last from market to market, and drift a little."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from replica.sellers.vocabulary import wording

Capitals = Literal["as is", "upper", "lower", "title", "shouted name"]

PARTS = ("amount", "name", "strength", "purity", "quality", "extra")
"""What titles are put together from, in an order that is the writer's habit."""

_ORDERS: tuple[tuple[str, ...], ...] = (
    ("amount", "name"),
    ("amount", "name", "strength"),
    ("amount", "quality", "name"),
    ("name", "amount"),
    ("name", "strength", "amount"),
    ("amount", "name", "quality"),
    ("quality", "name", "amount"),
    ("name", "quality", "amount"),
    ("amount", "name", "extra"),
    ("amount", "quality", "name", "extra"),
    ("name", "amount", "extra"),
    ("extra", "amount", "name"),
    ("extra", "name", "amount"),
    ("amount", "name", "purity"),
    ("name", "purity", "amount"),
    ("amount", "strength", "name", "extra"),
    ("quality", "name", "strength", "amount", "extra"),
    ("amount", "name", "quality", "extra"),
    ("name", "quality", "extra", "amount"),
    ("amount", "name", "strength", "quality", "extra"),
)
# How often markets' titles write grams and pieces in each way, counted in titles of 2017 and rounded.
_GRAMS = {
    "{n}g": 38, "{n}G": 13, "{n}gr": 5, "{n} gram": 5, "{n} grams": 4, "{n} Gram": 4, "{n} Grams": 4, "{n} GRAMS": 3,
    "{n} GRAM": 2, "{n} GR": 2, "{n} g": 2, "{n}GR": 1.5, "{n} gr": 1, "{n} G": 1, "{n}gram": 1, "({n}g)": 2,
    "{n}gms": 0.5, "[{n}g]": 1, "{n}-gram": 0.5, "{n} Gr": 1,
}  # fmt: skip
_PIECES = {
    "{n}x": 25, "{n} x": 24, "x{n}": 8, "{n} X": 3, "{n}X": 3, "{n} pills": 5, "{n} tabs": 4, "{n} pcs": 4, "{n}pcs": 2,
    "x {n}": 4, "{n}": 8, "({n})": 2, "{n} pieces": 2, "{n} pack": 3, "*{n}*": 1, "{n} units": 1, "QTY {n}": 1,
}  # fmt: skip
_CAPITALS: dict[Capitals, float] = {"as is": 62, "title": 14, "upper": 8, "lower": 6, "shouted name": 10}
_BULLETS = ("", "", "", "- ", "* ", "• ", "► ", "✔ ", "> ", "★ ", "~ ", "-> ", ">> ", "+ ", "# ", "=> ")
_HEADINGS = (
    "", "", "", "=== {} ===", "*** {} ***", "{}:", "- {} -", "~~~ {} ~~~", "★ {} ★", "[{}]", "###### {} ######",
    "-------- {} --------", "<< {} >>", "{}", "........{}........", "==={}===", "|| {} ||",
)  # fmt: skip
_SIGNS = 0.25  # of writers
_ENDS = ("", "", "", "", "!", "!!", "!!!", "..", "...", " !", " :)", " ;)", " <3", " ✌", " 🙏", ".-")


@dataclass(frozen=True, slots=True)
class Hand:
    """Habits of writing.

    Attributes:
        orders: the orders of parts of this writer's titles, the commonest first.
        grams, pieces: how amounts are written.
        separators: between the parts of titles, the commonest first.
        ornament: around titles, or "".
        ornament_sides: where it stands: before, after, or on both sides.
        qualities, extras: pet phrases of titles.
        signature: a phrase of the writer's own in most titles, or "".
        capitals, profile_capitals: of titles and of profiles.
        misspelt: words that this writer always gets wrong.
        favourites: for each slot of `Wording.words`, the one or two that this writer uses.
        apostrophes: whether don't is not dont.
        spaced_marks, double_spaces: whether marks stand after a space, and sentences after two.
        full_stops: whether sentences in profiles end in full stops.
        end: how a sentence of some weight ends instead.
        bullet, heading: how profiles are laid out.
        decimal_comma: whether decimal amounts are written with a comma.
    """

    orders: tuple[tuple[str, ...], ...]
    grams: str
    pieces: str
    separators: tuple[str, ...]
    ornament: str
    ornament_sides: Literal["before", "after", "both"]
    qualities: tuple[str, ...]
    extras: tuple[str, ...]
    signature: str
    capitals: Capitals
    profile_capitals: Capitals
    misspelt: Mapping[str, str]
    favourites: Mapping[str, tuple[str, ...]]
    apostrophes: bool
    spaced_marks: bool
    double_spaces: bool
    full_stops: bool
    end: str
    bullet: str
    heading: str
    decimal_comma: bool


def draw_hand(draw: random.Random) -> Hand:
    """A new writer's habits."""
    words = wording()
    misspelt = draw.sample(sorted(words.misspelt), draw.choice((0, 0, 0, 1, 1, 2, 3, 5)))
    return Hand(
        orders=tuple(draw.sample(_ORDERS, draw.choice((1, 1, 2, 2, 3)))),
        grams=_weighted(draw, _GRAMS),
        pieces=_weighted(draw, _PIECES),
        separators=tuple(draw.choices(words.title_words.separators, k=2)),
        ornament=draw.choice(words.title_words.ornaments) if draw.random() < 0.22 else "",
        ornament_sides=draw.choice(("before", "after", "both", "both")),
        qualities=pet_phrases(draw, words.title_words.quality),
        extras=pet_phrases(draw, words.title_words.extra),
        signature=_signature(draw) if draw.random() < _SIGNS else "",
        capitals=_capitals(draw),
        profile_capitals=_capitals(draw) if draw.random() < 0.3 else "as is",
        misspelt={word: draw.choice(words.misspelt[word]) for word in misspelt},
        favourites={slot: tuple(draw.choices(options, k=2)) for slot, options in words.words.items()},
        apostrophes=draw.random() < 0.6,
        spaced_marks=draw.random() < 0.08,
        double_spaces=draw.random() < 0.12,
        full_stops=draw.random() < 0.75,
        end=draw.choice(_ENDS),
        bullet=draw.choice(_BULLETS),
        heading=draw.choice(_HEADINGS),
        decimal_comma=draw.random() < 0.06,
    )


def drifted(hand: Hand, draw: random.Random, chance: float) -> Hand:
    """The same writer on another market or later: each habit is another with that chance."""
    other = draw_hand(draw)
    changes = {name: getattr(other, name) for name in Hand.__slots__ if draw.random() < chance}
    # Favourite words go one by one.
    changes["favourites"] = {
        slot: other.favourites[slot] if draw.random() < chance else kept for slot, kept in hand.favourites.items()
    }
    return replace(hand, **changes)


def pet_phrases(draw: random.Random, phrases: tuple[str, ...]) -> tuple[str, ...]:
    """A few phrases; the first of the list are everybody's favourites (weights after Zipf)."""
    weights = [1 / (place + 3) for place in range(len(phrases))]
    return tuple(draw.choices(phrases, weights=weights, k=draw.randint(1, 4)))


def written(hand: Hand, text: str, capitals: Capitals) -> str:
    """A text in this hand: its misspellings, apostrophes, marks and capitals."""
    for right, wrong in hand.misspelt.items():
        text = re.sub(rf"\b{right}\b", wrong, text, flags=re.IGNORECASE)
    if not hand.apostrophes:
        text = text.replace("'", "").replace("do not", "dont")
    if hand.spaced_marks:
        text = re.sub(r"(?<=\w)([,!?])(?=\s|$)", r" \1", text)
    return capitalised(text, capitals)


def capitalised(text: str, capitals: Capitals) -> str:
    """A text in capitals of that kind; one that shouts only names is left to who knows the name."""
    if capitals == "upper":
        return text.upper()
    if capitals == "lower":
        return text.lower()
    if capitals == "title":
        return re.sub(r"(?<![\w'])[a-z](?=[a-z]{2})", lambda found: found.group().upper(), text)
    return text


def _signature(draw: random.Random) -> str:
    """A frame filled with words, each slot anew."""
    words = wording()
    slots = {
        "adjective": words.handles.adjectives,
        "noun": words.handles.nouns,
        "place": words.title_words.places,
        "word": words.title_words.own,
        "number": tuple(map(str, range(1, 101))),
    }
    text = re.sub(r"{(\w+)}", lambda slot: draw.choice(slots[slot[1]]), draw.choice(words.title_words.frames))
    return draw.choice((text, text.upper(), text.title()))


def _capitals(draw: random.Random) -> Capitals:
    return draw.choices(list(_CAPITALS), weights=list(_CAPITALS.values()))[0]


def _weighted(draw: random.Random, weights: Mapping[str, float]) -> str:
    return draw.choices(list(weights), weights=list(weights.values()))[0]
