"""Which fields a layout may fill: those of the record types, and of the parts that they are made of."""

import difflib
from collections.abc import Iterable
from functools import cache

from pydantic import BaseModel

from extractors.records import (
    Contact,
    Disputes,
    ExternalRating,
    Listing,
    Money,
    Price,
    Rating,
    RecordKind,
    Review,
    ShippingOption,
    Vendor,
)

RECORDS: dict[RecordKind, type[Listing] | type[Vendor] | type[Review]] = {
    "listing": Listing,
    "vendor": Vendor,
    "review": Review,
}
PARTS: dict[str, type[BaseModel]] = {
    "prices": Price,
    "price": Money,
    "shipping_options": ShippingOption,
    "rating": Rating,
    "disputes": Disputes,
    "external_ratings": ExternalRating,
    "contacts": Contact,
}
# Set by the reading, never by a layout.
_NOT_STATED = frozenset({"kind", "market", "captures", "first_seen_at"})


@cache
def fields_of(kind: RecordKind) -> frozenset[str]:
    """The fields of a record that a page can state."""
    return frozenset(RECORDS[kind].model_fields) - _NOT_STATED


def check_fields(kind: RecordKind, names: Iterable[str], *, part: str | None = None) -> None:
    """Check that a layout fills fields which are there.

    Args:
        kind: the record.
        names: fields that the layout names.
        part: the field of the record that they are parts of.

    Raises:
        ValueError: the record (or its part) has no such field; the message names the nearest one.
    """
    if part is not None and part not in PARTS:
        raise ValueError(f"{part!r} of a {kind} is not made of fields; only {', '.join(sorted(PARTS))} are")
    known = fields_of(kind) if part is None else frozenset(PARTS[part].model_fields)
    whole = f"a {kind}" if part is None else f"{part!r} of a {kind}"
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(sorted(known))}"
            raise ValueError(f"{whole} has no field {name!r}; {hint}")
