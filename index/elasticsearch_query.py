"""Compiles conditions to Elasticsearch's query DSL.

Words are `term` queries, as they were analysed already; nothing uses a query string or an analyzer that could read a
token as an operator.
"""

from typing import Any

from index.conditions import (
    And,
    AnyWord,
    Between,
    Condition,
    Everything,
    Exact,
    Has,
    Not,
    Or,
    Phrase,
    Text,
    Value,
    ValueFuzzy,
    ValuePattern,
    ValuePrefix,
    Word,
    WordFuzzy,
    WordPattern,
    WordPrefix,
    sought_words,
)
from index.fields import FIELDS, TEXT_WEIGHTS

Clause = dict[str, Any]


def compile_condition(condition: Condition) -> Clause:
    """The condition as a query; words count for the score, everything else does not."""
    match condition:
        case Everything():
            return _unscored({"match_all": {}})
        case Word() | Phrase() | WordPrefix():
            return _any([_text(condition, field) for field in condition.fields])
        case WordFuzzy(fields, token, distance):
            # The word itself counts as any word does, so that it comes before what is only like it.
            exact = [_text(Word(fields, token), field) for field in fields]
            return _any([*exact, *(_unscored(_fuzzy(field, token, distance)) for field in fields)])
        case WordPattern(fields, pattern):
            return _unscored(_any([_wildcard(field, pattern) for field in fields]))
        case AnyWord(fields, tokens):
            return _unscored(_any([{"terms": {field: list(tokens)}} for field in fields]))
        case And(parts):
            return {"bool": _all(parts)}
        case Or(parts):
            return _any([compile_condition(part) for part in parts])
        case Not(part):
            return _unscored({"bool": {"must_not": [compile_condition(part)]}})
        case _:
            return _unscored(_exact(condition))


def _all(parts: tuple[Condition, ...]) -> Clause:
    clauses: dict[str, list[Clause]] = {"must": [], "filter": [], "must_not": []}
    for part in parts:
        if isinstance(part, Not):
            clauses["must_not"].append(compile_condition(part.part))
        else:
            clauses["must" if sought_words(part) else "filter"].append(compile_condition(part))
    return {name: queries for name, queries in clauses.items() if queries}


def _any(clauses: list[Clause]) -> Clause:
    if len(clauses) == 1:
        return clauses[0]
    return {"bool": {"should": clauses, "minimum_should_match": 1}}


def _unscored(clause: Clause) -> Clause:
    return {"constant_score": {"filter": clause, "boost": 0}}


def _text(text: Text, field: str) -> Clause:
    boost = TEXT_WEIGHTS[field]
    match text:
        case Word(_, token):
            return {"term": {field: {"value": token, "boost": boost}}}
        case Phrase(_, tokens):
            return {"match_phrase": {field: {"query": " ".join(tokens), "boost": boost}}}
        case WordPrefix(_, prefix):
            return {"prefix": {field: {"value": prefix, "boost": boost}}}


def _fuzzy(field: str, text: str, distance: int) -> Clause:
    """Every term so near; with this rewrite there is no limit to their number, as there is with others."""
    near = {"value": text, "fuzziness": distance, "prefix_length": 1, "rewrite": "constant_score"}
    return {"fuzzy": {field: near}}


def _wildcard(field: str, pattern: str) -> Clause:
    return {"wildcard": {field: {"value": pattern}}}


def _exact(condition: Exact | ValuePattern | ValueFuzzy) -> Clause:
    match condition:
        case ValuePattern(field, pattern):
            return _wildcard(field, pattern)
        case ValueFuzzy(field, value, distance):
            return _fuzzy(field, value, distance)
        case Value(field, values):
            return {"terms": {field: list(values)}}
        case ValuePrefix(field, prefix):
            return {"prefix": {field: {"value": prefix}}}
        case Has(field):
            return {"exists": {"field": field}}
        case Between(field, low, high, with_low, with_high):
            bounds: Clause = {}
            if low is not None:
                bounds["gte" if with_low else "gt"] = low
            if high is not None:
                bounds["lte" if with_high else "lt"] = high
            if not bounds:
                return {"exists": {"field": field}}
            if FIELDS[field].type == "date":
                bounds["format"] = "epoch_millis"
            return {"range": {field: bounds}}
