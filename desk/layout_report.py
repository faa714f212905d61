"""How well a layout reads a set of saved pages: what a person has to know to correct it.

All pages are read and counted; those that together show every kind of page and everything that is wrong are shown in
full. They are read twice, so that never all of them are in memory.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from lxml import etree

from desk.layout_marks import Marker
from desk.layout_page import LayoutReader, PageReading, Row
from desk.layout_places import Place
from desk.layout_survey import PageSummary, Survey, chosen_pages
from desk.layout_suspicions import Suspicion
from desk.layout_text import LayoutField, field_text, page_title
from desk.page_sanitising import sanitised
from desk.saved_pages import PageFile
from extractors.layout_schema import Layout
from extractors.problems import Problem

SHOWN_PAGES = 40
SHOWN_ROWS = 25
# Names of broken and unknown pages that are kept.
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class FieldSummary:
    """One field over all pages.

    Attributes:
        text: its selector, as one would write it.
        place: where it is written; None when that cannot be told.
        of: records that could have it; filled: those that do.
        examples: its first different values.
        suspicions: what looks wrong.
    """

    field: LayoutField
    text: str
    place: Place | None
    of: int
    filled: int
    examples: tuple[str, ...]
    suspicions: tuple[Suspicion, ...]

    @property
    def share(self) -> float:
        """The share of records that have it."""
        return self.filled / self.of if self.of else 0.0

    @property
    def sureness(self) -> float:
        """What fields are put in order by: how surely it was learned, how often it was found, what looks wrong."""
        confidence = 1.0 if self.field.confidence is None else self.field.confidence
        found = self.share if self.field.is_required else 0.5 + self.share / 2
        return confidence * found - 0.5 * bool(self.suspicions)


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """A record of a page that is shown: its fields, and its first rows of ``count``."""

    fields: tuple[LayoutField, ...]
    rows: tuple[Row, ...]
    count: int


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page that is shown: what is wrong with it, its own look made harmless, and what was read from it."""

    summary: PageSummary
    suspicions: tuple[tuple[int, Suspicion], ...]
    body: str
    style: str
    records: tuple[ShownRecord, ...]


@dataclass(frozen=True, slots=True)
class LayoutReport:
    """How well a layout reads a set of pages.

    Attributes:
        pages: how many were read.
        kinds: how many there are of each kind. problems: how many pages have each problem, by code and field.
        broken: pages on which an assertion does not hold, and how many; unknown: those of no kind of the layout.
        fields: every field that a page could have had, the least sure first.
        shown: pages in full. left_out: what is no page, by reason.
    """

    layout: Layout
    pages: int
    kinds: Mapping[str, int]
    problems: Mapping[tuple[str, str | None], int]
    broken: tuple[PageSummary, ...]
    broken_count: int
    unknown: tuple[PageSummary, ...]
    unknown_count: int
    fields: tuple[FieldSummary, ...]
    shown: tuple[ShownPage, ...]
    left_out: Mapping[str, int]

    @property
    def is_fine(self) -> bool:
        """Whether the layout knows at least one page, and every assertion holds."""
        return not self.broken_count and self.unknown_count < self.pages

    @property
    def verdict(self) -> str:
        """One line for a person: that the layout holds, or what to correct first."""
        name = self.layout.name
        if not self.pages:
            return f"there is no page to check {name} on"
        if self.unknown_count == self.pages:
            return f"{name} knows none of {_pages(self.pages)}; correct the conditions (when) that tell its pages"
        if not self.broken:
            unknown = f"; of no kind that it knows: {_pages(self.unknown_count)}" if self.unknown_count else ""
            return f"{name} holds on {_pages(self.pages)}{unknown}"
        page = self.broken[0]
        problem = page.broken[0]
        return (
            f"{name} is broken on {self.broken_count} of {_pages(self.pages)}, first on {page.name}: {problem.code}"
            f"{f' {problem.field}' if problem.field else ''}; {self._remedy(page, problem)}"
        )

    def _remedy(self, page: PageSummary, problem: Problem) -> str:
        for summary in self.fields:
            field = summary.field
            is_meant = f"{field.record.kind}.{field.name}" == problem.field and page_title(field.page) == page.kind
            if is_meant and summary.place is not None:
                return f"correct line {summary.place.line} of {summary.place.file}"
        return f"correct the rows of {page.kind} in the layout's file"


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"


