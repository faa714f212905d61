"""How well page kinds are told on markets that were left out of the training, and how much its confidence means."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from extractors.page_kinds.model import Floats, cooled
from training.examples import PRACTICE_MARKETS, REAL_MARKETS
from training.fitting import KINDS, NETWORKS, SKETCHES, Sample, best_temperature, fit

# Facades are left out by so many groups, each real market alone.
_FACADE_GROUPS = 4
_EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.001)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was guessed for each sample of a market that was left out.

    Attributes:
        samples: in order.
        probabilities: of each kind, a row a sample, before the temperature.
        temperature: the one that fits them best.
    """

    samples: tuple[Sample, ...]
    probabilities: Floats
    temperature: float

    @property
    def truth(self) -> npt.NDArray[np.int64]:
        """The true kinds, as places in `KINDS`."""
        return np.array([KINDS.index(sample.kind) for sample in self.samples])

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        """Whether each guess is right."""
        return np.asarray(self.probabilities.argmax(axis=1) == self.truth)

    @property
    def calibration_error(self) -> float:
        """How far confidence and the share of right guesses are apart, over bands of confidence (the usual "ECE")."""
        confidence = cooled(self.probabilities, self.temperature).max(axis=1)
        bands = np.digitize(confidence, _EDGES)
        apart = [abs(confidence[bands == band].sum() - self.right[bands == band].sum()) for band in np.unique(bands)]
        return float(sum(apart) / len(confidence))

    def accuracy(self, market: str) -> float:
        """The share of right guesses on a market's pages."""
        chosen = np.array([sample.market == market for sample in self.samples])
        return float(self.right[chosen].mean())


def evaluate(samples: Sequence[Sample], *, networks: int = NETWORKS) -> Evaluation:
    """Guess every sample but the sketches by a model that saw no page of its market; see `training.fitting.fit`."""
    known = [sample for sample in samples if not sample.market.startswith(SKETCHES)]
    guessed: dict[int, Floats] = {}
    for left_out in folds({sample.market: None for sample in known}):
        model = fit([sample for sample in samples if sample.market not in left_out], networks=networks)
        for sample in known:
            if sample.market in left_out:
                guessed[id(sample)] = model.mean(model.inputs(sample.features))
    probabilities = np.stack([guessed[id(sample)] for sample in known])
    truth = np.array([KINDS.index(sample.kind) for sample in known])
    return Evaluation(tuple(known), probabilities, best_temperature(probabilities, truth))


def folds(markets: dict[str, None]) -> list[tuple[str, ...]]:
    """Which markets are left out together: each real one alone, the practice markets, and groups of facades."""
    facades = [market for market in markets if market not in {*REAL_MARKETS, *PRACTICE_MARKETS}]
    real = [(market,) for market in REAL_MARKETS if market in markets]
    practice = [tuple(market for market in PRACTICE_MARKETS if market in markets)]
    groups = [tuple(facades[start::_FACADE_GROUPS]) for start in range(_FACADE_GROUPS)]
    return [fold for fold in (*real, *practice, *groups) if fold]


def report(result: Evaluation) -> str:
    """Accuracy by market, what was taken for what, and the reliability table, as text."""
    lines = ["market            pages  right"]
    for market in dict.fromkeys(sample.market for sample in result.samples):
        count = sum(sample.market == market for sample in result.samples)
        lines.append(f"{market:16}  {count:5}  {result.accuracy(market):.3f}")
    lines.append(f"{'all':16}  {len(result.samples):5}  {result.right.mean():.3f}")
    lines += ["", "true kind         taken for         pages  markets"]
    lines += _confusion(result)
    lines += ["", f"calibration error {result.calibration_error:.4f}, temperature {result.temperature}"]
    lines += ["confidence     pages  mean   right"]
    lines += _reliability(result)
    return "\n".join(lines)


def _confusion(result: Evaluation) -> list[str]:
    guesses = result.probabilities.argmax(axis=1)
    wrong: Counter[tuple[str, str]] = Counter()
    markets: dict[tuple[str, str], set[str]] = {}
    for sample, guess, right in zip(result.samples, guesses, result.right, strict=True):
        if not right:
            pair = (sample.kind, KINDS[guess])
            wrong[pair] += 1
            markets.setdefault(pair, set()).add(sample.market)
    return [
        f"{kind:16}  {guess:16}  {count:5}  {', '.join(sorted(markets[kind, guess]))}"
        for (kind, guess), count in wrong.most_common()
    ]


def _reliability(result: Evaluation) -> list[str]:
    confidence = cooled(result.probabilities, result.temperature).max(axis=1)
    lines = []
    for low, high in pairwise(_EDGES):
        chosen = (confidence >= low) & (confidence < high)
        if chosen.any():
            mean, right = confidence[chosen].mean(), result.right[chosen].mean()
            lines.append(f"{low:.2f} to {min(high, 1):.2f}  {chosen.sum():5}  {mean:.3f}  {right:.3f}")
    return lines
