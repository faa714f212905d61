"""Measures of linkage, by numbers that were worked out by hand."""

import numpy as np
import pytest

from evaluation.linkage_pairs import (
    UnknownAccountError,
    best_threshold,
    impersonators_merged,
    score_blocking,
    score_clusters,
    score_identities,
    score_pairs,
    true_pairs,
)

# Seller 1 has a, b, c (three pairs), seller 2 has d, e (one pair), seller 3 has f: four true pairs of fifteen.
TRUTH = {"a": 1, "b": 1, "c": 1, "d": 2, "e": 2, "f": 3}


def test_true_pairs_are_all_of_a_seller() -> None:
    assert true_pairs(TRUTH) == 4


def test_pairs_count_once_in_either_order() -> None:
    score = score_pairs([("a", "b"), ("b", "a"), ("e", "d"), ("c", "f")], TRUTH)
    assert (score.right, score.given, score.true) == (2, 3, 4)
    assert score.precision == pytest.approx(2 / 3)
    assert score.recall == 0.5
    assert score.f1 == pytest.approx(4 / 7)


def test_identities_count_all_their_pairs() -> None:
    # x holds a, b, c, d: six pairs, of which three are right. e and f stand alone, f unnamed.
    score = score_identities({"a": "x", "b": "x", "c": "x", "d": "x", "e": "y"}, TRUTH)
    assert (score.right, score.given, score.true) == (3, 6, 4)


def test_nothing_predicted_is_precise_and_finds_nothing() -> None:
    score = score_pairs([], TRUTH)
    assert (score.precision, score.recall, score.f1) == (1.0, 0.0, 0.0)


def test_b_cubed_is_a_mean_over_accounts() -> None:
    score = score_clusters({"a": "x", "b": "x", "d": "x", "e": "y", "c": "y"}, TRUTH)
    # precision: a and b 2/3, d 1/3, e and c 1/2, f 1: sum 3 2/3 of six. recall: a, b 2/3, c 1/3, d, e 1/2, f 1.
    assert score.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 0.5 + 0.5 + 1) / 6)
    assert score.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 0.5 + 0.5 + 1) / 6)
    assert (score.pure, score.joined) == (0, 2)


def test_who_is_in_no_identity_is_alone() -> None:
    score = score_clusters({"d": "x", "e": "x"}, TRUTH)
    assert score.precision == 1.0
    assert score.recall == pytest.approx((3 * (1 / 3) + 2 + 1) / 6)
    assert (score.pure, score.joined) == (1, 1)


def test_an_impersonator_is_merged_when_anybody_else_is_with_him() -> None:
    truth = TRUTH | {"i": 4, "j": 5, "k": 5}
    identities = {"a": "x", "b": "x", "i": "x", "j": "y", "k": "y", "f": "z"}
    assert impersonators_merged(identities, truth, ["i", "j", "f"]) == ["i"]


def test_blocking_counts_what_need_not_be_compared() -> None:
    score = score_blocking([("a", "b"), ("a", "d"), ("d", "e")], TRUTH)
    assert score.completeness == 0.5
    assert score.reduction == pytest.approx(1 - 3 / 15)
    assert score.per_account == 0.5


@pytest.mark.parametrize("pair", [("a", "nobody"), ("a", "a")])
def test_pairs_of_unknown_accounts_are_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(UnknownAccountError):
        score_pairs([pair], TRUTH)


def test_identities_of_unknown_accounts_are_refused() -> None:
    with pytest.raises(UnknownAccountError, match="nobody"):
        score_identities({"nobody": 1}, TRUTH)
    with pytest.raises(UnknownAccountError, match="nobody"):
        score_clusters({"nobody": 1}, TRUTH)


def test_the_best_threshold_is_that_of_the_best_f1() -> None:
    weights = np.array([1.0, 5.0, 3.0, 4.0, 2.0])
    same = np.array([True, True, False, True, False])
    score = best_threshold(weights, same, true=3)
    assert (score.right, score.given, score.true) == (2, 2, 3)


def test_pairs_of_one_weight_are_given_together() -> None:
    # Alone, the first of the three would be right without fault.
    score = best_threshold(np.array([2.0, 2.0, 2.0, 1.0]), np.array([True, False, False, False]), true=1)
    assert (score.right, score.given) == (1, 3)


def test_no_pairs_give_nothing() -> None:
    score = best_threshold(np.zeros(0), np.zeros(0, dtype=bool), true=2)
    assert (score.right, score.given, score.true) == (0, 0, 2)
