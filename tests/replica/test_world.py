"""The practice world: the same from the same seed, true in its checksums, and honest about who is who."""

import random
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from bip_utils import (
    BchP2PKHAddrDecoder,
    EthAddrDecoder,
    P2PKHAddrDecoder,
    P2SHAddrDecoder,
    P2TRAddrDecoder,
    P2WPKHAddrDecoder,
    TrxAddrDecoder,
    XmrAddrDecoder,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from pysequoia import Cert, encrypt

from replica.world import World, WorldError
from replica.world.addresses import CHAIN_WEIGHTS, CryptoAddress, make_address
from replica.world.catalogue import FAMILIES, writing
from replica.world.contacts import make_contact
from replica.world.model import Account, Listing
from replica.world.openpgp import make_key

Json = dict[str, Any]
CREATED = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    return World.generate(seed=1, vendors=60, listings=300, markets=FAMILIES)


@pytest.fixture(scope="module")
def identities(world: World) -> Json:
    return world.identities()


def test_the_same_seed_gives_the_same_world_byte_for_byte(world: World) -> None:
    assert World.generate(seed=1, vendors=60, listings=300, markets=FAMILIES).truth_json() == world.truth_json()


def test_another_seed_gives_another_world(world: World) -> None:
    other = World.generate(seed=2, vendors=60, listings=300, markets=FAMILIES)
    assert not {account.description for account in other.accounts} & {account.description for account in world.accounts}
    assert other.market("lantern").key != world.market("lantern").key


def test_a_market_has_the_vendors_and_listings_asked_for(world: World) -> None:
    for market in world.markets:
        truth = world.truth(market.name)
        assert len(truth["vendors"]) == 60
        assert len(truth["listings"]) == 300
        handles = {vendor["handle"] for vendor in truth["vendors"]}
        assert {listing["vendor"] for listing in truth["listings"]} == handles


def test_a_market_may_have_a_name_beside_its_family() -> None:
    world = World.generate(vendors=2, listings=2, markets=("nocturne:lantern", "lantern"))
    assert [(market.name, market.family) for market in world.markets] == [
        ("nocturne", "lantern"),
        ("lantern", "lantern"),
    ]
    assert world.truth("nocturne")["listings"][0]["market"] == "nocturne"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"markets": ("bazaar",)}, "no family of templates 'bazaar'"),
        ({"markets": ()}, "name at least one"),
        ({"markets": ("harbour", "harbour")}, "each only once"),
        ({"listings": 0}, "at least one"),
        ({"vendors": 0}, "at least one"),
    ],
)
def test_a_world_that_cannot_be_says_why(wrong: Json, message: str) -> None:
    with pytest.raises(WorldError, match=message):
        World.generate(**wrong)


def test_an_unknown_market_is_refused(world: World) -> None:
    with pytest.raises(WorldError, match="it has harbour, lantern, orchard"):
        world.truth("empire")


# Who is who.


def _shares_hard(one: Json, other: Json) -> bool:
    """Whether two accounts have a key, an address or a contact in common, from the truth's JSON alone."""
    return any(
        {repr(item) for item in one[kind]} & {repr(item) for item in other[kind]}
        for kind in ("pgp_fingerprints", "crypto_addresses", "contacts")
    )


def test_pairs_with_hard_evidence_are_exactly_those_that_share_something(identities: Json) -> None:
    accounts = identities["accounts"]
    really = {
        frozenset(pair) for pair in combinations(accounts, 2) if _shares_hard(accounts[pair[0]], accounts[pair[1]])
    }
    stated = {frozenset((pair["a"], pair["b"])) for pair in identities["pairs"] if pair["hard_evidence"]}
    assert stated == really
    assert len(stated) >= 20


def test_hard_evidence_never_joins_different_sellers(identities: Json) -> None:
    assert all(pair["same_seller"] for pair in identities["pairs"] if pair["hard_evidence"])


