"""Pages of markets that no layout knows, read one at a time: right where they say what they mean, and never a crash."""

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from extractors.generic_reading import read_unknown
from extractors.page_kinds import KindGuess
from extractors.reading import Reading
from extractors.records import Listing, PageKind, Vendor
from tests.conftest import REPOSITORY
from tests.extractors.induction.markets import FETCHED, HOST, MARKETS, Page, kinds_as_told, market_pages

EVERY_KIND: tuple[PageKind, ...] = ("listing", "listing_index", "category_index", "vendor", "pgp", "reviews", "other")


def read(page: Page, **given: Any) -> Reading:
    """Read one page alone, its kind told."""
    told = {"guess_kind": kinds_as_told([page]), **given}
    return read_unknown(page.html.encode(), url=HOST + page.path, fetched_at=FETCHED, **told)


def always(kind: PageKind) -> Any:
    """A classifier that takes every page for one kind."""

    def guess(root: etree._Element, *, url: str = "") -> KindGuess:
        return KindGuess(kind, 1.0, {kind: 1.0})

    return guess


def page_of(market: str, kind: PageKind) -> Page:
    return next(page for page in market_pages(market) if page.kind == kind)


@pytest.mark.parametrize("market", MARKETS)
def test_a_listing_alone(market: str) -> None:
    page = page_of(market, "listing")
    reading = read(page, market="tea-house")
    [record] = reading.records
    assert isinstance(record, Listing)
    [truth] = page.truth
    assert (record.title, record.vendor) == (truth["title"], truth["vendor"])
    assert record.price is not None
    assert (record.price.amount, record.price.currency) == truth["price"]
    assert (record.ships_from, record.ships_to) == (truth["ships_from"], truth["ships_to"])
    assert (record.market, record.url) == ("tea-house", HOST + page.path)
    assert reading.page_kind == "listing"


@pytest.mark.parametrize("market", MARKETS)
def test_a_vendor_alone(market: str) -> None:
    page = page_of(market, "vendor")
    [record] = read(page).records
    assert isinstance(record, Vendor)
    [truth] = page.truth
    assert (record.handle, record.sales, record.pgp_keys) == (truth["handle"], truth["sales"], truth["pgp_keys"])
    assert record.registered_at is not None
    assert record.registered_at.date().isoformat() == truth["registered_at"]


@pytest.mark.parametrize("market", MARKETS)
def test_an_index_alone(market: str) -> None:
    page = page_of(market, "listing_index")
    reading = read(page)
    rows = [record for record in reading.records if isinstance(record, Listing)]
    assert [row.title for row in rows] == [truth["title"] for truth in page.truth]
    assert [row.vendor for row in rows] == [truth["vendor"] for truth in page.truth]
    assert [row.price and (row.price.amount, row.price.currency) for row in rows] == [
        truth["price"] for truth in page.truth
    ]
    listings = {one.path for one in market_pages(market) if one.kind == "listing"}
    assert all(row.url and row.url.removeprefix(HOST) in listings for row in rows)
    assert {link.kind for link in reading.links if link.url.removeprefix(HOST) in listings} == {"listing"}


@pytest.mark.parametrize("market", MARKETS)
def test_how_sure_the_kind_is_is_said(market: str) -> None:
    """Here by the trained classifier, which every reader without a layout has."""
    for page in market_pages(market):
        reading = read_unknown(page.html.encode(), url=HOST + page.path, fetched_at=FETCHED)
        assert reading.kind_confidence is not None
        assert 0 < reading.kind_confidence <= 1


def test_a_page_without_records_has_none() -> None:
    body = b"<html><head><title>Log in</title></head><body><form><input type=password name=p></form></body></html>"
    reading = read_unknown(body, url=f"{HOST}/login", fetched_at=FETCHED, guess_kind=always("login"))
    assert (reading.page_kind, reading.records) == ("login", [])


def test_where_the_classifier_is_unsure_the_status_decides() -> None:
    def unsure(root: etree._Element, *, url: str = "") -> KindGuess:
        return KindGuess("listing", 0.3, {"listing": 0.3, "other": 0.25})

    body = b"<html><body><h1>It is not here</h1></body></html>"
    for status, kind in ((404, "not_found"), (500, "error"), (200, "listing"), (None, "listing")):
        reading = read_unknown(body, url=f"{HOST}/x", fetched_at=FETCHED, status=status, guess_kind=unsure)
        assert reading.page_kind == kind


