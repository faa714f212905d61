"""The layout of White House on every saved page: rows beside an older parser's, kinds, totals, links, problems.

What the older parser has otherwise is listed below, each kind read by hand on the page: the page decides.
"""

import re
from collections import Counter
from pathlib import Path

import pytest

from extractors.layout import load_layout
from extractors.reading import Reading, read_page
from tests.extractors.pages import FETCHED, HOST, SavedPages
from tests.extractors.white_house import DIGITAL, NO_PRICE, Offer, differences, offers

# (field, the older parser's value, currency of the page's price): on how many rows, and why our value stands.
JUDGED = {
    ("price", NO_PRICE, "AUD"): (
        50,
        "priced in AUD, so not converted: it is the price itself",
    ),
    ("price", NO_PRICE, "CAD"): (18, "priced in CAD: the page states AUD last, where the older parser did not look"),
}
EMPTY = "page3.html"
# Cut off in the search form above the rows, and within the last row.
CUT = {
    "page0.html": {("too_few_rows", "listing")},
    "page36.html": {
        ("missing_field", "listing.title"),
        ("missing_field", "listing.vendor"),
        ("missing_field", "listing.price"),
        ("row_left_out", "listing"),
    },
}
ROWS_A_PAGE = 40


@pytest.fixture(scope="module")
def pages(shared_data: Path) -> SavedPages:
    return SavedPages(shared_data, "white-house")


@pytest.fixture(scope="module")
def readings(pages: SavedPages) -> dict[str, Reading]:
    return {name: pages.read(name) for name in pages.names() if name != EMPTY}


@pytest.fixture(scope="module")
def found(shared_data: Path) -> dict[str, Offer]:
    return offers(shared_data)


def test_both_have_the_same_rows(found: dict[str, Offer]) -> None:
    assert sum(len(offer.silver) for offer in found.values()) == 1373
    assert [url for url, offer in found.items() if len(offer.silver) != len(offer.ours)] == []


@pytest.mark.parametrize("field", ["title", "vendor", "category", "price", "ships_from", "ships_to"])
def test_rows_agree_or_are_judged(found: dict[str, Offer], field: str) -> None:
    different = [one for one in differences(found) if one.field == field]
    kinds: Counter[tuple[str, str, str]] = Counter()
    for one in different:
        kinds[field, one.silver, one.currency] += one.rows
    total = sum(len(offer.silver) for offer in found.values())
    print(f"{field}: {total - kinds.total()} of {total} rows agree, {kinds.total()} judged")
    assert kinds == {kind: rows for kind, (rows, _) in JUDGED.items() if kind[0] == field}


def test_what_is_compared_is_there(found: dict[str, Offer]) -> None:
    listings = [listing for offer in found.values() for listing in offer.ours]
    stated = Counter(name for one in listings for name, value in one.model_dump().items() if value not in (None, []))
    for name in ("listing_id", "url", "title", "vendor", "category", "price", "escrow"):
        assert stated[name] == 1373, name
    # All but digital goods: those that the older parser has so.
    digital = Counter(
        (column, row[column] == DIGITAL)
        for offer in found.values()
        for row in offer.silver
        for column in ("Shipping From", "Shipping To")
    )
    assert stated["ships_from"] == digital["Shipping From", False] == 949
    assert stated["ships_to"] == digital["Shipping To", False] == 962
    assert Counter(one.escrow for one in listings) == {"escrow": 1304, "finalize_early": 69}
    assert Counter(one.stock for one in listings) == {None: 1363, 0: 10}


def test_the_empty_page_says_so(pages: SavedPages) -> None:
    reading = pages.read(EMPTY)
    assert (reading.page_kind, [problem.code for problem in reading.problems]) == ("other", ["empty"])


def test_problems_only_where_a_page_is_cut(readings: dict[str, Reading]) -> None:
    problems = {
        name: {(problem.code, problem.field) for problem in reading.problems}
        for name, reading in readings.items()
        if reading.problems
    }
    assert problems == CUT


def test_no_row_is_missed(pages: SavedPages, readings: dict[str, Reading]) -> None:
    """The market numbers its rows: the first of page 10 is the 401st."""
    for name, reading in readings.items():
        if name not in CUT:
            page = int(re.findall(r"\d+", name)[0])
            html = (pages.folder / name).read_text("utf-8")
            ranks = [int(rank) for rank in re.findall(r'<span class="badge">(\d+)</span><div class="row', html)]
            assert ranks == list(range(page * ROWS_A_PAGE + 1, (page + 1) * ROWS_A_PAGE + 1)), name
            assert len(reading.records) == ROWS_A_PAGE, name
    assert len(readings["page36.html"].records) == 13


def test_declared_totals_are_those_of_the_page(readings: dict[str, Reading]) -> None:
    totals = [(total.name, total.count) for total in readings["page1.html"].totals]
    assert totals[:3] == [("All", 23624), ("Drugs", 15546), ("Benzos - Other", 58)]
    assert totals[-1] == ("listings", 23624)
    for name, reading in readings.items():
        counts = {total.name: total.count for total in reading.totals}
        assert len(counts) == len(reading.totals), name
        # The market counts its menu at other times than the list: they differ by a few listings.
        assert abs(counts.get("listings", counts["All"]) - counts["All"]) < 10, name
        parts = ["Drugs", "Online Business", "Software", "Services", "Forgeries/Counterfeits", "Defense/Counter Intel"]
        assert sum(counts[part] for part in parts) == counts["All"], name


def test_links_lead_to_pages_categories_vendors_and_listings(readings: dict[str, Reading]) -> None:
    links = readings["page10.html"].links
    assert Counter(link.kind for link in links)["listing"] == ROWS_A_PAGE
    paths = {link.url.removeprefix(HOST): link for link in links}
    assert {f"/welcome?display=all&page={page}" for page in (0, 11, 589)} <= set(paths)
    assert {"/welcome", "/welcome?display=all", "/welcome?c=1", "/welcome?sc=35"} <= set(paths)
    order = [paths[path].priority for path in ("/welcome", "/welcome?display=all&page=11", "/welcome?c=1")]
    assert order == sorted(order, reverse=True)
    assert order[-1] > max(link.priority for link in links if link.kind in {"vendor", "listing"})
    acting = re.compile(
        r"^/(send)?(message|order|logout|account|wallet|withdraw|pgp|ticket|sortby|invoice|feedback|remove)"
    )
    assert [path for path in paths if acting.search(path)] == []


@pytest.mark.parametrize("layout", ["empire", "cryptonia"])
def test_pages_of_white_house_give_no_record_of_another_market(pages: SavedPages, layout: str) -> None:
    body = (pages.folder / "page1.html").read_bytes()
    reading = read_page(body, url=HOST, fetched_at=FETCHED, layout=load_layout(layout))
    assert (reading.page_kind, reading.records) == ("other", [])


def test_one_listing_under_the_same_path_is_not_taken_for_an_index(pages: SavedPages) -> None:
    body = (pages.folder / "page1.html").read_bytes()
    reading = read_page(body, url=f"{HOST}/welcome?action=show&listing=7", fetched_at=FETCHED, layout=pages.layout)
    assert reading.page_kind == "other"
