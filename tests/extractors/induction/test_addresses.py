"""Which words of a market's addresses are fixed, and which stand for a name or a number."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.induction.addresses import Addresses, literal_of, pattern_of

NAMES = ("quietfox", "leafline", "papergull", "mosslane", "greenkey")
MARKET = [
    "/",
    "/rules",
    "/wallet",
    *(f"/user/{name}{page}" for name in NAMES for page in ("", "/key", "/feedback")),
    *(f"/offer/{number}" for number in range(4101, 4110)),
    *(f"/?act=item&id={number}" for number in range(20)),
    *(f"/?act=seller&name={name}" for name in NAMES),
    *(f"/?act={word}" for word in ("home", "list", "help", "exit", "news")),
    *(f"/list?page={number}&sort=new" for number in range(1, 4)),
    "/offer/d41d8cd98f00b204e9800998ecf8427e",
]
ADDRESSES = Addresses(MARKET)


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/", "/"),
        ("/rules", "/rules"),
        ("/user/quietfox", "/user/*"),
        ("/user/quietfox/key", "/user/*/key"),
        ("/user/greenkey/feedback", "/user/*/feedback"),
        ("/offer/4101", "/offer/#"),
        ("/offer/d41d8cd98f00b204e9800998ecf8427e", "/offer/*"),
        ("/?act=item&id=7", "/?act=item&id=#"),
        ("/?act=seller&name=mosslane", "/?act=seller&name=*"),
        ("/list?page=2&sort=new", "/list?page=#&sort=new"),
    ],
)
def test_names_and_numbers_are_told_from_words(path: str, shape: str) -> None:
    assert ADDRESSES.shape(path) == shape


def test_an_address_that_was_not_among_them_has_a_shape_too() -> None:
    assert ADDRESSES.shape("/offer/999999") == "/offer/#"
    assert ADDRESSES.shape("/nowhere/else") == "/nowhere/else"


def test_of_few_addresses_words_are_words() -> None:
    few = Addresses(["/user/quietfox", "/about/us", "/offer/7"])
    assert few.shape("/user/quietfox") == "/user/quietfox"
    assert few.shape("/offer/7") == "/offer/#"


def test_the_order_of_the_addresses_does_not_matter() -> None:
    backwards = Addresses(reversed(MARKET))
    assert [backwards.shape(path) for path in MARKET] == [ADDRESSES.shape(path) for path in MARKET]


def test_a_pattern_holds_for_addresses_of_its_shape_alone() -> None:
    pattern = pattern_of("/?act=item&id=#")
    assert re.search(pattern, "/?act=item&id=8813")
    assert not re.search(pattern, "/?act=item&id=8813&delete=1")
    assert not re.search(pattern, "/?act=item&id=x")
    assert not re.search(pattern_of("/user/*"), "/user/quietfox/key")


@pytest.mark.parametrize(
    ("shape", "literal"),
    [("/offer/#", "/offer/"), ("/u/*/key", "/key"), ("/?act=item&id=#", "/?act=item&id="), ("/rules", "/rules")],
)
def test_the_literal_is_the_longest_fixed_part(shape: str, literal: str) -> None:
    assert literal_of(shape) == literal


@st.composite
def paths(draw: st.DrawFn) -> str:
    """Addresses as a hostile page may write them; ``*`` and ``#`` stand for what varies, so no address holds them."""
    words = st.text(st.characters(exclude_characters="*#\n", exclude_categories=["Cs"]), max_size=12)
    pieces = st.one_of(words, st.sampled_from(["user", "offer", "7", "0042", "a1b2c3d4e5", "%2F", "+", "["]))
    return "".join(draw(st.lists(st.one_of(pieces, st.sampled_from("/?&=;")), max_size=10)))


@settings(max_examples=200, deadline=None)
@given(st.lists(paths(), max_size=12))
def test_the_pattern_of_a_shape_matches_its_own_addresses(addresses: list[str]) -> None:
    known = Addresses(addresses)
    for path in addresses:
        shape = known.shape(path)
        assert re.search(pattern_of(shape), path), (path, shape)
        assert literal_of(shape) in path


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=8))
def test_any_texts_have_shapes(addresses: list[str]) -> None:
    known = Addresses(addresses)
    for path in addresses:
        assert isinstance(re.compile(pattern_of(known.shape(path))), re.Pattern)
        assert known.shape(path) == known.shape(path)
