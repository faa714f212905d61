"""Whether the probabilities of linkage mean what they say: tables and a plot.

Most candidate pairs are said to be nobody's, rightly, which makes the error over all of them small whatever the rest
is. So it is also given over the pairs that anybody will look at, those with a probability of 0.01 or more. Pairs that
the rules of keys hold apart are left out: they are not given out as links.
"""

from dataclasses import dataclass
from pathlib import Path

from desk.reliability import ReliabilityBin, reliability_svg
from evaluation.calibration import Calibration, calibration
from evaluation.linkage_compared import Compared

__all__ = ["Reliability", "draw", "reliability"]

LOOKED_AT = 0.01


@dataclass(frozen=True, slots=True)
class Reliability:
    """The calibration of some pairs.

    Attributes:
        name: which pairs.
        pairs: how many.
        mass: over bins that hold equally many.
        width: over bins of equal width.
    """

    name: str
    pairs: int
    mass: Calibration
    width: Calibration

    def __str__(self) -> str:
        return (
            f"{self.name}, {self.pairs} pairs: expected calibration error {self.mass.error:.4f} (bins of equal mass),"
            f" {self.width.error:.4f} (of equal width)"
        )


def reliability(compared: Compared, *, at_true_share: bool) -> tuple[Reliability, Reliability]:
    """The calibration over all candidate pairs that may be linked, and over those that anybody will look at.

    Args:
        compared: the pairs.
        at_true_share: see `Compared.probabilities`.

    Raises:
        CalibrationError: there is no such pair.
    """
    allowed = compared.may_be_linked()
    said = compared.probabilities(at_true_share=at_true_share)[allowed].tolist()
    judged = list(zip(said, compared.same[allowed].tolist(), strict=True))
    share = "at the true share of partners" if at_true_share else "at the supposed share of partners"
    looked_at = [one for one in judged if one[0] >= LOOKED_AT]
    return (
        Reliability(f"all candidates, {share}", len(judged), calibration(judged), calibration(judged, by="width")),
        Reliability(
            f"probability {LOOKED_AT} or more, {share}",
            len(looked_at),
            calibration(looked_at),
            calibration(looked_at, by="width"),
        ),
    )


def draw(name: str, curve: Calibration, file: Path) -> None:
    """Draw a reliability plot into an SVG file: what is said against what is so, and how many pairs there are."""
    bins = [ReliabilityBin(one.mean, one.right, one.count) for one in curve.bins]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(reliability_svg(bins, name), encoding="utf-8")
