"""One line of progress with a bar, for work whose whole is known: how much of it is done, and the time that is left."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn


class ProgressBar:
    """A bar on a terminal, nothing elsewhere; a context manager. Messages that the console prints stand above it."""

    def __init__(self, console: Console, title: str) -> None:
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            TaskProgressColumn(),
            TimeRemainingColumn(compact=True),
            console=console,
            disable=not console.is_terminal,
        )
        self._title = title
        self._task = self._bar.add_task(title, total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    @property
    def seconds(self) -> float:
        """Since it began."""
        return self._bar.tasks[0].elapsed or 0.0

    def show(self, state: str, done: int, total: int) -> None:
        """How far it is, in words and as so much of the whole."""
        self._bar.update(self._task, description=f"{self._title}: {state}", completed=done, total=max(done, total))
