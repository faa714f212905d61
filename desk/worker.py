"""The job worker: starts crawls when their time has come, and runs those that any worker put into the queue.

A run whose minute passed while no worker was up is left out, not made up for; of runs that wait for a free thread
there is at most one a site.
"""

from collections.abc import Callable
from datetime import datetime

import structlog
from huey import Huey
from huey.consumer import Consumer, Scheduler

from desk.job_queue import open_queue
from desk.run_log import JobRun
from desk.schedule import Schedule
from desk.scheduled_crawl import Commands, ScheduledCrawls, nightpost_commands
from nightpost.clock import Clock
from nightpost.errors import NightpostError
from nightpost.workspace import Workspace

_LOG = structlog.get_logger(__name__)


class Worker:
    """One worker on a workspace.

    Args:
        workspace: whose schedule, sites and job queue.
        clock: says which minute it is; it is asked every second.
        commands: the steps of a scheduled crawl.
        threads: how many sites are crawled at one time.
        on_run: called with each run that ended, by the thread that ran it.

    Raises:
        ConfigurationError: the setting of the queue cannot be used.
        UnavailableError: the queue cannot be reached.
    """

    def __init__(
        self,
        workspace: Workspace,
        clock: Clock,
        *,
        commands: Commands = nightpost_commands,
        threads: int = 2,
        on_run: Callable[[JobRun], None] = lambda _run: None,
    ) -> None:
        self._clock = clock
        self._schedule = Schedule(workspace.folder)
        self._crawls = ScheduledCrawls(workspace, clock, commands)
        self._on_run = on_run
        self._queue: Huey = open_queue(workspace.database_url(workspace.settings.jobs))
        self._crawl_task = self._queue.task(name="crawl_site")(self._crawl)
        self._last_minute: datetime | None = None
        self._consumer = _Consumer(self._queue, self._tick, threads)

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; crawls under way are told to stop and waited for. Main thread only."""
        self._consumer.run()
        for _, thread in self._consumer.worker_threads:
            thread.join()
        self._queue.storage.close()

    def enqueue_due(self, minute: datetime) -> list[str]:
        """Put the crawls of one minute into the queue; returns their sites.

        A site that waits in the queue already is passed over.

        Raises:
            ConfigurationError: the schedule cannot be read.
        """
        waiting = {task.args[0] for task in self._queue.pending()}
        sites = [entry.site for entry in self._schedule.due(minute)]
        for site in sites:
            if site in waiting:
                _LOG.warning("crawl passed over: one of the site waits already", site=site, due_at=minute.isoformat())
            else:
                self._crawl_task(site, minute.isoformat())
        return [site for site in sites if site not in waiting]

    def _tick(self) -> None:
        """Look at the schedule once a minute; a minute that was slept through is not looked at any more."""
        minute = self._clock.now().replace(second=0, microsecond=0)
        if minute == self._last_minute:
            return
        self._last_minute = minute
        try:
            self.enqueue_due(minute)
        except NightpostError as error:
            _LOG.error("schedule not looked at", reason=str(error))

    def _crawl(self, site: str, due_at: str) -> None:
        """Run one crawl from the queue, unless the site was taken out of the schedule since."""
        try:
            if site not in {entry.site for entry in self._schedule.entries() if entry.enabled}:
                _LOG.warning("crawl left out: the site is not scheduled any more", site=site, due_at=due_at)
                return
            run = self._crawls.run(site, datetime.fromisoformat(due_at), self._consumer.stop_flag)
        except NightpostError as error:
            _LOG.error("crawl not run", site=site, due_at=due_at, reason=str(error))
            return
        if run is not None:
            _LOG.info("crawl ended", site=site, due_at=due_at, outcome=run.outcome)
            self._on_run(run)


class _Consumer(Consumer):  # type: ignore[misc]  # huey has no types
    """Huey's consumer with our scheduler. SIGTERM ends it after its tasks, as does SIGINT by way of `Worker.run`."""

    def __init__(self, queue: Huey, tick: Callable[[], None], threads: int) -> None:
        self._tick = tick
        super().__init__(queue, workers=threads, max_delay=1.0, graceful_signal="TERM")

    def start(self) -> None:
        """Start the threads; a signal that comes while they start is heard too, which huey's own order leaves out."""
        self._set_signal_handlers()
        super().start()

    def _create_scheduler(self) -> "_Scheduler":
        return _Scheduler(self.huey, self.stop_flag, self._tick)


class _Scheduler(Scheduler):  # type: ignore[misc]  # huey has no types
    """Asks for the minute's crawls in its own thread: as a task of huey's they would wait behind the crawls."""

    periodic_task_seconds = 1

    def __init__(self, queue: Huey, stop_flag: object, tick: Callable[[], None]) -> None:
        super().__init__(queue, stop_flag, interval=1, periodic=True)
        self._tick = tick

    def enqueue_periodic_tasks(self, now: datetime | None) -> None:
        """Called by huey every second."""
        del now
        self._tick()
