"""When a query finds nothing: the values near those that it asks for and that no document has."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz.distance import OSA

from index.completion import Values, written
from index.conditions import And, Condition, Or, Value, ValueFuzzy
from index.search import Request, Results

__all__ = ["Suggestion", "suggest"]

# What bounds the work: so many values of a query are looked at, and so many values of a field compared with one.
_MOST_VALUES = 10
_MOST_NEAR = 100
_MOST_FREQUENT = 1000
# As for the sign ~: short words have too many neighbours two edits away.
_LONG_WORD = 6
_SHORTEST = 3


class Searched(Values, Protocol):
    """What is asked of a store; see `index.store.Store`."""

    def search(self, request: Request) -> Results:
        """What fits a condition."""
        ...


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a query may have meant.

    Attributes:
        field: an exact field.
        value: what is sought in it, and found nowhere.
        nearest: a value like it.
        count: in how many documents that is.
    """

    field: str
    value: str
    nearest: str
    count: int

    @property
    def text(self) -> str:
        """As it is written in a query: ``substance:cocaine``."""
        return f"{self.field}:{written(self.nearest)}"


def suggest(store: Searched, condition: Condition, *, most: int = 3) -> list[Suggestion]:
    """Values that a query may have meant, for each of its values that no document has, the nearest first.

    Args:
        store: whose values are compared.
        condition: of a query that found nothing; what it denies is not looked at.
        most: so many for each value at most.
    """
    sought = list(dict.fromkeys(_sought(condition)))[:_MOST_VALUES]
    return [
        Suggestion(field, value, nearest, count)
        for field, value in sought
        if not store.search(Request(condition=Value(field, (value,)), limit=0)).total
        for nearest, count in _near(store, field, value)[:most]
    ]


def _sought(condition: Condition) -> Iterator[tuple[str, str]]:
    match condition:
        case Value(field, (value,)):  # one that stands for several is a region, and known
            yield field, value
        case And(parts) | Or(parts):
            for part in parts:
                yield from _sought(part)
        case _:
            return


def _near(store: Searched, field: str, value: str) -> list[tuple[str, int]]:
    """The values of a field that few edits make of one; else those that begin so."""
    if len(value) < _SHORTEST:
        return []
    edits = 1 if len(value) < _LONG_WORD else 2
    all_found = Request().asked()
    # Any value that begins with the same letter, and the more frequent ones that do not.
    fuzzy = And((ValueFuzzy(field, value, edits), all_found))
    known = dict(store.values(field, condition=all_found, size=_MOST_FREQUENT))
    known |= dict(store.values(field, value[0], condition=fuzzy, size=_MOST_NEAR))
    distances = {other: OSA.distance(other, value, score_cutoff=edits) for other in known}
    near = [other for other, distance in distances.items() if distance <= edits]
    near.sort(key=lambda other: (distances[other], -known[other], other))
    if near:
        return [(other, known[other]) for other in near]
    return store.values(field, value, condition=all_found, size=_MOST_NEAR)
