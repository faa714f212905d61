"""The waterfall picture of a link: how the prior and each piece of evidence add up to the match weight.

A bar for each, from the running total before it to the one after it, over an axis in bits with the probabilities beside
it. What speaks for one seller is solid and dark, what speaks against is light with a dark edge: told apart without
colours and on paper (blue and vermilion of Okabe and Ito, "Color Universal Design", 2008). (The picture is that of
Splink, by Linacre et al., "Splink: Free software for probabilistic record linkage at scale", 2022.)
"""

import math
from dataclasses import dataclass

from desk.pictures import Axis, drawn, fitted, range_of
from desk.weight_steps import PRIOR, WeightStep, basis_of, weight_steps
from desk.weight_words import bits_text, probability_text
from linkage.calibration import probability
from linkage.identity import Link

_TEMPLATE = "waterfall.svg"

# Places on the picture, in its own units: the labels, the bars, then the two columns of numbers.
_WIDTH = 960
_PLOT = (330.0, 770.0)
_FIRST_ROW = 104
_ROW = 34
_FOOT = 112
_TITLE_CELLS = 100
_VALUE_CELLS = 46
# Room that a figure of the axis of probabilities takes for each of its characters, and between two figures.
_CHARACTER = 6.6
_BETWEEN = 14.0
_MOST_TICKS = 9

# The middle first, then what people know best, then by turns outwards.
_PROBABILITIES = (
    0.5,
    0.01,
    0.99,
    0.0001,
    0.9999,
    1e-6,
    1 - 1e-6,
    0.1,
    0.9,
    0.001,
    0.999,
    1e-5,
    1 - 1e-5,
    1e-8,
    1 - 1e-8,
)

_SUM = "match weight"
# How a bar looks that is neither for nor against.
_WAYS = {PRIOR: "prior", _SUM: "sum"}


@dataclass(frozen=True, slots=True)
class _Row:
    """A bar and what stands beside it."""

    kind: str
    value: str
    whole: str
    bits: str
    total: str
    y: int
    x: float
    width: float
    after: float
    way: str


def waterfall_svg(link: Link, prior_weight: float, title: str) -> str:
    """The picture of a link as an SVG document.

    Args:
        link: evidence without a weight of its own has no bar.
        prior_weight: the weight before any evidence, in bits.
        title: what stands above it; it may be hostile, as the link's values may.

    Raises:
        WeightError: a weight is infinite or not a number.
    """
    every = weight_steps(link, prior_weight)
    steps = [step for step in every if step.kind == PRIOR or step.weight]
    total = WeightStep(_SUM, "", link.match_weight, 0.0)
    axis = Axis(*range_of([*(step.after for step in steps), total.after]), *_PLOT)
    rows = [_row(step, axis, place) for place, step in enumerate([*steps, total])]
    return drawn(
        _TEMPLATE,
        width=_WIDTH,
        height=_FIRST_ROW + _ROW * len(rows) + _FOOT,
        title=fitted(title, _TITLE_CELLS),
        rows=rows,
        row_height=_ROW,
        top=_FIRST_ROW,
        bottom=_FIRST_ROW + _ROW * len(rows),
        plot=_PLOT,
        even=axis.at(0),
        ticks=[(axis.at(bits), bits_text(bits).removesuffix(".00")) for bits in axis.ticks(_MOST_TICKS)],
        probabilities=_probability_ticks(axis),
        conclusion=conclusion(link),
        weightless=len(every) - len(steps),
    )


def title_of(a: str, b: str) -> str:
    """The title for two accounts: both are there, however long the one's name is."""
    return " and ".join(fitted(name, _TITLE_CELLS // 2 - 5) for name in (a, b))


def conclusion(link: Link) -> str:
    """The match weight and the probability of a link, and what the probability follows from."""
    weight = f"match weight w = {bits_text(link.match_weight)} bits"
    alone = probability_text(probability(link.match_weight))
    basis = basis_of(link)
    if basis == "judgement":
        [said, *_] = [one.value for one in link.evidence if one.kind == "judgement"]
        return f"judged {said}, which decides; {weight}, 2^w / (1 + 2^w) alone would be {alone}"
    if basis == "weights":
        return f"{weight}; probability {alone}, which is 2^w / (1 + 2^w)"
    why = "calibrated on known pairs" if basis == "calibration" else "by way of other accounts"
    return f"{weight}; probability {probability_text(link.probability)}, {why} (2^w / (1 + 2^w) alone would be {alone})"


def _row(step: WeightStep, axis: Axis, place: int) -> _Row:
    ends = sorted((axis.at(step.before), axis.at(step.after)))
    return _Row(
        kind=step.kind.replace("_", " "),
        value=fitted(step.value, _VALUE_CELLS),
        whole=fitted(step.value, 4 * _VALUE_CELLS),
        bits=bits_text(step.weight),
        total=bits_text(step.after),
        y=_FIRST_ROW + _ROW * place,
        x=ends[0],
        width=ends[1] - ends[0],
        after=axis.at(step.after),
        way=_WAYS.get(step.kind, "up" if step.weight > 0 else "down"),
    )


def _probability_ticks(axis: Axis) -> list[tuple[float, str]]:
    """Round probabilities within the range, each with its place; those that would run into another are left out."""
    shown: dict[float, str] = {}
    for said in _PROBABILITIES:
        bits = math.log2(said / (1 - said))
        at, text = axis.at(bits), probability_text(said)
        if axis.low <= bits <= axis.high and not any(
            abs(at - other) < _CHARACTER * (len(text) + len(beside)) / 2 + _BETWEEN for other, beside in shown.items()
        ):
            shown[at] = text
    return sorted(shown.items())
