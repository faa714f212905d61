"""The embedded store."""

import random
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from spacy.language import Language

from archive.reader import ArchiveReader
from index.errors import StoreError, StoreUnavailableError
from index.ingest import ingest
from index.search import Request
from index.sqlite_store import SqliteStore
from tests.index.example import MARKET, document
from tests.index.history_suite import HistorySuite
from tests.index.ingest_suite import DAY, IngestSuite, everything
from tests.index.market import LAYOUT, Market, index_page, listing_fields, listing_page, vendor_page
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


def busy_market(folder: Path) -> Market:
    market = Market(folder)
    for day in range(3):
        market.capture(
            *(
                listing_page(one, title=f"{one + day}g MDMA", price=f"${day}", text="a@b.onion " * day)
                for one in range(6)
            ),
            index_page(*(listing_fields(one, title="g...", vendor=f"v{one}") for one in range(6))),
            *(vendor_page(f"v{one}", text=f"day {day}", reviews=[("x", "good"), ("y", f"{day}")]) for one in range(4)),
            later=DAY,
        )
    return market


def test_an_ingest_that_is_killed_again_and_again_comes_to_the_same(tmp_path: Path, nlp: Language) -> None:
    market = busy_market(tmp_path / "archive")
    with SqliteStore(tmp_path / "whole.sqlite") as whole:
        ingest(ArchiveReader(market.folder), whole, {"plain": LAYOUT}, nlp, folder=tmp_path / "whole")
        expected = everything(whole)
    assert len(expected) > 100
    chance = random.Random(7)
    command = [sys.executable, "-m", "tests.index.ingesting"]
    command += [str(market.folder), str(tmp_path / "killed.sqlite"), str(tmp_path / "killed")]
    positions = []
    for _round in range(4):
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2], text=True
        )
        assert process.stdin is not None
        assert process.stdout is not None
        with process.stdin, process.stdout:
            # After so many batches it is anywhere in the next one, however busy the machine is.
            for _batch in range(chance.randint(1, 3)):
                process.stdout.readline()
                process.stdin.write("\n")
                process.stdin.flush()
            process.kill()
            process.wait()
        with SqliteStore(tmp_path / "killed.sqlite") as killed:
            positions.append(killed.cursor("plain"))
    assert positions == sorted(set(positions)), "each run got on a little"
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, cwd=Path(__file__).parents[2], check=True, text=True
    )
    assert done.stdout != "", "there was something left to do"
    with SqliteStore(tmp_path / "killed.sqlite") as killed:
        assert everything(killed) == expected


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