def build_report(
    layout: Layout,
    pages: Callable[[], Iterable[PageFile]],
    place: Callable[[LayoutField], Place | None],
    *,
    most: int = SHOWN_PAGES,
    left_out: Mapping[str, int] | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> LayoutReport:
    """Read pages with a layout and say how well that went.

    Args:
        layout: the layout.
        pages: gives the pages, the same in the same order each time that it is called.
        place: where a field is written.
        most: how many pages are shown in full; 0 for none.
        left_out: what was no page, by reason; looked at when all pages were given.
        progress: is told how far the work is.
    """
    reader = LayoutReader(layout)
    survey = Survey(reader.fields)
    for page in pages():
        survey.add(reader.read(page))
        progress(f"{len(survey.pages)} pages read")
    suspicions = survey.suspicions()
    on_pages = _by_page(suspicions)
    features = {
        page: [("suspicion", number, suspicion.code) for number, suspicion in found] for page, found in on_pages.items()
    }
    chosen = chosen_pages(survey.pages, features, most)
    shown: dict[int, ShownPage] = {}
    for page_shown in _shown_pages(reader, survey, pages(), frozenset(chosen), on_pages):
        shown[page_shown.summary.number] = page_shown
        progress(f"{len(shown)} of {len(chosen)} pages shown")
    broken = [page for page in survey.pages if page.broken]
    unknown = [page for page in survey.pages if page.is_unknown]
    return LayoutReport(
        layout=layout,
        pages=len(survey.pages),
        kinds=_most_first(Counter(page.kind for page in survey.pages)),
        problems=_most_first(Counter(key for page in survey.pages for key in page.problem_keys)),
        broken=tuple(broken[:_MOST_NAMED]),
        broken_count=len(broken),
        unknown=tuple(unknown[:_MOST_NAMED]),
        unknown_count=len(unknown),
        fields=_field_summaries(reader, survey, suspicions, place),
        shown=tuple(shown[number] for number in chosen if number in shown),
        left_out=dict(left_out or {}),
    )


_Key = TypeVar("_Key")


def _most_first(counts: Counter[_Key]) -> dict[_Key, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], str(item[0]))))


def _by_page(suspicions: Mapping[int, Sequence[tuple[Suspicion, list[int]]]]) -> dict[int, list[tuple[int, Suspicion]]]:
    """What looks wrong on each page, with the field's number, by the page's number."""
    on_pages: dict[int, list[tuple[int, Suspicion]]] = {}
    for number, found in suspicions.items():
        for suspicion, pages in found:
            for page in pages:
                on_pages.setdefault(page, []).append((number, suspicion))
    return on_pages


def _field_summaries(
    reader: LayoutReader,
    survey: Survey,
    suspicions: Mapping[int, Sequence[tuple[Suspicion, list[int]]]],
    place: Callable[[LayoutField], Place | None],
) -> tuple[FieldSummary, ...]:
    summaries = []
    for field in reader.fields:
        count = survey.counts[field.number]
        if count.of:
            found = tuple(suspicion for suspicion, _ in suspicions[field.number])
            examples = tuple(count.examples())
            summaries.append(
                FieldSummary(field, field_text(field.spec), place(field), count.of, count.filled, examples, found)
            )
    return tuple(sorted(summaries, key=lambda summary: summary.sureness))


def _shown_pages(
    reader: LayoutReader,
    survey: Survey,
    pages: Iterable[PageFile],
    chosen: frozenset[int],
    on_pages: Mapping[int, list[tuple[int, Suspicion]]],
) -> Iterator[ShownPage]:
    """The chosen pages; they are read again, as only now it is known which they are."""
    marker = Marker(reader.fields)
    left = len(chosen)
    for number, page in enumerate(pages):
        if not left:
            return
        if number in chosen:
            left -= 1
            yield _shown(reader.read(page), survey, number, on_pages.get(number, []), marker)


def _shown(
    page: PageReading, survey: Survey, number: int, suspicions: Sequence[tuple[int, Suspicion]], marker: Marker
) -> ShownPage:
    records = [
        ShownRecord(tuple(fields), tuple(rows[:SHOWN_ROWS]), len(rows))
        for fields, rows in zip(survey.fields_of(page.spec), page.records, strict=False)
    ]
    body = style = ""
    if page.opened is not None:
        marker.mark(page)
        body, style = sanitised(etree.tostring(page.opened.page.root, encoding="unicode", method="html"))
    return ShownPage(survey.pages[number], tuple(suspicions), body, style, tuple(records))
