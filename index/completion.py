"""What can stand where the caret is in a query that is being typed: names of fields, values that there are, forms."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, get_args

from extractors.countries import country_name, fold_name, place_names
from index.conditions import EVERYTHING, Condition
from index.documents import Kind
from index.errors import QueryError
from index.fields import FIELDS, Field
from index.query import LONGEST_QUERY, parse
from index.query_caret import HAS, Caret, read_caret
from index.search import Request
from index.terms import SHORTEST_PREFIX
from nightpost.clock import Clock

__all__ = ["Completion", "Values", "complete", "written"]

# No index has more countries and regions than that.
_PLACES = 1000
_PLACE_FIELDS = frozenset({"ships_from", "ships_to", "ships_excluded"})
# Written without quotes: letters, digits, and signs that mean nothing where they stand.
_BARE = re.compile(r"\w[\w.-]*")
_RESERVED = frozenset({"AND", "OR", "NOT", "TO"})


class Values(Protocol):
    """What is asked of a store; see `index.store.Store`."""

    def values(
        self, field: str, prefix: str = "", *, condition: Condition = EVERYTHING, size: int = 20
    ) -> list[tuple[str, int]]:
        """The most frequent values of a field that begin so, and in how many documents they are."""
        ...


@dataclass(frozen=True, slots=True)
class Completion:
    """A way to go on.

    Attributes:
        text: what to write in place of the part from ``start`` up to ``end``, in characters of the query.
        meaning: what it is, in a few words; may be empty.
        count: of a value: in how many documents it is.
    """

    text: str
    start: int
    end: int
    meaning: str = ""
    count: int | None = None

    def applied(self, query: str) -> str:
        """The query with it."""
        return query[: self.start] + self.text + query[self.end :]


def complete(store: Values, text: str, place: int, clock: Clock, *, most: int = 20) -> list[Completion]:
    """What can be written at the caret, the best first.

    Args:
        store: whose values are offered.
        text: the query, as far as it is typed.
        place: where the caret is: so many characters are before it.
        clock: for examples of dates.
        most: so many at most.

    Values of exact fields come with counts; numbers and dates with the forms that they can have. Half a query is never
    an error: where nothing can be said there are no completions.
    """
    place = max(0, min(place, len(text)))
    caret = read_caret(text, place) if len(text) <= LONGEST_QUERY else None
    if caret is None:
        return []
    found = list(_completions(store, caret, text, clock, most))[:most]
    return [one for one in found if len(one.applied(text)) <= LONGEST_QUERY]


def written(value: str) -> str:
    """A value as it is written in a query: in quotes when it has blanks or signs."""
    if _BARE.fullmatch(value) and value not in _RESERVED:
        return value
    return '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'


def _completions(store: Values, caret: Caret, text: str, clock: Clock, most: int) -> Iterator[Completion]:
    match caret:
        case Caret("word", typed, start, end):
            followed = text[end : end + 1] == ":"
            for name, meaning in _names(typed):
                yield Completion(f"{name}:", start, end + followed, meaning)
        case Caret("name", typed, start, end):
            for name, meaning in _names(typed):
                if name != HAS:
                    yield Completion(name, start, end, meaning)
        case Caret("field", typed, start, end):
            for name in difflib.get_close_matches(typed.lower(), [*FIELDS, HAS], n=3):
                yield Completion(name, start, end, _meanings()[name])
        case Caret("value", field=Field(type="keyword") as field):
            if not caret.pattern:
                yield from _values(store, caret, field, most)
        case Caret("value", field=Field(type="number" | "date" | "period") as field):
            yield from _forms(caret, field, clock)


def _meanings() -> dict[str, str]:
    return {**{field.name: field.meaning for field in FIELDS.values()}, HAS: "documents that have the field at all"}


def _names(typed: str) -> list[tuple[str, str]]:
    """The fields that begin so, with what they mean."""
    return [(name, meaning) for name, meaning in _meanings().items() if name.startswith(typed.lower())]


def _values(store: Values, caret: Caret, field: Field, most: int) -> Iterator[Completion]:
    if field.name in _PLACE_FIELDS:
        found = _places(store, caret.typed, field)
    elif field.name == "kind":
        found = _kinds(store, caret.typed)
    else:
        prefix = field.normalize(caret.typed)[0] if caret.typed.strip() else ""
        found = store.values(field.name, prefix, condition=Request().asked(), size=most)
    for value, count in found[:most]:
        # A value that reads as another when it is typed would not be found.
        if value in field.normalize(value):
            meaning = (country_name(value) or "") if field.name in _PLACE_FIELDS else ""
            yield Completion(written(value), caret.start, caret.end, meaning, count)


def _places(store: Values, typed: str, field: Field) -> list[tuple[str, int]]:
    """Those whose code or name begins so, in any of the languages that are known."""
    code, name = typed.strip().upper(), fold_name(typed)
    names = place_names().items() if len(name) >= SHORTEST_PREFIX else ()
    named = {one for known, codes in names if known.startswith(name) for one in codes}
    values = store.values(field.name, condition=Request().asked(), size=_PLACES)
    return [(value, count) for value, count in values if value.startswith(code) or value in named]


def _kinds(store: Values, typed: str) -> list[tuple[str, int]]:
    """All kinds that begin so, also those of which there is nothing yet."""
    counts = dict(store.values("kind", size=len(get_args(Kind))))
    known = [(kind, counts.get(kind, 0)) for kind in get_args(Kind) if kind.startswith(typed.strip().lower())]
    return sorted(known, key=lambda one: (-one[1], one[0]))


def _forms(caret: Caret, field: Field, clock: Clock) -> Iterator[Completion]:
    """The forms of a number or date that begin as it was typed, and the end of a range that was begun."""
    forms = _number_forms() if field.type == "number" else _date_forms(clock)
    begun = _begun_range(caret.typed, "*" if field.type == "number" else "now")
    for form, meaning in [*forms, *begun]:
        if form.startswith(caret.typed) or (form, meaning) in begun:
            try:
                parse(f"{field.name}:{form}", clock)
            except QueryError:
                continue
            yield Completion(form, caret.start, caret.end, meaning)


def _number_forms() -> Sequence[tuple[str, str]]:
    return (
        ("[10 TO 50]", "from 10 to 50, both included"),
        ("{10 TO 50}", "between 10 and 50, both excluded"),
        (">10", "more than 10"),
        (">=10", "10 or more"),
        ("<50", "less than 50"),
        ("<=50", "50 or less"),
    )


def _date_forms(clock: Clock) -> Sequence[tuple[str, str]]:
    today = clock.now()
    month = (today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    return (
        (">now-7d", "in the last seven days; h d w m y"),
        (">now-30d", "in the last thirty days"),
        ("[now-7d TO now]", "from seven days ago until now"),
        (f"[{month} TO now]", "from the beginning of a month until now"),
        (f"{today:%Y}", "a year"),
        (month, "a month"),
        (f"{today:%Y-%m-%d}", "a day"),
        (f">={month}", "from the beginning of a month on"),
        (f"<{today:%Y-%m-%d}", "before a day"),
    )


def _begun_range(typed: str, upper: str) -> list[tuple[str, str]]:
    """A range that has its lower bound already, closed."""
    begun = re.fullmatch(r"([\[{])\s*(\S+)\s+(?:T|TO|TO\s+(\S*)\s*)?", typed)
    if begun is None:
        return []
    low, high = begun[2], begun[3] or upper
    return [(f"{begun[1]}{low} TO {high}]", f"from {low} to {high}".replace("to *", "on"))]
