"""How well accounts are linked: pairs, identities and candidate pairs against the known sellers.

``truth`` maps every account to its seller. True pairs are all pairs of accounts of one seller, also those that are only
linked by way of a third. Accounts that a prediction does not name stand alone.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nightpost.errors import NightpostError

__all__ = [
    "BlockingScore",
    "ClusterScore",
    "PairScore",
    "UnknownAccountError",
    "best_threshold",
    "impersonators_merged",
    "score_blocking",
    "score_clusters",
    "score_identities",
    "score_pairs",
    "true_pairs",
]

Truth = Mapping[str, Hashable]
Identities = Mapping[str, Hashable]


class UnknownAccountError(NightpostError):
    """A prediction names an account that the truth does not have."""


@dataclass(frozen=True, slots=True)
class PairScore:
    """Counts of pairs: ``right`` of the ``given`` ones are of one seller; there are ``true`` such pairs."""

    right: int
    given: int
    true: int

    @property
    def precision(self) -> float:
        """The share of the given pairs that are right; 1 when none is given."""
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """The share of the true pairs that are given; 1 when there is none."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        total = self.given + self.true
        return 2 * self.right / total if total else 1.0


@dataclass(frozen=True, slots=True)
class ClusterScore:
    """Scores of identities as sets.

    Attributes:
        precision, recall: B-cubed: of an average account, the share of its identity that is of its seller, and the
            share of its seller that is in its identity (Bagga and Baldwin, 1998).
        pure: how many of the identities of two accounts or more are of one seller.
        joined: how many identities are of two accounts or more.
    """

    precision: float
    recall: float
    pure: int
    joined: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


@dataclass(frozen=True, slots=True)
class BlockingScore:
    """How many candidate pairs there are of all pairs, and how many of the true pairs are among them."""

    candidates: int
    found: int
    true: int
    accounts: int

    @property
    def completeness(self) -> float:
        """The share of the true pairs that are candidates (pair completeness, the recall of blocking)."""
        return self.found / self.true if self.true else 1.0

    @property
    def reduction(self) -> float:
        """The share of all pairs that need not be compared."""
        return 1 - self.candidates / _pairs_among(self.accounts) if self.accounts > 1 else 0.0

    @property
    def per_account(self) -> float:
        """Candidate pairs by account: what has to stay level as the accounts grow."""
        return self.candidates / self.accounts if self.accounts else 0.0


def true_pairs(truth: Truth) -> int:
    """How many pairs of accounts are of one seller."""
    return sum(_pairs_among(count) for count in Counter(truth.values()).values())


def score_pairs(pairs: Iterable[tuple[str, str]], truth: Truth) -> PairScore:
    """Predicted pairs, in any order and each counted once.

    Raises:
        UnknownAccountError: a pair names an account that the truth does not have, or one account twice.
    """
    given = {_ordered(pair) for pair in pairs}
    right = sum(_same(truth, a, b) for a, b in given)
    return PairScore(right, len(given), true_pairs(truth))


def best_threshold(weights: NDArray[np.floating], same: NDArray[np.bool_], true: int) -> PairScore:
    """The pairs from the weight on that gives the best F1, which is chosen with the truth in hand.

    Args:
        weights: of the pairs; those of equal weight are given together or not at all.
        same: whether each is one seller's.
        true: how many pairs are.
    """
    order = np.argsort(-weights, kind="stable")
    right = np.cumsum(same[order])
    given = np.arange(1, len(order) + 1)
    last = np.append(np.diff(weights[order]) != 0, True)[: len(order)]
    scores = [PairScore(int(hits), int(count), true) for hits, count in zip(right[last], given[last], strict=True)]
    return max(scores, key=lambda score: score.f1, default=PairScore(0, 0, true))


def score_identities(identities: Identities, truth: Truth) -> PairScore:
    """All pairs within identities (account to identity), counted without listing them.

    Raises:
        UnknownAccountError: an identity holds an account that the truth does not have.
    """
    both = Counter((identity, _seller(truth, account)) for account, identity in identities.items())
    right = sum(_pairs_among(count) for count in both.values())
    given = sum(_pairs_among(count) for count in Counter(identities.values()).values())
    return PairScore(right, given, true_pairs(truth))


def score_clusters(identities: Identities, truth: Truth) -> ClusterScore:
    """Identities (account to identity) as sets, over all accounts of the truth.

    Raises:
        UnknownAccountError: an identity holds an account that the truth does not have, or there is no account.
    """
    if not truth:
        raise UnknownAccountError("there is no account in the truth: nothing can be measured; give one that has some")
    for account in identities:
        _seller(truth, account)
    # Who is named in no identity is alone in one of his own.
    placed: dict[str, Hashable] = {account: identities.get(account, ("alone", account)) for account in truth}
    sizes, sellers = Counter(placed.values()), Counter(truth.values())
    both = Counter((placed[account], seller) for account, seller in truth.items())
    precision = sum(count * count / sizes[identity] for (identity, _), count in both.items()) / len(truth)
    recall = sum(count * count / sellers[seller] for (_, seller), count in both.items()) / len(truth)
    members: dict[Hashable, set[Hashable]] = defaultdict(set)
    for identity, seller in both:
        members[identity].add(seller)
    joined = [identity for identity, size in sizes.items() if size > 1]
    return ClusterScore(precision, recall, sum(len(members[identity]) == 1 for identity in joined), len(joined))


def impersonators_merged(identities: Identities, truth: Truth, impersonators: Iterable[str]) -> list[str]:
    """Which impersonators' accounts share an identity with an account of somebody else, sorted.

    Raises:
        UnknownAccountError: an impersonator is not in the truth.
    """
    sellers: dict[Hashable, set[Hashable]] = defaultdict(set)
    for account, identity in identities.items():
        sellers[identity].add(_seller(truth, account))
    return sorted(
        account
        for account in impersonators
        if account in identities and sellers[identities[account]] != {_seller(truth, account)}
    )


def score_blocking(candidates: Iterable[tuple[str, str]], truth: Truth) -> BlockingScore:
    """Candidate pairs, each of which must come once; they are counted as they come, and not kept.

    Raises:
        UnknownAccountError: a pair names an account that the truth does not have.
    """
    count = found = 0
    for a, b in candidates:
        count += 1
        found += _same(truth, a, b)
    return BlockingScore(count, found, true_pairs(truth), len(truth))


def _same(truth: Truth, a: str, b: str) -> bool:
    return _seller(truth, a) == _seller(truth, b)


def _seller(truth: Truth, account: str) -> Hashable:
    try:
        return truth[account]
    except KeyError as error:
        said = f"account {account!r} is not in the truth; measure with the truth of these accounts"
        raise UnknownAccountError(said) from error


def _ordered(pair: tuple[str, str]) -> tuple[str, str]:
    a, b = pair
    if a == b:
        raise UnknownAccountError(f"the pair of {a!r} with itself links nothing; leave it out")
    return (a, b) if a < b else (b, a)


def _pairs_among(count: int) -> int:
    return count * (count - 1) // 2
