"""Elasticsearch as an expert writes to it and asks it by hand: what its store is measured against."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk

from benchmarks.search_questions import Question
from index.documents import Document
from index.fields import DATES, KEYWORDS, NUMBERS, TEXT_WEIGHTS
from index.names import NAME_FIELDS, NAME_SCORE
from index.values import milliseconds

__all__ = ["RawElasticsearch", "RawElasticsearchQueries"]

_CHUNK = 500
_TIES: list[dict[str, Any]] = [{"kind": "asc"}, {"id": "asc"}]


class RawElasticsearch:
    """An index of the same fields, filled by the client's own `bulk`."""

    def __init__(self, url: str, index: str) -> None:
        self._client = Elasticsearch(url, request_timeout=60)
        self._index = index
        properties: dict[str, Any] = {
            "id": {"type": "keyword"},
            "body": {"type": "object", "enabled": False},
            "state": {"type": "object", "enabled": False},
            **{name: {"type": "keyword"} for name in KEYWORDS},
            **{name: {"type": "double"} for name in NUMBERS},
            **{name: {"type": "date", "format": "epoch_millis"} for name in DATES},
            **{name: {"type": "text", "analyzer": "whitespace"} for name in ("name", "title", "text")},
        }
        self._client.indices.create(
            index=index,
            settings={"number_of_shards": 1, "number_of_replicas": 0},
            mappings={"dynamic": False, "_source": {"excludes": ["name", "title", "text"]}, "properties": properties},
        )

    def write(self, documents: Sequence[Document], position: int) -> None:
        """Put documents, then the cursor."""
        bulk(self._client, self._actions(documents), chunk_size=_CHUNK)
        self._client.index(index=f"{self._index}-cursor", id="generated", document={"position": position})

    def _actions(self, documents: Sequence[Document]) -> Iterator[dict[str, Any]]:
        for one in documents:
            yield {
                "_index": self._index,
                "_id": f"{one.kind}:{one.id}",
                "kind": one.kind,
                "id": one.id,
                "body": one.body,
                "state": one.state,
                **{name: text for name, text in one.words.items() if text},
                **one.keywords,
                **one.numbers,
                **{name: [milliseconds(moment) for moment in moments] for name, moments in one.dates.items()},
            }

    def size(self) -> int:
        """Bytes on disk."""
        return index_size(self._client, self._index)

    def close(self) -> None:
        """Remove the index, and close the connections."""
        self._client.indices.delete(index=[self._index, f"{self._index}-cursor"], ignore_unavailable=True)
        self._client.close()


class RawElasticsearchQueries:
    """Each shape of question as a request written for it, to the store's own index."""

    def __init__(self, url: str, index: str) -> None:
        self._client = Elasticsearch(url, request_timeout=60)
        self._index = index

    def ask(self, question: Question) -> tuple[int, list[str], dict[str, list[tuple[str, int]]]]:
        """How many there are, the ids of one page, and the facets; the bodies are read as well."""
        order: list[dict[str, Any]] = []
        if question.sort != "relevance":
            direction = "desc" if question.sort.startswith("-") else "asc"
            order = [{question.sort.removeprefix("-"): {"order": direction, "missing": "_last"}}]
        elif "filter" not in _query(question):
            order = [{"_score": "desc"}]
        answer = self._client.search(
            index=self._index,
            query={"bool": _query(question)},
            sort=[*order, *_TIES],
            size=20,
            from_=question.offset,
            track_total_hits=True,
            aggregations={name: {"terms": {"field": name, "size": 20}} for name in question.facets},
        )
        ids = [str(hit["_source"]["id"]) for hit in answer["hits"]["hits"]]
        facets = {
            name: [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in found["buckets"]]
            for name, found in answer.get("aggregations", {}).items()
        }
        return int(answer["hits"]["total"]["value"]), ids, facets

    def size(self) -> int:
        """Bytes on disk."""
        return index_size(self._client, self._index)

    def remove(self, *indices: str) -> None:
        """Remove indices."""
        self._client.indices.delete(index=[*indices], ignore_unavailable=True)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


_NO_VERSION = {"term": {"kind": "version"}}


def _query(question: Question) -> dict[str, Any]:
    """What goes into ``bool``: a filter alone where nothing counts for the score."""
    words = question.words
    match question.shape:
        case "one frequent word" | "two words" | "two words, five facets":
            must = [_word(word) for word in words]
        case "phrase":
            phrase = " ".join(words)
            must = [
                _any(
                    {"match_phrase": {name: {"query": phrase, "boost": boost}}} for name, boost in TEXT_WEIGHTS.items()
                )
            ]
        case "prefix":
            must = [
                _any({"prefix": {name: {"value": words[0], "boost": boost}}} for name, boost in TEXT_WEIGHTS.items())
            ]
        case "groups and NOT":
            must = [_any([_word(words[0]), _word(words[1])]), _any([_word(words[2]), _word(words[3])])]
            return {"must": must, "should": _named(question), "must_not": [_word(words[4]), _NO_VERSION]}
        case _:
            return {"filter": _filters(question), "must_not": [_NO_VERSION]}
    return {"must": must, "should": _named(question), "must_not": [_NO_VERSION]}


def _named(question: Question) -> list[dict[str, Any]]:
    """Documents whose handle, address, contact or key is one of the words come first."""
    if not question.names:
        return []
    names = [{"terms": {name: list(question.names)}} for name in NAME_FIELDS]
    vendor = {"term": {"kind": "vendor"}}
    return [
        {"constant_score": {"filter": {"bool": {"should": names}}, "boost": NAME_SCORE}},
        {
            "constant_score": {
                "filter": {"bool": {"filter": [{"bool": {"should": names}}, vendor]}},
                "boost": NAME_SCORE,
            }
        },
    ]


def _filters(question: Question) -> list[dict[str, Any]]:
    words = question.words
    match question.shape:
        case "two filters by price":
            return [{"term": {"substance": words[0]}}, {"term": {"ships_from": words[1]}}]
        case "two ranges, newest first":
            low, high, first = question.bounds
            return [{"range": {"price": {"gte": low, "lte": high}}}, {"range": {"first_seen": {"gte": int(first)}}}]
        case _:
            return [{"term": {words[0]: words[1]}}]


def _any(clauses: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}}


def _word(word: str) -> dict[str, Any]:
    fields = [f"{name}^{boost}" for name, boost in TEXT_WEIGHTS.items()]
    return {"multi_match": {"query": word, "fields": fields, "type": "most_fields"}}


def index_size(client: Elasticsearch, index: str) -> int:
    """Bytes that an index takes on disk, once everything is there."""
    client.indices.flush(index=index, wait_if_ongoing=True)
    return int(client.indices.stats(index=index, metric="store")["_all"]["primaries"]["store"]["size_in_bytes"])
