"""Pages whose kind is known: saved pages of real markets, the practice markets, the facades.

Each is an `Example`. A market is what is left out as a whole when accuracy is measured.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from evaluation.research import RESEARCH, saved_pages
from extractors.layout import load_layout
from extractors.page import parse_page
from extractors.reading import read_page
from extractors.records import PageKind
from nightpost.errors import ConfigurationError
from replica.facades import facade_names, render
from replica.markets.saving import pages
from replica.world import World

REAL_MARKETS = ("cryptonia", "empire", "white-house")
PRACTICE_MARKETS = ("harbour", "lantern", "orchard")
RESEARCH_PAGES = RESEARCH / "pages"
# Relative dates on saved pages count from some time; which, does not change what kind of page it is.
_FETCHED = datetime(2020, 1, 1, tzinfo=UTC)
_MOST_OF_A_KIND = 12


class NoExamplesError(ConfigurationError):
    """The pages that a training needs are not there."""


@dataclass(frozen=True, slots=True)
class Example:
    """A page whose kind is known.

    Attributes:
        market: where it is from.
        kind: what it is.
        body: its bytes.
        url: its address, or "" when it is not known.
    """

    market: str
    kind: PageKind
    body: bytes
    url: str = ""

    def root(self) -> etree._Element | None:
        """Its tree, or None when it is empty."""
        return parse_page(self.body, declared=None).root


def real_examples(folder: Path = RESEARCH_PAGES) -> list[Example]:
    """The saved pages of three real markets; the kind of each is what the market's layout says.

    Raises:
        NoExamplesError: the pages are not there.
    """
    if not folder.is_dir():
        raise NoExamplesError(
            f"there are no saved pages in {folder}; training needs the research data beside the project"
        )
    return [example for market in REAL_MARKETS for example in _saved(folder / market, market)]


def practice_examples(seed: int = 1) -> list[Example]:
    """Some pages of each kind of the practice markets, their kind by their layouts."""
    world = World.generate(seed=seed, vendors=25, listings=120, markets=PRACTICE_MARKETS)
    found: list[Example] = []
    for market in PRACTICE_MARKETS:
        layout = load_layout(f"practice-{market}")
        made = (
            Example(
                market,
                read_page(body, url=url, fetched_at=_FETCHED, layout=layout, with_links=False).page_kind,
                body,
                url,
            )
            for url, body in pages(world, market, f"http://{market}.onion")
        )
        found += some_of_each_kind(made)
    return found


def facade_examples(seed: int = 1, *, vendors: int = 12, listings: int = 40) -> list[Example]:
    """Some pages of each kind of every facade, with so many vendors and listings."""
    return [
        example
        for name in facade_names()
        for example in some_of_each_kind(
            Example(name, page.kind, page.html, page.url)
            for page in render(name, seed=seed, vendors=vendors, listings=listings)
        )
    ]


def some_of_each_kind(examples: Iterable[Example]) -> Iterator[Example]:
    """The first few examples of each kind, in order."""
    met: dict[str, int] = {}
    for example in examples:
        met[example.kind] = met.get(example.kind, 0) + 1
        if met[example.kind] <= _MOST_OF_A_KIND:
            yield example


def _saved(folder: Path, market: str) -> Iterator[Example]:
    layout = load_layout(market)
    for name, body in saved_pages(folder):
        reading = read_page(body, url=name, fetched_at=_FETCHED, layout=layout, with_links=False)
        yield Example(market, reading.page_kind, body)
