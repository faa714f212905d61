"""What each kind of evidence is worth: linkage without it, and with it alone.

Pairs are scored once, and the weights of a kind are taken off, or kept alone. Candidate pairs stay those of all kinds,
and keys that forbid a link go on to do so (`linkage.key_clash`), also where the weight of keys is taken off: what is
measured is the weight of a kind, not the finding of pairs nor the rules.

A kind that proves little joins nobody alone, at the threshold of the model. So what it can do alone is told at the
threshold of the best F1, which is chosen with the truth in hand, and by pairs: nothing is joined by way of others.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from evaluation.linkage_compared import Compared, IdentityScore
from evaluation.linkage_pairs import PairScore, best_threshold, true_pairs
from linkage.scoring import NO_DATA

__all__ = ["Ablated", "ablation", "alone", "without"]

GROUPS = {
    "all hard kinds": ("pgp_key", "crypto_address", "contact", "claim"),
    "all of texts": ("passage", "title_form", "wording", "style"),
    "all of goods": ("goods", "offers", "prices"),
}
"""Kinds that say much the same: without one of them the others still say it."""


@dataclass(frozen=True, slots=True)
class Ablated:
    """The scores without a kind of evidence, or a group of kinds, and with it alone."""

    name: str
    without: IdentityScore
    alone: PairScore


def ablation(compared: Compared) -> Iterator[Ablated]:
    """For each kind of evidence, and for groups of kinds, what is lost without it and what it can do alone."""
    single = {comparison.kind: (comparison.kind,) for comparison in compared.model.comparisons}
    for name, kinds in (single | GROUPS).items():
        yield Ablated(name, compared.score(compared.joined(without(compared, *kinds))), alone(compared, *kinds))


def without(compared: Compared, *kinds: str) -> pa.Table:
    """The pairs as if there were no data of some kinds."""
    pairs = compared.pairs
    weights = pairs.column("match_weight").to_numpy() - _weights(compared, *kinds)
    pairs = _with(pairs, "match_weight", pa.array(weights, pa.float64()))
    for kind in kinds:
        pairs = _with(pairs, f"{kind}_level", pa.array(np.full(pairs.num_rows, NO_DATA)))
    return pairs


def alone(compared: Compared, *kinds: str) -> PairScore:
    """The pairs that some kinds alone give, at the threshold of the best F1."""
    return best_threshold(_weights(compared, *kinds), compared.same, true_pairs(compared.truth))


def _weights(compared: Compared, *kinds: str) -> NDArray[np.float64]:
    return np.asarray(sum(compared.pairs.column(f"{kind}_weight").to_numpy() for kind in kinds), np.float64)


def _with(pairs: pa.Table, name: str, values: pa.Array) -> pa.Table:
    return pairs.set_column(pairs.schema.get_field_index(name), name, values)
