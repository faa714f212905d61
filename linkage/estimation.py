"""Training the model: u from pairs taken at random, m from pairs of one seller, known or judged so by an anchor.

An anchor is hard evidence (an own key, an address, a claim): accounts that share it are nearly always one seller's, and
it says little of whether they also share, say, their wording. Expectation maximisation over the pairs of an anchor
estimates m for every other kind of evidence (Winkler, "Using the EM Algorithm for Weight Computation in the
Fellegi-Sunter Model of Record Linkage", 1988). What is measured is smoothed before it is used: no level is impossible,
and a stronger level of an ordered comparison never weighs less than a weaker one.
"""

import logging
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.isotonic import IsotonicRegression
from splink import Linker
from splink.internals.exceptions import EMTrainingException

from linkage.backend import Backend
from linkage.comparisons import Comparison, comparisons
from linkage.dialects import DUCKDB
from linkage.feature_table import FeatureTableError, check_features
from linkage.likeness import MEASURED, NO_DATA
from linkage.measured_pairs import Measure, nothing_measured
from linkage.model import LEAST_APART, ComparisonWeights, Known, LevelWeight, LinkageModel, splink_settings
from linkage.scoring import PreparedAccounts, compared, prepared
from nightpost.errors import NightpostError

LEAST_M = 1e-2
"""The least m of a level: a seller may always surprise, so that no level weighs less than about -6.6 bits."""

ANCHOR_CAP = 20
"""A key, address or name that more accounts show anchors nobody."""

ANCHORED_SHARE = 0.9
"""Of the pairs of an anchor so many are taken for one seller's before expectation maximisation says how many are."""

MEASURED_AT_RANDOM = 300_000
"""From so many pairs taken at random u of the measures of wording is estimated; among few accounts, from all pairs."""

LEAST_ANCHORED = 20
"""An anchor with fewer pairs than these is not trained from: its shares would be chance."""


class TrainingError(NightpostError):
    """The weights cannot be trained from what was given."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Evidence hard enough that accounts which share it are taken for one seller's while training.

    Attributes:
        kind: the comparison of the same evidence, which is not trained from it.
        lists: columns of lists whose values are shared.
        scalars: columns whose value is shared too.
    """

    kind: str
    lists: tuple[str, ...]
    scalars: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        """The column of the accounts that holds the group of accounts which share it."""
        return f"anchor_{self.kind}"


ANCHORS = (
    Anchor("pgp_key", ("own_keys",)),
    Anchor("crypto_address", ("addresses",)),
    Anchor("claim", ("claims",), ("name",)),
)


@dataclass(frozen=True, slots=True)
class Anchored:
    """How many pairs of accounts an anchor gave, and why they were not used, if so."""

    pairs: int
    unused: str | None


@dataclass(frozen=True, slots=True)
class Estimated:
    """A trained model.

    Attributes:
        model: its weights.
        pairs_at_random: how many pairs u was estimated from.
        anchored: what each anchor gave.
        labelled: how many known pairs m was estimated from.
        unmeasured: labels of levels for which no pair was seen on one of the two sides: their weight is a bound.
    """

    model: LinkageModel
    pairs_at_random: int
    anchored: Mapping[str, Anchored]
    labelled: int
    unmeasured: tuple[str, ...]


