"""The goods and vendors of a facade: a world's, under titles and handles as varied as real vendors choose them."""

import zlib
from collections.abc import Sequence
from dataclasses import replace

from replica.facades.conventions import Conventions
from replica.facades.native import native_account, native_listing, native_texts
from replica.facades.titles import decoration, loud_handle, loud_title, other_name
from replica.facades.wording import Wording
from replica.world import World
from replica.world.catalogue import places, writing
from replica.world.model import Account, Listing
from replica.world.moment import Moment
from replica.world.shelves import Shelves
from replica.world.streams import stream

_HOSTILE_FROM = 20
"""Facades with so many listings have one with a hostile title."""


def facade_seed(name: str, seed: int) -> int:
    """A seed of its own for each facade, so that no two sell the same."""
    return zlib.crc32(f"{name}/{seed}".encode())


def stock(name: str, style: Conventions, *, seed: int, vendors: int, listings: int) -> Moment:
    """The market behind a facade on the day of its pages; the same arguments give the same market.

    Raises:
        WorldError: a number is not positive.
    """
    own = facade_seed(name, seed)
    market = f"{name}:{style.family}"
    world = World.generate(seed=own, vendors=vendors, listings=listings, markets=(market,), start=style.start)
    moment = world.moment(name)
    words = Wording(style, moment.at)
    moves = {account.number: _move(own, account, style.homes) for account in moment.shelves.accounts}
    accounts = _renamed(own, moment.shelves.accounts)
    accounts = [_moved_account(account, moves[account.number]) for account in accounts]
    owners = {account.number: account for account in accounts}
    wares = [_moved_listing(item, moves[item.account], words) for item in moment.shelves.listings]
    texts = native_texts(style.language)
    if texts is not None:
        wares = [native_listing(own, item, owners[item.account], texts, words) for item in wares]
        accounts = [native_account(own, account, texts) for account in accounts]
    tails = texts.tails if texts else decoration().tails
    return replace(moment, shelves=Shelves(accounts, _retitled(own, wares, owners, tails, words)))


def _move(seed: int, account: Account, homes: Sequence[str]) -> dict[str, str]:
    """The country that a vendor sends from in the world -> the one he sends from in the facade; empty when he stays."""
    if not homes:
        return {}
    return {account.ships_from[0]: stream(seed, "home", account.number).choice(homes)}


def _moved(codes: Sequence[str], move: dict[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(move.get(code, code) for code in codes))


def _moved_account(account: Account, move: dict[str, str]) -> Account:
    return replace(account, ships_from=_moved(account.ships_from, move), ships_to=_moved(account.ships_to, move))


def _moved_listing(listing: Listing, move: dict[str, str], words: Wording) -> Listing:
    """The listing sent from another country; its description names the countries by the facade's words."""
    description = listing.description
    for old, new in move.items():
        description = description.replace(places().name(old), words.place(new))
    origins, targets = _moved(listing.ships_from, move), _moved(listing.ships_to, move)
    excluded = tuple(code for code in listing.ships_excluded if code not in origins)
    return replace(listing, description=description, ships_from=origins, ships_to=targets, ships_excluded=excluded)


def _renamed(seed: int, accounts: Sequence[Account]) -> list[Account]:
    taken: set[str] = set()
    renamed = []
    for account in accounts:
        draw = stream(seed, "handle", account.number)
        handle = account.handle if draw.random() < 0.4 else loud_handle(draw)
        while handle.casefold() in taken:
            handle += str(draw.randint(1, 99))
        taken.add(handle.casefold())
        # The market's own key on a vendor's page is a trap of its own, which the worlds of the spiders have.
        about = account.description.partition(writing().market_key_note)[0].rstrip()
        renamed.append(replace(account, handle=handle, description=about.replace(account.handle, handle)))
    return renamed


def _retitled(
    seed: int, listings: Sequence[Listing], accounts: dict[int, Account], tails: Sequence[str], words: Wording
) -> list[Listing]:
    """The listings under louder titles, one of them a hostile one when there are enough."""
    draw = stream(seed, "hostile title")
    trap = draw.randrange(len(listings)) if len(listings) >= _HOSTILE_FROM else None
    retitled = []
    for place, original in enumerate(listings):
        own = stream(seed, "title", original.number)
        listing = other_name(own, original)
        if place == trap:
            title = own.choice(writing().hostile_titles)
        else:
            handle, country = accounts[listing.account].handle, "".join(map(words.place, listing.ships_from[:1]))
            title = loud_title(own, listing, handle=handle, country=country, tails=tails)
        # White space at will is a browser's to collapse; no two readings of a title should differ by it.
        retitled.append(replace(listing, title=" ".join(title.split()), hostile=place == trap))
    return retitled
