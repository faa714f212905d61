"""What names weigh is reckoned as Splink reckons it, among whatever accounts there are by now."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from linkage.backend import Backend
from linkage.name_frequencies import with_present_frequencies
from linkage.scoring import score
from tests.linkage.backends import opened, plain_model
from tests.linkage.feature_rows import generated

MODEL = plain_model().model_copy(update={"frequency_weight": 0.7})


@pytest.fixture(scope="module")
def backend() -> Iterator[Backend]:
    yield from opened("duckdb")


def test_pairs_scored_among_some_accounts_weigh_as_among_all(backend: Backend) -> None:
    everyone = generated(sellers=150, seed=11).features
    some = everyone.slice(0, everyone.num_rows // 2)
    few, many = (score(backend, features, MODEL, least_weight=-np.inf).pairs for features in (some, everyone))
    both = pc.and_(*(pc.is_in(many.column(side), value_set=some.column("account_id")) for side in "ab"))
    expected = {(row["a"], row["b"]): row["handle_weight"] for row in many.filter(both).to_pylist()}
    assert with_present_frequencies(few, some, MODEL).column("handle_weight").to_pylist() == pytest.approx(
        few.column("handle_weight").to_pylist(), abs=1e-9
    )
    now = with_present_frequencies(few, everyone.take(pa.array(range(everyone.num_rows - 1, -1, -1))), MODEL)
    compared = 0
    for row, before in zip(now.to_pylist(), few.to_pylist(), strict=True):
        if (row["a"], row["b"]) in expected:
            assert row["handle_weight"] == pytest.approx(expected[row["a"], row["b"]], abs=1e-9)
            compared += row["handle_weight"] != before["handle_weight"]
        assert {**row, "handle_weight": 0} == {**before, "handle_weight": 0}
    assert compared > 20
    levels = set(now.column("handle_level").to_pylist())
    assert {"handle:same", "handle:look-alike", "handle:same root"} <= levels
