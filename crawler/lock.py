"""One process a site: a lock file that the system frees when its holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nightpost.errors import NightpostError, UnavailableError


class SiteBusyError(NightpostError):
    """Another process crawls the site."""


@contextmanager
def site_lock(folder: Path, site: str) -> Iterator[None]:
    """Hold a site while the context lasts.

    Raises:
        SiteBusyError: another process, or another crawl of this process, holds it.
        UnavailableError: the lock file cannot be written.
    """
    file = folder / "lock"
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UnavailableError(f"cannot write {file}: {error.strerror}; mend that first") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(handle, 32).decode("ascii", "replace").strip() or "unknown"
            raise SiteBusyError(
                f"site {site!r} is being crawled already (process {holder}); wait for it or stop it first"
            ) from error
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)
