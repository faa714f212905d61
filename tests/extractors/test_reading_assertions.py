"""What a layout asserts of a page's rows as a whole: a share of them states a field, and they differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.layout import Layout, LayoutNotUsableError, parse_layout
from extractors.records import Listing
from tests.extractors.pages import codes, read

ROWS = """
name: rows
pages:
  - kind: listing_index
    when: [{css: table}]
    records:
      - kind: listing
        within: table
        each: tr
        fields:
          title: a
          url: {css: a, attr: href, as: url}
          price: {css: b, as: money}
          ships_from: {css: i, as: places, blank: Digital}
          stock: {css: u, as: count}
"""


def _layout(assertions: str) -> Layout:
    return parse_layout(ROWS + f"        {assertions}\n")


def _page(prices: list[str], place: str = "Germany") -> str:
    rows = (
        f"<tr><td><a href=/p/{number}>Tea {number}</a><b>{price}</b><i>{place}</i></td></tr>"
        for number, price in enumerate(prices)
    )
    return f"<table>{''.join(rows)}</table>"


def test_too_few_rows_that_state_a_field_are_a_problem() -> None:
    layout = _layout("share: {price: 0.9, ships_from: 0.5}")
    reading = read(_page(["USD 1"] * 8 + [""] * 2), layout)
    (problem,) = reading.problems
    assert (problem.code, problem.field) == ("too_few_with_field", "listing.price")
    assert problem.message == "8 of 10 rows (0.80) state price; at least 0.90 should"
    # It is told, and nothing is taken away: the rows that state it are right.
    assert len(reading.records) == 10
    assert read(_page(["USD 1"] * 9 + [""]), layout).problems == []


def test_rows_that_are_left_out_count_too() -> None:
    reading = read(_page(["USD 1", "", ""]), _layout("share: {price: 0.5}\n        require: [price]"))
    assert [problem.code for problem in reading.problems] == ["too_few_with_field", "missing_field", "row_left_out"]
    assert len(reading.records) == 1


def test_what_says_that_there_is_none_states_the_field() -> None:
    layout = _layout("share: {ships_from: 1.0, stock: 1.0}")
    rows = "<tr><td><a>One</a><i>Digital</i><u>Unlimited</u></td></tr><tr><td><a>Two</a><i>Peru</i><u>3</u></td></tr>"
    reading = read(f"<table>{rows}</table>", layout)
    assert reading.problems == []
    listings = [record for record in reading.records if isinstance(record, Listing)]
    assert [(listing.ships_from, listing.stock) for listing in listings] == [([], None), (["PE"], 3)]
    assert codes(read(f"<table>{rows.replace('Digital', '')}</table>", layout)) == ["too_few_with_field"]


def test_a_text_that_is_no_value_does_not_state_the_field() -> None:
    assert codes(read(_page(["cheap", "USD 1"]), _layout("share: {price: 0.6}"))) == [
        "unreadable_field",
        "too_few_with_field",
    ]


def test_no_rows_have_no_share() -> None:
    assert read("<table></table>", _layout("share: {price: 1.0}")).problems == []


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.floats(0, 1))
def test_the_share_is_that_of_the_rows(priced: list[bool], wanted: float) -> None:
    reading = read(_page(["USD 1" if one else "" for one in priced]), _layout(f"share: {{price: {wanted:.6f}}}"))
    too_few = sum(priced) < float(f"{wanted:.6f}") * len(priced)
    assert ("too_few_with_field" in codes(reading)) is too_few


def test_rows_that_say_all_the_same_are_none() -> None:
    # "each" matches, but the fields look at the whole page.
    layout = parse_layout(ROWS.replace("title: a", "title: {xpath: //a}").replace("css: a,", "xpath: //a,")
                          .replace("css: b,", "xpath: //b,").replace("css: i,", "xpath: //i,"))  # fmt: skip
    reading = read(_page(["USD 1", "USD 2", "USD 3"]), layout)
    assert (codes(reading), reading.records) == (["rows_alike"], [])
    # Two rows may be alike by chance.
    assert codes(read(_page(["USD 1", "USD 2"]), layout)) == []


def test_too_few_different_values_are_a_problem() -> None:
    layout = _layout("distinct: {url: 0.9}")
    page = _page(["USD 1", "USD 2", "USD 3", "USD 4"])
    assert read(page, layout).problems == []
    reading = read(page.replace("/p/1", "/p/0").replace("/p/2", "/p/0"), layout)
    assert [(problem.code, problem.field) for problem in reading.problems] == [("rows_alike", "listing.url")]
    assert len(reading.records) == 4
    # One row is different from all others.
    assert read(_page(["USD 1"]), layout).problems == []


@pytest.mark.parametrize(
    ("assertions", "told"),
    [
        ("share: {price: 1.5}", r"share\.price"),
        ("share: {prize: 0.5}", "share names 'prize', which is none of the row's fields"),
        ("distinct: {vendor: 0.5}", "distinct names 'vendor'"),
        ("share: [price]", "share"),
    ],
)
def test_an_assertion_that_cannot_hold_is_told_with_the_layout(assertions: str, told: str) -> None:
    with pytest.raises(LayoutNotUsableError, match=told):
        _layout(assertions)


def test_a_share_needs_rows() -> None:
    with pytest.raises(LayoutNotUsableError, match="share counts rows, and there are none without each"):
        parse_layout(ROWS.replace("        each: tr\n", "") + "        share: {price: 0.5}\n")
