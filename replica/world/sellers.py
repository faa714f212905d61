"""Who sells: sellers, and their accounts on one or several markets.

Sellers on several markets share what `SHARING` says, round and round, so that every kind of link occurs in every world
of some size: hard evidence (a key, an address, a contact), soft evidence only (a handle, a text), or nothing at all.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import combinations

from replica.world.addresses import CHAIN_WEIGHTS, CryptoAddress, make_address
from replica.world.catalogue import places, writing
from replica.world.contacts import make_contact
from replica.world.model import Account, Contact, Evidence, Market, OtherAccount
from replica.world.openpgp import PgpKey, make_key
from replica.world.streams import stream, weighted
from replica.world.texts import profile_text, terms_text

SHARING: tuple[frozenset[Evidence], ...] = (
    frozenset({"pgp", "address", "contact", "handle", "text"}),
    frozenset({"pgp"}),
    frozenset({"address"}),
    frozenset({"contact"}),
    frozenset({"handle"}),
    frozenset({"text"}),
    frozenset(),
    frozenset({"pgp", "contact", "handle"}),
    frozenset({"address", "text"}),
    frozenset({"handle", "text"}),
)
"""What the accounts of the first, second, ... seller on several markets share."""

MULTI_MARKET_SHARE = 0.3
"""So many of a market's accounts belong to sellers who are on another market too."""

NAMESAKES = 2
"""So many pairs of different sellers have the same handle on different markets, when there are markets enough."""

_ARMOR_HEADERS = ("Version: GnuPG v2.0.22 (GNU/Linux)", "Comment: GPGTools - https://gpgtools.example")
_FORMER_MARKETS = ("Dream Market", "Wall Street Market", "AlphaBay", "Hansa", "Valhalla")
_OPTIONAL: dict[Evidence, float] = {"pgp": 0.85, "address": 0.3, "contact": 0.5}


@dataclass(frozen=True, slots=True)
class SellerPlan:
    """A seller before his accounts are written: on which markets he is and what his accounts there share."""

    number: int
    markets: tuple[str, ...]
    shared: frozenset[Evidence]

    def shares(self, market: str) -> frozenset[Evidence]:
        """What his account on that market has in common with his others.

        Who shares a key and a contact on three markets does so as a chain: the first and second account have the same
        key, the second and third the same contact, so that the first and third are only linked through the second.
        """
        if len(self.markets) > 2 and {"pgp", "contact"} <= self.shared:
            apart: dict[str, frozenset[Evidence]] = {
                self.markets[0]: frozenset({"contact"}),
                self.markets[2]: frozenset({"pgp"}),
            }
            return self.shared - apart.get(market, frozenset())
        return self.shared


@dataclass(slots=True)
class _Taken:
    """Handles that are taken, by market."""

    handles: dict[str, set[str]] = field(default_factory=dict)

    def claim(self, markets: Sequence[str], handle: str, draw: random.Random) -> str:
        while any(handle.casefold() in self.handles.setdefault(market, set()) for market in markets):
            handle += str(draw.randint(1, 99))
        for market in markets:
            self.handles[market].add(handle.casefold())
        return handle


def plan_sellers(seed: int, markets: Sequence[str], vendors: int) -> list[SellerPlan]:
    """Sellers such that each market gets exactly so many accounts."""
    draw = stream(seed, "plan")
    left = dict.fromkeys(markets, vendors)
    plans: list[SellerPlan] = []
    pairs = list(combinations(markets, 2))
    shared_slots = round(vendors * MULTI_MARKET_SHARE)
    while pairs and any(vendors - free < shared_slots for free in left.values()):
        number = len(plans)
        # Every third seller is on all markets, when there are more than two.
        on = tuple(markets) if len(markets) > 2 and number % 3 == 2 else pairs[number % len(pairs)]
        if any(left[market] == 0 for market in on):
            break
        for market in on:
            left[market] -= 1
        plans.append(SellerPlan(number, on, SHARING[number % len(SHARING)]))
    singles = [market for market in markets for _ in range(left[market])]
    draw.shuffle(singles)
    plans.extend(SellerPlan(len(plans) + place, (market,), frozenset()) for place, market in enumerate(singles))
    return plans


def make_accounts(seed: int, markets: Sequence[Market], vendors: int, start: datetime) -> list[Account]:
    """Every account of the world, by market and number."""
    taken = _Taken()
    plans = plan_sellers(seed, [market.name for market in markets], vendors)
    namesakes = _namesakes(plans)
    handles: dict[int, str] = {}
    accounts: list[Account] = []
    by_name = {market.name: market for market in markets}
    for plan in plans:
        handle = handles.get(namesakes.get(plan.number, -1))
        for account in _seller_accounts(seed, plan, markets=by_name, taken=taken, handle=handle, start=start):
            handles.setdefault(plan.number, account.handle)
            accounts.append(account)
    order = {market.name: place for place, market in enumerate(markets)}
    accounts.sort(key=lambda account: (order[account.market], account.number))
    return accounts


def _namesakes(plans: Sequence[SellerPlan]) -> dict[int, int]:
    """Sellers who take the handle of another seller: their number -> the other's, each on one other market only."""
    singles = [plan for plan in plans if len(plan.markets) == 1]
    found: dict[int, int] = {}
    used: set[int] = set()
    for first, second in combinations(singles, 2):
        if len(found) == NAMESAKES:
            break
        if first.markets != second.markets and not {first.number, second.number} & used:
            found[second.number] = first.number
            used |= {first.number, second.number}
    return found