def estimate(
    backend: Backend,
    features: pa.Table,
    *,
    prior: float,
    seed: int,
    labelled: pa.Table | None = None,
    anchors: tuple[Anchor, ...] | None = None,
    keep: LinkageModel | None = None,
    kept: Collection[str] = (),
    measure: Measure = nothing_measured,
    pairs_at_random: int = 5_000_000,
    made: str = "",
) -> Estimated:
    """Train a model; the same features, pairs and seed give the same model on one backend.

    Args:
        backend: where to compute.
        features: one row for each account.
        prior: the probability that two accounts taken at random are one seller's.
        seed: of the random sample.
        labelled: pairs of accounts known to be one seller's, columns ``a`` and ``b``.
        anchors: what to train by expectation maximisation from; None: all of `ANCHORS` without ``labelled``, else none.
        keep: a model whose weights of the comparisons ``kept`` are taken over, and whose other settings are too.
        kept: kinds of comparison that are not trained.
        measure: takes the measures of pairs; absent: wording is not trained.
        pairs_at_random: from about how many pairs u is estimated.
        made: what the model shall say of how it was made.

    Raises:
        FeatureTableError: the features or the pairs are not what they must be.
        TrainingError: ``kept`` is given without ``keep``, or there are no pairs to train m from.
        BackendError: the database failed.
    """
    if kept and keep is None:
        raise TrainingError("comparisons shall be kept, and no model was given to keep them from; give one")
    chosen = (ANCHORS if labelled is None else ()) if anchors is None else anchors
    checked = check_features(features)
    groups = {anchor: _groups(checked, anchor.lists, anchor.scalars) for anchor in ANCHORS}
    extra = pa.table({anchor.column: _without_loners(group) for anchor, group in groups.items()})
    sellers = _one_of_each(checked, [*groups.values()], labelled)
    extra = extra.append_column("stands_for_seller", pa.array(sellers))
    known = _kept_weights(keep, kept)
    with prepared(backend, checked, extra=extra) as accounts:
        trained_from = _training_pairs(accounts, [groups[anchor] for anchor in chosen], labelled)
        with compared(backend, accounts, trained_from, measure) as ready:
            random, seen_u = _estimate_u(backend, ready, pairs_at_random, seed)
            seen_u |= _measured_u(np.flatnonzero(sellers), measure, seed)
            known_u = {label: (None, u) for label, u in seen_u.items() if u is not None} | known
            anchored, labels, seen_m = _estimate_m(backend, ready, chosen, labelled, known_u)
    weights = []
    unmeasured = []
    for comparison in comparisons(backend.dialect):
        if keep is not None and comparison.kind in kept:
            weights.append(keep.weights_of(comparison.kind))
            continue
        names = comparison.labels
        unmeasured += [name for name in names if seen_m.get(name) is None or seen_u.get(name) is None]
        weights.append(_smoothed(comparison, seen_m, seen_u, 0.5 / max(random, 1)))
    found = {"prior": prior, "comparisons": tuple(weights), "made": made}
    model = LinkageModel(**found) if keep is None else LinkageModel.model_validate({**dict(keep), **found})
    return Estimated(model, random, anchored, labels, tuple(unmeasured))


def _kept_weights(keep: LinkageModel | None, kept: Collection[str]) -> dict[str, tuple[float | None, float | None]]:
    if keep is None:
        return {}
    return {level.label: (level.m, level.u) for kind in kept for level in keep.weights_of(kind).levels}


def _training_pairs(accounts: PreparedAccounts, groups: list[np.ndarray], labelled: pa.Table | None) -> pa.Table:
    """The pairs that m is trained from, by number: those within each group of an anchor, and the known ones."""
    number_of_row = np.argsort(accounts.rows)
    pairs = [np.zeros((0, 2), np.int64)]
    for group in groups:
        order = np.argsort(group, kind="stable")
        starts = np.flatnonzero(np.diff(group[order], prepend=-1))
        for rows in np.split(order, starts[1:]):
            if 1 < len(rows) <= ANCHOR_CAP:
                one, other = np.triu_indices(len(rows), 1)
                pairs.append(np.sort(np.stack([number_of_row[rows[one]], number_of_row[rows[other]]], axis=1), axis=1))
    if labelled is not None and labelled.num_rows:
        numbered = accounts.numbered(labelled)
        pairs.append(np.stack([numbered.column(name).to_numpy() for name in ("uid_l", "uid_r")], axis=1))
    every = np.unique(np.concatenate(pairs), axis=0)
    return pa.table({"uid_l": every[:, 0], "uid_r": every[:, 1]})


def _measured_u(rows: np.ndarray, measure: Measure, seed: int) -> dict[str, float | None]:
    """How often each band of a measure is seen for two sellers, from pairs of rows: all, or many taken at random."""
    if len(rows) < 2:
        return {}
    measured = measure(*_pairs_at_random(rows, MEASURED_AT_RANDOM, seed))
    shares: dict[str, float | None] = {}
    for comparison in comparisons(DUCKDB):
        if comparison.kind in MEASURED:
            bands = measured[comparison.kind]
            counts = np.bincount(bands[bands != NO_DATA], minlength=len(comparison.labels))
            shares |= {
                label: count / counts.sum() or None
                for label, count in zip(comparison.labels, counts, strict=True)
                if counts.sum()
            }
    return shares


