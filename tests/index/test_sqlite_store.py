"""The embedded store."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import SlowQueryError, StoreError, StoreUnavailableError
from index.query import parse
from index.search import Request
from index.sqlite_schema import Tables
from index.sqlite_store import SqliteStore
from nightpost.clock import FixedClock
from tests.index.example import MARKET, document, moment
from tests.index.generated import FACETS, Generator
from tests.index.history_suite import HistorySuite
from tests.index.ingest_run_suite import IngestRunSuite, OpenStore
from tests.index.ingest_suite import IngestSuite
from tests.index.store_suite import StoreSuite


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path / "index.sqlite") as store:
        yield store


class TestSqliteStore(StoreSuite):
    """All that a store must do."""


class TestSqliteIngest(IngestSuite):
    """All that ingest must do."""


class TestSqliteHistory(HistorySuite):
    """What the history must be."""


class TestSqliteIngestRuns(IngestRunSuite):
    """How an ingest runs."""

    @pytest.fixture
    def open_store(self, tmp_path: Path) -> OpenStore:
        return lambda: SqliteStore(tmp_path / "index.sqlite")

    @pytest.fixture
    def small_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("index.sqlite_store._PAGE", 2)
        monkeypatch.setattr("index.sqlite_generations._ROWS", 3)


def test_a_reader_sees_one_state_while_a_writer_writes(tmp_path: Path) -> None:
    file = tmp_path / "index.sqlite"
    stop = threading.Event()
    failures: list[BaseException] = []

    def write() -> None:
        try:
            with SqliteStore(file) as writer:
                round_ = 0
                while not stop.is_set():
                    round_ += 1
                    writer.write([document("listing", f"m/{one}", title=f"round {round_}") for one in range(20)])
        except BaseException as error:
            failures.append(error)
            raise

    with SqliteStore(file) as reader:
        reader.write([document("listing", f"m/{one}", title="round 0") for one in range(20)])
        thread = threading.Thread(target=write)
        thread.start()
        seen = set()
        try:
            for _ in range(150):
                results = reader.search(Request(facets=("kind",)))
                titles = {hit.document.body["title"] for hit in results.hits}
                assert (len(titles), results.total, results.facets) == (1, 20, {"kind": [("listing", 20)]})
                seen |= titles
        finally:
            stop.set()
            thread.join()
    assert failures == []
    assert len(seen) > 1, "the writer was at work meanwhile"


def test_an_index_of_another_version_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "index.sqlite"
    SqliteStore(file).close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE meta SET value = 999 WHERE name = 'schema'")
    connection.close()
    with pytest.raises(StoreError, match="another version of Nightpost; move it away and run: nightpost ingest"):
        SqliteStore(file)


def test_a_file_that_is_no_index_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "index.sqlite"
    file.write_text("this is a letter to a friend" * 100)
    with pytest.raises(StoreError, match="damaged or no index"):
        SqliteStore(file)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match=r"nowhere/index\.sqlite cannot be used"):
        SqliteStore(tmp_path / "nowhere" / "index.sqlite")


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "index.sqlite") as store:
        store.write(MARKET)
        # As a full disk does, SQLite's own limit makes the write fail with "database or disk is full".
        pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
        store._connection.execute(f"PRAGMA max_page_count = {pages + 5}")
        many = [document("mention", f"m/{one}", text=f"word{one} " * 50) for one in range(500)]
        with pytest.raises(StoreUnavailableError, match="full"):
            store.write(many)
        assert store.counts() == {"listing": 3, "review": 1, "vendor": 2}
        store._connection.execute("PRAGMA max_page_count = 1000000")
        store.write(many)
        assert store.counts()["mention"] == 500


def test_tables_that_were_replaced_are_removed_a_little_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.sqlite_generations._ROWS", 7)
    file = tmp_path / "index.sqlite"
    many = [document("listing", f"m/{one}", title=f"word{one} green", market="empire") for one in range(50)]
    with SqliteStore(file) as store, SqliteStore(file) as reader:
        store.write(many)
        Tables(2).create(store._connection)  # as a replay leaves them that was killed
        with SqliteStore(file, Tables(2)) as half:
            half.write(many[:5])
        scan = reader.scan("listing")
        ids = [next(scan).id]
        with store.rebuilding() as fresh:
            fresh.write(many)
        store.remove_former()
        assert ids + [one.id for one in scan] == sorted(one.id for one in many)
        assert reader.search(Request(facets=("market",))).facets == {"market": [("empire", 50)]}
        tables = store._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        generations = {name.split("_")[1] for (name,) in tables if "_" in name}
        assert generations == {"3"}
        assert store._connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        store.write([document("listing", "m/new", title="green")])
        assert reader.counts() == {"listing": 51}


def test_a_search_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    request = Request(condition=parse("NOT (x OR g OR 10g)", FixedClock(moment("2020-03-01"))).condition, facets=FACETS)
    with (
        SqliteStore(tmp_path / "index.sqlite") as store,
        SqliteStore(tmp_path / "index.sqlite", search_seconds=0.0) as hurried,
    ):
        documents = Generator(3).documents(6000)
        store.write(documents)
        assert store.search(request).total > 0
        with pytest.raises(SlowQueryError, match="took longer than 0 s and was stopped; narrow it"):
            hurried.search(request)
        assert hurried.get(*documents[0].key) == documents[0].model_copy(update={"words": {}}), "it can go on"
        assert hurried.write(documents[:10]) == []
