"""Crypto addresses in running text, and where there are none."""

import base64
import hashlib
import time
from functools import cache

import pytest
import spacy
from bip_utils import Base58Alphabets, Base58Encoder, Bech32Encoder, SegwitBech32Encoder
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from spacy.language import Language

from extractors.addresses.cues import CueWords, load_cues
from extractors.components import crypto
from extractors.findings import prose
from extractors.tokenizer import MarketTokenizer
from tests.extractors.keys import public_key
from tests.extractors.reading_text import facts_of, mentions, values

SEGWIT = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
LEGACY = "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"


def _hash(name: str, length: int = 20) -> bytes:
    return hashlib.sha256(name.encode()).digest()[:length]


def _base58(version: int, name: str) -> str:
    return str(Base58Encoder.CheckEncode(bytes([version]) + _hash(name)))


# Addresses of nobody: of hashes of words.
BTC = _base58(0x00, "a")
OTHER = str(SegwitBech32Encoder.Encode("bc", 0, _hash("b")))
SCRIPT = _base58(0x05, "c")
LTC = _base58(0x30, "d")
TRX = _base58(0x41, "e")
ETH = "0x" + _hash("f").hex()
BNB = str(Bech32Encoder.Encode("bnb", _hash("g")))
XRP = str(Base58Encoder.CheckEncode(b"\0" + _hash("h"), Base58Alphabets.RIPPLE))
# RFC 8032, tests 1 and 2: the public keys.
SOL = str(Base58Encoder.Encode(bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")))
SOL2 = str(Base58Encoder.Encode(bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")))
# monero-python's and BOLT 11's own examples.
INTEGRATED = (
    "4HMcpBpe4ddJEEnFKUJHAYhGxkeTRH82sf36giEp9AcNfDBfkAtRLX7A6rZz18bbNHPNV7ex6WYbMN3aKisFRJZ8M7yKhzQhKW3ECCLWQw"
)
STANDARD = "47ewoP19TN7JEEnFKUJHAYhGxkeTRH82sf36giEp9AcNfDBfkAtRLX7A6rZz18bbNHPNV7ex6WYbMN3aKisFRJZ8Ebsmgef"
INVOICE = (
    "lnbc1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpl2pkx2ctnv5sxxmmwwd5kgetjypeh2ursdae8g6twvus8"
    "g6rfwvs8qun0dfjkxaq8rkx3yf5tcsyz3d73gafnh3cax9rn449d9p5uxz9ezhhypd0elx87sjle52x86fux2ypatgddc6k63n7erqz25le42c4u4eck"
    "y03ylcqca784w"
)


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
    digits = _hash("key").hex().upper()
    assert values(f"PGP fingerprint 0x{digits}", "crypto_address") == []
    assert values(f"sha1 0x{digits}", "crypto_address") == []
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


def test_none_in_hashes_payment_ids_and_transactions() -> None:
    digest = _hash("t", 32).hex()
    text = (
        f"txid {digest}, tx 0x{digest}, payment id {digest[:16]}, md5 {digest[:32]}, sha1 {digest[:40]}, ETH {digest}"
    )
    assert values(text, "crypto_address") == []


@pytest.mark.parametrize(
    "text",
    [
        f"http://market.example/reset?token={BTC}",
        f"http://market.example/{BTC}",
        f"https://cdn.example/img/{OTHER}.png?v=1",
        f"data:image/png;base64,{BTC}",
        f"data:image/png;base64,{'iVBORw0KGgo' * 8}/{BTC}+{'AAAB' * 30}==",
        f"{'QmFzZTY0' * 8}+{OTHER}/{'QmFzZTY0' * 8}",
        f"sol: {SOL}= is a key in base64",
    ],
)
def test_none_in_tokens_of_urls_and_in_base64(text: str) -> None:
    assert values(text, "crypto_address") == []


@pytest.mark.parametrize("address", [BTC, ETH, OTHER])
def test_a_block_explorer_s_url_names_an_address(address: str) -> None:
    assert values(f"proof: https://explorer.example/btc/address/{address}", "crypto_address") == [address]
    assert values(f"https://explorer.example/?address={address}&page=2", "crypto_address") == [address]


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        (SCRIPT, "BTC"),
        (f"LTC: {SCRIPT}", "LTC"),
        (f"Litecoin (LTC) {SCRIPT}", "LTC"),
        (f"{SCRIPT} (LTC)", "LTC"),
        (f"litecoin:{SCRIPT}", "LTC"),
        (f"bitcoin cash {BTC}", "BCH"),
        (f"bitcoin {BTC}", "BTC"),
        # Nothing decides between what is named together, and a sentence before does not.
        (f"BTC or LTC: {SCRIPT}", "BTC"),
        (f"We accept BTC, LTC and BCH. Send to {SCRIPT}", "BTC"),
        (f"DOGE: {SCRIPT}", "BTC"),
        (ETH, "ETH"),
        (f"BSC: {ETH}", "BNB"),
        (f"BNB (BEP20) {ETH}", "BNB"),
        (f"USDT ERC20 {ETH}", "ETH"),
        (f"bnb: {BNB}", "BNB"),
        (f"ripple {XRP}", "XRP"),
    ],
)
def test_the_words_beside_an_address_decide_its_chain_where_they_can(text: str, chain: str) -> None:
    (found,) = mentions(text, "crypto_address")
    assert (found.unit, found.data["chain"]) == (chain, chain)
    assert chain not in found.data.get("also_valid_on", [])


def test_each_line_of_a_list_has_its_own_chain() -> None:
    text = f"BTC\n{BTC}\n\nLTC\n{SCRIPT}\n\nBCH:\n{_base58(0x00, 'z')}"
    assert [one.unit for one in mentions(text, "crypto_address")] == ["BTC", "LTC", "BCH"]


@pytest.mark.parametrize(
    ("text", "token"),
    [
        (f"USDT (TRC20): {TRX}", "USDT"),
        (f"Tether on Tron network: {TRX}", "USDT"),
        (f"USDC BEP-20 {ETH}", "USDC"),
        (f"USDT omni {BTC}", "USDT"),
        (f"TRX: {TRX}", None),
        (f"USDT is not taken. TRX: {TRX}", None),
        (f"We take BTC, USDT: {BTC}", None),
        (f"USDT or XMR {STANDARD}", None),
    ],
)
def test_the_token_is_named_where_its_chain_carries_it(text: str, token: str | None) -> None:
    (found,) = mentions(text, "crypto_address")
    assert found.data.get("token") == token


def test_a_solana_account_needs_its_name_beside_it() -> None:
    (found,) = mentions(f"solana: {SOL}\n{SOL2}", "crypto_address")
    assert (found.value, found.unit, found.confidence) == (SOL, "SOL", 0.6)
    assert values(f"my id is {SOL}", "crypto_address") == []
    assert values(f"we take sol. my id is {SOL}", "crypto_address") == []


@pytest.mark.parametrize(
    ("text", "data"),
    [
        (f"bitcoin:{OTHER}?amount=0.05&amp;label=Order%2012", {"amount": "0.05", "label": "Order 12"}),
        (f"BITCOIN:{OTHER.upper()}?amount=1", {"amount": "1"}),
        (f"litecoin:{LTC}?amount=1.50", {"amount": "1.5"}),
        (
            f"monero:{STANDARD}?tx_amount=0.3&tx_description=2g&tx_payment_id=0123456789abcdef",
            {"amount": "0.3", "message": "2g", "payment_id": "0123456789abcdef"},
        ),
        (f"ethereum:{ETH}?value=2.014e18", {"amount": "2.014"}),
        (f"ethereum:{ETH}@56?value=1e18", {"amount": "1", "chain": "BNB"}),
        (f"solana:{SOL}?amount=0.1", {"amount": "0.1", "chain": "SOL"}),
        (f"bitcoin:{OTHER}?amount=much", {"amount": None}),
        (f"bitcoin:{OTHER}?amount=1e999999999", {"amount": None}),
        (f"XRP {XRP} destination tag: 12345", {"tag": "12345"}),
        (f"bnb {BNB} memo: 10284", {"tag": "10284"}),
        (INTEGRATED, {"payment_id": "4a6f686e47616c74"}),
        (f"{STANDARD}\nPayment ID: {'5a' * 8}", {"payment_id": "5a" * 8}),
        (f"testnet {TRX}", {"network": "test"}),
    ],
)
def test_what_stands_with_an_address_is_kept(text: str, data: dict[str, str | None]) -> None:
    (found,) = mentions(text, "crypto_address")
    assert {name: found.data.get(name) for name in data} == data


def test_an_invoice_is_a_mention_of_its_own_kind_and_no_fact() -> None:
    text = f"lightning:{INVOICE}"
    (found,) = mentions(text, "crypto_address")
    assert (found.data["kind"], found.data["form"], found.text) == ("invoice", "bolt11", INVOICE)
    assert facts_of(text).crypto_addresses == []


@pytest.mark.parametrize(
    "address",
    [
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "1BitcoinEaterAddressDontSendf59kuE",
        "0x000000000000000000000000000000000000dEaD",
        SEGWIT.upper(),
        LEGACY,
    ],
)
def test_well_known_addresses_are_examples_and_no_facts(address: str) -> None:
    text = f"BTC/ETH: {address}"
    (found,) = mentions(text, "crypto_address")
    assert found.data["example"] is True
    assert facts_of(text).crypto_addresses == []


@pytest.mark.parametrize(
    ("text", "role"),
    [
        (f"scammer: {BTC}", "warned"),
        (f"Beware, this is a phishing address: {BTC}", "warned"),
        (f"do not send to {BTC}!", "warned"),
        (f"Never send coins to this address {BTC}", "warned"),
        (f"this is not my address {BTC}", "warned"),
        (f"{BTC} is a scam", "warned"),
        (f"{BTC} <- fake", "warned"),
        (f"Betrüger: {BTC}", "warned"),
        (f"Example: {BTC}", "example"),
        (f"a BTC address, e.g. {BTC}", "example"),
        (f"Beispiel {BTC}", "example"),
    ],
)
def test_an_address_that_is_only_shown_is_no_fact(text: str, role: str) -> None:
    (found,) = mentions(text, "crypto_address")
    assert found.data["role"] == role
    assert facts_of(text).crypto_addresses == []


@pytest.mark.parametrize(
    "text",
    [
        f"Beware of scammers! My BTC: {BTC}",
        f"Beware of scammers, my only address is {BTC}",
        f"we are no scammers, pay to {BTC}",
        f"Fake IDs and fake money. BTC {BTC}",
        f"scam pages for sale, btc: {BTC}",
        f"Do not send LTC to this address: {BTC}",
        f"never send to any address other than {BTC}",
        f"For example you can order 5 g. Pay to {BTC}",
        f"{BTC}\nscammers get nothing",
    ],
)
def test_warnings_of_something_else_leave_an_address_a_fact(text: str) -> None:
    assert [one.address for one in facts_of(text).crypto_addresses] == [BTC]


def test_a_heading_holds_for_the_list_under_it_and_no_further() -> None:
    text = f"Scammer addresses:\nBTC: {BTC}\nLTC: {LTC}\n\nMy BTC: {OTHER}"
    assert [one.data.get("role") for one in mentions(text, "crypto_address")] == ["warned", "warned", None]
    assert [one.address for one in facts_of(text).crypto_addresses] == [OTHER]


@pytest.mark.parametrize("between", ["\n", "\r\n  ", " ", "\u200b", "\xad"])
def test_an_address_that_a_page_broke_is_put_together(between: str) -> None:
    text = f"xmr: {STANDARD[:60]}{between}{STANDARD[60:]} thanks"
    (found,) = mentions(text, "crypto_address")
    assert found.value == STANDARD
    assert text[found.start : found.end] == found.text
    assert found.text == f"{STANDARD[:60]}{between}{STANDARD[60:]}"


def test_words_are_read_strictly() -> None:
    assert load_cues().chains["LTC"]
    with pytest.raises(ValidationError):
        CueWords.model_validate({**load_cues().model_dump(), "more": []})


@cache
def alone() -> Language:
    """The component by itself."""
    nlp = spacy.blank("en")
    nlp.tokenizer = MarketTokenizer(nlp.vocab)
    nlp.add_pipe(crypto.NAME)
    return nlp


NASTY = [
    "a", "1", " ", "(", "_", "A1b", "bc1", "bc1q ", "a" * 24 + " ", f"{BTC} ", f"{BTC}\n", f"scam {BTC} ",
    f"sol {SOL} ", f"{ETH} ", "4" + "A" * 94 + " ", "lnbc1" + "q" * 300 + " ", "u1" + "q" * 200 + " ",
    f"http://a/{BTC} ", f"bitcoin:{BTC}?a=1&", "do not send ",
]  # fmt: skip


@pytest.mark.parametrize("unit", NASTY)
def test_time_grows_no_faster_than_the_text(unit: str) -> None:
    def seconds(size: int) -> float:
        text = (unit * (size // len(unit) + 1))[:size]
        doc = alone().make_doc(text)
        # The prose is read once for all components, and is not what is measured.
        prose(doc)
        begin = time.process_time()
        alone().get_pipe(crypto.NAME)(doc)
        return time.process_time() - begin

    # A pattern that grows with the square would take a hundred times as long; other work on the machine is evened out.
    small = max(min(seconds(20_000) for _ in range(3)), 0.02)
    assert min(seconds(200_000) for _ in range(2)) < 40 * small


def test_the_fact_has_chain_and_address() -> None:
    (address,) = facts_of(f"{BTC} and again {BTC}").crypto_addresses
    assert (address.chain, address.address) == ("BTC", BTC)
