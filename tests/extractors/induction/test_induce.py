"""A market's layout from its saved pages, and what reading the pages with it says."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import yaml

from extractors.induction.induce import Induction, NothingLearnedError, SavedPage, induce
from extractors.layout import Layout, parse_layout
from extractors.reading import read_page
from extractors.records import Record
from tests.extractors.induction.markets import FETCHED, HOST, MARKETS, Page, kinds_as_told, market_pages

WHOLE = pytest.mark.parametrize("market", MARKETS)


def learn(pages: Sequence[Page], saved: Sequence[SavedPage] | None = None, **given: Any) -> Induction:
    """A layout from these pages, whose kinds are told."""
    taught = [page.saved for page in pages] if saved is None else saved
    return induce(taught, **{"name": "learned", "guess_kind": kinds_as_told(list(pages)), **given})


def said(record: Record, names: Sequence[str]) -> dict[str, Any]:
    """What a record says, in the form of a page's truth."""
    found = record.model_dump()
    price, since = found.get("price"), found.get("registered_at")
    found["price"] = price and (price["amount"], price["currency"])
    found["registered_at"] = since and since.date().isoformat()
    return {name: found[name] for name in names}


def wrong(pages: Sequence[Page], layout: Layout) -> list[tuple[str, object, object]]:
    """Where reading the pages differs from what they truly say: page, truth, reading."""
    found: list[tuple[str, object, object]] = []
    for page in pages:
        reading = read_page(page.html.encode(), url=HOST + page.path, fetched_at=FETCHED, layout=layout)
        if reading.page_kind != page.kind or reading.problems:
            found.append((page.path, page.kind, (reading.page_kind, reading.problems)))
        if len(reading.records) != len(page.truth):
            found.append((page.path, len(page.truth), reading.records))
        for truth, record in zip(page.truth, reading.records, strict=False):
            if truth != said(record, list(truth)):
                found.append((page.path, truth, record))
    return found


@WHOLE
def test_a_learned_layout_reads_the_market_exactly(market: str) -> None:
    pages = market_pages(market)
    learned = learn(pages)
    assert wrong(pages, learned.layout) == []
    assert learned.kinds == {"listing": 6, "vendor": 3, "listing_index": 2}
    assert learned.notes == []


@WHOLE
def test_a_page_that_was_not_among_them_is_read_too(market: str) -> None:
    pages = market_pages(market)
    learned = learn([page for number, page in enumerate(pages) if number not in {1, 7}])
    assert wrong(pages, learned.layout) == []


@WHOLE
def test_links_lead_on_to_what_holds_records(market: str) -> None:
    pages = market_pages(market)
    layout = learn(pages).layout
    index = next(page for page in pages if page.kind == "listing_index")
    links = read_page(index.html.encode(), url=HOST + index.path, fetched_at=FETCHED, layout=layout).links
    led = {link.url.removeprefix(HOST): link.kind for link in links}
    assert {path: kind for path, kind in led.items() if kind == "listing"}.keys() == {page.path for page in pages[:3]}
    assert next(page.path for page in pages if page.kind == "listing_index" and page is not index) in led
    vendor = next(page.path for page in pages if page.kind == "vendor")
    assert led.get(vendor) == "vendor"


@WHOLE
def test_the_file_says_all_that_the_layout_does(market: str) -> None:
    learned = learn(market_pages(market), market="tea-house")
    again = parse_layout(learned.text)
    assert again == learned.layout
    assert (again.name, again.market) == ("learned", "tea-house")
    given = yaml.safe_load(learned.text)
    assert given["extends"] == "generic"
    assert {"login", "captcha", "not_found"} <= {page.kind for page in again.pages}


@WHOLE
def test_every_field_has_its_confidence_and_evidence(market: str) -> None:
    given = yaml.safe_load(learn(market_pages(market)).text)
    for page in given["pages"]:
        assert 0 <= page["confidence"] <= 1
        assert page["evidence"]
        for record in page.get("records", []):
            # The address of a row is the link by which the row was found.
            fields = {name: spec for name, spec in record["fields"].items() if name not in {"url", "listing_id"}}
            assert fields
            for name, spec in fields.items():
                for part in spec.get("fields", {"": spec}).values():
                    assert 0 < part["confidence"] < 1, name
                    assert part["evidence"], name


@WHOLE
def test_the_file_repeats_no_title(market: str) -> None:
    pages = market_pages(market)
    text = learn(pages).text.replace("\\ ", " ")
    titles = {truth["title"] for page in pages for truth in page.truth if "title" in truth}
    assert [title for title in titles if title in text] == []


def test_the_conventions_are_told_from_all_pages() -> None:
    assert learn(market_pages("german")).layout.decimal == ","
    assert learn(market_pages("german")).layout.dates == "dmy"
    assert learn(market_pages("english")).layout.decimal == "."


@WHOLE
def test_the_same_pages_give_the_same_file(market: str) -> None:
    assert learn(market_pages(market)).text == learn(market_pages(market)).text


