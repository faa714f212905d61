"""What every store must do: each store's test module inherits this suite and says how to open one."""

import pytest
from rapidfuzz.distance import OSA

from index.conditions import EVERYTHING
from index.documents import Document, Key, Kind
from index.errors import CursorConflictError, QueryError
from index.query import parse
from index.search import Request, Sort, Statistics, histogram_of, sort_of
from index.store import Advance, Store
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
    # patterns
    "dol*in": {"empire/1", "cryptonia/a-7"},
    "dol??in": {"empire/1", "cryptonia/a-7"},
    "dol?in": set(),
    "title:do*n": {"empire/1"},
    "5-m*dmt": {"empire/2"},
    "vendor:dr?gr*n": {"empire/1", "empire/2", "empire/dr_green", "empire/r1"},
    "pgp:01??4567*": {"empire/dr_green"},
    "kind:li*ng market:cr*ia": {"cryptonia/a-7"},
    # fuzzy words
    "dolfin~": {"empire/1", "cryptonia/a-7"},
    "dolfin~1": set(),
    "dolphni~1": {"empire/1", "cryptonia/a-7"},
    "title:dolphn~": {"empire/1"},
    "cocain~ NOT kind:vendor": {"cryptonia/a-7"},
    "kolphin~": set(),
    "vendor:dr_gren~": {"empire/1", "empire/2", "empire/dr_green", "empire/r1"},
    "vendor:alic~1 kind:vendor": {"cryptonia/alice"},
    "kind:vndor~": {"empire/dr_green", "cryptonia/alice"},
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

    def test_numbers_are_summed_up(self, market: Store) -> None:
        results = market.search(Request(condition=parse("has:price", CLOCK).condition, statistics=("price", "grams")))
        price, grams = results.statistics["price"], results.statistics["grams"]
        assert (price.count, price.minimum, price.maximum, price.mean) == (2, 9.5, 45.0, 27.25)
        assert price.lower_quartile is not None
        assert price.median is not None
        assert price.upper_quartile is not None
        assert 9.5 <= price.lower_quartile <= price.median <= price.upper_quartile <= 45
        assert grams == Statistics(1, 10, 10, 10, 10, 10, 10)
        assert market.search(Request(statistics=("views",))).statistics == {"views": Statistics(0)}

    @pytest.mark.parametrize(
        ("name", "counts"),
        [
            ("first_seen:year", {"2019-01-01": 3, "2020-01-01": 2}),
            ("first_seen:quarter", {"2019-01-01": 3, "2020-01-01": 2}),
            ("first_seen", {"2019-01-01": 2, "2019-03-01": 1, "2020-02-01": 2}),
            ("first_seen:week", {"2018-12-31": 2, "2019-02-25": 1, "2020-01-27": 2}),
            ("first_seen:day", {"2019-01-05": 2, "2019-03-01": 1, "2020-02-01": 2}),
            ("posted:day", {}),
        ],
    )
    def test_dates_are_counted_by_the_calendar(self, market: Store, name: str, counts: dict[str, int]) -> None:
        histogram = histogram_of(name)
        request = Request(kinds=("listing", "vendor"), histograms=(histogram,), limit=0)
        assert market.search(request).histograms == {
            histogram.name: [(moment(day), count) for day, count in counts.items()]
        }

    def test_who_is_named_comes_first(self, store: Store) -> None:
        store.write(
            [
                document("vendor", "m/green_house_uk", name="green_house_uk green house", vendor="green_house_uk"),
                document("listing", "m/1", title="green house green house green house", vendor="x"),
                document("listing", "m/2", name="green house", title="seeds", vendor="Green House"),
                document("vendor", "m/green house", name="Green House", vendor="Green House", account="m/green house"),
                document("vendor", "m/z", text="green house", vendor="z", pgp="ABCDEF0123456789"),
            ]
        )
        store.refresh()
        query = parse("green house", CLOCK)
        results = store.search(Request(condition=query.condition, names=query.names))
        assert [hit.document.id for hit in results.hits][:2] == ["m/green house", "m/2"]
        assert results.total == 5
        without = store.search(Request(condition=query.condition))
        assert without.total == 5
        assert store.search(Request(condition=query.condition, names=query.names, sort=sort_of("price"))).total == 5
        query = parse("house OR has:vendor OR abcd-ef01-2345-6789 OR 0xABCDEF0123456789", CLOCK)
        results = store.search(Request(condition=query.condition, names=query.names))
        assert results.hits[0].document.id == "m/z", "the key, however it is written"

    def test_the_state_of_a_day_can_be_asked_for(self, store: Store) -> None:
        def state(  # noqa: PLR0917 - a line of a table
            kind: Kind, name: str, title: str, since: str, until: str | None = None, record: str = ""
        ) -> Document:
            dates = {"valid_from": since, **({"valid_to": until} if until else {})}
            return document(kind, name, title=title, dates=dates, record=record)

        store.write(
            [
                state("version", "listing:m/1@a", "red", "2019-01-01", "2019-02-01", record="listing:m/1"),
                state("version", "listing:m/1@b", "blue", "2019-02-01", "2019-03-01", record="listing:m/1"),
                state("listing", "m/1", "green", "2019-03-01"),
                state("version", "vendor:m/v@a", "red", "2019-01-01", "2019-05-01", record="vendor:m/v"),
                state("vendor", "m/v", "blue", "2019-05-01"),
                document("review", "m/r", title="red"),
            ]
        )
        store.refresh()
        for day, found in {
            "2018-12-31": [],
            "2019-01-01": ["listing:m/1@a", "vendor:m/v@a"],
            "2019-02-01": ["listing:m/1@b", "vendor:m/v@a"],
            "2019-03-01": ["m/1", "vendor:m/v@a"],
            "2020-01-01": ["m/1", "m/v"],
        }.items():
            results = store.search(Request(at=moment(day)))
            assert sorted(hit.document.id for hit in results.hits) == found, day
            listings = store.search(Request(at=moment(day), kinds=("listing",)))
            assert [hit.document.id for hit in listings.hits] == [name for name in found if "m/1" in name], day
        red = parse("title:red", CLOCK).condition
        assert [hit.document.id for hit in store.search(Request(condition=red)).hits] == ["m/r"]
        assert store.search(Request(condition=red, kinds=("version",))).total == 2
        assert store.search(Request(condition=red, at=moment("2019-04-01"))).total == 1
        with pytest.raises(QueryError, match="only these are known: listing, vendor"):
            Request(at=moment("2019-01-01"), kinds=("review",))

    def test_the_values_of_a_field_are_listed(self, market: Store) -> None:
        assert market.values("vendor") == [("dr_green", 4), ("alice", 2)]
        assert market.values("vendor", "al") == [("alice", 2)]
        assert market.values("vendor", "a.*") == [], "what is sought is no pattern"
        assert market.values("ships_to", size=1) == [("EU", 2)]
        assert market.values("kind", "v") == [("vendor", 2)]
        assert market.values("payment", condition=parse("market:cryptonia", CLOCK).condition) == [("xmr", 1)]
        assert market.values("carrier") == []

    def test_values_of_any_signs_are_found_by_their_beginning(self, store: Store) -> None:
        names = [
            'a"b',
            "a\\b",
            "a.b",
            "a*b",
            "a?b",
            "a[b",
            "a{b",
            "a(b",
            "a#b",
            "a@b",
            "a&b",
            "a<b",
            "a~b",
            "a|b",
            "a-b",
        ]
        store.write([document("vendor", f"m/{name}", vendor=name) for name in names])
        store.refresh()
        for name in names:
            assert store.values("vendor", name[:2]) == [(name, 1)]

    def test_words_are_counted(self, market: Store) -> None:
        assert market.frequencies("title", ["blue", "mdma", "nothing"]) == ({"blue": 1, "mdma": 1, "nothing": 0}, 6)
        assert market.frequencies("text", ["blue"]) == ({"blue": 2}, 6)
        assert market.frequencies("name", []) == ({}, 6)

    def test_many_words_that_fit_a_pattern_are_all_found(self, store: Store) -> None:
        store.write([document("mention", f"m/{number:04d}", title=f"zz{number:04d}x") for number in range(1500)])
        store.refresh()
        assert len(self._ids(store, "zz*x")) == 20
        for query, total in {"zz*x": 1500, "zz?1??x": 200, "zz0?1*": 100}.items():
            assert store.search(Request(condition=parse(query, CLOCK).condition)).total == total, query
        for sought, distance in (("zz00001x", 1), ("zz0001x", 1), ("zz0010x", 2), ("zz1001", 2), ("z1z000x", 2)):
            near = {number for number in range(1500) if OSA.distance(sought, f"zz{number:04d}x") <= distance}
            request = Request(condition=parse(f"{sought}~{distance}", CLOCK).condition, limit=1500)
            assert {int(hit.document.id[2:]) for hit in store.search(request).hits} == near, sought

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
        with pytest.raises(QueryError, match="cannot be summed up"):
            Request(statistics=("vendor",))
        with pytest.raises(QueryError, match="cannot be counted by time"):
            Request(histograms=(histogram_of("price:day"),))
        with pytest.raises(QueryError, match="is no interval; one of day, week, month, quarter, year"):
            histogram_of("first_seen:hour")
        with pytest.raises(QueryError, match="cannot be sorted"):
            sort_of("vendor")
        assert sort_of("relevance") == Sort()
        assert len(market.search(Request(condition=EVERYTHING, limit=10_000)).hits) == len(MARKET)

    @staticmethod
    def _ids(store: Store, query: str) -> list[str]:
        return [hit.document.id for hit in store.search(Request(condition=parse(query, CLOCK).condition)).hits]
