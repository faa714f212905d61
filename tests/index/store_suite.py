"""What every store must do: each store's test module inherits this suite and says how to open one."""

import pytest

from index.conditions import EVERYTHING
from index.documents import Document, Key
from index.errors import CursorConflictError, QueryError
from index.query import parse
from index.store import Advance, Request, Sort, Store, sort_of
from nightpost.clock import FixedClock
from tests.index.example import MARKET, document, moment

CLOCK = FixedClock(moment("2020-03-01"))

# A query, and the ids that it finds in the example market.
QUERIES = {
    "": {"empire/1", "empire/2", "cryptonia/a-7", "empire/dr_green", "cryptonia/alice", "empire/r1"},
    "*": {"empire/1", "empire/2", "cryptonia/a-7", "empire/dr_green", "cryptonia/alice", "empire/r1"},
    # words
    "mdma": {"empire/1", "empire/dr_green", "empire/r1"},
    "MDMA stealth": {"empire/1"},
    "mdma OR cocaine": {"empire/1", "empire/dr_green", "empire/r1", "cryptonia/a-7"},
    "blue NOT skies": {"empire/1", "cryptonia/a-7"},
    "blue AND (dolphin OR skies)": {"empire/1", "cryptonia/a-7", "cryptonia/alice"},
    "-blue kind:vendor": {"empire/dr_green"},
    "NOT (mdma OR blue)": {"empire/2"},
    "NOT mdma NOT blue": {"empire/2"},
    "strasse ubersee": {"empire/dr_green"},
    "nothinglikeit": set(),
    # compounds and look-alikes
    "2c-b": {"empire/2"},
    "2CB": {"empire/2"},
    "2C\u2011E": {"cryptonia/a-7"},
    "5-meo-dmt": {"empire/2"},
    "dr_green": {"empire/dr_green", "empire/r1"},
    "cocaine": {"cryptonia/a-7"},
    "c\u043ecaine": {"cryptonia/a-7"},
    "3.5": {"cryptonia/a-7"},
    "dr@proton.me": {"empire/dr_green"},
    # phrases
    '"blue dolphin"': {"empire/1"},
    '"dolphin blue"': set(),
    '"84% blue"': {"empire/1"},
    '"2c-b pills"': {"empire/2"},
    '"soon 5meodmt"': set(),
    'title:"blue dolphin"': {"empire/1"},
    'text:"blue dolphin"': set(),
    # prefixes
    "dolph*": {"empire/1", "cryptonia/a-7"},
    "title:dolph*": {"empire/1"},
    "5-meo*": {"empire/2"},
    "ketam*": set(),
    # fields
    "title:blue": {"empire/1"},
    "text:(blue dolphin)": {"cryptonia/a-7"},
    "name:proton": {"empire/dr_green"},
    "substance:MDMA": {"empire/1"},
    "substance:2c-b": {"empire/2"},
    "substance:(mdma cocaine)": {"empire/1", "cryptonia/a-7"},
    "class:stimulant schedule:II": {"cryptonia/a-7"},
    "vendor:DR_GREEN kind:listing": {"empire/1", "empire/2"},
    "vendor:dr*": {"empire/1", "empire/2", "empire/dr_green", "empire/r1"},
    "vendor:al*": {"cryptonia/a-7", "cryptonia/alice"},
    "market:Cryptonia": {"cryptonia/a-7", "cryptonia/alice"},
    "ships_from:germany": {"empire/1", "empire/2"},
    "ships_to:(US WW)": {"empire/1", "empire/2"},
    "ships_from:benelux": {"cryptonia/a-7"},
    "category:ecstasy": {"empire/1"},
    "payment:xmr NOT payment:btc": {"cryptonia/a-7"},
    "address:1boatslr*": {"empire/dr_green"},
    "address:1BoatSLRHtKNngkdXEeobR76b53LETtpyT": {"empire/dr_green"},
    "contact:dr@proton.me": {"empire/dr_green"},
    'contact:"email:dr@proton.me"': {"empire/dr_green"},
    'pgp:"0123 4567 89AB CDEF 0123  4567 89AB CDEF 0123 4567"': {"empire/dr_green"},
    "pgp:0x01234567": {"empire/dr_green"},
    "has:pgp": {"empire/dr_green"},
    "has:price": {"empire/1", "empire/2"},
    "has:title": {"empire/1", "empire/2", "cryptonia/a-7"},
    "has:posted": {"empire/r1"},
    "kind:vendor NOT has:pgp": {"cryptonia/alice"},
    "kind:lis*": {"empire/1", "empire/2", "cryptonia/a-7"},
    # numbers
    "price:45": {"empire/1"},
    "price:[9.5 TO 45]": {"empire/1", "empire/2"},
    "price:{9.5 TO 45]": {"empire/1"},
    "price:[9.5 TO 45}": {"empire/2"},
    "price:>9.5": {"empire/1"},
    "price:<=9.5": {"empire/2"},
    "price:[* TO 20]": {"empire/2"},
    "price:(45 OR [* TO 10])": {"empire/1", "empire/2"},
    "currency:BTC cost:<0.02": {"cryptonia/a-7"},
    "grams:[3.5 TO 3.5]": {"cryptonia/a-7"},
    "rating:>0.95 OR stock:100": {"empire/dr_green", "empire/2"},
    # dates
    "kind:listing seen:2019": {"empire/1", "empire/2"},
    "kind:listing seen:2019-04": {"empire/1"},
    "kind:listing seen:[2019-06-02 TO now]": {"cryptonia/a-7"},
    "kind:listing seen:>2019-06": {"cryptonia/a-7"},
    "kind:listing first_seen:>=2019-03-01": {"empire/2", "cryptonia/a-7"},
    "kind:listing last_seen:<2019-06": {"empire/2"},
    "kind:listing last_seen:<=2019-06": {"empire/1", "empire/2"},
    "kind:listing last_seen:>now-30d": {"cryptonia/a-7"},
    "posted:2019-05-31": {"empire/r1"},
    "posted:[2019-06 TO *]": set(),
    # words and fields together
    "blue ships_from:NL": {"cryptonia/a-7"},
    "blue OR price:9.5": {"empire/1", "cryptonia/a-7", "cryptonia/alice", "empire/2"},
    "(blue OR kind:review) market:empire": {"empire/1", "empire/r1"},
    "mdma NOT price:[* TO 50]": {"empire/dr_green", "empire/r1"},
}  # fmt: skip


