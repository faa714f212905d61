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

from extractors.countries import parse_destinations
from extractors.records import Contact, ExternalRating
from extractors.transforms.conventions import Conventions, UnreadableError
from extractors.transforms.dates import read_date
from extractors.transforms.money import read_money
from extractors.transforms.places import read_places
from extractors.words import whole_characters
from linkage.account import CONTACT_TYPES
from linkage.offer import codes, photo_hash

__all__ = ["AccountLine", "ListingLine", "NoAccountError", "read_line"]

# Of a longer text the beginning is read: the index reads no more of a page either, and no person writes so much.
LONGEST_TEXT = 500_000
# What is longer than this is no name, place, price or date.
_LONGEST_FIELD = 1_000
_DOLLARS = Conventions(currency="USD")
_CATEGORY_SIGNS = (" > ", ">", " » ", " \u203a ", " | ", " :: ")
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
        account.market = fields.text("market", longest=_LONGEST_FIELD) or ""
    account.handle = fields.text("handle", longest=_LONGEST_FIELD)
    account.description = fields.text("description") if not (query and fields.has("title")) else None
    account.terms = fields.text("terms")
    account.pgp_keys = list(fields.each("pgp_keys", _key))
    account.contacts = list(fields.each("contacts", _contact))
    account.external_ratings = list(fields.each("external_ratings", _rating))
    account.registered_at = fields.one("registered_at", _moment)
    account.last_seen_at = fields.one("last_seen_at", _moment)
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


class _UnusableError(ValueError):
    """A value is not what its field holds; says what is wrong."""


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
        except _UnusableError as error:
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
        text = self.one(name, _text)
        if text is not None and len(text) > longest:
            self.drop(name, f"what is beyond {longest} characters")
            return text[:longest]
        return text

    def places(self, name: str) -> tuple[str, ...]:
        """The countries of a field: codes or names, in a list or in a text."""
        return codes(code for found in self.each(name, _places) for code in found)

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
        tuple(fields.each("category", _text)) if listed else _path(fields.text("category", longest=_LONGEST_FIELD))
    )
    return ListingLine(
        place=place,
        listing_id=fields.text("id", longest=_LONGEST_FIELD),
        title=fields.text("title"),
        description=fields.text("description"),
        category=category,
        price_usd=fields.one("price_usd", _price),
        ships_from=fields.places("ships_from"),
        ships_to=fields.places("ships_to"),
        photos=tuple(dict.fromkeys(fields.each("images", _photo))),
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


def _path(text: str | None) -> tuple[str, ...]:
    """The parts of a category written as a path: "D&C > cannabis > flowers"."""
    if text is None:
        return ()
    sign = next((sign for sign in _CATEGORY_SIGNS if sign in text), None)
    return tuple(part.strip() for part in text.split(sign) if part.strip()) if sign else (text,)


def _text(value: object) -> str | None:
    """A text, or a number that a program took a name of digits for; None of blanks, and of what is not a number."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise _UnusableError("no text")
    # A character written as two escapes may be cut in half.
    return whole_characters(value).strip() or None


def _key(value: object) -> str | None:
    text = _text(value)
    if text is not None and len(text) > LONGEST_TEXT:
        raise _UnusableError(f"longer than {LONGEST_TEXT} characters")
    return text


def _short(value: object) -> str | None:
    text = _text(value)
    if text is not None and len(text) > _LONGEST_FIELD:
        raise _UnusableError(f"longer than {_LONGEST_FIELD} characters")
    return text


def _price(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _UnusableError("no price")
    if isinstance(value, int | float):
        if math.isnan(value):
            return None
        amount = float(value)
    else:
        text = _short(value)
        try:
            money = read_money(text, _DOLLARS) if text is not None else None
        except UnreadableError as error:
            raise _UnusableError("no price") from error
        if money is None:
            return None
        if money.currency != "USD":
            raise _UnusableError("not in US dollars")
        amount = float(money.amount)
    if not math.isfinite(amount) or amount < 0:
        raise _UnusableError("no price")
    return amount


def _moment(value: object) -> datetime | None:
    text = _short(value) if isinstance(value, str) else None
    if text is None:
        raise _UnusableError("no date")
    try:
        return read_date(text, _DOLLARS)
    except UnreadableError as error:
        raise _UnusableError("no date") from error


def _places(value: object) -> tuple[str, ...] | None:
    text = _short(value)
    if text is None:
        return None
    try:
        found = read_places(text, _DOLLARS)
    except UnreadableError as error:
        # A program may write codes small, which in running text are words.
        small = parse_destinations(text.upper()).to if len(text) == 2 else ()
        if small:
            return small
        raise _UnusableError("no place that is known") from error
    return tuple(found) if found else None


def _photo(value: object) -> str | None:
    text = _short(value)
    if text is None:
        return None
    digits = photo_hash(text)
    if digits is None:
        raise _UnusableError("no perceptual hash of 16 or 64 hexadecimal digits")
    return digits


def _contact(value: object) -> Contact | None:
    if not isinstance(value, dict):
        raise _UnusableError("no object")
    kind, name = _short(value.get("type")), _short(value.get("value"))
    if kind is None or name is None or kind.casefold() not in CONTACT_TYPES:
        raise _UnusableError("no contact of a type that is known")
    return Contact(type=kind.casefold(), value=name)


def _rating(value: object) -> ExternalRating | None:
    if not isinstance(value, dict):
        raise _UnusableError("no object")
    market = _short(value.get("market"))
    if market is None:
        raise _UnusableError("no market")
    return ExternalRating(market=market, handle=_short(value.get("handle")))
