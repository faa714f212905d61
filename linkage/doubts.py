"""Pairs that weigh enough to be joined and are doubted all the same: copied texts, and two accounts on one market."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from linkage.account import Account
from linkage.agglomeration import HeldApart, JoinRules, Objection, ScoredPair
from linkage.calibration import Calibration
from linkage.copies import is_copy
from linkage.identity import Evidence, Link
from linkage.key_clash import AccountFacts, one_after_the_other
from linkage.named_clusters import Identified

COPY_BITS = 30.0
"""What a copy weighs against one seller, in bits: as much as a key speaks for him, and more."""

ON_ONE_MARKET = 0.02
"""Of the pairs of accounts that a seller has, so many are on one market at one time. A judgement: markets forbid it."""

_WORDS: Mapping[Objection, str] = {
    "copied texts": "mostly the same to the letter, and the keys do not bear it out: whoever copies all but the key",
    "one market": "a seller seldom has two accounts on one market at one time",
}


@dataclass(frozen=True, slots=True)
class Doubts:
    """What is doubted, of the pairs of a run.

    Attributes:
        why: the doubtful pairs, as they were scored, with the reason.
        rules: when pairs join.
        market_bits: what it weighs against one seller that two accounts are on one market.
    """

    why: Mapping[ScoredPair, Objection]
    rules: JoinRules
    market_bits: float

    @classmethod
    def of(
        cls,
        pairs: Iterable[ScoredPair],
        accounts: Mapping[str, Account],
        facts: Mapping[str, AccountFacts],
        rules: JoinRules,
    ) -> Self:
        """The doubts about scored pairs.

        Args:
            pairs: as they were scored.
            accounts: all that were compared, by id.
            facts: what is known of each.
            rules: when pairs join.
        """
        why: dict[ScoredPair, Objection] = {}
        for pair in pairs:
            if pair.proof or pair.match_weight < rules.neutral_weight:
                continue
            one, other = facts[pair.a], facts[pair.b]
            keys = one.own_keys, other.own_keys
            if is_copy(accounts[pair.a], accounts[pair.b], keys, hard=pair.hard):
                why[pair] = "copied texts"
            elif not pair.hard and one.market == other.market and not one_after_the_other(one, other):
                why[pair] = "one market"
        return cls(why, rules, market_bits(one.market for one in facts.values()))

    def weighed(self, pair: ScoredPair) -> ScoredPair:
        """A pair with the weight by which it may join.

        What a copy has in common speaks against it being the seller's as much as it spoke for it. That two accounts are
        on one market weighs what it weighs, but makes no contradiction.
        """
        why = self.why.get(pair)
        if why == "copied texts":
            return pair._replace(match_weight=self.rules.neutral_weight - COPY_BITS)
        if why == "one market":
            lowest = min(pair.match_weight, self.rules.neutral_weight)
            return pair._replace(match_weight=max(lowest, pair.match_weight - self.market_bits))
        return pair

    def cast_on(self, link: Link, pair: ScoredPair, calibration: Calibration) -> Link:
        """A link with the doubt about its pair, if there is one, as the last piece of evidence."""
        weight = self.weighed(pair).match_weight
        if weight == pair.match_weight:
            return link
        why = self.why[pair]
        doubt = Evidence(kind="doubt", value=why, weight=round(weight - pair.match_weight, 2), words=_WORDS[why])
        return link.model_copy(
            update={
                "match_weight": round(weight, 2),
                "probability": calibration.probability(weight),
                "evidence": (*link.evidence, doubt),
            }
        )

    def held_apart(self, found: Identified) -> list[HeldApart]:
        """The doubtful pairs that would have been joined, and were not."""
        cluster_of = {one: place for place, named in enumerate(found.clusters) for one in named.cluster.accounts}
        return [
            HeldApart(pair, why)
            for pair, why in self.why.items()
            if pair.match_weight >= self.rules.join_weight > self.weighed(pair).match_weight
            and (pair.a not in cluster_of or cluster_of[pair.a] != cluster_of.get(pair.b))
        ]


def market_bits(markets: Iterable[str]) -> float:
    """What it weighs against one seller that two accounts are on one market, in bits.

    The more markets there are, the less often two accounts of different sellers are on one, and the more it says. Among
    accounts of one market only it says nothing.

    Args:
        markets: of each account.
    """
    sizes = Counter(markets)
    if len(sizes) < 2:
        return 0.0
    by_chance = sum(size * size for size in sizes.values()) / sizes.total() ** 2
    return max(0.0, math.log2(by_chance / ON_ONE_MARKET))
