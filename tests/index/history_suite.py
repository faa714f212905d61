"""What the history of listings and vendors must be on every store: each store's test module inherits this suite."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from spacy.language import Language

from archive.reader import ArchiveReader
from extractors.records import Capture, Listing
from index.batch import Written
from index.derive import Derived, ReadTexts, Texts
from index.documents import Key, record_of
from index.history import changes, state_at, states_at
from index.ingest import ingest
from index.pages import Batch, Page
from index.query import parse
from index.search import Request
from index.sqlite_store import SqliteStore
from index.store import Store
from tests.index.captured import Captured, captured, in_order, listing, review, vendor
from tests.index.ingest_suite import CLOCK, DAY, everything, found, get
from tests.index.market import LAYOUT, START, Market, index_page, listing_fields, listing_page, vendor_page

MINUTE = timedelta(minutes=1)
LISTING = Key("listing", "plain/1")


def visits(*stated: dict[str, object]) -> list[Page]:
    """The page of listing 1, captured a day after another, with what it states each time."""
    return [
        captured(f"visit {day}", "listing", [listing(1, **one)], minute=day * 24 * 60) for day, one in enumerate(stated)
    ]


class HistorySuite:
    """The module of each store's tests has a fixture ``store``, an empty one; ``nlp`` is the real pipeline."""

    def test_the_state_before_a_change_is_searched_as_it_was(self, store: Store, nlp: Language) -> None:
        taken = visits(
            {"title": "10g MDMA", "stock": 5, "sold": 1, "ships_from": ["NL"], "vendor": "bob"},
            {"title": "10g MDMA", "stock": 5, "sold": 2},
            {"title": "5g cocaine, mail a@protonmail.com", "stock": 4, "sold": 3},
            {"stock": 3, "sold": 4},
        )
        Captured(taken, nlp).write(store, taken[:3], taken[3:])
        store.refresh()
        first, second, third, _fourth = (page.capture.capture_id for page in taken)
        one, two = f"listing:plain/1@{first}", f"listing:plain/1@{third}"
        for query, ids in {
            "*": sorted([one, two]),
            "substance:mdma grams:10 ships_from:NL market:plain vendor:bob": [one],
            "substance:cocaine contact:a@protonmail.com": [two],
            "cocaine stock:4": [two],
            'record:"listing:plain/1" stock:5': [one],
            "valid_from:2026-03-01 valid_to:2026-03-03": [one],
            "seen:2026-03-03": [two],
        }.items():
            asked = Request(condition=parse(query, CLOCK).condition, kinds=("version",))
            assert sorted(hit.document.id for hit in store.search(asked).hits) == ids, query
        assert found(store, "valid_from:2026-03-04 NOT has:valid_to stock:3 substance:cocaine") == ["plain/1"]
        body = get(store, "version", one).body
        assert (body["valid_from"], body["valid_to"]) == ("2026-03-01T12:00:00Z", "2026-03-03T12:00:00Z")
        assert (body["captures"], body["sources"]["title"], body["sold"]) == ([first, second], second, 2)
        record = record_of(get(store, "version", one))
        assert isinstance(record, Listing)
        assert record.last_seen_at == START + DAY

    def test_each_date_has_its_state(self, store: Store, nlp: Language) -> None:
        taken = visits(
            {"title": "10g MDMA", "stock": 5, "sold": 1},
            {"title": "10g MDMA", "stock": 5, "sold": 2, "escrow": "escrow"},
            {"stock": 4, "sold": 2},
            {"stock": 4, "sold": 3, "category": ["Drugs"]},
        )
        Captured(taken, nlp).write(store, taken)
        store.refresh()

        def told(moment: timedelta) -> list[object]:
            document = state_at(store, LISTING, START + moment)
            assert document is not None
            assert [
                one.body for one in states_at(store, "listing", parse("mdma", CLOCK).condition, START + moment)
            ] == [document.body]
            names = ("stock", "sold", "escrow", "category", "last_seen_at")
            return [*(document.body[name] for name in names), len(document.body["captures"])]

        assert state_at(store, LISTING, START - MINUTE) is None
        assert list(states_at(store, "listing", parse("mdma", CLOCK).condition, START - MINUTE)) == []
        assert state_at(store, Key("listing", "plain/2"), START) is None
        # What was sold on the first day is not kept: nothing is told of it, rather than the number of the second.
        assert told(timedelta()) == [5, None, None, [], "2026-03-01T12:00:00Z", 1]
        assert told(DAY + MINUTE) == [5, 2, "escrow", [], "2026-03-02T12:00:00Z", 2]
        assert told(2 * DAY) == [4, None, "escrow", [], "2026-03-03T12:00:00Z", 3]
        assert told(30 * DAY) == [4, 3, "escrow", ["Drugs"], "2026-03-04T12:00:00Z", 4]
        assert [(one.field, one.before, one.after, one.at) for one in changes(store, LISTING)] == [
            ("stock", 5, 4, START + 2 * DAY)
        ]

    def test_old_pages_that_are_imported_after_a_crawl_come_to_the_same(
        self, store: Store, nlp: Language, tmp_path: Path
    ) -> None:
        market = Market(tmp_path / "archive")
        for day in (30, -60, 45, -30):
            market.capture(
                listing_page(1, title="MDMA", price=f"${abs(day)}", text=f"mail {abs(day)}@protonmail.com", stock=day),
                index_page(listing_fields(1, title="MD...", vendor="bob"), listing_fields(2, title="LSD", price="$5")),
                vendor_page("bob", text="a@protonmail.com " * (day % 7), reviews=[("a", "good"), ("b", str(day))]),
                later=day * DAY,
            )
            with_all = ingest(ArchiveReader(market.folder), store, {"plain": LAYOUT}, nlp, folder=tmp_path)
            assert with_all.rejected == 0
        reader = _InOrder(market.folder)
        assert [capture for _at, capture in reader.captures("plain")] != [
            capture for _at, capture in ArchiveReader(market.folder).captures("plain")
        ]
        with SqliteStore(tmp_path / "in-order.sqlite") as ordered:
            ingest(reader, ordered, {"plain": LAYOUT}, nlp, folder=tmp_path)
            expected = everything(ordered)
        assert sum(name.startswith("version:") for name in expected) >= 5
        assert held(store) == expected

    def test_what_could_not_be_read_is_retried(self, store: Store, nlp: Language) -> None:
        taken = visits({"title": "10g MDMA", "stock": 5}, {"title": "5g cocaine", "stock": 4}, {"stock": 3})
        market = Captured(taken, nlp)
        failing = market.writer(store, _refuse_cocaine(market)).write(Batch(taken, 3), 0)
        (reject,) = failing.rejected
        assert (reject.document, reject.reason) == ("listing:plain/1", "no, thanks")
        assert found_now(store, "kind:listing substance:cocaine") == []

        again = market.writer(store).retry(reject.captures)
        assert again.rejected == []
        assert found_now(store, "kind:listing substance:cocaine") == ["plain/1"]
        assert held(store) == in_order(taken, nlp)

    def test_a_page_that_was_damaged_and_mended_is_retried(self, store: Store, nlp: Language) -> None:
        taken = visits({"stock": 5}, {"stock": 4, "title": "MDMA"}, {"stock": 3})
        taken.append(captured("more", "vendor", [vendor("bob"), review("good", minute=0)], minute=1))
        market = Captured(taken, nlp)
        broken = [
            Page(page.capture, None, failure="it is damaged") if at in {1, 3} else page for at, page in enumerate(taken)
        ]
        written = market.writer(store).write(Batch(broken, 4), 0)
        captures = [page.capture.capture_id for at, page in enumerate(taken) if at in {1, 3}]
        assert [(one.capture, one.captures) for one in written.rejected] == [(one, [one]) for one in captures]
        assert held(store) != in_order(taken, nlp)
        assert market.writer(store).retry(captures).rejected == []
        assert held(store) == in_order(taken, nlp)

        market.damaged = captures[:1]
        (reject,) = market.writer(store).retry(captures[:1]).rejected
        assert (reject.capture, reject.captures, reject.document) == (captures[0], captures[:1], None)
        assert held(store) == in_order(taken, nlp)

    def test_a_record_is_never_folded_from_less_than_before(self, store: Store, nlp: Language) -> None:
        early, *others = visits({"stock": 5}, {"stock": 4, "title": "MDMA"}, {"stock": 3})
        market = Captured([early, *others], nlp)
        market.write(store, others)
        before = held(store)
        damaged = others[0].capture.capture_id
        market.damaged = [damaged]
        written = market.writer(store).write(Batch([early], 3), 2)
        assert written.late == 0
        (reject,) = written.rejected
        assert (reject.document, reject.captures) == ("listing:plain/1", [damaged, early.capture.capture_id])
        assert f"{damaged} is damaged; retry when that is mended" in reject.reason
        capture = f"capture:{early.capture.capture_id}"
        assert {name: one for name, one in held(store).items() if name != capture} == before

        market.damaged = []
        assert market.writer(store).retry(reject.captures).rejected == []
        assert held(store) == in_order([early, *others], nlp)

    def test_what_is_late_is_counted(self, store: Store, nlp: Language) -> None:
        early, middle, newest = visits({"stock": 5}, {"stock": 4}, {"stock": 3})
        market = Captured([early, middle, newest], nlp)

        def late(*pages: Page) -> int:
            before = store.cursor("plain")
            written: Written = market.writer(store).write(Batch(list(pages), before + len(pages)), before)
            return written.late

        assert [late(middle), late(newest), late(early)] == [0, 0, 1]

    def test_of_a_record_that_cannot_be_kept_nothing_is(self, store: Store, nlp: Language) -> None:
        name = "9" * 5000
        taken = [
            captured(
                str(day), "listing", [Listing(market="plain", listing_id=name, title="MDMA", stock=day)], minute=day
            )
            for day in range(1, 3)
        ]
        written = Captured(taken, nlp).writer(store).write(Batch(taken, 2), 0)
        assert {one.partition(":")[0] for one in held(store)} == {"capture"}
        (reject,) = written.rejected
        assert reject.document == f"listing:plain/{name}"
        assert (reject.capture, reject.captures) == (None, [page.capture.capture_id for page in taken])


class _InOrder(ArchiveReader):
    """The journal in the order of time."""

    def captures(self, site: str, after: int = 0) -> Iterator[tuple[int, Capture]]:
        taken = sorted(
            (capture for _at, capture in super().captures(site)), key=lambda one: (one.fetched_at, one.capture_id)
        )
        yield from [*enumerate(taken, start=1)][after:]


def held(store: Store) -> dict[str, dict[str, Any]]:
    store.refresh()
    return everything(store)


def found_now(store: Store, query: str) -> list[str]:
    store.refresh()
    return found(store, query)


def _refuse_cocaine(market: Captured) -> ReadTexts:
    def read(records: Sequence[Texts]) -> list[Derived | str]:
        return [
            "no, thanks" if "cocaine" in str(texts) else result
            for (_key, texts), result in zip(records, market.read_texts(records), strict=True)
        ]

    return read
