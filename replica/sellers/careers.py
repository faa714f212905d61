"""Careers: which sellers there are, on which markets each opens an account, when, and under which handle."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from replica.sellers.handles import draw_handle, lookalike, variant
from replica.sellers.lines import AccountKind
from replica.sellers.vocabulary import markets
from replica.world.streams import stream

ACCOUNTS_OF_ONE = {1: 0.58, 2: 0.25, 3: 0.12, 4: 0.05}
"""So many accounts has a seller, and how often. Some find no further market and stay with fewer."""

COPIERS, LOOKALIKES, IMPERSONATORS = 0.04, 0.05, 0.025
"""Sellers who copy another's texts; whose handle looks like another's; who pass for another (by number of sellers)."""

_KEEPS_HANDLE, _VARIES_HANDLE = 0.72, 0.15
_MIGRATES, _SAME_MARKET = 0.55, 0.015
_STAYS, _DAYS_OF_LEAVERS = (
    0.5,
    250,
)  # Half stay until the market closes; the others leave after so many days on average.
_SAME_HANDLE = 0.3  # of those whose handle looks like another's, so many have the very same one elsewhere


@dataclass(frozen=True, slots=True)
class Opening:
    """An account before it is filled.

    Attributes:
        seller: who runs it.
        place: it is his first (0), second, ... account.
        market, handle: where, and under which name.
        opened, last_seen: from when to when.
        kind: what is told of it in the truth.
        of: seller and place of the account that an impersonator copies.
    """

    seller: int
    place: int
    market: str
    handle: str
    opened: date
    last_seen: date
    kind: AccountKind
    of: tuple[int, int] | None = None


@dataclass(slots=True)
class _Register:
    """The handles that are taken on each market; no market has one twice."""

    taken: set[tuple[str, str]] = field(default_factory=set)

    def free(self, market: str, handle: str) -> bool:
        return (market, handle.casefold()) not in self.taken

    def enter(self, market: str, handle: str, draw: random.Random) -> str:
        while not self.free(market, handle):
            handle += str(draw.randint(1, 99))
        self.taken.add((market, handle.casefold()))
        return handle


def plan_careers(seed: int, sellers: int) -> list[tuple[Opening, ...]]:
    """The accounts of every seller, by his number; impersonators come after all others."""
    register = _Register()
    careers: list[tuple[Opening, ...]] = []
    for number in range(sellers):
        draw = stream(seed, "career", number)
        role = draw.random()
        kind: AccountKind = "copier" if role < COPIERS else "lookalike" if role < COPIERS + LOOKALIKES else "normal"
        model = careers[draw.randrange(len(careers))] if kind == "lookalike" and careers else None
        careers.append(_career(draw, register, number, kind if model or kind != "lookalike" else "normal", model))
    return careers + _impersonators(seed, register, careers)


def _career(
    draw: random.Random, register: _Register, number: int, kind: AccountKind, model: tuple[Opening, ...] | None
) -> tuple[Opening, ...]:
    spans = markets().markets
    first = draw.choices(list(spans), weights=[span.weight for span in spans.values()])[0]
    handle = draw_handle(draw)
    if model:
        resembled = draw.choice(model).handle
        handle = resembled if draw.random() < _SAME_HANDLE else lookalike(draw, resembled)
    latest = markets().closing(first) - timedelta(days=30)
    opened = _between(draw, spans[first].opened, latest)
    career = [_entered(draw, register, Opening(number, 0, first, handle, opened, opened, kind))]
    count = draw.choices(list(ACCOUNTS_OF_ONE), weights=list(ACCOUNTS_OF_ONE.values()))[0]
    for place in range(1, count):
        following = _next(draw, career)
        if following is None:
            break
        market, opened, migrated = following
        handle = _next_handle(draw, career[-1].handle)
        told: AccountKind = "migrated" if migrated and kind == "normal" else kind
        career.append(_entered(draw, register, Opening(number, place, market, handle, opened, opened, told)))
    return tuple(career)


def _next(draw: random.Random, career: Sequence[Opening]) -> tuple[str, date, bool] | None:
    """The market of the next account, the day it opens, and whether the seller comes from a market that closed."""
    if draw.random() < _SAME_MARKET:
        last = career[-1]
        return last.market, _between(draw, last.opened, markets().closing(last.market)), False
    closed = [one for one in career if markets().markets[one.market].closed]
    migrated = bool(closed) and draw.random() < _MIGRATES
    if migrated:
        day = markets().closing(draw.choice(closed).market) + timedelta(days=round(draw.lognormvariate(3, 1)) + 1)
    else:
        day = career[0].opened + timedelta(days=draw.randint(0, 400))
    been = {one.market for one in career}
    open_then = {
        name: span.weight
        for name, span in markets().markets.items()
        if name not in been and span.opened <= day <= markets().closing(name) - timedelta(days=10)
    }
    if not open_then:
        return None
    return draw.choices(list(open_then), weights=list(open_then.values()))[0], day, migrated


def _entered(draw: random.Random, register: _Register, one: Opening) -> Opening:
    """The account with a handle that is free on its market, and the day on which it was last seen."""
    closing = markets().closing(one.market)
    stays = draw.random() < _STAYS
    gone = closing if stays else one.opened + timedelta(days=round(draw.expovariate(1 / _DAYS_OF_LEAVERS)))
    last_seen = max(one.opened, min(closing, gone) - timedelta(days=draw.randint(0, 6)))
    return replace(one, handle=register.enter(one.market, one.handle, draw), last_seen=last_seen)


def _next_handle(draw: random.Random, handle: str) -> str:
    choice = draw.random()
    if choice < _KEEPS_HANDLE:
        return handle
    return variant(draw, handle) if choice < _KEEPS_HANDLE + _VARIES_HANDLE else draw_handle(draw)


def _impersonators(seed: int, register: _Register, careers: Sequence[tuple[Opening, ...]]) -> list[tuple[Opening, ...]]:
    """One account each, of a stranger who copies an account: where its owner is not, or under a look-alike handle."""
    found: list[tuple[Opening, ...]] = []
    for at in range(round(len(careers) * IMPERSONATORS)):
        draw = stream(seed, "impersonator", at)
        victim = draw.choice(draw.choice(careers))
        earliest = victim.opened + timedelta(days=30)
        where = [
            name
            for name, span in markets().markets.items()
            if markets().closing(name) - timedelta(days=20) > max(earliest, span.opened)
        ]
        if not where:
            continue
        market = draw.choice(where)
        handle = victim.handle if register.free(market, victim.handle) else lookalike(draw, victim.handle)
        opened = _between(draw, max(earliest, markets().markets[market].opened), markets().closing(market))
        number, of = len(careers) + len(found), (victim.seller, victim.place)
        one = Opening(number, 0, market, handle, opened, opened, "impersonator", of)
        found.append((_entered(draw, register, one),))
    return found


def _between(draw: random.Random, first: date, last: date) -> date:
    return first + timedelta(days=draw.randint(0, max(0, (last - first).days)))
