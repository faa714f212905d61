"""A file that is written whole or not at all."""

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from nightpost.errors import NightpostError


class ExportError(NightpostError):
    """Something could not be exported."""


@contextmanager
def whole_file(out: Path) -> Iterator[BinaryIO]:
    """A file to write to, that takes the place of ``out`` when the block ends well, and is removed otherwise.

    It is beside ``out``, so that the last step is one rename on one disk.

    Raises:
        ExportError: it cannot be written: no such folder, no right to, a full disk.
    """
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(out)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExportError(f"cannot write {out}: {reason}; mend that or choose another place") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


@contextmanager
def utf8_text(file: BinaryIO) -> Iterator[TextIO]:
    """The file to write text to; lines end as they are written. The file stays open."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    try:
        yield text
    finally:
        text.detach()
