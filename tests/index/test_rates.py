"""Rates of the workspace: the day's, else one at most four days older, else none."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.rates import Rate, Rates, load_rates
from nightpost.errors import ConfigurationError

THURSDAY = date(2019, 4, 18)  # before Easter
TUESDAY = date(2019, 4, 23)
RATES = Rates.of(
    [
        ("EUR", Rate(Decimal("1.1250"), TUESDAY)),
        ("EUR", Rate(Decimal("1.1239"), THURSDAY)),
        ("BTC", Rate(Decimal("5302.37"), THURSDAY)),
    ]
)
HEADING = "date,currency,usd\n"


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "rates.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


@pytest.mark.parametrize(
    ("days_after", "rate"),
    [(-1, None), (0, "1.1239"), (1, "1.1239"), (4, "1.1239"), (5, "1.1250"), (9, "1.1250"), (10, None), (4000, None)],
)
def test_a_day_without_a_rate_has_that_of_at_most_four_days_before(days_after: int, rate: str | None) -> None:
    day = THURSDAY + timedelta(days=days_after)
    assert RATES.usd(Decimal(200), "EUR", day) == (None if rate is None else 200 * Decimal(rate))
    found = RATES.rate("EUR", day)
    assert (found and found.day) == (None if rate is None else THURSDAY if days_after < 5 else TUESDAY)


def test_dollars_need_no_rate_and_what_is_unknown_is_never_guessed() -> None:
    assert RATES.usd(Decimal("12.50"), "USD", date(1999, 1, 1)) == Decimal("12.50")
    assert RATES.usd(Decimal(1), "XMR", THURSDAY) is None
    assert RATES.usd(Decimal("0.00013823"), "BTC", THURSDAY) == Decimal("0.00013823") * Decimal("5302.37")
    assert Rates().usd(Decimal(1), "EUR", THURSDAY) is None


def test_a_file_is_read(tmp_path: Path) -> None:
    text = "\ufeff" + HEADING.replace("\n", "\r\n") + '2019-04-18,EUR,1.1239\r\n\r\n"2019-04-18", btc ,5302.37\r\n'
    rates = load_rates(written(tmp_path, text))
    assert rates.rate("EUR", THURSDAY) == Rate(Decimal("1.1239"), THURSDAY)
    assert rates.rate("BTC", THURSDAY) == Rate(Decimal("5302.37"), THURSDAY)


def test_without_a_file_nothing_is_known(tmp_path: Path) -> None:
    assert load_rates(tmp_path / "rates.csv").usd(Decimal(1), "EUR", THURSDAY) is None


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "the heading is ''"),
        ("day,currency,usd\n", 1, "the heading is 'day,currency,usd', not date,currency,usd"),
        ("date,currency,usd,source\n", 1, "the heading"),
        (HEADING + "2019-04-18,EUR\n", 2, "2 columns"),
        (HEADING + "2019-04-18,EUR,1,1239\n", 2, "4 columns"),
        (HEADING + "2019-04-18,EUR,1.12\n2019-02-30,EUR,1.12\n", 3, "'2019-02-30' is no day"),
        (HEADING + "18.04.2019,EUR,1.12\n", 2, "'18.04.2019' is no day"),
        (HEADING + "20190418,EUR,1.12\n", 2, "'20190418' is no day"),
        (HEADING + "2019-04-18,euros and more,1.12\n", 2, "is no code of a currency"),
        (HEADING + "2019-04-18,USD,1\n", 2, "US dollars need no rate"),
        (HEADING + "2019-04-18,EUR,0\n", 2, "'0' is no rate above 0"),
        (HEADING + "2019-04-18,EUR,-1\n", 2, "no rate above 0"),
        (HEADING + "2019-04-18,EUR,nan\n", 2, "no rate above 0"),
        (HEADING + "2019-04-18,EUR,1e5\n", 2, "no rate above 0"),
        (HEADING + "2019-04-18,EUR,\n", 2, "no rate above 0"),
        (HEADING + "2019-04-18,EUR,1.12\n\n2019-04-18,eur,1.13\n", 4, "there is a rate of EUR on 2019-04-18 already"),
        (HEADING + '2019-04-18,EUR,"1.12\n', 2, "unexpected end of data"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, text: str, line: int, words: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(ConfigurationError, match="mend the line") as caught:
        load_rates(file)
    assert str(caught.value).startswith(f"{file} line {line}: ")
    assert words in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"date,currency,usd\n\xe9"])
def test_what_is_no_text_is_named(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ConfigurationError, match="cannot read the rates"):
        load_rates(written(tmp_path, content))


@given(st.dictionaries(st.integers(0, 60), st.decimals("0.0001", "99999", places=4), max_size=20), st.integers(-10, 80))
def test_the_rate_is_the_latest_of_five_days(rates: dict[int, Decimal], day: int) -> None:
    days = {THURSDAY + timedelta(days=after): usd for after, usd in rates.items()}
    asked = THURSDAY + timedelta(days=day)
    fitting = [one for one in days if timedelta() <= asked - one <= timedelta(days=4)]
    expected = days[max(fitting)] if fitting else None
    assert Rates.of(("EUR", Rate(usd, one)) for one, usd in days.items()).usd(Decimal(1), "EUR", asked) == expected
