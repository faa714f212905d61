"""The saved pages of a market, parsed, each with the kind that it most likely is."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lxml import etree

from extractors.induction.trial import place_key, same_value
from extractors.induction.units import ScopeView
from extractors.layout_schema import Condition
from extractors.page import page_title, parse_page
from extractors.page_kinds import KindGuess, classify
from extractors.problems import ProblemLog
from extractors.reading import path_of
from extractors.records import PageKind
from extractors.scope import Scope
from extractors.transforms.conventions import Conventions
from extractors.values import ValueReader

# What is larger or odder than any page of a market teaches nothing about it.
MAX_LEARNT_BYTES = 3 * 1024**2
_ODD = frozenset(["too_large", "too_deep", "unparsable"])
# Pages share a template when this much of what they are built of is the same.
_ALIKE = 0.7
_COMPARED = 4
_OF_THE_SITE = 0.85
# Below this the other pages of a template decide (chosen by leaving markets out, ``python -m training.learning``).
_SURE = 0.8
# A text on this share of the pages of each kind, on average, is the site's own.
_COMMON = 0.65
_COMMON_TO_TWO = 0.9
_LONGEST_FIXED = 200
# What may be of one kind because it shares a template.
_SHOWN: frozenset[PageKind] = frozenset(
    ["listing", "listing_index", "category_index", "vendor", "buyer", "reviews", "pgp"]
)
_CONTENT: frozenset[PageKind] = _SHOWN | {"other"}


class Classifier(Protocol):
    """What guesses a page's kind."""

    def __call__(self, root: etree._Element, *, url: str = "") -> KindGuess:
        """Guess the kind of a page, which was fetched there."""


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page as it was saved.

    Attributes:
        name: what it is called in messages: a file, or a URL.
        body: its bytes, content codings undone.
        url: where it was fetched, if that is known.
        fetched_at: when, if that is known.
        charset: what the HTTP header declared.
    """

    name: str
    body: bytes
    url: str | None = None
    fetched_at: datetime | None = None
    charset: str | None = None


@dataclass(slots=True)
class Sample:
    """A parsed page.

    Attributes:
        page: what was saved.
        root: its tree.
        kind, confidence: what it most likely is, with its template's other pages taken into account.
        probabilities: what it looks like by itself, by kind.
        title: the page's title.
        view: its texts and links.
        build: what it is built of.
    """

    page: SavedPage
    root: etree._Element
    kind: PageKind
    confidence: float
    probabilities: dict[PageKind, float]
    title: str
    view: ScopeView
    build: frozenset[str]

    def holds(self, conditions: Iterable[Condition]) -> bool:
        """Whether all conditions are met on the page, as the reading will find it."""
        reader = ValueReader(
            conventions=Conventions(), log=ProblemLog(), title=self.title, path=path_of(self.page.url or "")
        )
        scope = Scope(self.root)
        return all(reader.holds(condition, scope) for condition in conditions)


def parse_samples(
    pages: Sequence[SavedPage], guess_kind: Classifier = classify, *, charset: str | None = None
) -> tuple[list[Sample], list[str]]:
    """Parse pages (those that state no character set in this one), tell their kinds, and say which were left out."""
    samples = []
    left_out = []
    for page in pages:
        parsed = parse_page(page.body[: MAX_LEARNT_BYTES + 1], declared=page.charset, fallback=charset)
        odd = [problem.code for problem in parsed.problems if problem.code in _ODD]
        if parsed.root is None or odd or len(page.body) > MAX_LEARNT_BYTES:
            reason = odd[0] if odd else "too_large" if len(page.body) > MAX_LEARNT_BYTES else "empty"
            left_out.append(f"{page.name}: {reason}, left out")
            continue
        guess = guess_kind(parsed.root, url=page.url or "")
        samples.append(
            Sample(
                page, parsed.root, guess.kind, guess.confidence, dict(guess.probabilities),
                page_title(parsed.root), ScopeView(parsed.root), _build(parsed.root),
            )
        )  # fmt: skip
    _by_template(samples)
    return samples, left_out


def fixed_texts(samples: Sequence[Sample]) -> frozenset[str]:
    """Texts that stand on most pages, whatever their kind: the template's own, such as the name of who is logged in."""
    shares: dict[str, dict[PageKind, int]] = defaultdict(lambda: defaultdict(int))
    sizes: dict[PageKind, int] = defaultdict(int)
    for sample in samples:
        if sample.kind not in _CONTENT:
            continue
        sizes[sample.kind] += 1
        short = [unit for unit in sample.view.units if len(unit.text) < _LONGEST_FIXED]
        for text in {same_value(unit.text) for unit in short} | {place_key(unit) for unit in short}:
            shares[text][sample.kind] += 1
    if len(sizes) < 2:
        return frozenset()
    least = _COMMON if len(sizes) > 2 else _COMMON_TO_TWO
    return frozenset(
        text
        for text, counts in shares.items()
        if sum(count / sizes[kind] for kind, count in counts.items()) / len(sizes) >= least
    )


def _build(root: etree._Element) -> frozenset[str]:
    """What a page is built of: tags with their classes and ids, in what they stand."""
    found = set()
    for element in root.iter(etree.Element):
        parent = element.getparent()
        around = f"{parent.tag}.{parent.get('class', '')}" if parent is not None else ""
        found.add(f"{around}>{element.tag}.{element.get('class', '')}")
    return frozenset(found)


def _by_template(samples: Sequence[Sample]) -> None:
    """Let the pages of a template agree on their kind, where the classifier is unsure of some of them.

    Pages that say little (log-ins, errors, waits) share a template without being of one kind, and have no say.
    """
    counts: dict[str, int] = defaultdict(int)
    for sample in samples:
        for part in sample.build:
            counts[part] += 1
    common = (
        {part for part, count in counts.items() if count > _OF_THE_SITE * len(samples)} if len(samples) > 3 else set()
    )
    templates: list[list[Sample]] = []
    for sample in samples:
        own = sample.build - common
        likeness = [
            sum(_likeness(own, other.build - common) for other in group[:_COMPARED]) / len(group[:_COMPARED])
            for group in templates
        ]
        best = max(range(len(templates)), key=lambda number: likeness[number], default=-1)
        if best >= 0 and likeness[best] >= _ALIKE:
            templates[best].append(sample)
        else:
            templates.append([sample])
    for group in templates:
        voters = [sample for sample in group if sample.kind in _SHOWN]
        total: dict[PageKind, float] = defaultdict(float)
        for sample in voters:
            for kind, probability in sample.probabilities.items():
                if kind in _SHOWN:
                    total[kind] += probability
        for sample in voters if len(voters) > 2 else ():
            if sample.confidence < _SURE:
                sample.kind = max(total, key=lambda kind: total[kind])
                sample.confidence = total[sample.kind] / len(voters)


def _likeness(one: frozenset[str] | set[str], other: frozenset[str] | set[str]) -> float:
    return len(one & other) / len(one | other) if one or other else 1.0
