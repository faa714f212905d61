"""What a shared clue is worth: fixed weights, stated in bits, with the two assumptions behind each.

A weight is the base-2 logarithm of a Bayes factor m/u (Fellegi and Sunter, "A Theory for Record Linkage", 1969):
how many times likelier it is that two accounts share the thing when one seller runs both (m) than when two sellers do
(u), after what is shown by many was set aside. The figures are judgements, not measurements; docs/linkage.md defends
each in words.
"""

import math
from dataclasses import dataclass

from linkage.account import ClueKind


@dataclass(frozen=True, slots=True)
class Assumption:
    """How often two accounts share a clue of a kind: ``m`` when they are one seller's, ``u`` when they are not."""

    m: float
    u: float

    @property
    def weight(self) -> float:
        """The weight in bits, to two decimals."""
        return round(math.log2(self.m / self.u), 2)


ASSUMPTIONS: dict[ClueKind, Assumption] = {
    "pgp_key": Assumption(m=0.5, u=1e-7),
    "crypto_address": Assumption(m=0.05, u=2e-7),
    "contact": Assumption(m=0.2, u=1e-6),
}

PRIOR_ODDS = 1e-4
"""Odds that two accounts taken at random are one seller's: about one partner among ten thousand accounts."""

PRIOR_WEIGHT = round(math.log2(PRIOR_ODDS), 2)


def probability(match_weight: float) -> float:
    """The probability that goes with a match weight (prior and evidence together, in bits), from 0 to 1."""
    return 1.0 / (1.0 + math.exp2(-match_weight))
