"""A small practice world, and each of its markets."""

import pytest

from replica.world import World
from replica.world.catalogue import FAMILIES
from tests.replica.shops import Shop, open_shop


@pytest.fixture(scope="session")
def small_world() -> World:
    return World.generate(seed=7, vendors=20, listings=100, markets=FAMILIES)


@pytest.fixture(params=FAMILIES)
def shop(request: pytest.FixtureRequest, small_world: World) -> Shop:
    return open_shop(small_world, request.param)
