"""Of each pair the newest judgement that was not withdrawn is in force; withdrawing brings back what was before."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from linkage.judgements import (
    Judgement,
    JudgementError,
    JudgementRow,
    Withdrawal,
    in_order,
    judgements_in_force,
    standing,
)
from tests.linkage.scored_pairs import PAIRS, WHEN, judge, verdicts


def withdraw(number: int, withdraws: int) -> Withdrawal:
    return Withdrawal(number=number, user="ben", at=WHEN, reason="a mistake", withdraws=withdraws)


@st.composite
def row_lists(draw: st.DrawFn) -> list[JudgementRow]:
    """Judgements, and withdrawals of rows before them, as the casebook numbers them."""
    rows: list[JudgementRow] = []
    for number in range(1, draw(st.integers(0, 10)) + 1):
        if number > 1 and draw(st.booleans()):
            rows.append(withdraw(number, draw(st.integers(1, number - 1))))
        else:
            a, b = draw(st.sampled_from(PAIRS[:4]))
            rows.append(judge(number, a, b, draw(verdicts)))
    return rows


def test_the_newest_of_a_pair_is_in_force() -> None:
    rows = [judge(1, "a", "b", "same"), judge(2, "a", "c", "unsure"), judge(3, "a", "b", "different")]
    assert judgements_in_force(rows) == rows[1:]


def test_a_withdrawal_brings_back_the_one_before_and_can_be_withdrawn_itself() -> None:
    rows: list[JudgementRow] = [judge(1, "a", "b", "same"), judge(2, "a", "b", "different"), withdraw(3, 2)]
    assert judgements_in_force(rows) == rows[:1]
    assert judgements_in_force([*rows, withdraw(4, 3)]) == rows[1:2]
    assert standing([*rows, withdraw(4, 3)]) == [*rows[:2], withdraw(4, 3)]


@given(row_lists(), st.sampled_from(PAIRS[:4]), verdicts)
def test_withdrawing_restores_exactly(rows: list[JudgementRow], pair: tuple[str, str], verdict: str) -> None:
    number = len(rows) + 1
    judged = [*rows, judge(number, *pair, verdict)]  # type: ignore[arg-type]
    assert any(one.number == number for one in judgements_in_force(judged))
    assert judgements_in_force([*judged, withdraw(number + 1, number)]) == judgements_in_force(rows)


@given(row_lists(), st.randoms(use_true_random=False))
def test_one_is_in_force_for_a_pair_in_whatever_order_the_rows_come(rows: list[JudgementRow], random: Random) -> None:
    found = judgements_in_force(rows)
    assert judgements_in_force(random.sample(rows, len(rows))) == found
    assert len({one.pair for one in found}) == len(found)
    assert [one.number for one in found] == sorted(one.number for one in found)


@pytest.mark.parametrize(
    "rows",
    [
        [withdraw(1, 1)],
        [withdraw(1, 2), judge(2, "a", "b", "same")],
        [withdraw(2, 1)],
        [judge(1, "a", "b", "same"), judge(1, "a", "c", "same")],
    ],
)
def test_rows_that_cannot_be_are_refused(rows: list[JudgementRow]) -> None:
    with pytest.raises(JudgementError):
        judgements_in_force(rows)


def test_a_pair_is_two_accounts_in_order() -> None:
    assert in_order("b", "a") == in_order("a", "b") == ("a", "b")
    with pytest.raises(JudgementError, match="against itself"):
        in_order("a", "a")
    with pytest.raises(ValidationError):
        judge(1, "b", "a", "same")
    assert Judgement.model_validate_json(judge(1, "a", "b", "same").model_dump_json()) == judge(1, "a", "b", "same")
