"""Ids of identities that stay from run to run, and the trail of those that were merged or split.

Pure. A cluster keeps the id of the former identity that it shares most accounts with, so that accounts that join or
leave do not rename it. An id is given to one cluster only.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import NamedTuple

from linkage.identity import identity_id_of


class FormerIdentity(NamedTuple):
    """An identity of the run before.

    Attributes:
        identity_id: its id.
        accounts: the ids of its accounts.
        since: the number of the run that gave it its id; the smaller, the older.
        former_ids: ids that it absorbed or was split from.
    """

    identity_id: str
    accounts: tuple[str, ...]
    since: int = 1
    former_ids: tuple[str, ...] = ()


class GivenId(NamedTuple):
    """The id of a cluster, the number of the run that gave it, and the ids that its accounts were under before."""

    identity_id: str
    since: int
    former_ids: tuple[str, ...]


def give_ids(clusters: Sequence[Iterable[str]], former: Iterable[FormerIdentity]) -> list[GivenId]:
    """An id for each cluster, in the order of the clusters; the order makes no difference to the ids.

    A cluster has the id of the former identity with which it shares most accounts; of several such, the oldest; where
    two clusters are due one id, the one that shares more has it, else the one with the smallest account id. A cluster
    that shares none, or whose id went to another, has the id of its smallest account (`identity_id_of`), and a made-up
    one only where that id is, or was in the run before, another's.

    ``former_ids`` of a cluster are the other identities that it has accounts of, with the ids that those absorbed, and
    what its own id had already.
    """
    by_id = {one.identity_id: one for one in former}
    members = [sorted(cluster) for cluster in clusters]
    shared = _shared(members, by_id.values())
    kept = _kept_ids(members, shared, by_id)
    run = max((one.since for one in by_id.values()), default=0) + 1
    taken = set(by_id)
    given = {}
    for number in sorted(range(len(members)), key=lambda number: members[number][0]):
        identity_id = kept.get(number) or next(one for one in _new_ids(members[number][0]) if one not in taken)
        taken.add(identity_id)
        trail = {*shared[number], *(old for one in shared[number] for old in by_id[one].former_ids)} - {identity_id}
        since = by_id[identity_id].since if number in kept else run
        given[number] = GivenId(identity_id, since, tuple(sorted(trail)))
    return [given[number] for number in range(len(members))]


def _shared(members: Sequence[Sequence[str]], former: Iterable[FormerIdentity]) -> list[Counter[str]]:
    """For each cluster, how many accounts it has of each former identity."""
    before: dict[str, str] = {account: one.identity_id for one in former for account in one.accounts}
    return [Counter(before[account] for account in cluster if account in before) for cluster in members]


def _kept_ids(
    members: Sequence[Sequence[str]], shared: Sequence[Counter[str]], by_id: Mapping[str, FormerIdentity]
) -> dict[int, str]:
    """The former id that each cluster keeps, by the cluster's number."""
    claims = [(number, old, accounts) for number, found in enumerate(shared) for old, accounts in found.items()]
    claims.sort(key=lambda claim: (-claim[2], by_id[claim[1]].since, claim[1], members[claim[0]][0]))
    kept: dict[int, str] = {}
    gone: set[str] = set()
    for number, old, _ in claims:
        if number not in kept and old not in gone:
            kept[number] = old
            gone.add(old)
    return kept


def _new_ids(smallest: str) -> Iterator[str]:
    """Ids for a new identity, the best first."""
    yield identity_id_of([smallest])
    for number in count(2):
        yield identity_id_of([f"{smallest} #{number}"])
