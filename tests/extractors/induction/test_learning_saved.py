"""How well markets are learned from their pages alone: the real ones without their layouts, and the facades."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from lxml import etree

from extractors.induction.induce import SavedPage, induce
from extractors.layout import load_layout
from extractors.page_kinds import KindGuess
from extractors.reading import Reading, read_page
from replica.facades import facade_names, render
from training.learning_cases import FETCHED, HOST, Score, Tally, TruePage, real_market, score

# The least recall and precision of exact values, by what the pages are about.
LEAST = {"listing": 0.9, "vendor": 0.8, "row": 0.9}
# Empire writes continents as "Antarctica (c)", which reads as a country without its layout; judged and accepted.
JUDGED = {"empire": {"listing.ships_to": 0.85}}


def learned(pages: Sequence[TruePage]) -> Score:
    """A layout learned from pages whose kinds are told, measured on them."""
    kinds = {page.body: page.kind for page in pages}
    saved = [SavedPage(page.name, page.body, page.url or f"{HOST}{page.name}", FETCHED) for page in pages]
    told = {one.url: kinds[one.body] for one in saved}

    def guess(root: etree._Element, *, url: str = "") -> KindGuess:
        return KindGuess(told[url], 1.0, {told[url]: 1.0})

    layout = induce(saved, name="learned", guess_kind=guess).layout

    def read(page: TruePage) -> Reading:
        return read_page(page.body, url=page.url or HOST, fetched_at=FETCHED, layout=layout, with_links=False)

    return score(pages, read)


def pooled(scores: Iterable[Score]) -> dict[str, Tally]:
    """The tallies of several markets as one, each value counted once."""
    total: dict[str, Tally] = {}
    for one in scores:
        for name, tally in one.tallies.items():
            into = total.setdefault(name, Tally())
            into.found, into.missed, into.wrong = (
                into.found + tally.found, into.missed + tally.missed, into.wrong + tally.wrong,
            )  # fmt: skip
    return total


def too_low(tallies: dict[str, Tally], judged: dict[str, float]) -> dict[str, tuple[float | None, float | None]]:
    """Fields whose recall or precision is less than it must be."""
    least = {name: judged.get(name, LEAST[name.partition(".")[0]]) for name in tallies}
    return {
        name: (tally.recall, tally.precision)
        for name, tally in tallies.items()
        if any(measure is not None and measure < least[name] for measure in (tally.recall, tally.precision))
    }


@pytest.mark.parametrize("market", ["empire", "cryptonia", "white-house"])
def test_a_real_market_is_learned_from_its_pages(shared_data: Path, market: str) -> None:
    result = learned(real_market(market, shared_data / "pages"))
    assert sum(tally.found for tally in result.tallies.values()) > 100
    assert too_low(result.tallies, JUDGED.get(market, {})) == {}
    assert result.kinds_right / result.pages >= 0.95


def test_the_measure_sees_what_is_wrong(shared_data: Path) -> None:
    """A layout that reads other fields than it says is found out."""
    pages = real_market("cryptonia", shared_data / "pages")
    other = load_layout("empire")
    result = score(pages, lambda page: read_page(page.body, url=HOST, fetched_at=FETCHED, layout=other))
    assert {"listing.title", "vendor.handle", "row.price"} <= set(too_low(result.tallies, {}))


def test_the_facades_are_learned_from_their_pages() -> None:
    scores = []
    # Every second one: all of them take minutes, as `python -m training.learning` does.
    for name in facade_names()[::2]:
        pages = small(name)
        if any(page.records for page in pages):
            scores.append(learned(pages))
    assert len(scores) >= 10
    tallies = pooled(scores)
    assert all(tally.found >= 50 for tally in tallies.values()), tallies
    assert too_low(tallies, {}) == {}


def small(name: str) -> list[TruePage]:
    """A facade of few vendors and listings."""
    return [
        TruePage(page.path, page.url, page.html, page.kind, page.records)
        for page in render(name, vendors=6, listings=16)
    ]
