"""A search as Elasticsearch takes it, and its answer as ours."""

import re
from typing import Any

from index.conditions import Condition, Value
from index.documents import Document
from index.elasticsearch_query import Clause, compile_condition
from index.fields import DATES, KEYWORDS, NUMBERS
from index.names import NAME_SCORE, name_values
from index.search import Histogram, Hit, Request, Results, Statistics
from index.values import from_milliseconds

_QUARTILES = [25, 50, 75]

# The signs that Lucene's regular expressions give a meaning (its class RegExp, all flags).
_REGEX_SIGNS = re.compile(r'[.?+*|{}\[\]()"\\#@&<>~^-]')


def search_body(request: Request) -> dict[str, Any]:
    """The arguments of a search."""
    if request.sort.field is None:
        order: Clause = {"_score": "desc"}
    else:
        direction = "desc" if request.sort.descending else "asc"
        order = {request.sort.field: {"order": direction, "mode": "min", "missing": "_last"}}
    by_relevance = request.sort.field is None
    return {
        "query": _query(request, scored=by_relevance),
        "sort": [order, {"kind": "asc"}, {"id": "asc"}],
        "track_scores": by_relevance,
        "track_total_hits": True,
        "size": request.limit,
        "from_": request.offset,
        "aggregations": {
            **{f"facet {name}": _terms(name, request.facet_size) for name in request.facets},
            **{f"stats {name}": {"stats": {"field": name}} for name in request.statistics},
            **{
                f"quartiles {name}": {"percentiles": {"field": name, "percents": _QUARTILES}}
                for name in request.statistics
            },
            **{f"histogram {one.name}": _date_histogram(one) for one in request.histograms},
        },
    }


def values_body(field: str, prefix: str, condition: Condition, size: int) -> dict[str, Any]:
    """The arguments of a search for the values of a field that begin so."""
    terms = _terms(field, size)
    if prefix:
        terms["terms"]["include"] = _REGEX_SIGNS.sub(r"\\\g<0>", prefix) + ".*"
    return {"query": compile_condition(condition), "size": 0, "aggregations": {field: terms}}


def results_of(request: Request, answer: dict[str, Any]) -> Results:
    """What Elasticsearch answered to the request."""
    found = answer.get("aggregations", {})
    return Results(
        [Hit(document_of(hit["_source"]), float(hit["_score"] or 0)) for hit in answer["hits"]["hits"]],
        int(answer["hits"]["total"]["value"]),
        {name: counts_of(found[f"facet {name}"]) for name in request.facets},
        {name: _statistics(found[f"stats {name}"], found[f"quartiles {name}"]) for name in request.statistics},
        {
            one.name: [
                (from_milliseconds(bucket["key"]), int(bucket["doc_count"]))
                for bucket in found[f"histogram {one.name}"]["buckets"]
            ]
            for one in request.histograms
        },
    )


def counts_of(terms: dict[str, Any]) -> list[tuple[str, int]]:
    """The buckets of a terms aggregation."""
    return [(str(bucket["key"]), int(bucket["doc_count"])) for bucket in terms["buckets"]]


def document_of(source: dict[str, Any]) -> Document:
    """The document that was stored; it was valid then, and is not validated again."""
    return Document.model_construct(
        kind=source["kind"],
        id=source["id"],
        body=source["body"],
        state=source["state"],
        words={},
        keywords={name: source[name] for name in KEYWORDS if name in source and name != "kind"},
        numbers={name: source[name] for name in NUMBERS if name in source},
        dates={name: [from_milliseconds(one) for one in source[name]] for name in DATES if name in source},
    )


def _query(request: Request, *, scored: bool) -> Clause:
    query = compile_condition(request.asked())
    named = name_values(request.names) if scored else {}
    if not named:
        return query if scored else {"bool": {"filter": [query]}}
    whole = {"bool": {"should": [compile_condition(Value(field, values)) for field, values in named.items()]}}
    first = [
        {"constant_score": {"filter": whole, "boost": NAME_SCORE}},
        {
            "constant_score": {
                "filter": {"bool": {"filter": [whole, {"term": {"kind": "vendor"}}]}},
                "boost": NAME_SCORE,
            }
        },
    ]
    return {"bool": {"must": [query], "should": first}}


def _terms(field: str, size: int) -> Clause:
    return {"terms": {"field": field, "size": size}}


def _date_histogram(histogram: Histogram) -> Clause:
    return {
        "date_histogram": {
            "field": histogram.field,
            "calendar_interval": histogram.interval,
            "min_doc_count": 1,
        }
    }


def _statistics(stats: dict[str, Any], percentiles: dict[str, Any]) -> Statistics:
    if not stats["count"]:
        return Statistics(0)
    lower, median, upper = (percentiles["values"][f"{percent:.1f}"] for percent in _QUARTILES)
    return Statistics(int(stats["count"]), stats["min"], lower, median, upper, stats["max"], stats["avg"])
