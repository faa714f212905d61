"""Sellers of the research data as accounts, and three tasks of finding the same seller again.

Nobody told who these sellers are. The same handle stands for the same seller, which is not always so; the handle is
masked in every text, so that it answers nothing. Ids are digests.

- `same_handle`: accounts of White House (2020) against all vendors of AlphaBay (2017); the right one has the handle.
- `single_titles`: vendors of at least twenty titles; a quarter of the titles, one by one, against the rest.
- `halves`: vendors of at least four listings, each split into two accounts; `by_category` parts whole categories, so
  that the halves share as few goods as can be.
"""

import csv
import gzip
import io
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from evaluation.labels import digest
from evaluation.rankings import RankScore, score_ranking, scored_by_place
from evaluation.research import RESEARCH
from extractors.countries import parse_destinations
from nightpost.errors import ConfigurationError
from replica.sellers.lines import AccountLine, ListingLine

__all__ = [
    "Rank",
    "Task",
    "alphabay",
    "answered",
    "halves",
    "macro_f1",
    "masked",
    "measured",
    "same_handle",
    "single_titles",
    "white_house",
]

Rank = Callable[[Sequence[AccountLine], Sequence[AccountLine], int], list[list[str]]]
"""What is measured: (queries, pool, top) to the ids of at most ``top`` accounts of the pool, best first, by query."""

_USD_PER_AUD = 0.73  # Reserve Bank of Australia, September 2020
_DIGITAL = "Digital / Service"
_LEAST_TITLES, _LEAST_LISTINGS, _LEAST_OF_A_HALF = 20, 4, 2
_SHORT_HANDLE = 3  # Shorter ones are masked as words only, or little of a text would be left.
TOP = 100


@dataclass(frozen=True, slots=True)
class Task:
    """Queries, the pool that they are looked for in, and the right accounts of those queries that have any there."""

    name: str
    queries: list[AccountLine]
    pool: list[AccountLine]
    right: dict[str, set[str]]

    def __str__(self) -> str:
        return f"{self.name}: {len(self.queries)} queries, {len(self.right)} with a partner, among {len(self.pool)}"


def alphabay(data: Path = RESEARCH) -> dict[str, AccountLine]:
    """The vendors of AlphaBay, 2017, by handle in small letters.

    Raises:
        ConfigurationError: the data is not there.
    """
    grouped: dict[str, list[ListingLine]] = defaultdict(list)
    with _rows(data / "listings" / "alphabay-2017.csv.gz") as rows:
        for row in rows:
            listing = ListingLine(title=row["title"], price_usd=_price(row["price_usd"]), category=row["category"])
            grouped[row["vendor"].casefold()].append(listing)
    return {handle: _account("alphabay", handle, listings) for handle, listings in grouped.items()}


def white_house(data: Path = RESEARCH) -> dict[str, AccountLine]:
    """The vendors of White House, 2020, by handle in small letters; prices are turned from AUD into USD.

    Raises:
        ConfigurationError: the data is not there.
    """
    grouped: dict[str, dict[str, ListingLine]] = defaultdict(dict)
    with _rows(data / "pages" / "white-house" / "silver.csv") as rows:
        for row in rows:
            listing = ListingLine(title=row["Product"], category=row["Category"])
            listing["price_usd"] = _price(row["Price in AUD"], _USD_PER_AUD)
            listing["ships_from"], listing["ships_to"] = _places(row["Shipping From"]), _places(row["Shipping To"])
            # A listing that stands on several saved pages is one.
            grouped[row["Vendor"].casefold()][row["Product URL"]] = listing
    return {handle: _account("white-house", handle, list(found.values())) for handle, found in grouped.items()}


def same_handle(data: Path = RESEARCH) -> Task:
    """All accounts of White House as queries; right is the AlphaBay vendor of the same handle, if there is one.

    Raises:
        ConfigurationError: the data is not there.
    """
    queries, pool = white_house(data), alphabay(data)
    right = {queries[handle]["id"]: {pool[handle]["id"]} for handle in sorted(queries.keys() & pool.keys())}
    return Task("White House accounts among AlphaBay vendors", list(queries.values()), list(pool.values()), right)


def single_titles(data: Path = RESEARCH, seed: int = 1) -> Task:
    """Vendors of at least 20 titles: a quarter of the titles as queries of one listing, the rest as accounts.

    Raises:
        ConfigurationError: the data is not there.
    """
    queries: list[AccountLine] = []
    pool: list[AccountLine] = []
    right: dict[str, set[str]] = {}
    for handle, account in _with_listings(data, _LEAST_TITLES):
        order = _shuffled(account["listings"], f"{seed}/titles/{handle}")
        held = len(order) // 4
        pool.append(_part(account, "rest", order[held:]))
        for at, listing in enumerate(order[:held]):
            query = _part(account, f"title {at}", [ListingLine(title=listing["title"])])
            queries.append(query)
            right[query["id"]] = {pool[-1]["id"]}
    return Task("single titles among AlphaBay vendors of 20 titles", queries, pool, right)


