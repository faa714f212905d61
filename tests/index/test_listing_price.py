"""What a listing and a gram of it cost in dollars."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from index.listing_price import grams_of_unit, listing_price
from index.rates import Rate, Rates

DAY = date(2019, 4, 20)
PUBLISHED = date(2019, 4, 18)
RATES = Rates.of([("EUR", Rate(Decimal("1.25"), PUBLISHED)), ("BTC", Rate(Decimal(5000), DAY))])


def body(amount: float | None = None, currency: str = "USD", **more: Any) -> dict[str, Any]:
    price = None if amount is None else {"amount": amount, "currency": currency}
    return {"price": price, "prices": [], "unit": None, **more}


def test_dollars_are_taken_as_they_are_stated() -> None:
    price = listing_price(body(45.0), 10.0, DAY, Rates())
    assert price.numbers == {"cost": 45.0, "price": 45.0, "price_per_gram": 4.5, "grams": 10.0}
    assert (price.currency, price.conversion) == ("USD", None)


def test_other_money_is_converted_and_says_with_what() -> None:
    price = listing_price(body(40.0, "EUR"), 2.0, DAY, RATES)
    assert price.numbers == {"cost": 40.0, "price": 50.0, "price_per_gram": 25.0, "grams": 2.0}
    assert price.conversion == {"rate": 1.25, "day": "2019-04-18", "source": "rates.csv"}
    assert listing_price(body(0.00013823, "BTC"), None, DAY, RATES).numbers["price"] == 0.69115


@pytest.mark.parametrize(("currency", "day"), [("XMR", DAY), ("EUR", date(2019, 4, 17)), ("EUR", date(2019, 4, 23))])
def test_without_a_rate_there_is_no_price_in_dollars(currency: str, day: date) -> None:
    price = listing_price(body(40.0, currency), 2.0, day, RATES)
    assert price.numbers == {"cost": 40.0, "price": None, "price_per_gram": None, "grams": 2.0}
    assert (price.currency, price.conversion) == (currency, None)


def test_without_a_price_there_is_none() -> None:
    assert listing_price(body(), 2.0, DAY, RATES).numbers == {
        "cost": None, "price": None, "price_per_gram": None, "grams": 2.0,
    }  # fmt: skip


def test_the_first_step_counts_where_there_is_no_single_price() -> None:
    steps = [{"amount": 30.0, "currency": "USD"}, {"amount": 20.0, "currency": "USD"}]
    assert listing_price(body(prices=steps), 3.0, DAY, RATES).numbers["price_per_gram"] == 10.0


def test_a_text_that_says_how_much_beats_the_unit() -> None:
    assert listing_price(body(510.81, unit="Gram"), 28.0, DAY, RATES).numbers["price_per_gram"] == 510.81 / 28
    assert listing_price(body(131.25, unit="Ounce"), None, DAY, RATES).numbers == {
        "cost": 131.25, "price": 131.25, "price_per_gram": 131.25 / 28.35, "grams": 28.35,
    }  # fmt: skip
    assert listing_price(body(10.0, unit="each"), None, DAY, RATES).numbers["price_per_gram"] is None


@pytest.mark.parametrize(
    ("unit", "grams"),
    [
        ("gram", 1.0), ("Gram", 1.0), ("G", 1.0), ("1gram", 1.0), ("3.5G", 3.5), ("3,5 g", 3.5), ("KG", 1000.0),
        ("1LB", 453.6), ("1/2LB", 226.8), ("1/4 pound", 113.4), ("4oz", 113.4), ("1,000 g", 1000.0), ("oz.", 28.35),
        ("each", None), ("", None), (" ", None), ("10tab", None), ("2500$", None), ("$400", None), ("30x", None),
        ("ml", None), ("0 g", None), ("1..5 g", None), ("1/0 oz", None), ("g g", None), ("100 mg", None),
        ("\x00", None), ("9" * 400 + " g", None),
    ],
)  # fmt: skip
def test_units_that_are_weights(unit: str, grams: float | None) -> None:
    assert grams_of_unit(unit) == (None if grams is None else pytest.approx(grams))
