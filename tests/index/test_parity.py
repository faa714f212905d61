"""Both stores give the same answers to the same questions, over generated documents and generated queries."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from index.documents import Kind
from index.elasticsearch_store import ElasticsearchStore
from index.fields import FIELDS
from index.query import parse
from index.search import Request, Sort, sort_of
from index.sqlite_store import SqliteStore
from nightpost.clock import FixedClock
from nightpost.settings import ElasticsearchSettings
from tests.index.example import document, moment

DOCUMENTS = 1500
QUERIES = 300
CLOCK = FixedClock(moment("2020-03-01"))
PREFIX = "test-parity"

WORDS = [
    *(
        "mdma",
        "2c-b",
        "5-MeO-DMT",
        "blue",
        "dolphin",
        "pure",
        "84%",
        "caf\u00e9",
        "Stra\u00dfe",
        "don't",
        "x",
        "3,5",
        "g",
    ),
    *("\u5927\u9ebb", "dr_green", "alice@x.org"),
]
VENDORS = ["Dr_Green", "alice", "bob the 2nd", "al", "\u00c4rzte"]
SUBSTANCES = ["mdma", "cocaine", "2c-b", "cannabis"]
COUNTRIES = ["DE", "NL", "US", "GB", "WW"]
SORTS = ["price", "-price", "grams", "-first_seen", "last_seen", "stock"]
FACETS = ("kind", "vendor", "substance", "ships_to", "market")


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory, elasticsearch_url: str) -> Iterator[tuple[Any, Any]]:
    chance = random.Random(20)
    documents = [_document(chance, number) for number in range(DOCUMENTS)]
    file: Path = tmp_path_factory.mktemp("parity") / "index.sqlite"
    settings = ElasticsearchSettings(prefix=PREFIX)
    with Elasticsearch(elasticsearch_url) as client:
        client.indices.delete(index=f"{PREFIX}-*")
        with SqliteStore(file) as embedded, ElasticsearchStore(elasticsearch_url, settings) as cluster:
            for store in (embedded, cluster):
                assert store.write(documents) == []
                store.refresh()
            yield embedded, cluster
        client.indices.delete(index=f"{PREFIX}-*")


def test_the_same_documents_facets_and_order(stores: tuple[Any, Any]) -> None:
    embedded, cluster = stores
    chance = random.Random(21)
    sizes = []
    for _ in range(QUERIES):
        query = _query(chance, 3)
        request = Request(
            condition=parse(query, CLOCK).condition,
            sort=sort_of(chance.choice(SORTS)),
            facets=(chance.choice(FACETS),),
            facet_size=chance.choice([2, 50]),
            limit=40,
            offset=chance.choice([0, 0, 25]),
        )
        ours, theirs = embedded.search(request), cluster.search(request)
        assert ours.total == theirs.total, query
        assert ours.facets == theirs.facets, query
        assert [hit.document.key for hit in ours.hits] == [hit.document.key for hit in theirs.hits], query
        sizes.append(ours.total)
    assert sum(0 < size < DOCUMENTS for size in sizes) > QUERIES / 2, "most queries tell documents apart"


def test_the_same_documents_come_back(stores: tuple[Any, Any]) -> None:
    embedded, cluster = stores
    for kind in ("listing", "vendor", "review"):
        ours, theirs = list(embedded.scan(kind)), list(cluster.scan(kind))
        assert ours == theirs
        assert len(ours) > 100


def test_relevance_finds_the_same_and_puts_names_first(stores: tuple[Any, Any]) -> None:
    for store in stores:
        results = store.search(Request(condition=parse("dr_green", CLOCK).condition, sort=Sort(), limit=2000))
        named = ["dr green" in hit.document.body["name"] for hit in results.hits]
        assert True in named
        assert named == sorted(named, reverse=True), "every document named so comes before every one that says so"


def _document(chance: random.Random, number: int) -> Any:
    kinds: list[Kind] = ["listing", "listing", "vendor", "review"]
    kind = chance.choice(kinds)
    vendor = chance.choice(VENDORS)
    name = vendor if kind == "vendor" else ""
    made = document(
        kind,
        f"{chance.choice('mn')}/{number:04d}",
        title=" ".join(chance.choices(WORDS, k=chance.randint(0, 4))) if kind == "listing" else "",
        text=" ".join(chance.choices(WORDS, k=chance.randint(0, 12))),
        name=name,
        numbers={
            field: round(chance.uniform(0, 100), chance.choice([0, 2]))
            for field in ("price", "grams", "stock")
            if chance.random() < 0.6
        },
        dates={
            "first_seen": f"2019-0{chance.randint(1, 9)}-{chance.randint(10, 28)}T{chance.randint(10, 23)}:00:00.123",
            "last_seen": f"2020-0{chance.randint(1, 3)}-{chance.randint(10, 28)}",
        },
        vendor=vendor,
        market=chance.choice(["empire", "white-house"]),
        substance=chance.sample(SUBSTANCES, chance.randint(0, 2)),
        ships_to=chance.sample(COUNTRIES, chance.randint(0, 3)),
    )
    body = {**made.body, "name": made.words["name"]}
    return made.model_copy(update={"body": body})


def _query(chance: random.Random, depth: int) -> str:
    if depth and chance.random() < 0.55:
        parts = [_query(chance, depth - 1) for _ in range(chance.randint(2, 3))]
        joined = f" {chance.choice(['AND', 'OR', 'AND', ''])} ".join(parts)
        return f"({joined})" if chance.random() < 0.8 else f"NOT ({joined})"
    low, high = sorted((chance.randint(0, 100), chance.randint(0, 100)))
    opening, closing = chance.choice("[{"), chance.choice("]}")
    word = chance.choice(WORDS)
    return chance.choice(
        [
            f'"{word}"',
            f'"{word} {chance.choice(WORDS)}"',
            f'{chance.choice(["title", "text", "name"])}:"{word}"',
            f"{chance.choice(['dol', 'blu', 'ca', '5-meo', 'st', 'dr', 'al'])}*",
            f'vendor:"{chance.choice(VENDORS)}"',
            f"vendor:{chance.choice(['al', 'dr', 'bo'])}*",
            f"substance:({' '.join(chance.sample(SUBSTANCES, 2))})",
            f"ships_to:{chance.choice([*COUNTRIES, 'benelux', 'germany'])}",
            f"kind:{chance.choice(['listing', 'vendor'])}",
            f"market:{chance.choice(['empire', 'White_House'])}",
            f"price:{opening}{low} TO {high}{closing}",
            f"grams:>{low}",
            f"first_seen:{opening}2019-0{chance.randint(1, 4)} TO 2019-0{chance.randint(5, 9)}{closing}",
            f"seen:2020-0{chance.randint(1, 3)}",
            f"last_seen:<2020-02-{chance.randint(10, 28)}",
            f"has:{chance.choice(['price', 'substance', 'title', 'name', 'seen', 'pgp'])}",
            "*",
        ]
    )


def test_every_type_of_field_is_asked_for() -> None:
    chance = random.Random(21)
    asked = " ".join(_query(chance, 3) for _ in range(QUERIES))
    types = {field.type for name, field in FIELDS.items() if f"{name}:" in asked}
    assert types == {"keyword", "number", "date", "period", "text"}
