"""What each kind of evidence is worth: linkage without it, and with it alone.

Pairs are scored once, and the weight of a kind is taken off, or kept alone beside the prior. Candidate pairs stay those
of all kinds, and keys that forbid a link go on to do so (`linkage.key_clash`), also where the weight of keys is taken
off: what is measured is the weight of a kind, not the finding of pairs nor the rules.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from evaluation.linkage_compared import Compared, IdentityScore
from linkage.linking import prior_weight
from linkage.scoring import NO_DATA

__all__ = ["ablation", "alone", "without"]


def ablation(compared: Compared) -> Iterator[tuple[str, IdentityScore, IdentityScore]]:
    """For each kind of evidence the scores without it, and with it alone."""
    for kind in kinds(compared):
        yield (
            kind,
            compared.score(compared.joined(without(compared, kind))),
            compared.score(compared.joined(alone(compared, kind))),
        )


def kinds(compared: Compared) -> list[str]:
    """The kinds of evidence."""
    return [comparison.kind for comparison in compared.model.comparisons]


def without(compared: Compared, *left_out: str) -> pa.Table:
    """The pairs as if there were no data of some kinds."""
    pairs = compared.pairs
    weights = pairs.column("match_weight").to_numpy() - sum(
        pairs.column(f"{kind}_weight").to_numpy() for kind in left_out
    )
    pairs = _with(pairs, "match_weight", pa.array(weights, pa.float64()))
    for kind in left_out:
        pairs = _with(pairs, f"{kind}_level", pa.array(np.full(pairs.num_rows, NO_DATA)))
    return pairs


def alone(compared: Compared, kind: str) -> pa.Table:
    """The pairs as if there were data of one kind only."""
    pairs = without(compared, *(one for one in kinds(compared) if one != kind))
    weights = prior_weight(compared.model) + pairs.column(f"{kind}_weight").to_numpy()
    return _with(pairs, "match_weight", pa.array(weights, pa.float64()))


def _with(pairs: pa.Table, name: str, values: pa.Array) -> pa.Table:
    return pairs.set_column(pairs.schema.get_field_index(name), name, values)
