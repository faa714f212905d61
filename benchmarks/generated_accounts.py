"""Very many accounts in memory as linkage reads them, without the time that reading their texts takes.

What the text pipeline would read in the short titles of `replica.sellers.scale` is known: goods and an amount. It is
looked up, by the name of the goods in the title and the number before it, in place of being read. `agreement` says how
often that is what the pipeline reads.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from evaluation.linkage_compared import read_lines
from extractors.amounts.facts import Measured
from extractors.records import ExternalRating
from linkage.account import Account, Clue, ClueKind
from linkage.claims import claims_of_ratings, merge_claims
from linkage.offer import Offer
from linkage.sighting import Sighting
from replica.sellers.lines import AccountLine
from replica.sellers.scale import scaled_accounts
from replica.sellers.vocabulary import goods, product

__all__ = ["GeneratedAccounts", "agreement", "generated_accounts"]

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NOTHING: Mapping[str, str] = {}
# A model keeps a set of the fields that were stated; nobody asks these, so they have one in common.
_SET: set[str] = set()


@dataclass(frozen=True, slots=True)
class GeneratedAccounts:
    """Accounts, and who runs each: ``owners`` in the order of the ids."""

    accounts: list[Account]
    owners: NDArray[np.int64]


class _Read(NamedTuple):
    """What a title says."""

    goods: str | None
    substances: tuple[str, ...]
    total: Measured | None


def generated_accounts(count: int, seed: int = 7) -> GeneratedAccounts:
    """So many accounts; the same numbers give the same."""
    accounts: list[Account] = []
    owners = np.zeros(count, np.int64)
    for at, (line, truth) in enumerate(scaled_accounts(count, seed)):
        accounts.append(account_of(line))
        owners[at] = truth["seller"]
    return GeneratedAccounts(accounts, owners)


def account_of(line: AccountLine) -> Account:
    """An account of a line; nothing is checked, and titles are looked up."""
    name, market, handle = line["id"], line["market"], line["handle"]
    ratings = [ExternalRating(market=one["market"], handle=one["handle"]) for one in line["external_ratings"]]
    claims = claims_of_ratings(ratings, Sighting(record=name, field="external_ratings")) if ratings else []
    return Account.model_construct(
        _fields_set=_SET,
        id=name,
        market=market,
        handle=handle,
        clues=tuple(sorted(_clues(line), key=lambda clue: clue.key)),
        claims=merge_claims(claims, market=market, handle=handle) if claims else (),
        description=line["description"],
        terms=None,
        offers=tuple(
            _offer(name, at, listing["title"], listing["price_usd"]) for at, listing in enumerate(line["listings"])
        ),
        ships_from=tuple(line["ships_from"]),
        ships_to=(),
        registered_at=_moment(line["registered_at"]),
        last_seen_at=_moment(line["last_seen_at"]),
        record=name,
        sources=_NOTHING,
    )


def agreement(count: int = 300, seed: int = 8) -> tuple[float, float]:
    """The shares of titles of which the goods, and of which the amount, are looked up as the pipeline reads them."""
    lines = [line for line, _ in scaled_accounts(count, seed)]
    pairs = [
        (looked_up, read)
        for one, line in zip(read_lines(lines), lines, strict=True)
        for looked_up, read in zip(account_of(line).offers, one.offers, strict=True)
    ]
    same_goods = sum(looked_up.substances == read.substances for looked_up, read in pairs)
    same_total = sum(looked_up.total == read.total for looked_up, read in pairs)
    return same_goods / len(pairs), same_total / len(pairs)


def _clues(line: AccountLine) -> Iterator[Clue]:
    shown: list[tuple[ClueKind, str, str]] = [("pgp_key", "pgp_keys[0]", key) for key in line["pgp_keys"]]
    shown += [("contact", "contacts", f"{one['type']}:{one['value']}") for one in line["contacts"]]
    for kind, field, value in shown:
        seen = Sighting.model_construct(_fields_set=_SET, record=line["id"], field=field, capture_id=None)
        yield Clue.model_construct(_fields_set=_SET, kind=kind, value=value, primary=None, names=(), sightings=(seen,))


def _offer(account: str, at: int, title: str, price: float | None) -> Offer:
    read = _title(title)
    return Offer.model_construct(
        _fields_set=_SET,
        record=account,
        place=f"listings[{at}].",
        listing_id=None,
        title=title,
        description=None,
        category=(),
        price_usd=price,
        ships_from=(),
        ships_to=(),
        goods=read.goods,
        substances=read.substances,
        total=read.total,
        strength=None,
        photos=(),
        captures=(),
        sources=_NOTHING,
    )


def _title(title: str) -> _Read:
    names, wares = _wares()
    found = names.search(title)
    if found is None:
        return _Read(None, (), None)
    substances, kind, unit = wares[found[0]]
    number = _NUMBER.search(title, 0, found.start())
    return _Read(kind, substances, _measured(number[0], unit) if number and unit != "none" else None)


@cache
def _wares() -> tuple[re.Pattern[str], dict[str, tuple[tuple[str, ...], str, str]]]:
    """A pattern for the names of goods, the longest first; and substances, kind and measure by name."""
    wares: dict[str, tuple[tuple[str, ...], str, str]] = {
        name: (known.substances, known.goods, known.measure)
        for key in sorted({key for shop in goods().shops for key in shop.goods})
        for known in (product(key),)
        for name in known.names
    }
    return re.compile("|".join(map(re.escape, sorted(wares, key=lambda name: (-len(name), name))))), wares


@cache
def _measured(number: str, unit: str) -> Measured:
    return Measured(value=float(number), unit=unit)


def _moment(day: str | None) -> datetime | None:
    return None if day is None else datetime.fromisoformat(day).replace(tzinfo=UTC)
