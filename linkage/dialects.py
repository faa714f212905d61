"""Where the SQL of the two backends differs: lists and maps. Everything else is written once."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Dialect:
    """The differing functions of one backend: each gives SQL for its arguments, which are SQL too."""

    name: Literal["duckdb", "spark"]
    _shared: str
    _overlaps: str
    _contains: str
    _at: str
    _distinct: str
    _one_each: str

    def size(self, values: str) -> str:
        """SQL for how many values a list has."""
        return f"cardinality({values})" if self.name == "spark" else f"len({values})"

    def shared(self, one: str, other: str) -> str:
        """SQL for how many values two lists without repetitions have in common."""
        return self._shared.format(one, other)

    def overlaps(self, one: str, other: str) -> str:
        """SQL for whether two lists have a value in common."""
        return self._overlaps.format(one, other)

    def contains(self, values: str, value: str) -> str:
        """SQL for whether a list contains a value."""
        return self._contains.format(values, value)

    def at(self, values: str, key: str) -> str:
        """SQL for the value of a key in a map, null where there is none."""
        return self._at.format(values, key)

    def distinct(self, values: str) -> str:
        """SQL for a list without its repetitions."""
        return self._distinct.format(values)

    def one_each(self, values: str) -> str:
        """SQL for a row for each value of a list."""
        return self._one_each.format(values)


# A value's presence is looked for from one list in the other: that is several times faster in DuckDB than its
# list_intersect, which builds a table for each pair (measured with 40 values: 1.5 microseconds instead of 9).
DUCKDB = Dialect(
    name="duckdb",
    _shared="len(list_filter({0}, lambda value: list_contains({1}, value)))",
    _overlaps="list_has_any({0}, {1})",
    _contains="list_contains({0}, {1})",
    _at="map_extract_value({0}, {1})",
    _distinct="list_distinct({0})",
    _one_each="unnest({0})",
)

SPARK = Dialect(
    name="spark",
    _shared="size(array_intersect({0}, {1}))",
    _overlaps="arrays_overlap({0}, {1})",
    _contains="array_contains({0}, {1})",
    _at="element_at({0}, {1})",
    _distinct="array_distinct({0})",
    _one_each="explode({0})",
)
