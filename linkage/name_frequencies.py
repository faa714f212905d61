"""What it weighs that two accounts bear one name, by how many bear it now: for pairs that were compared earlier.

Of all comparisons the handle's alone depends on other accounts than the two (`linkage.scoring`, which has Splink
compute the same). So a pair that was kept from an earlier run is as good as new once this is reckoned anew.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.comparisons import comparisons
from linkage.dialects import DUCKDB
from linkage.model import LinkageModel

_KIND = "handle"


def with_present_frequencies(pairs: pa.Table, features: pa.Table, model: LinkageModel) -> pa.Table:
    """Scored pairs with ``handle_weight`` as it is among these accounts; the other columns stay.

    Args:
        pairs: as `linkage.scoring.Scored` holds them.
        features: of all accounts as they are now, in any order.
        model: by which the pairs were scored.
    """
    levels = next(comparison for comparison in comparisons(DUCKDB) if comparison.kind == _KIND).levels
    known = {level.label: level for level in model.weights_of(_KIND).levels}
    reached = pairs.column(f"{_KIND}_gamma").to_numpy()
    weights = pairs.column(f"{_KIND}_weight").to_numpy().copy()
    for level in levels:
        if level.frequency is None:
            continue
        rows = np.flatnonzero(reached == level.strength)
        holders = _holders(pairs.column("a").take(pa.array(rows)), features, level.frequency)
        u = known[level.label].u
        share = (holders + 1) / (features.num_rows + 1 / u)
        weights[rows] = known[level.label].weight + model.frequency_weight * np.log2(u / share)
    place = pairs.schema.get_field_index(f"{_KIND}_weight")
    return pairs.set_column(place, f"{_KIND}_weight", pa.array(weights, pa.float64()))


def _holders(accounts: pa.ChunkedArray, features: pa.Table, column: str) -> np.ndarray:
    """For each of the accounts, how many bear its name, in the form of the column."""
    coded = features.column(column).combine_chunks().dictionary_encode()
    codes = coded.indices.fill_null(len(coded.dictionary)).to_numpy()
    counts = np.bincount(codes, minlength=len(coded.dictionary) + 1)
    rows = pc.index_in(accounts, value_set=features.column("account_id").combine_chunks()).to_numpy()
    return np.asarray(counts[codes[rows]])
