"""Joining accounts into identities by what they share. Pure: the same accounts in any order give the same result."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from linkage.account import Account, Clue, merge_clues
from linkage.identity import Discounted, Evidence, Identity, Link, identity_of
from linkage.spread import ClueKey, discounted_clues
from linkage.weights import ASSUMPTIONS, PRIOR_WEIGHT, probability
from nightpost.errors import NightpostError


class LinkageError(NightpostError):
    """The accounts cannot be linked as they stand."""


@dataclass(frozen=True, slots=True)
class LinkResult:
    """What linkage found: identities of two accounts or more, every link, and what was shared but proves nothing."""

    identities: list[Identity]
    links: list[Link]
    discounted: list[Discounted]


def link_accounts(accounts: Iterable[Account]) -> LinkResult:
    """Join the accounts that share a PGP key, a crypto address or a contact.

    Two accounts of one market are joined only by a PGP key that both state as their own: a key quoted in a text, an
    address or a contact that they share there may be what the market hands out.

    Raises:
        LinkageError: two accounts have the same id.
    """
    by_id = accounts_by_id(accounts)
    holders = holders_of(by_id.values())
    discounted = discounted_clues(holders, by_id)
    pairs = _candidate_pairs(holders, discounted)
    links = [link for a, b in sorted(pairs) if (link := link_of(by_id[a], by_id[b], discounted)) is not None]
    return LinkResult(
        identities=_identities(by_id, links),
        links=links,
        discounted=[found for key, found in sorted(discounted.items()) if len(holders[key]) > 1],
    )


def accounts_by_id(accounts: Iterable[Account]) -> dict[str, Account]:
    """The accounts by id, in the order of ids.

    Raises:
        LinkageError: two accounts have the same id.
    """
    by_id: dict[str, Account] = {}
    for account in sorted(accounts, key=lambda account: account.id):
        if account.id in by_id:
            raise LinkageError(f"two accounts have the id {account.id!r}; make ids unique, such as market/handle")
        by_id[account.id] = account.model_copy(update={"clues": merge_clues(account.clues)})
    return by_id


def holders_of(accounts: Iterable[Account]) -> dict[ClueKey, dict[str, Clue]]:
    """For each thing that accounts show, the ids of those that show it, with their clue."""
    holders: dict[ClueKey, dict[str, Clue]] = defaultdict(dict)
    for account in accounts:
        for clue in account.clues:
            holders[clue.key][account.id] = clue
    return dict(holders)


def link_of(a: Account, b: Account, discounted: Mapping[ClueKey, Discounted]) -> Link | None:
    """The link between two accounts, or None when nothing that counts joins them. Clues must be merged already."""
    if a.id > b.id:
        a, b = b, a
    shared = _shared(a, b, discounted)
    if not shared or (a.market == b.market and not any(one.is_own_key and other.is_own_key for one, other in shared)):
        return None
    evidence = list(_weighed(shared))
    match_weight = round(PRIOR_WEIGHT + sum(one.weight for one in evidence), 2)
    return Link(
        a=a.id, b=b.id, probability=probability(match_weight), match_weight=match_weight, evidence=tuple(evidence)
    )


def _shared(a: Account, b: Account, discounted: Mapping[ClueKey, Discounted]) -> list[tuple[Clue, Clue]]:
    """What both show and what counts; a subkey is left out where its primary key is shared too."""
    of_b = {clue.key: clue for clue in b.clues}
    both = [(clue, of_b[clue.key]) for clue in a.clues if clue.key in of_b and clue.key not in discounted]
    keys = {clue.value for clue, _ in both if clue.kind == "pgp_key"}
    return [pair for pair in both if pair[0].primary not in keys]


def _weighed(shared: Iterable[tuple[Clue, Clue]]) -> Iterator[Evidence]:
    """The evidence, strongest kind first.

    A second thing of one kind is named but adds nothing: who copied one contact of a profile copied them all.
    """
    counted: set[str] = set()
    for one, other in sorted(shared, key=lambda pair: (-ASSUMPTIONS[pair[0].kind].weight, pair[0].key)):
        weight = 0.0 if one.kind in counted else ASSUMPTIONS[one.kind].weight
        counted.add(one.kind)
        yield Evidence(kind=one.kind, value=one.value, weight=weight, seen_a=one.sightings, seen_b=other.sightings)


def _candidate_pairs(
    holders: Mapping[ClueKey, Mapping[str, Clue]], discounted: Mapping[ClueKey, Discounted]
) -> set[tuple[str, str]]:
    """Pairs of account ids that share something that counts; few, as nothing that counts is on many accounts."""
    return {pair for key, clues in holders.items() if key not in discounted for pair in combinations(sorted(clues), 2)}


def _identities(accounts: Mapping[str, Account], links: Iterable[Link]) -> list[Identity]:
    """The connected sets of linked accounts (union-find with path halving), in the order of their smallest id."""
    parent = {account_id: account_id for account_id in accounts}

    def root(account_id: str) -> str:
        while parent[account_id] != account_id:
            parent[account_id] = parent[parent[account_id]]
            account_id = parent[account_id]
        return account_id

    links = list(links)
    for link in links:
        first, second = sorted((root(link.a), root(link.b)))
        parent[second] = first
    members: dict[str, list[Account]] = defaultdict(list)
    for account_id, account in accounts.items():
        members[root(account_id)].append(account)
    links_within: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        links_within[root(link.a)].append(link)
    return [identity_of(members[smallest], links_within[smallest]) for smallest in sorted(links_within)]
