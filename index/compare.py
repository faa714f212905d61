"""Two indexes filled from the same journal, compared document by document at constant memory.

What is compared is all that a store gives back: record, keywords, numbers, dates and the state that ingest keeps. The
prepared words are not given back; they are made from the record alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from index.documents import Document, Kind
from index.errors import StoreError
from index.store import Store

How = Literal["differs", "only_here", "only_there"]

_PARTS = ("body", "keywords", "numbers", "dates", "state")


@dataclass(frozen=True, slots=True)
class PartDifference:
    """One value that is not the same: ``part`` is such as ``body.title``; absent is None, values are plain JSON."""

    part: str
    here: Any
    there: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One document that is not the same in both indexes; ``parts`` is empty where one index lacks it."""

    kind: Kind
    id: str
    how: How
    parts: tuple[PartDifference, ...] = ()


@dataclass(slots=True)
class Tally:
    """How many documents of one kind are the same, differ, or are in one index only."""

    same: int = 0
    differs: int = 0
    only_here: int = 0
    only_there: int = 0

    @property
    def different(self) -> int:
        """All that are not the same."""
        return self.differs + self.only_here + self.only_there


@dataclass(slots=True)
class Comparison:
    """What a comparison has found so far, by kind; it counts while `differences` goes on."""

    here: Store
    there: Store
    kinds: Sequence[Kind] = get_args(Kind)
    tallies: dict[Kind, Tally] = field(default_factory=dict)

    @property
    def compared(self) -> int:
        """How many documents were looked at."""
        return sum(tally.same + tally.different for tally in self.tallies.values())

    @property
    def different(self) -> int:
        """How many documents are not the same in both."""
        return sum(tally.different for tally in self.tallies.values())

    def differences(self) -> Iterator[Difference | None]:
        """For each document of either index, by kind and id, how the two differ in it; None where they do not.

        Raises:
            StoreUnavailableError: one of the two cannot be read.
            StoreError: one does not keep the order of ids.
        """
        self.here.refresh()
        self.there.refresh()
        for kind in self.kinds:
            tally = self.tallies[kind] = Tally()
            for here, there in _merged(_ascending(self.here.scan(kind)), _ascending(self.there.scan(kind))):
                difference = _difference(here, there)
                if difference is None:
                    tally.same += 1
                else:
                    setattr(tally, difference.how, getattr(tally, difference.how) + 1)
                yield difference


def _merged(
    here: Iterator[Document], there: Iterator[Document]
) -> Iterator[tuple[Document, Document] | tuple[Document, None] | tuple[None, Document]]:
    one, other = next(here, None), next(there, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one.id < other.id):
            assert one is not None
            yield one, None
            one = next(here, None)
        elif one is None or other.id < one.id:
            yield None, other
            other = next(there, None)
        else:
            yield one, other
            one, other = next(here, None), next(there, None)


def _ascending(documents: Iterator[Document]) -> Iterator[Document]:
    """The documents as they come: a merge of what is out of order would find differences that are none."""
    last = ""
    for document in documents:
        if document.id <= last:
            raise StoreError(f"the index gives {document.kind} {document.id} after {last}; compare again")
        last = document.id
        yield document


def _difference(here: Document | None, there: Document | None) -> Difference | None:
    if here is None:
        assert there is not None
        return Difference(there.kind, there.id, "only_there")
    if there is None:
        return Difference(here.kind, here.id, "only_here")
    parts = tuple(
        PartDifference(f"{part}.{name}", _plain(one.get(name)), _plain(other.get(name)))
        for part in _PARTS
        if (one := getattr(here, part)) != (other := getattr(there, part))
        for name in sorted(one.keys() | other.keys())
        if name not in one or name not in other or one[name] != other[name]
    )
    return Difference(here.kind, here.id, "differs", parts) if parts else None


def _plain(value: Any) -> Any:
    """Moments as text; everything else in a document is JSON already."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value
