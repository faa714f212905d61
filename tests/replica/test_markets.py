"""The practice markets: what their pages show is the truth, and everything can be reached."""

import json
import re
import subprocess
import sys
from collections import deque
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import lxml.html
import pytest
from starlette.testclient import TestClient

from nightpost.clock import FixedClock
from replica.markets import market_app
from replica.markets.saving import save
from replica.world import World, WorldError
from replica.world.catalogue import FAMILIES
from tests.replica.readers import READERS, day, lantern_listing, orchard_money, plain, text
from tests.replica.shops import HOST, Shop, links, open_shop, walk


def test_everything_can_be_reached_and_nothing_forbidden_needs_to_be_asked(shop: Shop) -> None:
    found = walk(shop)
    for record in [*shop.truth["listings"], *shop.truth["vendors"]]:
        assert record["url"] in found
    assert shop.app.state.forbidden_hits == 0
    assert shop.app.state.media_hits == 0
    assert shop.app.state.page_hits == len(found)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_vendor_without_listings_can_be_reached(family: str) -> None:
    shop = open_shop(World.generate(seed=3, vendors=9, listings=4, markets=(family,)), family)
    found = walk(shop)
    assert {vendor["url"] for vendor in shop.truth["vendors"]} <= set(found)


def test_no_page_has_a_script_or_an_attribute_that_runs_one(shop: Shop) -> None:
    for listing in shop.truth["listings"]:
        page = shop.page(listing["url"])
        assert not page.xpath("//script | //@onerror | //@onclick | //*[starts-with(@href, 'javascript:')]")


# What the pages show is the truth.


def test_listing_pages_show_the_truth(shop: Shop) -> None:
    for record in shop.truth["listings"]:
        shown = READERS[shop.family][0](shop.page(record["url"]))
        assert {name: plain(value) for name, value in shown.items()} == {name: plain(record[name]) for name in shown}, (
            record["url"]
        )


def test_vendor_pages_show_the_truth(shop: Shop) -> None:
    for record in shop.truth["vendors"]:
        shown = READERS[shop.family][1](shop.page(record["url"]))
        external = [rating["sales"] for rating in record["external_ratings"]]
        assert shown.pop("external_ratings") == external
        rating = shown.pop("rating", {})
        assert rating.items() <= (record["rating"] or {}).items()
        assert {name: plain(value) for name, value in shown.items()} == {name: plain(record[name]) for name in shown}, (
            record["url"]
        )


def test_images_are_where_the_truth_says(shop: Shop) -> None:
    for record in shop.truth["listings"][:20]:
        page = shop.page(record["url"])
        shown = [urljoin(record["url"], source) for source in page.xpath("//img/@src | //a/@href")]
        assert set(record["images"]) <= set(shown)
    response = shop.client.get(next(record["images"][0] for record in shop.truth["listings"] if record["images"]))
    assert response.headers["content-type"] == "image/gif"
    assert shop.app.state.media_hits == 1


# Indexes.

INDEXES = {
    "harbour": ("/home/searchProducts", r"of (\d+) results", "//div[@class='head']/a/@href"),
    "lantern": ("/products", r"\((\d+) products\)", "//td[contains(@class, 'product')]/a/@href"),
    "orchard": (
        "/welcome?display=all",
        r"Found (\d+) listings",
        "//a[contains(@class, 'btn-success spacebutton')]/@href",
    ),
}


def _index_pages(shop: Shop, start: str) -> list[Any]:
    """The pages of an index, by following its page numbers."""
    seen: dict[str, Any] = {}
    queue = deque([urljoin(HOST, start)])
    paging = "//ul[@class='pagination']//a/@href | //a[@class='pagelink']/@href | //a[contains(@href, 'page=')]/@href"
    while queue:
        url = queue.popleft()
        if url not in seen:
            seen[url] = shop.page(url)
            queue.extend(urljoin(url, href) for href in seen[url].xpath(paging))
    return list(seen.values())


