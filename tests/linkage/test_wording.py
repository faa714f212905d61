"""Wording as vectors: the same for the same texts, whatever stands around them; no text is too odd."""

from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import linkage.wording
from linkage.wording import LONGEST_TEXT, MOST_TEXTS, VIEWS, Vectors, WordingSpace

SHOPS = [
    ["Blue Dream 3.5g - top shelf!!", "Blue Dream 7g - top shelf!!", "We ship every weekday."],
    ["*** PURE COLOMBIAN *** 1 Gram", "*** PURE COLOMBIAN *** 5 Gram"],
    [],
    ["xanax bars, 100 pcs. stealth guaranteed", "we ship every weekday"],
    ["mdma crystals [84%]", "Gram of MDMA crystals", "no text is like another"],
]
ODD = [
    "",
    " ",
    "!!! *** $$$",
    "\ud83d\ude00 half \ud83d of a \udcff character",
    "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
    "\u202eabc\u200d\u0000",
    "a",
    "a" * 2_000_000,
]
SPACE = WordingSpace.of(SHOPS)

texts = st.text(st.characters(), max_size=30) | st.sampled_from(list(chain.from_iterable(SHOPS)))
shops = st.lists(st.lists(texts, max_size=4), max_size=6)


def same_rows(one: Vectors, other: Vectors) -> bool:
    return all(
        left.shape == right.shape and abs(left - right).max() == 0 if left.shape[0] else left.shape == right.shape
        for left, right in zip(one.views, other.views, strict=True)
    )


def cosine(vectors: Vectors, one: int, other: int) -> dict[str, float]:
    found = vectors.cosines(np.array([one]), np.array([other]))[0]
    return {view.name: float(value) for view, value in zip(VIEWS, found, strict=True)}


@settings(deadline=None, max_examples=25)
@given(shops, st.randoms(use_true_random=False))
def test_the_order_of_accounts_and_what_is_beside_them_change_no_vector(
    accounts: list[list[str]], order: np.random.Generator
) -> None:
    places = list(range(len(accounts)))
    order.shuffle(places)
    shuffled = SPACE.vectors([accounts[place] for place in places])
    alone = [SPACE.vectors([account]) for account in accounts]
    assert same_rows(SPACE.vectors(accounts).rows(np.array(places, np.int64)), shuffled)
    for at, place in enumerate(places):
        assert same_rows(shuffled.rows(np.array([at])), alone[place])


def test_the_parts_that_accounts_are_read_in_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = SHOPS * 3
    whole_space, whole = WordingSpace.of(accounts), SPACE.vectors(accounts)
    monkeypatch.setattr(linkage.wording, "_CHUNK", 4)
    parted = WordingSpace.of(accounts)
    assert parted.texts == whole_space.texts == 3 * sum(map(len, SHOPS))
    assert all(map(np.array_equal, parted.weights, whole_space.weights))
    assert same_rows(SPACE.vectors(accounts), whole)


@settings(deadline=None, max_examples=25)
@given(shops)
def test_vectors_have_length_one_or_none_and_cosines_are_the_same_from_either_side(accounts: list[list[str]]) -> None:
    vectors = SPACE.vectors(accounts)
    assert len(vectors) == len(accounts)
    for view in vectors.views:
        lengths = np.sqrt(np.asarray(view.multiply(view).sum(axis=1)).ravel())
        assert np.all((lengths == 0) | (abs(lengths - 1) < 1e-5))
    left, right = map(np.ravel, np.indices((len(accounts), len(accounts))))
    there, back = vectors.cosines(left, right), vectors.cosines(right, left)
    assert np.array_equal(there, back)
    assert there.max(initial=0) < 1 + 1e-5
    assert there.min(initial=0) >= 0


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_no_text_is_too_odd(text: str) -> None:
    space = WordingSpace.of([[text], ["an ordinary text", text], []])
    vectors = space.vectors([[text], ["an ordinary text", text], []])
    assert all(np.isfinite(view.data).all() for view in vectors.views)
    assert vectors.has_texts().tolist() == [bool(text.strip()), True, False]
    assert space.text_vectors([text]).shape[0] == 1
    assert space.shared_words([text, "ordinary"], [text, "ordinary"], 1)
    assert cosine(vectors, 1, 1)["words"] == pytest.approx(1, abs=1e-5)


def test_where_nobody_has_texts_there_are_none() -> None:
    nobody: list[list[list[str]]] = [[], [[]], [[], []]]
    for accounts in nobody:
        space = WordingSpace.of(accounts)
        assert space.texts == 0
        assert space.vectors(accounts).has_texts().tolist() == [False] * len(accounts)
    assert SPACE.text_vectors([]).shape[0] == 0
    assert SPACE.shared_words([], ["word"], 3) == []


def test_of_a_long_text_and_of_many_texts_the_beginning_counts() -> None:
    start = ("one two three " * LONGEST_TEXT)[:LONGEST_TEXT]
    many = [f"text of number {number}" for number in range(MOST_TEXTS)]
    vectors = SPACE.vectors([[start], [start + " and something else"], many, [*many, "something else"]])
    assert same_rows(vectors.rows(np.array([0, 2])), vectors.rows(np.array([1, 3])))
    long = SPACE.text_vectors([start, start + " and something else"])
    assert abs(long[0] - long[1]).max() == 0
    assert SPACE.shared_words([start + " alpaca"], ["alpaca"], 3) == []


def test_words_see_words_and_habits_see_how_they_are_written() -> None:
    shout, calm, other = ["*** FREE SHIPPING *** 10g"], ["free shipping, 25 g"], ["*** NEXT PARCELS *** 99z"]
    vectors = SPACE.vectors([shout, calm, other])
    same_words, same_habits = cosine(vectors, 0, 1), cosine(vectors, 0, 2)
    assert same_words["words"] > same_habits["words"]
    assert same_words["letters"] > same_habits["letters"]
    assert same_habits["habits"] > same_words["habits"]


def test_what_few_write_weighs_more_than_what_all_write() -> None:
    space = WordingSpace.of([["ship alpaca"], ["ship alpaca"], *(["ship"] for _ in range(30))])
    vectors = space.vectors([["ship alpaca"], ["alpaca"], ["ship"]])
    assert cosine(vectors, 0, 1)["words"] > cosine(vectors, 0, 2)["words"]


def test_words_in_common_are_named_the_rarest_first() -> None:
    space = WordingSpace.of(
        [["the wool of an alpaca"], *(["the wool"] for _ in range(9)), *(["the"] for _ in range(40))]
    )
    one, other = ["The alpaca: WOOL!!! 7"], ["alpaca wool, the best 7 !!!"]
    assert space.shared_words(one, other, 8) == ["alpaca", "wool", "the"]
    assert space.shared_words(one, other, 1) == ["alpaca"]
    assert space.shared_words(one, ["nothing"], 8) == []


def test_a_space_that_was_kept_makes_the_same_vectors(tmp_path: Path) -> None:
    path = tmp_path / "space.npz"
    SPACE.save(path)
    loaded = WordingSpace.load(path)
    assert loaded.texts == SPACE.texts
    assert same_rows(loaded.vectors(SHOPS), SPACE.vectors(SHOPS))
