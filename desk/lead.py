"""The lead: what an analyst hands to an investigation."""

from collections.abc import Mapping
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from linkage.identity import Identity

LeadStatus = Literal["new", "open", "handed over", "closed"]
Disposition = Literal["confirmed", "refuted", "duplicate", "no action"]

# The Traffic Light Protocol, version 2.0 (FIRST, 2022).
Handling = Literal["clear", "green", "amber", "amber+strict", "red"]


class Lead(BaseModel):
    """An identity, why it matters, and what became of it.

    Attributes:
        lead_id: ``lead-`` and a number, unique in its casebook.
        identity: as it was when the lead was made, with accounts, evidence and captures; it never changes afterwards.
        why: the analyst's reason, in words.
        score_parts: what the score is the sum of, by name.
        disposition: how it ended; None while that is open.
        authority: the reference of the authority under which the evidence was collected.
        handling: who may see it (TLP 2.0).
        created_by: the user who made it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    lead_id: str
    identity: Identity
    why: str
    score_parts: Mapping[str, float] = Field(default_factory=dict)
    status: LeadStatus = "new"
    disposition: Disposition | None = None
    authority: str | None = None
    handling: Handling = "amber"
    created_by: str
    created_at: AwareDatetime

    @property
    def score(self) -> float:
        """How much it matters: the sum of its parts."""
        return sum(self.score_parts.values())
