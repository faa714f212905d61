"""How much more alike two accounts are than either is to anybody: the scale on which wording is weighed.

A cosine alone says little: an account that writes as everybody does is near to all. So each is measured against a
cohort of other accounts, and counts in standard deviations above that account's own mean, the mean of both accounts'
figures (symmetric score normalisation, as in speaker verification: Kenny, "Bayesian Speaker Verification with
Heavy-Tailed Priors", 2010).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linkage.wording import Floats, Vectors

COHORT = 300
"""Accounts that each account is measured against."""

LEAST_DEVIATION = 0.004
"""A standard deviation is held to be no smaller: of few texts it is chance."""

USUAL_MEAN = np.array([0.018, 0.016, 0.157], np.float32)
USUAL_DEVIATION = np.array([0.021, 0.023, 0.083], np.float32)
"""What the medians are among the 3,938 vendors of AlphaBay in 2017, for words, letters and habits."""

STANDS_FOR = 30
"""Those medians count as much as so many accounts of the cohort: a handful of accounts does not tell what is usual."""

NEARLY_ONE = 0.98
"""From this cosine on an account of the cohort is the account itself, or a copy of it."""

MOST_COPIES = 12
"""So many are left out at most, and no more than a quarter of a cohort: what many have exactly as an account has it
(the habits of short titles in capitals) is not copied but usual."""

_CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Usual:
    """How alike an account is to the cohort: mean and deviation of the cosines, shape (accounts, views) each."""

    mean: Floats
    deviation: Floats

    def rows(self, which: NDArray[np.int64]) -> "Usual":
        """Those of the accounts at these places."""
        return Usual(self.mean[which], self.deviation[which])


def cohort(vectors: Vectors) -> Vectors:
    """Some of the accounts that have texts, evenly spread over all."""
    with_texts = np.flatnonzero(vectors.has_texts())
    if len(with_texts) > COHORT:
        with_texts = with_texts[np.linspace(0, len(with_texts) - 1, COHORT).round().astype(np.int64)]
    return vectors.rows(with_texts)


def usual(vectors: Vectors, others: Vectors) -> Usual:
    """Measure accounts against a cohort; the account itself, and the few copies that there may be, are left out."""
    shape = (len(vectors), len(vectors.views))
    mean, deviation = np.tile(USUAL_MEAN, (shape[0], 1)), np.tile(USUAL_DEVIATION, (shape[0], 1))
    most_copies = min(MOST_COPIES, max(1, len(others) // 4))
    if not len(others):
        return Usual(mean, deviation)
    for at, (view, against) in enumerate(zip(vectors.views, others.views, strict=True)):
        for start in range(0, len(vectors), _CHUNK):
            found = (view[start : start + _CHUNK] @ against.T).toarray()
            copies = found > NEARLY_ONE
            copies &= np.cumsum(copies, axis=1) <= most_copies
            found[copies] = 0
            number = found.shape[1] - copies.sum(axis=1) + STANDS_FOR
            means = (found.sum(axis=1) + STANDS_FOR * USUAL_MEAN[at]) / number
            usual_square = USUAL_MEAN[at] ** 2 + USUAL_DEVIATION[at] ** 2
            squares = ((found**2).sum(axis=1) + STANDS_FOR * usual_square) / number
            mean[start : start + _CHUNK, at] = means
            spread = np.sqrt(np.maximum(0, squares - means**2))
            deviation[start : start + _CHUNK, at] = np.maximum(spread, LEAST_DEVIATION)
    return Usual(mean, deviation)


def above_usual(cosines: Floats, left: Usual, right: Usual) -> Floats:
    """Cosines of pairs, shape (pairs, views), in standard deviations above what is usual for both; a row each."""
    one = (cosines - left.mean) / left.deviation
    other = (cosines - right.mean) / right.deviation
    return np.asarray((one + other) / 2, np.float32)
