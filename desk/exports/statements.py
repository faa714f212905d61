"""What a lead says, statement by statement, each with the capture that shows it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol, get_args

from archive.capture import Capture
from desk.lead import Lead
from extractors.records import Listing, Vendor
from linkage.account import Account, Clue, ClueKind, Sighting

# What names a record (it is the statement's subject), and bookkeeping: when a listing was seen is said by the captures.
_NOT_STATED = frozenset({"kind", "market", "listing_id", "captures", "first_seen_at"})


@dataclass(frozen=True, slots=True)
class SourcedRecord:
    """A vendor or a listing, and for each field the capture whose page states it."""

    record: Vendor | Listing
    sources: Mapping[str, str]

    @property
    def subject(self) -> str:
        """``vendor:MARKET/HANDLE`` or ``listing:MARKET/ID``."""
        return f"{self.record.kind}:{self.record.record_id}"


class LeadRecords(Protocol):
    """Where the records and captures of a lead's accounts come from: the index and the archive."""

    def account(self, account_id: str) -> Account | None:
        """The account with the clues it shows, None when the index has it no more."""
        ...

    def records(self, account_id: str) -> Iterable[SourcedRecord]:
        """The account's vendor record and its listings."""
        ...

    def capture(self, capture_id: str) -> Capture:
        """A capture by its id.

        Raises:
            NightpostError: there is none.
        """
        ...


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that one capture shows.

    Attributes:
        account: the account of the lead that it is about.
        subject: the record that it is about, ``vendor:MARKET/HANDLE`` or ``listing:MARKET/ID``.
        field: the field of the record; for a clue with what it is, such as ``description: crypto_address``.
        value: as text: numbers and times in their usual form, one statement for each item of a list.
        capture: where it is to be seen.
        clue: the key, address or contact, when it is one.
    """

    account: str
    subject: str
    field: str
    value: str
    capture: Capture
    clue: Clue | None = None


@dataclass(slots=True)
class LeadStatements:
    """The statements of a lead, and how many were left out as no capture is known that shows them."""

    statements: list[Statement]
    without_capture: int = 0


def statements_of(lead: Lead, records: LeadRecords) -> LeadStatements:
    """Everything that is known of the lead's accounts: the evidence as it was when the lead was made, then records.

    Raises:
        NightpostError: a capture that a statement names is not in the archive.
    """
    collected = _Collected(records)
    for account_id, clue, sighting in _evidence(lead):
        collected.add_clue(account_id, clue, sighting)
    for member in lead.identity.accounts:
        account = records.account(member.id)
        for clue in account.clues if account is not None else ():
            for sighting in clue.sightings:
                collected.add_clue(member.id, clue, sighting)
        for record in records.records(member.id):
            collected.add_record(member.id, record)
    return LeadStatements(list(collected.statements.values()), collected.without_capture)


class _Collected:
    """Statements in the order in which they came, each once."""

    def __init__(self, records: LeadRecords) -> None:
        self._records = records
        self._captures: dict[str, Capture] = {}
        self.statements: dict[tuple[str, str, str, str], Statement] = {}
        self.without_capture = 0

    def add_clue(self, account_id: str, clue: Clue, sighting: Sighting) -> None:
        stated = (sighting.record, f"{sighting.field}: {clue.kind}", clue.value)
        self._add(account_id, stated, sighting.capture_id, clue)

    def add_record(self, account_id: str, sourced: SourcedRecord) -> None:
        for field, value in sourced.record.model_dump().items():
            if field in _NOT_STATED or (sourced.record.kind == "listing" and field == "last_seen_at"):
                continue
            capture_id = sourced.sources.get(field)
            for name, text in _texts(field, value):
                self._add(account_id, (sourced.subject, name, text), capture_id)

    def _add(
        self, account_id: str, stated: tuple[str, str, str], capture_id: str | None, clue: Clue | None = None
    ) -> None:
        if capture_id is None:
            self.without_capture += 1
            return
        key = (*stated, capture_id)
        if key not in self.statements:
            if capture_id not in self._captures:
                self._captures[capture_id] = self._records.capture(capture_id)
            subject, field, value = stated
            self.statements[key] = Statement(account_id, subject, field, value, self._captures[capture_id], clue)


def _evidence(lead: Lead) -> Iterator[tuple[str, Clue, Sighting]]:
    """What the accounts show that joins them: a resemblance is nothing that a page states."""
    for link in lead.identity.links:
        for evidence in link.evidence:
            if evidence.kind not in get_args(ClueKind):
                continue
            clue = Clue.model_validate({"kind": evidence.kind, "value": evidence.value})
            for account_id, sightings in ((link.a, evidence.seen_a), (link.b, evidence.seen_b)):
                for sighting in sightings:
                    yield account_id, clue, sighting


def _texts(name: str, value: object) -> Iterator[tuple[str, str]]:
    """A field's value as text by dotted name; nothing for what is absent."""
    if value is None:
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts(f"{name}.{key}", inner)
    elif isinstance(value, list | tuple):
        numbered = any(isinstance(item, Mapping) for item in value)
        for at, item in enumerate(value):
            yield from _texts(f"{name}[{at}]" if numbered else name, item)
    else:
        yield name, _text(value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value)
