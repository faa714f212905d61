"""The backends that the tests of the engine run on."""

import importlib.util
from collections.abc import Iterator

import pytest

from linkage.backend import Backend, has_java, open_backend
from linkage.comparisons import comparisons
from linkage.dialects import DUCKDB
from linkage.model import ComparisonWeights, LevelWeight, LinkageModel
from tests.requirements import missing

NAMES = ("duckdb", "spark")

# A session of a test is over before the second, slower compiler would have paid for itself: half the processor time.
_SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


def opened(name: str) -> Iterator[Backend]:
    """A backend for a fixture; Spark is skipped where it or its Java is missing, unless it is required."""
    if name == "spark":
        if importlib.util.find_spec("pyspark") is None:
            missing("spark", "install nightpost[spark]")
        if not has_java():
            missing("spark", "install Java 17 or newer (openjdk-17-jre-headless)")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SPARK_SUBMIT_OPTS", _SHORT_LIVED)
            with open_backend("spark", memory="1GB") as backend:
                yield backend
    else:
        with open_backend("duckdb", memory="1GB") as backend:
            yield backend


@pytest.fixture(scope="module")
def duckdb() -> Iterator[Backend]:
    yield from opened("duckdb")


def plain_model(prior: float = 1e-3) -> LinkageModel:
    """A model in which each level up is worth as much again; nothing was measured."""
    weights = []
    for comparison in comparisons(DUCKDB):
        labels = comparison.labels
        step = 2.0 ** (8 / len(labels))
        u = [step ** -(at + 1.0) for at in range(len(labels))]
        m = [min(1.0, share * step ** (2.1 * at) / 16) for at, share in enumerate(u)]
        levels = tuple(LevelWeight(label=label, m=a, u=b) for label, a, b in zip(labels, m, u, strict=True))
        weights.append(ComparisonWeights(kind=comparison.kind, levels=levels))
    return LinkageModel(prior=prior, comparisons=tuple(weights), made="by a test")
