"""Joining the accounts of one connected component, the strongest pair first, and never against a contradiction.

Constrained agglomerative clustering (Davidson and Ravi, "Agglomerative Hierarchical Clustering with Constraints", PKDD
2005). The smaller cluster is always poured into the larger one, so that n pairs take O(n log n) steps.
"""

import math
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, NamedTuple

from linkage.judgements import Judgement, JudgementConflict
from linkage.key_clash import AccountFacts, KeyStances


class ScoredPair(NamedTuple):
    """Two accounts that were compared.

    Attributes:
        a: an account's id, before ``b`` in the order of ids.
        b: the other's.
        match_weight: prior and evidence together, in bits.
        probability: that one seller runs both, from 0 to 1.
        hard: whether they share something that only the seller can give, or that nobody gains by copying: a key, a
            crypto address, a contact, or an account on the other market that is claimed there too.
        proof: whether it is something that does not come along when texts are copied: a key that both state as their
            own, or a claim that is made on both sides or vouched for.
    """

    a: str
    b: str
    match_weight: float
    probability: float
    hard: bool = False
    proof: bool = False


@dataclass(frozen=True, slots=True)
class JoinRules:
    """When a pair joins two clusters. All weights are match weights, in bits.

    Attributes:
        join_weight: a pair below it joins nothing.
        clash_weight: where accounts of the two clusters show different keys (`linkage.key_clash`), the pair must share
            hard evidence and weigh at least this. Ten bits are odds of a thousand to one.
        neutral_weight: the weight of a pair when nothing speaks for or against it: the model's prior. What a pair
            weighs less than this speaks against one seller, by so many bits. Where pairs between the two clusters do,
            the worst of them is taken off the joining pair's weight, which must still reach ``join_weight``: a and c
            that contradict each other are not joined because b resembles both.
        most_accounts: without hard evidence, a pair makes no cluster of more accounts than this. A long chain of
            accounts that resemble each other is a text that many copied. (A judgement, not a measurement: sellers with
            accounts on more than a dozen markets are hardly known.)
    """

    join_weight: float = 0.0
    clash_weight: float = 10.0
    neutral_weight: float = -13.3
    most_accounts: int = 30


Objection = Literal[
    "judged different", "different keys", "evidence against", "too many accounts", "copied texts", "one market"
]


class HeldApart(NamedTuple):
    """Two accounts whose pair weighs enough to join them, but which stay in different clusters, and why."""

    pair: ScoredPair
    why: Objection


@dataclass(frozen=True, slots=True)
class Cluster:
    """Accounts held to be one seller's: their ids in order, the judgements applied within, and conflicts about them."""

    accounts: tuple[str, ...]
    judgements: tuple[Judgement, ...] = ()
    conflicts: tuple[JudgementConflict, ...] = ()


@dataclass(slots=True)
class Component:
    """What bears on accounts that are connected by pairs that may join them, or by judgements that they are the same.

    Attributes:
        joining: pairs of at least the joining weight, none of them judged.
        against: how many bits speak against two accounts, a negative number.
        judged: judgements of which both accounts are in the component.
    """

    joining: list[ScoredPair] = field(default_factory=list)
    against: list[tuple[str, str, float]] = field(default_factory=list)
    judged: list[Judgement] = field(default_factory=list)


def join_component(
    component: Component, facts: Mapping[str, AccountFacts], rules: JoinRules
) -> tuple[list[Cluster], list[HeldApart]]:
    """The clusters of two accounts or more in a component, and the pairs that were refused.

    Accounts without facts are known by judgements only (they were removed since): they pass on ``same`` from one
    account to another, and are in no cluster themselves.
    """
    same = sorted((one for one in component.judged if one.judgement == "same"), key=lambda one: -one.number)
    different = [one for one in component.judged if one.judgement == "different"]
    groups = _Groups(facts)
    for one in different:
        groups.speak_against(one.a, one.b, -math.inf)
    conflicts = _apply_same(groups, same, different)
    for a, b, bits in component.against:
        groups.speak_against(a, b, bits)
    refused = []
    for pair in sorted(component.joining, key=_strongest_first):
        why = groups.objection(pair, rules)
        if why is None:
            groups.join(pair.a, pair.b)
        else:
            refused.append(HeldApart(pair, why))
    return groups.clusters(component.judged, conflicts), [one for one in refused if groups.are_apart(one.pair)]


def _strongest_first(pair: ScoredPair) -> tuple[bool, float, str, str]:
    """Hard evidence before any resemblance: which key a seller keeps must be known before a copy of him is judged."""
    return not pair.hard, -pair.match_weight, pair.a, pair.b


def _apply_same(
    groups: "_Groups", same: Iterable[Judgement], different: Sequence[Judgement]
) -> list[JudgementConflict]:
    """Join what is judged same, the newest judgement first, and report those that cannot be applied."""
    applied: list[Judgement] = []
    conflicts = []
    for one in same:
        if groups.bits_against(one.a, one.b) == -math.inf:
            conflicts.append(_conflict(groups, one, applied, different))
        else:
            groups.join(one.a, one.b)
            applied.append(one)
    return conflicts


