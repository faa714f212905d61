"""What ingest must do on every store: each store's test module inherits this suite."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from spacy.language import Language

from archive.reader import ArchiveReader
from extractors.records import Capture, Listing, Mention, Observation, Review, Vendor
from index.documents import Document, Kind, record_of
from index.ingest import IngestSummary, ingest
from index.query import parse
from index.search import Request
from index.store import Store
from nightpost.clock import FixedClock
from tests.index.market import HOST, LAYOUT, START, Market, index_page, listing_fields, listing_page, vendor_page

CLOCK = FixedClock(START)
KINDS: tuple[Kind, ...] = ("listing", "vendor", "review", "mention", "observation", "version", "capture")
DAY = timedelta(days=1)


def everything(store: Store) -> dict[str, dict[str, Any]]:
    """All that a store holds, to compare."""
    return {f"{kind}:{one.id}": one.model_dump() for kind in KINDS for one in store.scan(kind)}


def found(store: Store, query: str) -> list[str]:
    return sorted(hit.document.id for hit in store.search(Request(condition=parse(query, CLOCK).condition)).hits)


def get(store: Store, kind: Kind, name: str) -> Document:
    document = store.get(kind, name)
    assert document is not None, f"{kind}:{name}"
    return document


class IngestSuite:
    """The module of each store's tests has a fixture ``store``, an empty one; ``nlp`` is the real pipeline."""

    @pytest.fixture
    def market(self, tmp_path: Path) -> Market:
        return Market(tmp_path / "archive")

    def run(self, market: Market, store: Store, nlp: Language, *, replay: bool = False) -> IngestSummary:
        folder = market.folder.parent / "state"
        return ingest(ArchiveReader(market.folder), store, {"plain": LAYOUT}, nlp, folder=folder, replay=replay)

    def test_a_market_becomes_documents(self, market: Market, store: Store, nlp: Language) -> None:
        first, second, third = market.capture(
            index_page(listing_fields(1, title="10g MDMA"), listing_fields(2, title="Viagra 100mg")),
            listing_page(
                1, title="10g MDMA crystals", vendor="Dr_Green", price="$45.50", stock=7, from_="Germany", to="World",
                text="Write to dr.green@protonmail.com. We ship with DHL.",
            ),
            vendor_page("Dr_Green", text="Since 2015", terms="No refunds", reviews=[("a", "fast"), ("b", "ok")]),
        )  # fmt: skip
        summary = self.run(market, store, nlp)

        assert (summary.pages, summary.rejected, summary.without_layout) == (3, 0, [])
        assert summary.page_kinds == {"category_index": 1, "listing": 1, "vendor": 1}
        listing = get(store, "listing", "plain/1")
        record = record_of(listing)
        assert isinstance(record, Listing)
        assert (record.title, record.vendor, record.stock) == ("10g MDMA crystals", "Dr_Green", 7)
        assert record.captures == [first, second]
        assert (record.first_seen_at, record.last_seen_at) == (
            START + timedelta(minutes=1), START + timedelta(minutes=2),
        )  # fmt: skip
        assert listing.body["sources"]["title"] == second
        vendor = record_of(get(store, "vendor", "plain/dr_green"))
        assert isinstance(vendor, Vendor)
        assert (vendor.description, vendor.terms, vendor.captures) == ("Since 2015", "No refunds", [third])
        assert store.counts()["review"] == 2
        capture = get(store, "capture", second)
        assert record_of(capture) == Capture.model_validate(
            {
                **ArchiveReader(market.folder).get(second).model_dump(include=set(Capture.model_fields)),
                "page_kind": "listing",
            }
        )

    def test_what_was_read_is_searched(self, market: Market, store: Store, nlp: Language) -> None:
        market.capture(
            listing_page(
                1, title="10g MDMA crystals", vendor="Dr_Green", price="$45.50", stock=7, from_="Germany", to="World",
                text="Write to dr.green@protonmail.com. We ship with DHL.",
            ),
            listing_page(2, title="Cocaine 3.5g", vendor="alice", price="0.01 BTC", text="From the Netherlands"),
            vendor_page("Dr_Green", text="BTC 1BoatSLRHtKNngkdXEeobR76b53LETtpyT", terms="No refunds"),
        )  # fmt: skip
        self.run(market, store, nlp)
        for query, ids in {
            "kind:listing substance:mdma": ["plain/1"],
            "kind:listing class:stimulant": ["plain/2"],
            "kind:listing grams:[3 TO 5]": ["plain/2"],
            "kind:listing price:45.5": ["plain/1"],
            "kind:listing currency:BTC cost:0.01 NOT has:price": ["plain/2"],
            "kind:listing ships_from:germany ships_to:WW stock:7": ["plain/1"],
            "kind:listing contact:dr.green@protonmail.com": ["plain/1"],
            "kind:listing vendor:dr_green seen:2026-03": ["plain/1"],
            "kind:vendor address:1BoatSLRHtKNngkdXEeobR76b53LETtpyT": ["plain/dr_green"],
            "kind:vendor 1BoatSLRHtKNngkdXEeobR76b53LETtpyT": ["plain/dr_green"],
            "kind:vendor refunds dr_green": ["plain/dr_green"],
        }.items():
            assert found(store, query) == ids, query
        (capture,) = found(store, f'kind:capture url:"{HOST}/item/1" page:listing status:200 site:plain run:run-1')
        assert get(store, "listing", "plain/1").body["captures"] == [capture]
        mentions = [record_of(one) for one in store.scan("mention", parse("type:email", CLOCK).condition)]
        assert [(one.value, one.source) for one in mentions if isinstance(one, Mention)] == [
            ("dr.green@protonmail.com", "listing:plain/1#description")
        ]

    def test_the_own_page_beats_an_index_row_and_the_newest_of_each_wins(
        self, market: Market, store: Store, nlp: Language
    ) -> None:
        own, *_rest = market.capture(
            listing_page(1, title="Whole title of the listing", price="$10", stock=5),
            index_page(listing_fields(1, title="Whole title...", price="$11", vendor="bob")),
            listing_page(2, title="Another", also=listing_fields(1, title="Whole ti", stock=4)),
        )
        self.run(market, store, nlp)
        body = get(store, "listing", "plain/1").body
        assert (body["title"], body["price"]["amount"], body["stock"]) == ("Whole title of the listing", 10, 5)
        # Only the row states the vendor, so that the row's word counts.
        assert (body["vendor"], body["sources"]["vendor"]) == ("bob", body["captures"][1])
        assert body["sources"]["title"] == own
        assert len(body["captures"]) == 3

        (newer,) = market.capture(listing_page(1, title="Whole title of the listing", price="$12"))
        self.run(market, store, nlp)
        body = get(store, "listing", "plain/1").body
        assert (body["price"]["amount"], body["sources"]["price"]) == (12, newer)
        assert (body["stock"], body["sources"]["stock"]) == (5, own)

    def test_changes_are_observed(self, market: Market, store: Store, nlp: Language) -> None:
        market.capture(
            listing_page(1, title="MDMA", price="$10", stock=5, from_="NL"),
            index_page(listing_fields(1, title="MD...", price="$99")),
            vendor_page("bob", text="old words"),
        )
        self.run(market, store, nlp)
        assert "observation" not in store.counts()
        listing, vendor = market.capture(
            listing_page(1, title="MDMA", price="$12", stock=5, from_="DE"), vendor_page("bob", text="new words"),
            later=DAY,
        )  # fmt: skip
        self.run(market, store, nlp)
        changes = [record_of(one) for one in store.scan("observation")]
        assert [
            (one.record, one.field, one.before, one.after, one.capture)
            for one in changes
            if isinstance(one, Observation)
        ] == [
            (
                "listing:plain/1", "price",
                {"amount": 10.0, "currency": "USD"}, {"amount": 12.0, "currency": "USD"}, listing,
            ),
            ("listing:plain/1", "ships_from", ["NL"], ["DE"], listing),
            ("vendor:plain/bob", "description", "old words", "new words", vendor),
        ]  # fmt: skip
        assert found(store, "kind:observation field:price seen:2026-03-02") == [f"listing:plain/1#price@{listing}"]

    def test_mentions_follow_their_text(self, market: Market, store: Store, nlp: Language) -> None:
        market.capture(vendor_page("bob", text="mail bob@protonmail.com or rob@protonmail.com"))
        self.run(market, store, nlp)
        assert len(found(store, "kind:mention type:email")) == 2
        assert found(store, "kind:vendor contact:rob@protonmail.com") == ["plain/bob"]
        market.capture(vendor_page("bob", text="mail new@protonmail.com"))
        self.run(market, store, nlp)
        (mention,) = store.scan("mention", parse("type:email", CLOCK).condition)
        assert mention.body["value"] == "new@protonmail.com"
        assert found(store, "contact:rob@protonmail.com") == []

    def test_a_review_that_is_seen_again_is_one_review(self, market: Market, store: Store, nlp: Language) -> None:
        reviews = [("a***b", "great"), ("a***b", "great"), ("c***d", "meh")]
        first, second = market.capture(
            vendor_page("bob", reviews=reviews), vendor_page("bob", reviews=[("x***y", "new"), *reviews])
        )
        self.run(market, store, nlp)
        (third,) = market.capture(vendor_page("bob", reviews=reviews))
        self.run(market, store, nlp)
        records = [record_of(one) for one in store.scan("review")]
        assert sorted((one.text, one.captures) for one in records if isinstance(one, Review)) == [
            ("great", [first, second, third]),
            ("great", [first, second, third]),
            ("meh", [first, second, third]),
            ("new", [second]),
        ]

    def test_how_often_it_runs_makes_no_difference(self, market: Market, store: Store, nlp: Language) -> None:
        rounds = [
            [
                listing_page(
                    number, title=f"{day} g MDMA", price=f"${day + number}", text="bob@protonmail.com " * (day % 3)
                )
                for number in range(3)
            ]
            + [vendor_page("bob", text=f"day {day}", reviews=[("a", "good"), ("b", f"day {day}")])]
            for day in range(4)
        ]
        for pages in rounds:
            market.capture(*pages, later=DAY)
            self.run(market, store, nlp)
        bit_by_bit = everything(store)
        assert len(bit_by_bit) > 40
        summary = self.run(market, store, nlp)
        assert summary.pages == 0
        assert self.run(market, store, nlp, replay=True).pages == 16
        assert everything(store) == bit_by_bit

    def test_a_site_without_layout_waits(self, market: Market, store: Store, nlp: Language) -> None:
        Market(market.folder, "unknown").capture(listing_page(9, title="later"))
        market.capture(listing_page(1, title="now"))
        summary = self.run(market, store, nlp)
        assert (summary.pages, summary.without_layout, store.cursor("unknown")) == (1, ["unknown"], 0)
        reader = ArchiveReader(market.folder)
        folder = market.folder.parent / "state"
        assert ingest(reader, store, {"plain": LAYOUT, "unknown": LAYOUT}, nlp, folder=folder).pages == 1
        assert found(store, "kind:listing") == ["plain/1", "plain/9"]

    def test_what_cannot_be_read_is_rejected_and_stops_nothing(
        self, market: Market, store: Store, nlp: Language
    ) -> None:
        good, bad, last = market.capture(
            listing_page(1, title="one"), listing_page(2, title="two"), listing_page(3, title="three")
        )
        capture = ArchiveReader(market.folder).get(bad)
        file = market.folder / capture.warc_file
        data = bytearray(file.read_bytes())
        data[capture.offset + capture.length // 2] ^= 0xFF
        file.write_bytes(data)
        summary = self.run(market, store, nlp)
        assert (summary.pages, summary.rejected, summary.page_kinds["unread"]) == (3, 1, 1)
        assert found(store, "kind:listing") == ["plain/1", "plain/3"]
        assert get(store, "capture", bad).body["page_kind"] is None
        assert [one.body["page_kind"] for one in (get(store, "capture", good), get(store, "capture", last))] == [
            "listing", "listing",
        ]  # fmt: skip
        (reject,) = map(json.loads, (market.folder.parent / "state" / "rejects.jsonl").read_text().splitlines())
        assert (reject["site"], reject["capture"], reject["document"]) == ("plain", bad, None)
        assert "nightpost archive verify" in reject["reason"]

    def test_a_record_that_no_store_takes_is_rejected_alone(self, market: Market, store: Store, nlp: Language) -> None:
        market.capture(index_page(listing_fields(1, title="one"), f'<span class="id">{"9" * 5000}</span><h1>long</h1>'))
        summary = self.run(market, store, nlp)
        assert summary.rejected >= 1
        assert found(store, "kind:listing") == ["plain/1"]
        rejects = (market.folder.parent / "state" / "rejects.jsonl").read_text().splitlines()
        assert all("id: String should have at most 2000 characters" in json.loads(line)["reason"] for line in rejects)

    def test_problems_of_pages_are_counted(self, market: Market, store: Store, nlp: Language) -> None:
        market.capture(
            ("/empty", b""),
            ("/other", b"<html><body>what is this</body></html>"),
            listing_page(1, title="one"),
        )
        market.capture(("/picture", b"\xff\xd8\xff"), head="HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n")
        bomb = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n"
        market.capture(("/torn", b"\x1f\x8b\x08\x00not gzip at all"), head=bomb)
        summary = self.run(market, store, nlp)
        assert (summary.pages, summary.rejected) == (5, 0)
        assert summary.page_kinds == {"other": 4, "listing": 1}
        assert {"empty", "unknown_page"} <= set(summary.problems)
        assert summary.problems.total() >= 3
        (torn,) = store.scan("capture", parse(f'url:"{HOST}/torn"', CLOCK).condition)
        assert torn.body["problems"] != []

    def test_hostile_text_is_only_text(self, market: Market, store: Store, nlp: Language) -> None:
        title = '"} OR * {"query": {"match_all": {}}} \u202eNEAR(a b) \U0001f48a <script>alert(1)</script>'
        market.capture(listing_page(1, title=title, vendor='";DROP TABLE documents_1;--', text="x" * 100_000))
        summary = self.run(market, store, nlp)
        assert summary.rejected == 0
        assert get(store, "listing", "plain/1").body["title"] == " ".join(title.split())
        assert found(store, 'kind:listing vendor:"\\";drop table documents_1;--"') == ["plain/1"]
        assert found(store, "kind:listing near(a b)") == ["plain/1"]
