"""What can go wrong with the evidence."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nightpost.errors import NightpostError


class ArchiveError(NightpostError):
    """The archive cannot do what it was asked; what it holds already is untouched."""


class ArchiveLockedError(ArchiveError):
    """Another process writes this site's evidence."""


class UnfitExchangeError(ArchiveError):
    """What was handed over cannot be written down as evidence: its URL or its time is none."""


class DamagedArchiveError(ArchiveError):
    """What is stored is not what was written: a file was changed, cut or taken away."""


@contextmanager
def storage_errors(doing: str, file: Path) -> Iterator[None]:
    """Translate the operating system's errors on the archive's files.

    Raises:
        ArchiveError: any `OSError` inside; says what was tried, on which file, why not and what to do.
    """
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise ArchiveError(
            f"cannot {doing} {file}: {reason}; mend the disk or its permissions, then start again"
        ) from error
