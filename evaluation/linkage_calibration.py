"""Whether the probabilities of linkage mean what they say: tables and a plot.

Most candidate pairs are said to be nobody's, rightly, which makes the error over all of them small whatever the rest
is. So it is also given over the pairs that anybody will look at, those with a probability of 0.01 or more. Pairs that
the rules of keys hold apart are left out: they are not given out as links.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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


def draw(curves: Sequence[tuple[str, Calibration]], file: Path) -> None:
    """Draw reliability curves into an SVG file: what is said against what is so, and how many pairs there are."""
    import matplotlib as mpl  # noqa: PLC0415 - only where pictures are asked for

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "reliability"  # the same curves make the same file
    mpl.rcParams["svg.fonttype"] = "none"  # words stay words
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, (above, below) = plt.subplots(2, 1, figsize=(6, 7), sharex=True, height_ratios=(3, 1), layout="constrained")
    above.plot([0, 1], [0, 1], color="0.6", linestyle="--", linewidth=1, label="as it should be")
    for name, one in curves:
        means = [held.mean for held in one.bins]
        above.plot(means, [held.right for held in one.bins], marker="o", label=f"{name} (error {one.error:.3f})")
        below.plot(means, [held.count for held in one.bins], marker="o")
    above.set_ylabel("share of pairs that are one seller's")
    above.legend(loc="upper left")
    below.set_yscale("log")
    below.set_ylabel("pairs")
    below.set_xlabel("probability that linkage gives")
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file, format="svg", metadata={"Date": None})
    plt.close(figure)
