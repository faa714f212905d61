"""What can be asked of a store in one search, and what it answers."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from index.conditions import EVERYTHING, And, Between, Condition, Everything, Has, Not, Or, Value, ValuePrefix
from index.documents import Document, Kind
from index.errors import QueryError
from index.fields import FIELDS, FieldType
from index.values import milliseconds

__all__ = [
    "WITH_HISTORY",
    "Histogram",
    "Hit",
    "Interval",
    "Request",
    "Results",
    "Sort",
    "Statistics",
    "histogram_of",
    "sort_of",
]

LARGEST_PAGE = 10_000

SEARCH_SECONDS = 30.0
"""How long a search may take."""

_VERSION: Kind = "version"
WITH_HISTORY: tuple[Kind, ...] = ("listing", "vendor")
"""The kinds of which former states are kept."""

Interval = Literal["day", "week", "month", "quarter", "year"]
"""Of the calendar, in UTC; a week begins on Monday."""


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of results: by a field, else by relevance. Documents without the field come last."""

    field: str | None = None
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Histogram:
    """Documents counted by the day, week, month, quarter or year in which a date of theirs lies."""

    field: str
    interval: Interval

    @property
    def name(self) -> str:
        """As it is asked for: ``first_seen:month``."""
        return f"{self.field}:{self.interval}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A search.

    Attributes:
        condition: what to find.
        names: words that may be somebody's handle, key or address: by relevance the documents that have one of them
            whole come first, and the account itself before all others (`index.names`).
        kinds: only these kinds; empty means all.
        at: listings and vendors as they were at that moment; None as they were seen last.
        sort: the order; equal documents are in the order of kind and id, by code point.
        facets: keyword fields whose values are counted over all that was found.
        facet_size: how many values of a facet are returned, the most frequent first, equal ones by code point.
        statistics: number fields that are summed up over all that was found.
        histograms: date fields that are counted over all that was found.
        limit: at most so many hits, no more than `LARGEST_PAGE`.
        offset: how many hits to skip, together with the limit no more than `LARGEST_PAGE`.

    Raises:
        QueryError: a field cannot be counted so, or the page reaches too far.
    """

    condition: Condition = EVERYTHING
    names: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    at: datetime | None = None
    sort: Sort = Sort()
    facets: tuple[str, ...] = ()
    facet_size: int = 20
    statistics: tuple[str, ...] = ()
    histograms: tuple[Histogram, ...] = ()
    limit: int = 20
    offset: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.limit <= LARGEST_PAGE - self.offset or self.offset < 0:
            raise QueryError(f"limit and offset reach beyond {LARGEST_PAGE}; narrow the search, or export it", 0)
        if self.at is not None and not {*self.kinds} <= {*WITH_HISTORY}:
            raise QueryError(f"of a moment in the past only these are known: {', '.join(WITH_HISTORY)}", 0)
        for name in self.facets:
            _check_type(name, "keyword", "counted; facets are exact fields such as substance")
        for name in self.statistics:
            _check_type(name, "number", "summed up; statistics are of numbers such as price")
        for histogram in self.histograms:
            _check_type(histogram.field, "date", "counted by time; histograms are of dates such as first_seen")

    def asked(self) -> Condition:
        """The condition, with that of the kinds and of the moment; versions are found only where they are named."""
        kinds: Condition = Everything() if _names_versions(self.condition) else Not(Value("kind", (_VERSION,)))
        if self.at is not None:
            kinds = _valid_at(self.kinds or WITH_HISTORY, milliseconds(self.at))
        elif self.kinds:
            kinds = Value("kind", self.kinds)
        return kinds if isinstance(self.condition, Everything) else And((self.condition, kinds))


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found; a higher score is better, and is comparable within one search only."""

    document: Document
    score: float


@dataclass(frozen=True, slots=True)
class Statistics:
    """A number field, over the documents that have it.

    Attributes:
        count: how many documents have it.
        minimum, lower_quartile, median, upper_quartile, maximum, mean: None when there is no document.
    """

    count: int
    minimum: float | None = None
    lower_quartile: float | None = None
    median: float | None = None
    upper_quartile: float | None = None
    maximum: float | None = None
    mean: float | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found: a page of hits, how many there are in all, and what was counted.

    Attributes:
        hits: the page.
        total: how many documents fit.
        facets: by field, values and their counts.
        statistics: by field.
        histograms: by name, the first day of each interval that has documents, and how many.
    """

    hits: list[Hit]
    total: int
    facets: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    statistics: dict[str, Statistics] = field(default_factory=dict)
    histograms: dict[str, list[tuple[datetime, int]]] = field(default_factory=dict)


def sort_of(text: str) -> Sort:
    """An order from its name: a field, with ``-`` before it for the highest first; ``relevance``.

    Raises:
        QueryError: results cannot be sorted so.
    """
    if text == "relevance":
        return Sort()
    name = text.removeprefix("-")
    if name not in FIELDS or not FIELDS[name].sortable:
        sortable = ", ".join(field.name for field in FIELDS.values() if field.sortable)
        raise QueryError(f"results cannot be sorted by {name!r}; by relevance or one of {sortable}", 0)
    return Sort(name, text.startswith("-"))


def histogram_of(text: str) -> Histogram:
    """A histogram from its name, ``first_seen:month``; by month when no interval is named.

    Raises:
        QueryError: there is no such interval.
    """
    name, _, interval = text.partition(":")
    interval = interval or "month"
    for known in get_args(Interval):
        if interval == known:
            return Histogram(name, known)
    raise QueryError(f"{interval!r} is no interval; one of {', '.join(get_args(Interval))}", len(name) + 1)


def _names_versions(condition: Condition) -> bool:
    """Whether a condition is about versions, so that they are not left out."""
    match condition:
        case And(parts) | Or(parts):
            return any(map(_names_versions, parts))
        case Not(part):
            return _names_versions(part)
        case Value("kind", values):
            return _VERSION in values
        case Between(field) | Has(field):
            return field == "valid_to"  # nothing else has it
        case _:
            return False


def _valid_at(kinds: tuple[Kind, ...], moment: int) -> Condition:
    """Of each record the state that held then: the present one, or a version that was superseded later."""
    began = Between("valid_from", None, moment)
    ends_later = Between("valid_to", moment, None, with_low=False)
    present = And((Value("kind", kinds), began))
    superseded = [
        And((Value("kind", (_VERSION,)), ValuePrefix("record", f"{kind}:"), began, ends_later)) for kind in kinds
    ]
    return Or((present, *superseded))


def _check_type(name: str, type_: FieldType, remedy: str) -> None:
    if name not in FIELDS or FIELDS[name].type != type_:
        raise QueryError(f"{name!r} cannot be {remedy}", 0)