def test_an_index_declares_its_total_and_lists_that_many(shop: Shop) -> None:
    start, total, rows = INDEXES[shop.family]
    pages = _index_pages(shop, start)
    shown = {urljoin(f"{HOST}/", href) for page in pages for href in page.xpath(rows) if "page=" not in href}
    assert shown == {record["url"] for record in shop.truth["listings"]}
    assert {re.findall(total, page.text_content())[0] for page in pages} == {"100"}


@pytest.mark.parametrize(
    ("family", "targets"),
    [
        (
            "harbour",
            ["/home/searchProducts/9999990", "/home/searchProducts/7", "/category/categories/999/0", "/u/none"],
        ),
        ("lantern", ["/products?page=99", "/products?page=x", "/products?category=999", "/user/none", "/product/1"]),
        ("orchard", ["/welcome?display=all&page=99", "/welcome?action=show&listing=1", "/userinfo?user=none", "/no"]),
    ],
)
def test_what_is_not_there_is_a_404(small_world: World, family: str, targets: list[str]) -> None:
    shop = open_shop(small_world, family)
    for target in [*targets, "/nowhere/at/all"]:
        response = shop.client.get(target)
        assert response.status_code == 404, target
        assert "not found" in response.text.lower()


def test_a_search_finds_titles(shop: Shop) -> None:
    word = "xanax" if any("xanax" in record["title"].lower() for record in shop.truth["listings"]) else "mg"
    start, total, _ = INDEXES[shop.family]
    target = {"harbour": f"{start}?searchText={word}", "lantern": f"{start}?q={word}"}.get(
        shop.family, f"/welcome?searchterm={word}"
    )
    expected = sum(word in record["title"].lower() for record in shop.truth["listings"])
    assert expected > 0
    assert re.findall(total, shop.page(target).text_content())[0] == str(expected)


# Reviews and keys.


def test_reviews_are_shown_with_buyer_text_and_date(small_world: World) -> None:
    shop = open_shop(small_world, "orchard")
    record = max(shop.truth["vendors"], key=lambda vendor: vendor["rating"]["positive"])
    shown = []
    for page in _index_pages(shop, f"/reviews?vendor={record['handle']}&page=0"):
        for term in page.xpath("//dl/dt"):
            rating, buyer, rest = text(term, "./b"), text(term, "./i"), term.text_content()
            date, paid = re.findall(r" on (\d+ \w+ \d+), paid (\S+ \S+)", rest)[0]
            written = (rating, buyer, day(date, "%d %b %Y"), orchard_money(paid)["amount"])
            shown.append((*written, plain(term.getnext().text_content())))
    expected = [
        (review["rating"], review["buyer"], review["posted_at"], review["amount"]["amount"], plain(review["text"]))
        for review in shop.truth["reviews"]
        if review["vendor"] == record["handle"]
    ]
    assert sorted(set(shown)) == sorted(set(expected))
    assert len(expected) > 20


def test_feedback_of_harbour_is_sorted_by_sign_and_leads_to_the_listing(small_world: World) -> None:
    shop = open_shop(small_world, "harbour")
    shown: dict[str, set[tuple[str, str]]] = {"positive": set(), "neutral": set(), "negative": set()}
    vendors = [vendor["url"] for vendor in shop.truth["vendors"]]
    for url, page in walk(shop, vendors, r"/[pnc]_feedback/").items():
        sign = {"p": "positive", "c": "neutral", "n": "negative"}.get(re.findall(r"/(\w)_feedback/|$", url)[0])
        for row in page.xpath("//table[contains(@class, 'user_feedbackTbl')]//tr[td]") if sign else ():
            listing = row.xpath(".//a/@href")[0].split("/")[4]
            shown[str(sign)].add((listing, text(row, "./td[3]//font")))
    expected: dict[str, set[tuple[str, str]]] = {sign: set() for sign in shown}
    for review in shop.truth["reviews"]:
        expected[review["rating"]].add((review["listing_id"], review["buyer"]))
    assert shown == expected


