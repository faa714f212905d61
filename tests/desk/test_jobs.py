"""Scheduled crawls on a real queue: SQLite and Redis, with real processes."""

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import redis

from desk.job_queue import open_queue
from desk.run_log import JobRun, RunLog
from desk.schedule import Schedule
from desk.scheduled_crawl import RUN_LOG, Command, ScheduledCrawls, nightpost_commands
from desk.worker import Worker
from nightpost.clock import FixedClock
from nightpost.errors import ConfigurationError, UnavailableError
from nightpost.workspace import Workspace, create_workspace, find_workspace
from tests.servers.ports import free_port, wait_until

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
REPOSITORY = Path(__file__).parents[2]
# Says what it was asked to do, in the workspace ($0), and ends.
QUICK = 'echo "$1 $2" >>"$0/said"; echo "$1 of $2 is done"'
# The crawl goes on until it is told to stop; it says when it began, so that nobody has to guess.
ENDLESS = 'trap "echo told to stop; exit 0" TERM; echo "$1 $2" >>"$0/said"; while :; do sleep 0.05; done'


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "workspace", "tests")


@pytest.fixture(params=["sqlite", "redis"])
def queued(request: pytest.FixtureRequest, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace whose job queue is an empty one in SQLite, or in Redis."""
    if request.param == "redis":
        url = str(request.getfixturevalue("redis_url"))
        monkeypatch.setenv("NIGHTPOST_JOBS", url)
        with redis.Redis.from_url(url) as client:
            client.flushdb()
    return find_workspace(workspace.folder)


def crawls(workspace: Workspace, script: str, clock: FixedClock) -> ScheduledCrawls:
    def commands(of: Workspace, site: str) -> list[Command]:
        shell = ("sh", "-c", script, str(of.folder))
        return [Command("crawl", (*shell, "crawl", site)), Command("ingest", (*shell, "ingest", site))]

    return ScheduledCrawls(workspace, clock, commands)


def said(workspace: Workspace) -> list[str]:
    file = workspace.folder / "said"
    return file.read_text().splitlines() if file.exists() else []


@contextmanager
def worker(workspace: Workspace, time: str, script: str) -> Iterator["subprocess.Popen[str]"]:
    """A worker in a process of its own; killed at the end unless it was stopped before."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.desk.worker_program", str(workspace.folder), time, script],
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def next_run(process: "subprocess.Popen[str]") -> JobRun:
    """The next run that the worker says has ended; waits for it."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "the worker ended without a word"
    return JobRun.model_validate_json(line)


def stop(process: "subprocess.Popen[str]", how: signal.Signals = signal.SIGTERM) -> list[str]:
    """Tell the worker to stop; what it said until its end."""
    process.send_signal(how)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return output.splitlines()


def test_a_crawl_whose_time_has_come_is_run_and_logged(queued: Workspace) -> None:
    schedule = Schedule(queued.folder)
    schedule.add("empire", "0 12 * * *")
    schedule.add("later", "30 12 * * *")
    schedule.add("off", "* * * * *", enabled=False)
    with worker(queued, NOON.isoformat(), QUICK) as process:
        run = next_run(process)
        assert stop(process) == ["stopped"]
    assert (run.site, run.due_at, run.outcome) == ("empire", NOON, "done")
    assert [(step.name, step.exit_code, step.last_line) for step in run.steps] == [
        ("crawl", 0, "crawl of empire is done"),
        ("ingest", 0, "ingest of empire is done"),
    ]
    assert said(queued) == ["crawl empire", "ingest empire"]
    assert RunLog(queued.state / RUN_LOG).runs() == [run]


def test_several_sites_of_one_minute_are_all_run(queued: Workspace) -> None:
    sites = {"alpha", "beta", "gamma"}
    for site in sites:
        Schedule(queued.folder).add(site, "* * * * *")
    with worker(queued, NOON.isoformat(), QUICK) as process:
        assert {next_run(process).site for _ in sites} == sites
        stop(process)
    assert len(said(queued)) == 6


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_stop_stops_its_crawl_and_waits_for_it(queued: Workspace, how: signal.Signals) -> None:
    Schedule(queued.folder).add("empire", "* * * * *")
    with worker(queued, NOON.isoformat(), ENDLESS) as process:
        wait_until(lambda: said(queued) == ["crawl empire"], 60, "the crawl to begin")
        *runs, last = stop(process, how)
    assert last == "stopped"
    (run,) = map(JobRun.model_validate_json, runs)
    assert run.outcome == "stopped"
    assert [(step.name, step.exit_code, step.last_line) for step in run.steps] == [("crawl", 0, "told to stop")]


def test_the_crawl_of_a_killed_worker_goes_on_and_the_site_is_not_crawled_twice(queued: Workspace) -> None:
    Schedule(queued.folder).add("empire", "* * * * *")
    ends_when_told = 'echo $$ >>"$0/pids"; while ! [ -e "$0/end" ]; do sleep 0.05; done'
    pids = queued.folder / "pids"
    with worker(queued, NOON.isoformat(), ends_when_told) as process:
        wait_until(pids.exists, 60, "the crawl to begin")
        process.send_signal(signal.SIGKILL)
        process.wait()
    with worker(queued, (NOON + timedelta(minutes=1)).isoformat(), ends_when_told) as process:
        assert next_run(process).outcome == "already running"
        stop(process)
    pid = int(pids.read_text().split()[0])
    os.kill(pid, 0)
    (queued.folder / "end").touch()
    wait_until(lambda: not Path(f"/proc/{pid}").exists(), 60, "the crawl to end")
    with worker(queued, (NOON + timedelta(minutes=2)).isoformat(), ends_when_told) as process:
        assert next_run(process).outcome == "done"
        stop(process)


def test_a_worker_that_is_started_again_does_not_repeat_the_minute_nor_make_up_for_missed_ones(
    queued: Workspace,
) -> None:
    Schedule(queued.folder).add("empire", "* * * * *")
    with worker(queued, NOON.isoformat(), QUICK) as process:
        assert next_run(process).due_at == NOON
        stop(process)
    Schedule(queued.folder).add("other", "* * * * *")
    with worker(queued, NOON.isoformat(), QUICK) as process:
        assert next_run(process).site == "other"
        stop(process)
    much_later = NOON + timedelta(days=1)
    with worker(queued, much_later.isoformat(), QUICK) as process:
        assert {next_run(process).due_at for _ in range(2)} == {much_later}
        stop(process)
    assert said(queued).count("crawl empire") == 2


def test_of_runs_that_wait_there_is_one_a_site(queued: Workspace, clock: FixedClock) -> None:
    Schedule(queued.folder).add("empire", "* 12 * * *")
    idle = Worker(queued, clock)
    assert idle.enqueue_due(NOON) == ["empire"]
    assert idle.enqueue_due(NOON + timedelta(minutes=1)) == []
    Schedule(queued.folder).add("other", "* 12 * * *")
    assert idle.enqueue_due(NOON + timedelta(minutes=2)) == ["other"]
    # At that worker's own time, midnight, nothing is due: it runs what waits.
    with worker(queued, "2020-01-01T00:00:00+00:00", QUICK) as process:
        runs = [next_run(process) for _ in range(2)]
        stop(process)
    assert {(run.site, run.due_at) for run in runs} == {("empire", NOON), ("other", NOON + timedelta(minutes=2))}


def test_a_site_taken_out_of_the_schedule_is_not_crawled(queued: Workspace, clock: FixedClock) -> None:
    schedule = Schedule(queued.folder)
    schedule.add("empire", "0 12 * * *")
    schedule.add("other", "1 12 * * *")
    idle = Worker(queued, clock)
    assert idle.enqueue_due(NOON) == ["empire"]
    schedule.remove("empire")
    assert idle.enqueue_due(NOON + timedelta(minutes=1)) == ["other"]
    with worker(queued, "2020-01-01T00:00:00+00:00", QUICK) as process:
        assert next_run(process).site == "other"
        stop(process)
    assert said(queued) == ["crawl other", "ingest other"]


def test_a_command_that_fails_is_told_with_its_last_line_and_ingest_goes_on(
    workspace: Workspace, clock: FixedClock
) -> None:
    script = 'echo "$1 $2" >>"$0/said"; echo "no such site" >&2; echo; [ "$1" = ingest ]'
    run = crawls(workspace, script, clock).run("empire", NOON, threading.Event())
    assert run is not None
    assert run.outcome == "failed"
    assert [(step.name, step.exit_code, step.last_line) for step in run.steps] == [
        ("crawl", 1, "no such site"),
        ("ingest", 0, "no such site"),
    ]
    assert said(workspace) == ["crawl empire", "ingest empire"]


def test_a_command_that_a_signal_ended_or_that_is_not_there_is_told(workspace: Workspace, clock: FixedClock) -> None:
    run = crawls(workspace, "kill -9 $$", clock).run("empire", NOON, threading.Event())
    assert run is not None
    assert [step.exit_code for step in run.steps] == [-9, -9]
    nowhere = ScheduledCrawls(workspace, clock, lambda _workspace, _site: [Command("crawl", ("/nowhere/nightpost",))])
    with pytest.raises(Exception, match="cannot start crawl of empire: No such file"):
        nowhere.run("empire", NOON + timedelta(minutes=1), threading.Event())


def test_one_site_is_crawled_once_at_a_time(workspace: Workspace, clock: FixedClock) -> None:
    # Each step leaves its mark while it runs; a second one of its kind at that time would find it.
    script = 'mark="$0/$1-$2"; mkdir "$mark" || exit 9; sleep 0.2; rmdir "$mark"'
    results: list[JobRun | None] = []

    def run(site: str, minute: int) -> None:
        due_at = NOON + timedelta(minutes=minute)
        results.append(crawls(workspace, script, clock).run(site, due_at, threading.Event()))

    threads = [
        threading.Thread(target=run, args=(site, minute)) for site in ("alpha", "beta", "gamma") for minute in (1, 2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ran = [one for one in results if one is not None and one.outcome != "already running"]
    assert {one.site for one in ran} == {"alpha", "beta", "gamma"}
    assert all(one.outcome == "done" for one in ran)
    assert len(RunLog(workspace.state / RUN_LOG).runs()) == sum(one is not None for one in results)


def test_the_real_commands_are_the_command_line_of_this_workspace(workspace: Workspace) -> None:
    crawl, ingest = nightpost_commands(workspace, "empire")
    start = [sys.executable, "-m", "desk.cli", "--workspace", str(workspace.folder)]
    assert list(crawl.arguments) == [*start, "crawl", "empire"]
    assert list(ingest.arguments) == [*start, "ingest"]


def test_what_is_in_the_queue_is_json_and_no_pickle(queued: Workspace, clock: FixedClock) -> None:
    Schedule(queued.folder).add("empire", "* * * * *")
    Worker(queued, clock).enqueue_due(NOON)
    queue = open_queue(queued.database_url(queued.settings.jobs))
    (stored,) = queue.storage.enqueued_items()
    assert b'"empire"' in bytes(stored)
    with pytest.raises(ValueError, match=r"decode|Expecting"):
        queue.serializer.deserialize(pickle.dumps("empire"))
    queue.storage.close()


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("amqp://localhost", ConfigurationError),
        ("redis://127.0.0.1:port/0", ConfigurationError),
        ("sqlite:////nowhere/at/all/jobs.sqlite", UnavailableError),
        ("redis://:secret@127.0.0.1:PORT/0", UnavailableError),
    ],
)
def test_a_queue_that_cannot_be_used_is_said_so(url: str, error: type[Exception]) -> None:
    with pytest.raises(error) as raised:
        open_queue(url.replace("PORT", str(free_port())))
    assert "secret" not in str(raised.value)
