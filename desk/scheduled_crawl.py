"""One scheduled crawl: the site's crawl in a process of its own, then ingest, both as the command line runs them.

A site is crawled by one process at a time: the crawl holds a lock on a file, and so does every process it starts, so
that the lock outlives a worker that was killed as long as its crawl does, and no longer.
"""

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from desk.run_log import JobRun, Outcome, RunLog, Step
from nightpost.clock import Clock
from nightpost.errors import NightpostError
from nightpost.workspace import Workspace

RUN_LOG = "scheduled-runs.jsonl"
_LOCKS = "locks"
_OUTPUT = "scheduled-output"

_POLL_SECONDS = 0.2
# A crawl that was told to stop finishes the pages under way; after this it is killed.
_SECONDS_TO_STOP = 120.0
# Of what a command said the last line is kept in the run log, and of that no more than this.
_LONGEST_LINE = 500


class StopFlag(Protocol):
    """Tells that the worker is to stop: `threading.Event` is one."""

    def is_set(self) -> bool:
        """Whether it is."""
        ...

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for it, at most so many seconds; whether it is."""
        ...


@dataclass(frozen=True, slots=True)
class Command:
    """A step of a scheduled crawl: its name in the run log, and the program with its arguments."""

    name: str
    arguments: Sequence[str]


Commands = Callable[[Workspace, str], list[Command]]
"""The steps for a site, in order."""


def nightpost_commands(workspace: Workspace, site: str) -> list[Command]:
    """Crawl, then ingest; ingests of several sites at one time take turns by themselves."""
    program = (sys.executable, "-m", "desk.cli", "--workspace", str(workspace.folder))
    return [Command("crawl", (*program, "crawl", site)), Command("ingest", (*program, "ingest"))]


class ScheduledCrawls:
    """Runs scheduled crawls of one workspace and writes them into its run log."""

    def __init__(self, workspace: Workspace, clock: Clock, commands: Commands = nightpost_commands) -> None:
        self._workspace = workspace
        self._clock = clock
        self._commands = commands
        self.log = RunLog(workspace.state / RUN_LOG)

    def run(self, site: str, due_at: datetime, stop: StopFlag) -> JobRun | None:
        """Crawl a site and ingest; None when this run, or a later one of the site, was started before.

        Raises:
            NightpostError: the workspace's folder of states cannot be written.
        """
        started_at = self._clock.now()
        with self._lock(site) as lock:
            if lock is None:
                return self._logged(site, due_at, started_at, "already running", [])
            if not _claimed(lock, due_at):
                return None
            steps: list[Step] = []
            for command in self._commands(self._workspace, site):
                steps.append(self._step(command, site, lock, stop))
                if stop.is_set():
                    return self._logged(site, due_at, started_at, "stopped", steps)
        failed = any(step.exit_code != 0 for step in steps)
        return self._logged(site, due_at, started_at, "failed" if failed else "done", steps)

    def _step(self, command: Command, site: str, lock: int, stop: StopFlag) -> Step:
        output = self._workspace.state / _OUTPUT / f"{site}-{command.name}.log"
        try:
            output.parent.mkdir(parents=True, exist_ok=True)
            with output.open("wb") as file:
                # In a session of its own: a Ctrl-C in the worker's terminal is the worker's to pass on.
                process = subprocess.Popen(  # noqa: S603 - our own program; the site's name was checked
                    list(command.arguments),
                    stdin=subprocess.DEVNULL,
                    stdout=file,
                    stderr=subprocess.STDOUT,
                    pass_fds=(lock,),
                    start_new_session=True,
                )
        except OSError as error:
            raise NightpostError(f"cannot start {command.name} of {site}: {error.strerror}; mend that first") from error
        return Step(name=command.name, exit_code=_wait(process, stop), last_line=_last_line(output))

    def _logged(self, site: str, due_at: datetime, started_at: datetime, outcome: Outcome, steps: list[Step]) -> JobRun:
        run = JobRun(
            site=site,
            due_at=due_at,
            started_at=started_at,
            ended_at=self._clock.now(),
            outcome=outcome,
            steps=steps,
        )
        self.log.append(run)
        return run

    @contextmanager
    def _lock(self, name: str) -> Iterator[int | None]:
        """Hold the lock of a name; None when somebody else does."""
        file = self._workspace.state / _LOCKS / f"{name}.lock"
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise NightpostError(f"cannot write {file}: {error.strerror}; mend that first") from error
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield None
            else:
                yield descriptor
        finally:
            os.close(descriptor)


def _claimed(lock: int, due_at: datetime) -> bool:
    """Whether the run is newer than the last one of the site, which it becomes; the lock's file says which that was.

    Two workers with schedulers both put a run into the queue, and a worker that is started again may do so within the
    same minute.
    """
    last = os.pread(lock, 100, 0).decode("ascii")
    if last and due_at <= datetime.fromisoformat(last):
        return False
    os.ftruncate(lock, 0)
    os.pwrite(lock, due_at.isoformat().encode("ascii"), 0)
    return True


def _wait(process: "subprocess.Popen[bytes]", stop: StopFlag) -> int:
    """The exit code; once the worker is told to stop, the process is told too, and killed when it takes too long."""
    told = False
    waited = 0.0
    while True:
        try:
            return process.wait(_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            if told:
                waited += _POLL_SECONDS
                if waited >= _SECONDS_TO_STOP:
                    os.killpg(process.pid, signal.SIGKILL)
            elif stop.is_set():
                told = True
                process.terminate()


def _last_line(output: Path) -> str:
    """The last line that is not empty, of the last few kilobytes."""
    with output.open("rb") as file:
        file.seek(max(0, output.stat().st_size - 8192))
        lines = file.read().decode("utf-8", "replace").split("\n")
    return next((line.strip()[:_LONGEST_LINE] for line in reversed(lines) if line.strip()), "")
