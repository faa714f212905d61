"""Accounts that show different keys as their own where one seller would show one: the mark of an impersonator.

Who copies a seller's handle and texts cannot copy his key: he could not read what customers write with it. A seller
does change his key, though, most often when he moves to another market. So different keys speak against one seller:

- on one market, unless one account is known to have been left before the other was opened: a seller's second account
  on a market may have a key of its own, but then resemblance alone cannot tell it from a copy;
- on two markets, when either account's key was kept on a second market: this seller keeps his key when he moves.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import product
from typing import NamedTuple


class AccountFacts(NamedTuple):
    """What is known of an account that may forbid a link.

    Attributes:
        market: the market it is on.
        own_keys: fingerprints that it states as its own, primary keys and subkeys; empty when it shows none.
        opened: the day when it was registered or first seen, as days since 1970; None when not known.
        closed: the day when it was last seen, likewise.
    """

    market: str
    own_keys: frozenset[str] = frozenset()
    opened: int | None = None
    closed: int | None = None


class KeyStances:
    """The facts of a cluster's accounts that show a key of their own, each once."""

    def __init__(self, facts: Iterable[AccountFacts]) -> None:
        self.facts = {one for one in facts if one.own_keys}

    def absorb(self, other: "KeyStances") -> None:
        """Take in those of another cluster."""
        self.facts |= other.facts

    def clash_with(self, other: "KeyStances") -> bool:
        """Whether an account of one cluster and an account of the other show keys that speak against one seller."""
        if not self.facts or not other.facts:
            return False
        kept = _kept_keys(self.facts) | _kept_keys(other.facts)
        return any(_clash(one, another, kept) for one, another in product(self.facts, other.facts))


def _kept_keys(facts: Iterable[AccountFacts]) -> frozenset[str]:
    """Keys that accounts on two markets or more state as their own."""
    markets: dict[str, set[str]] = defaultdict(set)
    for one in facts:
        for key in one.own_keys:
            markets[key].add(one.market)
    return frozenset(key for key, shown_on in markets.items() if len(shown_on) > 1)


def _clash(one: AccountFacts, other: AccountFacts, kept: frozenset[str]) -> bool:
    if not one.own_keys.isdisjoint(other.own_keys) or one_after_the_other(one, other):
        return False
    if one.market == other.market:
        return True
    return not kept.isdisjoint(one.own_keys | other.own_keys)


def one_after_the_other(one: AccountFacts, other: AccountFacts) -> bool:
    """Whether one is known to have been left before the other was opened."""
    return _before(one.closed, other.opened) or _before(other.closed, one.opened)


def _before(first: int | None, second: int | None) -> bool:
    return first is not None and second is not None and first < second
