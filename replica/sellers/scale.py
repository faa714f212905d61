"""Very many accounts, fast: for measures of time, memory, candidate pairs and the recall of blocking.

``python -m replica.sellers.scale --accounts 1000000 --seed 7 --out DIR`` writes the same two files as
``python -m replica.sellers``. What sellers are is drawn in arrays, what accounts show is put together row by row. They
are plainer than those of `replica.sellers.accounts`: few short titles, no drift but of names, keys and words, nobody
copies or passes for another, and no crypto addresses. Rare words and names grow with the number of sellers as in real
text, so that neither everything nor nothing is common to all at a larger scale.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from replica.sellers.hand import draw_hand
from replica.sellers.handles import SYLLABLES
from replica.sellers.lines import AccountLine, ContactLine, ListingLine, RatingLine, TruthLine
from replica.sellers.repertoire import draw_repertoire
from replica.sellers.vocabulary import goods, markets, product, wording
from replica.sellers.writing_lines import write_lines
from replica.world.catalogue import places
from replica.world.streams import stream

Numbers = NDArray[np.int64]

_ACCOUNTS_OF_ONE = (0.6, 0.25, 0.11, 0.04)
_CHUNK = 20_000
_WRITERS = 300  # So many hands lend the sentences of profiles and the forms of titles.
_SAME_HANDLE, _NEW_KEY, _SHOWS_KEY, _SHOWS_CONTACT, _IMPORTS_RATING = 0.72, 0.2, 0.83, 0.33, 0.12
_COMMON_HANDLE, _SIGNS, _SHOWS_SIGNATURE = 0.12, 0.3, 0.8
_MADE_UP = 1 << 40  # From this number on handles are made-up words.
_NAMESAKES = 6  # A common handle is one of so many sellers' on average, all markets together.
_MOST_WARES = 5
_DAY_ONE = date(2021, 1, 1)
_AMOUNTS = (0.5, 1.0, 2.0, 3.5, 5.0, 7.0, 10.0, 14.0, 25.0, 28.0, 50.0, 100.0)


@dataclass(frozen=True, slots=True)
class _Form:
    """How one writer makes titles: around amounts, between parts, and at the end."""

    grams: str
    pieces: str
    separator: str
    extra: str


@dataclass(frozen=True, slots=True)
class _Ware:
    """A name of goods, the price of one, and whether they are weighed, counted or neither."""

    name: str
    usd: float
    measure: str


@dataclass(frozen=True, slots=True)
class _Stock:
    """The strings that numbers stand for; ``shops`` are the wares that go together."""

    wares: tuple[_Ware, ...]
    shops: tuple[tuple[int, ...], ...]
    forms: tuple[_Form, ...]
    sentences: tuple[str, ...]
    markets: tuple[str, ...]
    origins: tuple[str, ...]


class _Seller(NamedTuple):
    """A row of `_Sellers`."""

    handle: int
    form: int
    wares: Sequence[int]
    signature: int
    sentences: Sequence[int]
    origin: int
    level: float
    key: int
    contact: int


@dataclass(frozen=True, slots=True)
class _Sellers:
    """What sellers are, by number: arrays of one row each."""

    handle: Numbers
    form: Numbers
    wares: Numbers
    signature: Numbers
    sentences: Numbers
    origin: Numbers
    level: NDArray[np.float64]
    key: Numbers
    contact: Numbers


@cache
def _stock() -> _Stock:
    keys = sorted({key for shop in goods().shops for key in shop.goods})
    wares = [(key, _Ware(name, product(key).usd, product(key).measure)) for key in keys for name in product(key).names]
    draw = stream(0, "scale")
    hands = [draw_hand(draw) for _ in range(_WRITERS)]
    said = {text for hand in hands for text in draw_repertoire(draw, hand).sentences}
    return _Stock(
        wares=tuple(ware for _, ware in wares),
        shops=tuple(tuple(at for at, (key, _) in enumerate(wares) if key in shop.goods) for shop in goods().shops),
        forms=tuple(_Form(hand.grams, hand.pieces, hand.separators[0], hand.extras[0]) for hand in hands),
        sentences=tuple(sorted(said)),
        markets=tuple(markets().markets),
        origins=tuple(places().weights),
    )


def scaled_accounts(count: int, seed: int = 7) -> Iterator[tuple[AccountLine, TruthLine]]:
    """So many accounts with who runs each, in an order that says nothing; the same numbers give the same accounts."""
    draw = np.random.default_rng([seed, count])
    owners = _owners(draw, count)
    sellers = _draw_sellers(draw, int(owners.max()) + 1)
    place = _places_among(owners)
    order = draw.permutation(count)
    owners, place = owners[order], place[order]
    # A seller's accounts are on markets that follow one another.
    market = (sellers.key[owners] + place) % len(_stock().markets)
    renamed = (place > 0) & (draw.random(count) >= _SAME_HANDLE)
    handle = np.where(renamed, _made_up(draw, count), sellers.handle[owners])
    # A market has no handle twice: the second one of a name gets a number.
    taken = np.ones(count, dtype=bool)
    taken[np.unique(handle * len(_stock().markets) + market, return_index=True)[1]] = False
    for begin in range(0, count, _CHUNK):
        part = slice(begin, begin + _CHUNK)
        yield from _rows(draw, sellers, begin, (owners[part], place[part], market[part], handle[part], taken[part]))


def _owners(draw: np.random.Generator, count: int) -> Numbers:
    """The seller of each account: as many accounts each as `_ACCOUNTS_OF_ONE` says."""
    sizes = draw.choice(len(_ACCOUNTS_OF_ONE), size=count, p=_ACCOUNTS_OF_ONE) + 1
    return np.repeat(np.arange(count), sizes)[:count]


def _places_among(owners: Numbers) -> Numbers:
    """Of sorted owners: the first (0), second, ... account of each."""
    return np.arange(len(owners)) - np.searchsorted(owners, owners)


def _draw_sellers(draw: np.random.Generator, count: int) -> _Sellers:
    stock = _stock()
    unusual = draw.random(count) >= _COMMON_HANDLE
    common = draw.integers(0, max(1, int(count * _COMMON_HANDLE / _NAMESAKES)), count)
    weights = np.array(list(places().weights.values()))
    return _Sellers(
        handle=np.where(unusual, _made_up(draw, count), common),
        form=draw.integers(0, len(stock.forms), count),
        wares=_draw_wares(draw, count),
        signature=np.where(draw.random(count) < _SIGNS, draw.integers(1, 1 << 32, count), 0),
        sentences=draw.integers(0, len(stock.sentences), (count, 3)),
        origin=draw.choice(len(weights), size=count, p=weights / weights.sum()),
        level=draw.lognormal(0, 0.25, count),
        key=draw.integers(0, 1 << 62, count),
        contact=draw.integers(10_000, 10_000_000, count),
    )


def _made_up(draw: np.random.Generator, count: int) -> Numbers:
    """Numbers of made-up handles."""
    return draw.integers(_MADE_UP, _MADE_UP + len(SYLLABLES) ** 4 * len(wording().handles.nouns), count)


def _draw_wares(draw: np.random.Generator, count: int) -> Numbers:
    """A few wares for each seller, all of one kind of shop."""
    shops = _stock().shops
    weights = np.array([shop.weight for shop in goods().shops])
    kind = draw.choice(len(shops), size=count, p=weights / weights.sum())
    sizes = np.array([len(shop) for shop in shops])
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    picked = (draw.random((count, _MOST_WARES)) * sizes[kind][:, None]).astype(np.int64)
    everything = np.array([ware for shop in shops for ware in shop])
    return np.asarray(everything[starts[kind][:, None] + picked], dtype=np.int64)


def _rows(
    draw: np.random.Generator,
    sellers: _Sellers,
    begin: int,
    columns: tuple[Numbers, Numbers, Numbers, Numbers, NDArray[np.bool_]],
) -> Iterator[tuple[AccountLine, TruthLine]]:
    owners = columns[0]
    chances = draw.random((len(owners), 6)).tolist()
    amounts = draw.integers(0, len(_AMOUNTS), (len(owners), _MOST_WARES)).tolist()
    of_seller = zip(
        sellers.handle[owners].tolist(),
        sellers.form[owners].tolist(),
        sellers.wares[owners].tolist(),
        sellers.signature[owners].tolist(),
        sellers.sentences[owners].tolist(),
        sellers.origin[owners].tolist(),
        sellers.level[owners].tolist(),
        sellers.key[owners].tolist(),
        sellers.contact[owners].tolist(),
        strict=True,
    )
    rows = zip(*(column.tolist() for column in columns), amounts, chances, map(_Seller._make, of_seller), strict=True)
    for at, (number, *row) in enumerate(rows, begin):
        account = _account(f"s{at:07d}", *row)
        yield account, TruthLine(id=account["id"], seller=number, kind="normal", of=None)


def _account(  # noqa: PLR0917 - one row of arrays, each column once
    name: str,
    place: int,
    market: int,
    named: int,
    taken: bool,
    amounts: Sequence[int],
    chances: Sequence[float],
    seller: _Seller,
) -> AccountLine:
    stock = _stock()
    handle = handle_of(named) + (f"_{name}" if taken else "")
    signature = f"{_word(seller.signature)} " if seller.signature and chances[0] < _SHOWS_SIGNATURE else ""
    form, key = stock.forms[seller.form], seller.key
    listings = []
    for at in range(2 + int(chances[1] * 3)):
        ware = stock.wares[seller.wares[at]]
        amount = _AMOUNTS[amounts[at]] if ware.measure != "none" else 1.0
        price = round(ware.usd * amount * seller.level, 1)
        title = signature + _title(ware, form, amount)
        listings.append(ListingLine(id=f"{name}-{at}", title=title, price_usd=price))
    texts = [stock.sentences[chosen] for chosen in seller.sentences[: 1 + int(chances[2] * 3)]]
    opened = _DAY_ONE + timedelta(days=(key + 170 * place) % 1500)
    account = AccountLine(
        id=name,
        market=stock.markets[market],
        handle=handle,
        description=" ".join(texts).replace("{handle}", handle),
        terms=None,
        pgp_keys=[],
        contacts=[],
        external_ratings=[],
        registered_at=opened.isoformat(),
        last_seen_at=(opened + timedelta(days=int(chances[3] * 400))).isoformat(),
        ships_from=[stock.origins[seller.origin]],
        ships_to=[],
        listings=listings,
    )
    if chances[4] < _SHOWS_KEY:
        account["pgp_keys"] = [_key(key, place if chances[3] < _NEW_KEY else 0)]
    if chances[5] < _SHOWS_CONTACT:
        account["contacts"] = [ContactLine(type="wickr", value=f"w{seller.contact:07d}{key % 1000}")]
    if place and chances[4] < _IMPORTS_RATING:
        earlier = stock.markets[(market - place) % len(stock.markets)]
        account["external_ratings"] = [RatingLine(market=earlier, handle=handle_of(seller.handle))]
    return account


def _title(ware: _Ware, form: _Form, amount: float) -> str:
    """A title in a writer's form; what is counted is counted in whole numbers."""
    if ware.measure == "none":
        return f"{ware.name}{form.separator}{form.extra}"
    shown = form.grams.format(n=f"{amount:g}") if ware.measure != "items" else form.pieces.format(n=round(amount + 0.5))
    return f"{shown}{form.separator}{ware.name} {form.extra}"


