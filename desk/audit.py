"""The audit log: who did what to which lead, each entry chained to the one before by its digest.

A changed, removed or inserted entry breaks the chain at its place. What a chain cannot show by itself is that its last
entries were cut off: keep the digest of the last entry elsewhere (``nightpost doctor`` prints it) and compare.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

FIRST_PREVIOUS = "0" * 64
"""What the first entry has for a predecessor."""


class AuditEntry(BaseModel):
    """One act.

    Attributes:
        number: 1, 2, 3 ... without gaps.
        at: when, UTC.
        actor: the user.
        action: what was done, such as ``lead.add``.
        subject: to what, such as ``lead-3``.
        detail: what else there is to say, JSON values only.
        previous: digest of the entry before; zeros for the first.
        digest: SHA-256 over all of the above, see `digest_of`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int
    at: AwareDatetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
    previous: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class AuditReport:
    """Whether the chain holds: how many entries were right, the last digest, and the first fault."""

    entries: int
    last_digest: str
    fault: str | None

    @property
    def ok(self) -> bool:
        """Whether no fault was found."""
        return self.fault is None


def digest_of(entry: AuditEntry) -> str:
    """SHA-256 over the entry as JSON: keys sorted, no spaces, ASCII, the time in ISO 8601 with microseconds, UTC."""
    fields = entry.model_dump(exclude={"digest", "at"}) | {
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    }
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def verify_chain(entries: Iterable[AuditEntry]) -> AuditReport:
    """Go through the entries in order of their numbers and stop at the first that does not fit."""
    previous, count = FIRST_PREVIOUS, 0
    for entry in entries:
        fault = _fault(entry, count + 1, previous)
        if fault is not None:
            return AuditReport(count, previous, fault)
        previous, count = entry.digest, count + 1
    return AuditReport(count, previous, None)


def _fault(entry: AuditEntry, number: int, previous: str) -> str | None:
    if entry.number != number:
        return f"entry {number} is missing: entry {entry.number} stands in its place"
    if entry.previous != previous:
        return f"entry {number} does not follow the entry before it: one of the two was replaced"
    if entry.digest != digest_of(entry):
        return f"entry {number} was changed after it was written"
    return None
