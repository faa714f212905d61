"""More like this one: the listings or vendors whose texts share the telling words of one.

A word is telling when the text says it often and few others say it at all, as in Lucene's MoreLikeThis
(https://lucene.apache.org/core/9_0_0/queries/org/apache/lucene/queries/mlt/MoreLikeThis.html): its weight is how often
it occurs times the logarithm of how many documents there are to one that holds it.
"""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from index.analysis import compounds, without_armour
from index.conditions import And, Condition, Not, Or, Value, Word
from index.documents import Document, Kind
from index.errors import QueryError
from index.fields import normal_values
from index.written_texts import written_texts

__all__ = ["Frequencies", "similar"]

MOST_WORDS = 25
# Of a long text the commonest words are looked up; a word that it says once among thousands tells little of it.
_MOST_ASKED = 500

# A title says in a few words what a description repeats in many; a handle may return on another market.
_WEIGHTS = {"name": 3, "title": 3, "text": 1}

_HANDLE = "vendor"

_Weighed = tuple[float, str, str]


class Frequencies(Protocol):
    """What is asked of a store; see `index.store.Store`."""

    def frequencies(self, field: str, tokens: Sequence[str]) -> tuple[dict[str, int], int]:
        """In how many documents a text field holds each token, and how many documents there are."""
        ...

    def get(self, kind: Kind, id: str) -> Document | None:  # noqa: A002
        """The document of that name, if it is there."""
        ...


def similar(store: Frequencies, document: Document, *, most: int = MOST_WORDS) -> Condition:
    """What finds documents of the same kind that are like a listing or vendor, ranked by relevance; not itself.

    Args:
        store: which knows how frequent words are.
        document: as the store gives it.
        most: how many words are sought.

    Raises:
        QueryError: it is neither listing nor vendor, or has no word that another document has too.
    """
    itself = _itself(document)
    # What only the document itself says finds nothing.
    least = 1 if store.get(document.kind, document.id) is None else 2
    weighed: list[_Weighed] = []
    for field, counts in _words(document).items():
        frequencies, total = store.frequencies(field, list(counts))
        for token, count in counts.items():
            if least <= frequencies.get(token, 0) <= total / 2:
                rarity = math.log(total / frequencies[token])
                weighed.append((_WEIGHTS[field] * count * rarity, field, token))
    if not weighed:
        raise QueryError(f"the texts of {document.kind}:{document.id} have no word by which others could be found", 0)
    weighed.sort(key=lambda one: (-one[0], *one[1:]))
    words = tuple(Word((field,), token) for _, field, token in weighed[:most])
    return And((Or(words), Value("kind", (document.kind,)), Not(itself)))


def _itself(document: Document) -> Condition:
    """What finds this document alone among those of its kind."""
    identifying: dict[Kind, dict[str, object]] = {
        "listing": {"market": document.body.get("market"), "listing": document.body.get("listing_id")},
        "vendor": {"account": document.id},
    }
    if document.kind not in identifying:
        raise QueryError(f"only listings and vendors have others like them, not {document.kind}:{document.id}", 0)
    values = {name: normal_values(name, [str(value)]) for name, value in identifying[document.kind].items()}
    return And(tuple(Value(name, tuple(value)) for name, value in values.items()))


def _words(document: Document) -> dict[str, Counter[str]]:
    """How often each text field says each of its words; the parts of a compound and the whole of it."""
    counts: dict[str, Counter[str]] = {}
    for written in written_texts(document):
        if written.path == _HANDLE:  # the same offer is looked for, whoever makes it
            continue
        counter = counts.setdefault(written.field, Counter())
        for word in compounds(without_armour(written.text)):
            counter.update(word.parts)
            if len(word.parts) > 1:
                counter[word.glued] += 1
    return {field: Counter(dict(counter.most_common(_MOST_ASKED))) for field, counter in counts.items()}
