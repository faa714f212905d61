"""From saved pages of a market nobody has seen to its layout.

Order: parse and tell kinds (`samples`), the rows of indexes, the records of vendors' and listings' pages
(`record_specs`), what tells each kind from the others (`recognisers`), where links lead (`links`), and the file
(`writing`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extractors.induction.addresses import Addresses
from extractors.induction.habits import market_conventions
from extractors.induction.links import link_rules
from extractors.induction.recognisers import Recognisers
from extractors.induction.record_specs import Found, learn_rows, learn_subject, values_of, ways_of
from extractors.induction.repair import Earlier, repair
from extractors.induction.samples import Classifier, Sample, SavedPage, fixed_texts, parse_samples
from extractors.induction.writing import LearnedPage, layout_text
from extractors.layout import Layout, parse_layout
from extractors.page_kinds import classify
from extractors.reading import conventions_of
from extractors.records import PageKind, RecordKind
from extractors.transforms.conventions import Conventions
from nightpost.errors import NightpostError

__all__ = ["Induction", "NothingLearnedError", "SavedPage", "induce"]

_SUBJECTS: tuple[tuple[PageKind, RecordKind], ...] = (("vendor", "vendor"), ("pgp", "vendor"), ("listing", "listing"))
_INDEXES: tuple[PageKind, ...] = ("listing_index", "category_index")
# What an earlier layout says of the whole market, which pages alone may not tell.
_OF_THE_MARKET = {"charset", "dates", "timezone", "decimal", "currency"}


class NothingLearnedError(NightpostError):
    """No page could be used, or none was of a kind that holds records."""


@dataclass(frozen=True, slots=True)
class Induction:
    """What was learned.

    Attributes:
        text: the layout's file.
        layout: the same, checked.
        notes: what a person should know or look at, a line each.
        kinds: how many pages of each kind there were.
    """

    text: str
    layout: Layout
    notes: list[str] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)


def induce(
    pages: Sequence[SavedPage],
    *,
    name: str,
    market: str | None = None,
    hint: Layout | None = None,
    guess_kind: Classifier = classify,
) -> Induction:
    """Learn a market's layout.

    Args:
        pages: mixed, unlabelled pages of one market.
        name: what the layout will be called.
        market: the ``market`` of its records; the name, unless said.
        hint: an earlier layout of the market, which may no longer fit.
        guess_kind: what tells the kind of a page; the trained classifier, unless said.

    Raises:
        NothingLearnedError: there was nothing to learn from.
    """
    samples, notes = parse_samples(pages, guess_kind, charset=hint.charset if hint is not None else None)
    if not samples:
        raise NothingLearnedError(f"none of {len(pages)} pages could be read; save whole HTML pages and try again")
    earlier = Earlier.of(hint, samples) if hint is not None else None
    if earlier is not None:
        earlier.tell(samples)
    addresses = Addresses(anchor.path for sample in samples for anchor in sample.view.anchors)
    conventions = market_conventions(samples) if hint is None else conventions_of(hint)
    found = learn_records(samples, addresses, conventions)
    if not found:
        raise NothingLearnedError(
            f"no listing, vendor or index was found in {len(samples)} pages; save some of each kind and try again"
        )
    learned = _pages(samples, found, addresses)
    written = [page.written for page in learned]
    if earlier is not None:
        repaired = repair(earlier, learned, found, samples, conventions)
        written, notes = repaired.pages, notes + repaired.notes
    given: dict[str, Any] = {
        **({} if hint is not None else {"extends": "generic"}),
        "name": name, "market": market or (hint.market if hint is not None else name),
        "source": f"learned from {len(samples)} saved pages", **stated(conventions),
        **({} if hint is None else hint.model_dump(include=_OF_THE_MARKET, exclude_none=True)),
        "pages": written, "links": _links(samples, addresses, found, hint),
    }  # fmt: skip
    text = layout_text(given)
    kinds = Counter[str](sample.kind for sample in samples)
    return Induction(text, parse_layout(text, file=f"{name}.yaml"), notes, dict(kinds))


def learn_records(samples: Sequence[Sample], addresses: Addresses, conventions: Conventions) -> dict[PageKind, Found]:
    """The record of each kind of page that holds one: the rows of indexes first, as they tell titles and names."""
    by_kind: dict[PageKind, list[Sample]] = {}
    for sample in samples:
        by_kind.setdefault(sample.kind, []).append(sample)
    fixed = fixed_texts(samples)
    found: dict[PageKind, Found] = {}
    for kind in _INDEXES:
        if kind in by_kind:
            rows = learn_rows(by_kind[kind], addresses, conventions, fixed=fixed)
            if rows is not None:
                found[kind] = rows
    known = {
        "title": frozenset().union(*(values_of(one, "title") for one in found.values())),
        "vendor": frozenset().union(*(values_of(one, "vendor") for one in found.values())),
    }
    known["handle"] = known["vendor"]
    for kind, record in _SUBJECTS:
        if kind in by_kind:
            held = ways_of(found["vendor"]) if kind == "pgp" and "vendor" in found else None
            subject = learn_subject(by_kind[kind], record, conventions, fixed=fixed, known=known, given=held)
            if subject is not None:
                found[kind] = subject
                if kind == "vendor":
                    known["handle"] |= values_of(subject, "handle")
    return found


def _links(
    samples: Sequence[Sample], addresses: Addresses, found: Mapping[PageKind, Found], hint: Layout | None
) -> dict[str, Any]:
    """Where links lead: what a hint says goes first, what was learned comes after it."""
    learned = link_rules(samples, addresses, found)
    if hint is None:
        return {"follow": learned}
    kept: dict[str, Any] = hint.links.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    paths = {rule["path"] for rule in kept.get("follow", [])}
    return {**kept, "follow": [*kept.get("follow", []), *(rule for rule in learned if rule["path"] not in paths)]}


def _pages(samples: Sequence[Sample], found: Mapping[PageKind, Found], addresses: Addresses) -> list[LearnedPage]:
    pages: list[LearnedPage] = []
    recognisers = Recognisers(samples, addresses)
    for kind in dict.fromkeys(sample.kind for sample in samples):
        chosen = frozenset(number for number, sample in enumerate(samples) if sample.kind == kind)
        if kind == "other":
            continue
        for number, recogniser in enumerate(recognisers.of(chosen)):
            page: dict[str, Any] = {"kind": kind}
            if number:
                page["name"] = f"build {number + 1}"
            sure = sum(samples[one].confidence for one in recogniser.pages) / len(recogniser.pages)
            page["confidence"] = round(sure, 2)
            page["evidence"] = f"{len(recogniser.pages)} of {len(chosen)} pages, {recogniser.others} of other kinds"
            page["when"] = list(recogniser.when)
            if kind in found:
                page["records"] = [found[kind].record]
            pages.append(LearnedPage(page, recogniser.pages))
    return pages


def stated(conventions: Conventions) -> dict[str, Any]:
    """Conventions in a layout's words."""
    stated: dict[str, Any] = {"dates": conventions.date_order, "decimal": conventions.decimal}
    if conventions.currency:
        stated["currency"] = conventions.currency
    return stated