def _seller_accounts(
    seed: int, plan: SellerPlan, *, markets: dict[str, Market], taken: _Taken, handle: str | None, start: datetime
) -> Iterator[Account]:
    common = stream(seed, "seller", plan.number)
    home = weighted(common, places().weights)
    handle = taken.claim(plan.markets if "handle" in plan.shared else (), handle or make_handle(common), common)
    for place, market in enumerate(plan.markets):
        draw = stream(seed, "account", plan.number, market)
        name = handle
        if "handle" not in plan.shared:
            wanted = handle if place == 0 else make_handle(draw)
            # A namesake's handle is free on his market unless somebody there has it already.
            name = taken.claim((market,), wanted, draw)
        yield _account(seed, plan, markets[market], handle=name, first_handle=handle, home=home, start=start)


def _account(
    seed: int, plan: SellerPlan, market: Market, *, handle: str, first_handle: str, home: str, start: datetime
) -> Account:
    shares = plan.shares(market.name)

    def source(evidence: Evidence) -> random.Random:
        """The seller's stream for what his accounts share, the account's own for what they do not."""
        place = () if evidence in shares else (market.name,)
        return stream(seed, "seller", plan.number, evidence, *place)

    draw = stream(seed, "account", plan.number, market.name, "facts")
    registered = start - timedelta(days=draw.randint(60, 1400), seconds=draw.randint(0, 86399))
    registered = registered.replace(microsecond=0)
    key = _key(source("pgp"), draw, first_handle if "pgp" in shares else handle, start, "pgp" in shares)
    addresses = _addresses(source("address"), "address" in shares)
    contacts = _contacts(source("contact"), first_handle if "contact" in shares else handle, shares)
    description = profile_text(
        source("text"), draw, handle=handle, start=start, contacts=contacts, addresses=addresses, market=market
    )
    ships_to = _ships_to(draw, home)
    return Account(
        market=market.name,
        number=1000 + plan.number * 7 + draw.randint(0, 6),
        handle=handle,
        seller=plan.number,
        shares=shares,
        description=description,
        terms=terms_text(source("text"), draw, market) if draw.random() < 0.8 else None,
        key=key,
        contacts=contacts,
        addresses=addresses,
        ships_from=(home,),
        ships_to=ships_to,
        registered_at=registered,
        idle_days=draw.choice((0, 0, 0, 0, 1, 1, 2, 3, 5, 9, 20)),
        level=draw.randint(1, 10),
        trust_level=draw.randint(1, 9),
        earlier_sales=int(draw.paretovariate(0.9) * 8) % 30000,
        disputes_won=draw.randint(0, 6),
        disputes_lost=draw.randint(0, 3),
        others=_others(draw),
        finalize_early=draw.random() < 0.35,
        reliability=draw.uniform(0.86, 0.995),
    )


def make_handle(draw: random.Random) -> str:
    """A handle as vendors choose them."""
    parts = writing().handles
    handle = draw.choice(parts.first) + draw.choice(parts.joins) + draw.choice(parts.second)
    if draw.random() < 0.25:
        handle = handle.lower()
    if draw.random() < 0.35:
        handle += draw.choice(("420", "24", "_UK", "EU", "88", "x", "711", "_DE", "1337", "NL"))
    return handle


def _key(source: random.Random, draw: random.Random, name: str, start: datetime, shared: bool) -> PgpKey | None:
    if not shared and source.random() >= _OPTIONAL["pgp"]:
        return None
    created = (start - timedelta(days=source.randint(100, 1500))).replace(microsecond=0)
    host = source.choice(writing().mail_hosts)
    local = "".join(letter for letter in name.lower() if letter.isalnum())
    key = make_key(source, f"{name} <{local}@{host}>", created)
    # Exported by another program on another day, the same key looks different.
    return key.with_header(draw.choice(_ARMOR_HEADERS)) if draw.random() < 0.4 else key


def _addresses(source: random.Random, shared: bool) -> tuple[CryptoAddress, ...]:
    if not shared and source.random() >= _OPTIONAL["address"]:
        return ()
    return (make_address(source, weighted(source, CHAIN_WEIGHTS)),)


def _contacts(source: random.Random, name: str, shared: frozenset[Evidence]) -> tuple[Contact, ...]:
    if "contact" not in shared and source.random() >= _OPTIONAL["contact"]:
        return ()
    kinds = source.sample(sorted(writing().spellings), source.choice((1, 1, 2)))
    return tuple(make_contact(source, kind, name) for kind in kinds)


def _ships_to(draw: random.Random, home: str) -> tuple[str, ...]:
    shape = draw.random()
    if shape < 0.45:
        return ("WW",)
    if shape < 0.7:
        return (home,)
    if shape < 0.85 and home in places().europe:
        return ("EU",)
    others = [code for code in places().weights if code != home]
    return (home, *sorted(draw.sample(others, 2)))


def _others(draw: random.Random) -> tuple[OtherAccount, ...]:
    names = draw.sample(_FORMER_MARKETS, draw.choice((0, 0, 0, 1, 1, 2, 3)))
    return tuple(OtherAccount(name, draw.randint(20, 9000), Decimal(draw.randint(440, 500)) / 100) for name in names)
