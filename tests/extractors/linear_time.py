"""Whether reading takes time that grows no faster than the text."""

import time
from collections.abc import Callable

__all__ = ["grows_faster", "seconds"]

# Texts of these lengths are compared: the longer may take three times more than its length says, and what chance adds.
SHORT, LONG = 20_000, 80_000
_TIMES, _MORE = 3, 0.3


def seconds(read: Callable[[str], object], text: str) -> float:
    """The processor time of reading a text."""
    begin = time.process_time()
    read(text)
    return time.process_time() - begin


def grows_faster(read: Callable[[str], object], unit: str, *, short: int = SHORT, long: int = LONG) -> str | None:
    """What to say of a unit that, repeated, takes more than linear time; None where it does not."""
    text = (unit * (long // len(unit) + 1))[:long]
    read(text[:1000])
    quick, slow = seconds(read, text[:short]), seconds(read, text)
    return f"{unit!r}: {quick:.3f} s, then {slow:.3f} s" if slow > _TIMES * long / short * quick + _MORE else None