def _pairs_at_random(rows: np.ndarray, most: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """So many pairs of different rows, some more than once; where there are no more pairs than that, each once."""
    if len(rows) * (len(rows) - 1) // 2 <= most:
        one, other = np.triu_indices(len(rows), 1)
        return rows[one], rows[other]
    draw = np.random.default_rng(seed)
    left, right = (rows[draw.integers(0, len(rows), most)] for _ in "lr")
    apart = left != right
    return left[apart], right[apart]


def _estimate_u(
    backend: Backend, accounts: PreparedAccounts, pairs: int, seed: int
) -> tuple[int, dict[str, float | None]]:
    """How often each level is seen for two sellers, from one account of each (as far as anchors and labels tell)."""
    apart = "linkage_apart"
    rows = backend.create(apart, f"select * from {accounts.table} where stands_for_seller")
    try:
        linker = Linker(
            backend.splink.register(apart),
            splink_settings(backend.dialect, None),
            log_level=logging.ERROR,
            validate_settings=False,
        )
        linker.training.estimate_u_using_random_sampling(
            max_pairs=pairs, seed=seed, min_count_per_level=None, num_chunks=1
        )
        seen = _measured(linker, "u")
        linker.table_management.invalidate_cache()  # type: ignore[no-untyped-call]
    finally:
        backend.drop(apart)
    return min(pairs, rows * (rows - 1) // 2), seen


def _estimate_m(
    backend: Backend,
    accounts: PreparedAccounts,
    anchors: tuple[Anchor, ...],
    labelled: pa.Table | None,
    known: Known,
) -> tuple[dict[str, Anchored], int, dict[str, float | None]]:
    """How often each level is seen for one seller: the median of what each anchor, and the known pairs, say."""
    anchored: dict[str, Anchored] = {}
    said: list[dict[str, float | None]] = []
    for anchor in anchors:
        anchored[anchor.kind], measured = _anchor_m(backend, accounts, anchor, known)
        said += [measured] if measured is not None else []
    pairs = 0
    if labelled is not None and labelled.num_rows:
        numbered = accounts.numbered(labelled)
        pairs = numbered.num_rows
        linker = _linker_to_train(backend, accounts.table, known)
        backend.load("linkage_labels", numbered)
        try:
            linker.training.estimate_m_from_pairwise_labels("linkage_labels")  # type: ignore[no-untyped-call]
            said.append(_measured(linker, "m"))
        finally:
            linker.table_management.invalidate_cache()  # type: ignore[no-untyped-call]
            backend.drop("linkage_labels")
    if not said:
        raise TrainingError("there is no pair of accounts to train from that can be used; give known pairs")
    seen: dict[str, list[float]] = {}
    for measured in said:
        for label, share in measured.items():
            if share is not None:
                seen.setdefault(label, []).append(share)
    return anchored, pairs, {label: float(np.median(shares)) for label, shares in seen.items()}


def _anchor_m(
    backend: Backend, accounts: PreparedAccounts, anchor: Anchor, known: Known
) -> tuple[Anchored, dict[str, float | None] | None]:
    """Expectation maximisation over the pairs of an anchor; None when it gives nothing that can be used."""
    held = backend.fetch(
        "select cast(coalesce(sum(held * (held - 1) / 2), 0) as bigint) as pairs from (select count(*) as held from"
        f" {accounts.table} where {anchor.column} is not null group by {anchor.column}) as groups"
    )
    pairs = held.column("pairs")[0].as_py()
    if pairs < LEAST_ANCHORED:
        return Anchored(pairs, f"fewer than {LEAST_ANCHORED} pairs"), None
    linker = _linker_to_train(backend, accounts.table, known)
    try:
        linker.training.estimate_parameters_using_expectation_maximisation(
            _anchor_rule(anchor, backend), estimate_without_term_frequencies=True, fix_u_probabilities=True
        )
        return Anchored(pairs, None), _measured(linker, "m")
    except (EMTrainingException, ValueError):  # a share that runs to 0 is Splink's ValueError
        return Anchored(pairs, "many of its pairs are not one seller's, or all are alike"), None
    finally:
        linker.table_management.invalidate_cache()  # type: ignore[no-untyped-call]


def _linker_to_train(backend: Backend, table: str, known: Known) -> Linker:
    settings = splink_settings(backend.dialect, None, known=known, prior=ANCHORED_SHARE)
    return Linker(backend.splink.register(table), settings, log_level=logging.ERROR, validate_settings=False)


def _anchor_rule(anchor: Anchor, backend: Backend) -> str:
    """The pairs of an anchor. It names the columns of the anchor's own comparison, which Splink then does not train."""
    own = next(known for known in comparisons(backend.dialect) if known.kind == anchor.kind)
    named = " or ".join(f"l.{column} is not null or r.{column} is not null" for column in own.columns)
    return f"l.{anchor.column} = r.{anchor.column} and ({named})"


def _measured(linker: Linker, which: str) -> dict[str, float | None]:
    """The measured m or u of each level by its label; what was not seen or not trained is absent."""
    seen: dict[str, float | None] = {}
    for comparison in linker.misc.save_model_to_json()["comparisons"]:
        for level in comparison["comparison_levels"]:
            value = level.get(f"{which}_probability")
            if isinstance(value, float) and value > 0:
                seen[level["label_for_charts"]] = value
    return seen


def _groups(features: pa.Table, lists: tuple[str, ...], scalars: tuple[str, ...]) -> np.ndarray:
    """For each account the number of its group: accounts that share a value, directly or by way of others."""
    rows, values = [], []
    for name in lists:
        column = features.column(name).combine_chunks()
        rows.append(pc.list_parent_indices(column).to_numpy(zero_copy_only=False))
        values.append(pc.list_flatten(column))
    for name in scalars:
        column = features.column(name).combine_chunks()
        rows.append(np.arange(len(column)))
        values.append(column)
    row = np.concatenate(rows)
    value = pa.concat_arrays(values).dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False)
    holders = np.bincount(value[value >= 0], minlength=1)
    told = (value >= 0) & (holders[value] <= ANCHOR_CAP)
    return _components(features.num_rows, row[told], features.num_rows + value[told], features.num_rows + len(holders))


def _components(accounts: int, one: np.ndarray, other: np.ndarray, nodes: int) -> np.ndarray:
    graph = coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(nodes, nodes))
    _, component = connected_components(graph, directed=False)
    group: np.ndarray = component[:accounts]
    return group


