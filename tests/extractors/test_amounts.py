"""Totals, strengths and purities of titles like real ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.measures import read_measures, read_number
from tests.extractors.reading_text import facts_of, mentions

AMOUNTS = [
    # title, total, strength, purity
    ("100 x 2mg Xanax bars", (100, "items"), (2, "mg"), None),
    ("2 x 5g MDMA", (10, "g"), None, None),
    ("10x5g cannabis", (50, "g"), None, None),
    ("5g x 2 ketamine", (10, "g"), None, None),
    ("Valium 10mg x 50", (50, "items"), (10, "mg"), None),
    ("Clonazepam Roche 2 mg x 50 pills x 90$ HOT SALE", (50, "items"), (2, "mg"), None),
    ("norco 10/325 (v3601) x50~$11 per pill", (50, "items"), (10, "mg"), None),
    ("Ketamine HCL 50mg/ml, 10ml Injection", (10, "ml"), (50, "mg/ml"), None),
    ("QP - 1/4 lb - Organic Trim - weed", (113.4, "g"), None, None),
    ("HP of weed", (226.8, "g"), None, None),
    ("1 lb weed", (453.6, "g"), None, None),
    ("1/2oz Premium Shake weed", (14.175, "g"), None, None),
    ("Half Ounce of Fire Kush", (14.175, "g"), None, None),
    ("1 oz OG Kush", (28.35, "g"), None, None),
    ("an eighth of OG Kush", (3.54, "g"), None, None),
    ("8ball of cocaine", (3.5, "g"), None, None),
    ("0,4g (400mg) of fentanyl hcl", (0.4, "g"), None, None),
    ("2,5g heroin #3", (2.5, "g"), None, None),
    (".5 g heroin", (0.5, "g"), None, None),
    ("1KG (1000g) amphetamine paste 61-70%", (1000, "g"), None, 61),
    ("25gr Speedpaste 73% Amphetamine [FE]", (25, "g"), None, 73),
    ("Flunitrazolam 500mg", (0.5, "g"), None, None),
    ("35 pcs 550 ug - Fentanyl blotters", (35, "items"), (550, "ug"), None),
    ("1,000 x 150mg XTC", (1000, "items"), (150, "mg"), None),
    ("200 Blue Dominos XTC pills 200mg", (200, "items"), (200, "mg"), None),
    ("( 15) 5mg/ 325mg Hydrocodone", (15, "items"), (5, "mg"), None),
    ("5 blisters valium 10mg", (50, "items"), (10, "mg"), None),
    ("1 strip of diazepam", (10, "items"), None, None),
    ("Suboxone 8mg/2mg x 5 strips", (5, "items"), (8, "mg"), None),
    ("3.5g/7g/14g weed", (3.5, "g"), None, None),
    ("1g-5g-10g cocaine 90% pure 10% discount 100% legit", (1, "g"), None, 90),
    ("5/10/20 g MDMA", (5, "g"), None, None),
    ("MDMA 84% pure, 100% escrow, 5% off", None, None, 84),
    ("Ketamine - 88% - 1KG", (1000, "g"), None, 88),
    ("100% quality cocaine 1g", (1, "g"), None, None),
    ("100% pure cocaine 1g", (1, "g"), None, 100),
    ("speed 20€/g", None, None, None),
    ("100mcg/hr fentanyl patch", None, (100, "ug/h"), None),
    ("10 pre-rolled joints of weed", (10, "items"), None, None),
    ("500 ml GBL", (500, "ml"), None, None),
    ("2 liter GBL", (2000, "ml"), None, None),
    ("5x Pink Nintendo Kirby | 200-220mg MDMA!", (5, "items"), (200, "mg"), None),
    ("100 Green Stars - 210mg+ MDMA", (100, "items"), (210, "mg"), None),
    ("10gr pure heroin (( GET 1GR EXTRA FOR FREE ))", (10, "g"), None, None),
    ("10g free shipping cocaine", (10, "g"), None, None),
    ("cocaine", None, None, None),
]


@pytest.mark.parametrize(("title", "total", "strength", "purity"), AMOUNTS)
def test_amounts(
    title: str, total: tuple[float, str] | None, strength: tuple[float, str] | None, purity: float | None
) -> None:
    found = facts_of(title)
    assert (found.total and (round(found.total.value, 3), found.total.unit)) == total
    assert (found.strength and (found.strength.value, found.strength.unit)) == strength
    assert found.purity_pct == purity


def test_an_amount_of_something_else_is_no_total() -> None:
    assert facts_of("5g gold bar").total is None


@given(st.integers(1, 9999), st.sampled_from(["g", "gr", "grams", "gram", "G", " g", " grams"]))
def test_whole_grams_are_read(number: int, unit: str) -> None:
    (measure,) = read_measures(f"cocaine {number}{unit}")
    assert (measure.amount, measure.unit) == (number, "g")


@given(st.integers(0, 999), st.integers(1, 99), st.sampled_from([".", ","]))
def test_decimals_are_read_with_point_and_comma(whole: int, part: int, mark: str) -> None:
    assert read_number(f"{whole}{mark}{part:02}") == pytest.approx(whole + part / 100)


@given(st.text(max_size=200))
def test_measures_lie_in_the_text_and_are_positive(text: str) -> None:
    for measure in read_measures(text):
        assert 0 <= measure.start < measure.end <= len(text)
        assert measure.amount > 0


def test_a_doubtful_count_is_less_certain() -> None:
    (count,) = mentions("5 Temazepam straight from the bottle", "quantity")
    assert (count.value, count.unit) == ("5", "items")
    assert count.confidence < 0.7
