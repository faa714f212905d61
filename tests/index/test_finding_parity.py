"""Completion, suggestions and likeness are the same over both stores."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from index.completion import complete
from index.elasticsearch_store import ElasticsearchStore
from index.query import parse
from index.similar import similar
from index.sqlite_store import SqliteStore
from index.suggestions import suggest
from nightpost.clock import FixedClock
from nightpost.settings import ElasticsearchSettings
from tests.index.example import MARKET, moment
from tests.index.test_completion import MORE
from tests.index.test_similar import LISTINGS

PREFIX = "test-finding"
CLOCK = FixedClock(moment("2020-03-01"))


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory, elasticsearch_url: str) -> Iterator[tuple[Any, Any]]:
    file: Path = tmp_path_factory.mktemp("finding") / "index.sqlite"
    settings = ElasticsearchSettings(prefix=PREFIX)
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.delete(index=f"{PREFIX}-*")
        with SqliteStore(file) as embedded, ElasticsearchStore(elasticsearch_url, settings) as cluster:
            for store in (embedded, cluster):
                assert store.write([*MARKET, *MORE, *LISTINGS]) == []
                store.refresh()
            yield embedded, cluster
        client.indices.delete(index=f"{PREFIX}-*")


@pytest.mark.parametrize(
    "query", ["vendor:", "vendor:a", "vendor:5", "substance:co", "ships_from:ger", "ships_to:", "kind:", "market:c"]
)
def test_the_same_completions(stores: tuple[Any, Any], query: str) -> None:
    embedded, cluster = (complete(store, query, len(query), CLOCK) for store in stores)
    assert embedded == cluster
    assert embedded


@pytest.mark.parametrize(
    "query", ["substance:cocain", "substance:ocaine", "vendor:dr-green", "vendor:dr_", "kind:lsting"]
)
def test_the_same_suggestions(stores: tuple[Any, Any], query: str) -> None:
    embedded, cluster = (suggest(store, parse(query, CLOCK).condition) for store in stores)
    assert embedded == cluster
    assert embedded


def test_the_same_words_are_telling(stores: tuple[Any, Any]) -> None:
    for document in LISTINGS[:8]:
        embedded, cluster = (similar(store, document) for store in stores)
        assert embedded == cluster
