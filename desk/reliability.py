"""The reliability plot: whether of the pairs to which 0.9 is given nine in ten are one seller's.

After DeGroot and Fienberg, "The Comparison and Evaluation of Forecasters" (1983). The expected calibration error is
that of Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning" (2015).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from desk.pictures import Axis, drawn, fitted
from desk.weight_words import probability_text
from nightpost.errors import NightpostError

_TEMPLATE = "reliability.svg"
_WIDTH = 860
_X = (70.0, 470.0)
_Y = (480.0, 80.0)
_BARS = (680.0, 780.0)
_LEAST_ROW = 18
_FIRST_ROW = 96
_TITLE_CELLS = 40
_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)

# The middle 95 of 100 of the normal distribution.
_Z = 1.96


class ReliabilityError(NightpostError):
    """The bins are none that a plot can be made of."""


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Pairs of similar probability: the mean that was said, the share that is so, both from 0 to 1, and how many."""

    said: float
    observed: float
    count: int


def expected_calibration_error(bins: Sequence[ReliabilityBin]) -> float:
    """The mean distance between what was said and what is so, by the bins' counts.

    Raises:
        ReliabilityError: the bins hold nothing, or a share is none.
    """
    total = sum(one.count for one in bins)
    if not total or any(one.count < 0 or not (0 <= one.said <= 1 and 0 <= one.observed <= 1) for one in bins):
        raise ReliabilityError("no reliability plot can be made of these bins; give shares from 0 to 1, and some pairs")
    return sum(one.count * abs(one.said - one.observed) for one in bins) / total


def reliability_svg(bins: Sequence[ReliabilityBin], title: str = "Reliability") -> str:
    """The plot as an SVG document, the expected calibration error in its title.

    Bins that hold nothing are left out. Each point has the range in which the true share is, with 95 % confidence
    (Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927).

    Raises:
        ReliabilityError: the bins hold nothing, or a share is none.
    """
    error = expected_calibration_error(bins)
    held = sorted((one for one in bins if one.count), key=lambda one: one.said)
    across, up = Axis(0, 1, *_X), Axis(0, 1, *_Y)
    most = max(one.count for one in held)
    points = []
    for place, one in enumerate(held):
        low, high = _wilson(one)
        points.append(
            {
                "x": across.at(one.said),
                "y": up.at(one.observed),
                "low": up.at(low),
                "high": up.at(high),
                "diagonal": up.at(one.said),
                "row": _FIRST_ROW + _LEAST_ROW * place,
                "said": probability_text(one.said),
                "observed": f"{one.observed:.3f}",
                "count": f"{one.count:,}",
                "bar": (_BARS[1] - _BARS[0]) * one.count / most,
            }
        )
    return drawn(
        _TEMPLATE,
        width=_WIDTH,
        height=max(540, _FIRST_ROW + _LEAST_ROW * len(held) + 30),
        title=f"{fitted(title, _TITLE_CELLS)}: expected calibration error {error:.3f}",
        pairs=f"{sum(one.count for one in held):,} pairs",
        ticks=[(f"{tick:.1f}", across.at(tick), up.at(tick)) for tick in _TICKS],
        x=_X,
        y=_Y,
        bars=_BARS[0],
        row=_LEAST_ROW,
        top=_FIRST_ROW,
        points=points,
    )


def _wilson(one: ReliabilityBin) -> tuple[float, float]:
    """Wilson's score interval of the observed share."""
    share, count = one.observed, one.count
    middle = share + _Z**2 / (2 * count)
    half = _Z * math.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    whole = 1 + _Z**2 / count
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)
