"""How an ingest runs, on every store: several processes, rejects, replay, patience. Each store's tests inherit this."""

import json
import threading
from collections.abc import Callable
from multiprocessing import parent_process
from pathlib import Path
from typing import Any, cast

import pytest
from spacy.language import Language

from archive.errors import ArchiveError
from archive.payload import Payload
from archive.reader import ArchiveReader
from extractors.layout import Layout
from extractors.records import Capture
from index.errors import ReplayRunsError, StoreUnavailableError
from index.ingest import IngestSummary, Progress, ingest
from index.query import parse
from index.rejects import Reject
from index.retry import RetrySummary, retry_rejects
from index.search import Request
from index.sqlite_store import SqliteStore
from index.store import Store
from tests.index.ingest_suite import CLOCK, DAY, everything, found
from tests.index.market import LAYOUT, Market, index_page, listing_fields, listing_page, vendor_page

EUROS: Layout = LAYOUT.model_copy(update={"currency": "EUR"})
"""Another reading of the same pages."""

OpenStore = Callable[[], Store]


def busy_market(folder: Path, days: int = 3) -> Market:
    market = Market(folder)
    for day in range(days):
        market.capture(
            *(
                listing_page(one, title=f"{one + day}g MDMA", price=f"{day}", text="a@b.onion " * day)
                for one in range(6)
            ),
            index_page(*(listing_fields(one, title="g...", vendor=f"v{one}") for one in range(6))),
            *(vendor_page(f"v{one}", text=f"day {day}", reviews=[("x", "good"), ("y", f"{day}")]) for one in range(4)),
            later=DAY,
        )
    return market


class DeadlyReader(ArchiveReader):
    """Its process is ended by pages whose address says so: by ``once`` for the first time, by ``always`` each time."""

    def payload(self, capture: Capture) -> Payload:
        if parent_process() is not None:
            seen = self._folder / f"{capture.capture_id}.seen"
            if "always" in capture.url or ("once" in capture.url and not seen.exists()):
                seen.touch()
                _segmentation_fault()
        return super().payload(capture)


def _segmentation_fault() -> None:
    import ctypes
    import faulthandler

    faulthandler.disable()
    ctypes.string_at(0)


class Interrupted:
    """A store with which something happens at a method: before it, or after it, so that its answer is lost."""

    def __init__(self, store: Store, method: str, happens: Callable[[], None], *, after: bool = False) -> None:
        self._store = store
        self._method = method
        self._happens = happens
        self._after = after

    def __getattr__(self, name: str) -> Any:
        whole = getattr(self._store, name)
        if name != self._method:
            return whole

        def interrupted(*values: Any, **named: Any) -> Any:
            if not self._after:
                self._happens()
            answer = whole(*values, **named)
            if self._after:
                self._happens()
            return answer

        return interrupted


class Outage:
    """Fails so many times in a row, each time that it is asked, then succeeds so many times, and so on."""

    def __init__(self, failures: int, successes: int) -> None:
        self._rhythm = [True] * failures + [False] * successes
        self._at = 0
        self.failures = 0

    def __call__(self) -> None:
        fails = self._rhythm[self._at % len(self._rhythm)]
        self._at += 1
        if fails:
            self.failures += 1
            raise StoreUnavailableError("the index is away; start it, then repeat")