@pytest.mark.parametrize(
    ("body", "code"), [(b"", "empty"), (b"\0\0", "empty"), (b"<p>" + b"x" * 9_000_000, "too_large")]
)
def test_what_cannot_be_used_is_a_problem(body: bytes, code: str) -> None:
    reading = read_unknown(body, url=f"{HOST}/x", fetched_at=FETCHED)
    assert code in {problem.code for problem in reading.problems}
    assert reading.records == []


def test_a_saved_file_has_no_web_address() -> None:
    page = page_of("english", "listing")
    reading = read_unknown(page.html.encode(), url="saved/page.html", fetched_at=None, guess_kind=always("listing"))
    assert [record.url for record in reading.records if isinstance(record, Listing)] == [None]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400), st.text(max_size=20), st.sampled_from(EVERY_KIND))
def test_any_bytes_are_read(body: bytes, url: str, kind: PageKind) -> None:
    reading = read_unknown(body, url=url, fetched_at=None, guess_kind=always(kind))
    assert Reading.model_validate_json(reading.model_dump_json()) == reading


_PAGES = [page.html for market in MARKETS for page in market_pages(market)]
_NOISE = [
    "<table>", "</div>", "<td", "\0", "'\"", "<a href='http://[x'>", "&#x110000;", "<!--", "]]>", "💊", "\x01",
    "\u202e", "9" * 400, "<tr><td>", "Price:", "<a href=/user/'>'</a>", "<b class='x\n\x0by'>", "%", "\\", "<select>",
    "(?", "\ufffe",
]  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_changed_page_is_read(data: st.DataObject) -> None:
    html = data.draw(st.sampled_from(_PAGES))
    for _ in range(data.draw(st.integers(1, 4))):
        place, length = data.draw(st.integers(0, len(html))), data.draw(st.integers(0, 80))
        html = (
            html[:place] + data.draw(st.one_of(st.sampled_from(_NOISE), st.text(max_size=12))) + html[place + length :]
        )
    kind = data.draw(st.sampled_from(EVERY_KIND))
    body = html.encode("utf-8", "replace")
    reading = read_unknown(body, url=f"{HOST}/x", fetched_at=FETCHED, guess_kind=always(kind))
    assert Reading.model_validate_json(reading.model_dump_json()) == reading


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_names_in_a_page_are_read(data: st.DataObject) -> None:
    """Classes, ids, addresses and texts of a hostile page get into selectors and patterns."""
    names = st.one_of(st.sampled_from(_NOISE), st.text(max_size=10))
    odd = [data.draw(names).replace('"', "&quot;") for _ in range(5)]
    html = _PAGES[data.draw(st.integers(0, len(_PAGES) - 1))]
    for word, name in zip(("offer", "user", "quietfox", 'class="', 'id="'), odd, strict=True):
        html = html.replace(word, word + name)
    kind = data.draw(st.sampled_from(EVERY_KIND))
    reading = read_unknown(
        html.encode("utf-8", "replace"), url=f"{HOST}/x", fetched_at=FETCHED, guess_kind=always(kind)
    )
    assert Reading.model_validate_json(reading.model_dump_json()) == reading


@pytest.fixture(scope="module")
def hostile() -> list[dict[str, Any]]:
    """What each hostile page came to, in a process of limited memory and processor time."""
    command = [sys.executable, "-m", "tests.extractors.hostile_learning"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_hostile_pages_are_read_within_the_limits(hostile: list[dict[str, Any]]) -> None:
    assert len(hostile) > 60
    assert [case for case in hostile if "codes" not in case] == []


def test_what_is_too_large_or_too_deep_to_learn_from_is_told(hostile: list[dict[str, Any]]) -> None:
    codes = {case["page"]: set(case["codes"]) for case in hostile}
    assert {"too_deep", "too_large"} <= codes["100,000 nested tags"]
    assert "too_large" in codes["one line of 10 MB"]
    assert "too_many_links" in codes["20,000 links"]
