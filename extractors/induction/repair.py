"""An earlier layout brought up to date: what still holds is kept, what no longer does is replaced by what was learned.

A person's corrections are in the earlier layout; so nothing in it is touched that still reads the pages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extractors.induction.record_repair import RepairNotes, repaired_record
from extractors.induction.record_specs import Found
from extractors.induction.samples import Sample
from extractors.layout import load_layout
from extractors.layout_schema import Layout, PageSpec
from extractors.problems import ProblemLog
from extractors.records import PageKind
from extractors.scope import Scope
from extractors.transforms.conventions import Conventions
from extractors.values import ValueReader

# A kind is still recognised when so much of its pages is.
_STILL_HOLDS = 0.9
# What a classifier must allow for a kind that holds no records: its marks may be only what is absent.
_POSSIBLE = 0.05


@dataclass(slots=True)
class Repair:
    """The pages of a repaired layout, in a layout's words, and what was done, a line each."""

    pages: list[dict[str, Any]]
    notes: list[str] = field(default_factory=list)


def told_by_hint(hint: Layout, samples: Sequence[Sample]) -> None:
    """Let an earlier layout say what kind a page is, where its own recognisers still hold."""
    for sample, page in zip(samples, _told(hint, samples), strict=True):
        if page is not None:
            sample.kind, sample.confidence = page.kind, 1.0


def repair(
    hint: Layout, learned: Sequence[Mapping[str, Any]], found: Mapping[PageKind, Found], samples: Sequence[Sample],
    conventions: Conventions,
) -> Repair:  # fmt: skip
    """The earlier layout's pages with what no longer holds replaced.

    Args:
        hint: the earlier layout.
        learned: the pages that were learned, in a layout's words.
        found: the records that were learned, by the kind of page.
        samples: the market's pages as they are now.
        conventions: how the market writes values.
    """
    notes = RepairNotes()
    told = _told(hint, samples)
    own_pages = _own(hint)
    news: dict[str, Mapping[str, Any]] = {}
    for new in learned:
        news.setdefault(str(new["kind"]), new)
    lost = {kind: _lost(kind, told, samples) for kind in dict.fromkeys(page.kind for page in own_pages)}
    retold: set[str] = set()
    pages: list[dict[str, Any]] = []
    for page in own_pages:
        written: dict[str, Any] = page.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        chosen = [number for number, known in enumerate(told) if known is page]
        if not chosen and lost[page.kind]:
            if page.kind in retold:
                notes.add(f"{page.kind}: {page.name or 'another build'} is not told apart any more, left out")
                continue
            if page.kind in news:
                retold.add(page.kind)
                written["when"] = news[page.kind]["when"]
                chosen = lost[page.kind]
                notes.add(f"{page.kind}: recognised by other marks now")
            else:
                notes.add(f"{page.kind}: not recognised any more, and nothing tells it; correct its 'when'")
        if chosen and page.records:
            written["records"] = [
                repaired_record(
                    record, found.get(page.kind), page.kind,
                    positions=_positions(chosen, page.kind, samples), samples=[samples[number] for number in chosen],
                    conventions=conventions, notes=notes,
                )
                for record in page.records
            ]  # fmt: skip
        pages.append(written)
    for kind, numbers in lost.items():
        if numbers and kind not in retold and kind in news:
            pages.append({**news[kind], "name": "learned"})
            notes.add(f"{kind}: a build that is new was learned beside those that were known")
    known = {page.kind for page in hint.pages}
    pages += [dict(new) for new in learned if new["kind"] not in known]
    pages += [
        page.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        for page in hint.pages
        if not any(page is own for own in own_pages)
    ]
    return Repair(pages, notes.lines())


def _own(hint: Layout) -> list[PageSpec]:
    """The pages that a layout has for itself, not those that markets of every build show."""
    general = load_layout("generic").pages
    return [page for page in hint.pages if page not in general]


def _told(hint: Layout, samples: Sequence[Sample]) -> list[PageSpec | None]:
    """For each page that was saved the first page of the earlier layout that it looks like."""
    own = _own(hint)
    return [next((page for page in own if _is(page, sample)), None) for sample in samples]


def _is(page: PageSpec, sample: Sample) -> bool:
    if not page.records and sample.probabilities.get(page.kind, 0.0) < _POSSIBLE:
        return False
    scope = Scope(sample.root)
    reader = ValueReader(conventions=Conventions(), log=ProblemLog(), title=sample.title)
    return all(reader.holds(condition, scope) for condition in page.cheapest_first)


def _lost(kind: PageKind, told: Sequence[PageSpec | None], samples: Sequence[Sample]) -> list[int]:
    """The pages of a kind that the earlier layout knows no more, when they are more than a few."""
    alike = [number for number, sample in enumerate(samples) if sample.kind == kind]
    lost = [number for number in alike if told[number] is None]
    return lost if len(lost) > (1 - _STILL_HOLDS) * len(alike) else []


def _positions(chosen: Sequence[int], kind: PageKind, samples: Sequence[Sample]) -> frozenset[int]:
    """Which of the pages of their kind these are: how what was learned counts them."""
    alike = [number for number, sample in enumerate(samples) if sample.kind == kind]
    return frozenset(alike.index(number) for number in chosen)
