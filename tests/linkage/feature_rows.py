"""Generated features of sellers with one account or more: enough of each kind of evidence to compare, from a seed."""

import random
import zlib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkage.feature_table import feature_schema
from linkage.likeness import MEASURED
from linkage.measured_pairs import Measure

MARKETS = ("harbour", "lantern", "orchard", "quarry")
SUBSTANCES = tuple(f"substance {number}" for number in range(40))
COUNTRIES = ("us", "gb", "de", "nl", "au", "ca", "fr", "es")


@dataclass(frozen=True, slots=True)
class Generated:
    """Features, and who runs each account: the pairs of one seller (a < b)."""

    features: pa.Table
    partners: pa.Table


def generated(sellers: int, seed: int) -> Generated:
    """Sellers of whom half have accounts on two or three markets, which show the same things by chance or habit."""
    rng = random.Random(seed)
    rows: list[dict[str, object]] = []
    owners: list[int] = []
    for seller in range(sellers):
        habits = _Habits(rng, seller, sellers)
        for market in rng.sample(MARKETS, rng.choice((1, 1, 2, 3))):
            rows.append(_account(rng, habits, market, len(rows)))
            owners.append(seller)
    order = sorted(range(len(rows)), key=lambda at: str(rows[at]["account_id"]))
    rows, owners = [rows[at] for at in order], [owners[at] for at in order]
    columns: dict[str, pa.Array] = {}
    for field in feature_schema():
        columns[field.name] = pa.array([row[field.name] for row in rows], field.type)
    features = pa.table(columns, schema=feature_schema())
    shuffled = list(range(len(rows)))
    rng.shuffle(shuffled)
    return Generated(features.take(pa.array(shuffled)), _partners([str(row["account_id"]) for row in rows], owners))


def measure_of(features: pa.Table) -> Measure:
    """Bands of pairs that depend on the two account ids alone; no data for some."""
    codes = np.array([zlib.crc32(name.encode()) for name in features.column("account_id").to_pylist()], np.int64)

    def measure(left: NDArray[np.int64], right: NDArray[np.int64]) -> dict[str, NDArray[np.int8]]:
        bands = (codes[left] + codes[right]) % (1 + min(map(len, MEASURED.values()))) - 1
        return {kind: bands.astype(np.int8) for kind in MEASURED}

    return measure


class _Habits:
    """What a seller shows wherever he is."""

    def __init__(self, rng: random.Random, seller: int, sellers: int) -> None:
        common = rng.random() < 0.2
        self.handle = f"{rng.choice(('green', 'royal', 'dutch'))}{'shop' if common else f'leaf{seller}'}"
        self.key, self.address = f"{seller:040X}", f"address {seller}"
        self.contact = f"email:{self.handle}{seller}@example.org"
        self.goods = rng.sample(SUBSTANCES, rng.randint(1, 5))
        self.offers = sorted({f"{rng.choice(self.goods)} {rng.choice((1, 3.5, 7, 14, 28))} g" for _ in range(10)})
        self.titles = [rng.randrange(sellers * 4) for _ in range(5)]
        self.passages = [rng.randrange(sellers * 3) for _ in range(4)]
        self.origin = rng.choice(COUNTRIES)
        self.opened = rng.randint(15000, 18000)
        self.photos = [f"{rng.getrandbits(64):016x}" for _ in range(2)]


def _account(rng: random.Random, habits: _Habits, market: str, number: int) -> dict[str, object]:
    def now_and_then(chance: float, values: list[str]) -> list[str]:
        return values if rng.random() < chance else []

    def most(values: list[int] | list[str], chance: float) -> list[int | str]:
        return sorted({value for value in values if rng.random() < chance})

    handle = (
        habits.handle
        if rng.random() < 0.6
        else rng.choice((habits.handle + "official", f"other{number}", "0" + habits.handle))
    )
    keys = now_and_then(0.5, [habits.key if rng.random() < 0.8 else f"{number:040x}".upper().replace("0", "F")])
    opened = habits.opened + rng.randint(0, 700)
    return {
        "account_id": f"{market}/{handle}-{number}",
        "market": market,
        "keys": keys,
        "own_keys": keys if rng.random() < 0.7 else [],
        "key_names": now_and_then(0.3, [f"{habits.handle}@example.org"]) if keys else [],
        "addresses": now_and_then(0.1, [habits.address]),
        "contacts": now_and_then(0.3, [habits.contact]),
        "name": f"{market}/{handle}",
        "claims": now_and_then(0.2, [f"{rng.choice(MARKETS)}/{habits.handle}"]),
        "handle": handle if rng.random() < 0.95 else None,
        "handle_skeleton": handle.replace("0", "o").strip("o"),
        "handle_root": handle.replace("official", ""),
        "passages": most(habits.passages, 0.6) + [7] * (rng.random() < 0.5),
        "vouched": [],
        "title_forms": most(habits.titles, 0.6),
        "goods": most(habits.goods, 0.8),
        "offers": most(habits.offers, 0.7),
        "prices": most([f"{offer} b{len(offer)}" for offer in habits.offers], 0.5),
        "origin": now_and_then(0.9, [habits.origin if rng.random() < 0.9 else rng.choice(COUNTRIES)]),
        "destinations": now_and_then(0.7, rng.sample(COUNTRIES, 2)),
        "photos": now_and_then(0.2, habits.photos),
        "opened": opened if rng.random() < 0.8 else None,
        "closed": opened + rng.randint(30, 400) if rng.random() < 0.9 else None,
        "text_size": rng.randint(0, 40),
    }


def _partners(ids: list[str], owners: list[int]) -> pa.Table:
    by_owner: dict[int, list[str]] = {}
    for account, owner in zip(ids, owners, strict=True):
        by_owner.setdefault(owner, []).append(account)
    pairs = [(a, b) for held in by_owner.values() for a in held for b in held if a < b]
    return pa.table({"a": [a for a, _ in pairs], "b": [b for _, b in pairs]})
