"""What can go wrong in the index, in words for a person."""

from typing import Self

from nightpost.errors import NightpostError, UnavailableError


class StoreError(NightpostError):
    """The search index cannot do what it was asked to."""


class StoreUnavailableError(UnavailableError):
    """The search index cannot be reached, or cannot take anything, right now. Nothing is lost: the archive has it."""


class CursorConflictError(StoreError):
    """Another ingest of the same site went on meanwhile; what this one read last was not counted twice."""


class SlowQueryError(StoreError):
    """A search took longer than it may, and was stopped; nothing is wrong with the index."""

    @classmethod
    def after(cls, seconds: float) -> Self:
        """The error of a search that was stopped after so long."""
        return cls(
            f"the search took longer than {seconds:g} s and was stopped; narrow it, with a kind, a market or a "
            "date, or raise the setting search_seconds"
        )


class ReplayRunsError(StoreError):
    """Another process builds a new version of the index."""


class QueryError(NightpostError):
    """A query that cannot be understood; the message names the place in it.

    Attributes:
        place: index of the first character that is wrong, from 0.
    """

    def __init__(self, message: str, place: int) -> None:
        super().__init__(f"{message} (at character {place + 1} of the query)")
        self.place = place
