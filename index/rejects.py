"""The reject file: what could not be read or stored, one JSON object a line, with the reason.

There is one line for each page or document, however often it failed. A line that is no reject (somebody edited it, a
disk was full) is kept as it is, and told.
"""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from index.errors import StoreUnavailableError

__all__ = ["REJECTS_FILE", "Reject", "RejectKey", "Rejects"]


REJECTS_FILE = "rejects.jsonl"

_LONGEST_REASON = 1000


def _writable(reason: object) -> object:
    """A reason may quote what a vendor wrote: halves of characters are written out, and it has an end."""
    if not isinstance(reason, str):
        return reason
    return reason[:_LONGEST_REASON].encode("utf-8", "backslashreplace").decode()


class RejectKey(NamedTuple):
    """What was rejected: a page by its capture, or a document by its ``KIND:ID``."""

    site: str
    capture: str | None
    document: str | None


class Reject(BaseModel):
    """A page or a document that is not in the index.

    Attributes:
        site: the site it belongs to.
        capture: the capture that could not be read, or that the document comes from; None when there are several.
        captures: all captures to read again when the cause is mended.
        document: ``KIND:ID`` of the document that the store would not take, None when it is the page that failed.
        reason: why; the present one when it was tried several times.
        attempts: how often it failed: once, and with each retry that failed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    site: str
    capture: str | None = None
    captures: list[str] = Field(default_factory=list)
    document: str | None = None
    reason: Annotated[str, BeforeValidator(_writable)]
    attempts: int = Field(1, ge=1)

    @property
    def key(self) -> RejectKey:
        """What was rejected. A document is one whatever captures it comes from."""
        return RejectKey(self.site, None if self.document else self.capture, self.document)

    @property
    def to_read_again(self) -> list[str]:
        """The captures to read again; none when nothing says which they were."""
        return self.captures or ([self.capture] if self.capture is not None else [])


class Rejects:
    """The file, of which all that change it hold the ingest lock.

    Args:
        file: where it is; need not be there.
        tell: told, in one line, of lines that are no rejects.
    """

    def __init__(self, file: Path, tell: Callable[[str], None]) -> None:
        self._file = file
        self._tell = tell
        self._rejects: dict[RejectKey, Reject] = {}
        self._damaged: list[str] = []
        self._state: tuple[int, ...] | None = None

    def present(self) -> list[Reject]:
        """What is rejected now, in the order in which it was first.

        Raises:
            StoreUnavailableError: the file cannot be read.
        """
        self._read()
        return [*self._rejects.values()]

    def add(self, rejects: Sequence[Reject]) -> None:
        """Add what is not there yet, and of what is, the present reason.

        Raises:
            StoreUnavailableError: the file cannot be read or written.
        """
        if not rejects:
            return
        self._read()
        new, changed = [], False
        for reject in rejects:
            former = self._rejects.get(reject.key)
            if former is not None:
                reject = reject.model_copy(update={"attempts": former.attempts})  # noqa: PLW2901
                changed |= reject != former
            else:
                new.append(reject)
            self._rejects[reject.key] = reject
        if changed:
            self.replace([*self._rejects.values()])
        elif new:
            self._append(new)

    def retried(self, tried: Collection[RejectKey], failed: Iterable[Reject]) -> None:
        """Take out what was tried again and succeeded; what failed stays with its present reason, counted.

        Raises:
            StoreUnavailableError: the file cannot be read or written; it is as it was.
        """
        self._read()
        former = self._rejects
        failures = {reject.key: reject for reject in failed}
        self._rejects = {key: reject for key, reject in former.items() if key not in tried}
        # A capture that was tried may show failures of others too, which were not known or were not tried themselves.
        for key, failure in failures.items():
            attempts = former[key].attempts + (key in tried) if key in former else 1
            self._rejects[key] = failure.model_copy(update={"attempts": attempts})
        self.replace([*self._rejects.values()])

    def replace(self, rejects: Sequence[Reject]) -> None:
        """Put these in place of all, at once; lines that are no rejects stay.

        Raises:
            StoreUnavailableError: the file cannot be written; it is as it was.
        """
        self._rejects = {reject.key: reject for reject in rejects}
        beside = self._file.with_name(f"{self._file.name}.new")
        self._state = None
        with _told(self._file):
            with beside.open("wb") as file:
                file.write("".join(f"{line}\n" for line in self._damaged).encode("utf-8", "surrogateescape"))
                file.write(_lines(rejects))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._file)
        self._state = self._stat()

    def clear(self) -> None:
        """Forget everything.

        Raises:
            StoreUnavailableError: the file cannot be removed.
        """
        with _told(self._file):
            self._file.unlink(missing_ok=True)
        self._rejects, self._damaged, self._state = {}, [], None

    @contextmanager
    def replacing(self, former: "Rejects") -> Iterator[None]:
        """Take the place of another file when the block ends well.

        In the block both together stand there, so that one that is killed in it forgets nothing.
        """
        own, theirs = self.present(), former.present()
        former.add(own)
        try:
            yield
        except BaseException:
            former.replace(theirs)
            raise
        former.replace(own)
        self.clear()

    def _read(self) -> None:
        """Read the file, unless it is as this object left it."""
        with _told(self._file):
            if not self._file.exists():
                self._rejects, self._damaged, self._state = {}, [], None
                return
            if self._state == self._stat():
                return
            lines = self._file.read_bytes().decode("utf-8", "surrogateescape").split("\n")
        self._rejects, self._damaged = {}, []
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                reject = Reject.model_validate_json(line)
            except ValidationError as error:
                self._damaged.append(line)
                self._tell(
                    f"{self._file}, line {number}, is no reject ({error.errors()[0]['msg']}); it is kept: mend or "
                    "delete it"
                )
            else:
                self._rejects[reject.key] = reject
        self._state = self._stat()

    def _append(self, rejects: Sequence[Reject]) -> None:
        with _told(self._file), self._file.open("a+b") as file:
            start = file.seek(0, os.SEEK_END)
            if start:
                file.seek(start - 1)
                torn = file.read(1) != b"\n"  # by a process that was killed while it wrote
            else:
                torn = False
            file.write(b"\n" * torn + _lines(rejects))
            file.flush()
            os.fsync(file.fileno())
        self._state = self._stat()

    def _stat(self) -> tuple[int, ...]:
        found = self._file.stat()
        return found.st_ino, found.st_size, found.st_mtime_ns


def _lines(rejects: Iterable[Reject]) -> bytes:
    return "".join(reject.model_dump_json() + "\n" for reject in rejects).encode("utf-8", "surrogatepass")


@contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailableError(
            f"cannot use {file}: {error.strerror}; give it space and rights, then run: nightpost ingest"
        ) from error
