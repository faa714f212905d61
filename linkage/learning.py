"""Weights learnt from the accounts at hand: from pairs that share hard evidence, and from judgements of analysts."""

from collections.abc import Collection

import pyarrow as pa

from linkage.backend import Backend
from linkage.estimation import ANCHORS, estimate
from linkage.judgements import Judgement
from linkage.linking import Corpus, at_size
from linkage.model import LEAST_APART, ComparisonWeights, LevelWeight, LinkageModel, scaled

HARD_KINDS = ("pgp_key", "crypto_address", "contact", "claim")
"""What is not learnt: it is what the rest is learnt from."""

STANDS_FOR = 200
"""The weights before count as much as so many pairs: a few pairs move them a little, thousands replace them."""

_SEED = 7


def learnt(
    corpus: Corpus, backend: Backend, model: LinkageModel, judgements: Collection[Judgement] = ()
) -> tuple[LinkageModel, int]:
    """The model with the weights of resemblance as these accounts show them, and how many pairs it was learnt from.

    Args:
        corpus: the accounts.
        backend: where to compute.
        model: the weights before.
        judgements: those in force; ``same`` between two of the accounts is learnt from.

    Raises:
        TrainingError: no accounts share a key, an address or a claim, and none are judged the same.
    """
    same = sorted(one.pair for one in judgements if one.judgement == "same" and set(one.pair) <= corpus.accounts.keys())
    known = pa.table(
        {"a": pa.array([a for a, _ in same], pa.string()), "b": pa.array([b for _, b in same], pa.string())}
    )
    sized = at_size(model, len(corpus.accounts))
    found = estimate(
        backend,
        corpus.features,
        prior=sized.prior,
        seed=_SEED,
        labelled=known if same else None,
        anchors=ANCHORS,
        keep=model,
        kept=HARD_KINDS,
        measure=corpus.likeness.bands,
        made=f"{model.made}; learnt from the workspace's accounts",
    )
    pairs = found.labelled + sum(anchor.pairs for anchor in found.anchored.values() if not anchor.unused)
    weights = []
    for before, after in zip(model.comparisons, found.model.comparisons, strict=True):
        share = model.shares.get(before.kind, 1.0)
        weights.append(before if before.kind in HARD_KINDS else _between(before, scaled(after, share), pairs))
    return model.model_copy(update={"comparisons": tuple(weights), "made": found.model.made}), pairs


def _between(before: ComparisonWeights, after: ComparisonWeights, pairs: int) -> ComparisonWeights:
    """Weights between two, by how many pairs stand for each."""
    part = pairs / (pairs + STANDS_FOR)
    levels = []
    for place, (old, new) in enumerate(zip(before.levels, after.levels, strict=True)):
        bits = (1 - part) * old.weight + part * new.weight + 10 * LEAST_APART * place
        levels.append(LevelWeight.weighing(old.label, (1 - part) * old.u + part * new.u, bits))
    return ComparisonWeights(kind=before.kind, levels=tuple(levels))
