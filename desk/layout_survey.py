"""All pages of a set counted as a layout reads them, and which of them show the most."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from desk.layout_page import PageReading, Row
from desk.layout_suspicions import Suspicion, ValueCount, value_suspicions
from desk.layout_text import LayoutField, page_title
from extractors.layout_schema import PageSpec
from extractors.problems import Problem

BROKEN = frozenset(["missing_field", "too_few_rows", "too_few_with_field", "rows_alike"])
"""Problems that say that an assertion of the layout does not hold."""
UNKNOWN = "unknown_page"
# Of the pages that show the same thing, so many are compared for what else they show.
_MOST_COMPARED = 200


@dataclass(frozen=True, slots=True)
class PageSummary:
    """What was found on one page.

    Attributes:
        number: its place among all pages.
        kind: what the layout takes it for, with the name of the build.
        records: how many it holds.
        problems: of the reading.
        missing: numbers of the fields that none of its records has.
        suspicions: what looks wrong, with the field's number; each once.
    """

    number: int
    name: str
    kind: str
    records: int
    problems: tuple[Problem, ...]
    missing: tuple[int, ...]
    suspicions: tuple[tuple[int, Suspicion], ...]

    @property
    def broken(self) -> list[Problem]:
        """The assertions that do not hold."""
        return [problem for problem in self.problems if problem.code in BROKEN]

    @property
    def is_unknown(self) -> bool:
        """Whether the layout does not know it."""
        return any(problem.code == UNKNOWN for problem in self.problems)

    @property
    def problem_keys(self) -> set[tuple[str, str | None]]:
        """Its problems by code and field."""
        return {(problem.code, problem.field) for problem in self.problems}

    @property
    def features(self) -> list[tuple[object, ...]]:
        """What it shows: its kind, and each problem, gap and suspicion."""
        return [
            ("kind", self.kind),
            *(("problem", *key) for key in self.problem_keys),
            *(("missing", number) for number in self.missing),
            *(("suspicion", number, suspicion.code) for number, suspicion in self.suspicions),
        ]


class Survey:
    """Counts pages one by one.

    Args:
        fields: of the layout, all its versions.
    """

    def __init__(self, fields: Sequence[LayoutField]) -> None:
        self.pages: list[PageSummary] = []
        self.counts = {field.number: ValueCount(field.path[-1], field.record.each is not None) for field in fields}
        self._of_page: dict[int, list[list[LayoutField]]] = {}
        for field in fields:
            records = self._of_page.setdefault(id(field.page), [[] for _ in field.page.records])
            records[field.record_number].append(field)

    def fields_of(self, page: PageSpec | None) -> list[list[LayoutField]]:
        """The fields of a page of the layout, for each of its records."""
        return self._of_page.get(id(page), [])

    def add(self, page: PageReading) -> None:
        """Count one page."""
        number = len(self.pages)
        missing: list[int] = []
        suspicions: dict[tuple[int, str], Suspicion] = {}
        for fields, rows in zip(self.fields_of(page.spec), page.records, strict=False):
            for field in fields:
                found = list(_values(field, rows))
                self._count(field, found, number)
                if found and all(value is None for value in found):
                    missing.append(field.number)
            for row in rows:
                for field, suspicion in _suspicions(fields, row, page):
                    suspicions.setdefault((field.number, suspicion.code), suspicion)
        self.pages.append(
            PageSummary(
                number=number,
                name=page.file.name,
                kind=page_title(page.spec) if page.spec is not None else page.reading.page_kind,
                records=sum(len(rows) for rows in page.records),
                problems=tuple(page.reading.problems),
                missing=tuple(missing),
                suspicions=tuple((place, suspicion) for (place, _), suspicion in suspicions.items()),
            )
        )

    def suspicions(self) -> dict[int, list[tuple[Suspicion, list[int]]]]:
        """What looks wrong with each field, on single pages and over all, with the numbers of pages that show it."""
        found = {number: list(count.suspicions()) for number, count in self.counts.items()}
        on_pages: dict[tuple[int, str], list[int]] = {}
        first: dict[tuple[int, str], Suspicion] = {}
        for page in self.pages:
            for number, suspicion in page.suspicions:
                on_pages.setdefault((number, suspicion.code), []).append(page.number)
                first.setdefault((number, suspicion.code), suspicion)
        for (number, code), pages in on_pages.items():
            found[number].append((first[number, code], pages))
        return found

    def _count(self, field: LayoutField, values: Sequence[object], page: int) -> None:
        count = self.counts[field.number]
        count.pages += any(value is not None for value in values)
        for value in values:
            count.add(value, page)


def chosen_pages(
    pages: Sequence[PageSummary], more: Mapping[int, Sequence[tuple[object, ...]]], most: int
) -> list[int]:
    """Numbers of pages that together show every kind and everything that is wrong, the most telling first.

    Args:
        pages: all pages.
        more: what single pages show besides, by their number.
        most: so many at most; those that are left are filled with pages of every kind in turn.
    """
    features = {page.number: {*page.features, *more.get(page.number, ())} for page in pages}
    times = Counter(feature for shown in features.values() for feature in shown)
    chosen: list[int] = []
    # The rarest first, on the page that shows the most that is not shown yet.
    left = sorted(times, key=lambda feature: (times[feature], repr(feature)))
    showing: dict[tuple[object, ...], list[int]] = {feature: [] for feature in left}
    for number, shown in features.items():
        for feature in shown:
            showing[feature].append(number)
    unseen = set(left)
    for feature in left:
        if len(chosen) == most:
            return chosen
        if feature in unseen:
            best = max(showing[feature][:_MOST_COMPARED], key=lambda number: len(features[number] & unseen))
            chosen.append(best)
            unseen -= features[best]
    return chosen + list(_in_turn(pages, set(chosen)))[: most - len(chosen)]


def _in_turn(pages: Sequence[PageSummary], without: set[int]) -> Iterator[int]:
    """The other pages, one of each kind after another."""
    kinds: dict[str, list[int]] = {}
    for page in pages:
        if page.number not in without:
            kinds.setdefault(page.kind, []).append(page.number)
    for nth in range(max(map(len, kinds.values()), default=0)):
        yield from (numbers[nth] for numbers in kinds.values() if nth < len(numbers))


def _values(field: LayoutField, rows: Sequence[Row]) -> Iterator[object]:
    """What a field has in each row, None where it has nothing; of a part, in each of the parts that there are."""
    for row in rows:
        value = row.values.get(field.path[0])
        if len(field.path) == 1:
            yield value
        else:
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, BaseModel):
                    yield getattr(part, field.path[1], None)


def _suspicions(fields: Sequence[LayoutField], row: Row, page: PageReading) -> Iterator[tuple[LayoutField, Suspicion]]:
    for field in fields:
        value = row.values.get(field.path[0]) if len(field.path) == 1 else None
        if value is not None:
            for suspicion in value_suspicions(field.name, value, row.values, page.file.fetched_at):
                yield field, suspicion
