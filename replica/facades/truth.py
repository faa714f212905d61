"""What is true of a facade's pages: the records that a perfect reader would make of each."""

from typing import Any

from replica.facades.conventions import RowField
from replica.facades.shop import Shop
from replica.world.model import Account, Listing
from replica.world.truth import iso, money

Json = dict[str, Any]


def listing_record(shop: Shop, listing: Listing) -> Json:
    """What a listing's own page states."""
    states = shop.style.states.listing_states
    record = {"kind": "listing", "title": listing.title}
    return {
        **record,
        **({"vendor": shop.shelves.owner(listing).handle} if states("vendor") else {}),
        **({"price": money(*shop.price(listing))} if states("price") else {}),
        "ships_from": shop.wording.placed(listing.ships_from) if states("ships_from") else [],
        "ships_to": shop.wording.placed(listing.ships_to) if states("ships_to") else [],
    }


def row_record(shop: Shop, listing: Listing) -> Json:
    """What a row of an index states of a listing; ``url`` is the path and query of its link."""
    fields: dict[RowField, Any] = {
        "vendor": shop.shelves.owner(listing).handle,
        "price": money(*shop.price(listing)),
        "url": shop.listing_target(listing),
        "ships_from": shop.wording.placed(listing.ships_from),
        "ships_to": shop.wording.placed(listing.ships_to),
    }
    stated: Json = {field: value for field, value in fields.items() if shop.style.states.row_states(field)}
    return {"kind": "listing", "title": shop.title(listing), **stated}


def vendor_record(shop: Shop, account: Account) -> Json:
    """What a vendor's page states."""
    states = shop.style.states.vendor_states
    registered = shop.wording.dated(account.registered_at, "registered")
    record: Json = {"kind": "vendor", "handle": account.handle}
    if states("pgp_keys"):
        record["pgp_keys"] = [account.key.armored] if account.key else []
    if states("registered_at") and registered:
        record["registered_at"] = iso(registered)
    if states("sales"):
        record["sales"] = shop.wording.counted(shop.moment.sales(account))
    return record


def key_record(account: Account) -> Json:
    """What a page with a vendor's key states."""
    return {"kind": "vendor", "handle": account.handle, "pgp_keys": [account.key.armored] if account.key else []}
