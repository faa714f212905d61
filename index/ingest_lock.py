"""One writer of an index at a time, and one replay. The locks are the kernel's: they end with their process."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BufferedRandom
from pathlib import Path

from index.errors import ReplayRunsError, StoreUnavailableError

_LONGEST = 200


@contextmanager
def ingest_lock(folder: Path) -> Iterator[None]:
    """Wait until no other process writes a batch, and be the one that does.

    Raises:
        StoreUnavailableError: the folder cannot be written.
    """
    with _opened(folder / "ingest.lock") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def replay_lock(folder: Path, now: datetime) -> Iterator[None]:
    """Be the only one that replays.

    Raises:
        ReplayRunsError: another process replays.
        StoreUnavailableError: the folder cannot be written.
    """
    with _opened(folder / "replay.lock") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            since = file.read(_LONGEST).decode("ascii", "replace").strip() or "a moment ago"
            raise ReplayRunsError(f"a replay runs already, since {since}; wait for its end, or stop it") from None
        file.truncate(0)
        file.write(f"{now:%Y-%m-%d %H:%M:%S} UTC\n".encode("ascii"))
        file.flush()
        yield


@contextmanager
def _opened(file: Path) -> Iterator[BufferedRandom]:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        opened = file.open("a+b")
    except OSError as error:
        raise StoreUnavailableError(f"cannot write {file}: {error.strerror}; make its folder writable") from error
    with opened:
        yield opened