class Trial:
    """A market in an archive, and what is done with it; ``state`` is the folder of rejects and locks."""

    def __init__(self, folder: Path, nlp: Language) -> None:
        self.market = busy_market(folder / "archive")
        self.state = folder / "state"
        self._nlp = nlp

    @property
    def reader(self) -> ArchiveReader:
        return ArchiveReader(self.market.folder)

    def ingest(self, store: Store, layout: Layout = LAYOUT, **how: Any) -> IngestSummary:
        return ingest(self.reader, store, {"plain": layout}, self._nlp, **{"folder": self.state, **how})

    def retry(self, store: Store, **how: Any) -> RetrySummary:
        return retry_rejects(self.reader, store, {"plain": LAYOUT}, self._nlp, folder=self.state, **how)

    def rejects(self) -> list[Reject]:
        return [Reject.model_validate_json(line) for line in (self.state / "rejects.jsonl").read_text().splitlines()]

    def damage(self, capture: Capture) -> Callable[[], None]:
        """Spoil the evidence of a capture; what is returned mends it."""
        file = self.market.folder / capture.warc_file
        place = slice(capture.offset, capture.offset + capture.length)
        whole = file.read_bytes()[place]

        def put(content: bytes) -> None:
            data = bytearray(file.read_bytes())
            data[place] = content
            file.write_bytes(data)

        middle = capture.length // 2
        put(whole[:middle] + bytes([whole[middle] ^ 0xFF]) + whole[middle + 1 :])
        return lambda: put(whole)


