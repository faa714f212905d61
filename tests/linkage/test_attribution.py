"""Who wrote this: the author before others who write of the same things."""

import numpy as np
import pytest

from linkage.attribution import MOST_TEXTS, spread_over, told_apart
from linkage.wording import WordingSpace
from tests.linkage.shops import shop


def told(query: list[str], accounts: list[list[str]]) -> list[float]:
    space = WordingSpace.of([*accounts, query])
    texts = [text for account in accounts for text in account]
    owners = np.repeat(np.arange(len(accounts)), [len(account) for account in accounts])
    scores: list[float] = told_apart(
        space.text_vectors(query), space.text_vectors(texts), owners, len(accounts)
    ).tolist()
    return scores


@pytest.mark.parametrize("author", range(5))
def test_the_author_comes_before_the_others(author: int) -> None:
    accounts = [shop(number, 8) for number in range(5)]
    scores = told(shop(author, 12)[8:], accounts)
    assert len(scores) == 5
    assert max(range(5), key=scores.__getitem__) == author


def test_what_all_of_them_write_tells_nobody_and_what_one_writes_does() -> None:
    ours = ["free shipping on every order"]
    goods = ("alpaca wool in sacks", "linen sheets by the yard", "copper pans from old forges")
    accounts = [[*ours, one] for one in goods]
    scores = told(ours, accounts)
    assert max(scores) - min(scores) < 0.1
    scores = told(["linen sheets free shipping on every order"], accounts)
    assert scores[1] > 1.3 * max(scores[0], scores[2])


def test_the_order_of_texts_and_accounts_makes_no_difference() -> None:
    accounts = [shop(number, 5) for number in range(4)]
    query = shop(2, 9)[5:]
    backwards = told(query[::-1], [account[::-1] for account in accounts[::-1]])
    assert told(query, accounts) == pytest.approx(backwards[::-1], abs=1e-6)


def test_an_account_without_texts_has_nothing_and_one_alone_has_what_is_its() -> None:
    mine = shop(1, 5)
    assert told(mine[:1], [mine, []])[1] == 0
    (alone,) = told(mine[:1], [mine])
    assert 0.3 < alone < 1.1
    assert 0 <= told(["\u05e9"], [mine])[0] < 0.05


@pytest.mark.parametrize(
    ("query", "accounts"), [([], [["a text"]]), (["a text"], [[], []]), (["a text"], []), ([""], [[""]])]
)
def test_without_texts_nobody_is_told(query: list[str], accounts: list[list[str]]) -> None:
    assert told(query, accounts) == [0.0] * len(accounts)


def test_one_text_many_times_is_told_all_the_same() -> None:
    scores = told(["alpaca wool"], [["alpaca wool"] * 40, ["linen sheets"] * 40])
    assert np.isfinite(scores).all()
    assert scores[0] > 0.9 > scores[1]


@pytest.mark.parametrize("count", [0, 1, MOST_TEXTS, MOST_TEXTS + 1, 1000])
def test_texts_are_taken_from_the_first_to_the_last_each_once(count: int) -> None:
    places = spread_over(count).tolist()
    assert len(places) == min(count, MOST_TEXTS)
    assert places == sorted(set(places))
    if count:
        assert (places[0], places[-1]) == (0, count - 1)
