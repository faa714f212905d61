"""Work done by other processes."""

import os
import signal
from pathlib import Path

import pytest

from index.workers import Ended, Workers
from nightpost.errors import NightpostError


def _prepare(base: int) -> int:
    return base


def _add(base: int, item: int) -> int:
    return base + item


def _long(base: int, item: str) -> str:
    return item * base


def _whose(_base: int, _item: int) -> int:
    return os.getpid()


def _kill_first(_base: int, item: tuple[str, int]) -> int:
    """Ends its process while the marks in the folder are fewer than the number."""
    folder, number = Path(item[0]), item[1]
    seen = len(list(folder.iterdir()))
    if seen < number:
        (folder / str(seen)).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return seen


def _wait_for_ever(_base: int, pipe: str) -> str:
    """Waits for somebody to write into a pipe; nobody does."""
    return Path(pipe).read_text()


def _fail_to_prepare() -> int:
    raise ValueError("no such model")


def test_answers_come_in_the_order_of_what_was_asked() -> None:
    with Workers(2, _prepare, (1000,), print) as workers:
        tasks = [workers.submit(_add, [number, number + 1], urgent=number % 3 == 0) for number in range(50)]
        assert [workers.answers(task) for task in tasks] == [[1000 + one, 1001 + one] for one in range(50)]


def test_large_requests_and_answers_do_not_block_each_other() -> None:
    with Workers(1, _prepare, (3,), print) as workers:
        tasks = [workers.submit(_long, ["x" * 2_000_000]) for _ in range(6)]
        assert [len(str(workers.answers(task)[0])) for task in tasks] == [6_000_000] * 6


def test_answers_that_nobody_takes_hold_back_what_is_not_urgent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.workers._WAITING_BYTES", 1_000)
    with Workers(1, _prepare, (1,), print) as workers:
        waiting = [workers.submit(_long, ["x" * 3_000]) for _ in range(8)]
        assert workers.answers(workers.submit(_add, [1], urgent=True)) == [2]
        begun = sum(task.done for task in waiting)
        assert begun <= 3
        workers.drop(waiting[-1])
        assert [workers.answers(task) for task in waiting[:-1]] == [["x" * 3_000]] * 7


def test_what_a_process_was_at_when_it_was_killed_is_done_again(tmp_path: Path) -> None:
    told: list[str] = []
    with Workers(2, _prepare, (10,), told.append) as workers:
        before = [workers.submit(_add, [number]) for number in range(20)]
        deadly = workers.submit(_kill_first, [(str(tmp_path), 2), (str(tmp_path), 2)])
        after = [workers.submit(_add, [number]) for number in range(20)]
        assert [workers.answers(task) for task in (*before, *after)] == [[10 + one] for one in range(20)] * 2
        assert workers.answers(deadly) == [2, 2]
    assert told == [
        "a process for reading was killed, most likely for want of memory; what it was reading is read again by itself"
    ]


def test_what_ends_every_process_is_given_up_and_all_else_is_done(tmp_path: Path) -> None:
    with Workers(1, _prepare, (10,), lambda _line: None) as workers:
        deadly = workers.submit(_kill_first, [(str(tmp_path), 99)])
        assert workers.answers(workers.submit(_add, [5])) == [15]
        (answer,) = workers.answers(deadly)
        assert isinstance(answer, Ended)
        assert "was killed, most likely for want of memory, also when nothing else was read" in answer.reason
        assert len(list(tmp_path.iterdir())) == 3


def test_what_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with Workers(1, _prepare, (10,), lambda _line: None) as workers:
        monkeypatch.setattr("index.workers._LONGEST_SECONDS", 0.01)
        (answer,) = workers.answers(workers.submit(_wait_for_ever, [str(pipe)]))
        assert isinstance(answer, Ended)
        assert "took longer than" in answer.reason


def test_no_more_processes_than_wanted_and_none_without_work() -> None:
    with Workers(2, _prepare, (1,), print) as workers:
        tasks = [workers.submit(_whose, [1, 2]) for _ in range(30)]
        processes = {answer for task in tasks for answer in workers.answers(task)}
    assert 1 <= len(processes) <= 2
    assert os.getpid() not in processes
    for process in processes:
        assert isinstance(process, int)
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_a_process_that_cannot_begin_is_told() -> None:
    with (
        Workers(2, _fail_to_prepare, (), lambda _line: None) as workers,
        pytest.raises(NightpostError, match="no process for reading can be started: ValueError: no such model"),
    ):
        workers.answers(workers.submit(_add, [1]))
