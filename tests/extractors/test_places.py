"""Places in running text, as they are written, before anything is said of parcels."""

from itertools import pairwise

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.places import find_places, load_place_words
from extractors.words import pieces

CODES = {country.alpha_2 for country in pycountry.countries} | {"EU", "WW"}


def places(text: str) -> list[tuple[str, str, str]]:
    """Each place in a text: as written, its first code, and its kind."""
    return [(text[one.start : one.end], one.codes[0], one.kind) for one in find_places(text, pieces(text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the United States of America", [("the United States of America", "US", "name")]),
        ("united states of america", [("united states of america", "US", "name")]),
        ("UK and usa", [("UK", "GB", "code"), ("usa", "US", "small")]),
        ("U.S.A.", [("U.S.A", "US", "name")]),
        ("New Zealand, New Zeland", [("New Zealand", "NZ", "name"), ("New Zeland", "NZ", "name")]),
        ("Dutch", [("Dutch", "NL", "nationality")]),
        ("from Amsterdam", [("Amsterdam", "NL", "city")]),
        ("IT", [("IT", "IT", "weak")]),
        ("Turkey", [("Turkey", "TR", "doubtful")]),
        ("EUshipping", [("EU", "EU", "code")]),
        ("UKtoEU", [("UK", "GB", "code"), ("EU", "EU", "code")]),
        ("\xc4UK TO UK\xc4", [("UK", "GB", "code"), ("UK", "GB", "code")]),
        ("\U0001f1ec\U0001f1e7", [("\U0001f1ec\U0001f1e7", "GB", "code")]),
        ("\U0001f30d", [("\U0001f30d", "WW", "doubtful")]),
        ("us domestic", [("us", "US", "small")]),
        ("can to can", [("can", "CA", "small"), ("can", "CA", "small")]),
    ],
)
def test_places_as_they_are_written(text: str, found: list[tuple[str, str, str]]) -> None:
    assert places(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "contact us",
        "you can order",
        "it is no problem",
        "wir kommen aus",
        "\U0001f1fd\U0001f1fd",
        "suck",
        "musa",
        "DEA",
        "",
    ],
)
def test_words_that_are_no_places(text: str) -> None:
    assert places(text) == []


def test_a_region_is_one_place_of_several_countries() -> None:
    (one,) = find_places("Benelux", pieces("Benelux"))
    assert one.codes == ("BE", "NL", "LU")
    assert one.is_region


def test_the_codes_of_the_file_are_real() -> None:
    words = load_place_words()
    assert set(words.codes.values()) | set(words.weak.values()) <= CODES
    assert words.words <= words.small
    assert not words.codes.keys() & words.weak.keys()


@given(st.text(max_size=120))
def test_places_are_in_order_and_never_overlap(text: str) -> None:
    found = find_places(text, pieces(text))
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= two.start for one, two in pairwise(found))
    assert {code for one in found for code in one.codes} <= CODES
