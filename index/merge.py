"""The state of a listing or a vendor: the fold of its captures, in the order of their times.

A field of the record's own page (rank 2) beats one of an index row or of another page (rank 1); within a rank the
newest capture that states the field wins. Captures of one time are in the order of their ids, and what one page says of
a record in several places is one statement: so a state is a function of the set of its captures, whatever the order in
which they came into the archive (`index.fold` folds those anew that come late).

Where an observed field changes, the state as it was before is a version of the record: its ``captures`` are those that
saw it so, and all else is as it was when the last of them was taken.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from extractors.records import Capture, Listing, Observation, Record, Vendor
from index.documents import Body, Document, Key
from index.values import json_time, milliseconds

OWN_PAGE = 2
OTHER_PAGE = 1

# What names a record or is kept by the fold itself, and so is stated by no page.
_NOT_STATED = {
    "listing": frozenset({"kind", "market", "captures", "first_seen_at", "last_seen_at"}),
    "vendor": frozenset({"kind", "market", "captures"}),
}

# A change of these is worth an observation, and the state before it a version, which is a whole document: so it must be
# worth one. Left out is what moves by itself on every visit: counters (sold, views, sales, ratings of the market's own,
# disputes), moments that a page words as "3 days ago" (posted_at, registered_at, last_seen_at), addresses that have the
# mirror's name in them (url, images), and the handle, whose upper and lower case differ from page to page. The stock is
# a counter too, but one that is sold by, and often the only sign of a sale.
OBSERVED: dict[str, frozenset[str]] = {
    "listing": frozenset(
        {"title", "description", "vendor", "category", "price", "prices", "unit", "min_order", "stock", "ships_from",
         "ships_to", "ships_excluded", "shipping_options", "payment", "escrow"}
    ),
    "vendor": frozenset(
        {"description", "terms", "pgp_keys", "contacts", "ships_from", "ships_to", "level", "trust_level",
         "external_ratings", "finalize_early"}
    ),
}  # fmt: skip

# A row tells the category that it stands in, of the several that a listing may have: not a change.
_OBSERVED_ON_OWN_PAGE = frozenset({"category"})

# A row abbreviates these: what the record's own page says in full is what the row said before.
_ABBREVIATED = frozenset({"title", "description"})


class Turn(NamedTuple):
    """A capture at which observed fields changed.

    Attributes:
        number: which of the record's captures it is, the first being 0.
        at: its time, in milliseconds since 1970.
        fields: what changed, sorted.
    """

    number: int
    at: int
    fields: tuple[str, ...]


class Claim(NamedTuple):
    """What stands behind a field's value.

    Attributes:
        rank: that of the page which states it.
        since: when it was first stated so, in milliseconds since 1970.
    """

    rank: int
    since: int


@dataclass(frozen=True, slots=True)
class Change:
    """What one capture shows to have changed.

    Attributes:
        before: the state until then.
        observations: the changes by field, sorted.
        account: the handle of the vendor since then, if one is known.
    """

    before: "State"
    observations: list[Observation]
    account: str | None


@dataclass(slots=True)
class State:
    """A listing or vendor as its captures tell it so far, or told it until a moment (a version).

    Attributes:
        key: its kind and id.
        body: the record's JSON, with ``sources``: for each field the capture that states it; ``valid_from``: since when
            no observed field has changed; of a version ``valid_to``.
        first: when it was first captured.
        last: when it was last captured.
        claims: for each field that is stated what stands behind its value.
        turns: the changes of observed fields, in order of time.
        priced: when the price was stated for the last time.
        memory: what ingest derived from the texts of this state before, see `index.texts`.
    """

    key: Key
    body: Body
    first: datetime
    last: datetime
    claims: dict[str, Claim] = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)
    priced: datetime | None = None
    memory: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of_document(cls, document: Document) -> "State":
        """The state that a document of the index keeps."""
        first, last = document.state["seen"]
        priced = document.state.get("priced")
        return cls(
            key=document.key,
            body=document.body,
            first=datetime.fromisoformat(first),
            last=datetime.fromisoformat(last),
            claims={name: Claim(rank, since) for name, (rank, since) in document.state["claims"].items()},
            turns=[Turn(number, at, tuple(fields)) for number, at, fields in document.state["turns"]],
            priced=None if priced is None else datetime.fromisoformat(priced),
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
        body = {**empty.model_dump(mode="json"), "sources": {}, "valid_from": json_time(at)}
        if isinstance(record, Listing):
            body["usd"] = None
        return cls(Key(record.kind, record.record_id), body, at, at)

    def kept(self) -> dict[str, Any]:
        """What `of_document` needs besides the body; of a version, which fields `index.history` must know of."""
        if self.until is not None:
            begun = milliseconds(self.since)
            return {"since": {name: claim.since for name, claim in self.claims.items() if claim.since > begun}}
        return {
            "seen": [self.first.isoformat(), self.last.isoformat()],
            "claims": {name: list(claim) for name, claim in self.claims.items()},
            "turns": [list(turn) for turn in self.turns],
            **({} if self.priced is None else {"priced": self.priced.isoformat()}),
            "memory": self.memory,
        }

    @property
    def since(self) -> datetime:
        """The time of the last change of an observed field, or of the first capture."""
        return datetime.fromisoformat(self.body["valid_from"])

    @property
    def until(self) -> datetime | None:
        """Of a version, the time of the change that ended it."""
        end = self.body.get("valid_to")
        return None if end is None else datetime.fromisoformat(end)

    @property
    def account(self) -> str | None:
        """The handle of the vendor that it is of."""
        return self.body.get("vendor") or self.body.get("handle")

    @property
    def newest(self) -> tuple[datetime, str]:
        """The place in time of the last capture: its time and id."""
        captures = self.body["captures"]
        return self.last, captures[-1] if captures else ""

    def fold(self, capture: Capture, said: Sequence[tuple[Listing | Vendor, int]]) -> Change | None:
        """Take in a capture that is later than `newest`; what it shows to have changed.

        Args:
            capture: the capture.
            said: the record as it stands in each place of the page, with the rank of that place.
        """
        at = capture.fetched_at.astimezone(UTC)
        now = milliseconds(at)
        stated = _stated(self.key.kind, said)
        fields = sorted(name for name, (rank, value) in stated.items() if self._is_change(name, rank, value))
        before = self._until(at) if fields else None
        formerly = {name: self.body[name] for name in fields}
        if fields:
            self.turns.append(Turn(len(self.body["captures"]), now, tuple(fields)))
            self.body["valid_from"] = json_time(at)
        self._see(capture, at)
        for name, (rank, value) in stated.items():
            former = self.claims.get(name)
            if former is not None and former.rank > rank:
                continue
            as_before = former is not None and (
                self.body[name] == value or (former.rank < rank and name in _ABBREVIATED)
            )
            self.claims[name] = Claim(rank, former.since if former is not None and as_before else now)
            self.body[name] = value
            self.body["sources"][name] = capture.capture_id
            # What counts as the price, see `index.listing_price`.
            if name == "price" or (name == "prices" and self.body["price"] is None):
                self.priced = at
        if before is None:
            return None
        observations = [
            Observation(
                record=f"{self.key.kind}:{self.key.id}",
                field=name,
                before=formerly[name],
                after=self.body[name],
                at=at,
                capture=capture.capture_id,
            )
            for name in fields
        ]
        return Change(before, observations, self.account)

    def _is_change(self, name: str, rank: int, value: Any) -> bool:
        former = self.claims.get(name)
        return (
            former is not None
            and former.rank == rank
            and self.body[name] != value
            and name in OBSERVED[self.key.kind]
            and (rank == OWN_PAGE or name not in _OBSERVED_ON_OWN_PAGE)
        )

    def _until(self, moment: datetime) -> "State":
        """This state as a version that ends now, which later captures do not change."""
        begun = self.turns[-1].number if self.turns else 0
        body = {
            **self.body,
            "captures": self.body["captures"][begun:],
            "sources": dict(self.body["sources"]),
            "valid_to": json_time(moment),
        }
        return replace(self, body=body, claims=dict(self.claims), turns=[])

    def _see(self, capture: Capture, at: datetime) -> None:
        self.body["captures"].append(capture.capture_id)
        self.last = at
        if self.key.kind == "listing":
            self.body["first_seen_at"] = json_time(self.first)
            self.body["last_seen_at"] = json_time(self.last)


def ranked(page_kind: str, page_url: str, records: Iterable[Record]) -> list[tuple[Listing | Vendor, int]]:
    """The listings and vendors of a page, each with the rank of what the page says of it.

    A page of a listing is about one listing, and a vendor's page and its tabs (keys, feedback) about one vendor: the
    one whose URL it is, else the first.
    """
    subject = {"listing": Listing, "vendor": Vendor, "pgp": Vendor, "reviews": Vendor}.get(page_kind)
    found = [record for record in records if isinstance(record, Listing | Vendor)]
    candidates = [record for record in found if subject is not None and isinstance(record, subject)]
    own = next((record for record in candidates if record.url == page_url), candidates[0] if candidates else None)
    return [(record, OWN_PAGE if record is own else OTHER_PAGE) for record in found]


def _stated(kind: str, said: Sequence[tuple[Listing | Vendor, int]]) -> dict[str, tuple[int, Any]]:
    """What a page states of a record, by field: of several places the one of the highest rank, then the last."""
    stated: dict[str, tuple[int, Any]] = {}
    for record, rank in said:
        for name, value in record.model_dump(mode="json").items():
            if name in _NOT_STATED[kind] or value is None or value == []:
                continue
            if name not in stated or rank >= stated[name][0]:
                stated[name] = rank, value
    return stated
