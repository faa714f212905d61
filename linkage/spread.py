"""What proves nothing: things that a market, its staff or a careless form put on many accounts, and placeholders.

A personal key, address or contact is on a handful of accounts. One that is on many accounts of one market belongs to
the market (its own key, its escrow address, its support) whatever it looks like, so its spread decides, not its name.
"""

import functools
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict

from linkage.account import Account, Clue, ClueKind
from linkage.identity import Discounted

ClueKey = tuple[ClueKind, str]

# How many accounts of one market one seller may show a thing on. An address is the strictest: markets hand out escrow
# and deposit addresses to a few accounts at a time, and a second account that a seller keeps on a market takes care to
# have another wallet.
MOST_ACCOUNTS_OF_A_MARKET: dict[ClueKind, int] = {"pgp_key": 3, "crypto_address": 1, "contact": 3}

# On a small market (or one of which little was crawled yet) two or three accounts are already a good part of it, and a
# market's own key cannot be told from a seller's: from the second account on, no more than this share.
MOST_OF_A_MARKET = 0.1

# Over all markets: nobody was seen to keep more accounts under one name; a thing on more is a service or a template.
MOST_ACCOUNTS = 12


class _Pattern(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    pattern: str
    why: str


class _NotEvidence(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    contacts: list[_Pattern]
    addresses: list[_Pattern]
    key_names: list[_Pattern]


def discounted_clues(
    holders: Mapping[ClueKey, Mapping[str, Clue]], accounts: Mapping[str, Account]
) -> dict[ClueKey, Discounted]:
    """Of the things that accounts show, those that prove nothing, each with the reason.

    Args:
        holders: for each thing, the ids of the accounts that show it, with their clue.
        accounts: all accounts by id, also those that show nothing: they say how large a market is.
    """
    sizes = Counter(account.market for account in accounts.values())
    placeholders = Placeholders(sizes)
    found: dict[ClueKey, Discounted] = {}
    for key, clues in holders.items():
        markets = Counter(accounts[account_id].market for account_id in clues)
        names = {name for clue in clues.values() for name in clue.names}
        why = placeholders.reason(key, names) or spread_reason(key[0], markets, sizes)
        if why is not None:
            value = min(clue.value for clue in clues.values())
            found[key] = Discounted(kind=key[0], value=value, why=why, markets=dict(sorted(markets.items())))
    return found


def spread_reason(kind: ClueKind, markets: Mapping[str, int], sizes: Mapping[str, int]) -> str | None:
    """Why a thing shown on so many accounts of each market proves nothing, or None when it may be one seller's."""
    for market, count in sorted(markets.items()):
        if count > 1 and (count > MOST_ACCOUNTS_OF_A_MARKET[kind] or count > MOST_OF_A_MARKET * sizes[market]):
            return f"shown on {count} of the {sizes[market]} accounts of {market}: the market's, not a seller's"
    total = sum(markets.values())
    if total > MOST_ACCOUNTS:
        return f"shown on {total} accounts of {len(markets)} markets: more than one seller keeps"
    return None


class Placeholders:
    """What is known to identify no seller, for accounts of the given markets."""

    def __init__(self, markets: Iterable[str]) -> None:
        any_market = "|".join(filter(None, map(_market_pattern, sorted(set(markets))))) or r"(?!)"
        listed = _not_evidence()
        self._contacts = [(_compiled(one.pattern, any_market, re.IGNORECASE), one.why) for one in listed.contacts]
        self._addresses = [(_compiled(one.pattern, any_market), one.why) for one in listed.addresses]
        self._key_names = [(_compiled(one.pattern, any_market, re.IGNORECASE), one.why) for one in listed.key_names]

    def reason(self, key: ClueKey, names: Iterable[str] = ()) -> str | None:
        """Why the thing is nobody's in particular, or None when it is not known as such; ``names`` are user ids."""
        kind, value = key
        if kind == "contact":
            return _first_match(self._contacts, [value])
        if kind == "crypto_address":
            return _first_match(self._addresses, [value])
        return _first_match(self._key_names, sorted(names))


def _first_match(patterns: list[tuple[re.Pattern[str], str]], values: list[str]) -> str | None:
    return next((why for pattern, why in patterns for value in values if pattern.fullmatch(value)), None)


def _market_pattern(market: str) -> str | None:
    """A pattern for a market's name however its words are parted; None for one too short to be told from a word."""
    words = re.findall(r"[a-z0-9]+", market.casefold())
    return r"[ ._-]?".join(words) if sum(map(len, words)) >= 4 else None


def _compiled(pattern: str, any_market: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    return re.compile(pattern.replace("{market}", f"(?:{any_market})"), flags)


@functools.cache
def _not_evidence() -> _NotEvidence:
    text = resources.files("linkage").joinpath("not_evidence.yaml").read_text(encoding="utf-8")
    return _NotEvidence.model_validate(yaml.safe_load(text))
