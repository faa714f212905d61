"""How high the right account stands in ranked candidates: recall at k and mean reciprocal rank.

Candidates with equal scores have no order among them. What is measured is the mean over all their orders, so that
nobody gains by an order that comes from the input.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from math import comb

__all__ = ["RankScore", "Standing", "score_ranking", "scored_by_place", "standing"]

Scored = Sequence[tuple[str, float]]
"""Candidates with their scores, in any order."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the right candidates of one query stand.

    Attributes:
        above: how many wrong candidates have a higher score than the best right one.
        tied: how many candidates have its score, with it.
        right: how many of these are right; 0 when no right one was found.
    """

    above: int
    tied: int
    right: int

    def recall(self, top: int) -> float:
        """The probability that a right candidate is among so many first ones."""
        room = min(max(top - self.above, 0), self.tied)
        if not self.right or not room:
            return 0.0
        return 1 - comb(self.tied - self.right, room) / comb(self.tied, room)

    @property
    def reciprocal(self) -> float:
        """The mean of one divided by the place of the first right candidate; 0 when none was found."""
        if not self.right:
            return 0.0
        ways = comb(self.tied, self.right)
        return sum(
            comb(self.tied - place, self.right - 1) / ways / (self.above + place)
            for place in range(1, self.tied - self.right + 2)
        )

    @property
    def rank(self) -> float | None:
        """The mean place of the first right candidate, from 1 on; None when none was found."""
        return self.above + (self.tied + 1) / (self.right + 1) if self.right else None


@dataclass(frozen=True, slots=True)
class RankScore:
    """Means over queries: recall at 1 and at 10, mean reciprocal rank."""

    queries: int
    recall_at_1: float
    recall_at_10: float
    reciprocal: float

    def __str__(self) -> str:
        return (
            f"{self.queries} queries: R@1 {self.recall_at_1:.3f}, R@10 {self.recall_at_10:.3f}, "
            f"MRR {self.reciprocal:.3f}"
        )


def standing(candidates: Scored, right: AbstractSet[str]) -> Standing:
    """Where the right candidates stand among the scored ones."""
    best = max((score for name, score in candidates if name in right), default=None)
    if best is None:
        return Standing(0, 0, 0)
    tied = [name for name, score in candidates if score == best]
    return Standing(sum(score > best for _, score in candidates), len(tied), sum(name in right for name in tied))


def score_ranking(found: Mapping[str, Scored], right: Mapping[str, AbstractSet[str]]) -> RankScore:
    """The queries of ``right``; one that was not answered, or without the right candidate, counts as missed."""
    standings = [standing(found.get(query, ()), names) for query, names in right.items()]
    count = len(standings)
    if not count:
        return RankScore(0, 0.0, 0.0, 0.0)
    return RankScore(
        count,
        sum(one.recall(1) for one in standings) / count,
        sum(one.recall(10) for one in standings) / count,
        sum(one.reciprocal for one in standings) / count,
    )


def scored_by_place(ranked: Sequence[str]) -> Scored:
    """Candidates that came as a list, best first, without scores: no two are equal."""
    return [(name, -float(place)) for place, name in enumerate(ranked)]