def test_key_pages_show_the_vendors_key_and_the_markets(small_world: World, shop: Shop) -> None:
    market_key = small_world.market(shop.family).key
    assert market_key.fingerprint == shop.truth["market_pgp_fingerprint"]
    record = next(vendor for vendor in shop.truth["vendors"] if vendor["pgp_keys"])
    page = shop.page(record["url"])
    key_links = [link for link in links(page, record["url"]) if re.search(r"/pgp\b|tab=pgp", link)]
    shown = shop.page(key_links[0]).text_content()
    assert record["pgp_keys"][0] in shown
    assert market_key.armored in shown + page.text_content()


def test_the_markets_escrow_address_is_on_every_vendors_page(shop: Shop) -> None:
    for record in shop.truth["vendors"]:
        assert shop.truth["market_escrow_address"] in shop.page(record["url"]).text_content()


# Time, families and errors.


def test_a_later_visit_shows_later_prices(small_world: World, shop: Shop) -> None:
    clock = FixedClock(small_world.start)
    timed = open_shop(small_world, shop.family, clock=clock)
    url = shop.truth["listings"][0]["url"]
    reader = READERS[shop.family][0]
    first = [reader(timed.page(record["url"]))["price"] for record in shop.truth["listings"][:15]]
    clock.at = small_world.start + timedelta(days=12)
    second = [reader(timed.page(record["url"]))["price"] for record in shop.truth["listings"][:15]]
    truth = small_world.truth(shop.family, at=clock.at)["listings"]
    assert second == [record["price"] for record in truth[:15]]
    assert first != second
    assert str(clock.at.year) in timed.page(url).text_content()


def test_a_market_can_be_shown_by_another_family(small_world: World) -> None:
    app = market_app(small_world, "harbour", family="lantern")
    client = TestClient(app, base_url=HOST)
    record = small_world.truth("harbour", family="lantern", base_url=HOST)["listings"][0]
    shown = lantern_listing(lxml.html.fromstring(client.get(record["url"]).content.decode()))
    assert shown["price"] == record["price"]
    assert shown["title"] == record["title"]


def test_unknown_markets_and_families_are_refused(small_world: World) -> None:
    with pytest.raises(WorldError, match="no market 'empire'"):
        market_app(small_world, "empire")
    with pytest.raises(WorldError, match="no family of templates 'bazaar'"):
        market_app(small_world, "harbour", family="bazaar")


def test_pages_can_be_saved_with_their_truth(tmp_path: Path) -> None:
    world = World.generate(seed=5, vendors=3, listings=6, markets=("harbour", "orchard"))
    count = save(world, tmp_path)
    saved = 0
    for market in ("harbour", "orchard"):
        urls = json.loads((tmp_path / market / "urls.json").read_text())
        truth = json.loads((tmp_path / market / "truth.json").read_text())
        assert {record["url"] for record in truth["listings"]} <= set(urls.values())
        assert set(urls) == {file.name for file in (tmp_path / market).glob("*.html")}
        saved += len(urls)
    assert saved == count
    assert json.loads((tmp_path / "world.json").read_text()) == json.loads(json.dumps(world.identities()))


def test_the_command_prints_the_truth() -> None:
    command = [sys.executable, "-m", "replica.markets", "--truth", "--vendors", "2", "--listings", "3", "--seed", "9"]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    assert json.loads(done.stdout) == json.loads(
        World.generate(seed=9, vendors=2, listings=3, markets=FAMILIES).truth_json()
    )


def test_the_command_refuses_an_unknown_family() -> None:
    command = [sys.executable, "-m", "replica.markets", "--family", "bazaar"]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "there is no family of templates 'bazaar'; take one of harbour, lantern, orchard"
    ]
