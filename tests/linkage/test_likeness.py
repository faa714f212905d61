"""Bands of likeness: the same from either side, high for one shop's accounts, none without texts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import linkage.likeness
from linkage.likeness import MEASURED, NEAREST, NO_DATA, Likeness, banded
from tests.linkage.shops import shop

# Three hundred shops; the first twenty have a second account with other titles, and one account has none.
SHOPS, TWINS = 300, 20
CROWD = [*(shop(number) for number in range(SHOPS)), *(shop(number, 16)[8:] for number in range(TWINS)), []]
LIKENESS = Likeness.of(CROWD)
SILENT = len(CROWD) - 1


def every_pair(accounts: int) -> tuple[np.ndarray, np.ndarray]:
    left, right = np.triu_indices(accounts, 1)
    return left.astype(np.int64), right.astype(np.int64)


def test_the_bands_of_a_pair_are_the_same_from_either_side() -> None:
    left, right = every_pair(len(CROWD))
    there, back = LIKENESS.bands(left, right), LIKENESS.bands(right, left)
    assert there.keys() == MEASURED.keys()
    for kind in MEASURED:
        assert np.array_equal(there[kind], back[kind])
        assert there[kind].max() <= len(MEASURED[kind])


def test_the_parts_that_pairs_are_measured_in_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    left, right = every_pair(30)
    whole = LIKENESS.bands(left, right)
    nearest = LIKENESS.nearest()
    monkeypatch.setattr(linkage.likeness, "_CHUNK", 7)
    parted = LIKENESS.bands(left, right)
    assert all(np.array_equal(whole[kind], parted[kind]) for kind in MEASURED)
    assert all(map(np.array_equal, nearest, LIKENESS.nearest()))


def test_without_texts_there_is_no_data_and_nobody_is_near() -> None:
    others = np.arange(len(CROWD))
    for bands in LIKENESS.bands(np.full_like(others, SILENT), others).values():
        assert (bands == NO_DATA).all()
    for bands in LIKENESS.bands(others[:-1], others[:-1]).values():
        assert (bands != NO_DATA).all()
    assert SILENT not in np.concatenate(LIKENESS.nearest())


def test_accounts_of_one_shop_are_above_all_but_few_others() -> None:
    first = np.arange(TWINS)
    partners = LIKENESS.measures(first, first + SHOPS)
    left, right = np.repeat(first, SHOPS), np.tile(np.arange(SHOPS), TWINS)
    strangers = LIKENESS.measures(left[left != right], right[left != right])
    assert partners["wording"].min() > np.quantile(strangers["wording"], 0.99)
    assert partners["style"].mean() > strangers["style"].mean() + 0.5


def test_the_second_account_of_a_shop_is_among_the_nearest() -> None:
    one, near = LIKENESS.nearest()
    pairs = set(zip(one.tolist(), near.tolist(), strict=True))
    assert all((number, number + SHOPS) in pairs for number in range(TWINS))
    assert (one != near).all()
    assert np.bincount(one).max() <= NEAREST + 1
    asked = np.array([SHOPS + 3, 7])
    some, theirs = LIKENESS.nearest(asked)
    assert {(a, b) for a, b in pairs if a in {SHOPS + 3, 7}} == set(zip(some.tolist(), theirs.tolist(), strict=True))


def test_words_that_all_write_find_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linkage.likeness, "MOST_HOLDERS", 3)
    shared = [["everybody writes this", f"only{number}"] for number in range(4)]
    one, near = Likeness.of([*shared, ["two write that"], ["two write that"]]).nearest()
    assert set(zip(one.tolist(), near.tolist(), strict=True)) == {(4, 5), (5, 4)}


def test_an_account_that_is_asked_about_is_seen_as_if_it_were_among_them() -> None:
    asked = LIKENESS.asked([CROWD[5], [], CROWD[SHOPS + 5]])
    places = np.array([0, 2])
    among = np.array([5, SHOPS + 5])
    for other in (SHOPS + 5, 9, 100):
        others = np.full(2, other)
        far, near = asked.measures(places, others, LIKENESS), LIKENESS.measures(among, others)
        assert all(np.array_equal(far[kind], near[kind]) for kind in MEASURED)
    assert np.isnan(asked.measures(np.array([1]), np.array([5]), LIKENESS)["wording"]).all()


UNLIKE = [
    ["Blue Dream 3.5g - top shelf!!", "Sour Diesel 7g - top shelf!!", "We ship every weekday."],
    ["*** PURE COLOMBIAN *** [1 Gram]", "*** CRYSTALS OF MDMA *** [5 Gram]"],
    ["xanax bars, 100 pcs. quick delivery guaranteed", "orders over 200 usd get a discount"],
]


@pytest.mark.parametrize("count", range(4))
def test_a_few_accounts_are_not_found_alike_for_want_of_others(count: int) -> None:
    likeness = Likeness.of(UNLIKE[:count])
    left, right = every_pair(count)
    measures = likeness.measures(left, right)
    assert all(np.isfinite(values).all() for values in measures.values())
    # Below these bands neither kind speaks for one seller.
    assert (measures["wording"] < 2.5).all()
    assert (measures["style"] < 1.25).all()
    assert len(likeness.nearest()[0]) <= count * (count - 1)
    assert Likeness.of([[]] * count).nearest()[0].tolist() == []


@pytest.mark.parametrize("others", range(4))
def test_a_copy_is_found_alike_among_a_few(others: int) -> None:
    texts = ["We sell the finest alpaca wool in town!", "Orders go out each weekday before noon."]
    likeness = Likeness.of([texts, texts, *UNLIKE[:others]])
    assert likeness.measures(np.array([0]), np.array([1]))["wording"][0] > 4


@given(st.lists(st.floats(0, 30, width=32) | st.just(float("nan")), max_size=20))
@settings(max_examples=50)
def test_a_measure_is_in_the_band_of_the_greatest_bound_that_it_reaches(values: list[float]) -> None:
    bounds = (0.5, 1.0, 4.0)
    bands = banded(np.array(values, np.float32), bounds).tolist()
    assert bands == [NO_DATA if np.isnan(one) else sum(one >= bound for bound in bounds) for one in values]
