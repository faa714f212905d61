"""A market that changes its pages is reported on the first page: by the assertions of its layout, for each change."""

from pathlib import Path

import pytest

from extractors.layout import load_layout
from extractors.reading import Reading, read_page
from tests.extractors.changed_pages import PAGES, changes, classes, labels, stated, without_classes
from tests.extractors.pages import FETCHED, HOST

# Fields that many pages rightly do not state: that one of them is gone is no sign of a change.
OPTIONAL = {
    ("listing", "images"),
    ("listing", "prices"),
    ("vendor", "external_ratings"),
    ("vendor", "contacts"),
    ("vendor", "ships_from"),
    # Under the tabs of an Empire profile: a vendor that the market banned has neither.
    ("vendor", "level"),
    ("vendor", "sales"),
}


def read(html: str, market: str) -> Reading:
    return read_page(html.encode(), url=f"{HOST}/page", fetched_at=FETCHED, layout=load_layout(market))


@pytest.mark.parametrize(("market", "name"), [(market, name) for market, names in PAGES.items() for name in names])
def test_each_single_change_is_reported(shared_data: Path, market: str, name: str) -> None:
    html = (shared_data / "pages" / market / name).read_text("utf-8")
    whole = read(html, market)
    assert whole.problems == []
    harmed, silent = [], []
    for what, changed in changes(html, market):
        reading = read(changed, market)
        lost = stated(whole) - stated(reading)
        if lost.keys() - OPTIONAL:
            harmed.append(what)
            if not reading.problems:
                silent.append((what, lost))
    assert silent == []
    assert len(harmed) >= 3


@pytest.mark.parametrize(("market", "name"), [(market, name) for market, names in PAGES.items() for name in names])
def test_a_page_with_every_class_renamed_is_reported(shared_data: Path, market: str, name: str) -> None:
    html = (shared_data / "pages" / market / name).read_text("utf-8")
    reading = read(without_classes(html), market)
    assert [problem.code for problem in reading.problems] != []
    assert stated(reading).total() < stated(read(html, market)).total()


@pytest.mark.parametrize("market", PAGES)
def test_the_changes_are_those_of_the_layout(market: str) -> None:
    assert len(classes(market)) >= 2
    assert len(labels(market)) >= 4
