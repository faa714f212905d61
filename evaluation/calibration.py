"""Whether probabilities mean what they say: of pairs to which 0.9 is given, nine in ten should be right.

Expected calibration error after Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian
Binning" (2015), over bins of equal width and over bins that hold equally many pairs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from nightpost.errors import NightpostError

__all__ = ["Bin", "Calibration", "CalibrationError", "calibration"]

Judged = tuple[float, bool]
"""A probability, and whether what it was given to is so."""


class CalibrationError(NightpostError):
    """Calibration cannot be measured on what was given."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs of similar probability: the least and the greatest, the mean, and the share that is right."""

    low: float
    high: float
    count: int
    mean: float
    right: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The bins that hold anything, lowest first."""

    bins: tuple[Bin, ...]

    @property
    def error(self) -> float:
        """Expected calibration error: the mean distance between what is said and what is so, by the bins' counts."""
        total = sum(one.count for one in self.bins)
        return sum(one.count * abs(one.mean - one.right) for one in self.bins) / total

    @property
    def table(self) -> str:
        """The reliability table as lines of text."""
        lines = ["said            mean   right      n"]
        lines += [
            f"{one.low:.3f} to {one.high:.3f}  {one.mean:.3f}  {one.right:.3f} {one.count:6}" for one in self.bins
        ]
        return "\n".join(lines)


def calibration(judged: Sequence[Judged], *, bins: int = 10, by: Literal["mass", "width"] = "mass") -> Calibration:
    """Calibration over bins of equal mass or of equal width; equal probabilities are never parted.

    Raises:
        CalibrationError: there is nothing to measure on, or a probability is not one.
    """
    if not judged:
        raise CalibrationError("no probabilities to measure calibration on; give at least one pair")
    wrong = [said for said, _ in judged if not 0 <= said <= 1]
    if wrong:
        raise CalibrationError(f"{wrong[0]} is no probability; give numbers from 0 to 1")
    ordered = sorted(judged)
    place = _by_mass(ordered, bins) if by == "mass" else lambda said: min(int(said * bins), bins - 1)
    found = []
    for _, group in groupby(ordered, key=lambda one: place(one[0])):
        held = list(group)
        said = [one for one, _ in held]
        right = sum(is_so for _, is_so in held) / len(held)
        found.append(Bin(said[0], said[-1], len(held), sum(said) / len(held), right))
    return Calibration(tuple(found))


def _by_mass(ordered: Sequence[Judged], bins: int) -> Callable[[float], int]:
    """Which bin each probability is in: that of the middle of all which are equal to it."""
    places: dict[float, int] = {}
    begin = 0
    for said, group in groupby(ordered, key=lambda one: one[0]):
        size = len(list(group))
        places[said] = min(int((begin + size / 2) * bins / len(ordered)), bins - 1)
        begin += size
    return lambda said: places[said]
