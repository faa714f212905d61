"""Prices in running text, and sums that are none."""

from typing import Any

import pytest
import spacy
from spacy.language import Language

from extractors.components import price
from extractors.tokenizer import MarketTokenizer
from tests.extractors.linear_time import grows_faster
from tests.extractors.reading_text import mentions, values

Price = tuple[str, str | None, dict[str, Any]]


def prices(text: str) -> list[Price]:
    return [(one.value, one.unit, one.data) for one in mentions(text, "price")]


def grams(amount: float) -> dict[str, Any]:
    return {"quantity": amount, "quantity_unit": "g"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10g - 150$", [("150", "USD", grams(10))]),
        ("1oz = €900", [("900", "EUR", grams(28.35))]),
        ("1g 10€\n5g 40€", [("10", "EUR", grams(1)), ("40", "EUR", grams(5))]),
        ("cocaine $7/g", [("7", "USD", {"per": "g"})]),
        ("€20 per gram", [("20", "EUR", {"per": "g"})]),
        ("1,250 USD / kg", [("1250", "USD", {"per": "kg"})]),
        ("$26 each", [("26", "USD", {"per": "item"})]),
        ("2,50€ pro Stück", [("2.5", "EUR", {"per": "item"})]),
        ("50 pills for 100€", [("100", "EUR", {"quantity": 50.0, "quantity_unit": "items"})]),
        ("tracking +5€", [("5", "EUR", {"for": "shipping"})]),
        ("minimum order 50€", [("50", "EUR", {"for": "minimum"})]),
        ("only $130!", [("130", "USD", {})]),
        ("49 AUD", [("49", "AUD", {})]),
        ("price 0.05 BTC", [("0.05", "BTC", {})]),
        ("300 рублей", [("300", "RUB", {})]),
    ],
)
def test_prices(text: str, found: list[Price]) -> None:
    assert prices(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "$50 gift card",
        "make $500 a day",
        "account with $2000 balance",
        "retail value $300",
        "save 20€",
        "5-10 days delivery",
        "100 bitcoin stealers",
        "MDMA 200 mg",
        "$ 0",
        "version 2.0.4$9x",
    ],
)
def test_sums_that_are_no_prices(text: str) -> None:
    assert values(text, "price") == []


def test_a_price_s_text_is_the_whole_offer() -> None:
    (found,) = mentions("now 10g - 150$ left", "price")
    assert found.text == "10g - 150$"


@pytest.mark.parametrize("unit", ["$", "$1", "1,000,", "1 $ ", "usd ", "1g - 1$ ", "1.1."])
def test_hostile_texts_take_linear_time(unit: str) -> None:
    nlp: Language = spacy.blank("en")
    nlp.tokenizer = MarketTokenizer(nlp.vocab)
    nlp.add_pipe(price.NAME)
    assert grows_faster(nlp, unit, short=40_000, long=160_000) is None
