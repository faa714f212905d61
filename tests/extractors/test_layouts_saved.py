"""The layouts on every saved page: kinds, main fields, links, and nothing wrong unreported.

White House, of which there are index pages alone, has its own file besides (`test_layouts_white_house`).
"""

import re
from collections import Counter
from pathlib import Path
from urllib.parse import quote

import pytest

from extractors.layout import load_layout
from extractors.reading import Reading, read_page
from extractors.records import Listing, Review, Vendor
from replica.gallery import find_pages
from tests.extractors.pages import FETCHED, HOST, SavedPages, only_listing

# Which kind the pages of a folder are.
KINDS = {
    "empire": {
        "listings": "listing",
        "search_results": "listing_index",
        "users": "vendor",
        "feedback": "reviews",
        "pgp": "pgp",
        "login_page": "login",
        "meta_refresh": "queue",
        "custom_server_errors": "not_found",
        "": "category_index",
    },
    "cryptonia": {
        "listings": "listing",
        "search_results": "listing_index",
        "users": "vendor",
        "feedback": "vendor",  # the second page of a profile's feedback is a whole profile
        "login_page": "login",
        "ddos": "queue",
        "": "category_index",
    },
    "white-house": {"": "listing_index"},
}
# Nothing was saved of it.
EMPTY = {"page3.html"}
# Saved pages that are cut off, and say so by problems.
CUT = {
    "listings/saved_cryptonia_listing_14",
    "listings/saved_cryptonia_listing_15",
    "search_results/saved_empire_search_result_1",
    "search_results/saved_cryptonia_search_result_in_category_7",
}


@pytest.mark.parametrize(("market", "count"), [("empire", 36), ("cryptonia", 51), ("white-house", 36)])
def test_every_saved_page_has_its_kind(shared_data: Path, market: str, count: int) -> None:
    pages = SavedPages(shared_data, market)
    names = [name for name in pages.names() if name not in EMPTY]
    expected = {name: KINDS[market][name.rpartition("/")[0]] for name in names}
    assert {name: pages.read(name).page_kind for name in names} == expected
    assert len(expected) == count


@pytest.mark.parametrize("market", ["empire", "cryptonia"])
def test_problems_only_where_a_page_is_cut(shared_data: Path, market: str) -> None:
    pages = SavedPages(shared_data, market)
    troubled = {name for name in pages.names() if pages.read(name).problems}
    assert troubled == CUT & set(pages.names())


@pytest.mark.parametrize("market", ["empire", "cryptonia"])
def test_main_fields_of_every_listing_page(shared_data: Path, market: str) -> None:
    pages = SavedPages(shared_data, market)
    # One page ends before its price, another after it.
    names = [name for name in pages.names() if name.startswith("listings/") and not name.endswith("listing_15")]
    for name in names:
        html = (pages.folder / name).read_text("utf-8")
        listing = pages.listing(name)
        assert listing.title, name
        assert listing.vendor, name
        assert f"/{listing.vendor}" in html, name
        assert listing.price is not None, name
        assert f"{listing.price.amount:,.2f}" in html, name
        assert listing.listing_id.isdecimal(), name
        assert listing.listing_id in html, name
        assert bool(listing.description) is (name != "listings/saved_cryptonia_listing_14"), name
        digital = re.search(r"Digital (Autoshop )?Listing", html) is not None
        assert bool(listing.ships_from) is bool(listing.ships_to) is not digital, name
    assert len(names) == 15


@pytest.mark.parametrize("market", ["empire", "cryptonia"])
def test_main_fields_of_every_vendor_page(shared_data: Path, market: str) -> None:
    pages = SavedPages(shared_data, market)
    names = [name for name in pages.names() if name.startswith("users/")]
    for name in names:
        html = (pages.folder / name).read_text("utf-8")
        vendor = pages.vendor(name)
        assert vendor.handle in html, name
        assert vendor.registered_at is not None, name
        assert vendor.rating is not None, name
        assert vendor.rating.scale == 100, name
        # A vendor may paste a key into the profile's text as well.
        assert bool(vendor.pgp_keys) is (market == "cryptonia" and "BEGIN PGP PUBLIC KEY" in html), name
    assert len(names) == {"empire": 6, "cryptonia": 22}[market]


