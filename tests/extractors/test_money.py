"""Sums and counts as markets of many countries write them."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.records import Money
from extractors.transforms.conventions import Conventions, UnreadableError
from extractors.transforms.money import read_money
from extractors.transforms.numbers import decimal_number, read_count, read_number, read_percent

POINT = Conventions()
COMMA = replace(POINT, decimal=",")


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("1.234,56 €", "1234.56", "EUR"), ("€ 1 234,56", "1234.56", "EUR"), ("1 234,50 zł", "1234.50", "PLN"),
        ("US$12", "12", "USD"), ("USD$ 5", "5", "USD"), ("$AUD 5", "5", "AUD"),
        ("AU$12", "12", "AUD"), ("C$ 5", "5", "CAD"), ("12 US$", "12", "USD"), ("R$ 20", "20", "BRL"),
        ("$12.50 USD", "12.50", "USD"), ("$12.50 AUD", "12.50", "AUD"), ("$12.50 EUR", "12.50", "USD"),
        ("12.5$", "12.5", "USD"), ("5,00€", "5.00", "EUR"), ("£12.00GBP", "12.00", "GBP"),
        ("฿0.0123", "0.0123", "BTC"), ("BTC 0.01204", "0.01204", "BTC"), ("0.5 XMR", "0.5", "XMR"),
        ("ɱ 0.25", "0.25", "XMR"), ("50 mBTC", "0.050", "BTC"), ("0,001 BTC", "0.001", "BTC"),
        ("12.00 USD/gram", "12.00", "USD"), ("12 $ per gram", "12", "USD"), ("from $20", "20", "USD"),
        ("$20 - $40", "20", "USD"), ("20 - 40 USD", "20", "USD"), ("20\u201340€", "20", "EUR"),
        ("10$-20$", "10", "USD"),
        ("12.00 USD (0.0012 BTC)", "12.00", "USD"), ("1 000 - 2 000 USD", "1000", "USD"),
        ("500 руб.", "500", "RUB"), ("5 000 р.", "5000", "RUB"), ("1'000 CHF", "1000", "CHF"), ("12,- €", "12", "EUR"),  # noqa: RUF001 - Russian
        ("12.00 US Dollars", "12.00", "USD"), ("$1.2k", "1200", "USD"), ("1.5k USD", "1500", "USD"),
        ("1 x $20", "20", "USD"), ("2x 50 EUR", "50", "EUR"), ("2 500 g for 20 USD", "20", "USD"),
        ("2 pounds $900", "900", "USD"), ("20 Euros", "20", "EUR"), ("1,00,000 INR", "100000", "INR"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("conventions", [POINT, COMMA])
def test_sums_that_say_all_themselves(text: str, amount: str, currency: str, conventions: Conventions) -> None:
    assert read_money(text, conventions) == Money(amount=Decimal(amount), currency=currency)


def test_what_only_the_market_tells() -> None:
    assert read_money("$1,234", POINT) == Money(amount=Decimal(1234), currency="USD")
    assert read_money("$1,234", COMMA) == Money(amount=Decimal("1.234"), currency="USD")
    assert read_money("12.50 each", replace(POINT, currency="AUD")) == Money(amount=Decimal("12.50"), currency="AUD")
    assert read_money("500 kr", replace(POINT, currency="SEK")) == Money(amount=Decimal(500), currency="SEK")


@pytest.mark.parametrize("text", ["N/A", "-", "\u2014", "not specified"])
def test_no_sum_is_stated(text: str) -> None:
    assert read_money(text, POINT) is None


@pytest.mark.parametrize("text", ["500 kr", "5 pounds", "50%", "5g", "Price on request", "12.5.3 USD", "000 USD"])
@pytest.mark.parametrize("currency", [None, "AUD"])
def test_a_sum_is_not_guessed(text: str, currency: str | None) -> None:
    with pytest.raises(UnreadableError):
        read_money(text, replace(POINT, currency=currency))


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("1.234,56", "1234.56", "1234.56"), ("1,234.56", "1234.56", "1234.56"), ("1'234.5", "1234.5", "1234.5"),
        ("1,234", "1234", "1.234"), ("1.234", "1.234", "1234"), ("1.234.567", "1234567", "1234567"),
        ("0,001", "0.001", "0.001"), ("1234,567", "1234.567", "1234.567"), ("- 1,234", "-1234", "-1.234"),
    ],
)  # fmt: skip
def test_the_mark_before_decimals(text: str, point: str, comma: str) -> None:
    assert decimal_number(text, POINT) == Decimal(point)
    assert decimal_number(text, COMMA) == Decimal(comma)


@pytest.mark.parametrize("text", ["1.2.3", "12,34,5", "12,3456.78", "1,234.567.8", "9" * 60])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(UnreadableError):
        decimal_number(text, POINT)


@pytest.mark.parametrize(
    ("text", "count"),
    [("1.234 sales", 1234), ("1,234 sold", 1234), ("1 204", 1204), ("1'204", 1204), ("5 тыс.", 5000), ("1,2K", 1200),
     ("12 Mio", 12_000_000), ("12 kg", 12), ("Sold out", 0), ("Ausverkauft!", 0), ("нет в наличии", 0),
     ("illimité", None), ("Unbegrenzt", None), ("неограниченно", None), ("NA", None)],
)  # fmt: skip
def test_counts(text: str, count: int | None) -> None:
    assert read_count(text, POINT) == count


def test_a_space_may_part_two_numbers() -> None:
    assert read_count("1 204 ventes", COMMA) == 1204
    with pytest.raises(UnreadableError, match="one number or two"):
        read_count("5 100 Pcs or more", POINT)


@pytest.mark.parametrize("text", ["10~20 deals", "10 - 25 sales", "half", "1.5"])
def test_a_count_is_not_guessed(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_count(text, POINT)


def test_a_percentage_among_other_numbers() -> None:
    assert read_percent("(123) 98,5 %", POINT) == 98.5
    assert read_percent("unknown", POINT) is None


@given(
    st.decimals(min_value=0, max_value=10**9, places=2),
    st.sampled_from([("{:,.2f}", POINT), ("{:.2f}", POINT), ("{:.2f}", COMMA)]),
    st.sampled_from(["USD {}", "{} USD", "${}", "{} €", "Price: {} BTC / item", "≈ {} XMR"]),
)
def test_a_sum_reads_back(amount: Decimal, style: tuple[str, Conventions], frame: str) -> None:
    written, conventions = style
    money = read_money(frame.format(written.format(amount)), conventions)
    assert money is not None
    assert money.amount == amount


@given(st.text(alphabet="0123456789., '-kK$€USDBTC~%/xрубль\u00a0", max_size=40), st.sampled_from([".", ","]))  # noqa: RUF001 - Russian
def test_any_text_is_read_or_refused(text: str, decimal: str) -> None:
    conventions = replace(POINT, decimal="," if decimal == "," else ".", currency="EUR")
    for read in (read_money, read_count, read_number, read_percent):
        try:
            value = read(text, conventions)
        except UnreadableError:
            continue
        number = value.amount if isinstance(value, Money) else value
        assert number is None or Decimal(number).is_finite()
