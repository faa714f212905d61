"""The one small interface that both stores offer, and the choice between them."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol, Self

from index.conditions import EVERYTHING, Condition
from index.documents import Document, Key, Kind
from index.errors import QueryError
from index.fields import FIELDS

__all__ = ["Advance", "Hit", "Rejection", "Request", "Results", "Sort", "Store", "sort_of"]

LARGEST_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of results: by a field, else by relevance. Documents without the field come last."""

    field: str | None = None
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A search.

    Attributes:
        condition: what to find.
        kinds: only these kinds; empty means all.
        sort: the order; equal documents are in the order of kind and id, by code point.
        facets: keyword fields whose values are counted over all that was found.
        facet_size: how many values of a facet are returned, the most frequent first, equal ones by code point.
        limit: at most so many hits, no more than `LARGEST_PAGE`.
        offset: how many hits to skip, together with the limit no more than `LARGEST_PAGE`.
    """

    condition: Condition = EVERYTHING
    kinds: tuple[Kind, ...] = ()
    sort: Sort = Sort()
    facets: tuple[str, ...] = ()
    facet_size: int = 20
    limit: int = 20
    offset: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.limit <= LARGEST_PAGE - self.offset or self.offset < 0:
            raise QueryError(f"limit and offset reach beyond {LARGEST_PAGE}; narrow the search, or export it", 0)
        for name in self.facets:
            if name not in FIELDS or FIELDS[name].type != "keyword":
                raise QueryError(f"{name!r} cannot be counted; facets are exact fields such as substance", 0)


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found; a higher score is better, and is comparable within one search only."""

    document: Document
    score: float


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found: a page of hits, how many there are in all, and the facets' counts."""

    hits: list[Hit]
    total: int
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)


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
        """Search what was written before the last `refresh`."""
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

        Searches see the old one until then.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *details: object) -> None: ...


def sort_of(text: str) -> Sort:
    """An order from its name: a field, with ``-`` before it for the highest first; ``relevance``.

    Raises:
        QueryError: results cannot be sorted so.
    """
    if text == "relevance":
        return Sort()
    name = text.removeprefix("-")
    if name not in FIELDS or not FIELDS[name].sortable:
        sortable = ", ".join(field.name for field in FIELDS.values() if field.sortable)
        raise QueryError(f"results cannot be sorted by {name!r}; by relevance or one of {sortable}", 0)
    return Sort(name, text.startswith("-"))
