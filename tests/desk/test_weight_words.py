"""Weights and probabilities in words."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.weight_words import bits_text, factor_text, likelier, odds_text, probability_text
from linkage.calibration import probability


@pytest.mark.parametrize(
    ("bits", "words"),
    [
        (1.0, "about 2"),
        (3.22, "about 9.3"),
        (-10.0, "about 1,000"),
        (13.29, "about 10,000"),
        (17.93, "about 250,000"),
        (22.25, "about 5 million"),
        (30.0, "about 1.1 billion"),
        (40.0, "about 1.1 trillion"),
        (60.0, "more than a thousand trillion"),
        (9000.0, "more than a thousand trillion"),
    ],
)
def test_a_factor_in_words(bits: float, words: str) -> None:
    assert factor_text(bits) == words


@given(st.floats(0.1, 49.8))
def test_a_factor_is_right_to_two_digits(bits: float) -> None:
    number, _, name = factor_text(bits).removeprefix("about ").partition(" ")
    said = float(number.replace(",", "")) * {"": 1, "million": 1e6, "billion": 1e9, "trillion": 1e12}[name]
    assert said == pytest.approx(math.exp2(bits), rel=0.051)


def test_what_speaks_for_and_against_is_told_apart() -> None:
    assert likelier(10) == "about 1,000 times likelier if one seller runs both"
    assert likelier(-10) == "about 1,000 times likelier if two sellers run them"
    assert likelier(0.02) == likelier(-0.02) == "hardly likelier either way"
    assert (odds_text(10), odds_text(-10), odds_text(0)) == (
        "about 1,000 to 1 for",
        "about 1,000 to 1 against",
        "about even",
    )


def test_a_weight_has_its_sign() -> None:
    assert [bits_text(weight) for weight in (3, -0.5, 0.0, -0.001)] == ["+3.00", "\u22120.50", "0.00", "0.00"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.5, "0.5"),
        (0.889, "0.889"),
        (0.99998, "0.99998"),
        (0.0001, "0.0001"),
        (0.000123, "0.00012"),
        (0.999999994, "0.999999994"),
        (1.0, "more than 0.999999999"),
        (0.0, "less than 0.000000001"),
        (0.9996, "0.9996"),
    ],
)
def test_a_probability_has_the_digits_that_say_something(value: float, words: str) -> None:
    assert probability_text(value) == words


@given(st.floats(0, 1))
def test_no_probability_is_said_to_be_certain(value: float) -> None:
    text = probability_text(value)
    said = float(text.rpartition(" ")[2])
    assert 0 < said < 1
    assert min(said, 1 - said) == pytest.approx(min(value, 1 - value), rel=0.06, abs=1e-9)
    assert re.fullmatch(r"((more|less) than )?0\.\d{1,9}", text)


@given(st.floats(-25, 25), st.floats(-25, 25))
def test_a_greater_weight_never_reads_as_a_lesser_probability(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert float(probability_text(probability(low))) <= float(probability_text(probability(high)))
