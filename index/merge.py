"""The state of a listing or a vendor: the fold of its captures, in the order of the journal.

A field of the record's own page (rank 2) beats one of an index row or of another page (rank 1); within a rank the
newest capture that states the field wins.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from extractors.records import Capture, Listing, Observation, Record, Vendor
from index.documents import Body, Document, Key

OWN_PAGE = 2
OTHER_PAGE = 1

# What names a record or is kept by the fold itself, and so is stated by no page.
_NOT_STATED = {
    "listing": frozenset({"kind", "market", "captures", "first_seen_at", "last_seen_at"}),
    "vendor": frozenset({"kind", "market", "captures"}),
}

# A change of these is worth an observation; counters that move with every visit are not.
OBSERVED: dict[str, frozenset[str]] = {
    "listing": frozenset(
        {"title", "description", "vendor", "price", "prices", "stock", "ships_from", "ships_to", "ships_excluded",
         "payment", "escrow"}
    ),
    "vendor": frozenset({"description", "terms", "pgp_keys", "contacts", "ships_from", "ships_to", "finalize_early"}),
}  # fmt: skip


@dataclass(slots=True)
class State:
    """A listing or vendor as its captures tell it so far.

    Attributes:
        key: its kind and id.
        body: the record's JSON, with ``sources``: for each field the capture that states it.
        claims: for each field the rank of the page and the time (microseconds since 1970) of that capture.
        first: when it was first captured.
        last: when it was last captured.
        memory: what ingest derived from the texts of this state before, see `index.derive`.
    """

    key: Key
    body: Body
    first: datetime
    last: datetime
    claims: dict[str, tuple[int, int]] = field(default_factory=dict)
    memory: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of_document(cls, document: Document) -> "State":
        """The state that a document of the index keeps."""
        first, last = document.state["seen"]
        return cls(
            key=document.key,
            body=document.body,
            first=datetime.fromisoformat(first),
            last=datetime.fromisoformat(last),
            claims={name: (rank, time) for name, (rank, time) in document.state["claims"].items()},
            memory=document.state["memory"],
        )

    @classmethod
    def begin(cls, record: Listing | Vendor, capture: Capture) -> "State":
        """The state of a record that was never seen before; nothing is folded into it yet."""
        at = capture.fetched_at.astimezone(UTC)
        if isinstance(record, Listing):
            empty: Listing | Vendor = Listing(market=record.market, listing_id=record.listing_id)
        else:
            empty = Vendor(market=record.market, handle=record.handle)
        body = {**empty.model_dump(mode="json"), "sources": {}}
        return cls(Key(record.kind, record.record_id), body, at, at)

    def kept(self) -> dict[str, Any]:
        """What `of_document` needs besides the body."""
        return {
            "seen": [self.first.isoformat(), self.last.isoformat()],
            "claims": {name: list(claim) for name, claim in self.claims.items()},
            "memory": self.memory,
        }

    def fold(self, record: Listing | Vendor, capture: Capture, rank: int) -> list[Observation]:
        """Take in what one capture says of it; the changes that it shows since the capture before."""
        at = capture.fetched_at.astimezone(UTC)
        self._see(at)
        if capture.capture_id not in self.body["captures"]:
            self.body["captures"].append(capture.capture_id)
        changes = []
        for name, value in record.model_dump(mode="json").items():
            if name in _NOT_STATED[record.kind] or value is None or value == []:
                continue
            former = self.claims.get(name)
            claim = (rank, _microseconds(at))
            if former is not None and former > claim:
                continue
            before = self.body[name]
            if former is not None and former[0] == rank and before != value and name in OBSERVED[record.kind]:
                changes.append(
                    Observation(
                        record=f"{self.key.kind}:{self.key.id}",
                        field=name,
                        before=before,
                        after=value,
                        at=at,
                        capture=capture.capture_id,
                    )
                )
            self.body[name] = value
            self.body["sources"][name] = capture.capture_id
            self.claims[name] = claim
        return changes

    def _see(self, at: datetime) -> None:
        self.first, self.last = min(self.first, at), max(self.last, at)
        if self.key.kind == "listing":
            self.body["first_seen_at"] = _json_time(self.first)
            self.body["last_seen_at"] = _json_time(self.last)


def ranked(page_kind: str, page_url: str, records: list[Record]) -> list[tuple[Listing | Vendor, int]]:
    """The listings and vendors of a page, each with the rank of what the page says of it.

    A page of a listing is about one listing, and a vendor's page and its tabs (keys, feedback) about one vendor: the
    one whose URL it is, else the first.
    """
    subject = {"listing": Listing, "vendor": Vendor, "pgp": Vendor, "reviews": Vendor}.get(page_kind)
    found = [record for record in records if isinstance(record, Listing | Vendor)]
    candidates = [record for record in found if subject is not None and isinstance(record, subject)]
    own = next((record for record in candidates if record.url == page_url), candidates[0] if candidates else None)
    return [(record, OWN_PAGE if record is own else OTHER_PAGE) for record in found]


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def _json_time(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
