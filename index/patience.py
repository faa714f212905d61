"""Waiting for a store that is away for a while: restarted, slow, full, busy."""

import time
from collections.abc import Callable
from typing import TypeVar

from index.errors import StoreUnavailableError

_FIRST_WAIT_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 30.0

_Outcome = TypeVar("_Outcome")


class Patience:
    """Does steps that need a store again until they succeed, after 1, 2, 4 ... 30 seconds.

    Args:
        seconds: how long a step is tried without success; 0: once.
        wait: sleeps so many seconds.
        tell: told, in one line, what is waited for.
    """

    def __init__(self, seconds: float, wait: Callable[[float], None], tell: Callable[[str], None]) -> None:
        self._seconds = seconds
        self._wait = wait
        self._tell = tell

    def until(self, step: Callable[[], _Outcome]) -> _Outcome:
        """What a step returns. Doing it again must do no harm.

        Raises:
            StoreUnavailableError: the store was away for too long.
        """
        spent, pause = 0.0, _FIRST_WAIT_SECONDS
        while True:
            began = time.monotonic()
            try:
                return step()
            except StoreUnavailableError as error:
                spent += time.monotonic() - began
                if spent >= self._seconds:
                    raise
                pause = min(pause, self._seconds - spent)
                left = self._seconds - spent - pause
                self._tell(f"waiting {pause:.0f} s for the index, then for {left:.0f} s more: {error}")
                self._wait(pause)
                spent += pause
                pause = min(2 * pause, _LONGEST_WAIT_SECONDS)
