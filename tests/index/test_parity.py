"""Both stores give the same answers to the same questions, over generated documents and generated queries."""

import math
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from index.conditions import (
    And,
    Between,
    Condition,
    Has,
    Not,
    Or,
    Phrase,
    Value,
    ValueFuzzy,
    ValuePattern,
    ValuePrefix,
    Word,
    WordFuzzy,
    WordPattern,
    WordPrefix,
)
from index.elasticsearch_store import ElasticsearchStore
from index.errors import QueryError
from index.fields import FIELDS
from index.query import parse
from index.search import Histogram, Request, Sort, Statistics
from index.sqlite_store import SqliteStore
from nightpost.clock import FixedClock
from nightpost.settings import ElasticsearchSettings
from tests.index.example import moment
from tests.index.generated import FACETS, KINDS, Generator

DOCUMENTS = 20_000
QUERIES = 400
CLOCK = FixedClock(moment("2020-03-01"))
PREFIX = "test-parity"
Stores = tuple[SqliteStore, ElasticsearchStore]
SORTABLE = tuple(field.name for field in FIELDS.values() if field.sortable)
NUMBERS = ("price", "grams", "stock")
DATES = ("first_seen", "last_seen", "valid_from")


@pytest.fixture(scope="module")
def generator() -> Generator:
    return Generator(20)


@pytest.fixture(scope="module")
def stores(generator: Generator, tmp_path_factory: pytest.TempPathFactory, elasticsearch_url: str) -> Iterator[Stores]:
    documents = generator.documents(DOCUMENTS)
    file: Path = tmp_path_factory.mktemp("parity") / "index.sqlite"
    settings = ElasticsearchSettings(prefix=PREFIX)
    with Elasticsearch(elasticsearch_url, request_timeout=60) as client:
        client.indices.delete(index=f"{PREFIX}-*")
        with SqliteStore(file) as embedded, ElasticsearchStore(elasticsearch_url, settings) as cluster:
            for store in (embedded, cluster):
                for start in range(0, DOCUMENTS, 2000):
                    assert store.write(documents[start : start + 2000]) == []
                store.refresh()
            yield embedded, cluster
        client.indices.delete(index=f"{PREFIX}-*")


def requests(generator: Generator, count: int) -> Iterator[tuple[str, Request]]:
    """Queries with orders, facets, statistics, histograms, kinds and moments."""
    chance = random.Random(21)
    while count:
        query = generator.query()
        try:
            condition = parse(query, CLOCK).condition
        except QueryError:
            continue  # a vocabulary of all signs makes some that are none; test_query has those
        count -= 1
        of_a_day = chance.random() < 0.2
        yield (
            query,
            Request(
                condition=condition,
                at=moment(generator.day()) if of_a_day else None,
                kinds=(chance.choice(("listing", "vendor")) if of_a_day else chance.choice(KINDS),)
                if chance.random() < 0.4
                else (),
                sort=Sort(chance.choice(SORTABLE), chance.random() < 0.5),
                facets=tuple(chance.sample(FACETS, 2)),
                facet_size=chance.choice((2, 50)),
                statistics=(chance.choice(NUMBERS),),
                histograms=(Histogram(chance.choice(DATES), generator.interval()),),
                limit=40,
                offset=chance.choice((0, 0, 25)),
            ),
        )


def test_the_same_documents_counts_and_order(stores: Stores, generator: Generator) -> None:
    embedded, cluster = stores
    sizes, asked = [], Counter[str]()
    for query, request in requests(generator, QUERIES):
        ours, theirs = embedded.search(request), cluster.search(request)
        assert ours.total == theirs.total, query
        assert ours.facets == theirs.facets, query
        assert ours.histograms == theirs.histograms, query
        for name in request.statistics:
            assert_alike(ours.statistics[name], theirs.statistics[name])
        assert [hit.document.key for hit in ours.hits] == [hit.document.key for hit in theirs.hits], query
        sizes.append(ours.total)
        asked.update(type(one).__name__ for one in leaves(request.condition))
    assert sum(0 < size < DOCUMENTS for size in sizes) > QUERIES * 0.6, "most queries tell documents apart"
    kinds = (
        Word,
        Phrase,
        WordPrefix,
        WordPattern,
        WordFuzzy,
        Value,
        ValuePrefix,
        ValuePattern,
        ValueFuzzy,
        Between,
        Has,
    )
    assert {kind.__name__: asked[kind.__name__] >= 10 for kind in kinds} == {kind.__name__: True for kind in kinds}


def assert_alike(ours: Statistics, theirs: Statistics) -> None:
    """Equal but for the last digits of the mean, and for quartiles, which Elasticsearch estimates."""
    assert (ours.count, ours.minimum, ours.maximum) == (theirs.count, theirs.minimum, theirs.maximum)
    for name in ("mean", "lower_quartile", "median", "upper_quartile"):
        our, their = getattr(ours, name), getattr(theirs, name)
        assert (our is None) == (their is None)
        if our is not None and ours.maximum is not None and ours.minimum is not None:
            # Between few values an estimate may lie anywhere.
            tolerance = 1e-9 * abs(our) if name == "mean" else 5.0 if ours.count > 100 else ours.maximum - ours.minimum
            assert math.isclose(our, their, rel_tol=0, abs_tol=tolerance + 1e-12), name


def leaves(condition: Condition) -> Iterator[Condition]:
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                yield from leaves(part)
        case Not(part):
            yield from leaves(part)
        case _:
            yield condition


def test_relevance_finds_the_same_and_puts_who_is_named_first(stores: Stores, generator: Generator) -> None:
    for vendor in generator.vendors[:20]:
        query = parse(f'"{vendor}"', CLOCK)
        found = []
        for store in stores:
            results = store.search(Request(condition=query.condition, names=query.names, limit=5000))
            named = [vendor.casefold() in hit.document.keywords.get("vendor", []) for hit in results.hits]
            whole = [
                is_named + (is_named and hit.document.kind == "vendor")
                for is_named, hit in zip(named, results.hits, strict=True)
            ]
            assert whole == sorted(whole, reverse=True), vendor
            found.append({hit.document.key for hit in results.hits})
        assert found[0] == found[1], vendor


def test_the_same_values_are_listed(stores: Stores, generator: Generator) -> None:
    embedded, cluster = stores
    for name in FACETS:
        for prefix in ("", "a", "c", "me", 'say "', "a*", "U"):
            condition = parse(generator.query(1), CLOCK).condition if prefix == "a" else parse("*", CLOCK).condition
            ours = embedded.values(name, prefix, condition=condition, size=7)
            assert ours == cluster.values(name, prefix, condition=condition, size=7), (name, prefix)


def test_the_same_words_are_counted(stores: Stores) -> None:
    embedded, cluster = stores
    tokens = ["g", "10g", "x", "cafe", "nothinglikeit", "2cb"]
    for name in ("title", "text", "name"):
        assert embedded.frequencies(name, tokens) == cluster.frequencies(name, tokens)


def test_the_same_documents_come_back(stores: Stores) -> None:
    embedded, cluster = stores
    for kind in sorted(set(KINDS)):
        compared = 0
        for ours, theirs in zip(embedded.scan(kind), cluster.scan(kind), strict=True):
            assert ours == theirs
            compared += 1
        assert compared > DOCUMENTS / 20


def test_every_type_of_field_is_asked_for() -> None:
    generator = Generator(20)
    asked = " ".join(generator.query() for _ in range(QUERIES))
    types = {field.type for name, field in FIELDS.items() if f"{name}:" in asked}
    assert types == {"keyword", "number", "date", "period", "text"}
