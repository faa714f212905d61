"""One line of a file of accounts: a JSON object in, its fields in their one form out, with what could not be used.

A line without an id or a market is no account. Whatever else is wrong loses only the field that it is in: such files
come from other programs, and each has its own ways.
"""

import json
import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from extractors.records import Contact, ExternalRating
from extractors.words import whole_characters
from linkage.field_values import (
    LONGEST_FIELD,
    LONGEST_TEXT,
    UnusableError,
    as_contact,
    as_dollars,
    as_key,
    as_moment,
    as_photo,
    as_places,
    as_rating,
    as_text,
    category_path,
)
from linkage.offer import codes

__all__ = ["AccountLine", "ListingLine", "NoAccountError", "read_line"]

# A text of a query in one line of so many characters is a title.
LONGEST_TITLE = 200

_Value = TypeVar("_Value")


class NoAccountError(ValueError):
    """A line is no account; says why."""


@dataclass(slots=True)
class ListingLine:
    """A listing of a line; ``place`` is that of `linkage.offer.Offer`."""

    place: str
    listing_id: str | None = None
    title: str | None = None
    description: str | None = None
    category: tuple[str, ...] = ()
    price_usd: float | None = None
    ships_from: tuple[str, ...] = ()
    ships_to: tuple[str, ...] = ()
    photos: tuple[str, ...] = ()


@dataclass(slots=True)
class AccountLine:
    """An account of a line; ``dropped`` says what could not be used, a sentence each."""

    id: str
    market: str
    handle: str | None = None
    description: str | None = None
    terms: str | None = None
    pgp_keys: list[str] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    external_ratings: list[ExternalRating] = field(default_factory=list)
    registered_at: datetime | None = None
    last_seen_at: datetime | None = None
    ships_from: tuple[str, ...] = ()
    ships_to: tuple[str, ...] = ()
    listings: list[ListingLine] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


def read_line(line: str, *, query: bool = False) -> AccountLine:
    """Read a line.

    Args:
        line: a JSON object. Bytes that were no UTF-8 are halves of characters in it (``surrogateescape``).
        query: whether it may be a text whose account is not known: ``{"id", "text"}`` or ``{"id", "title", ...}``.

    Raises:
        NoAccountError: it is no JSON object, or has no id, or no market where it needs one.
    """
    whole = whole_characters(line)
    fields = _Fields(_json_object(whole))
    if whole != line:
        fields.drop("line", "bytes that are no UTF-8")
    account = AccountLine(id=_named(fields, "id"), market="" if query else _named(fields, "market"))
    if query:
        account.market = fields.text("market", longest=LONGEST_FIELD) or ""
    account.handle = fields.text("handle", longest=LONGEST_FIELD)
    account.description = fields.text("description") if not (query and fields.has("title")) else None
    account.terms = fields.text("terms")
    account.pgp_keys = list(fields.each("pgp_keys", as_key))
    account.contacts = list(fields.each("contacts", as_contact))
    account.external_ratings = list(fields.each("external_ratings", as_rating))
    account.registered_at = fields.one("registered_at", as_moment)
    account.last_seen_at = fields.one("last_seen_at", as_moment)
    account.ships_from = fields.places("ships_from")
    account.ships_to = fields.places("ships_to")
    account.listings = list(_listings(fields))
    if query:
        account.listings += _own_text(fields)
    account.dropped = fields.dropped()
    return account


def _json_object(line: str) -> dict[str, object]:
    try:
        # A number of thousands of digits is none that is used here, and Python refuses to read it as a whole number.
        parsed = json.loads(line, parse_int=lambda digits: int(digits) if len(digits) < 100 else math.inf)
    except ValueError as error:
        raise NoAccountError(f"no JSON: {error}") from error
    except RecursionError as error:
        raise NoAccountError("no JSON that can be read: too deeply nested") from error
    if not isinstance(parsed, dict):
        raise NoAccountError("no JSON object")
    return parsed


