import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.transforms.conventions import Conventions
from extractors.transforms.numbers import decimal_number
from extractors.transforms.samples import currency_of, date_order_of, decimal_of


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["03/04/2019", "Joined 25/12/2019"], "dmy"), (["03/04/2019", "12/25/2019"], "mdy"), (["03/04/2019"], None),
        (["12.05.2019", "1.2.2019"], "dmy"), (["2019-03-04"], "ymd"), (["2019-03-04", "25/12/2019"], "dmy"),
        (["2019-03-04", "03/04/2019"], None), ([], None), (["12/25/2019", "25/12/2019"], None),
        (["12/25/2019"] * 8 + ["25/12/2019"], "mdy"), (["version 1.2.3", "10-25 sales"], None),
    ],
)  # fmt: skip
def test_the_order_of_dates(texts: list[str], order: str | None) -> None:
    assert date_order_of(texts) == order


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["$12.50", "1,234"], "."), (["1.234,50 €"], ","), (["1,234"], None), (["1.234.567"], ","),
        (["0.0012 BTC"], "."),
        (["12.05.2019", "10:20"], None), (["12,50 €", "12.50"], None), (["12,50"] * 8 + ["0.5"], ","), ([], None),
    ],
)  # fmt: skip
def test_the_decimal_mark(texts: list[str], mark: str | None) -> None:
    assert decimal_of(texts) == mark


def test_the_currency() -> None:
    assert currency_of(["USD 5", "$6", "12", "soon"]) == "USD"
    assert currency_of(["5", "6"]) is None
    assert currency_of(["$5", "EUR 4"]) is None
    assert currency_of(["5 EUR (0.001 BTC)"] * 5 + ["0.1 BTC"]) == "EUR"


@given(st.lists(st.decimals(min_value=0, max_value=10**7, places=2), min_size=1), st.booleans())
def test_what_the_samples_tell_reads_them(amounts: list[object], comma: bool) -> None:
    swap = str.maketrans({",": ".", ".": ","}) if comma else {}
    texts = [f"{amount:,.2f}".translate(swap) for amount in amounts]
    mark = decimal_of(texts)
    assert mark == ("," if comma else ".")
    assert [decimal_number(text, Conventions(decimal=mark)) for text in texts] == amounts
