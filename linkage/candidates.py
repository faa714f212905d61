"""Ranked candidates: for one account, which others may be the same seller's, best first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from linkage.account import Account, Clue
from linkage.identity import Link
from linkage.join import accounts_by_id, holders_of, link_of
from linkage.spread import ClueKey, discounted_clues


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that may be the queried account's seller's; ``link`` holds the evidence."""

    id: str
    link: Link


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidates for one queried account, best first."""

    query: str
    candidates: list[Candidate]


def rank_candidates(queries: Iterable[Account], pool: Iterable[Account], top: int) -> Iterator[Ranking]:
    """For each queried account the ``top`` accounts of the pool that share the weightiest evidence with it.

    What proves nothing is judged by its spread over the pool and the queries together. An account of the pool with
    the query's id is the query itself and no candidate of it.

    Raises:
        LinkageError: two accounts of the pool, or two queries, have the same id.
    """
    asked = accounts_by_id(queries)
    known = accounts_by_id(pool)
    holders = holders_of(known.values())
    everyone = known | {f"query {account.id}": account for account in asked.values() if account.id not in known}
    discounted = discounted_clues(_holders_by_name(everyone), everyone)
    for query in asked.values():
        near = {account_id for clue in query.clues for account_id in holders.get(clue.key, {})} - {query.id}
        candidates = [
            Candidate(account_id, link)
            for account_id in near
            if (link := link_of(query, known[account_id], discounted)) is not None
        ]
        candidates.sort(key=lambda candidate: (-candidate.link.match_weight, candidate.id))
        yield Ranking(query.id, candidates[:top])


def _holders_by_name(accounts: dict[str, Account]) -> dict[ClueKey, dict[str, Clue]]:
    """As `holders_of`, under the names that tell queries from the pool."""
    holders: dict[ClueKey, dict[str, Clue]] = {}
    for name, account in accounts.items():
        for clue in account.clues:
            holders.setdefault(clue.key, {})[name] = clue
    return holders
