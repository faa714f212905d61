"""Which fields of a record each kind of page states, and which of them no saved page of that kind states.

Read field by field on the pages: what is not in a set below stands on no saved page of that kind.
"""

from collections import defaultdict
from pathlib import Path

import pytest

from extractors.record_fields import fields_of
from extractors.records import RecordKind
from tests.extractors.pages import SavedPages

Place = tuple[str, RecordKind]

_ROW: set[str] = {"listing_id", "url", "title", "vendor", "category", "price"}
_PROFILE: set[str] = {"handle", "url", "registered_at", "last_seen_at", "level", "trust_level", "rating", "sales"}
_REVIEW: set[str] = {"vendor", "buyer", "rating", "text", "amount", "posted_at"}
_CRYPTONIA_ROW: set[str] = _ROW - {"category"} | {
    "description",
    "unit",
    "ships_from",
    "ships_to",
    "shipping_options",
    "payment",
    "escrow",
    "min_order",
    "images",
}
# (page kind, record kind): the fields that pages of that kind state. Kinds of page without records are not listed.
STATED: dict[str, dict[Place, set[str]]] = {
    "empire": {
        ("listing", "listing"): _ROW
        | {
            "description",
            "prices",
            "ships_from",
            "ships_to",
            "shipping_options",
            "payment",
            "escrow",
            "stock",
            "sold",
            "posted_at",
            "images",
        },
        # What a listing page says of its vendor.
        ("listing", "vendor"): {"handle", "url", "level", "trust_level", "external_ratings"},
        ("listing_index", "listing"): _ROW | {"payment", "stock", "sold", "views", "images"},
        ("category_index", "listing"): _ROW | {"images"},
        # The keys stand under another tab than the text.
        ("vendor", "vendor"): _PROFILE | {"description", "external_ratings"},
        ("pgp", "vendor"): _PROFILE | {"pgp_keys", "external_ratings"},
        ("reviews", "vendor"): _PROFILE,
        ("reviews", "review"): _REVIEW | {"listing_id"},
    },
    "cryptonia": {
        ("listing", "listing"): _CRYPTONIA_ROW | {"category", "prices", "stock"},
        ("listing", "vendor"): {
            "handle",
            "url",
            "terms",
            "level",
            "sales",
            "rating",
            "external_ratings",
            "finalize_early",
        },
        # A review names the title of what was bought, not its number.
        ("listing", "review"): _REVIEW,
        ("listing_index", "listing"): _CRYPTONIA_ROW | {"category"},
        # The front page is of no category.
        ("category_index", "listing"): _CRYPTONIA_ROW,
        ("vendor", "vendor"): _PROFILE - {"trust_level"}
        | {
            "description",
            "terms",
            "pgp_keys",
            "contacts",
            "ships_from",
            "ships_to",
            "disputes",
            "external_ratings",
            "finalize_early",
        },
        ("vendor", "review"): _REVIEW,
    },
    # Its images were left out of the saved pages.
    "white-house": {("listing_index", "listing"): _ROW | {"escrow", "stock", "ships_from", "ships_to"}},
}


@pytest.mark.parametrize("market", STATED)
def test_each_kind_of_page_gives_the_fields_that_it_states(shared_data: Path, market: str) -> None:
    pages = SavedPages(shared_data, market)
    found: dict[Place, set[str]] = defaultdict(set)
    for name in pages.names():
        reading = pages.read(name)
        for record in reading.records:
            filled = {field for field, value in record.model_dump().items() if value not in (None, [])}
            found[reading.page_kind, record.kind] |= filled & fields_of(record.kind)
    assert found == STATED[market]
