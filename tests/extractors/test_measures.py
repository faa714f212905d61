"""Units and numbers: what ``units.yaml`` says, and how a number and its unit are read beside each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.amounts.figures import Figure
from extractors.amounts.reading import read_figures
from extractors.measures import load_units, read_number, unit_words
from extractors.words import pieces


def figures(text: str) -> list[Figure]:
    return read_figures(text, pieces(text))


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("2,5", 2.5), ("2.5", 2.5), (".5", 0.5), ("1,000", 1000), ("1.000.000", 1_000_000), ("1 000", 1000),
        ("1,234,567", 1_234_567), ("0,125", 0.125), ("½", 0.5), ("3", 3),
    ],
)  # fmt: skip
def test_numbers_are_read(written: str, number: float) -> None:
    assert read_number(written) == number


@pytest.mark.parametrize("written", ["", "1.2.3", "a", "1,2,3"])
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="convert"):
        read_number(written)


@pytest.mark.parametrize(
    ("name", "unit", "each"),
    [
        ("oz", "g", 28.35), ("unze", "g", 28.35), ("lb", "g", 453.6), ("qp", "g", 113.4), ("hp", "g", 226.8),
        ("kg", "g", 1000), ("eighth", "g", 3.54), ("eightball", "g", 3.5), ("liter", "ml", 1000),
        ("strip", "items", 10), ("stuck", "items", 1), ("mcg", "ug", 1), ("шт", "items", 1), ("грамм", "g", 1),
    ],
)  # fmt: skip
def test_units_are_what_the_design_says(name: str, unit: str, each: float) -> None:
    found = unit_words()[name,]
    assert (found.unit, found.each) == (unit, each)


def test_no_name_is_of_two_units() -> None:
    units = load_units()
    names = [name for size in (*units.grams, *units.millilitres) for name in size.names]
    names += [name for item in units.items for name in item.names]
    names += [name for spellings in units.doses.values() for name in spellings]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_every_word_is_written_as_it_is_looked_up() -> None:
    """Texts are folded before they are compared: a word with capitals or accents would never be found."""
    units = load_units()
    lists = [units.not_amounts, units.not_counts, units.ranks, units.multiplied, units.powder_words]
    lists += [units.dosed_words, units.purity.cues, units.purity.named, units.purity.not_after]
    lists += [units.purity.not_before, frozenset(units.number_words), units.alone_at_need, units.bound]
    words = [word for one in lists for word in one]
    assert [word for word in words if [piece.text for piece in pieces(word)] != [word]] == []


@given(st.integers(1, 9999), st.sampled_from(["g", "gr", "grams", "gram", "G", " g", " grams", " Gramm"]))
def test_whole_grams_are_read(number: int, unit: str) -> None:
    (figure,) = figures(f"cocaine {number}{unit}")
    assert figure.unit is not None
    assert (figure.amount, figure.unit.kind) == (number, "g")


@given(st.integers(0, 999), st.integers(1, 99), st.sampled_from([".", ","]))
def test_decimals_are_read_with_point_and_comma(whole: int, part: int, mark: str) -> None:
    assert read_number(f"{whole}{mark}{part:02}") == pytest.approx(whole + part / 100)


@given(st.text(max_size=200))
def test_figures_lie_in_the_text_in_order(text: str) -> None:
    found = figures(text)
    for figure in found:
        assert 0 <= figure.start < figure.end <= len(text)
    assert [one.start for one in found] == sorted(one.start for one in found)


@pytest.mark.parametrize(
    "text", ["25I-NBOMe", "4-AcO-DMT", "MK-677", "#3", "B707", "3rd", "24 hours", "5x stronger", "$50", "50 €", "20%"]
)
def test_parts_of_names_and_prices_are_no_bare_numbers(text: str) -> None:
    assert [one for one in figures(text) if not one.named] == []


@pytest.mark.parametrize(
    ("text", "amount", "per"),
    [("250mg/ml", 250, "ml"), ("20 mg per 2 ml", 10, "ml"), ("100 mcg/hr", 100, "h"), ("120mg each", 120, "each")],
)
def test_what_a_dose_is_per(text: str, amount: float, per: str) -> None:
    (figure,) = figures(text)
    assert (figure.amount, figure.per) == (amount, per)
