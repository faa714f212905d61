"""An ingest with several processes, some of which are killed."""

import os
import random
import select
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from spacy.language import Language

from archive.reader import ArchiveReader
from index.ingest import ingest
from index.rejects import Reject
from index.retry import retry_rejects
from index.sqlite_store import SqliteStore
from tests.index.ingest_run_suite import DeadlyReader, busy_market
from tests.index.ingest_suite import everything, found
from tests.index.market import LAYOUT, listing_page

ROOT = Path(__file__).parents[2]
# Longer than anything here takes on a machine that has much else to do.
SECONDS = 120


def test_an_ingest_that_is_killed_ten_times_comes_to_the_same(tmp_path: Path, nlp: Language) -> None:
    # 66 pages in batches of three: more than ten runs of two batches at most can take.
    market = busy_market(tmp_path / "archive", days=6)
    with SqliteStore(tmp_path / "whole.sqlite") as whole:
        ingest(ArchiveReader(market.folder), whole, {"plain": LAYOUT}, nlp, folder=tmp_path / "whole")
        expected = everything(whole)
    assert len(expected) > 150
    chance = random.Random(7)
    command = [sys.executable, "-m", "tests.index.ingesting"]
    command += [str(market.folder), str(tmp_path / "killed.sqlite"), str(tmp_path / "killed"), "2"]
    positions = []
    for _round in range(10):
        with ExitStack() as watched:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True, start_new_session=True
            )
            assert process.stdin is not None
            assert process.stdout is not None
            with process.stdin, process.stdout:
                process.stdout.readline()
                process.stdin.write("\n")
                process.stdin.flush()
                workers = _children(process.pid)
                for worker in workers:
                    watched.callback(os.close, worker)
                try:
                    # It goes on by itself for one batch and then waits: this is somewhere in that batch.
                    process.wait(chance.uniform(0, 0.15))
                except subprocess.TimeoutExpired:
                    process.kill()
                assert process.wait() == -signal.SIGKILL
            assert len(workers) >= 2
            for worker in workers:
                assert select.select([worker], [], [], SECONDS)[0], "a process for reading outlives the ingest"
        with SqliteStore(tmp_path / "killed.sqlite") as killed:
            positions.append(killed.cursor("plain"))
    assert positions == sorted(set(positions)), "each run got on a little"
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, cwd=ROOT, check=True, text=True)
    assert done.stdout != "", "there was something left to do"
    with SqliteStore(tmp_path / "killed.sqlite") as killed:
        assert everything(killed) == expected


def test_a_page_that_ends_its_process_is_read_again_and_then_rejected(tmp_path: Path) -> None:
    market = busy_market(tmp_path / "archive", days=1)
    paths = ["/item/once", "/item/always", "/item/last"]
    pages = [(path, listing_page(number, title=path)[1]) for number, path in enumerate(paths, 100)]
    _once, always, _last = market.capture(*pages)
    told: list[str] = []
    with SqliteStore(tmp_path / "index.sqlite") as store:
        deadly = DeadlyReader(market.folder)
        summary = ingest(deadly, store, {"plain": LAYOUT}, folder=tmp_path, jobs=2, tell=told.append)
        assert (summary.pages, summary.rejected) == (14, 1)
        assert found(store, "kind:listing (once OR always OR last)") == ["plain/100", "plain/102"]
        reject = Reject.model_validate_json((tmp_path / "rejects.jsonl").read_text())
        assert (reject.capture, reject.captures, reject.attempts) == (always, [always], 1)
        assert reject.reason == "a process for reading was ended (signal 11), also when nothing else was read"
        assert told
        assert {"was ended (signal 11); what it was reading is read again" in line for line in told} == {True}
        # Where it ends no process any more, it is no reject any more.
        reader = ArchiveReader(market.folder)
        after = retry_rejects(reader, store, {"plain": LAYOUT}, folder=tmp_path, jobs=1)
        assert (after.retried, after.recovered, after.rejected) == (1, 1, 0)
        assert found(store, "kind:listing always") == ["plain/101"]


def test_an_interrupt_ends_it_cleanly(tmp_path: Path) -> None:
    market = busy_market(tmp_path / "archive")
    arguments = [str(market.folder), str(tmp_path / "index.sqlite"), str(tmp_path / "state"), "2"]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.index.ingesting", *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        cwd=ROOT, text=True, start_new_session=True,
    )  # fmt: skip
    with ExitStack() as watched:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        workers = _children(process.pid)
        for worker in workers:
            watched.callback(os.close, worker)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of them
        _out, said = process.communicate(timeout=SECONDS)
        for worker in workers:
            assert select.select([worker], [], [], SECONDS)[0], "a process for reading outlives the ingest"
    assert said.count("Traceback") == 1, "only the ingest itself says that it was interrupted"
    assert said.rstrip().endswith("KeyboardInterrupt")
    with SqliteStore(tmp_path / "index.sqlite") as store:
        assert store.counts()["capture"] >= 3


def test_processes_that_cannot_start_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    market = busy_market(tmp_path / "archive", days=1)
    # What a process for reading cannot load, in place of what the system refuses when it has no memory.
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "broken"))
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "sitecustomize.py").write_text("import os; os._exit(9)")
    with (
        SqliteStore(tmp_path / "index.sqlite") as store,
        pytest.raises(Exception, match=r"no process for reading can be started: .*exit code 9.*use fewer --jobs"),
    ):
        ingest(ArchiveReader(market.folder), store, {"plain": LAYOUT}, folder=tmp_path, jobs=2)


def _children(parent: int) -> list[int]:
    """A descriptor of each child process, that becomes readable when it ends."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
            if int(fields["PPid"]) == parent:
                found.append(os.pidfd_open(int(fields["Pid"])))
        except OSError:  # it ended meanwhile
            continue
    return found
