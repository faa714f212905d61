"""A file that only grows: a write is whole or undone, and its size is always known."""

import os
from pathlib import Path

from archive.errors import ArchiveError, storage_errors


class AppendFile:
    """An open file to which bytes are appended.

    Once `append` returned, the bytes are the operating system's: they outlive the death of this process. `sync` makes
    them outlive a power loss.
    """

    def __init__(self, file: Path) -> None:
        """Open, and make when it is not there.

        Raises:
            ArchiveError: that cannot be done.
        """
        self.file = file
        self._has_excess = False
        with storage_errors("open", file):
            self._descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
            self.size = os.fstat(self._descriptor).st_size

    def append(self, data: bytes) -> int:
        """Write all of it and return its first byte; what a failure leaves half-written is cut off again.

        Raises:
            ArchiveError: the disk is full, or will not be written to.
        """
        if self._has_excess:
            self.cut(self.size)
        start = self.size
        try:
            with storage_errors("write", self.file):
                rest = memoryview(data)
                while rest:
                    rest = rest[os.write(self._descriptor, rest) :]
        except ArchiveError:
            self.cut(start)
            raise
        self.size = start + len(data)
        return start

    def cut(self, size: int) -> None:
        """Take off what lies beyond the size.

        Raises:
            ArchiveError: that cannot be done; it is tried again before the next bytes are appended.
        """
        self.size, self._has_excess = size, True
        with storage_errors("cut", self.file):
            os.ftruncate(self._descriptor, size)
        self._has_excess = False

    def sync(self) -> None:
        """Wait until the disk has it.

        Raises:
            ArchiveError: the disk failed.
        """
        with storage_errors("write", self.file):
            os.fdatasync(self._descriptor)

    def close(self) -> None:
        """Close; once more does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
