"""The Elasticsearch store, on a real server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from pydantic import SecretStr
from spacy.language import Language

from archive.reader import ArchiveReader
from index.documents import Document
from index.elasticsearch_store import ElasticsearchStore
from index.errors import SlowQueryError, StoreError, StoreUnavailableError
from index.ingest import IngestSummary, ingest
from index.query import parse
from index.search import Request
from index.sqlite_store import SqliteStore
from nightpost.clock import FixedClock
from nightpost.errors import ConfigurationError, UnavailableError
from nightpost.settings import ElasticsearchSettings, Settings
from tests.index.example import MARKET, document, moment
from tests.index.generated import FACETS, Generator
from tests.index.history_suite import HistorySuite
from tests.index.ingest_run_suite import IngestRunSuite, OpenStore, busy_market
from tests.index.ingest_suite import IngestSuite, everything
from tests.index.market import LAYOUT, Market
from tests.index.store_suite import StoreSuite
from tests.servers.gate import Gate


@pytest.fixture
def store(elasticsearch_settings: Settings) -> Iterator[ElasticsearchStore]:
    with ElasticsearchStore(elasticsearch_settings.index, elasticsearch_settings.elasticsearch) as store:
        yield store


class TestElasticsearchStore(StoreSuite):
    """All that a store must do."""


class TestElasticsearchIngest(IngestSuite):
    """All that ingest must do."""


class TestElasticsearchHistory(HistorySuite):
    """What the history must be."""


class TestElasticsearchIngestRuns(IngestRunSuite):
    """How an ingest runs."""

    @pytest.fixture
    def open_store(self, elasticsearch_settings: Settings) -> OpenStore:
        return lambda: ElasticsearchStore(elasticsearch_settings.index, elasticsearch_settings.elasticsearch)

    @pytest.fixture
    def small_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("index.elasticsearch_store._PAGE", 2)
        monkeypatch.setattr("index.elasticsearch_store._LOOKS_BEFORE_REMOVAL", 1)


def test_a_server_that_goes_down_during_an_ingest_costs_nothing(
    tmp_path: Path, nlp: Language, elasticsearch_gate: Gate, elasticsearch_settings: Settings
) -> None:
    market = busy_market(tmp_path / "archive")
    with ElasticsearchStore(elasticsearch_gate.url, elasticsearch_settings.elasticsearch) as store:
        failures: list[str] = []
        # The connection is cut after so many bytes: before anything, between two writes, and in the middle of them.
        for count in (0, 1500, 4000, 9000, 15000, 25000):
            before = store.cursor("plain")
            elasticsearch_gate.close_after(count)
            try:
                _ingest(market, store, nlp, tmp_path / "state")
            except UnavailableError as error:
                failures.append(str(error))
            elasticsearch_gate.close()
            elasticsearch_gate.open()
            assert store.cursor("plain") >= before
        assert len(failures) >= 4
        assert {"cannot be reached" in failure and "then repeat" in failure for failure in failures} == {True}
        _ingest(market, store, nlp, tmp_path / "state")
        with SqliteStore(tmp_path / "index.sqlite") as embedded:
            _ingest(market, embedded, nlp, tmp_path / "embedded")
            assert everything(store) == everything(embedded)
            assert store.counts() == embedded.counts()


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(StoreUnavailableError, match=r"http://127\.0\.0\.1:9 cannot be reached.*start it"):
        ElasticsearchStore("http://127.0.0.1:9", ElasticsearchSettings())


def test_a_url_that_is_none_is_a_wrong_setting() -> None:
    with pytest.raises(ConfigurationError, match="mend the settings"):
        ElasticsearchStore("http://:abc", ElasticsearchSettings())


def test_credentials_are_sent(elasticsearch_settings: Settings) -> None:
    """The server has no security; that it takes them shows that they can be given together with the rest."""
    for credentials in (
        {"username": "elastic", "password": SecretStr("secret")},
        {"api_key": SecretStr("a2V5OnNlY3JldA==")},
    ):
        settings = elasticsearch_settings.elasticsearch.model_copy(update=credentials)
        with ElasticsearchStore(elasticsearch_settings.index, settings) as store:
            assert store.counts() == {}


def test_only_the_document_that_the_server_refuses_is_rejected(store: ElasticsearchStore) -> None:
    wrong: Any = {"price": ["cheap"]}
    broken = Document.model_construct(
        kind="listing", id="m/broken", body={}, words={}, keywords={}, numbers=wrong, dates={}, state={}
    )
    rejections = store.write([*MARKET, broken])
    assert [(one.key.id, "price" in one.reason) for one in rejections] == [("m/broken", True)]
    store.refresh()
    assert store.counts() == {"listing": 3, "review": 1, "vendor": 2}


def test_a_document_that_is_too_large_is_rejected_alone(store: ElasticsearchStore) -> None:
    # Elasticsearch takes requests of 100 MB (http.max_content_length).
    giant = Document(kind="listing", id="m/giant", body={"title": "x" * 101 * 1024**2})
    rejections = store.write([MARKET[0], giant, MARKET[1]])
    assert [(one.key.id, one.reason) for one in rejections] == [("m/giant", "it is larger than Elasticsearch takes")]
    store.refresh()
    assert store.counts() == {"listing": 2}


def test_an_index_that_may_not_be_written_stops_the_ingest(
    store: ElasticsearchStore, elasticsearch_settings: Settings
) -> None:
    """As when its disk is nearly full (flood stage): Elasticsearch answers 403 to each document."""
    with Elasticsearch(elasticsearch_settings.index) as client:
        index = f"{elasticsearch_settings.elasticsearch.prefix}-documents"
        client.indices.put_settings(index=index, settings={"index.blocks.write": True})
        with pytest.raises(StoreUnavailableError, match="takes no documents now"):
            store.write(MARKET)
        client.indices.put_settings(index=index, settings={"index.blocks.write": None})
    assert store.write(MARKET) == []


def test_an_index_of_another_version_is_refused(store: ElasticsearchStore, elasticsearch_settings: Settings) -> None:
    with Elasticsearch(elasticsearch_settings.index) as client:
        index = f"{elasticsearch_settings.elasticsearch.prefix}-documents"
        client.indices.put_mapping(index=index, meta={"schema": 999})
    with pytest.raises(StoreError, match="another version of Nightpost; delete it, then run: nightpost ingest"):
        ElasticsearchStore(elasticsearch_settings.index, elasticsearch_settings.elasticsearch)
    assert store.counts() == {}


def test_what_a_killed_rebuild_left_behind_is_removed(
    store: ElasticsearchStore, elasticsearch_settings: Settings
) -> None:
    rebuilding = store.rebuilding()
    left_behind = rebuilding.__enter__()
    left_behind.write([document("listing", "m/half")])
    left_behind.close()
    with store.rebuilding() as fresh:
        fresh.write(MARKET)
    store.remove_former()
    with Elasticsearch(elasticsearch_settings.index) as client:
        names = client.indices.get(index=f"{elasticsearch_settings.elasticsearch.prefix}-*")
    assert len(names) == 2
    assert store.counts() == {"listing": 3, "review": 1, "vendor": 2}


def _ingest(market: Market, store: ElasticsearchStore | SqliteStore, nlp: Language, folder: Path) -> IngestSummary:
    return ingest(ArchiveReader(market.folder), store, {"plain": LAYOUT}, nlp, folder=folder)


def test_a_search_that_takes_too_long_is_stopped(store: ElasticsearchStore, elasticsearch_settings: Settings) -> None:
    store.write(Generator(3).documents(3000))
    store.refresh()
    query = " OR ".join(f"{word}~2" for word in ("fentanyl", "cocaine", "ketamine", "diazepam") * 30)
    request = Request(condition=parse(query, FixedClock(moment("2020-03-01"))).condition, facets=FACETS)
    assert store.search(request).total > 0
    settings = elasticsearch_settings
    with ElasticsearchStore(settings.index, settings.elasticsearch, search_seconds=0.000001) as hurried:

        def search_again_and_again() -> None:
            # Elasticsearch looks at a clock that moves five times a second: a search has to be under way when it does.
            for _ in range(200):
                hurried.search(request)

        with pytest.raises(SlowQueryError, match="took longer than 1e-06 s and was stopped; narrow it"):
            search_again_and_again()
