"""Weights learnt from the accounts at hand: what moves them, and what they are never learnt for."""

from datetime import UTC, datetime

import pytest

from evaluation.linkage_compared import read_lines
from linkage.account import Account
from linkage.backend import Backend
from linkage.estimation import TrainingError
from linkage.judgements import Judgement
from linkage.learning import HARD_KINDS, learnt
from linkage.linking import Corpus
from linkage.model import LinkageModel, load_model
from replica.sellers.accounts import SellerWorld
from tests.linkage.backends import duckdb

__all__ = ["duckdb"]


def weights(model: LinkageModel) -> list[float]:
    return [level.weight for comparison in model.comparisons for level in comparison.levels]


@pytest.fixture(scope="module")
def practice() -> Corpus:
    return Corpus(read_lines(list(SellerWorld(3, 150).accounts())))


def test_resemblance_is_learnt_and_hard_evidence_is_not(practice: Corpus, duckdb: Backend) -> None:
    before = load_model()
    after, pairs = learnt(practice, duckdb, before)
    assert pairs >= 20
    changed = {one.kind for one, other in zip(before.comparisons, after.comparisons, strict=True) if one != other}
    assert changed
    assert not changed & set(HARD_KINDS)
    assert after.calibration == before.calibration
    again, of = learnt(practice, duckdb, before)
    assert of == pairs
    assert weights(again) == pytest.approx(weights(after), abs=1e-6)  # sums of parallel threads differ in last digits


def test_what_is_judged_the_same_is_learnt_from_too(practice: Corpus, duckdb: Backend) -> None:
    a, b = sorted(practice.accounts)[:2]
    said = Judgement(
        number=1, user="ana", at=datetime(2026, 3, 1, tzinfo=UTC), reason="read both", a=a, b=b, judgement="same"
    )
    _, without = learnt(practice, duckdb, load_model())
    _, with_it = learnt(practice, duckdb, load_model(), [said])
    assert with_it == without + 1


def test_nothing_is_learnt_where_nobody_shares_anything(duckdb: Backend) -> None:
    strangers = Corpus(Account(id=f"{market}/x{at}", market=market) for at in range(3) for market in ("m", "n"))
    with pytest.raises(TrainingError):
        learnt(strangers, duckdb, load_model())
