"""The one small interface that both stores offer, and the choice between them."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, Self

from index.conditions import EVERYTHING, Condition
from index.documents import Document, Key, Kind
from index.search import Request, Results

__all__ = ["Advance", "Rejection", "Store"]


@dataclass(frozen=True, slots=True)
class Advance:
    """How far ingest has come with a site: from one position in its journal to another."""

    site: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Rejection:
    """A document that the store will not take, and why."""

    key: Key
    reason: str


class Store(Protocol):
    """Where documents are kept and searched. One object may be used by one thread at a time.

    Every method raises `index.errors.StoreUnavailableError` when the store cannot be reached or cannot write.
    """

    def write(
        self,
        documents: Sequence[Document],
        *,
        delete: Sequence[Key] = (),
        advance: Advance | None = None,
    ) -> list[Rejection]:
        """Put documents in place of those with the same key, remove others, and then move a cursor.

        The cursor moves only when all documents that the store takes are safely stored. Writing the same again changes
        nothing, so that an interrupted ingest is repeated from its cursor. Returns what the store would not take.

        Raises:
            CursorConflictError: the cursor is not where ``advance`` begins.
        """
        ...

    def get(self, kind: Kind, id: str) -> Document | None:  # noqa: A002
        """The document of that name, as last written; None when there is none."""
        ...

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Document]:
        """Those of the documents that there are, as last written."""
        ...

    def search(self, request: Request) -> Results:
        """Search what was written before the last `refresh`.

        Raises:
            SlowQueryError: it took longer than a search may.
        """
        ...

    def values(
        self, field: str, prefix: str = "", *, condition: Condition = EVERYTHING, size: int = 20
    ) -> list[tuple[str, int]]:
        """Values of a keyword field that begin so, the most frequent first, equal ones by code point, with counts.

        Args:
            field: a keyword field.
            prefix: normalised as the field's values are (`index.fields`).
            condition: counted over the documents that fit.
            size: so many at most.

        Raises:
            SlowQueryError: it took longer than a search may.
        """
        ...

    def frequencies(self, field: str, tokens: Sequence[str]) -> tuple[dict[str, int], int]:
        """In how many documents a text field holds each token, and how many documents there are of any kind.

        An estimate where documents were written over: Elasticsearch counts what is no more for a while.
        """
        ...

    def scan(self, kind: Kind, condition: Condition = EVERYTHING) -> Iterator[Document]:
        """Every document of a kind that fits, in the order of their ids, at constant memory."""
        ...

    def cursor(self, site: str) -> int:
        """How far ingest has come in the journal of a site; 0 at the beginning."""
        ...

    def counts(self) -> dict[str, int]:
        """How many documents there are of each kind."""
        ...

    def refresh(self) -> None:
        """Make what was written visible to searches."""
        ...

    def rebuilding(self) -> "AbstractContextManager[Store]":
        """An empty store beside this one, that takes its place when the block ends well, and is dropped otherwise.

        Searches see the old one until then. One at a time.
        """
        ...

    def remove_former(self) -> None:
        """Remove what rebuilds took the place of, or left behind when they were killed; none may be under way.

        Searches, and scans that began in it, go on undisturbed. May take long, and others may write meanwhile.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *details: object) -> None: ...
