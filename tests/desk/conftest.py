"""Servers and stand-ins that the desk's tests share."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from nightpost.clock import FixedClock
from tests.servers.postgresql import running_postgresql
from tests.servers.redis import running_redis


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL of the session's own."""
    with running_postgresql() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis of the session's own."""
    with running_redis() as url:
        yield url


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC))
