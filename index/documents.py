"""What a store keeps: one document for each listing, vendor, review, mention, observation, capture and identity.

A version is a state of a listing or vendor that a later one superseded.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from extractors.records import Capture, Listing, Mention, Observation, Review, Vendor

__all__ = ["ADDED", "RECORDS", "Body", "Document", "Key", "Kind", "record_of"]

Kind = Literal["listing", "vendor", "review", "mention", "observation", "capture", "identity", "version"]

Body = dict[str, Any]
"""A record's JSON, with what the index adds to it (`ADDED`)."""

# What a body holds besides its record: for each field of a listing or vendor the capture that states it, since when no
# observed field of it has changed, and of a version until when; of a listing what its price in US dollars was converted
# with; of a capture the problems that its page had.
ADDED = ("sources", "valid_from", "valid_to", "usd", "problems")

RECORDS: dict[Kind, type[BaseModel]] = {
    "listing": Listing,
    "vendor": Vendor,
    "review": Review,
    "mention": Mention,
    "observation": Observation,
    "capture": Capture,
}


def _to_the_millisecond(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000).astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_to_the_millisecond)]


class Key(NamedTuple):
    """What names a document."""

    kind: Kind
    id: str


class Document(BaseModel):
    """One document.

    Attributes:
        kind: what it is.
        id: unique within its kind, and the same whenever the same captures are read.
        body: the record's JSON with `ADDED`; kept as it is and not searched.
        words: prepared text (`index.analysis.prepare`) by text field (``name``, ``title``, ``text``); stores search it
            and do not give it back.
        keywords: normalised values by keyword field; ``kind`` need not be among them.
        numbers: by number field its value, one or none.
        dates: by date field its value, one or none, to the millisecond.
        state: what ingest needs to go on from here; kept, not searched, and of no use to anyone else.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    id: str = Field(min_length=1, max_length=2000)
    body: Body
    words: dict[str, str] = Field(default_factory=dict)
    keywords: dict[str, list[str]] = Field(default_factory=dict)
    numbers: dict[str, Annotated[list[Annotated[float, Field(allow_inf_nan=False)]], Field(max_length=1)]] = Field(
        default_factory=dict
    )
    dates: dict[str, Annotated[list[Moment], Field(max_length=1)]] = Field(default_factory=dict)
    state: dict[str, Any] = Field(default_factory=dict)

    @field_validator("keywords")
    @classmethod
    def _without_kind(cls, keywords: dict[str, list[str]]) -> dict[str, list[str]]:
        return {name: values for name, values in keywords.items() if name != "kind"}

    @property
    def key(self) -> Key:
        """What names it."""
        return Key(self.kind, self.id)


def record_of(document: Document) -> BaseModel:
    """The record that a document keeps: a Listing, Vendor, Review, Mention, Observation or Capture.

    That of a version is the Listing or Vendor as it was.

    Raises:
        KeyError: it is an identity, whose record is linkage's.
    """
    body = {name: value for name, value in document.body.items() if name not in ADDED}
    kind: Kind = body["kind"] if document.kind == "version" else document.kind
    return RECORDS[kind].model_validate(body)
