"""From match weights to probabilities that mean what they say.

Kinds of evidence that go together (words and titles, goods and amounts) count the same thing twice, so that a match
weight overstates. A straight line through the weights, fitted to pairs whose truth is known by logistic regression,
makes odds of it (Platt, "Probabilistic Outputs for Support Vector Machines", 1999; in forensic science: Morrison,
"Tutorial on logistic-regression calibration and fusion", 2013).
"""

import math

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from sklearn.linear_model import LogisticRegression


def probability(match_weight: float) -> float:
    """The probability that goes with a match weight (prior and evidence together, in bits) taken at its word."""
    return Calibration().probability(match_weight)


class Calibration(BaseModel):
    """Log odds in bits are ``slope`` times the match weight, plus ``shift``; 1 and 0 take weights at their word."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slope: float = Field(1.0, gt=0)
    shift: float = 0.0

    def probabilities(self, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """The probabilities of match weights, from 0 to 1."""
        odds = self.slope * np.asarray(weights, np.float64) + self.shift
        return np.asarray(1.0 / (1.0 + np.exp2(-np.clip(odds, -1000, 1000))))

    def probability(self, weight: float) -> float:
        """The probability of one match weight."""
        return float(self.probabilities(np.array([weight]))[0])

    def weight(self, probability: float) -> float:
        """The match weight of a probability, which is neither 0 nor 1."""
        return (math.log2(probability / (1 - probability)) - self.shift) / self.slope


def fit(weights: NDArray[np.float64], same: NDArray[np.bool_]) -> Calibration:
    """The calibration under which known pairs were likeliest; both sorts must be there.

    Args:
        weights: the match weights of pairs.
        same: whether each pair is one seller's.
    """
    line = LogisticRegression(C=1e6).fit(np.asarray(weights)[:, None], same)
    return Calibration(slope=float(line.coef_[0, 0]) / math.log(2), shift=float(line.intercept_[0]) / math.log(2))
