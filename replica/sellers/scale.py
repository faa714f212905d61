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
_COMMON_HANDLE, _SIGNS = 0.3, 0.3
_NAMESAKES = 12  # A common handle is one of so many sellers' on average, all markets together.
_MOST_WARES = 5


@dataclass(frozen=True, slots=True)
class _Form:
    """How one writer makes titles: around amounts, between parts, and at the end."""

    amount: str
    separator: str
    extra: str


@dataclass(frozen=True, slots=True)
class _Stock:
    """The strings that numbers stand for."""

    names: tuple[tuple[str, float], ...]
    forms: tuple[_Form, ...]
    sentences: tuple[str, ...]
    markets: tuple[str, ...]
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Sellers:
    """What sellers are, by number: arrays of one row each."""

    handle: Numbers
    form: Numbers
    shop: Numbers
    signature: Numbers
    sentences: Numbers
    origin: Numbers
    level: NDArray[np.float64]
    key: Numbers
    contact: Numbers


@cache
def _stock() -> _Stock:
    keys = sorted({key for shop in goods().shops for key in shop.goods})
    draw = stream(0, "scale")
    hands = [draw_hand(draw) for _ in range(_WRITERS)]
    said = {text for hand in hands for text in draw_repertoire(draw, hand).sentences}
    return _Stock(
        names=tuple((name, product(key).usd) for key in keys for name in product(key).names),
        forms=tuple(_Form(hand.grams, hand.separators[0], hand.extras[0]) for hand in hands),
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
    handle = np.where(renamed, draw.integers(0, 1 << 40, count), sellers.handle[owners])
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
        handle=np.where(unusual, draw.integers(1 << 39, 1 << 40, count), common),
        form=draw.integers(0, len(stock.forms), count),
        shop=draw.integers(0, len(stock.names), (count, _MOST_WARES)),
        signature=np.where(draw.random(count) < _SIGNS, draw.integers(1, 1 << 32, count), 0),
        sentences=draw.integers(0, len(stock.sentences), (count, 3)),
        origin=draw.choice(len(weights), size=count, p=weights / weights.sum()),
        level=draw.lognormal(0, 0.25, count),
        key=draw.integers(0, 1 << 62, count),
        contact=draw.integers(10_000, 10_000_000, count),
    )


def _rows(
    draw: np.random.Generator,
    sellers: _Sellers,
    begin: int,
    columns: tuple[Numbers, Numbers, Numbers, Numbers, NDArray[np.bool_]],
) -> Iterator[tuple[AccountLine, TruthLine]]:
    stock = _stock()
    size = len(columns[0])
    chances = draw.random((size, 6)).tolist()
    amounts = draw.integers(0, len(_AMOUNTS), (size, _MOST_WARES)).tolist()
    owners = columns[0]
    shops, sentences = sellers.shop[owners].tolist(), sellers.sentences[owners].tolist()
    of_seller = zip(
        sellers.handle[owners].tolist(),
        [stock.forms[form] for form in sellers.form[owners].tolist()],
        sellers.signature[owners].tolist(),
        [stock.origins[origin] for origin in sellers.origin[owners].tolist()],
        sellers.level[owners].tolist(),
        sellers.key[owners].tolist(),
        sellers.contact[owners].tolist(),
        strict=True,
    )
    rows = zip(*(column.tolist() for column in columns), of_seller, strict=True)
    for at, (seller, place, market, named, taken, own) in enumerate(rows):
        first_handle, form, signed, origin, level, key, contact = own
        chance = chances[at]
        handle = handle_of(named) + (str(at) if taken else "")
        name = f"s{begin + at:07d}"
        signature = f"{_word(signed)} " if signed and chance[0] < 0.8 else ""
        shown = 2 + int(chance[1] * 3)
        listings = [
            _listing(
                f"{name}-{ware}", stock.names[shops[at][ware]], (form, signature), _AMOUNTS[amounts[at][ware]], level
            )
            for ware in range(shown)
        ]
        texts = [stock.sentences[chosen] for chosen in sentences[at][: 1 + int(chance[2] * 3)]]
        own_key = f"{key:016X}{key * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF:016X}{(place if chance[3] < _NEW_KEY else 0):08X}"
        shows_rating = place and chance[4] < _IMPORTS_RATING
        earlier = stock.markets[(market - place) % len(stock.markets)]
        opened = _DAY_ONE + timedelta(days=(key + 170 * place) % 1500)
        account = AccountLine(
            id=name,
            market=stock.markets[market],
            handle=handle,
            description=" ".join(texts).replace("{handle}", handle),
            terms=None,
            pgp_keys=[own_key] if chance[4] < _SHOWS_KEY else [],
            contacts=[ContactLine(type="wickr", value=f"w{contact:07d}{key % 1000}")]
            if chance[5] < _SHOWS_CONTACT
            else [],
            external_ratings=[RatingLine(market=earlier, handle=handle_of(first_handle))] if shows_rating else [],
            registered_at=opened.isoformat(),
            last_seen_at=(opened + timedelta(days=int(chance[3] * 400))).isoformat(),
            ships_from=[origin],
            ships_to=[],
            listings=listings,
        )
        yield account, TruthLine(id=name, seller=seller, kind="normal", of=None)


_DAY_ONE = date(2021, 1, 1)
_AMOUNTS = (0.5, 1.0, 2.0, 3.5, 5.0, 7.0, 10.0, 14.0, 25.0, 28.0, 50.0, 100.0)


def _listing(name: str, ware: tuple[str, float], writer: tuple[_Form, str], amount: float, level: float) -> ListingLine:
    form, signature = writer
    title = form.separator.join((form.amount.format(n=f"{amount:g}"), ware[0], form.extra))
    return ListingLine(id=name, title=signature + title, price_usd=round(ware[1] * amount * level, 1))


def handle_of(number: int) -> str:
    """The handle that a number stands for: small ones are words that many choose, large ones made-up syllables."""
    words = wording().handles
    if number < 1 << 32:
        number, adjective = divmod(number, len(words.adjectives))
        number, noun = divmod(number, len(words.nouns))
        return words.adjectives[adjective] + words.nouns[noun] + (str(number) if number else "")
    return _word(number) + words.nouns[number % len(words.nouns)]


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
