"""Accounts that were compared, all their candidate pairs kept, and who runs each: what linkage is measured on."""

import json
import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from evaluation.linkage_pairs import (
    BlockingScore,
    ClusterScore,
    PairScore,
    impersonators_merged,
    score_blocking,
    score_clusters,
    score_identities,
    true_pairs,
)
from linkage.account import Account
from linkage.accounts_file import collect
from linkage.backend import Backend
from linkage.linking import PARTNERS, Corpus, at_size, identified
from linkage.model import LinkageModel
from linkage.named_clusters import Identified
from linkage.parallel_reading import read_in_parallel
from nightpost.errors import NightpostError
from replica.sellers.accounts import SellerWorld
from replica.sellers.lines import AccountLine

__all__ = ["Compared", "IdentityScore", "PracticeWorld", "practice_world", "read_lines"]


@dataclass(frozen=True, slots=True)
class PracticeWorld:
    """A practice world, its texts read.

    Attributes:
        accounts: as linkage reads them.
        truth: who runs each.
        impersonators: the accounts of those who pass for others.
    """

    accounts: list[Account]
    truth: dict[str, Hashable]
    impersonators: list[str]


@dataclass(frozen=True, slots=True)
class IdentityScore:
    """What identities are worth.

    Attributes:
        pairs: all pairs within identities.
        clusters: identities as sets.
        merged: impersonators' accounts that share an identity with somebody else's.
        held_apart: pairs heavy enough to join that were held apart, and how many of them are one seller's.
    """

    pairs: PairScore
    clusters: ClusterScore
    merged: int
    held_apart: tuple[int, int]

    def __str__(self) -> str:
        return (
            f"precision {self.pairs.precision:.4f}, recall {self.pairs.recall:.4f} ({self.pairs.right} of"
            f" {self.pairs.given} pairs right, {self.pairs.true} true), B-cubed F1 {self.clusters.f1:.4f},"
            f" {self.merged} impersonators merged, {self.held_apart[0]} pairs held apart ({self.held_apart[1]} of one"
            " seller)"
        )


@dataclass
class Compared:
    """Accounts with all their candidate pairs scored.

    Attributes:
        corpus: the accounts.
        truth: who runs each.
        model: by which they were scored, at their number.
        pairs: every candidate pair (`linkage.scoring.Scored`).
        impersonators: see `PracticeWorld`.
    """

    corpus: Corpus
    truth: Mapping[str, Hashable]
    model: LinkageModel
    pairs: pa.Table
    impersonators: Sequence[str] = ()

    @classmethod
    def of(
        cls,
        accounts: Iterable[Account],
        truth: Mapping[str, Hashable],
        backend: Backend,
        model: LinkageModel,
        impersonators: Sequence[str] = (),
    ) -> "Compared":
        """Compare accounts; every candidate pair is kept, whatever it weighs."""
        corpus = Corpus(accounts)
        scored = corpus.score(backend, model, least_weight=-math.inf)
        return cls(corpus, truth, at_size(model, len(corpus.accounts)), scored.pairs, impersonators)

    @cached_property
    def same(self) -> NDArray[np.bool_]:
        """For each pair whether it is one seller's."""
        sides = (self.pairs.column(side).to_pylist() for side in "ab")
        return np.array([self.truth[a] == self.truth[b] for a, b in zip(*sides, strict=True)], dtype=bool)

    @cached_property
    def found(self) -> Identified:
        """The identities of the model."""
        return self.joined(self.pairs)

    def joined(self, pairs: pa.Table) -> Identified:
        """The identities that pairs make; those that the model would not report are left out, as it does."""
        reported = pairs.filter(pa.array(pairs.column("match_weight").to_numpy() >= self.model.report_from))
        return identified(self.corpus, reported, self.model)

    def score(self, found: Identified | None = None) -> IdentityScore:
        """What identities are worth; those of the model when none are given."""
        found = found or self.found
        identities = identities_by_account(found)
        apart = [self.truth[one.pair.a] == self.truth[one.pair.b] for one in found.held_apart]
        return IdentityScore(
            score_identities(identities, self.truth),
            score_clusters(identities, self.truth),
            len(impersonators_merged(identities, self.truth, self.impersonators)),
            (len(apart), sum(apart)),
        )

    def blocking(self) -> BlockingScore:
        """How many candidate pairs there are, and how many of the true ones are among them."""
        sides = (self.pairs.column(side).to_pylist() for side in "ab")
        return score_blocking(zip(*sides, strict=True), self.truth)

    def probabilities(self, *, at_true_share: bool) -> NDArray[np.float64]:
        """The probability of each pair.

        Args:
            at_true_share: whether the prior is that of these accounts; otherwise it is the model's, which supposes
                that most accounts have no partner (`linkage.linking.PARTNERS`).
        """
        weights = self.pairs.column("match_weight").to_numpy()
        partners = 2 * true_pairs(self.truth) / len(self.truth)
        shift = math.log2(partners / PARTNERS) if at_true_share else 0.0
        return self.model.calibration.probabilities(weights + shift)

    def may_be_linked(self) -> NDArray[np.bool_]:
        """For each pair whether the rules of keys let it be given out as a link."""
        apart = {one.pair[:2] for one in self.found.held_apart}
        sides = (self.pairs.column(side).to_pylist() for side in "ab")
        return np.array([pair not in apart for pair in zip(*sides, strict=True)], dtype=bool)


def identities_by_account(found: Identified) -> dict[str, Hashable]:
    """The identity of each account that is in one."""
    return {account: one.name.identity_id for one in found.clusters for account in one.cluster.accounts}


def practice_world(seed: int, sellers: int, *, hard_evidence: bool = True, jobs: int = 2) -> PracticeWorld:
    """A practice world of sellers, its texts read.

    Args:
        seed: the same gives the same accounts.
        sellers: how many; there are more accounts.
        hard_evidence: whether keys, addresses, contacts and claims are shown.
        jobs: how many processes read.
    """
    world = SellerWorld(seed, sellers, hard_evidence=hard_evidence)
    truth = list(world.truth())
    return PracticeWorld(
        accounts=read_lines(list(world.accounts()), jobs=jobs),
        truth={line["id"]: line["seller"] for line in truth},
        impersonators=[line["id"] for line in truth if line["kind"] == "impersonator"],
    )


def read_lines(lines: Sequence[AccountLine], *, jobs: int = 2) -> list[Account]:
    """Accounts, their texts read out.

    Raises:
        NightpostError: a line is no account.
    """
    read = collect(read_in_parallel((json.dumps(line) for line in lines), jobs=jobs))
    if len(read.accounts) != len(lines):
        raise NightpostError(f"{read.faults[0]}; mend what made the lines")
    return read.accounts
