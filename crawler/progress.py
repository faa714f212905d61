"""How a crawl tells how far it is."""

from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


@dataclass(frozen=True, slots=True)
class CrawlProgress:
    """A crawl at one moment.

    Attributes:
        fetched: responses kept in this run.
        max_pages: the run's budget.
        queued: URLs that wait.
        failed: URLs given up.
        tor_lost: whether the crawl waits for Tor.
    """

    site: str
    fetched: int
    max_pages: int
    queued: int
    failed: int
    tor_lost: bool


class ProgressReport(Protocol):
    """Told of a crawl's progress, a few times a second at most."""

    def __call__(self, progress: CrawlProgress) -> None:
        """Show it."""
        ...


class TerminalProgress:
    """One line on a terminal; nothing at all when it is none. A context manager, and a `ProgressReport` within."""

    def __init__(self, console: Console) -> None:
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[state]}", markup=False),
            TimeElapsedColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def __call__(self, progress: CrawlProgress) -> None:
        """Show it."""
        state = f"{progress.fetched} pages, {progress.queued} queued"
        if progress.failed:
            state += f", {progress.failed} failed"
        if progress.tor_lost:
            state += "; waiting for Tor"
        total = min(progress.max_pages, progress.fetched + progress.queued)
        if self._task is None:
            self._task = self._bar.add_task(f"crawl {progress.site}", state=state)
        self._bar.update(self._task, completed=progress.fetched, total=total, state=state)
