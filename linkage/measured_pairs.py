"""Measures of pairs, taken outside the database, brought to it: each account with its bands beside others.

What is measured over whole texts (`linkage.likeness`) is no column of an account. So the account with the smaller
number holds a map for each kind of measure: the other's number to the band, which the comparisons look up.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkage.likeness import MEASURED, NO_DATA

Measure = Callable[[NDArray[np.int64], NDArray[np.int64]], Mapping[str, NDArray[np.int8]]]
"""Bands of pairs: (rows, rows) of the table of features, to the band of each pair by kind of measure."""


def nothing_measured(left: NDArray[np.int64], right: NDArray[np.int64]) -> Mapping[str, NDArray[np.int8]]:  # noqa: ARG001
    """The measure where there are no texts: no data for every pair."""
    return {kind: np.full(len(left), NO_DATA, np.int8) for kind in MEASURED}


def measured_table(
    left: NDArray[np.int32], right: NDArray[np.int32], rows: NDArray[np.int64], measure: Measure
) -> pa.Table:
    """The maps of accounts, as a table: ``uid`` and, for each kind, ``KIND_with``.

    Args:
        left: the smaller number of each pair.
        right: the larger.
        rows: for each number its row in the table of features.
        measure: takes the measures.
    """
    order = np.lexsort((right, left))
    left, right = left[order], right[order]
    bands = measure(rows[left], rows[right])
    holders, starts = np.unique(left, return_index=True)
    offsets = pa.array(np.append(starts, len(left)).astype(np.int32))
    columns = {"uid": pa.array(holders.astype(np.int32))}
    for kind in MEASURED:
        items = pa.array(bands[kind], mask=bands[kind] == NO_DATA)
        columns[f"{kind}_with"] = pa.MapArray.from_arrays(offsets, pa.array(right.astype(np.int32)), items)
    return pa.table(columns)
