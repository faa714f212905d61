"""Accounts of the index are those of the world, whether read from the index or from a file of what it holds."""

import json
from functools import partial
from pathlib import Path

import pytest

from archive.reader import ArchiveReader
from extractors.pipeline import build_pipeline, read_texts
from extractors.records import Listing, Vendor
from index.documents import record_of
from index.sqlite_store import SqliteStore
from linkage import accounts_file
from linkage.account import Account
from linkage.claims import normal_market
from linkage.indexed_accounts import account_of, read_accounts
from nightpost.workspace import Workspace
from replica.world import World


@pytest.fixture(scope="module")
def accounts(indexed_world: Workspace) -> list[Account]:
    with SqliteStore(indexed_world.folder / "index.sqlite") as store:
        return read_accounts(store)


def file_line(store: SqliteStore, account: Account) -> str:
    """An account's records as a line of a file."""
    document = store.get("vendor", account.id)
    assert document is not None
    vendor = record_of(document)
    assert isinstance(vendor, Vendor)
    listings = []
    for offer in account.offers:
        found = store.get("listing", offer.record.partition(":")[2])
        assert found is not None
        listing = record_of(found)
        assert isinstance(listing, Listing)
        listings.append({**listing.model_dump(mode="json"), "id": listing.listing_id, "images": []})
    return json.dumps({**vendor.model_dump(mode="json"), "id": account.id, "listings": listings})


def test_every_account_of_the_world_is_there_with_its_listings(accounts: list[Account], world: World) -> None:
    assert {account.id for account in accounts} == {account.id for account in world.accounts}
    shown = sum(len(account.offers) for account in accounts)
    assert shown >= 40
    assert all(offer.captures for account in accounts for offer in account.offers)


def test_a_file_of_the_records_gives_the_same_accounts(accounts: list[Account], store: SqliteStore) -> None:
    lines = [file_line(store, account) for account in accounts]
    read = accounts_file.read_accounts(lines, partial(read_texts, build_pipeline()))
    assert read.faults == []
    for account, of_file in zip(accounts, read.accounts, strict=True):
        assert [one.key for one in of_file.clues] == [one.key for one in account.clues]
        assert [(one.market, one.name) for one in of_file.claims] == [(one.market, one.name) for one in account.claims]
        for field in ("market", "handle", "own_name", "ships_from", "registered_at", "last_seen_at"):
            assert getattr(of_file, field) == getattr(account, field), field
        for ours, theirs in zip(account.offers, of_file.offers, strict=True):
            for field in (
                "title",
                "listing_id",
                "category",
                "goods",
                "substances",
                "total",
                "strength",
                "ships_from",
                "ships_to",
            ):
                assert getattr(ours, field) == getattr(theirs, field), (ours.title, field)


def test_every_field_is_walked_back_to_the_capture_that_states_it(
    accounts: list[Account], indexed_world: Workspace
) -> None:
    reader = ArchiveReader(indexed_world.archive)
    walked = 0
    for account in accounts:
        stated = [
            seen
            for name in ("handle", "description", "terms")
            if getattr(account, name)
            for seen in account.sightings(name)
        ]
        stated += [offer.sighting("title") for offer in account.offers]
        stated += [seen for claim in account.claims for seen in claim.sightings]
        for seen in stated:
            assert seen.capture_id is not None, seen
            assert reader.get(seen.capture_id).site == account.market
            walked += 1
    assert walked >= 100


def test_prices_are_in_dollars(accounts: list[Account], store: SqliteStore) -> None:
    stated = 0
    for account in accounts:
        for offer in account.offers:
            found = store.get("listing", offer.record.partition(":")[2])
            assert found is not None
            listing = record_of(found)
            assert isinstance(listing, Listing)
            if listing.price is not None and listing.price.currency == "USD":
                assert offer.price_usd == pytest.approx(float(listing.price.amount))
                stated += 1
    assert stated >= 10


def test_claims_name_other_markets(accounts: list[Account]) -> None:
    claims = [(account.market, claim) for account in accounts for claim in account.claims]
    assert claims
    assert all(claim.name or claim.market != normal_market(market) for market, claim in claims)


def test_only_what_is_a_perceptual_hash_is_a_photo(accounts: list[Account]) -> None:
    # The index holds the addresses of pictures so far, and no hashes.
    assert {offer.photos for account in accounts for offer in account.offers} == {()}


def test_an_account_whose_page_was_not_seen_is_to_be_seen_on_its_listings(
    accounts: list[Account], store: SqliteStore, tmp_path: Path
) -> None:
    seller = next(account for account in accounts if account.offers)
    document = store.get("listing", seller.offers[0].record.partition(":")[2])
    assert document is not None
    with SqliteStore(tmp_path / "index.sqlite") as fresh:
        fresh.write([document])
        fresh.refresh()
        (account,) = read_accounts(fresh)
        assert account == account_of(fresh, account.id)
    assert (account.id, account.record, account.sightings("description")) == (seller.id, None, ())
    assert [(seen.record, seen.field) for seen in account.sightings("handle")] == [(seller.offers[0].record, "vendor")]
    assert account.sightings("handle")[0].capture_id in document.body["captures"]
