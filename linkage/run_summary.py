"""What a run of linkage had to do: which steps it takes, and how much of its work was done before."""

from collections.abc import Callable
from dataclasses import dataclass

STEPS = (
    "reading the accounts",
    "reading what they wrote",
    "comparing them",
    "putting identities together",
    "keeping the run",
)
"""The steps of a run, in order."""

Progress = Callable[[int], None]
"""Is told, by its place among `STEPS`, which step begins."""


def no_progress(_: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run had to do.

    Attributes:
        number: of the run.
        full: why everything was computed anew; None when the run went on from the one before.
        accounts: how many there are.
        new: how many of them the run before did not know.
        changed: how many others are not as they were, or show a text that has become common, or is so no more.
        gone: how many the run before knew that are no more.
        compared: how many pairs were compared.
        kept: how many pairs were taken over from the run before.
    """

    number: int
    full: str | None
    accounts: int
    new: int
    changed: int
    gone: int
    compared: int
    kept: int
