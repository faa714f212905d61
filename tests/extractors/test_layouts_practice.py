"""The layouts of the practice markets against the world's truth: every record, by the crawl's own links."""

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from extractors.layout import load_layout
from extractors.reading import Reading, read_page
from extractors.records import Review
from nightpost.clock import FixedClock
from replica.markets.app import STOREFRONTS
from replica.markets.saving import pages
from replica.markets.storefront import Ask
from replica.world import World

FAMILIES = ("harbour", "lantern", "orchard")
HOST = "http://" + "b" * 56 + ".onion"
# Fields that the reading adds, or that no page states.
_NOT_COMPARED = {"kind", "captures", "first_seen_at", "images"}


@dataclass
class Crawl:
    """What was read of one practice market by following links as a crawl does."""

    truth: dict[str, Any]
    readings: dict[str, Reading] = field(default_factory=dict)
    unreached: set[str] = field(default_factory=set)

    def state(self, kind: str) -> dict[str, dict[str, Any]]:
        """The records of a kind by id; what a record's own page states stands over what other pages say of it."""
        state: dict[str, dict[str, Any]] = {}
        own: dict[str, dict[str, Any]] = {}
        for reading in self.readings.values():
            for record in reading.records:
                if record.kind != kind or isinstance(record, Review):
                    continue
                stated = {
                    name: value for name, value in record.model_dump(mode="json").items() if value not in (None, [])
                }
                target = own if reading.page_kind == kind else state
                target.setdefault(record.record_id, {}).update(stated)
        return {record_id: state.get(record_id, {}) | own.get(record_id, {}) for record_id in state.keys() | own.keys()}


@pytest.fixture(scope="module")
def world() -> World:
    return World.generate(seed=5, vendors=18, listings=70, markets=FAMILIES)


@pytest.fixture(scope="module")
def crawls(world: World) -> dict[str, Crawl]:
    return {family: crawl(world, family) for family in FAMILIES}


def crawl(world: World, market: str) -> Crawl:
    bodies = dict(pages(world, market, HOST))
    truth = world.truth(market, base_url=HOST)
    layout = load_layout(f"practice-{market}")
    fetched_at = datetime.fromisoformat(truth["at"])
    done = Crawl(truth)
    queue = deque([f"{HOST}/"])
    while queue:
        url = queue.popleft()
        if url in done.readings or url not in bodies:
            continue
        done.readings[url] = read_page(bodies[url], url=url, fetched_at=fetched_at, layout=layout, capture_id="c1")
        queue.extend(link.url for link in done.readings[url].links)
    done.unreached = bodies.keys() - done.readings.keys()
    return done


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("kind", ["listing", "vendor"])
def test_every_record_equals_the_truth(crawls: dict[str, Crawl], family: str, kind: str) -> None:
    found = crawls[family].state(kind)
    truths = crawls[family].truth[f"{kind}s"]
    wrong = []
    for truth in truths:
        name = truth["listing_id"] if kind == "listing" else truth["handle"].casefold()
        record = found[f"{family}/{name}"]
        for stated, value in truth.items():
            if stated in _NOT_COMPARED or (kind == "listing" and stated == "last_seen_at"):
                continue
            wanted = value if value != [] else None
            if record.get(stated) != wanted:
                wrong.append((name, stated, record.get(stated), wanted))
    assert wrong == []
    assert len(found) == len(truths)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_review_equals_the_truth(crawls: dict[str, Crawl], family: str) -> None:
    reviews = [
        record
        for reading in crawls[family].readings.values()
        for record in reading.records
        if isinstance(record, Review)
    ]
    read = Counter(_told_apart(review.model_dump(mode="json")) for review in reviews)
    true = Counter(_told_apart(review) for review in crawls[family].truth["reviews"])
    assert set(true) == set(read)


def _told_apart(review: dict[str, Any]) -> tuple[Any, ...]:
    amount = review["amount"] or {"amount": None, "currency": None}
    stated = [review[name] for name in ("vendor", "listing_id", "buyer", "rating", "text", "posted_at")]
    return (*stated, amount["amount"], amount["currency"])


@pytest.mark.parametrize("family", FAMILIES)
def test_every_page_is_known_and_nothing_is_wrong(crawls: dict[str, Crawl], family: str) -> None:
    readings = crawls[family].readings
    assert {url: reading.problems for url, reading in readings.items() if reading.problems} == {}
    kinds = {reading.page_kind for reading in readings.values()}
    assert kinds == {"category_index", "listing_index", "listing", "vendor", "reviews", "pgp"}


@pytest.mark.parametrize("family", FAMILIES)
def test_no_link_leads_to_where_something_is_done(world: World, crawls: dict[str, Crawl], family: str) -> None:
    shop = STOREFRONTS[family](world, world.market(family), FixedClock(world.start))
    links = {link.url for reading in crawls[family].readings.values() for link in reading.links}
    assert [url for url in links if shop.is_forbidden(url.removeprefix(HOST))] == []
    assert all(url.startswith(f"{HOST}/") for url in links)


@pytest.mark.parametrize("family", FAMILIES)
def test_index_pages_are_followed_first(crawls: dict[str, Crawl], family: str) -> None:
    front = crawls[family].readings[f"{HOST}/"]
    priorities = {link.kind: link.priority for link in front.links}
    assert priorities["listing_index"] > priorities["vendor"] > priorities["listing"]


@pytest.mark.parametrize("family", FAMILIES)
def test_login_and_missing_pages_are_recognised(world: World, family: str) -> None:
    shop = STOREFRONTS[family](world, world.market(family), FixedClock(world.start))
    ask = Ask("/", {}, HOST)
    layout = load_layout(f"practice-{family}")
    for html, kind in ((shop.login_page(ask, "token", failed=True), "login"), (shop.missing_page(ask), "not_found")):
        body = html.encode(shop.charset, "xmlcharrefreplace")
        assert read_page(body, url=HOST, fetched_at=world.start, layout=layout).page_kind == kind


@pytest.mark.parametrize("family", FAMILIES)
def test_the_declared_totals_are_the_worlds(crawls: dict[str, Crawl], family: str) -> None:
    totals = crawls[family].readings[f"{HOST}/"].totals
    assert len(totals) > 10
    assert max(total.count for total in totals) <= len(crawls[family].truth["listings"])
