"""One process writes a site's evidence at a time."""

import fcntl
import os
from pathlib import Path
from types import TracebackType

from archive.errors import ArchiveLockedError, storage_errors

LOCK_FILE = "lock"


class SiteLock:
    """An advisory lock (flock) on a site's folder; the kernel lets go of it when the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        """Take the lock.

        Raises:
            ArchiveLockedError: another process, or another archive object of this one, holds it.
            ArchiveError: the lock file cannot be opened.
        """
        file = folder / LOCK_FILE
        with storage_errors("open", file):
            self._descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                os.close(self._descriptor)
                raise ArchiveLockedError(
                    f"another process is writing the evidence of {folder.name!r}; wait for it to end, or stop it"
                ) from error

    def release(self) -> None:
        """Let go; once more does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> "SiteLock":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
