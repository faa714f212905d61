"""A day's accounts: identities are made anew only where something changed, and come out as if all had been.

A cluster never reaches beyond what is connected by pairs that may join and by judgements of ``same``. So what no
changed account is connected with stays as it is, with its id.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from linkage.account import Account
from linkage.agglomeration import Cluster, HeldApart, JoinRules, ScoredPair
from linkage.clusters import cluster_accounts, may_join
from linkage.identity import Identity, Link, identity_of
from linkage.judgements import Judgement
from linkage.key_clash import AccountFacts
from linkage.stable_ids import FormerIdentity, GivenId, give_ids


@dataclass(frozen=True, slots=True)
class NamedCluster:
    """A cluster with its id: an identity before its links are explained."""

    name: GivenId
    cluster: Cluster

    @classmethod
    def of(cls, identity: Identity) -> "NamedCluster":
        """What an identity was made from."""
        return cls(
            GivenId(identity.identity_id, identity.since, identity.former_ids),
            Cluster(tuple(one.id for one in identity.accounts), identity.judgements, identity.conflicts),
        )

    @property
    def former(self) -> FormerIdentity:
        """The cluster as the next run knows it."""
        return FormerIdentity(self.name.identity_id, self.cluster.accounts, self.name.since, self.name.former_ids)

    def identity(self, accounts: Iterable[Account], links: Iterable[Link]) -> Identity:
        """The identity that the cluster makes, of its accounts and the links between them."""
        return identity_of(accounts, links).model_copy(
            update={
                "identity_id": self.name.identity_id,
                "since": self.name.since,
                "former_ids": self.name.former_ids,
                "judgements": self.cluster.judgements,
                "conflicts": self.cluster.conflicts,
            }
        )


@dataclass(frozen=True, slots=True)
class Identified:
    """What a run found: every cluster with its id, and what was held apart among the accounts it looked at.

    Attributes:
        clusters: in the order of their smallest account id.
        held_apart: see `linkage.clusters.Clustering`.
        recomputed: the accounts that the run looked at; None for all.
    """

    clusters: list[NamedCluster]
    held_apart: list[HeldApart]
    recomputed: frozenset[str] | None = None


class Compared(Protocol):
    """Where pairs and facts are kept from run to run."""

    def pairs_of(self, accounts: Collection[str]) -> Iterable[ScoredPair]:
        """Every pair, old and new, of which one account or both are among these."""
        ...

    def facts_of(self, accounts: Collection[str]) -> Mapping[str, AccountFacts]:
        """What is known of those of the accounts that there are."""
        ...


def identify(
    pairs: Collection[ScoredPair],
    facts: Mapping[str, AccountFacts],
    judgements: Iterable[Judgement] = (),
    rules: JoinRules | None = None,
    former: Iterable[NamedCluster] = (),
) -> Identified:
    """The clusters of all accounts, each with its id.

    Args:
        pairs: as for `linkage.clusters.cluster_accounts`.
        facts: likewise.
        judgements: likewise.
        rules: likewise.
        former: the identities of the run before.

    Raises:
        ClusterError: a pair does not fit the accounts.
    """
    found = cluster_accounts(pairs, facts, judgements, rules)
    names = give_ids([one.accounts for one in found.clusters], [one.former for one in former])
    return Identified([NamedCluster(*one) for one in zip(names, found.clusters, strict=True)], found.held_apart)


def update(
    former: Collection[NamedCluster],
    touched: Iterable[str],
    compared: Compared,
    judgements: Iterable[Judgement] = (),
    rules: JoinRules | None = None,
) -> Identified:
    """What `identify` would find among all accounts, made anew only in what the touched ones are connected with.

    Args:
        former: the identities of the run before, which was made by the same rules.
        touched: accounts that came, changed or went, and the accounts of each pair and judgement that did.
        compared: the pairs and facts as they are now.
        judgements: all that are in force now.
        rules: when a pair joins.

    Raises:
        ClusterError: a pair does not fit the accounts.
    """
    rules = rules or JoinRules()
    judgements = list(judgements)
    region, pairs = _region(former, touched, compared, judgements, rules)
    left = [one for one in former if one.cluster.accounts[0] not in region]
    within = [one for one in judgements if one.a in region and one.b in region]
    found = cluster_accounts(pairs, compared.facts_of(region), within, rules)
    names = give_ids([one.accounts for one in found.clusters], [one.former for one in former])
    made = [NamedCluster(*one) for one in zip(names, found.clusters, strict=True)]
    return Identified(
        clusters=sorted([*left, *made], key=lambda one: one.cluster.accounts),
        held_apart=found.held_apart,
        recomputed=region,
    )


def _region(
    former: Iterable[NamedCluster],
    touched: Iterable[str],
    compared: Compared,
    judgements: Iterable[Judgement],
    rules: JoinRules,
) -> tuple[frozenset[str], list[ScoredPair]]:
    """All that the touched accounts are connected with, now or in the run before, and the pairs within."""
    beside: dict[str, set[str]] = defaultdict(set)
    for one in judgements:
        if one.judgement == "same":
            beside[one.a].add(one.b)
            beside[one.b].add(one.a)
    cluster_of = {account: one.cluster for one in former for account in one.cluster.accounts}
    region: set[str] = set()
    pairs: set[ScoredPair] = set()
    frontier = set(touched)
    while frontier:
        region |= frontier
        found = set(compared.pairs_of(frontier))
        pairs |= found
        reached = {account for pair in found if may_join(pair, rules) for account in (pair.a, pair.b)}
        for account in frontier:
            reached |= beside[account]
            if account in cluster_of:
                reached.update(cluster_of[account].accounts)
        frontier = reached - region
    return frozenset(region), [pair for pair in pairs if pair.a in region and pair.b in region]
