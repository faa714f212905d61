"""What is taken as payment and how it is held, and coins that are goods."""

import pytest

from tests.extractors.reading_text import facts_of, values


@pytest.mark.parametrize(
    ("text", "payment"),
    [
        ("Pay with Monero or BTC, escrow accepted", ["xmr", "btc", "escrow"]),
        ("We accept BTC, LTC and XMR", ["btc", "ltc", "xmr"]),
        ("XMR only", ["xmr"]),
        ("monero discount", ["xmr"]),
        ("We don't accept PayPal, only BTC", ["btc"]),
        ("Payment methods:\n- Bitcoin\n- Monero", ["btc", "xmr"]),
        ("Zahlung per Bitcoin oder Monero", ["btc", "xmr"]),
        ("принимаем биткоин", ["btc"]),
        ("we take cash by mail as payment", ["cash"]),
    ],
)
def test_means_of_payment(text: str, payment: list[str]) -> None:
    assert facts_of(text).payment == payment


@pytest.mark.parametrize(
    "text",
    [
        "dashing ethics",
        "Bitcoin stealer 4.3",
        "bitcoin miner, accept this offer",
        "CC to BTC",
        "how to buy bitcoins",
        "PayPal account with balance",
        "0.05 BTC",
        "Release held PayPal payments",
        "we do not accept bitcoin",
        "solid tron legacy",
    ],
)
def test_a_coin_that_is_goods_is_no_payment(text: str) -> None:
    assert facts_of(text).payment == []


@pytest.mark.parametrize(
    ("text", "payment"),
    [
        ("FE only", ["finalize_early"]),
        ("7g hash [FE]", ["finalize_early"]),
        ("100%FE", ["finalize_early"]),
        ("please finalize early", ["finalize_early"]),
        ("FE or Escrow: FE Required", ["finalize_early"]),
        ("FE or Escrow: ESCROW", ["escrow"]),
        ("escrow only, FE not required", ["escrow"]),
        ("full escrow or multisig", ["escrow", "multisig"]),
        ("Treuhand", ["escrow"]),
        ("NO FE!!!", []),
        ("We never ask for FE", []),
        ("FE not allowed", []),
        ("you do not need to FE", []),
        ("do not finalize early", []),
        ("No escrow, no multisig", []),
        ("Escrow: No", []),
        ("the market exit scammed with 8K in escrow", []),
        ("Santa FE", []),
        ("Fe-Male, iron fe", []),
        ("P R O F E S S I O N A L", []),
    ],
)
def test_escrow_and_finalizing_early(text: str, payment: list[str]) -> None:
    assert values(text, "payment") == payment


TERMS = (
    "Welcome to our shop.\nEverything is packed on the day after your order and posted before noon, "
    "from Monday to Friday, with care.\n"
)


@pytest.mark.parametrize(
    ("line", "payment"),
    [
        ("BTC / XMR", ["btc", "xmr"]),
        ("BTC or XMR in escrow", ["btc", "xmr", "escrow"]),
        ("Escrow only. Bitcoin.", ["btc", "escrow"]),
        ("Payment? -> BTC, XMR", ["btc", "xmr"]),
        ("Zahlung\n-------\nBitcoin und Monero.", ["btc", "xmr"]),
        ("Payment options: BTC, XMR, Interac bank transfer", ["btc", "xmr", "bank transfer"]),
        ("Q: Do you accept BTC?\nA: Only XMR", ["xmr"]),
        ("FE? -> No need.", []),
        ("If I ask you to FE it's not me and my account got hacked.", []),
        ("Always escrow\n- No reship for new buyers", ["escrow"]),
        ("Escrow for all.\n\nLost parcels are sent again", ["escrow"]),
        ("BTC / XMR prices went down again", []),
    ],
)
def test_terms_of_a_long_text(line: str, payment: list[str]) -> None:
    assert set(facts_of(f"{TERMS}{line}\n").payment) == set(payment)
