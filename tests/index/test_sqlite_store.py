"""The embedded store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.sqlite_store import SqliteStore
from tests.index.ingest_suite import IngestSuite
from tests.index.store_suite import StoreSuite


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "index.sqlite") as store:
        yield store


class TestSqliteStore(StoreSuite):
    """All that a store must do."""


class TestSqliteIngest(IngestSuite):
    """All that ingest must do."""