class StoreSuite:
    """Behaviour that no store may lack; the module of each store's tests has a fixture ``store``, an empty one."""

    @pytest.fixture
    def market(self, store: Store) -> Store:
        """A store that holds the example market."""
        assert store.write(MARKET) == []
        store.refresh()
        return store

    def test_what_is_written_is_read_as_it_was(self, market: Store) -> None:
        for written in MARKET:
            read = market.get(written.kind, written.id)
            assert read == written.model_copy(update={"words": {}})
        assert market.get("listing", "empire/dr_green") is None
        keys = [Key("listing", "empire/1"), Key("vendor", "nobody"), Key("review", "empire/r1")]
        assert set(market.get_many(keys)) == {keys[0], keys[2]}
        assert market.counts() == {"listing": 3, "review": 1, "vendor": 2}

    def test_a_query_finds_what_it_says(self, market: Store) -> None:
        found = {
            query: {hit.document.id for hit in market.search(Request(condition=parse(query, CLOCK).condition)).hits}
            for query in QUERIES
        }
        assert found == QUERIES

    def test_totals_do_not_depend_on_the_page(self, market: Store) -> None:
        for query, ids in QUERIES.items():
            results = market.search(Request(condition=parse(query, CLOCK).condition, limit=0))
            assert (results.total, results.hits) == (len(ids), []), query

    def test_the_same_again_changes_nothing(self, market: Store) -> None:
        market.write(MARKET)
        market.write(MARKET[:2])
        market.refresh()
        self.test_a_query_finds_what_it_says(market)
        assert market.counts() == {"listing": 3, "review": 1, "vendor": 2}

    def test_a_document_takes_the_place_of_the_one_before(self, market: Store) -> None:
        market.write([document("listing", "empire/1", title="Ketamine", vendor="bob", numbers={"price": 99})])
        market.refresh()
        for query in ("mdma kind:listing", "vendor:dr_green price:45", "substance:mdma", "kind:listing grams:10"):
            assert self._ids(market, query) == [], query
        for query in ("ketamine", "vendor:bob", "price:[98 TO *]"):
            assert self._ids(market, query) == ["empire/1"], query

    def test_the_last_of_two_with_one_name_counts(self, store: Store) -> None:
        store.write([document("listing", "m/1", title="first"), document("listing", "m/1", title="second")])
        store.refresh()
        assert (self._ids(store, "first"), self._ids(store, "second")) == ([], ["m/1"])

    def test_what_is_deleted_is_gone(self, market: Store) -> None:
        market.write([], delete=[Key("listing", "empire/1"), Key("listing", "never/there")])
        market.refresh()
        assert market.get("listing", "empire/1") is None
        assert self._ids(market, "mdma kind:listing") == []
        assert self._ids(market, "price:45") == []
        assert market.search(Request(facets=("substance",))).facets == {"substance": [("2c-b", 1), ("cocaine", 1)]}

    def test_results_are_sorted_and_paged(self, market: Store) -> None:
        listings = parse("kind:listing", CLOCK).condition
        for name, order in {
            "price": ["empire/2", "empire/1", "cryptonia/a-7"],
            "-price": ["empire/1", "empire/2", "cryptonia/a-7"],
            "grams": ["cryptonia/a-7", "empire/1", "empire/2"],
            "-last_seen": ["cryptonia/a-7", "empire/1", "empire/2"],
            "views": ["cryptonia/a-7", "empire/1", "empire/2"],
        }.items():
            request = Request(condition=listings, sort=sort_of(name))
            assert [hit.document.id for hit in market.search(request).hits] == order, name
            pages = [Request(condition=listings, sort=sort_of(name), limit=1, offset=at) for at in range(4)]
            hits = [hit.document.id for page in pages for hit in market.search(page).hits]
            assert hits == order, name

    def test_a_handle_counts_more_than_a_word_of_a_description(self, market: Store) -> None:
        results = market.search(Request(condition=parse("dr_green", CLOCK).condition))
        assert [hit.document.id for hit in results.hits] == ["empire/dr_green", "empire/r1"]
        assert results.hits[0].score > results.hits[1].score > 0
        results = market.search(Request(condition=parse("dolphin", CLOCK).condition))
        assert [hit.document.id for hit in results.hits] == ["empire/1", "cryptonia/a-7"]

    def test_words_that_need_not_occur_still_rank(self, market: Store) -> None:
        results = market.search(
            Request(condition=parse("kind:listing AND (dolphin OR market:empire)", CLOCK).condition)
        )
        assert [hit.document.id for hit in results.hits] == ["empire/1", "cryptonia/a-7", "empire/2"]

    def test_equal_hits_are_in_the_order_of_kind_and_id(self, market: Store) -> None:
        results = market.search(Request())
        keys = [hit.document.key for hit in results.hits]
        assert keys == sorted(document.key for document in MARKET)

    def test_facets_count_all_that_was_found(self, market: Store) -> None:
        request = Request(
            condition=parse("market:empire", CLOCK).condition, facets=("kind", "ships_to", "payment"), limit=1
        )
        results = market.search(request)
        assert results.total == 4
        assert results.facets == {
            "kind": [("listing", 2), ("review", 1), ("vendor", 1)],
            "ships_to": [("EU", 1), ("US", 1), ("WW", 1)],
            "payment": [("btc", 2), ("xmr", 1)],
        }
        assert market.search(Request(facets=("payment",), facet_size=1)).facets == {"payment": [("btc", 2)]}

    def test_kinds_narrow_a_search(self, market: Store) -> None:
        request = Request(condition=parse("mdma", CLOCK).condition, kinds=("vendor", "review"))
        assert {hit.document.id for hit in market.search(request).hits} == {"empire/dr_green", "empire/r1"}

    def test_a_scan_gives_every_document_of_a_kind_once_and_in_order(self, store: Store) -> None:
        many = [document("mention", f"m/{number:05d}", market="m" if number % 3 else "n") for number in range(1203)]
        store.write([*many, *MARKET])
        store.refresh()
        assert [one.id for one in store.scan("mention")] == [one.id for one in many]
        some = store.scan("mention", parse("market:n", CLOCK).condition)
        assert [one.id for one in some] == [one.id for one in many[::3]]
        assert [one.key for one in store.scan("identity")] == []

    def test_a_scan_may_be_left_early(self, market: Store) -> None:
        scan = market.scan("listing")
        assert next(scan).id == "cryptonia/a-7"
        del scan
        assert market.counts()["listing"] == 3

    def test_a_cursor_moves_with_its_documents(self, store: Store) -> None:
        assert store.cursor("empire") == 0
        store.write(MARKET[:1], advance=Advance("empire", 0, 120))
        store.write(MARKET[1:2], advance=Advance("empire", 120, 300))
        assert (store.cursor("empire"), store.cursor("cryptonia")) == (300, 0)

    def test_a_cursor_that_another_ingest_moved_is_not_moved_back(self, store: Store) -> None:
        store.write(MARKET[:1], advance=Advance("empire", 0, 120))
        with pytest.raises(CursorConflictError, match="run it again"):
            store.write(MARKET[1:2], advance=Advance("empire", 0, 100))
        assert store.cursor("empire") == 120

    def test_a_document_that_is_no_json_is_rejected_alone(self, store: Store) -> None:
        bad = Document(kind="listing", id="m/bad", body={"title": "\ud800"})
        rejections = store.write([MARKET[0], bad, MARKET[1]], advance=Advance("empire", 0, 3))
        assert [rejection.key for rejection in rejections] == [bad.key]
        store.refresh()
        assert (store.counts(), store.cursor("empire")) == ({"listing": 2}, 3)

    def test_a_rebuild_is_seen_when_it_is_complete_and_not_before(self, market: Store) -> None:
        market.write([], advance=Advance("empire", 0, 9))
        with market.rebuilding() as fresh:
            assert (fresh.counts(), fresh.cursor("empire")) == ({}, 0)
            fresh.write(MARKET[:1], advance=Advance("empire", 0, 4))
            fresh.refresh()
            assert fresh.counts() == {"listing": 1}
            assert market.counts() == {"listing": 3, "review": 1, "vendor": 2}
        assert (market.counts(), market.cursor("empire")) == ({"listing": 1}, 4)
        with market.rebuilding():
            pass
        assert (market.counts(), market.cursor("empire")) == ({}, 0)

    def test_a_rebuild_that_fails_changes_nothing(self, market: Store) -> None:
        def fail() -> None:
            with market.rebuilding() as fresh:
                fresh.write(MARKET[:1])
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert market.counts() == {"listing": 3, "review": 1, "vendor": 2}
        with market.rebuilding() as fresh:
            assert fresh.counts() == {}

    def test_what_cannot_be_asked_is_refused(self, market: Store) -> None:
        with pytest.raises(QueryError, match="narrow the search"):
            Request(limit=20, offset=10_000)
        with pytest.raises(QueryError, match="cannot be counted"):
            Request(facets=("price",))
        with pytest.raises(QueryError, match="cannot be sorted"):
            sort_of("vendor")
        assert sort_of("relevance") == Sort()
        assert len(market.search(Request(condition=EVERYTHING, limit=10_000)).hits) == len(MARKET)

    @staticmethod
    def _ids(store: Store, query: str) -> list[str]:
        return [hit.document.id for hit in store.search(Request(condition=parse(query, CLOCK).condition)).hits]
