"""Ranks with and without ties: formulas against all orders of the tied, and numbers worked out by hand."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.rankings import Standing, score_ranking, scored_by_place, standing


def test_without_ties_the_place_counts() -> None:
    found = standing([("a", 0.9), ("b", 0.8), ("c", 0.7)], {"c"})
    assert found == Standing(above=2, tied=1, right=1)
    assert (found.rank, found.recall(2), found.recall(3)) == (3.0, 0.0, 1.0)
    assert found.reciprocal == pytest.approx(1 / 3)


def test_equal_scores_share_their_places() -> None:
    # One above; the right one is equally often second, third and fourth.
    found = standing([("a", 2.0), ("b", 1.0), ("c", 1.0), ("d", 1.0)], {"d"})
    assert found.rank == 3.0
    assert found.recall(1) == 0.0
    assert found.recall(2) == pytest.approx(1 / 3)
    assert found.recall(10) == 1.0
    assert found.reciprocal == pytest.approx((1 / 2 + 1 / 3 + 1 / 4) / 3)


@given(above=st.integers(0, 3), tied=st.integers(1, 5), right=st.integers(1, 5), top=st.integers(0, 9))
def test_ties_are_the_mean_over_all_orders(above: int, tied: int, right: int, top: int) -> None:
    right = min(right, tied)
    places = [above + 1 + min(order[:right]) for order in permutations(range(tied))]
    found = Standing(above, tied, right)
    assert found.rank == pytest.approx(sum(places) / len(places))
    assert found.reciprocal == pytest.approx(sum(1 / place for place in places) / len(places))
    assert found.recall(top) == pytest.approx(sum(place <= top for place in places) / len(places))


def test_what_is_not_found_counts_as_missed() -> None:
    found = {"q": scored_by_place(["x", "right"]), "r": scored_by_place(["x"])}
    score = score_ranking(found, {"q": {"right"}, "r": {"right"}, "s": {"right"}, "t": {"right"}})
    assert (score.queries, score.recall_at_1, score.recall_at_10, score.reciprocal) == (4, 0.0, 0.25, 0.125)


def test_a_constant_score_is_worth_chance() -> None:
    found = {"q": [(f"c{at}", 1.0) for at in range(50)]}
    score = score_ranking(found, {"q": {"c0"}})
    assert score.recall_at_1 == pytest.approx(1 / 50)
    assert score.recall_at_10 == pytest.approx(10 / 50)
