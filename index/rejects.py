"""The reject file: what could not be read or stored, one JSON object a line, with the reason."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from index.errors import StoreUnavailableError


class Reject(BaseModel):
    """A page or a document that is not in the index.

    Attributes:
        site: the site it belongs to.
        capture: the capture that could not be read, or that the document comes from; None when there are several.
        captures: all captures to read again when the cause is mended.
        document: ``KIND:ID`` of the document that the store would not take, None when it is the page that failed.
        reason: why.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    site: str
    capture: str | None = None
    captures: list[str] = Field(default_factory=list)
    document: str | None = None
    reason: str


class Rejects:
    """Adds to the reject file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, rejects: Sequence[Reject]) -> None:
        """Write them at the end.

        Raises:
            StoreUnavailableError: the file cannot be written.
        """
        if not rejects:
            return
        lines = "".join(reject.model_dump_json() + "\n" for reject in rejects)
        try:
            with self._file.open("a", encoding="utf-8") as file:
                file.write(lines)
        except OSError as error:
            raise StoreUnavailableError(
                f"cannot write {self._file}: {error.strerror}; give it space and rights, then run: nightpost ingest"
            ) from error

    def clear(self) -> None:
        """Forget what was rejected: everything is read again."""
        self._file.unlink(missing_ok=True)
