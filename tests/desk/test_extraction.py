"""Texts in bulk: the same answers in the same order with any number of processes, and memory that stays the same."""

import json
import multiprocessing
import os
import signal
from collections.abc import Iterator

import psutil
import pytest

from desk.extraction import ReadLine, extract_lines
from nightpost.errors import NightpostError

TITLES = [
    "10g cocaine 92%",
    "100x Xanax 2mg UK to UK",
    "How to grow mushrooms",
    "Netflix account",
    "\ud83d\ude00 5g hash",
]


def lines(count: int) -> Iterator[str]:
    """So many lines; every hundredth is no item."""
    for number in range(1, count + 1):
        text = f"{TITLES[number % len(TITLES)]} word{number}"
        yield "{nonsense" if number % 100 == 0 else json.dumps({"id": number, "text": text})


def test_answers_are_the_same_and_in_order_with_any_number_of_processes() -> None:
    alone = list(extract_lines(lines(1000)))
    assert list(extract_lines(lines(1000), jobs=2)) == alone
    assert [one.number for one in alone] == list(range(1, 1001))
    assert [one.number for one in alone if one.answer is None] == list(range(100, 1001, 100))
    answer = json.loads(alone[0].answer or "")
    assert answer["id"] == 1
    assert answer["facts"]["substances"] == ["alprazolam"]


def test_empty_lines_are_passed_over_and_numbers_stay_those_of_the_input() -> None:
    read = list(extract_lines(["\n", '{"id": "a", "text": "1g mdma"}\n', "  \n", "[1]\n"]))
    assert [(one.number, one.answer is None) for one in read] == [(2, False), (4, True)]


@pytest.mark.parametrize(
    "line", ["[" * 100_000, '{"id": 1}', '{"id": null, "text": "x"}', '"text"', '{"id": 1, "text": 5}']
)
def test_what_is_no_item_is_said(line: str) -> None:
    assert list(extract_lines([line])) == [ReadLine(1, None)]


def test_half_characters_and_controls_are_escaped_and_harm_nothing() -> None:
    (read,) = extract_lines(['{"id": "\\ud800", "text": "5g hash \\ud800 \\u202e \\u0000 10g mdma"}'])
    assert read.answer is not None
    assert read.answer.isprintable()
    assert json.loads(read.answer)["facts"]["substances"] == ["cannabis", "mdma"]


def test_input_is_read_no_faster_than_output() -> None:
    taken = 0

    def counted() -> Iterator[str]:
        nonlocal taken
        for line in lines(100_000):
            taken += 1
            yield line

    answers = extract_lines(counted(), jobs=2)
    next(answers)
    assert taken <= 2_000
    answers.close()  # type: ignore[attr-defined]  # it is a generator


def test_memory_does_not_grow_with_the_number_of_texts() -> None:
    process = psutil.Process()
    answers = extract_lines(lines(12_000))
    for _ in range(2_000):
        next(answers)
    before = process.memory_info().rss
    for _ in answers:
        pass
    assert process.memory_info().rss - before < 40 * 1024**2


def test_a_process_that_is_ended_is_said_and_not_waited_for() -> None:
    answers = extract_lines(lines(5_000), jobs=2)
    next(answers)
    for child in multiprocessing.active_children():
        if child.pid is not None:
            os.kill(child.pid, signal.SIGKILL)
    with pytest.raises(NightpostError, match="want of memory"):
        list(answers)
