"""The floors of linkage: what a change may not fall below, on a small practice world; what measures say of it.

The figures of the large worlds and of the research data are told by ``make eval-linkage``. The world is one that no
weight was made with.
"""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from evaluation.linkage_ablation import ablation, alone, without
from evaluation.linkage_baselines import pairs_of_baselines
from evaluation.linkage_calibration import LOOKED_AT, draw, reliability
from evaluation.linkage_compared import Compared, practice_world
from linkage.backend import open_backend
from linkage.model import load_model
from linkage.scoring import NO_DATA

SELLERS, SEED = 600, 7


@pytest.fixture(scope="module")
def compared() -> Iterator[Compared]:
    world = practice_world(SEED, SELLERS)
    assert len(world.impersonators) >= 10
    with open_backend("duckdb") as backend:
        yield Compared.of(world.accounts, world.truth, backend, load_model(), world.impersonators)


def test_identities_are_precise_and_most_are_found(compared: Compared) -> None:
    score = compared.score()
    assert score.pairs.precision >= 0.985
    assert score.pairs.recall >= 0.93
    assert score.clusters.f1 >= 0.98


def test_no_impersonator_is_merged_and_some_are_held_apart(compared: Compared) -> None:
    score = compared.score()
    assert score.merged == 0
    assert score.held_apart[0] > score.held_apart[1]


def test_blocking_finds_nearly_all_and_compares_few(compared: Compared) -> None:
    score = compared.blocking()
    assert score.completeness >= 0.99
    assert score.per_account <= 20


@pytest.mark.parametrize("at_true_share", [True, False])
def test_probabilities_mean_what_they_say(compared: Compared, at_true_share: bool) -> None:
    every, looked_at = reliability(compared, at_true_share=at_true_share)
    assert every.pairs > looked_at.pairs > 400
    for one in (every, looked_at):
        assert one.mass.error <= 0.05
        assert one.width.error <= 0.05


def test_more_partners_make_every_pair_likelier(compared: Compared) -> None:
    supposed, true = (compared.probabilities(at_true_share=share) for share in (False, True))
    assert (true >= supposed).all()
    assert true.sum() > supposed.sum()


def test_linkage_is_better_than_every_baseline(compared: Compared) -> None:
    ours = compared.score().pairs.f1
    baselines = pairs_of_baselines(compared.corpus, compared.truth)
    assert len(baselines) == 5
    assert all(score.true == compared.score().pairs.true for score in baselines.values())
    assert ours > max(score.f1 for score in baselines.values()) + 0.05


def test_each_kind_is_taken_off_and_left_alone(compared: Compared) -> None:
    kinds = [comparison.kind for comparison in compared.model.comparisons]
    found = {one.name: one for one in ablation(compared)}
    assert list(found)[: len(kinds)] == kinds
    assert found["all hard kinds"].without.pairs.recall < compared.score().pairs.recall
    # Nobody gains by showing a key that he cannot use: where one is shared, it is nearly always one seller's.
    assert found["pgp_key"].alone.precision >= 0.98


def test_without_a_kind_its_weight_is_gone_and_without_all_only_the_prior_is_left(compared: Compared) -> None:
    kinds = [comparison.kind for comparison in compared.model.comparisons]
    before = compared.pairs.column("match_weight").to_numpy()
    less = without(compared, "handle")
    assert less.column("match_weight").to_numpy() == pytest.approx(
        before - compared.pairs.column("handle_weight").to_numpy()
    )
    assert set(less.column("handle_level").to_pylist()) == {NO_DATA}
    nothing = without(compared, *kinds).column("match_weight").to_numpy()
    prior = compared.model.prior
    assert nothing == pytest.approx(np.full(len(nothing), np.log2(prior / (1 - prior))), abs=1e-6)


def test_alone_no_kind_does_better_than_all_together(compared: Compared) -> None:
    kinds = [comparison.kind for comparison in compared.model.comparisons]
    together = alone(compared, *kinds)
    assert all(alone(compared, kind).f1 <= together.f1 for kind in kinds)


def test_the_plot_is_a_picture_and_the_same_again(compared: Compared, tmp_path: Path) -> None:
    _, looked_at = reliability(compared, at_true_share=True)
    assert min(one.low for one in looked_at.width.bins) >= LOOKED_AT
    for name in ("one", "other"):
        draw("true share", looked_at.width, tmp_path / "plots" / f"{name}.svg")
    one, other = ((tmp_path / "plots" / f"{name}.svg").read_bytes() for name in ("one", "other"))
    assert one == other
    assert ET.fromstring(one).tag.endswith("svg")
    assert f"true share: expected calibration error {looked_at.width.error:.3f}".encode() in one