def _key(number: int, renewed: int) -> str:
    """A fingerprint of 40 digits; the second half of the number is spread by the golden ratio."""
    return f"{number:016X}{number * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF:016X}{renewed:08X}"


def handle_of(number: int) -> str:
    """The handle that a number stands for: small ones are words that many choose, large ones made-up syllables."""
    words = wording().handles
    if number >= _MADE_UP:
        word, noun = divmod(number - _MADE_UP, len(words.nouns))
        return _word(word) + words.nouns[noun]
    number, adjective = divmod(number, len(words.adjectives))
    number, noun = divmod(number, len(words.nouns))
    return words.adjectives[adjective] + words.nouns[noun] + (str(number) if number else "")


def _word(number: int) -> str:
    """A made-up word of four syllables, of over ten million."""
    size = len(SYLLABLES)
    return (
        SYLLABLES[number % size]
        + SYLLABLES[number // size % size]
        + SYLLABLES[number // size**2 % size]
        + SYLLABLES[number // size**3 % size]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m replica.sellers.scale", description=__doc__)
    parser.add_argument("--accounts", type=int, default=10_000, help="how many")
    parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same accounts")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to; it is made")
    given = parser.parse_args(arguments)
    if given.accounts < 1:
        parser.error("--accounts must be at least 1")
    count = write_lines(given.out, scaled_accounts(given.accounts, given.seed))
    print(f"{count} accounts in {given.out}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
