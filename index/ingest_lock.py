"""One writer of an index at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import StoreUnavailableError


@contextmanager
def ingest_lock(file: Path) -> Iterator[None]:
    """Wait until no other process ingests. The lock is the kernel's: it ends with its process, however that ends."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        opened = file.open("ab")
    except OSError as error:
        raise StoreUnavailableError(f"cannot write {file}: {error.strerror}; make its folder writable") from error
    with opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
