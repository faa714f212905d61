"""When a query finds nothing: the values and words near those that it asks for and that no document has."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz.distance import OSA

from index.analysis import compounds
from index.completion import Values, written
from index.conditions import And, Condition, Or, Value, ValueFuzzy, Word, WordFuzzy
from index.highlight import marks
from index.search import Request, Results
from index.terms import usual_edits
from index.written_texts import written_texts

__all__ = ["Suggestion", "suggest"]

# What bounds the work: so many values and words of a query are looked at, so many values of a field compared with one,
# and so many documents read for the words that they have.
_MOST_SOUGHT = 10
_MOST_READ = 50
_MOST_NEAR = 100
_MOST_FREQUENT = 1000
_SHORTEST = 3


class Searched(Values, Protocol):
    """What is asked of a store; see `index.store.Store`."""

    def search(self, request: Request) -> Results:
        """What fits a condition."""
        ...


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a query may have meant.

    Attributes:
        field: an exact field; None for a word of a text.
        value: what is sought in it, and found nowhere.
        nearest: a value or word like it.
        count: in how many documents that is.
    """

    field: str | None
    value: str
    nearest: str
    count: int

    @property
    def text(self) -> str:
        """As it is written in a query: ``substance:cocaine``."""
        return (f"{self.field}:" if self.field else "") + written(self.nearest)


def suggest(store: Searched, condition: Condition, *, most: int = 3) -> list[Suggestion]:
    """What a query may have meant, for each of its values and words that no document has, the nearest first.

    Args:
        store: whose values and words are compared.
        condition: of a query that found nothing; what it denies is not looked at.
        most: so many for each value or word at most.
    """
    sought = list(dict.fromkeys(_sought(condition)))[:_MOST_SOUGHT]
    suggestions: list[Suggestion] = []
    for one in sought:
        if store.search(Request(condition=one, limit=0)).total:
            continue
        match one:
            case Value(field, (value,)):
                near = _near(store, field, value)[:most]
                suggestions += [Suggestion(field, value, nearest, count) for nearest, count in near]
            case Word(fields, token):
                near = _near_words(store, fields, token)[:most]
                suggestions += [Suggestion(None, token, nearest, count) for nearest, count in near]
    return suggestions


def _sought(condition: Condition) -> Iterator[Value | Word]:
    match condition:
        case Value(_, (_,)) | Word():  # a value that stands for several is a region, and known
            yield condition
        case And(parts) | Or(parts):
            for part in parts:
                yield from _sought(part)
        case _:
            return


def _near_words(store: Searched, fields: Sequence[str], token: str) -> list[tuple[str, int]]:
    """Words of texts that few edits make of one, as they are found in the documents that have them."""
    if len(token) < _SHORTEST:
        return []
    edits = usual_edits(token)
    fuzzy = WordFuzzy(tuple(fields), token, edits)
    found: Counter[str] = Counter()
    for hit in store.search(Request(condition=fuzzy, limit=_MOST_READ)).hits:
        for text in written_texts(hit.document):
            places = marks(text.text, fuzzy, text.field)
            found.update({word.glued for mark in places for word in compounds(text.text[mark.start : mark.end])})
    near = [other for other in found if OSA.distance(other, token, score_cutoff=edits) <= edits]
    near.sort(key=lambda other: (OSA.distance(other, token), -found[other], other))
    return [
        (other, store.search(Request(condition=Word(tuple(fields), other), limit=0)).total)
        for other in near[:_MOST_SOUGHT]
    ]


def _near(store: Searched, field: str, value: str) -> list[tuple[str, int]]:
    """The values of a field that few edits make of one; else those that begin so."""
    if len(value) < _SHORTEST:
        return []
    edits = usual_edits(value)
    all_found = Request().asked()
    # Any value that begins with the same letter, and the more frequent ones that do not.
    fuzzy = And((ValueFuzzy(field, value, edits), all_found))
    known = dict(store.values(field, condition=all_found, size=_MOST_FREQUENT))
    known |= dict(store.values(field, value[0], condition=fuzzy, size=_MOST_NEAR))
    distances = {other: OSA.distance(other, value, score_cutoff=edits) for other in known}
    near = [other for other, distance in distances.items() if distance <= edits]
    near.sort(key=lambda other: (distances[other], -known[other], other))
    if near:
        return [(other, known[other]) for other in near]
    return store.values(field, value, condition=all_found, size=_MOST_NEAR)