def test_every_way_of_sharing_occurs(identities: Json) -> None:
    ways = {tuple(pair["shares"]) for pair in identities["pairs"] if pair["same_seller"]}
    assert {("pgp",), ("address",), ("contact",), ("handle",), ("text",), (), ("handle", "text")} <= ways
    assert ("pgp", "address", "contact", "handle", "text") in ways


def test_a_chain_links_two_accounts_only_through_a_third(identities: Json) -> None:
    pairs = {frozenset((pair["a"], pair["b"])): pair for pair in identities["pairs"]}
    chains = 0
    for seller in identities["sellers"]:
        if len(seller["accounts"]) == 3:
            hard = [pairs[frozenset(pair)]["hard_evidence"] for pair in combinations(seller["accounts"], 2)]
            chains += sorted(hard) == [False, True, True]
    assert chains >= 1


def test_namesakes_are_different_sellers_and_share_nothing_else(identities: Json) -> None:
    namesakes = [pair for pair in identities["pairs"] if not pair["same_seller"]]
    assert len(namesakes) >= 2
    for pair in namesakes:
        assert pair["shares"] == ["handle"]
        assert pair["a"].partition("/")[0] != pair["b"].partition("/")[0]


def test_no_seller_has_two_accounts_on_one_market(identities: Json) -> None:
    for seller in identities["sellers"]:
        markets = [account.partition("/")[0] for account in seller["accounts"]]
        assert len(markets) == len(set(markets))


def test_traps_are_laid_on_every_market(world: World) -> None:
    for market in world.markets:
        own = world.shelves[market.name].accounts
        terms = "\n".join(account.terms or "" for account in own)
        assert terms.count(market.escrow_address.address) >= 2
        assert terms.count("example@protonmail.com") >= 2
        assert any(market.key.armored in account.description for account in own)
        assert all(market.escrow_address not in account.addresses for account in own)
        assert all(account.key is None or account.key.fingerprint != market.key.fingerprint for account in own)


def test_one_key_is_written_differently_by_different_programs(world: World) -> None:
    writings: dict[str, set[str]] = {}
    for account in world.accounts:
        if account.key:
            writings.setdefault(account.key.fingerprint, set()).add(account.key.armored)
    assert any(len(found) > 1 for found in writings.values())


# Checksums, keys and formats.


BASE58_VERSIONS = {"btc": b"\x00", "ltc": b"\x30", "doge": b"\x1e", "dash": b"\x4c"}
DECODERS: dict[str, Callable[[str], bytes]] = {
    "p2sh": lambda text: P2SHAddrDecoder.DecodeAddr(text, net_ver=b"\x05"),
    "segwit": lambda text: P2WPKHAddrDecoder.DecodeAddr(text, hrp=text.partition("1")[0]),
    "taproot": lambda text: P2TRAddrDecoder.DecodeAddr(text, hrp="bc"),
    "bch": lambda text: BchP2PKHAddrDecoder.DecodeAddr(text, hrp="bitcoincash", net_ver=b"\x00"),
    "xmr": lambda text: XmrAddrDecoder.DecodeAddr(text, net_ver=b"\x12"),
    "eth": EthAddrDecoder.DecodeAddr,
    "trx": TrxAddrDecoder.DecodeAddr,
}


def _decode(address: CryptoAddress) -> bytes:
    """The address decoded by bip-utils, which checks its checksum."""
    form = address.chain
    if form in {"btc", "ltc"}:
        starts = {"3": "p2sh", "bc1q": "segwit", "ltc1q": "segwit", "bc1p": "taproot"}
        form = next((name for start, name in starts.items() if address.address.startswith(start)), form)
    if form in DECODERS:
        return bytes(DECODERS[form](address.address))
    return bytes(P2PKHAddrDecoder.DecodeAddr(address.address, net_ver=BASE58_VERSIONS[form]))


@given(seed=st.integers(0, 2**32), chain=st.sampled_from(sorted(CHAIN_WEIGHTS)))
@settings(max_examples=60, deadline=None)
def test_addresses_have_true_checksums(seed: int, chain: str) -> None:
    address = make_address(random.Random(seed), chain)
    assert len(_decode(address)) in {20, 32, 64}
    assert make_address(random.Random(seed), chain) == address


