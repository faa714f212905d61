"""What is usual for an account: measured against others, never against itself or its copy."""

import numpy as np
import pytest

from linkage.resemblance import (
    COHORT,
    LEAST_DEVIATION,
    STANDS_FOR,
    USUAL_DEVIATION,
    USUAL_MEAN,
    Usual,
    above_usual,
    cohort,
    usual,
)
from linkage.wording import Vectors, WordingSpace
from tests.linkage.shops import shop

MANY = [shop(number) for number in range(60)]


def vectors_of(accounts: list[list[str]]) -> Vectors:
    return WordingSpace.of(accounts).vectors(accounts)


def test_a_cohort_is_of_accounts_with_texts_spread_over_all() -> None:
    accounts = [[], ["one text"]] * (COHORT + 5)
    vectors = vectors_of(accounts)
    chosen = cohort(vectors)
    assert len(chosen) == COHORT
    assert chosen.has_texts().all()
    assert len(cohort(vectors_of([[], ["a text"], []]))) == 1
    assert len(cohort(vectors_of([[], []]))) == 0


def test_mean_and_deviation_are_those_of_the_cosines_with_the_others_and_of_what_is_usual_anywhere() -> None:
    vectors = vectors_of(MANY)
    found = usual(vectors, vectors)
    others = np.arange(1, len(MANY))
    cosines = vectors.cosines(np.zeros_like(others), others)
    anywhere = [USUAL_MEAN + USUAL_DEVIATION, USUAL_MEAN - USUAL_DEVIATION] * (STANDS_FOR // 2)
    all_of_them = np.concatenate([cosines, anywhere])
    assert found.mean[0] == pytest.approx(all_of_them.mean(axis=0), abs=1e-5)
    assert found.deviation[0] == pytest.approx(all_of_them.std(axis=0), abs=1e-4)
    alone = usual(vectors.rows(np.array([0])), vectors.rows(np.array([0])))
    assert alone.mean[0] == pytest.approx(USUAL_MEAN, abs=1e-6)
    assert alone.deviation[0] == pytest.approx(USUAL_DEVIATION, abs=1e-6)


def test_a_copy_in_the_cohort_changes_little() -> None:
    vectors = vectors_of([*MANY, MANY[0]])
    without, with_copy = usual(vectors, vectors.rows(np.arange(60))), usual(vectors, vectors)
    assert with_copy.mean[0] == pytest.approx(without.mean[0], abs=1e-6)
    assert with_copy.deviation[0] == pytest.approx(without.deviation[0], abs=1e-6)


def test_what_many_have_exactly_alike_is_usual_and_no_copy() -> None:
    vectors = vectors_of([["Blue Dream"], ["White Widow"], ["Lemon Haze"], ["Sour Diesel"], ["Purple Kush"]] * 8)
    found = usual(vectors, cohort(vectors))
    habits = 2
    assert (found.mean[:, habits] > 0.5).all()
    cosines = vectors.cosines(np.array([0]), np.array([1]))
    above = above_usual(cosines, found.rows(np.array([0])), found.rows(np.array([1])))
    assert 0 < above[0, habits] < 1.2


@pytest.mark.parametrize("accounts", [[], [[]], [["a text"]], [["a text"], []], [["a text"], ["a text"]]])
def test_with_hardly_anybody_to_compare_nothing_is_divided_by_nothing(accounts: list[list[str]]) -> None:
    vectors = vectors_of(accounts)
    found = usual(vectors, cohort(vectors))
    assert found.mean.shape == found.deviation.shape == (len(accounts), 3)
    assert np.isfinite(found.mean).all()
    assert (found.deviation >= np.float32(LEAST_DEVIATION)).all()


def test_cosines_count_in_deviations_above_the_mean_of_both() -> None:
    one = Usual(np.array([[0.1]], np.float32), np.array([[0.1]], np.float32))
    other = Usual(np.array([[0.2]], np.float32), np.array([[0.05]], np.float32))
    cosines = np.array([[0.3]], np.float32)
    assert above_usual(cosines, one, other)[0, 0] == pytest.approx((2 + 2) / 2)
    assert above_usual(cosines, one, one)[0, 0] == pytest.approx(2)
    assert np.array_equal(above_usual(cosines, one, other), above_usual(cosines, other, one))
