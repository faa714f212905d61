"""Passages: copies are known by their bands, whatever was changed a little; nothing else is."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.passages import (
    BANDS,
    FEWEST_WORDS,
    MOST_PASSAGES,
    MOST_WORDS,
    number_of,
    passages,
    signatures,
)
from tests.extractors.linear_time import grows_faster

PROFILE = (
    "We have been selling hand made soap since the spring of last year and every bar that leaves our little workshop "
    "is wrapped twice in paper and sealed by hand so that nothing is lost on the way to you."
)
TERMS = (
    "Refunds are given within two weeks of the day on which the order was marked as sent unless the tracking shows "
    "that the parcel was handed over at the address which you gave us when you placed it."
)


def shared(one: str, other: str) -> set[int]:
    return signatures([one]).keys() & signatures([other]).keys()


def test_a_passage_has_a_number_for_each_band_and_each_leads_back_to_it() -> None:
    found = signatures([PROFILE, TERMS])
    assert len(found) == 2 * BANDS
    assert list(found.values()) == [PROFILE] * BANDS + [TERMS] * BANDS
    assert all(-(2**63) <= number < 2**63 for number in found)


@pytest.mark.parametrize(
    "copy",
    [
        PROFILE.upper(),
        PROFILE.replace(" ", "  "),
        PROFILE.replace("hand made", "*hand* -made-"),
        PROFILE.replace("soap", "candle soap"),
        PROFILE.replace("every bar", "each bar"),
        f"{TERMS}\n\n{PROFILE}",
    ],
)
def test_near_copies_have_a_band_in_common(copy: str) -> None:
    assert shared(PROFILE, copy)


@pytest.mark.parametrize("other", [TERMS, " ".join(reversed(PROFILE.split())), "Soap " + TERMS.lower(), ""])
def test_other_texts_have_none(other: str) -> None:
    assert not shared(PROFILE, other)


def test_a_text_falls_into_paragraphs_items_and_sentences() -> None:
    item = "one two three four five six seven eight"
    text = (
        f"Short one. {item.capitalize()}. Another of them has just as many words as that.\n\n{item}\n- {item}\n{item}"
    )
    assert list(passages(text)) == [
        f"Short one. {item.capitalize()}.",
        "Another of them has just as many words as that.",
        item,
        f"- {item}\n{item}",
    ]


@pytest.mark.parametrize(
    "text", ["", " \n\n ", "Hi.", "one two three four five six seven", "!!! ??? ... --- *** ___ +++ ###"]
)
def test_fewer_words_are_no_passage(text: str) -> None:
    assert list(passages(text)) == []
    assert signatures([text]) == {}


@given(st.text(st.sampled_from("ab .\n-*!?\u0645\ud83d_1"), max_size=200) | st.text(max_size=100))
def test_every_passage_is_of_the_text_and_long_enough(text: str) -> None:
    for passage in passages(text):
        assert len("".join(one if one.isalnum() else " " for one in passage).split()) >= FEWEST_WORDS
        assert "".join(passage.split()) in "".join(text.split())
    assert signatures([text]) == signatures([text])


def test_of_many_passages_and_of_a_long_one_the_beginning_counts() -> None:
    many = [f"passage {' '.join(f'w{number}x{at}' for at in range(9))}" for number in range(MOST_PASSAGES + 5)]
    assert signatures(many).keys() == signatures(many[:MOST_PASSAGES]).keys()
    long = " ".join(f"w{at}" for at in range(MOST_WORDS))
    assert signatures([long]).keys() == signatures([long + " and so on and on"]).keys()


@pytest.mark.parametrize(
    "piece",
    ["a", "a ", "\n", "\n ", " ", ".", ". ", ".A", "! a", "-\n", "\n-", "a.\n\n", "\u0645. ", "\ud83d", "_", "1\n"],
)
def test_time_grows_no_faster_than_a_hostile_text(piece: str) -> None:
    assert grows_faster(lambda text: signatures([text]), piece, short=250_000, long=1_000_000) is None


def test_another_process_finds_the_same_numbers() -> None:
    program = f"from linkage.passages import signatures; print(sorted(signatures([{PROFILE!r}])))"
    printed = [
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert printed == [f"{sorted(signatures([PROFILE]))}\n"] * 2


def test_numbers_are_of_the_bytes_and_signed() -> None:
    numbers = {number_of(bytes([value])) for value in range(64)}
    assert len(numbers) == 64
    assert min(numbers) < 0 < max(numbers)