def test_every_address_of_the_world_is_true(world: World) -> None:
    addresses = [address for account in world.accounts for address in account.addresses]
    addresses += [market.escrow_address for market in world.markets]
    assert len(addresses) > 20
    assert {form for form in "13b" for address in addresses if address.chain == "btc" and address.address[0] == form}
    for address in addresses:
        assert _decode(address)


def test_keys_are_real_openpgp_certificates(world: World) -> None:
    keys = {account.handle: account.key for account in world.accounts if account.key}
    assert len(keys) > 100
    for key in keys.values():
        cert = Cert.from_bytes(key.armored.encode())
        assert cert.fingerprint.upper() == key.fingerprint
        assert not cert.is_revoked
        assert len(cert.user_ids) == 1


@given(seed=st.integers(0, 2**32), name=st.text(st.characters(categories=("L", "N")), min_size=1, max_size=40))
@settings(max_examples=40, deadline=None)
def test_one_can_encrypt_to_any_key(seed: int, name: str) -> None:
    key = make_key(random.Random(seed), name, CREATED)
    assert key == make_key(random.Random(seed), name, CREATED)
    cert = Cert.from_bytes(key.with_header("Version: GnuPG v1").armored.encode())
    assert cert.fingerprint.upper() == key.fingerprint
    # Encrypting checks the self-signature and the binding of the encryption subkey.
    assert encrypt(recipients=[cert], bytes=b"address").startswith(b"-----BEGIN PGP MESSAGE-----")


FORMATS = {
    "email": r"[a-z0-9]+@[a-z.]+",
    "jabber": r"[a-z0-9]+@[a-z.]+",
    "telegram": r"[a-z0-9_]{5,32}",
    "wickr": r"[a-z0-9]{6,30}",
    "session": r"05[0-9a-f]{64}",
    "signal": r"[a-z0-9]+\.\d{5}",
    "threema": r"[A-Z0-9]{8}",
    "tox": r"[0-9A-F]{76}",
    "icq": r"\d{9}",
}


def test_every_kind_of_contact_is_checked_here() -> None:
    assert set(FORMATS) == set(writing().spellings)


@given(seed=st.integers(0, 2**32), kind=st.sampled_from(sorted(FORMATS)))
@settings(max_examples=60, deadline=None)
def test_contacts_have_the_right_format(seed: int, kind: str) -> None:
    contact = make_contact(random.Random(seed), kind, "Quiet_Harvest-24")
    assert re.fullmatch(FORMATS[kind], contact.value)
    if kind == "tox":
        octets = bytes.fromhex(contact.value)
        for place in (0, 1):
            total = 0
            for octet in octets[place::2]:
                total ^= octet
            assert total == 0


# What is sold.


def _owner(world: World, listing: Listing) -> Account:
    return world.shelves[listing.market].owner(listing)


@given(seed=st.integers(0, 2**64))
@settings(max_examples=25, deadline=None)
def test_worlds_are_consistent(seed: int) -> None:
    world = World.generate(seed=seed, vendors=8, listings=20, markets=FAMILIES)
    assert len({account.id for account in world.accounts}) == 24
    assert len({(account.market, account.number) for account in world.accounts}) == 24
    for market in world.markets:
        listings = world.shelves[market.name].listings
        assert len({listing.number for listing in listings}) == 20
        for listing in listings:
            _check_listing(world, listing)
    assert _hard_pairs(world.identities()) <= _seller_pairs(world.identities())


