"""What linkage has to say of two accounts when somebody asks: the evidence, and what was made of it."""

from dataclasses import dataclass

from linkage.identity import Link
from linkage.judgements import Judgement
from nightpost.errors import NightpostError


class ExplanationError(NightpostError):
    """There is nothing to explain between what was named."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Two accounts, whether they were linked or not.

    Attributes:
        link: the two accounts, the evidence between them, weightiest first, and what it comes to.
        prior_weight: where the evidence starts from, in bits; the prior and the weights of the evidence make the match
            weight.
        held_apart: why they are in different identities although their match weight would join them
            (`linkage.agglomeration.Objection`); None when nothing holds them apart.
        judgements: those in force between the two.
        identity_id: the identity that both are in; None when they are in none together.
    """

    link: Link
    prior_weight: float
    held_apart: str | None = None
    judgements: tuple[Judgement, ...] = ()
    identity_id: str | None = None