def test_an_empire_listing_in_full(shared_data: Path) -> None:
    listing = SavedPages(shared_data, "empire").listing("listings/saved_empire_listing_9")
    assert listing.category == ["Drugs & Chemicals", "Cannabis & Hashish", "Buds & Flowers"]
    assert listing.ships_to == ["AT", "BE", "FI", "FR", "DE"]
    assert [(option.name, option.days_max) for option in listing.shipping_options][:2] == [
        ("Germany standard", 2.0),
        ("Germany Tracking EinwurfEinschreiben", 2.0),
    ]
    assert listing.payment == ["btc", "ltc", "xmr"]
    assert listing.posted_at is not None
    assert listing.posted_at.date().isoformat() == "2019-04-28"
    # The page's own address, wherever it was served from.
    assert listing.url is not None
    assert listing.url.startswith("http://empiremktxgjovhm.onion/product/45762/73/")


@pytest.mark.parametrize(
    ("market", "page"),
    [("empire", "feedback/saved_empire_feedback_0"), ("cryptonia", "users/saved_cryptonia_user_profile_0")],
)
def test_feedback_rows_are_reviews(shared_data: Path, market: str, page: str) -> None:
    reading = SavedPages(shared_data, market).read(page)
    reviews = [record for record in reading.records if isinstance(record, Review)]
    assert len(reviews) >= 25
    assert all(review.vendor and review.buyer and review.amount and review.posted_at for review in reviews)
    assert all(review.listing_id for review in reviews) is (market == "empire")
    assert set(Counter(review.rating for review in reviews)) <= {"positive", "neutral", "negative"}


def test_the_pgp_page_holds_the_vendors_key(shared_data: Path) -> None:
    pages = SavedPages(shared_data, "empire")
    vendor = pages.vendor("pgp/saved_empire_pgp_0")
    assert vendor.handle == pages.vendor("users/saved_empire_user_0").handle
    assert vendor.pgp_keys[0].startswith("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n")
    assert vendor.pgp_keys[0].endswith("\n-----END PGP PUBLIC KEY BLOCK-----")


def _changed(pages: SavedPages, name: str, *edits: tuple[str, str]) -> Reading:
    """A saved page with edits, which must change it."""
    html = (pages.folder / name).read_text("utf-8")
    for pattern, new in edits:
        edited = re.sub(pattern, new, html)
        assert edited != html, pattern
        html = edited
    return read_page(html.encode(), url=f"{HOST}/{name}", fetched_at=FETCHED, layout=pages.layout)


_UNFOCUSED = ("tablinks focus", "tablinks")


def test_an_account_without_store_and_sales_is_a_buyers(shared_data: Path) -> None:
    pages = SavedPages(shared_data, "empire")
    no_store = (r"/store/", "/nowhere/")
    never_rated = (r'(_feedback/[^"]*">)\d+<', r"\g<1>0<")
    name = "users/saved_empire_user_5"
    buyer = _changed(pages, name, no_store, never_rated, (r"<span[^>]*>Vendor level \d+</span>", ""))
    assert (buyer.page_kind, buyer.records, buyer.problems) == ("buyer", [], [])
    # One of both is no proof.
    assert _changed(pages, name, no_store).page_kind == "vendor"
    assert _changed(pages, name, never_rated).page_kind == "vendor"


def test_sales_are_those_of_a_vendor(shared_data: Path) -> None:
    pages = SavedPages(shared_data, "empire")
    assert [pages.vendor(f"users/saved_empire_user_{number}").sales for number in range(6)] == [
        385, None, 1630, 514, 384, 26,
    ]  # fmt: skip


def test_the_tabs_of_an_empire_listing(shared_data: Path) -> None:
    pages = SavedPages(shared_data, "empire")
    name = "listings/saved_empire_listing_4"
    feedback = _changed(pages, name, _UNFOCUSED, (r'tablinks ("[^>]*>Feedback)', r"tablinks focus\1"))
    refund = _changed(pages, name, _UNFOCUSED, (r'tablinks ("[^>]*>Refund)', r"tablinks focus\1"))
    whole = pages.listing(name)
    assert (feedback.page_kind, refund.page_kind) == ("reviews", "listing")
    for reading in (feedback, refund):
        # Only under the tab "Description" is the text the description.
        assert only_listing(reading) == whole.model_copy(update={"description": None})
        assert reading.problems == []


def test_what_an_account_wrote_of_others_is_no_review_of_it(shared_data: Path) -> None:
    pages = SavedPages(shared_data, "empire")
    left = (r'tablinks ("[^>]*>Left Feedback)', r"tablinks focus\1")
    reading = _changed(pages, "feedback/saved_empire_feedback_0", _UNFOCUSED, left)
    assert (reading.page_kind, reading.problems) == ("reviews", [])
    assert [record.kind for record in reading.records] == ["vendor"]