def _check_listing(world: World, listing: Listing) -> None:
    owner = _owner(world, listing)
    assert owner.registered_at <= listing.posted_at <= world.start
    assert listing.usd > 0
    assert listing.title.strip() == listing.title != ""
    assert bool(listing.options) == bool(listing.ships_from)
    assert not listing.ships_excluded or listing.ships_to == ("WW",)
    assert not set(listing.ships_excluded) & set(listing.ships_from)
    assert all(0 < option.days_min <= option.days_max for option in listing.options)
    quantities = [step.min_quantity for step in listing.steps]
    factors = [step.factor for step in listing.steps]
    assert quantities == sorted(set(quantities))
    assert factors == sorted(set(factors), reverse=True)


def _hard_pairs(identities: Json) -> set[frozenset[str]]:
    return {frozenset((pair["a"], pair["b"])) for pair in identities["pairs"] if pair["hard_evidence"]}


def _seller_pairs(identities: Json) -> set[frozenset[str]]:
    return {frozenset(pair) for seller in identities["sellers"] for pair in combinations(seller["accounts"], 2)}


def test_titles_and_descriptions_say_what_the_facts_say(world: World) -> None:
    checked = 0
    for shelves in world.shelves.values():
        for listing in shelves.listings:
            stated = listing.facts
            text = f"{listing.title}\n{listing.description}"
            if listing.hostile:
                continue
            for number in (stated.total and stated.total[0], stated.strength and stated.strength[0], stated.purity_pct):
                if number is not None:
                    assert f"{number.normalize():f}" in text
                    checked += 1
            assert all(carrier in listing.description for carrier in stated.carriers)
    assert checked > 1000


def test_some_listings_are_hostile(world: World) -> None:
    hostile = [listing for listing in world.shelves["orchard"].listings if listing.hostile]
    assert len(hostile) == 8
    text = "\n".join(listing.title + listing.description for listing in hostile)
    for sample in ("=HYPERLINK(", "<script>", "\u202e", "\x1b[", "DROP TABLE"):
        assert sample in text


# Time.


def test_nothing_changes_before_the_start(world: World) -> None:
    early = world.moment("lantern", world.start - timedelta(days=3))
    now = world.moment("lantern")
    for listing in world.shelves["lantern"].listings:
        assert early.price(listing, "USD") == now.price(listing, "USD") == listing.usd
        assert early.sold(listing) == now.sold(listing) == listing.sold


def test_prices_move_and_sales_go_on(world: World) -> None:
    now, later = world.moment("lantern"), world.moment("lantern", world.start + timedelta(days=9))
    listings = world.shelves["lantern"].listings
    moved = [listing for listing in listings if now.usd(listing) != later.usd(listing)]
    assert len(moved) > len(listings) / 2
    for listing in listings:
        assert abs(later.usd(listing) / now.usd(listing) - 1) < 0.15
        assert later.sold(listing) >= now.sold(listing)
        stock = later.stock(listing)
        assert (stock is None) == (listing.stock is None)
        assert stock is None or stock >= 0
    assert sum(map(later.sold, listings)) > sum(map(now.sold, listings))


def test_reviews_are_added_and_never_lost(world: World) -> None:
    now, later = world.moment("harbour"), world.moment("harbour", world.start + timedelta(days=20))
    added = 0
    for listing in world.shelves["harbour"].listings:
        before, after = now.reviews(listing), later.reviews(listing)
        assert after[len(after) - len(before) :] == before
        assert all(listing.posted_at <= review.posted_at + timedelta(minutes=1) for review in after)
        added += len(after) - len(before)
    assert added > 50


def test_the_truth_of_a_later_day_shows_later_prices(world: World) -> None:
    first, second = (world.truth("orchard", at=world.times()[day])["listings"] for day in (0, 10))
    assert [listing["listing_id"] for listing in first] == [listing["listing_id"] for listing in second]
    assert [listing["price"] for listing in first] != [listing["price"] for listing in second]


def test_a_world_begins_on_the_day_asked_for() -> None:
    world = World.generate(vendors=2, listings=2, start=date(2019, 10, 27), days=2)
    assert [moment.date().isoformat() for moment in world.times()] == ["2019-10-27", "2019-10-28", "2019-10-29"]
    assert world.truth("harbour")["at"] == "2019-10-27T09:30:00Z"
