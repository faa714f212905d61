"""Address checksums: the published vectors, mutations, and real tagged addresses."""

import csv
import gzip
import json
from collections import Counter
from pathlib import Path

import pytest
from bip_utils import (
    Base58Encoder,
    Bech32ChecksumError,
    SegwitBech32Decoder,
    SegwitBech32Encoder,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.addresses import read_address

# BIP 173 and BIP 350, "Test vectors"; EIP-55, "Test Cases"; CashAddr specification, "Examples of address translation".
VALID = [
    ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "BTC", "segwit"),
    ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", "BTC", "taproot"),
    ("tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7", "BTC", "segwit"),
    ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "BTC", "p2pkh"),
    ("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "BTC", "p2sh"),
    ("bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "BCH", "p2pkh"),
    ("qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "BCH", "p2pkh"),
    ("bitcoincash:ppm2qsznhks23z7629mms6s4cwef74vcwvn0h829pq", "BCH", "p2sh"),
    ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "ETH", "account"),
    ("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359", "ETH", "account"),
    ("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "ETH", "account"),
    (
        "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H",
        "XMR",
        "subaddress",
    ),
]
INVALID = [
    "tc1qw508d6qejxtdg4y5r3zarvary0c5xw7kg3g4ty",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
    "BC13W508D6QEJXTDG4Y5R3ZARVARY0C5XW7KN40WF2",
    "bc1rw5uspcuh",
    "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
    "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sL5k7",
    "bc1zw508d6qejxtdg4y5r3zarvaryvqyzf3du",
    "bc1gmk9yu",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
    "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
    # A version 1 program under bech32: valid in BIP 173, not since BIP 350.
    "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7k7grplx",
    "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD",
    "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6b",
    "bitcoincash:QPM2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a",
    "0x",
    "0xzz",
    "",
    "1",
    "bc1",
    "4" * 95,
    "8" * 106,
]
CHAINS = {"BTC", "LTC", "BCH", "DOGE", "DASH", "ETH", "XMR", "TRX"}
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@pytest.mark.parametrize(("text", "chain", "form"), VALID)
def test_valid_addresses_are_read(text: str, chain: str, form: str) -> None:
    address = read_address(text)
    assert address is not None
    assert (address.chain, address.form) == (chain, form)


@pytest.mark.parametrize("text", INVALID)
def test_invalid_addresses_are_refused(text: str) -> None:
    assert read_address(text) is None


@pytest.mark.parametrize(
    ("version", "chain", "form", "network"),
    [
        (0x00, "BTC", "p2pkh", "main"),
        (0x05, "BTC", "p2sh", "main"),
        (0x30, "LTC", "p2pkh", "main"),
        (0x32, "LTC", "p2sh", "main"),
        (0x1E, "DOGE", "p2pkh", "main"),
        (0x16, "DOGE", "p2sh", "main"),
        (0x4C, "DASH", "p2pkh", "main"),
        (0x10, "DASH", "p2sh", "main"),
        (0x41, "TRX", "account", "main"),
        (0x6F, "BTC", "p2pkh", "test"),
        (0xC4, "BTC", "p2sh", "test"),
    ],
)
@settings(max_examples=25)
@given(payload=st.binary(min_size=20, max_size=20))
def test_version_bytes_name_the_chain(version: int, chain: str, form: str, network: str, payload: bytes) -> None:
    address = read_address(Base58Encoder.CheckEncode(bytes([version]) + payload))
    assert address is not None
    assert (address.chain, address.form, address.network) == (chain, form, network)


def test_an_address_of_several_chains_is_bitcoin_s_and_says_so() -> None:
    address = read_address("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy")
    assert address is not None
    assert address.also == ("BCH", "LTC")


def test_unmixed_ethereum_has_no_checksum_and_says_so() -> None:
    address = read_address("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")
    assert address is not None
    assert not address.checked
    assert read_address("0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED") == address


def test_normal_forms_are_equal_however_they_are_written() -> None:
    assert read_address(VALID[0][0]) == read_address(VALID[0][0].lower())
    assert read_address(VALID[5][0]) == read_address(VALID[6][0]) == read_address(VALID[5][0].upper())


@given(st.sampled_from(VALID), st.data())
def test_one_changed_character_is_refused(valid: tuple[str, str, str], data: st.DataObject) -> None:
    text = valid[0]
    place = data.draw(st.integers(min(12, len(text) - 1) if ":" in text else 4, len(text) - 1))
    digits = "0123456789abcdef" if text.startswith("0x") else ALPHABET
    letter = data.draw(st.sampled_from([one for one in digits if one.lower() != text[place].lower()]))
    changed = read_address(text[:place] + letter + text[place + 1 :])
    assert changed is None or not changed.checked


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused_and_never_an_error(text: str) -> None:
    address = read_address(text)
    assert address is None or address.chain in CHAINS


@given(st.integers(0, 16), st.binary(min_size=2, max_size=40))
def test_segwit_agrees_with_a_second_reading(version: int, program: bytes) -> None:
    encoded = SegwitBech32Encoder.Encode("bc", version, program)
    try:
        expected = SegwitBech32Decoder.Decode("bc", encoded) == (version, program)
    except (Bech32ChecksumError, ValueError):
        expected = False
    if version == 0:
        expected = expected and len(program) in {20, 32}
    assert (read_address(encoded) is not None) == expected


def test_published_vectors(shared_data: Path) -> None:
    vectors = json.loads((shared_data / "crypto" / "vectors.json").read_text())
    moved = {one["address"] for one in vectors["bip0173_valid"]} - {one["address"] for one in vectors["bip0350_valid"]}
    for name in ("bip0173_valid", "bip0350_valid"):
        for one in vectors[name]:
            # BIP 350 withdrew the vectors of versions from 1 upwards that BIP 173 had under bech32.
            assert (read_address(one["address"]) is not None) == (one["address"] not in moved), one
    for name in ("bip0173_invalid", "bip0350_invalid"):
        for one in vectors[name]:
            assert read_address(one["address"]) is None, one
    for network in ("main", "stage", "test"):
        for text in vectors[f"monero_{network}net_subaddrs" if network != "stage" else "monero_stagenet_subaddrs"]:
            address = read_address(text)
            assert address is not None
            assert (address.chain, address.network) == ("XMR", network)
    python_tests = vectors["monero_python_tests"]
    assert sum(read_address(text) is not None for text in python_tests) == 9
    assert len(python_tests) == 18


def test_tagged_addresses_are_accepted(shared_data: Path) -> None:
    read: dict[str, Counter[str]] = {chain: Counter() for chain in CHAINS}
    with gzip.open(shared_data / "crypto" / "tagged-addresses.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["currency"] in CHAINS:
                address = read_address(row["address"].strip())
                read[row["currency"]][address.chain if address else "refused"] += 1
    # Nine corrupt ones, and one of Tron that is tagged Bitcoin.
    assert read["BTC"] == {"BTC": 88_888, "refused": 9, "TRX": 1}
    assert read["BCH"].keys() == {"BCH", "BTC"}
    assert read["XMR"] == {"XMR": 33, "refused": 3}
    for chain in CHAINS - {"BTC", "BCH", "XMR"}:
        assert read[chain].keys() == {chain}
