"""What a layout asserts of a page's rows as a whole: how many there are, how many state a field, that they differ.

A market that changes its HTML breaks a selector on all rows at once. Whether a row is rightly without a value no single
row can tell; their share can.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from extractors.layout_schema import RecordSpec
from extractors.problems import ProblemLog

# Two rows may be alike by chance.
_FEWEST_ALIKE = 3
# Rows of reviews rightly say the same: "positive", without a word, on one day.
_ALIKE_BY_CHANCE = frozenset(["review"])


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says.

    Attributes:
        values: its fields that have a value.
        nothing: its fields of which it says that there is none.
    """

    values: dict[str, Any]
    nothing: frozenset[str] = frozenset()

    def states(self, field: str) -> bool:
        """Whether the field is there, if only to say that there is none."""
        return field in self.values or field in self.nothing


def check_shares(spec: RecordSpec, rows: Sequence[Row], log: ProblemLog) -> None:
    """Report each field that too few rows state (``share``), or that too many rows have in common (``distinct``)."""
    for field, wanted in spec.share.items():
        stated = sum(row.states(field) for row in rows)
        if stated < wanted * len(rows):
            log.add(
                "too_few_with_field",
                f"{stated} of {len(rows)} rows ({stated / len(rows):.2f}) state {field}; at least {wanted:.2f} should",
                field=f"{spec.kind}.{field}",
            )
    for field, wanted in spec.distinct.items():
        values = [repr(row.values[field]) for row in rows if field in row.values]
        different = len(set(values))
        # One value is always new; the share of the others that are new too is what tells.
        if len(values) > 1 and different - 1 < wanted * (len(values) - 1):
            log.add(
                "rows_alike",
                f"{different} different values on {len(values)} rows ({different / len(values):.2f}); "
                f"at least {wanted:.2f} should differ: does the selector look outside the row?",
                field=f"{spec.kind}.{field}",
            )


def are_alike(spec: RecordSpec, rows: Sequence[Row]) -> bool:
    """Whether rows that should be of different things all say the same: their selectors look outside the row."""
    if spec.kind in _ALIKE_BY_CHANCE or len(rows) < _FEWEST_ALIKE or not rows[0].values:
        return False
    return all(row.values == rows[0].values for row in rows)
