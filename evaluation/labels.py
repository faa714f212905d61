"""The labels: what two readers wrote down of each text, without seeing any output.

``labelled/titles.jsonl`` and ``descriptions.jsonl`` hold ids and values; the texts stay with the research data.
Handles and contacts are personal data and are kept as digests. ``other_reader`` is what the second reader had
said where the two differed.
"""

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from extractors.facts import DeliveryDays, Goods, Measured

__all__ = ["Label", "LabelledAccount", "LabelledContact", "digest", "labelled_titles", "labels"]

_FOLDER = Path(__file__).parent / "labelled"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LabelledContact(_Model):
    """A contact; ``digest`` is `digest` of its value."""

    type: str
    digest: str


class LabelledAccount(_Model):
    """An account on another market; ``handle`` is `digest` of the handle."""

    market: str
    handle: str | None


class Label(_Model):
    """What a text says, as `extractors.facts.Facts` says it."""

    id: str
    text_sha256: str
    substances: list[str] = Field(default_factory=list)
    total: Measured | None = None
    strength: Measured | None = None
    purity_pct: float | None = None
    ships_from: list[str] = Field(default_factory=list)
    ships_to: list[str] = Field(default_factory=list)
    ships_excluded: list[str] = Field(default_factory=list)
    carriers: list[str] = Field(default_factory=list)
    delivery_days: list[DeliveryDays] = Field(default_factory=list)
    stealth: bool = False
    tracking: str | None = None
    payment: list[str] = Field(default_factory=list)
    contacts: list[LabelledContact] = Field(default_factory=list)
    other_accounts: list[LabelledAccount] = Field(default_factory=list)
    goods: Goods
    other_reader: dict[str, Any] = Field(default_factory=dict)

    @property
    def is_watched(self) -> bool:
        """Whether it belongs to the half whose errors are looked at; the other half is for the honest figure."""
        return int(sha256(self.id.encode()).hexdigest(), 16) % 2 == 0


@cache
def labels(kind: str) -> tuple[Label, ...]:
    """The labels of ``titles`` or ``descriptions``."""
    lines = (_FOLDER / f"{kind}.jsonl").read_text("utf-8").splitlines()
    return tuple(Label.model_validate(json.loads(line)) for line in lines)


def labelled_titles() -> frozenset[str]:
    """The ids of titles that nothing may be trained on."""
    return frozenset(label.id for label in labels("titles"))


def digest(text: str) -> str:
    """The first 16 digits of the SHA-256 of a text in small letters."""
    return sha256(text.lower().encode()).hexdigest()[:16]
