"""Measures of pairs as maps beside accounts."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from linkage.likeness import MEASURED, NO_DATA
from linkage.measured_pairs import measured_table, nothing_measured

KIND = next(iter(MEASURED))


def table_of(pairs: list[tuple[int, int]], rows: list[int]) -> dict[int, dict[int, int | None]]:
    """The maps by account; the band of a pair of rows is their sum, and there is none where that is odd."""

    def measure(left: NDArray[np.int64], right: NDArray[np.int64]) -> dict[str, NDArray[np.int8]]:
        return {kind: np.where((left + right) % 2, NO_DATA, left + right).astype(np.int8) for kind in MEASURED}

    left, right = (np.array([pair[side] for pair in pairs], np.int32) for side in (0, 1))
    table = measured_table(left, right, np.array(rows, np.int64), measure)
    maps = table.column(f"{KIND}_with").to_pylist()
    assert len(set(table.column("uid").to_pylist())) == table.num_rows
    return {uid: dict(found) for uid, found in zip(table.column("uid").to_pylist(), maps, strict=True)}


@given(
    st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] < pair[1])),
    st.permutations(range(10)),
)
def test_the_smaller_number_holds_the_band_of_each_pair(pairs: set[tuple[int, int]], rows: list[int]) -> None:
    held = table_of(list(pairs), rows)
    assert {(a, b) for a, found in held.items() for b in found} == pairs
    for a, b in pairs:
        band = rows[a] + rows[b]
        assert held[a][b] == (None if band % 2 else band)


def test_without_texts_every_pair_has_no_data() -> None:
    left = np.zeros(3, np.int64)
    found = nothing_measured(left, left)
    assert found.keys() == MEASURED.keys()
    assert all(bands.tolist() == [NO_DATA] * 3 for bands in found.values())