def test_an_index_row_of_cryptonia_holds_the_whole_listing(shared_data: Path) -> None:
    reading = SavedPages(shared_data, "cryptonia").read("search_results/saved_cryptonia_search_result_in_category_0")
    listings = [record for record in reading.records if isinstance(record, Listing)]
    assert {tuple(listing.category) for listing in listings} == {("Weed",)}
    assert sum(bool(listing.description and listing.shipping_options and listing.images) for listing in listings) == 25
    assert sum(len(listing.shipping_options) for listing in listings) == 56


@pytest.mark.parametrize("market", ["empire", "cryptonia"])
def test_links_stay_on_the_host_and_change_nothing(shared_data: Path, market: str) -> None:
    pages = SavedPages(shared_data, market)
    readings = [pages.read(name) for name in pages.names()]
    links = [link.url for reading in readings for link in reading.links if reading.page_kind != "queue"]
    assert all(url.startswith(HOST + "/") for url in links)
    acting = re.compile(
        r"message|order|logout|login|/cart/|balance|wallet|favorite|report|support|/account$|setQueue", re.IGNORECASE
    )
    assert [url for url in links if acting.search(url.removeprefix(HOST))] == []
    assert len(links) > 100


def test_declared_totals_of_both_markets(shared_data: Path) -> None:
    empire = SavedPages(shared_data, "empire").read("saved_empire_category_index_0").totals
    cryptonia = SavedPages(shared_data, "cryptonia").read("saved_cryptonia_category_index_0").totals
    assert (empire[0].name, empire[0].count) == ("Fraud", 4911)
    assert len(cryptonia) == 68


@pytest.mark.parametrize(("layout", "other"), [("empire", "cryptonia"), ("cryptonia", "empire")])
def test_a_page_of_another_market_gives_no_record(shared_data: Path, layout: str, other: str) -> None:
    pages = SavedPages(shared_data, other)
    for name in pages.names():
        if name.partition("/")[0] in {"listings", "users", "search_results", "feedback"}:
            body = (pages.folder / name).read_bytes()
            reading = read_page(body, url=HOST, fetched_at=FETCHED, layout=load_layout(layout))
            assert (reading.page_kind, reading.records) == ("other", []), name
            assert [problem.code for problem in reading.problems] == ["unknown_page"], name


@pytest.mark.parametrize("market", ["empire", "cryptonia"])
def test_the_gallery_of_saved_pages_leads_to_every_page(shared_data: Path, market: str) -> None:
    pages = SavedPages(shared_data, market)
    shown = find_pages(pages.folder).pages
    index = "".join(f'<li><a href="/{quote(path)}">{path}</a></li>' for path in shown)
    body = f"<title>{market}</title><h1>{market}</h1><ul>{index}</ul><p>page 1 of 1</p>".encode()
    reading = read_page(body, url=f"{HOST}/", fetched_at=FETCHED, layout=pages.layout)
    assert reading.page_kind == "other"
    assert {link.url for link in reading.links} == {f"{HOST}/{quote(path)}" for path in shown}
    assert {link.kind for link in reading.links} == {"other"}


def test_a_saved_page_is_read_from_its_file_path(shared_data: Path) -> None:
    file = shared_data / "pages" / "cryptonia" / "listings" / "saved_cryptonia_listing_0"
    reading = read_page(file.read_bytes(), url=str(file), fetched_at=None, layout=load_layout("cryptonia"))
    listing = next(record for record in reading.records if isinstance(record, Listing))
    vendor = next(record for record in reading.records if isinstance(record, Vendor))
    assert listing.listing_id == "19926843"
    assert vendor.sales == 1335
    assert reading.links == []


@pytest.mark.parametrize("market", ["empire", "cryptonia", "white-house"])
@pytest.mark.parametrize(
    "words",
    ["<title>Banned</title>", "<h1>Your account has been suspended</h1>", "<h2>You have been banned for spam.</h2>"],
)
def test_a_ban_is_told_by_its_words(market: str, words: str) -> None:
    page = f"<html>{words}<body><p>Contact the staff.</p></body></html>".encode()
    reading = read_page(page, url=HOST, fetched_at=FETCHED, layout=load_layout(market))
    assert (reading.page_kind, reading.problems) == ("banned", [])
