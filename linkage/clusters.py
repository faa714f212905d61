"""Which accounts are one seller's, from scored pairs and judgements: clusters that hold no contradiction.

Pure: the same pairs, facts and judgements in any order give the same clusters.

Invariants:
- Accounts that are judged different are never in one cluster, by whatever way.
- Accounts that are judged same are in one cluster, unless that would bring together what is judged different: then the
  oldest ``same`` on the way is left out, and a `JudgementConflict` says so. ``different`` wins over ``same``, and the
  newer ``same`` over the older.
- A pair that is judged has no weight of its own; one judged ``unsure`` is as if it had never been compared.
- No pair joins clusters against what speaks against it; see `JoinRules`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from linkage.agglomeration import Cluster, Component, HeldApart, JoinRules, ScoredPair, join_component
from linkage.judgements import Judgement, JudgementConflict
from linkage.key_clash import AccountFacts
from nightpost.errors import NightpostError


class ClusterError(NightpostError):
    """The pairs do not fit the accounts."""


@dataclass(frozen=True, slots=True)
class Clustering:
    """What was found.

    Attributes:
        clusters: those of two accounts or more, in the order of their smallest account id.
        held_apart: pairs that weigh enough to join, but whose accounts stay apart, in the order of ids. Different keys
            under one handle and one text are what an impersonator looks like.
        conflicts: judgements that cannot all be true, in the order of the judgement left out.
    """

    clusters: list[Cluster]
    held_apart: list[HeldApart]
    conflicts: list[JudgementConflict]


def cluster_accounts(
    pairs: Collection[ScoredPair],
    facts: Mapping[str, AccountFacts],
    judgements: Iterable[Judgement] = (),
    rules: JoinRules | None = None,
) -> Clustering:
    """Join accounts into clusters.

    Args:
        pairs: the pairs that were compared, each once, in any order.
        facts: what is known of each account, by id.
        judgements: those in force (`linkage.judgements.judgements_in_force`). They may name accounts that are not in
            ``facts`` any more.
        rules: when a pair joins.

    Raises:
        ClusterError: a pair names an account without facts, or does not have its accounts in order.
    """
    rules = rules or JoinRules()
    verdicts = {judgement.pair: judgement for judgement in judgements}
    _check(pairs, facts)
    components = _components(pairs, verdicts, rules)
    clusters, held_apart = [], []
    for component in components:
        joined, refused = join_component(component, facts, rules)
        clusters += joined
        held_apart += refused
    conflicts = {conflict.left_out: conflict for cluster in clusters for conflict in cluster.conflicts}
    return Clustering(
        clusters=sorted(clusters, key=lambda cluster: cluster.accounts),
        held_apart=sorted(held_apart),
        conflicts=[conflicts[number] for number in sorted(conflicts)],
    )


def _components(
    pairs: Collection[ScoredPair], verdicts: Mapping[tuple[str, str], Judgement], rules: JoinRules
) -> list[Component]:
    """What is connected by pairs that may join, or by ``same``: no cluster reaches beyond it."""
    joining = [pair for pair in pairs if pair.match_weight >= rules.join_weight and (pair.a, pair.b) not in verdicts]
    same = [one.pair for one in verdicts.values() if one.judgement == "same"]
    component_of = _connected([*((pair.a, pair.b) for pair in joining), *same])
    components: dict[int, Component] = defaultdict(Component)
    for pair in joining:
        components[component_of[pair.a]].joining.append(pair)
    for pair in pairs:
        bits = pair.match_weight - rules.neutral_weight
        if bits < 0 and pair.a in component_of and (pair.a, pair.b) not in verdicts:
            component = component_of[pair.a]
            if component_of.get(pair.b) == component:
                components[component].against.append((pair.a, pair.b, bits))
    for judgement in verdicts.values():
        component = component_of.get(judgement.a, -1)
        if component >= 0 and component_of.get(judgement.b) == component:
            components[component].judged.append(judgement)
    return list(components.values())


def _connected(edges: list[tuple[str, str]]) -> dict[str, int]:
    """The number of the component that each account of the edges is in."""
    accounts = list({account for edge in edges for account in edge})
    place = {account: number for number, account in enumerate(accounts)}
    rows = np.fromiter((place[a] for a, _ in edges), np.int32, len(edges))
    columns = np.fromiter((place[b] for _, b in edges), np.int32, len(edges))
    graph = coo_array((np.ones(len(edges), np.int8), (rows, columns)), shape=(len(accounts), len(accounts)))
    if not accounts:
        return {}
    _, labels = connected_components(graph, directed=False)
    return dict(zip(accounts, labels.tolist(), strict=True))


def _check(pairs: Iterable[ScoredPair], facts: Mapping[str, AccountFacts]) -> None:
    for pair in pairs:
        if pair.a >= pair.b:
            raise ClusterError(f"the pair {pair.a!r}, {pair.b!r} does not have its accounts in order; give a before b")
        if pair.a not in facts or pair.b not in facts:
            missing = pair.b if pair.a in facts else pair.a
            raise ClusterError(f"the pair {pair.a!r}, {pair.b!r} names {missing!r}, of which nothing is known")
