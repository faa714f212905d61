"""Patterns of a layout meet hostile texts: what they may cost is told beforehand, and bounded."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.layout import BUILT_IN, LayoutNotUsableError, load_layout, parse_layout
from extractors.pattern_cost import ExponentialError, degree_of
from extractors.patterns import BoundedPattern, bounded
from tests.extractors.pages import OFFER, SHOP, codes, only_listing, read


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$", "(a*)*b", r"(\w+\s?)+x", "(.*,)*x", "^(?:a|ab|b)*$", "(x+x+)+y", "(?:a?a?)+b", "(a{1,16}){1,16}b",
        r"(?:\w*\s+)*x", r"(\d+|x)*y", "(?:a+|b)+c", "((a|b)+)+c", r"^(\d+)*$", "(?:(?:ab?)+)+c", r"(.+\n?)*;",
    ],
)  # fmt: skip
def test_what_may_take_for_ever_is_refused(pattern: str) -> None:
    with pytest.raises(ExponentialError):
        degree_of(pattern)
    with pytest.raises(LayoutNotUsableError, match=r"title\.match: .*may take for ever on a hostile text"):
        parse_layout(SHOP.replace("title: h1", f"title: {{css: h1, match: '{pattern}'}}"))


@pytest.mark.parametrize(
    ("pattern", "degree"),
    [
        ("abc", 1), ("^abc$", 1), ("Terms:(.*)", 1), (r"→\s*(.*)$", 1), (r"^(\d+) of", 1), (r"\d{4}-\d{2}", 1),
        (r"^Verified (.+?) successful", 1), (r"([\d,]+) sold since", 2), (r"^(.*\S) - [\d.,]+ days? - ", 2),
        (r"Item # \d+ - (.+) - ", 2), (r"(?:[a-z]+/)*x", 2), (r"(?:\w+, )*x", 2), ("(.+) - (.+) - x", 3),
        ("a*a*a*b", 4), (r"^(?=.*x).*y", 1), (r"^\d+(?:[.,]\d+)*$", 1), (r"^(?:[^,]*,){3}([^,]*)", 1),
    ],
)  # fmt: skip
def test_how_the_steps_grow(pattern: str, degree: int) -> None:
    assert degree_of(pattern, re.DOTALL) == degree


@pytest.mark.parametrize("name", [file.stem for file in BUILT_IN.glob("*.yaml")])
def test_every_built_in_layout_has_patterns_that_are_bounded(name: str) -> None:
    assert load_layout(name).pages


@given(st.text(alphabet="ab.*+?()[]{}|\\d^$,1x", max_size=12))
def test_any_pattern_is_bounded_or_refused(pattern: str) -> None:
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, FutureWarning):
        return
    try:
        own = BoundedPattern(pattern)
    except ExponentialError:
        return
    assert 1 <= own.most <= 20_000
    for text in ("", "ab", "aab1x", "a" * 12):
        found, expected = own.search(text), compiled.search(text)
        assert (found and found.span()) == (expected and expected.span())


def test_what_python_will_read_otherwise_is_refused() -> None:
    with pytest.raises(LayoutNotUsableError, match="Possible nested set"):
        parse_layout(SHOP.replace("title: h1", "title: {css: h1, match: '[[a]'}"))


@pytest.mark.parametrize("pattern", ["a*a*b", "(.*),(.*);", r"(\w+)\s*(\w+)!", "a*a*a*b", r"(?:\w+,)*x", ".*.*=.*="])
def test_a_dear_pattern_looks_at_part_of_a_text(pattern: str) -> None:
    own = bounded(pattern)
    assert own.most ** degree_of(pattern) <= 20_000_000
    # The texts that are worst for them: as near as can be to what they look for.
    for text in ("a" * 100_000, "a," * 50_000, "=" * 100_000):
        own.search(text)


def test_a_match_that_did_not_see_the_whole_text_is_told() -> None:
    layout = parse_layout(SHOP.replace("title: h1", "title: {css: h1, match: '(.*),(.*);'}"))
    near = read(OFFER.replace("Ten  Things", "Ten, Things;"), layout)
    assert (only_listing(near).title, near.problems) == ("Ten", [])
    far = read(OFFER.replace("Ten  Things", "x" * 10_000 + ", Things;"), layout)
    assert only_listing(far).title is None
    assert codes(far) == ["text_cut", "missing_field"]


def test_regular_expressions_of_xpath_are_bounded_too() -> None:
    layout = parse_layout(SHOP.replace("title: h1", "title: {xpath: \"//h1[re:test(., '^ten', 'i')]\"}"))
    assert only_listing(read(OFFER, layout)).title == "Ten Things"
    dear = parse_layout(SHOP.replace("title: h1", "title: {xpath: \"//h1[re:test(., '(a+)+$')]\"}"))
    reading = read(OFFER, dear)
    assert codes(reading) == ["selector_failed", "missing_field"]
    assert "no usable regular expression" in reading.problems[0].message