@WHOLE
@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_pages_does_not_change_what_is_read(market: str, seed: int) -> None:
    pages = market_pages(market)
    shuffled = random.Random(seed).sample(pages, len(pages))
    assert wrong(pages, learn(shuffled).layout) == []


@WHOLE
def test_pages_that_were_saved_twice_change_nothing(market: str) -> None:
    pages = market_pages(market)
    assert wrong(pages, learn([*pages, *pages, *pages[:2]]).layout) == []


@WHOLE
def test_one_page_of_each_kind_is_enough_for_what_stands_beside_labels(market: str) -> None:
    pages = market_pages(market)
    few = [pages[0], pages[6], pages[9]]
    learned = learn(few)
    listing = read_page(few[0].html.encode(), url=HOST + few[0].path, fetched_at=FETCHED, layout=learned.layout)
    vendor = read_page(few[1].html.encode(), url=HOST + few[1].path, fetched_at=FETCHED, layout=learned.layout)
    names = ["title", "vendor", "price", "ships_from", "ships_to"]
    assert said(listing.records[0], names) == {name: few[0].truth[0][name] for name in names}
    names = ["handle", "sales", "registered_at", "pgp_keys"]
    assert said(vendor.records[0], names) == {name: few[1].truth[0][name] for name in names}


@WHOLE
@pytest.mark.parametrize("kind", ["listing", "listing_index", "vendor"])
def test_a_market_of_one_kind_of_page(market: str, kind: str) -> None:
    pages = [page for page in market_pages(market) if page.kind == kind]
    learned = learn(pages)
    assert wrong(pages, learned.layout) == []
    assert learned.kinds == {kind: len(pages)}


def spoilt(page: Page, body: bytes, name: str = "spoilt.html") -> SavedPage:
    return replace(page.saved, name=name, body=body)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"\0" * 5000, "empty"),
        (b"<p>" + b"x" * 4_000_000, "too_large"),
        (b"<div>" * 50_000, "too_deep"),
        (b"<b>x</b>" * 200_000, "too_large"),
    ],
    ids=["empty", "blank", "nulls", "huge", "deep", "tags"],
)
def test_a_page_that_cannot_be_used_is_left_out_and_named(body: bytes, reason: str) -> None:
    pages = market_pages("english")
    learned = learn(pages, [spoilt(pages[0], body), *(page.saved for page in pages)])
    assert learned.notes == [f"spoilt.html: {reason}, left out"]
    assert wrong(pages, learned.layout) == []


@pytest.mark.parametrize(
    "body", [bytes(range(256)) * 40, b"\x89PNG\r\n\x1a\n" + b"\x00\xff\x10" * 3000, b"%PDF-1.4 \0\1\2"]
)
def test_what_is_no_page_does_no_harm(body: bytes) -> None:
    pages = market_pages("english")
    saved = SavedPage("picture", body, f"{HOST}/picture", FETCHED)
    assert wrong(pages, learn(pages, [saved, *(page.saved for page in pages)]).layout) == []


@WHOLE
def test_a_page_that_was_cut_does_no_harm(market: str) -> None:
    pages = market_pages(market)
    cut = [replace(page.saved, body=page.saved.body[: len(page.saved.body) // 2]) for page in (pages[2], pages[8])]
    learned = learn(pages, [*(page.saved for page in pages), *cut])
    assert wrong(pages, learned.layout) == []


def test_a_charset_that_is_stated_wrongly_does_no_harm() -> None:
    pages = market_pages("russian")
    stated = [replace(page.saved, charset="ascii") for page in pages]
    assert wrong(pages, learn(pages, stated).layout) == []


def test_null_bytes_within_a_page_do_no_harm() -> None:
    pages = market_pages("german")
    saved = [replace(page.saved, body=page.saved.body.replace(b"<p>", b"<p>\0")) for page in pages]
    assert wrong(pages, learn(pages, saved).layout) == []


def test_pages_without_an_address_are_told_by_what_stands_on_them() -> None:
    pages = market_pages("english")
    bodies = {page.html.encode(): page for page in pages}
    learned = learn(pages)
    for body, page in bodies.items():
        reading = read_page(body, url="saved/page.html", fetched_at=None, layout=learned.layout)
        assert reading.page_kind == page.kind


def test_nothing_that_can_be_read_is_told() -> None:
    with pytest.raises(
        NothingLearnedError, match=r"^none of 2 pages could be read; save whole HTML pages and try again$"
    ):
        induce([SavedPage("a", b""), SavedPage("b", b"\0")], name="none")
    with pytest.raises(NothingLearnedError, match="none of 0 pages"):
        induce([], name="none")


def test_pages_without_records_are_told() -> None:
    pages = [
        SavedPage(str(number), b"<html><body><h1>Hello</h1><p>Nothing is for sale.</p></body></html>")
        for number in range(3)
    ]
    with pytest.raises(
        NothingLearnedError, match=r"no listing, vendor or index was found in 3 pages; save some of each kind"
    ):
        induce(pages, name="none", guess_kind=kinds_as_told([]))
