"""Passages and forms of titles that many accounts show: the market's, or a template; they speak for no seller."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

MOST_HOLDERS = 12
"""A passage or a form of titles that more accounts show is the market's, or a template."""

TEXT_COLUMNS = ("passages", "title_forms")
"""The features that are numbers of texts."""


def common_texts(features: pa.Table) -> NDArray[np.int64]:
    """The numbers of passages and forms of titles that more than `MOST_HOLDERS` accounts show, in order.

    Args:
        features: the table of features, each row by its account alone; no account shows one twice.
    """
    found = []
    for name in TEXT_COLUMNS:
        numbers, holders = np.unique(_flat(features, name)[0], return_counts=True)
        found.append(numbers[holders > MOST_HOLDERS])
    return np.unique(np.concatenate(found))


def without_texts(features: pa.Table, numbers: NDArray[np.int64]) -> pa.Table:
    """The table without those passages and forms of titles."""
    for name in TEXT_COLUMNS:
        shown, starts = _flat(features, name)
        kept = ~np.isin(shown, numbers)
        offsets = np.concatenate([[0], np.cumsum(kept)])[starts].astype(np.int32)
        column = pa.ListArray.from_arrays(pa.array(offsets), pa.array(shown[kept], pa.int64()))
        features = features.set_column(features.schema.get_field_index(name), features.schema.field(name), column)
    return features


def showing(features: pa.Table, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For each row whether it shows any of those passages and forms of titles."""
    found = np.zeros(features.num_rows, bool)
    for name in TEXT_COLUMNS:
        shown, starts = _flat(features, name)
        found[np.repeat(np.arange(len(found)), np.diff(starts))[np.isin(shown, numbers)]] = True
    return found


def texts_in(features: pa.Table, row: int) -> frozenset[int]:
    """The numbers of the passages and forms of titles that a row shows."""
    return frozenset(number for name in TEXT_COLUMNS for number in features.column(name)[row].as_py())


def _flat(features: pa.Table, name: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The values of a column of lists in a row, and where each list starts, with the end."""
    column = features.column(name).combine_chunks()
    sizes = column.value_lengths().to_numpy(zero_copy_only=False)
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return column.flatten().to_numpy(zero_copy_only=False).astype(np.int64), starts