class IngestRunSuite:
    """Fixtures of each store's module: ``store``, an empty one; ``open_store``, which opens it again; ``small_pages``,
    with which scans read few documents at a time."""

    @pytest.fixture
    def trial(self, tmp_path: Path, nlp: Language) -> Trial:
        return Trial(tmp_path, nlp)

    @pytest.fixture
    def expected(self, trial: Trial, tmp_path: Path) -> dict[str, Any]:
        """What a plain ingest makes of the market."""
        with SqliteStore(tmp_path / "reference.sqlite") as reference:
            trial.ingest(reference, folder=tmp_path / "reference")
            return everything(reference)

    def test_how_many_processes_read_makes_no_difference(
        self, trial: Trial, store: Store, expected: dict[str, Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("index.pages._BATCH_PAGES", 5)
        told: list[Progress] = []
        summary = trial.ingest(store, jobs=3, progress=told.append)
        assert (summary.pages, summary.rejected) == (33, 0)
        assert everything(store) == expected
        assert [one.pages for one in told] == [5, 5, 5, 5, 5, 5, 3]
        length = trial.reader.length("plain")
        assert {one.total for one in told} == {length}
        done = [one.done for one in told]
        assert done == sorted(done)
        assert done[-1] == length

    def test_what_is_rejected_is_one_line_and_can_be_retried(
        self, trial: Trial, store: Store, expected: dict[str, Any]
    ) -> None:
        captures = [capture for _position, capture in trial.reader.captures("plain")]
        mend = {at: trial.damage(captures[at]) for at in (1, 12)}
        trial.ingest(store)
        first = trial.rejects()
        names = [captures[at].capture_id for at in (1, 12)]
        assert [(one.site, one.capture, one.captures) for one in first] == [("plain", name, [name]) for name in names]
        # The same batch again, as after a kill before its cursor moved, rejects nothing twice.
        with store.rebuilding() as empty:
            trial.ingest(empty)
        assert trial.rejects() == first

        assert _counts(trial.retry(store)) == (2, 0, 2)
        assert [one.attempts for one in trial.rejects()] == [2, 2]
        mend[12]()
        assert _counts(trial.retry(store)) == (2, 1, 1)
        (left,) = trial.rejects()
        assert (left.capture, left.attempts) == (captures[1].capture_id, 3)
        mend[1]()
        assert _counts(trial.retry(store)) == (1, 1, 0)
        assert trial.rejects() == []
        assert everything(store) == expected
        assert trial.retry(store) == RetrySummary()

    def test_a_line_of_the_reject_file_that_is_damaged_is_told_and_kept(self, trial: Trial, store: Store) -> None:
        trial.ingest(store)
        capture = next(trial.reader.captures("plain"))[1].capture_id
        old = {"site": "plain", "capture": capture, "document": None, "reason": "as a former version wrote it"}
        (trial.state / "rejects.jsonl").write_text(f"{json.dumps(old)}\nnot a reject\n")
        told: list[str] = []
        assert _counts(trial.retry(store, tell=told.append)) == (1, 1, 0)
        assert (trial.state / "rejects.jsonl").read_text() == "not a reject\n"
        (line,) = set(told)
        assert "rejects.jsonl, line 2, is no reject" in line
        assert "mend or delete it" in line

    def test_a_replay_beside_a_live_index(
        self, trial: Trial, store: Store, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Searches find all of the old or all of the new; an ingest meanwhile is kept; no replay beside the replay."""
        monkeypatch.setattr("index.pages._BATCH_PAGES", 10)
        trial.ingest(store)
        old = Reject(site="plain", document="listing:gone", reason="of the old index")
        (trial.state / "rejects.jsonl").write_text(old.model_dump_json() + "\n")
        others: list[int] = []

        def meanwhile(_progress: Progress) -> None:
            if others:
                return
            trial.market.capture(listing_page(200, title="new MDMA", price="7"), later=DAY)
            with open_store() as live:
                others.append(trial.ingest(live).pages)
                live.refresh()
                assert found(live, "kind:listing currency:USD new") == ["plain/200"]
                with pytest.raises(ReplayRunsError, match="a replay runs already, since 2026-03-01 12:00:00 UTC"):
                    trial.ingest(live, replay=True)
            assert trial.rejects() == [old]

        with Searches(open_store, 3) as searches:
            summary = trial.ingest(store, EUROS, replay=True, progress=meanwhile, clock=CLOCK)
            searches.until_seen("EUR")
        assert (others, summary.pages) == ([1], 34)
        assert searches.failures == []
        # 6 listings, and then one more; nothing between, and nothing of both.
        assert searches.seen <= {("USD", 6), ("USD", 7), ("EUR", 7)}
        assert {currency for currency, _count in searches.seen} == {"USD", "EUR"}
        assert store.cursor("plain") == trial.reader.length("plain")
        assert trial.rejects() == []
        assert {file.name for file in trial.state.iterdir()} == {"ingest.lock", "replay.lock", "rejects.jsonl"}

    def test_a_replay_that_is_interrupted_leaves_everything_as_it_was(
        self, trial: Trial, store: Store, open_store: OpenStore
    ) -> None:
        trial.ingest(store)
        (trial.state / "rejects.jsonl").write_text('{"site": "plain", "capture": "c", "reason": "kept"}\n')
        before, rejects = everything(store), (trial.state / "rejects.jsonl").read_bytes()

        def interrupt(_progress: Progress) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            trial.ingest(store, EUROS, replay=True, progress=interrupt)
        assert (everything(store), (trial.state / "rejects.jsonl").read_bytes()) == (before, rejects)
        with open_store() as again:
            assert trial.ingest(again, EUROS, replay=True).pages == 33
            assert {one.body["price"]["currency"] for one in again.scan("listing")} == {"EUR"}

    @pytest.mark.usefixtures("small_pages")
    def test_a_scan_goes_on_when_its_index_is_replaced(self, trial: Trial, store: Store, open_store: OpenStore) -> None:
        trial.ingest(store)
        ids = [one.id for one in store.scan("mention")]
        assert len(ids) > 10
        with open_store() as reading:
            scan = reading.scan("mention")
            seen = [next(scan).id for _ in range(5)]
            trial.ingest(store, EUROS, replay=True)
            seen += [one.id for one in scan]
        assert seen == ids

    @pytest.mark.parametrize(
        ("method", "after"), [("get_many", False), ("write", False), ("write", True), ("cursor", True)]
    )
    def test_a_store_that_is_away_for_a_while_is_waited_for(
        self, trial: Trial, store: Store, expected: dict[str, Any], method: str, after: bool
    ) -> None:
        waits: list[float] = []
        told: list[str] = []
        outage = Outage(failures=2, successes=8)
        failing = cast("Store", Interrupted(store, method, outage, after=after))
        with pytest.MonkeyPatch.context() as smaller:
            smaller.setattr("index.pages._BATCH_PAGES", 7)
            summary = trial.ingest(failing, patience=100, wait=waits.append, tell=told.append)
        assert outage.failures >= 2
        assert (summary.pages, len(waits), len(told)) == (33, outage.failures, outage.failures)
        assert set(waits) == {1.0, 2.0}
        assert told[0].startswith("waiting 1 s for the index, then for 9")
        assert "the index is away; start it, then repeat" in told[0]
        assert everything(store) == expected

    def test_patience_has_an_end(self, trial: Trial, store: Store) -> None:
        waits: list[float] = []
        failing = cast("Store", Interrupted(store, "get_many", Outage(failures=1, successes=0)))
        with pytest.raises(StoreUnavailableError, match="the index is away"):
            trial.ingest(failing, patience=100, wait=waits.append)
        assert waits[:6] == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0]
        assert 80 < sum(waits) <= 100
        assert store.cursor("plain") == 0

    def test_two_ingests_with_folders_of_their_own_overtake_each_other(
        self, trial: Trial, store: Store, open_store: OpenStore, expected: dict[str, Any]
    ) -> None:
        others: list[int] = []

        def overtake() -> None:
            if not others:
                others.append(0)
                with open_store() as other:
                    others[0] = trial.ingest(other, folder=trial.state / "other").pages

        overtaken = cast("Store", Interrupted(store, "get_many", overtake))
        with pytest.MonkeyPatch.context() as smaller:
            smaller.setattr("index.pages._BATCH_PAGES", 10)
            summary = trial.ingest(overtaken)
        assert (others, summary.pages) == ([33], 0)
        assert everything(store) == expected

    @pytest.mark.parametrize("jobs", [0, 2])
    def test_what_comes_before_a_damaged_line_of_the_journal_is_ingested(
        self, trial: Trial, store: Store, jobs: int
    ) -> None:
        journal = trial.market.folder / "plain" / "journal.jsonl"
        lines = journal.read_bytes().splitlines(keepends=True)
        journal.write_bytes(b"".join([*lines[:20], b"x" + lines[20], *lines[21:]]))
        with pytest.raises(ArchiveError, match="the line is not a line of the journal; run: nightpost archive verify"):
            trial.ingest(store, jobs=jobs)
        assert store.cursor("plain") == sum(map(len, lines[:20]))


def _counts(summary: RetrySummary) -> tuple[int, int, int]:
    return summary.retried, summary.recovered, summary.rejected


class Searches:
    """Threads that search all the time, each with a store of its own; a context manager.

    Attributes:
        seen: the currency of all listings, and how many there are; a failure where they are not all of one.
    """

    def __init__(self, open_store: OpenStore, threads: int) -> None:
        self.seen: set[tuple[str, int]] = set()
        self.failures: list[str] = []
        self._news = threading.Condition()
        self._stop = threading.Event()
        self._open_store = open_store
        self._threads = [threading.Thread(target=self._search) for _ in range(threads)]

    def until_seen(self, currency: str) -> None:
        """Wait until it was found at least once."""
        with self._news:
            assert self._news.wait_for(
                lambda: self.failures or currency in {name for name, _count in self.seen}, timeout=60
            )

    def _search(self) -> None:
        try:
            with self._open_store() as store:
                request = Request(condition=parse("kind:listing has:currency", CLOCK).condition, facets=("currency",))
                while not self._stop.is_set():
                    results = store.search(request)
                    currencies = {hit.document.body["price"]["currency"] for hit in results.hits}
                    (currency,) = currencies
                    assert results.facets == {"currency": [(currency, results.total)]}
                    assert len(results.hits) == results.total
                    with self._news:
                        self.seen.add((currency, results.total))
                        self._news.notify_all()
        except Exception as error:  # noqa: BLE001 - whatever it is, no search may fail
            with self._news:
                self.failures.append(f"{type(error).__name__}: {error}")
                self._news.notify_all()

    def __enter__(self) -> "Searches":
        for thread in self._threads:
            thread.start()
        self.until_seen("USD")
        return self

    def __exit__(self, *details: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
