"""Judgements in the casebook: rows that are only added, each in the audit log, in SQLite and in PostgreSQL alike."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.casebook import Casebook, CasebookError
from linkage.judgements import JudgementError, judgements_in_force
from nightpost.clock import FixedClock, SystemClock
from tests.desk.casebook_url import execute, url

__all__ = ["url"]  # a fixture


@pytest.fixture
def casebook(url: str, clock: FixedClock) -> Iterator[Casebook]:
    with Casebook(url, clock) as opened:
        yield opened


def test_judgements_read_back_as_they_were_made_also_after_opening_again(
    casebook: Casebook, url: str, clock: FixedClock
) -> None:
    made = casebook.add_judgement("beta/x", "alpha/x", "same", user=" ana ", reason=" one key ")
    assert (made.number, made.a, made.b, made.judgement) == (1, "alpha/x", "beta/x", "same")
    assert (made.user, made.reason, made.at) == ("ana", "one key", clock.now())
    clock.at += timedelta(hours=1)
    other = casebook.add_judgement("alpha/x", "beta/x", "different", user="ben", reason="a copy")
    withdrawal = casebook.withdraw_judgement(2, user="ben", reason="was wrong")
    assert (withdrawal.number, withdrawal.withdraws, withdrawal.at) == (3, 2, clock.now())
    with Casebook(url, clock) as again:
        assert again.judgements() == [made, other, withdrawal]
        assert judgements_in_force(again.judgements()) == [made]


def test_each_is_in_the_audit_log(casebook: Casebook) -> None:
    casebook.add_judgement("beta/x", "alpha/x", "unsure", user="ana", reason="too little text")
    casebook.withdraw_judgement(1, user="ben", reason="read more")
    log = [(one.actor, one.action, one.subject, one.detail) for one in casebook.audit()]
    judged = {"a": "alpha/x", "b": "beta/x", "judgement": "unsure", "reason": "too little text"}
    assert log == [
        ("ana", "judgement.add", "judgement-1", judged),
        ("ben", "judgement.withdraw", "judgement-2", {"withdraws": 1, "reason": "read more"}),
    ]
    assert casebook.verify_audit().ok


def test_a_withdrawal_can_be_withdrawn_but_nothing_twice(casebook: Casebook) -> None:
    made = casebook.add_judgement("a/x", "b/x", "same", user="ana", reason="key")
    casebook.withdraw_judgement(1, user="ana", reason="no")
    with pytest.raises(CasebookError, match="judgement 1 was withdrawn already"):
        casebook.withdraw_judgement(1, user="ana", reason="no")
    casebook.withdraw_judgement(2, user="ana", reason="yes after all")
    assert judgements_in_force(casebook.judgements()) == [made]
    casebook.withdraw_judgement(1, user="ana", reason="no, no")
    assert judgements_in_force(casebook.judgements()) == []


@pytest.mark.parametrize("number", [0, 2, -1, 10**30])
def test_what_is_not_there_cannot_be_withdrawn(casebook: Casebook, number: int) -> None:
    casebook.add_judgement("a/x", "b/x", "same", user="ana", reason="key")
    with pytest.raises(CasebookError, match="there is no judgement"):
        casebook.withdraw_judgement(number, user="ana", reason="no")
    assert len(casebook.audit()) == 1


@pytest.mark.parametrize(
    ("a", "b", "user", "reason"),
    [
        ("a/x", "a/x", "ana", "key"), ("", "a/x", "ana", "key"), ("a/x", "b/x", " ", "key"), ("a/x", "b/x", "ana", ""),
        ("a/x", "b/x", "ana", "nul \x00"), ("a/x", "b/x", "half \ud800", "key"),
    ],
)  # fmt: skip
def test_a_judgement_needs_two_accounts_a_user_and_a_reason(
    casebook: Casebook, a: str, b: str, user: str, reason: str
) -> None:
    with pytest.raises((CasebookError, JudgementError)):
        casebook.add_judgement(a, b, "same", user=user, reason=reason)
    assert casebook.judgements() == []
    assert casebook.audit() == []


def test_an_account_is_kept_whatever_its_vendor_calls_it(casebook: Casebook) -> None:
    hostile = "alpha/nul \x00 '; DROP TABLE judgement; -- \u202e \"{}"
    made = casebook.add_judgement("beta/x", hostile, "same", user="ana", reason="key")
    assert casebook.judgements() == [made]
    assert made.a == hostile


def test_writers_at_one_time_number_their_judgements_one_after_the_other(casebook: Casebook, url: str) -> None:
    start = threading.Barrier(4)

    def write(name: str) -> None:
        with Casebook(url, SystemClock()) as own:
            start.wait(timeout=30)
            for number in range(5):
                own.add_judgement(f"a/{number}", f"b/{name}", "same", user=name, reason="key")

    writers = [threading.Thread(target=write, args=(f"user {number}",)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [one.number for one in casebook.judgements()] == list(range(1, 21))
    assert casebook.verify_audit().entries == 20


def test_a_judgement_that_was_removed_behind_the_casebooks_back_leaves_its_entry(casebook: Casebook, url: str) -> None:
    for verdict in ("same", "different"):
        casebook.add_judgement("a/x", "b/x", verdict, user="ana", reason="key")
    execute(url, "DELETE FROM judgement WHERE number = 1")
    assert casebook.add_judgement("a/x", "b/x", "unsure", user="ana", reason="key").number == 3
    assert [one.subject for one in casebook.audit()] == ["judgement-1", "judgement-2", "judgement-3"]


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 6)), max_size=8))
def test_what_is_in_force_can_be_told_after_any_acts(acts: list[tuple[bool, int]]) -> None:
    with Casebook("sqlite:///:memory:", FixedClock(SystemClock().now())) as casebook:
        for judged, number in acts:
            if judged:
                casebook.add_judgement(f"a/{number % 2}", "b/x", "same", user="ana", reason="key")
                continue
            try:
                casebook.withdraw_judgement(number, user="ana", reason="no")
            except CasebookError:
                continue
        rows = casebook.judgements()
        assert [row.number for row in rows] == list(range(1, len(rows) + 1))
        assert len(judgements_in_force(rows)) <= 2
