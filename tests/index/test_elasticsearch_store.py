"""The Elasticsearch store, on a real server."""

from collections.abc import Iterator

import pytest

from index.elasticsearch_store import ElasticsearchStore
from nightpost.settings import Settings
from tests.index.ingest_suite import IngestSuite
from tests.index.store_suite import StoreSuite


@pytest.fixture
def store(elasticsearch_settings: Settings) -> Iterator[ElasticsearchStore]:
    with ElasticsearchStore(elasticsearch_settings.index, elasticsearch_settings.elasticsearch) as store:
        yield store


class TestElasticsearchStore(StoreSuite):
    """All that a store must do."""


class TestElasticsearchIngest(IngestSuite):
    """All that ingest must do."""