def _named(fields: "_Fields", name: str) -> str:
    value = fields.raw(name)
    if not isinstance(value, str) or not value.strip():
        raise NoAccountError(f"{name}: {'no text' if fields.has(name) else 'is missing'}")
    return whole_characters(value)


class _Fields:
    """The fields of a JSON object, read in their one form; what is unusable is None, and counted by field."""

    def __init__(self, values: dict[str, object], place: str = "", faults: "Counter[tuple[str, str]] | None" = None):
        self._values = values
        self._place = place
        self._faults: Counter[tuple[str, str]] = Counter() if faults is None else faults

    def raw(self, name: str) -> object:
        return self._values.get(name)

    def has(self, name: str) -> bool:
        return self._values.get(name) is not None

    def drop(self, name: str, why: str) -> None:
        """Count a value that is left out; items of lists are counted together."""
        self._faults[f"{self._place}{name}", why] += 1

    def dropped(self) -> list[str]:
        """What was left out, in order: each field with the reason, and how often if more than once."""
        return [
            f"{name}: {why}" + (f" ({count} times)" if count > 1 else "") for (name, why), count in self._faults.items()
        ]

    def one(self, name: str, read: Callable[[object], _Value | None]) -> _Value | None:
        """A field as ``read`` makes it; None when it is not there, is null, or cannot be used."""
        value = self._values.get(name)
        if value is None:
            return None
        try:
            return read(value)
        except UnusableError as error:
            self.drop(name, str(error))
            return None

    def each(self, name: str, read: Callable[[object], _Value | None]) -> Iterator[_Value]:
        """The items of a field that holds a list, each as ``read`` makes it; a single item is a list of one."""
        value = self._values.get(name)
        for item in value if isinstance(value, list) else [value]:
            found = _Fields({name: item}, self._place, self._faults).one(name, read)
            if found is not None:
                yield found

    def text(self, name: str, *, longest: int = LONGEST_TEXT) -> str | None:
        """A text; of a longer one the beginning."""
        text = self.one(name, as_text)
        if text is not None and len(text) > longest:
            self.drop(name, f"what is beyond {longest} characters")
            return text[:longest]
        return text

    def places(self, name: str) -> tuple[str, ...]:
        """The countries of a field: codes or names, in a list or in a text."""
        return codes(code for found in self.each(name, as_places) for code in found)

    def objects(self, name: str) -> "Iterator[tuple[int, _Fields]]":
        """The objects of a list, with their places in it."""
        value = self._values.get(name)
        items = value if isinstance(value, list) else []
        if value is not None and not isinstance(value, list):
            self.drop(name, "no list")
        for at, item in enumerate(items):
            if isinstance(item, dict):
                yield at, _Fields(item, f"{name}[].", self._faults)
            elif item is not None:
                self.drop(f"{name}[]", "no object")


def _listings(fields: _Fields) -> Iterator[ListingLine]:
    for at, listing in fields.objects("listings"):
        yield _listing(listing, f"listings[{at}].")


def _listing(fields: _Fields, place: str) -> ListingLine:
    listed = isinstance(fields.raw("category"), list)
    category = (
        tuple(fields.each("category", as_text))
        if listed
        else category_path(fields.text("category", longest=LONGEST_FIELD))
    )
    return ListingLine(
        place=place,
        listing_id=fields.text("id", longest=LONGEST_FIELD),
        title=fields.text("title"),
        description=fields.text("description"),
        category=category,
        price_usd=fields.one("price_usd", as_dollars),
        ships_from=fields.places("ships_from"),
        ships_to=fields.places("ships_to"),
        photos=tuple(dict.fromkeys(fields.each("images", as_photo))),
    )


def _own_text(fields: _Fields) -> list[ListingLine]:
    """The listing that a query is: its ``text``, or its ``title`` with the other fields of a listing."""
    found = []
    if fields.has("title"):
        listing = _listing(fields, "")
        listing.listing_id = None
        found.append(listing)
    text = fields.text("text")
    if text is not None:
        is_title = "\n" not in text and len(text) <= LONGEST_TITLE
        found.append(ListingLine("text", title=text if is_title else None, description=None if is_title else text))
    return found
