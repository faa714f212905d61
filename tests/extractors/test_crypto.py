"""Crypto addresses in running text, and where there are none."""

import base64
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extractors.keys import public_key
from tests.extractors.reading_text import facts_of, mentions, values

SEGWIT = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
LEGACY = "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"


@pytest.mark.parametrize(
    "text",
    [
        f"send to {SEGWIT}.",
        f"BTC:{SEGWIT}",
        f"({SEGWIT})",
        f"bitcoin:{SEGWIT}?amount=1",
        f"_{SEGWIT}_",
        f"\n{SEGWIT}\n",
    ],
)
def test_an_address_is_found_whatever_stands_around_it(text: str) -> None:
    (found,) = mentions(text, "crypto_address")
    assert (found.value, found.unit, found.confidence) == (SEGWIT, "BTC", 1.0)
    assert found.data["network"] == "main"


def test_an_address_inside_a_longer_run_is_none() -> None:
    assert values(f"x{SEGWIT}", "crypto_address") == []
    assert values(f"{LEGACY}9", "crypto_address") == []


def test_a_bitcoin_address_says_on_which_other_chains_it_is_valid() -> None:
    (found,) = mentions("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "crypto_address")
    assert found.unit == "BTC"
    assert found.data["also_valid_on"] == ["BCH", "LTC"]


def test_testnet_is_mentioned_and_no_fact() -> None:
    text = "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7"
    assert mentions(text, "crypto_address")[0].data["network"] == "test"
    assert facts_of(text).crypto_addresses == []


def test_a_fingerprint_is_no_ethereum_address() -> None:
    digits = "6EF3A9F69688F4B5F09FC6DF6E8BE8E29A428BA6"
    assert values(f"PGP fingerprint 0x{digits}", "crypto_address") == []
    assert values(f"pay 0x{digits}", "crypto_address") == [f"0x{digits.lower()}"]


def test_none_inside_pgp_armour() -> None:
    block, _ = public_key("vendor")
    assert values(block.replace("=", f"\n{SEGWIT}\n=", 1), "crypto_address") == []


@settings(max_examples=60)
@given(st.binary(min_size=200, max_size=1500))
def test_none_inside_base64_or_hashes(data: bytes) -> None:
    lines = base64.encodebytes(data).decode()
    digests = " ".join(hashlib.new(name, data).hexdigest() for name in ("md5", "sha1", "sha256", "sha512"))
    assert values(f"{lines}\n{digests}", "crypto_address") == []


def test_the_fact_has_chain_and_address() -> None:
    (address,) = facts_of(f"{LEGACY} and again {LEGACY}").crypto_addresses
    assert (address.chain, address.address) == ("BTC", LEGACY)
