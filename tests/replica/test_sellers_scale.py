"""Very many accounts: repeatable, with the truth, and with names that stay rare as they grow."""

from collections import Counter, defaultdict

import pytest

from replica.sellers.lines import AccountLine, TruthLine
from replica.sellers.scale import scaled_accounts

COUNT = 30_000


@pytest.fixture(scope="module")
def rows() -> list[tuple[AccountLine, TruthLine]]:
    return list(scaled_accounts(COUNT, seed=2))


def test_as_many_as_asked_for_and_the_same_again(rows: list[tuple[AccountLine, TruthLine]]) -> None:
    assert len(rows) == len({account["id"] for account, _ in rows}) == COUNT
    assert all(account["id"] == truth["id"] for account, truth in rows)
    assert list(scaled_accounts(COUNT, seed=2)) == rows
    assert next(scaled_accounts(COUNT, seed=3)) != rows[0]


def test_sellers_have_up_to_four_accounts_on_different_markets(rows: list[tuple[AccountLine, TruthLine]]) -> None:
    on = defaultdict(list)
    for account, truth in rows:
        on[truth["seller"]].append(account["market"])
    assert all(len(set(names)) == len(names) for names in on.values())
    counts = Counter(map(len, on.values()))
    assert set(counts) == {1, 2, 3, 4}
    assert counts[1] / len(on) == pytest.approx(0.6, abs=0.02)


def test_keys_and_contacts_are_of_one_seller_and_few_handles_of_several(
    rows: list[tuple[AccountLine, TruthLine]],
) -> None:
    shown, handles = defaultdict(set), defaultdict(set)
    for account, truth in rows:
        for value in [*account["pgp_keys"], *(contact["value"] for contact in account["contacts"])]:
            shown[value].add(truth["seller"])
        handles[account["handle"]].add(truth["seller"])
    assert all(len(sellers) == 1 for sellers in shown.values())
    assert 0.005 < sum(len(sellers) > 1 for sellers in handles.values()) / len(handles) < 0.06
    assert len({(account["market"], account["handle"]) for account, _ in rows}) == COUNT


def test_every_account_has_a_few_short_titles(rows: list[tuple[AccountLine, TruthLine]]) -> None:
    assert {len(account["listings"]) for account, _ in rows} == {2, 3, 4}
    assert all(
        len(line["title"]) < 100 and "{" not in line["title"] for account, _ in rows for line in account["listings"]
    )