def _without_loners(group: np.ndarray) -> pa.Array:
    """The groups, null for an account that is alone in its group."""
    return pa.array(group.astype(np.int32), mask=np.bincount(group)[group] < 2)


def _one_of_each(features: pa.Table, groups: list[np.ndarray], labelled: pa.Table | None) -> np.ndarray:
    """Whether each account is the first of its seller, as far as the groups of all anchors and the known pairs tell."""
    number = features.num_rows
    one = [np.tile(np.arange(number), len(groups))]
    other = [np.concatenate([number * (at + 1) + group for at, group in enumerate(_dense(groups))])]
    if labelled is not None:
        sides = [
            pc.index_in(labelled.column(name), value_set=features.column("account_id").combine_chunks())
            for name in "ab"
        ]
        if any(side.null_count for side in sides):
            raise FeatureTableError("a known pair names an account that has no features; leave it out")
        one.append(sides[0].to_numpy())
        other.append(sides[1].to_numpy())
    nodes = number * (len(groups) + 1)
    seller = _components(number, np.concatenate(one), np.concatenate(other), nodes)
    first = np.zeros(number, dtype=bool)
    first[np.unique(seller, return_index=True)[1]] = True
    return first


def _dense(groups: list[np.ndarray]) -> list[np.ndarray]:
    """The same groups, numbered from 0 without gaps."""
    return [np.unique(group, return_inverse=True)[1] for group in groups]


def _smoothed(
    comparison: Comparison, seen_m: Mapping[str, Any], seen_u: Mapping[str, Any], least_u: float
) -> ComparisonWeights:
    """The levels of a comparison with bounds for what was not seen, and weights that rise with the strength."""
    labels = comparison.labels
    if not any(seen_m.get(label) for label in labels) or not any(seen_u.get(label) for label in labels):
        m = u = np.full(len(labels), 1 / len(labels))  # nothing is known: it weighs nothing
    else:
        m = _bounded([seen_m.get(label) for label in labels], LEAST_M)
        u = _bounded([seen_u.get(label) for label in labels], least_u)
    ratio = m / u
    if comparison.ordered:
        # Weighted by u, the mean of pooled levels is the ratio of their sums: the shares still add up to 1.
        ratio = IsotonicRegression().fit_transform(np.arange(len(labels)), ratio, sample_weight=u)
    weights = _apart([math.log2(value) for value in ratio])
    levels = (
        LevelWeight.weighing(label, float(frequency), weight)
        for label, frequency, weight in zip(labels, u, weights, strict=True)
    )
    return ComparisonWeights(kind=comparison.kind, levels=tuple(levels))


def _bounded(shares: list[float | None], least: float) -> np.ndarray:
    """Shares that are at least so large and add up to 1."""
    held = np.maximum([share or 0.0 for share in shares], least)
    total: np.ndarray = held / held.sum()
    return total


def _apart(weights: list[float]) -> list[float]:
    """The weights with the least change that keeps each `LEAST_APART` from the others and from 0."""
    step = 4 * LEAST_APART
    moved = list(weights)
    before = -math.inf
    for at in sorted(range(len(weights)), key=lambda at: (weights[at], at)):
        moved[at] = max(moved[at], before + step)
        if abs(moved[at]) < step:
            moved[at] = step
        before = moved[at]
    return moved
