"""Clusters with their ids: identities before their links are explained."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from linkage.account import Account
from linkage.agglomeration import Cluster, HeldApart, JoinRules, ScoredPair
from linkage.clusters import cluster_accounts
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
    """What a run found: every cluster with its id, and what was held apart.

    Attributes:
        clusters: in the order of their smallest account id.
        held_apart: see `linkage.clusters.Clustering`.
    """

    clusters: list[NamedCluster]
    held_apart: list[HeldApart]


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
