"""Address checksums: the published vectors, mutations, and real tagged addresses."""

import json
import random
from collections import Counter
from pathlib import Path

import pytest
from bip_utils import (
    Base58Alphabets,
    Base58Encoder,
    BchBech32Encoder,
    Bech32ChecksumError,
    Bech32Encoder,
    SegwitBech32Decoder,
    SegwitBech32Encoder,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.addresses import read_tagged, reason_refused
from extractors.addresses import CHAINS, Address, read_address
from extractors.addresses.well_known import is_well_known, load_well_known

# BIP 173 and BIP 350, "Test vectors"; EIP-55, "Test Cases"; CashAddr specification, "Examples of address translation";
# BIP 47 and BIP 352, "Test vectors"; ZIP 316 and Sapling as the zcash_address documentation has them; XLS-5.
UNIFIED = (
    "u1pg2aaph7jp8rpf6yhsza25722sg5fcn3vaca6ze27hqjw7jvvhhuxkpcg0ge9xh6drsgdkda8qjq5chpehkcpxf87rnjryjqwymdheptpvnljqqrj"
    "qzjwkc2ma6hcq666kgwfytxwac8eyex6ndgr6ezte66706e3vaqrd25dzvzkc69kw0jgywtd0cmq52q5lkw6uh7hyvzjse8ksx"
)
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
    (UNIFIED, "ZEC", "unified"),
    ("zs1z7rejlpsa98s2rrrfkwmaxu53e4ue0ulcrw0h4x5g8jl04tak0d3mm47vdtahatqrlkngh9slya", "ZEC", "sapling"),
    (
        "PM8TJTLJbPRGxSbc8EJi42Wrr6QbNSaSSVJ5Y3E4pbCYiTHUskHg13935Ubb7q8tx9GVbh2UuRnBc3WSyJHhUrw8KhprKnn9eDznYGieTzFcwQRya4GA",
        "BTC",
        "payment_code",
    ),
    (
        "sp1qqgste7k9hx0qftg6qmwlkqtwuy6cycyavzmzj85c6qdfhjdpdjtdgqjuexzk6murw56suy3e0rd2cgqvycxttddwsvgxe2usfpxumr70xc9pkqwv",
        "BTC",
        "silent_payment",
    ),
    ("rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "XRP", "account"),
    ("X7AcgcsBL6XDcUb289X4mJ8djcdyKaB5hJDWMArnXr61cqZ", "XRP", "x_address"),
    # The longest and the shortest program of BIP 350.
    ("bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y", "BTC", "segwit"),
    ("BC1SW50QGDZ25J", "BTC", "segwit"),
    ("bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", "BTC", "segwit"),
    ("tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy", "BTC", "segwit"),
    ("tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c", "BTC", "taproot"),
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
    "tc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut",
    "tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf",
    "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
    "tb1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq24jc47",
    "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",
    "bc1pw5dgrnzv",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav",
    "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf",
    "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vpggkg4j",
    "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3pjxtptv",
    # BIP 21's own example: its checksum is wrong.
    "175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W",
    # A transaction of Ethereum, a payment id of Monero, a session's key.
    "0x" + "5a" * 32,
    "5a" * 32,
    "5a" * 8,
    "05" + "5a" * 32,
    "0x",
    "0xzz",
    "",
    "1",
    "bc1",
    "4" * 95,
    "8" * 106,
]
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
        (0x71, "DOGE", "p2pkh", "test"),
        (0x8C, "DASH", "p2pkh", "test"),
        (0x3A, "LTC", "p2sh", "test"),
        (0x1CB8, "ZEC", "p2pkh", "main"),
        (0x1CBD, "ZEC", "p2sh", "main"),
        (0x1D25, "ZEC", "p2pkh", "test"),
        (0x1CBA, "ZEC", "p2sh", "test"),
    ],
)
@settings(max_examples=25)
@given(payload=st.binary(min_size=20, max_size=20))
def test_version_bytes_name_the_chain(version: int, chain: str, form: str, network: str, payload: bytes) -> None:
    address = read_address(Base58Encoder.CheckEncode(_version(version) + payload))
    assert address is not None
    assert (address.chain, address.form, address.network) == (chain, form, network)


def _version(number: int) -> bytes:
    return number.to_bytes(2 if number > 0xFF else 1, "big")


def test_an_address_of_several_chains_is_bitcoin_s_and_says_so() -> None:
    address = read_address("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy")
    assert address is not None
    assert address.also == ("BCH", "LTC")


def test_a_named_chain_decides_where_several_are_possible_and_nowhere_else() -> None:
    text = "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"
    assert read_address(text, chain="LTC") == Address("LTC", text, "p2sh", also=("BTC", "BCH"))
    assert read_address(text, chain="DOGE") == read_address(text)
    account = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    assert read_address(account, chain="BNB") == Address("BNB", account, "account", also=("ETH",))


