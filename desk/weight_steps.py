"""A match weight put together step by step: the prior, each piece of evidence, what is left, the sum."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from linkage.calibration import probability
from linkage.identity import Evidence, Link
from nightpost.errors import NightpostError

# Weights are stated to two decimals; what is less than half of the last one is no step.
_ROUNDING = 0.005

# Probabilities that are nearer than this are one and the same: neither was stated more exactly.
_SAME_PROBABILITY = 1e-6

PRIOR, REST = "prior", "the rest"

Basis = Literal["weights", "calibration", "judgement", "chain"]
"""What a probability follows from: the match weight w alone, 2^w / (1 + 2^w); that, calibrated on pairs of which the
truth is known; an analyst's judgement, which decides; the links of a way over other accounts."""


class WeightError(NightpostError):
    """A weight is no number."""


@dataclass(frozen=True, slots=True)
class WeightStep:
    """One step. All weights are in bits.

    Attributes:
        kind: the kind of the evidence, `PRIOR` or `REST`.
        value: what it is, as a vendor may have written it.
        weight: what it adds.
        before: the running total before it.
        after: the running total with it.
        evidence: what was found; None for the prior and the rest.
    """

    kind: str
    value: str
    weight: float
    before: float
    evidence: Evidence | None = None

    @property
    def after(self) -> float:
        """The running total with this step."""
        return self.before + self.weight


def weight_steps(link: Link, prior_weight: float) -> list[WeightStep]:
    """The steps that lead to the link's match weight, in the order of its evidence.

    Evidence without a weight of its own is a step of 0. What the match weight has beyond the prior and the evidence
    (evidence too small to be named, and rounding) is the last step, `REST`, where it is half a hundredth or more.

    Raises:
        WeightError: a weight is infinite or not a number.
    """
    weights = [prior_weight, link.match_weight, *(one.weight for one in link.evidence)]
    if not all(map(math.isfinite, weights)):
        raise WeightError(
            f"a weight between {link.a} and {link.b} is no number; link the accounts again, or report this"
        )
    return list(_steps(link, prior_weight))


def basis_of(link: Link) -> Basis:
    """What the link's probability follows from."""
    kinds = {one.kind for one in link.evidence if one.value != "unsure"}
    if "judgement" in kinds:
        return "judgement"
    if "chain" in kinds:
        return "chain"
    least, most = (probability(link.match_weight + way * _ROUNDING) for way in (-1, 1))
    is_by_weights = least - _SAME_PROBABILITY <= link.probability <= most + _SAME_PROBABILITY
    return "weights" if is_by_weights else "calibration"


def _steps(link: Link, prior_weight: float) -> Iterator[WeightStep]:
    step = WeightStep(PRIOR, "two accounts taken at random", prior_weight, 0.0)
    yield step
    for one in link.evidence:
        step = WeightStep(one.kind, one.value, one.weight, step.after, one)
        yield step
    rest = link.match_weight - step.after
    if abs(rest) >= _ROUNDING:
        yield WeightStep(REST, _rest_words(link), rest, step.after)


def _rest_words(link: Link) -> str:
    if any(one.weight for one in link.evidence):
        return "evidence too small to be named, and rounding"
    if any(one.kind == "chain" for one in link.evidence):
        return "by way of other accounts"
    return "no evidence was weighed between the two"