def _conflict(
    groups: "_Groups", left_out: Judgement, applied: Iterable[Judgement], different: Iterable[Judgement]
) -> JudgementConflict:
    broken = {groups.of(left_out.a), groups.of(left_out.b)}
    against = max(
        (one for one in different if {groups.of(one.a), groups.of(one.b)} == broken), key=lambda one: one.number
    )
    neighbours: dict[str, dict[str, int]] = defaultdict(dict)
    for one in (*applied, left_out):
        neighbours[one.a][one.b] = neighbours[one.b][one.a] = one.number
    chain = _shortest_way(against.a, against.b, neighbours)
    numbers = {neighbours[a][b] for a, b in pairwise(chain)}
    return JudgementConflict(
        different=against.number,
        left_out=left_out.number,
        same=tuple(sorted(numbers - {left_out.number})),
        accounts=tuple(chain),
    )


def _shortest_way(start: str, end: str, neighbours: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Accounts from one to another along judgements (breadth first, in the order of ids)."""
    came_from = {start: start}
    waiting = deque([start])
    while end not in came_from:
        here = waiting.popleft()
        for there in sorted(neighbours[here]):
            if there not in came_from:
                came_from[there] = here
                waiting.append(there)
    way = [end]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]


class _Groups:
    """The clusters while they grow: who is in which, what speaks against joining two, and the keys each shows."""

    def __init__(self, facts: Mapping[str, AccountFacts]) -> None:
        self._facts = facts
        self._group: dict[str, str] = {}
        self._members: dict[str, list[str]] = {}
        self._stances: dict[str, KeyStances] = {}
        self._against: dict[str, dict[str, float]] = {}

    def of(self, account: str) -> str:
        """The cluster of an account, by the id of one of its accounts; at first, each is its own."""
        if account not in self._group:
            known = self._facts.get(account)
            self._group[account] = account
            self._members[account] = [account]
            self._stances[account] = KeyStances([] if known is None else [known])
            self._against[account] = {}
        return self._group[account]

    def bits_against(self, a: str, b: str) -> float:
        """The worst that speaks against one seller, between any accounts of the two clusters; 0 when nothing does."""
        return self._against[self.of(a)].get(self.of(b), 0.0)

    def speak_against(self, a: str, b: str, bits: float) -> None:
        """Remember that so many bits, a negative number, speak against one seller of two accounts."""
        one, other = self.of(a), self.of(b)
        if one != other:
            worst = min(bits, self._against[one].get(other, 0.0))
            self._against[one][other] = self._against[other][one] = worst

    def objection(self, pair: ScoredPair, rules: JoinRules) -> Objection | None:
        """Why a pair must not join its accounts' clusters; None when it may, or when they are one already."""
        one, other = self.of(pair.a), self.of(pair.b)
        if one == other:
            return None
        bits = self._against[one].get(other, 0.0)
        if bits == -math.inf:
            return "judged different"
        if pair.match_weight + bits < rules.join_weight:
            return "evidence against"
        if not pair.hard and len(self._members[one]) + len(self._members[other]) > rules.most_accounts:
            return "too many accounts"
        strong = pair.hard and pair.match_weight >= rules.clash_weight
        return "different keys" if not strong and self._stances[one].clash_with(self._stances[other]) else None

    def are_apart(self, pair: ScoredPair) -> bool:
        """Whether the two accounts are in different clusters."""
        return self.of(pair.a) != self.of(pair.b)

    def join(self, a: str, b: str) -> None:
        """Make one cluster of two."""
        kept, poured = self.of(a), self.of(b)
        if kept == poured:
            return
        if self._size(kept) < self._size(poured):
            kept, poured = poured, kept
        moved = self._members.pop(poured)
        for account in moved:
            self._group[account] = kept
        self._members[kept] += moved
        self._stances[kept].absorb(self._stances.pop(poured))
        against = self._against.pop(poured)
        for other, bits in against.items():
            del self._against[other][poured]
            if other != kept:
                worst = min(bits, self._against[kept].get(other, 0.0))
                self._against[kept][other] = self._against[other][kept] = worst

    def clusters(self, judged: Iterable[Judgement], conflicts: Iterable[JudgementConflict]) -> list[Cluster]:
        """The clusters that hold two known accounts or more, with the judgements that were applied within each."""
        within: dict[str, list[Judgement]] = defaultdict(list)
        for one in judged:
            if self.of(one.a) == self.of(one.b):
                within[self.of(one.a)].append(one)
        about: dict[str, list[JudgementConflict]] = defaultdict(list)
        for conflict in conflicts:
            for group in {self.of(account) for account in conflict.accounts}:
                about[group].append(conflict)
        found = []
        for group, members in self._members.items():
            known = tuple(sorted(account for account in members if account in self._facts))
            if len(known) > 1:
                applied = tuple(sorted(within[group], key=lambda one: one.number))
                found.append(Cluster(known, applied, tuple(sorted(about[group], key=lambda one: one.left_out))))
        return sorted(found, key=lambda cluster: cluster.accounts)

    def _size(self, group: str) -> int:
        return len(self._members[group]) + len(self._against[group])
