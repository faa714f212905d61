"""A crawl that is killed, stopped, or loses Tor: no page is lost, and none is kept twice."""

import json
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.summary import RunSummary
from crawler.tor import TorError
from tests.crawler.conftest import FAST, HOST, Crawl
from tests.crawler.onions import Answer, Asked, Onions, always, links, page
from tests.crawler.stand_ins import MemoryEvidence
from tests.crawler.test_crawl import pages

PAGES = 60


def _market(asked: Asked) -> Answer:
    """A home page, and a chain of pages that each lead to two more."""
    number = int(asked.path.lstrip("/") or 0)
    return page(links(*(f"/{n}" for n in (2 * number + 1, 2 * number + 2) if n < PAGES)))


@contextmanager
def _crawling(
    onions: Onions, state: Path, *, left: int = 0, moment: str = "never"
) -> Iterator["subprocess.Popen[str]"]:
    """A crawl in a process of its own, that is gone when the context is left."""
    command = [sys.executable, "-m", "tests.crawler.crawl_process", str(onions.port), str(state), str(left), moment]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _kept_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def _kept(state: Path) -> list[dict[str, str]]:
    whole = (state / "evidence.jsonl").read_bytes().rpartition(b"\n")[0]
    return [json.loads(line) for line in whole.splitlines()]


def _finish(onions: Onions, state: Path) -> RunSummary:
    with _crawling(onions, state) as process:
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return RunSummary.model_validate_json(out.splitlines()[-1])


def _assert_whole(state: Path, summary: RunSummary) -> None:
    counts = Counter(line["url"] for line in _kept(state))
    assert counts == Counter([f"http://{HOST}/", *(f"http://{HOST}/{n}" for n in range(1, PAGES))])
    assert {line["run_id"] for line in _kept(state)} == {summary.run_id}
    assert summary.fetched == PAGES
    assert summary.by_page_kind == {"listing": PAGES}
    assert summary.finished_reason == "finished"
    assert summary.queued_left == 0


def test_killed_again_and_again_no_page_is_lost_and_none_kept_twice(onions: Onions, tmp_path: Path) -> None:
    onions.services[HOST] = _market
    chance = random.Random(20)
    for _ in range(3):
        left, moment = chance.randint(1, 12), chance.choice(["before", "after"])
        with _crawling(onions, tmp_path, left=left, moment=moment) as process:
            process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
    summary = _finish(onions, tmp_path)
    assert summary.resumed
    _assert_whole(tmp_path, summary)


def test_killed_from_outside_at_any_moment_it_goes_on(onions: Onions, tmp_path: Path) -> None:
    onions.services[HOST] = _market
    chance = random.Random(21)
    for _ in range(2):
        with _crawling(onions, tmp_path) as process:
            for _ in range(chance.randint(1, 12)):
                assert _kept_line(process) == "kept\n"
            process.kill()
        assert process.returncode == -signal.SIGKILL
    _assert_whole(tmp_path, _finish(onions, tmp_path))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_in_good_order(onions: Onions, tmp_path: Path, number: int) -> None:
    onions.services[HOST] = _market
    with _crawling(onions, tmp_path) as process:
        assert _kept_line(process) == "kept\n"
        process.send_signal(number)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    summary = RunSummary.model_validate_json(out.splitlines()[-1])
    assert summary.finished_reason == "stopped"
    assert summary.fetched == len(_kept(tmp_path)) == len(onions.asked), "pages under way were fetched and kept"
    assert summary.queued_left > 0
    last = _finish(onions, tmp_path)
    assert last.run_id == summary.run_id
    _assert_whole(tmp_path, last)


def test_a_second_signal_does_not_wait(onions: Onions, tmp_path: Path) -> None:
    waiting = threading.Event()
    home = page(links("/1"))

    def market(asked: Asked) -> Answer:
        if asked.path == "/1" and not waiting.is_set():
            waiting.set()
            return Answer(b"", "hang")
        return home if asked.path == "/" else page("x")

    onions.services[HOST] = market
    with _crawling(onions, tmp_path) as process:
        assert waiting.wait(30)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    summary = RunSummary.model_validate_json(out.splitlines()[-1])
    assert (summary.finished_reason, summary.fetched, summary.queued_left) == ("stopped", 1, 1)
    assert (summary.finished_at - summary.started_at).total_seconds() < FAST.timeout_seconds
    assert _finish(onions, tmp_path).fetched == 2


def test_a_torn_retry_is_not_taken_for_done(run: Crawl, onions: Onions, evidence: MemoryEvidence) -> None:
    """Several exchanges of one URL are several; which of them were accounted for survives an interruption."""
    busy = page("busy", 503, reason="Busy")
    answers = [busy, page(links("/a"))]
    onions.services[HOST] = lambda asked: answers.pop(0) if asked.path == "/" else page("x")
    first = run(max_pages=1)
    assert (first.finished_reason, first.retried, first.queued_left) == ("budget", 1, 1)
    second = run()
    assert (second.fetched, second.by_status) == (2, {"200": 2})
    assert evidence.urls == [f"http://{HOST}/", f"http://{HOST}/", f"http://{HOST}/a"]


def test_a_crawl_waits_for_a_lost_tor_and_goes_on(run: Crawl, onions: Onions) -> None:
    lost = threading.Event()

    def market(asked: Asked) -> Answer:
        if asked.path == "/5" and not lost.is_set():
            lost.set()
        return _market(asked)

    onions.services[HOST] = market
    back = threading.Event()

    def outage() -> None:
        lost.wait(20)
        onions.stop()
        told.wait(20)
        onions.restart()
        back.set()

    told = threading.Event()
    thread = threading.Thread(target=outage)
    thread.start()
    summary = run(progress=lambda progress: told.set() if progress.tor_lost else None)
    thread.join(20)
    assert back.is_set()
    assert summary.interruptions >= 1
    assert summary.finished_reason == "finished"
    assert set(onions.paths) == {"/", *(f"/{n}" for n in range(1, PAGES))}
    assert summary.failed == {}


def test_a_crawl_whose_tor_stays_away_ends_with_all_still_queued(run: Crawl, onions: Onions) -> None:
    home = page(links(*(f"/{n}" for n in range(1, 31))))
    onions.services[HOST] = pages({"/": home})
    run(max_pages=1)
    onions.stop()
    with pytest.raises(TorError, match="what was not fetched is still queued"):
        run(tor_patience=0.2)
    onions.restart()
    onions.services[HOST] = always(page("x"))
    summary = run()
    assert summary.resumed
    assert summary.fetched == 30
    assert summary.interruptions == 1
    assert summary.failed == {}
