"""Training: weights from known pairs, weights from anchors, bounds, order, and what is kept."""

import math
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from linkage.backend import Backend
from linkage.blocking import RULES
from linkage.comparisons import comparisons
from linkage.dialects import DUCKDB
from linkage.estimation import ANCHORS, Estimated, TrainingError, estimate
from linkage.feature_table import FeatureTableError
from linkage.likeness import MEASURED
from linkage.scoring import score
from tests.linkage.backends import opened, plain_model
from tests.linkage.feature_rows import Generated, generated


@pytest.fixture(scope="module")
def duck() -> Iterator[Backend]:
    yield from opened("duckdb")


@pytest.fixture(scope="module")
def world() -> Generated:
    return generated(sellers=300, seed=5)


@pytest.fixture(scope="module")
def labelled(duck: Backend, world: Generated) -> Estimated:
    return estimate(duck, world.features, prior=1e-3, seed=1, labelled=world.partners, made="from known pairs")


@pytest.fixture(scope="module")
def anchored(duck: Backend, world: Generated) -> Estimated:
    # Not by claims: in this world many claim the handles that several sellers have.
    return estimate(duck, world.features, prior=1e-3, seed=1, anchors=ANCHORS[:2])


def shares_found(duck: Backend, taught: Estimated) -> tuple[float, float]:
    """Precision and recall of a model's pairs among other sellers, from a match weight of 5 on."""
    other = generated(sellers=300, seed=6)
    pairs = score(duck, other.features, taught.model, least_weight=5.0).pairs
    found = set(zip(pairs.column("a").to_pylist(), pairs.column("b").to_pylist(), strict=True))
    partners = set(zip(other.partners.column("a").to_pylist(), other.partners.column("b").to_pylist(), strict=True))
    return len(found & partners) / len(found), len(found & partners) / len(partners)


def test_known_pairs_teach_to_find_other_pairs(duck: Backend, labelled: Estimated) -> None:
    assert labelled.labelled > 100
    precision, recall = shares_found(duck, labelled)
    assert precision >= 0.95
    assert recall >= 0.95


def test_anchors_teach_without_known_pairs(duck: Backend, anchored: Estimated) -> None:
    assert anchored.labelled == 0
    assert anchored.anchored["pgp_key"].pairs > 20
    assert anchored.anchored["pgp_key"].unused is None
    precision, recall = shares_found(duck, anchored)
    assert precision >= 0.9
    assert recall >= 0.9


@pytest.mark.parametrize("how", ["labelled", "anchored"])
def test_weights_are_bounded_and_rise_with_strength(how: str, request: pytest.FixtureRequest) -> None:
    model = request.getfixturevalue(how).model
    for comparison in comparisons(DUCKDB):
        levels = model.weights_of(comparison.kind).levels
        assert all(0 < level.m <= 1 and 0 < level.u <= 1 for level in levels)
        assert sum(level.m for level in levels) == pytest.approx(1, abs=1e-3)
        assert sum(level.u for level in levels) == pytest.approx(1, abs=1e-3)
        weights = [level.weight for level in levels]
        assert weights == sorted(weights) or not comparison.ordered
        assert min(weights) > -8


def test_what_was_not_measured_is_named(labelled: Estimated) -> None:
    # A random sample of accounts of different sellers holds no two with the same key.
    assert "pgp_key:own shared" in labelled.unmeasured
    assert "handle:other" not in labelled.unmeasured
    assert labelled.model.weights_of("pgp_key").levels[-1].u >= 0.4 / labelled.pairs_at_random
    assert labelled.model.made == "from known pairs"


def test_training_again_gives_the_same_model(duck: Backend, world: Generated, labelled: Estimated) -> None:
    again = estimate(duck, world.features, prior=1e-3, seed=1, labelled=world.partners, made="from known pairs")
    assert again.model == labelled.model


def test_comparisons_may_be_kept(duck: Backend, world: Generated, labelled: Estimated) -> None:
    keep = plain_model().model_copy(update={"report_from": 2.5})
    kept = estimate(
        duck, world.features, prior=1e-3, seed=1, labelled=world.partners, keep=keep, kept=("pgp_key", "contact")
    ).model
    assert kept.weights_of("pgp_key") == keep.weights_of("pgp_key")
    assert kept.weights_of("contact") == keep.weights_of("contact")
    assert kept.weights_of("wording") == labelled.model.weights_of("wording")
    assert kept.report_from == 2.5


def test_nothing_is_kept_from_no_model(duck: Backend, world: Generated) -> None:
    with pytest.raises(TrainingError, match="no model was given"):
        estimate(duck, world.features, prior=1e-3, seed=1, kept=("pgp_key",))


def test_evidence_that_no_account_shows_weighs_nothing(duck: Backend, world: Generated) -> None:
    empty = pa.array([[] for _ in range(world.features.num_rows)], pa.list_(pa.string()))
    at = world.features.schema.get_field_index("photos")
    without = world.features.set_column(at, world.features.schema.field(at), empty)
    levels = estimate(duck, without, prior=1e-3, seed=1, labelled=world.partners).model.weights_of("photo").levels
    assert all(math.fabs(level.weight) < 1e-4 for level in levels)


def test_a_known_pair_without_features_is_said(duck: Backend, world: Generated) -> None:
    with pytest.raises(FeatureTableError, match="no features"):
        estimate(duck, world.features, prior=1e-3, seed=1, labelled=pa.table({"a": ["x"], "b": ["y"]}))


def test_every_rule_blocks_by_columns_of_the_features(world: Generated) -> None:
    used = {column for rule in RULES for column in (*rule.lists, *rule.scalars)}
    assert used <= set(world.features.schema.names)


def test_nothing_to_train_from_is_said(duck: Backend, world: Generated) -> None:
    with pytest.raises(TrainingError, match="no pair"):
        estimate(duck, world.features, prior=1e-3, seed=1, anchors=())


def test_measures_of_pairs_are_trained_when_they_are_taken(duck: Backend, world: Generated) -> None:
    owner = world.features.column("own_keys").to_pylist()

    def measure(left: NDArray[np.int64], right: NDArray[np.int64]) -> dict[str, NDArray[np.int8]]:
        """The band 3 where both state the same key, a band by chance below 3 where not, no data without keys."""
        bands = [
            -1 if not owner[one] or not owner[other] else 3 if owner[one] == owner[other] else (one + other) % 3
            for one, other in zip(left.tolist(), right.tolist(), strict=True)
        ]
        return {kind: np.array(bands, np.int8) for kind in MEASURED}

    levels = estimate(
        duck, world.features, prior=1e-3, seed=1, labelled=world.partners, measure=measure
    ).model.weights_of("wording")
    assert levels.levels[3].weight > 5
    assert levels.levels[0].weight < 0
