"""Whatever is typed is answered, by hits or by an error that says what is wrong, and in time; on both stores."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index.elasticsearch_store import ElasticsearchStore
from index.errors import QueryError
from index.fields import FIELDS
from index.query import Query, parse
from index.search import Request
from index.sqlite_store import SqliteStore
from index.store import Store
from nightpost.clock import FixedClock
from nightpost.settings import ElasticsearchSettings
from tests.index.example import moment
from tests.index.generated import Generator

CLOCK = FixedClock(moment("2020-03-01"))
DOCUMENTS = 3_000
STRINGS = 10_000
STRINGS_OVER_HTTP = 1_000
LIMIT_SECONDS = 10.0
PREFIX = "test-fuzzing"

SIGNS = [
    "has", "AND", "OR", "NOT", "TO", ":", "(", ")", "[", "]", "{", "}", '"', "*", "?", "~", "~1", "~2", "^", "+", "-",
    "/", "\\", ">", "<", ">=", "<=", "=", " ", " ", " ", ",", ".", "'", ";", "--", "&&", "||", "!",
]  # fmt: skip
WORDS = [
    *FIELDS, "mdma", "2c-b", "10", "50.5", "-1", "2019-01", "now-7d", "now", "1e999", "\U0001f48a", "\u00e9", "NEAR(",
    "\0", "\u202e", "\ud800", "{title} : ", "2019-01-01T10:00:00Z", "\u241e", "'; DROP TABLE documents_1; --",
    '{"match_all":{}}', "_id:x", "a" * 300, "ketam*", "ke*m?ne", "fentanil~", "germany", "listing", "\u5927\u9ebb",
]  # fmt: skip
LOOSE = st.lists(st.one_of(st.sampled_from(SIGNS + WORDS), st.text(max_size=4)), max_size=25).map("".join)
# A query that parses, with something cut out of it, put into it, or both.
QUERIES = [Generator(30).query() for _ in range(300)]
TORN = st.builds(
    lambda query, place, length, sign: query[: place % len(query)] + sign + query[place % len(query) + length :],
    st.sampled_from(QUERIES),
    st.integers(0, 400),
    st.integers(0, 6),
    st.sampled_from(["", *SIGNS, *WORDS]),
)
STRING = st.one_of(LOOSE, TORN)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    file: Path = tmp_path_factory.mktemp("fuzzing") / "index.sqlite"
    with SqliteStore(file, search_seconds=LIMIT_SECONDS) as store:
        store.write(Generator(31).documents(DOCUMENTS))
        yield store


@pytest.fixture(scope="module")
def cluster(elasticsearch_url: str) -> Iterator[ElasticsearchStore]:
    elasticsearch = ElasticsearchSettings(prefix=PREFIX)
    with Elasticsearch(elasticsearch_url, request_timeout=60) as client:
        client.indices.delete(index=f"{PREFIX}-*")
        with ElasticsearchStore(elasticsearch_url, elasticsearch, search_seconds=LIMIT_SECONDS) as store:
            store.write(Generator(31).documents(DOCUMENTS))
            store.refresh()
            yield store
        client.indices.delete(index=f"{PREFIX}-*")


def understood(text: str) -> Query | None:
    try:
        return parse(text, CLOCK)
    except QueryError as error:
        place = error.place
    assert 0 <= place <= len(text)
    return None


def ask(store: Store, text: str) -> None:
    """Search, if it is a query; it may be no query, and it may not take too long."""
    begin = time.monotonic()
    query = understood(text)
    if query is not None:
        results = store.search(Request(condition=query.condition, names=query.names, facets=("vendor",)))
        assert 0 <= results.total <= DOCUMENTS
        assert len(results.hits) == min(results.total, 20)
    assert time.monotonic() - begin < LIMIT_SECONDS


@given(STRING)
@example("\ud800")
@example("(" * 30 + "*" + ")" * 30)
@example(" ".join(["ab*c*d*e*f*"] * 150))
@example(" OR ".join(["fentanyl~2"] * 150))
@settings(max_examples=STRINGS, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_string_is_answered_by_the_embedded_store(embedded: SqliteStore, text: str) -> None:
    ask(embedded, text)


@given(STRING)
@example("\ud800")
@example(" ".join(["ab*c*d*e*f*"] * 150))
@example(" OR ".join(["fentanyl~2"] * 150))
@settings(max_examples=STRINGS_OVER_HTTP, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_string_is_answered_by_elasticsearch(cluster: ElasticsearchStore, text: str) -> None:
    ask(cluster, text)
