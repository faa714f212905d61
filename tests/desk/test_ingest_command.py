"""``nightpost ingest``: what it says and how it ends."""

import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from desk.cli.progress_bar import ProgressBar
from index.ingest_lock import replay_lock
from nightpost.clock import SystemClock
from tests.desk.conftest import Run

ONION = "http://2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion"
AUTHORITY = ("--authority", "TEST-1", "--holder", "tests", "--expires", "2099-12-31")


@pytest.fixture
def warc(run: Run, workspace: Path, tmp_path: Path) -> Path:
    """The file of a workspace's evidence, which holds one page."""
    assert run("site", "add", "empire", "--url", ONION, "--layout", "empire", *AUTHORITY)[0] == 0
    page = tmp_path / "page.html"
    page.write_bytes(b"<html><head><title>Another market</title></head><body><p>Nothing.</p></body></html>")
    assert run("import", page, "--site", "empire")[0] == 0
    (file,) = (workspace / "archive" / "empire").glob("*.warc.gz")
    return file


def test_rejects_are_counted_and_tried_again(run: Run, workspace: Path, warc: Path) -> None:
    whole = warc.read_bytes()
    capture = json.loads((workspace / "archive" / "empire" / "journal.jsonl").read_text())
    spoilt = bytearray(whole)
    spoilt[capture["offset"] + capture["length"] // 2] ^= 0xFF
    warc.write_bytes(spoilt)
    status, output, _ = run("ingest", "--jobs", "1")
    assert (status, "1 pages read" in output, "1 rejected: see state/rejects.jsonl" in output) == (0, True, True)
    status, output, _ = run("ingest", "--retry-rejects", "--jobs", "1")
    assert (status, "1 rejects tried again, 0 of them are in the index now" in output) == (0, True)
    assert "1 are still rejected: see state/rejects.jsonl" in output
    warc.write_bytes(whole)
    with (workspace / "state" / "rejects.jsonl").open("a") as file:
        file.write("\x1b[2Jnonsense\n")
    status, output, errors = run("ingest", "--retry-rejects", "--jobs", "1", "--json")
    assert status == 0
    summary: dict[str, Any] = json.loads(output)
    assert (summary["retried"], summary["recovered"], summary["rejected"]) == (1, 1, 0)
    assert "rejects.jsonl, line 2, is no reject" in errors
    assert (workspace / "state" / "rejects.jsonl").read_text() == "\x1b[2Jnonsense\n"


def test_a_second_replay_is_refused_while_one_runs(run: Run, workspace: Path) -> None:
    with replay_lock(workspace / "state", SystemClock().now()):
        status, _, errors = run("ingest", "--replay")
    assert status == 1
    assert "a replay runs already, since 20" in errors
    assert run("ingest", "--replay")[0] == 0


def test_a_replay_with_a_retry_is_wrong_usage(run: Run, workspace: Path) -> None:
    status, _, errors = run("ingest", "--replay", "--retry-rejects")
    assert (status, "leave out --retry-rejects" in errors) == (2, True)
    assert run("ingest", "--jobs", "0")[0] == 2
    assert workspace.is_dir()


def test_an_interrupt_is_one_line(run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_values: object, **_named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("desk.cli.ingesting.read_into_index", interrupted)
    status, _, errors = run("ingest")
    assert (status, errors.count("\n")) == (1, 1)
    assert "stopped; what was read is in the index; go on with: nightpost ingest" in errors
    assert "stopped; the index is as it was" in run("ingest", "--replay")[2]
    assert workspace.is_dir()


def test_the_bar_tells_the_share_and_is_silent_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    for terminal in (True, False):
        console = Console(force_terminal=terminal, width=120)
        with ProgressBar(console, "ingest") as bar:
            bar.show("30 pages, 15 a second, now empire", 25, 100)
        said = capsys.readouterr().out
        assert ("ingest: 30 pages, 15 a second, now empire" in said, "25%" in said) == (terminal, terminal)