def halves(data: Path = RESEARCH, seed: int = 1, *, by_category: bool = False) -> Task:
    """Vendors of at least four listings, each split in two; with `by_category` those of two categories or more.

    Raises:
        ConfigurationError: the data is not there.
    """
    queries: list[AccountLine] = []
    pool: list[AccountLine] = []
    right: dict[str, set[str]] = {}
    for handle, account in _with_listings(data, _LEAST_LISTINGS):
        order = _shuffled(account["listings"], f"{seed}/halves/{handle}")
        first, second = _parted(order) if by_category else (order[: len(order) // 2], order[len(order) // 2 :])
        if min(len(first), len(second)) < _LEAST_OF_A_HALF:
            continue
        queries.append(_part(account, "first", first))
        pool.append(_part(account, "second", second))
        right[queries[-1]["id"]] = {pool[-1]["id"]}
    name = "halves of AlphaBay vendors" + (", parted by category" if by_category else "")
    return Task(name, queries, pool, right)


def answered(task: Task, rank: Rank) -> dict[str, list[str]]:
    """The ranked ids for each query of a task that has a right answer."""
    asked = [query for query in task.queries if query["id"] in task.right]
    found = rank(asked, task.pool, TOP)
    return {query["id"]: ids for query, ids in zip(asked, found, strict=True)}


def measured(found: Mapping[str, Sequence[str]], task: Task) -> RankScore:
    """The scores of the answers to a task."""
    return score_ranking({query: scored_by_place(ids) for query, ids in found.items()}, task.right)


def macro_f1(found: Mapping[str, Sequence[str]], task: Task) -> float:
    """The mean over accounts of the pool of the F1 with which the first answer names them."""
    said = {query: (ids[0] if ids else None) for query, ids in found.items()}
    given = Counter(said.values())
    wanted = Counter(name for names in task.right.values() for name in names)
    hits = Counter(said[query] for query, names in task.right.items() if said.get(query) in names)
    return sum(2 * hits[name] / (given[name] + wanted[name]) for name in wanted) / len(wanted)


def masked(text: str, handle: str) -> str:
    """The text without the handle: in any case, and with any separators between its letters and digits."""
    letters = [letter for letter in handle if letter.isalnum()]
    if not letters:
        return text.replace(handle, " ") if handle else text
    pattern = r"[\W_]?".join(re.escape(letter) for letter in letters)
    if len(letters) < _SHORT_HANDLE:
        pattern = rf"(?<!\w){pattern}(?!\w)"
    return re.sub(pattern, " ", text, flags=re.IGNORECASE)


def _with_listings(data: Path, least: int) -> list[tuple[str, AccountLine]]:
    """The AlphaBay vendors of so many listings or more, by handle."""
    return [one for one in sorted(alphabay(data).items()) if len(one[1]["listings"]) >= least]


def _account(market: str, handle: str, listings: Iterable[ListingLine]) -> AccountLine:
    name = f"{market}:{digest(handle)}"
    kept = list(listings)
    for at, listing in enumerate(kept):
        listing["id"], listing["title"] = f"{name}/{at}", masked(listing["title"], handle)
    return AccountLine(id=name, market=market, handle=None, description=None, pgp_keys=[], listings=kept)


def _part(account: AccountLine, name: str, listings: Sequence[ListingLine]) -> AccountLine:
    """Some listings of an account as one of its own; the parts are on markets of different names."""
    return AccountLine(
        id=f"{account['id']}/{name}",
        market=f"{account['market']}-{name.partition(' ')[0]}",
        handle=None,
        description=None,
        pgp_keys=[],
        listings=list(listings),
    )


def _parted(listings: Sequence[ListingLine]) -> tuple[list[ListingLine], list[ListingLine]]:
    """Whole categories on either side: the largest first, each to the side that has less."""
    sides: tuple[list[ListingLine], list[ListingLine]] = [], []
    grouped: dict[str, list[ListingLine]] = defaultdict(list)
    for listing in listings:
        grouped[listing["category"] or ""].append(listing)
    for _, group in sorted(grouped.items(), key=lambda item: (-len(item[1]), item[0])):
        min(sides, key=len).extend(group)
    return sides


def _shuffled(listings: Sequence[ListingLine], seed: str) -> list[ListingLine]:
    order = list(listings)
    random.Random(seed).shuffle(order)  # noqa: S311 - a split has to be repeatable
    return order


def _price(text: str, rate: float = 1.0) -> float | None:
    return None if text in ("", "N/A") else round(float(text.replace(",", "")) * rate, 2)


def _places(text: str) -> list[str]:
    return [] if text == _DIGITAL else list(parse_destinations(text).to)


@contextmanager
def _rows(file: Path) -> Iterator[Iterator[dict[str, str]]]:
    """The rows of a CSV file, packed or not."""
    try:
        packed = file.open("rb")
    except FileNotFoundError as error:
        raise ConfigurationError(f"no research data beside the project: {file} is missing; put it there") from error
    with packed, gzip.open(packed) if file.suffix == ".gz" else packed as body:
        yield csv.DictReader(io.TextIOWrapper(cast("IO[bytes]", body), encoding="utf-8", newline=""))
