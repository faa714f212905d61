"""The questions that the search benchmark asks: ten shapes, with values that vary, made from what the stores hold."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from index.analysis import BARRIER
from index.documents import Document
from index.query import parse
from index.values import milliseconds
from nightpost.clock import SystemClock

__all__ = ["SHAPES", "Question", "questions_about"]

FACETS = ("substance", "class", "ships_from", "market", "vendor")
_FREQUENT_WORDS = 100
_SHORTEST_WORD = 3
_PREFIX_LETTERS = 4
_DEEP = 2_000
_DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        shape: which of `SHAPES`.
        query: in our query language.
        names: the words of it that may be somebody's handle, which puts those documents first.
        words: what the raw query needs, in the order of the query: tokens, a prefix, or values.
        bounds: the ends of the ranges that the query has.
        sort: as `index.store.sort_of` reads it.
        facets: fields to count.
        offset: how many hits to skip.
    """

    shape: str
    query: str
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    bounds: tuple[float, ...] = ()
    sort: str = "relevance"
    facets: tuple[str, ...] = ()
    offset: int = 0


@dataclass(slots=True)
class _Sample:
    """Documents to take values from, and a chance to take them by."""

    documents: Sequence[Document]
    chance: random.Random
    frequent: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        counts = Counter(word for one in self.documents for word in self.words_of(one))
        self.frequent = [word for word, _ in counts.most_common(_FREQUENT_WORDS)]

    @staticmethod
    def words_of(document: Document) -> list[str]:
        """The words of its title that may be asked for as they are: letters, not the language's own operators."""
        words = document.words.get("title", "").split(BARRIER)[0].split()
        return [
            word
            for word in words
            if len(word) >= _SHORTEST_WORD and word.isascii() and word.isalpha() and word not in {"and", "not"}
        ]

    def document(self, fits: Callable[[Document], object]) -> Document:
        while True:
            one = self.chance.choice(self.documents)
            if fits(one):
                return one

    def pair(self) -> tuple[str, str]:
        """Two words that follow each other in a title."""
        while True:
            words = self.document(lambda _: True).words["title"].split(BARRIER)[0].split()
            pairs = [
                (first, second)
                for first, second in pairwise(words)
                if first.isalpha() and second.isalpha() and (first + second).isascii() and first != second
                and not {"and", "or", "not"} & {first, second}
            ]  # fmt: skip
            if pairs:
                return self.chance.choice(pairs)


def _one_word(sample: _Sample) -> Question:
    word = sample.chance.choice(sample.frequent)
    return Question("one frequent word", word, words=(word,))


def _two_words(sample: _Sample) -> Question:
    words = sample.pair()
    return Question("two words", " ".join(words), words=words)


def _phrase(sample: _Sample) -> Question:
    words = sample.pair()
    return Question("phrase", f'"{" ".join(words)}"', words=words)


def _prefix(sample: _Sample) -> Question:
    def long_words(document: Document) -> list[str]:
        return [word for word in sample.words_of(document) if len(word) > _PREFIX_LETTERS + 1]

    prefix = sample.chance.choice(long_words(sample.document(long_words)))[:_PREFIX_LETTERS]
    return Question("prefix", f"{prefix}*", words=(prefix,))


def _exact(sample: _Sample) -> Question:
    if sample.chance.random() < 0.5:
        vendor = sample.document(lambda _: True).keywords["vendor"][0]
        return Question("rare exact value", f'vendor:"{vendor}"', words=("vendor", vendor))
    address = sample.document(lambda one: "address" in one.keywords).keywords["address"][0]
    return Question("rare exact value", f"address:{address}", words=("address", address))


def _filters_by_price(sample: _Sample) -> Question:
    one = sample.document(lambda one: "substance" in one.keywords)
    substance, country = one.keywords["substance"][0], one.keywords["ships_from"][0]
    query = f'substance:"{substance}" ships_from:{country}'
    return Question("two filters by price", query, words=(substance, country), sort="price")


def _ranges_newest_first(sample: _Sample) -> Question:
    one = sample.document(lambda one: "price" in one.numbers)
    price, moment = one.numbers["price"][0], one.dates["first_seen"][0]
    first = milliseconds(moment) // _DAY * _DAY
    low, high = round(price * 0.8, 2), round(price * 1.25, 2)
    day = moment.strftime("%Y-%m-%d")
    return Question(
        "two ranges, newest first",
        f"price:[{low} TO {high}] first_seen:>={day}",
        bounds=(low, high, first),
        sort="-first_seen",
    )


def _words_with_facets(sample: _Sample) -> Question:
    words = sample.pair()
    return Question("two words, five facets", " ".join(words), words=words, facets=FACETS)


def _groups(sample: _Sample) -> Question:
    first, second = sample.pair(), sample.pair()
    denied = sample.chance.choice(sample.frequent)
    query = f"({first[0]} OR {second[0]}) ({first[1]} OR {second[1]}) NOT {denied}"
    return Question("groups and NOT", query, words=(first[0], second[0], first[1], second[1], denied))


def _deep_page(sample: _Sample) -> Question:
    kinds = Counter(value for one in sample.documents for value in one.keywords.get("market", [])).most_common(3)
    market = sample.chance.choice(kinds)[0]
    return Question("deep page of a filter", f"market:{market}", words=("market", market), offset=_DEEP)


_MAKERS: tuple[Callable[[_Sample], Question], ...] = (
    _one_word,
    _two_words,
    _phrase,
    _prefix,
    _exact,
    _filters_by_price,
    _ranges_newest_first,
    _words_with_facets,
    _groups,
    _deep_page,
)

SHAPES = (
    "one frequent word",
    "two words",
    "phrase",
    "prefix",
    "rare exact value",
    "two filters by price",
    "two ranges, newest first",
    "two words, five facets",
    "groups and NOT",
    "deep page of a filter",
)


def questions_about(documents: Sequence[Document], each: int, seed: int = 7) -> list[Question]:
    """So many questions of each shape, about values that some of the documents have."""
    sample = _Sample(documents, random.Random(seed))  # noqa: S311 - a sample, not a key
    made = [make(sample) for make in _MAKERS for _ in range(each)]
    return [replace(question, names=parse(question.query, SystemClock()).names) for question in made]
