"""Accounts from a file: one JSON object a line, with what their texts show read out.

A line: ``{"id","market","handle"|null,"description"|null,"pgp_keys":[..],"listings":[{"title","description"?,...}]}``.
Keys are armoured, or fingerprints. Further fields are let through: other programs put more into such files.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from extractors.records import Mention
from linkage.account import Account, Clue, Sighting, clues_of_mention, fingerprint, merge_clues

ReadText = Callable[[str, str], list[Mention]]
"""Reads a text out: (text, source) to mentions. In the product: the spaCy pipeline of the extractors."""


class _ListingLine(BaseModel):
    model_config = ConfigDict(extra="ignore")

    title: str | None = None
    description: str | None = None


class _AccountLine(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str = Field(min_length=1)
    market: str = Field(min_length=1)
    handle: str | None = None
    description: str | None = None
    pgp_keys: list[str] = Field(default_factory=list)
    listings: list[_ListingLine] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LineFault:
    """A line that is no account, or a second one of an id: it was left out."""

    line: int
    why: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.why}; left out"


@dataclass(slots=True)
class AccountsRead:
    """The accounts of a file, and the lines that were left out."""

    accounts: list[Account] = field(default_factory=list)
    faults: list[LineFault] = field(default_factory=list)


def read_accounts(lines: Iterable[str], read_text: ReadText) -> AccountsRead:
    """Read accounts, one a line; empty lines are passed over, lines that are no account are reported by number."""
    read = AccountsRead()
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            parsed = _AccountLine.model_validate_json(line)
        except ValidationError as error:
            read.faults.append(LineFault(number, _first_fault(error)))
            continue
        if parsed.id in seen:
            read.faults.append(LineFault(number, f"the id {parsed.id!r} is that of line {seen[parsed.id]} already"))
            continue
        seen[parsed.id] = number
        read.accounts.append(_account(parsed, read_text))
    return read


def _account(parsed: _AccountLine, read_text: ReadText) -> Account:
    clues: list[Clue] = []
    for place, text in _texts(parsed):
        sighting = Sighting(record=parsed.id, field=place)
        named = fingerprint(text) if place.startswith("pgp_keys") else None
        if named is not None:
            clues.append(Clue(kind="pgp_key", value=named, sightings=(sighting,)))
            continue
        for mention in read_text(text, f"{parsed.id}#{place}"):
            clues.extend(clues_of_mention(mention, sighting))
    return Account(id=parsed.id, market=parsed.market, handle=parsed.handle, clues=merge_clues(clues))


def _texts(parsed: _AccountLine) -> Iterator[tuple[str, str]]:
    """Every text of an account that may show a clue, with the name of its field."""
    if parsed.description:
        yield "description", parsed.description
    for at, key in enumerate(parsed.pgp_keys):
        yield f"pgp_keys[{at}]", key
    for at, listing in enumerate(parsed.listings):
        for name, text in (("title", listing.title), ("description", listing.description)):
            if text:
                yield f"listings[{at}].{name}", text


def _first_fault(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else first["msg"]
