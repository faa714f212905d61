"""What the crawler asks of the archive. The archive satisfies it; the desk joins the two."""

from collections.abc import Iterator
from typing import Protocol

from nightpost.exchange import Exchange


class Evidence(Protocol):
    """Keeps exchanges, and remembers which ones a run has already."""

    def record(self, exchange: Exchange) -> str:
        """Keep an exchange; returns its capture id, once it is kept for good.

        An exception means that it was not kept.
        """
        ...

    def captured(self, run_id: str) -> Iterator[tuple[str, str]]:
        """``(url, capture_id)`` of each exchange that was kept under a run, in the order they were kept."""
        ...

    def exchange(self, capture_id: str) -> Exchange:
        """Read back what was kept."""
        ...

    def close(self) -> None:
        """Nothing more will be recorded."""
        ...
