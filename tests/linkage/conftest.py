"""A practice world in an index, made once."""

from collections.abc import Iterator

import pytest

from index.sqlite_store import SqliteStore
from nightpost.workspace import Workspace
from replica.world import World
from tests.practice import practice_workspace

# Three markets, so that sellers are there whose accounts are joined by way of a third one.
MARKETS = ("harbour", "lantern", "orchard")


@pytest.fixture(scope="session")
def world() -> World:
    return World.generate(seed=5, vendors=24, listings=48, markets=MARKETS)


@pytest.fixture(scope="session")
def indexed_world(world: World, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with every page of the world's markets archived and indexed, nothing linked."""
    return practice_workspace(tmp_path_factory.mktemp("practice") / "workspace", world)


@pytest.fixture
def store(indexed_world: Workspace) -> Iterator[SqliteStore]:
    with SqliteStore(indexed_world.folder / "index.sqlite") as opened:
        yield opened