@settings(max_examples=25)
@given(key=st.binary(min_size=20, max_size=20), tag=st.none() | st.integers(0, 2**32 - 1))
def test_an_x_address_holds_the_account_and_the_tag(key: bytes, tag: int | None) -> None:
    flag, number = (0, 0) if tag is None else (1, tag)
    payload = b"\x05\x44" + key + bytes([flag]) + number.to_bytes(8, "little")
    address = read_address(Base58Encoder.CheckEncode(payload, Base58Alphabets.RIPPLE))
    classic = Base58Encoder.CheckEncode(b"\0" + key, Base58Alphabets.RIPPLE)
    assert address is not None
    assert dict(address.details) == {"classic": classic} | ({} if tag is None else {"tag": str(tag)})
    account = read_address(classic)
    assert account is not None
    assert account.chain == "XRP"


def test_an_x_address_with_a_tag_that_cannot_be_is_refused() -> None:
    for flag, tag in ((0, 5), (2, 5), (1, 2**32)):
        payload = b"\x05\x44" + bytes(range(20)) + bytes([flag]) + tag.to_bytes(8, "little")
        assert read_address(Base58Encoder.CheckEncode(payload, Base58Alphabets.RIPPLE)) is None


@settings(max_examples=25)
@given(st.binary(min_size=19, max_size=21))
def test_an_account_of_the_beacon_chain_has_twenty_bytes(account: bytes) -> None:
    for prefix, network in (("bnb", "main"), ("tbnb", "test")):
        text = Bech32Encoder.Encode(prefix, account)
        address = read_address(text)
        expected = Address("BNB", text, "account", network) if len(account) == 20 else None
        assert address == expected


def test_a_unified_address_names_what_it_holds() -> None:
    address = read_address(UNIFIED)
    assert address is not None
    assert dict(address.details) == {"receivers": "p2pkh sapling orchard"}


def test_other_forms_of_cash_addresses() -> None:
    token = BchBech32Encoder.Encode("bitcoincash", b"\x10", bytes(range(20)))
    long_script = BchBech32Encoder.Encode("bitcoincash", b"\x0b", bytes(range(32)))
    test = BchBech32Encoder.Encode("bchtest", b"\x00", bytes(range(20)))
    wrong_length = BchBech32Encoder.Encode("bitcoincash", b"\x00", bytes(range(32)))
    assert [one and (one.form, one.network) for one in map(read_address, (token, long_script, test, wrong_length))] == [
        ("p2pkh", "main"), ("p2sh", "main"), ("p2pkh", "test"), None,
    ]  # fmt: skip


def test_an_integrated_address_carries_its_payment_id() -> None:
    # monero-python's own example.
    text = "4HMcpBpe4ddJEEnFKUJHAYhGxkeTRH82sf36giEp9AcNfDBfkAtRLX7A6rZz18bbNHPNV7ex6WYbMN3aKisFRJZ8M7yKhzQhKW3ECCLWQw"
    address = read_address(text)
    assert address is not None
    assert (address.form, dict(address.details)) == ("integrated", {"payment_id": "4a6f686e47616c74"})


# BOLT 11, "Examples": a donation of any amount.
INVOICE = (
    "lnbc1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqf"
    "qypqdpl2pkx2ctnv5sxxmmwwd5kgetjypeh2ursdae8g6twvus8g6rfwvs8qun0dfjkxaq9qrsgq357wnc5r2ueh7ck6q93dj32dlqnls087fxdwk8qakdy"
    "afkq3yap9us6v52vjjsrvywa6rt52cm9r9zqt8r2t7mlcwspyetp5h2tztugp9lfyql"
)
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def test_an_invoice_is_read_as_such() -> None:
    invoice = read_address(INVOICE)
    assert invoice is not None
    assert (invoice.chain, invoice.form, invoice.kind, invoice.network) == ("BTC", "bolt11", "invoice", "main")
    assert dict(invoice.details) == {
        "created_at": "2017-06-01T10:57:38+00:00",
        "payment_hash": "0001020304050607080900010203040506070809000102030405060708090102",
        "description": "Please consider supporting this project",
    }
    assert read_address(INVOICE.upper()) == invoice
    assert read_address(INVOICE[:-1] + ("q" if INVOICE[-1] != "q" else "p")) is None


@pytest.mark.parametrize(
    ("prefix", "amount", "network"),
    [("lnbc20m", "0.020", "main"), ("lntb2500u", "0.002500", "test"), ("lnbc9678785340p", "0.009678785340", "main"),
     ("lnbcrt25", "25", "regtest"), ("lntbs10n", "0.000000010", "test")],
)  # fmt: skip
def test_an_invoice_states_its_amount_in_coins(prefix: str, amount: str, network: str) -> None:
    invoice = read_address(_invoice(prefix))
    assert invoice is not None
    assert (dict(invoice.details)["amount"], invoice.network) == (amount, network)


@pytest.mark.parametrize("prefix", ["lnbc20x", "lnxy", "lnbc20mm", "lnb", "lnbcm"])
def test_what_has_no_prefix_of_an_invoice_is_none(prefix: str) -> None:
    assert read_address(_invoice(prefix)) is None


