"""Fitting the page-kind model to examples: scaling, weights of examples, networks, temperature."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from extractors.page_kinds.model import Description, Floats, Model, Network, cooled
from extractors.records import PageKind

KINDS: tuple[PageKind, ...] = get_args(PageKind)
# A feature that fewer markets have is a market's own habit.
_LEAST_MARKETS = 5
SKETCHES = "sketch"
# How strongly the regression and the networks are held back, how wide and how many they are: what told the kinds of
# markets left out best. One network alone is as good on most markets and fails on some; which, is chance.
_INVERSE_PENALTY = 0.05
_PENALTY = 0.3
_WIDTH, _EPOCHS, NETWORKS = 32, 12, 5
# All sketches together weigh as much as so many markets.
_SKETCHES_WEIGH = 20.0


@dataclass(frozen=True, slots=True)
class Sample:
    """A page as features, with what it is and where it is from."""

    market: str
    kind: PageKind
    features: Mapping[str, float]


def fit(samples: Sequence[Sample], *, temperature: float = 1.0, networks: int = NETWORKS) -> Model:
    """A model of these samples: a regression and so many networks.

    The same samples in the same order give the same model.
    """
    scales = _scales(samples)
    empty = Model(Description(kinds=KINDS, features=scales, widths=(), temperature=temperature), ())
    inputs = np.stack([empty.inputs(sample.features) for sample in samples])
    kinds = np.array([KINDS.index(sample.kind) for sample in samples])
    weights = _weights(samples)
    # With one thread, sums are made in the same order on every machine.
    with threadpool_limits(limits=1):
        fitted = [_regression(inputs, kinds, weights)]
        fitted += [_network(inputs, kinds, weights, seed) for seed in range(networks)]
    widths = (0, *(_WIDTH for _ in range(networks)))
    return Model(empty.description.model_copy(update={"widths": widths}), tuple(fitted))


def best_temperature(probabilities: Floats, kinds: npt.NDArray[np.int64]) -> float:
    """The temperature with which the true kinds are most probable; to two digits."""
    rows = np.arange(len(kinds))

    def loss(temperature: float) -> float:
        return float(-np.log(np.maximum(cooled(probabilities, temperature)[rows, kinds], 1e-7)).mean())

    return min((float(place) / 100 for place in range(30, 301, 2)), key=loss)


def _scales(samples: Sequence[Sample]) -> dict[str, float]:
    """The largest value of each feature that enough markets have, by name, sorted."""
    markets: dict[str, set[str]] = defaultdict(set)
    largest: dict[str, float] = {}
    for sample in samples:
        for name, value in sample.features.items():
            if value:
                markets[name].add(sample.market)
                largest[name] = max(largest.get(name, 0.0), value)
    return {name: round(largest[name], 4) for name in sorted(largest) if len(markets[name]) >= _LEAST_MARKETS}


def _weights(samples: Sequence[Sample]) -> Floats:
    """Markets and kinds count, not pages: many pages of one kind of one market say little more than one."""
    groups = [(SKETCHES if sample.market.startswith(SKETCHES) else sample.market, sample.kind) for sample in samples]
    sizes = Counter(groups)
    weights = [_SKETCHES_WEIGH / sizes[group] if group[0] == SKETCHES else sizes[group] ** -0.5 for group in groups]
    of_kind: dict[str, float] = defaultdict(float)
    for (_, kind), weight in zip(groups, weights, strict=True):
        of_kind[kind] += weight
    balanced = np.array([weight / of_kind[kind] ** 0.5 for (_, kind), weight in zip(groups, weights, strict=True)])
    return np.asarray(balanced / balanced.mean(), dtype=np.float32)


def _regression(inputs: Floats, kinds: npt.NDArray[np.int64], weights: Floats) -> Network:
    fitted = LogisticRegression(C=_INVERSE_PENALTY, max_iter=150, tol=1e-3)
    fitted.fit(inputs, kinds, sample_weight=weights)
    return Network(
        ((_all_kinds(fitted.coef_.T, fitted.classes_, 0.0), _all_kinds(fitted.intercept_, fitted.classes_, -30.0)),)
    )


def _network(inputs: Floats, kinds: npt.NDArray[np.int64], weights: Floats, seed: int) -> Network:
    fitted = MLPClassifier(
        (_WIDTH,), alpha=_PENALTY, batch_size=128, learning_rate_init=2e-3, max_iter=_EPOCHS, random_state=seed
    )
    fitted.fit(inputs, kinds, sample_weight=weights)
    first, last = fitted.coefs_
    begin, end = fitted.intercepts_
    return Network(
        ((first.astype(np.float32), begin.astype(np.float32)),
         (_all_kinds(last, fitted.classes_, 0.0), _all_kinds(end, fitted.classes_, -30.0)))
    )  # fmt: skip


def _all_kinds(values: npt.NDArray[np.float64], classes: npt.NDArray[np.int64], otherwise: float) -> Floats:
    """Columns for all kinds: a kind without a sample has ``otherwise``."""
    full = np.full((*values.shape[:-1], len(KINDS)), otherwise, dtype=np.float32)
    full[..., classes] = values
    return full
