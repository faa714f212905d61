"""An earlier layout brought up to date: what still holds is kept, what no longer does is replaced by what was learned.

A person's corrections are in the earlier layout; so nothing in it is touched that still reads the pages.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extractors.induction.record_repair import RepairNotes, repaired_record
from extractors.induction.record_specs import Found
from extractors.induction.samples import Sample
from extractors.induction.writing import LearnedPage
from extractors.layout import load_layout
from extractors.layout_schema import Layout, PageSpec
from extractors.records import PageKind
from extractors.transforms.conventions import Conventions

# A kind is still recognised when so much of its pages is.
_STILL_HOLDS = 0.9
# What a classifier must allow for a kind that holds no records: its marks may be only what is absent.
_POSSIBLE = 0.05


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier layout beside the market's pages as they are now.

    Attributes:
        layout: the earlier layout.
        pages: those that it has for itself, not those that markets of every build show.
        told: for each page that was saved, the first of them that it looks like.
    """

    layout: Layout
    pages: tuple[PageSpec, ...]
    told: tuple[PageSpec | None, ...]

    @classmethod
    def of(cls, layout: Layout, samples: Sequence[Sample]) -> "Earlier":
        """Hold an earlier layout against the pages."""
        general = load_layout("generic").pages
        own = tuple(page for page in layout.pages if page not in general)
        told = (next((page for page in own if _is(page, sample)), None) for sample in samples)
        return cls(layout, own, tuple(told))

    def tell(self, samples: Sequence[Sample]) -> None:
        """Let the earlier layout say what kind a page is, where its own recognisers still hold."""
        for sample, page in zip(samples, self.told, strict=True):
            if page is not None:
                sample.kind, sample.confidence = page.kind, 1.0

    def lost(self, kind: PageKind, samples: Sequence[Sample]) -> set[int]:
        """The pages of a kind that the earlier layout knows no more, when they are more than a few."""
        alike = [number for number, sample in enumerate(samples) if sample.kind == kind]
        lost = {number for number in alike if self.told[number] is None}
        return lost if len(lost) > (1 - _STILL_HOLDS) * len(alike) else set()


@dataclass(slots=True)
class Repair:
    """The pages of a repaired layout, in a layout's words, and what was done, a line each."""

    pages: list[dict[str, Any]]
    notes: list[str] = field(default_factory=list)


def repair(
    earlier: Earlier, learned: Sequence[LearnedPage], found: Mapping[PageKind, Found], samples: Sequence[Sample],
    conventions: Conventions,
) -> Repair:  # fmt: skip
    """The earlier layout's pages with what no longer holds replaced.

    Args:
        earlier: the earlier layout, beside the same pages.
        learned: the pages that were learned.
        found: the records that were learned, by the kind of page.
        samples: the market's pages as they are now.
        conventions: how the market writes values.
    """
    notes = RepairNotes()
    position = _positions(samples)
    lost = {kind: earlier.lost(kind, samples) for kind in dict.fromkeys(page.kind for page in earlier.pages)}
    retold: set[PageKind] = set()
    pages: list[dict[str, Any]] = []
    for page in earlier.pages:
        written: dict[str, Any] = _written(page)
        chosen = {number for number, known in enumerate(earlier.told) if known is page}
        if not chosen and (lost[page.kind] or page.kind in retold):
            new = _best(learned, page.kind, lost[page.kind])
            if new is not None:
                retold.add(page.kind)
                written["when"] = new.written["when"]
                chosen = lost[page.kind] & new.samples
                lost[page.kind] -= chosen
                notes.add(f"{page.kind}: recognised by other marks now")
            elif page.kind in retold:
                notes.add(f"{page.kind}: {page.name or 'another build'} is not told apart any more, left out")
                continue
            else:
                notes.add(f"{page.kind}: not recognised any more, and nothing tells it; correct its 'when'")
        if chosen and page.records:
            written["records"] = [
                repaired_record(
                    record, found.get(page.kind), page.kind,
                    positions=frozenset(position[number] for number in chosen),
                    samples=[samples[number] for number in sorted(chosen)], conventions=conventions, notes=notes,
                )
                for record in page.records
            ]  # fmt: skip
        pages.append(written)
    for kind, numbers in lost.items():
        new = _best(learned, kind, numbers) if kind not in retold else None
        if new is not None:
            pages.append({**new.written, "name": "learned"})
            notes.add(f"{kind}: a build that is new was learned beside those that were known")
    known = {page.kind for page in earlier.layout.pages}
    pages += [dict(new.written) for new in learned if new.written["kind"] not in known]
    pages += [_written(page) for page in earlier.layout.pages if not any(page is own for own in earlier.pages)]
    return Repair(pages, notes.lines())


def _written(page: PageSpec) -> dict[str, Any]:
    return page.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _best(learned: Sequence[LearnedPage], kind: PageKind, lost: set[int]) -> LearnedPage | None:
    """The learned page of a kind by which most of the lost ones are recognised; None when none of them is."""
    alike = (new for new in learned if new.written["kind"] == kind and new.samples & lost)
    return max(alike, key=lambda new: len(new.samples & lost), default=None)


def _is(page: PageSpec, sample: Sample) -> bool:
    is_possible = page.records or page.kind == sample.kind or sample.probabilities.get(page.kind, 0.0) >= _POSSIBLE
    return bool(is_possible) and sample.holds(page.cheapest_first)


def _positions(samples: Sequence[Sample]) -> list[int]:
    """The position of each page among those of its kind: how what was learned counts them."""
    counts: Counter[PageKind] = Counter()
    positions = []
    for sample in samples:
        positions.append(counts[sample.kind])
        counts[sample.kind] += 1
    return positions