def _invoice(prefix: str) -> str:
    """The example under another prefix, with the checksum that it then has (BIP 173)."""
    values = [_BECH32.index(letter) for letter in INVOICE.rpartition("1")[2][:-6]]
    lead = [*(ord(one) >> 5 for one in prefix), 0, *(ord(one) & 31 for one in prefix)]
    check = 1
    for value in (*lead, *values, 0, 0, 0, 0, 0, 0):
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> bit & 1 else 0
    check ^= 1
    checksum = [check >> 5 * (5 - place) & 31 for place in range(6)]
    return prefix + "1" + "".join(_BECH32[value] for value in (*values, *checksum))


def test_a_payment_link_names_its_url() -> None:
    text = Bech32Encoder.Encode("lnurl", b"https://pay.example/api?q=3fc3645b439ce8e7")
    link = read_address(text.upper())
    assert link is not None
    assert (link.kind, dict(link.details)) == ("payment_link", {"url": "https://pay.example/api?q=3fc3645b439ce8e7"})
    assert read_address(Bech32Encoder.Encode("lnurl", bytes(range(40)))) is None


def test_a_solana_account_is_read_only_where_its_chain_is_named() -> None:
    # RFC 8032, test 1: the public key.
    text = Base58Encoder.Encode(bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))
    assert read_address(text) is None
    address = read_address(text, chain="SOL")
    assert address is not None
    assert (address.chain, address.form, address.checked) == ("SOL", "account", False)
    # 32 bytes that are no point of the curve: the account of a program.
    derived = read_address(Base58Encoder.Encode(bytes([2, *range(1, 32)])), chain="SOL")
    assert derived is not None
    assert derived.form == "derived"
    assert read_address("a" * 44, chain="SOL") is None
    assert read_address("5a" * 20, chain="SOL") is None
    assert read_address(text[:-2], chain="SOL") is None


def test_well_known_addresses_are_in_their_normal_form() -> None:
    listed = load_well_known()
    assert set(listed.addresses) == set(listed.sources)
    for source, addresses in listed.addresses.items():
        for text in addresses:
            address = read_address(text, chain="SOL" if source == "solana" else None)
            assert address is not None, text
            assert address.address == text
            assert is_well_known(address.address)


def test_what_is_written_by_hand_is_well_known() -> None:
    assert is_well_known("0x" + "0" * 36 + "beef")
    assert not is_well_known(Base58Encoder.CheckEncode(bytes(range(21))))


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
    # What stands before the checked part decides which checksum there is.
    place = data.draw(st.integers(12 if ":" in text else 5, len(text) - 1))
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
    refused: Counter[str] = Counter()
    for chain, text in read_tagged(shared_data):
        address = read_address(text, chain=chain)
        read[chain][address.chain if address else "refused"] += 1
        if address is None:
            refused[f"{chain}: {reason_refused(text)}"] += 1
    # Nine corrupt ones, and one of Tron that is tagged Bitcoin.
    assert read["BTC"] == {"BTC": 88_888, "refused": 9, "TRX": 1}
    assert read["XMR"] == {"XMR": 33, "refused": 3}
    for chain in set(CHAINS) - {"BTC", "XMR"}:
        assert read[chain].keys() == {chain}
    assert refused == {
        "BTC: wrong checksum, 33 characters": 5,
        "BTC: too long: 35 characters": 2,
        "BTC: letters that are not of the alphabet: its case was changed": 1,
        "BTC: hexadecimal digits without 0x": 1,
        "XMR: cut short: 67 characters": 2,
        "XMR: a hash or a payment id": 1,
    }


def test_ten_thousand_mutations_are_refused() -> None:
    chance = random.Random(7)
    made = [_made(chance) for _ in range(400)]
    for _ in range(10_000):
        text = chance.choice(made)
        place = chance.randrange(5, len(text))
        digits = "0123456789abcdef" if text.startswith("0x") else ALPHABET
        letter = chance.choice([one for one in digits if one.lower() != text[place].lower()])
        changed = read_address(text[:place] + letter + text[place + 1 :])
        assert changed is None or not changed.checked, text


def _made(chance: random.Random) -> str:
    """An address that is nobody's, of any form."""
    kind = chance.randrange(6)
    if kind == 0:
        version = chance.choice([0x00, 0x05, 0x30, 0x32, 0x1E, 0x4C, 0x41, 0x1CB8, 0x1CBD])
        return str(Base58Encoder.CheckEncode(_version(version) + chance.randbytes(20)))
    if kind == 1:
        return str(
            SegwitBech32Encoder.Encode(chance.choice(["bc", "ltc"]), chance.choice([0, 1]), chance.randbytes(32))
        )
    if kind == 2:
        return str(Base58Encoder.CheckEncode(b"\0" + chance.randbytes(20), Base58Alphabets.RIPPLE))
    if kind == 3:
        return str(Bech32Encoder.Encode("bnb", chance.randbytes(20)))
    if kind == 4:
        return str(Bech32Encoder.Encode("zs", chance.randbytes(43)))
    return str(BchBech32Encoder.Encode("bitcoincash", b"\0", chance.randbytes(20))).removeprefix("bitcoincash:")
