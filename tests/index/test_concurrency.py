"""Two ingests and fifty searches at once, with a crawl of two sites that goes on meanwhile, on both stores.

With ``NIGHTPOST_LONG=1`` it lasts a minute, and otherwise a part of one.
"""

import os
import sqlite3
import statistics
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from itertools import pairwise
from pathlib import Path

import pytest
from spacy.language import Language

from archive.reader import ArchiveReader
from index import sqlite_schema
from index.elasticsearch_store import ElasticsearchStore
from index.ingest import ingest
from index.sqlite_store import SqliteStore
from index.store import Store
from nightpost.settings import Settings
from tests.index.at_once import SITES, Did, Setup, round_of
from tests.index.example import document
from tests.index.ingest_suite import everything
from tests.index.market import LAYOUT

ROOT = Path(__file__).parents[2]
SECONDS = 60 if os.environ.get("NIGHTPOST_LONG") else 12
FIRST_PAGES = sum(len(round_of(site, 1)) for site in SITES)
INGESTS, SEARCHERS, SEARCH_PROCESSES = 2, 50, 5
# Fifty analysts who never stop to read, on whatever machine this is: what waits longer is locked out.
LONGEST_SECONDS = 15


class Program:
    """One of the processes."""

    def __init__(self, program: str, setup: Setup, running: ExitStack) -> None:
        self._process = running.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "tests.index.at_once", program, setup.model_dump_json()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=ROOT,
                text=True,
            )
        )
        running.callback(self._process.kill)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout

    def wait_until_ready(self) -> None:
        assert self._out.readline() == "ready\n"

    def begin(self) -> None:
        self._in.write("\n")
        self._in.flush()

    def tell_to_end(self) -> None:
        self._in.close()

    def end(self) -> Did:
        did = Did.model_validate_json(self._out.readline())
        assert self._process.wait() == 0
        return did


def setup_of(index: str, prefix: str, folder: Path) -> Setup:
    for name in ("archive", "state"):
        (folder / name).mkdir()
    return Setup(index=index, prefix=prefix, archive=folder / "archive", state=folder / "state")


def run(setup: Setup) -> tuple[list[Did], list[Did], list[Did]]:
    """What the crawls, ingests and searches did."""
    with ExitStack() as running:
        crawls = [Program("crawl", setup.model_copy(update={"site": site}), running) for site in SITES]
        for crawl in crawls:
            crawl.wait_until_ready()  # every site has its first round
        ingests = [Program("ingest", setup, running) for _ in range(INGESTS)]
        for one in ingests:
            one.wait_until_ready()  # and that is in the index
        threads = setup.model_copy(update={"threads": SEARCHERS // SEARCH_PROCESSES})
        searches = [Program("search", threads, running) for _ in range(SEARCH_PROCESSES)]
        for search in searches:
            search.wait_until_ready()
        programs = (*crawls, *ingests, *searches)
        for program in programs:
            program.begin()
        threading.Event().wait(SECONDS)
        for program in programs:
            program.tell_to_end()
        return ([one.end() for one in crawls], [one.end() for one in ingests], [one.end() for one in searches])


def check(setup: Setup, store: Store, nlp: Language, tell: Callable[[str, object], None]) -> int:
    """Nothing went wrong, nobody waited too long, and the index is that of one ingest alone; answers of two states."""
    crawls, ingests, searches = run(setup)
    assert [error for did in (*crawls, *ingests, *searches) for error in did.errors] == []
    seconds = sorted(second for did in searches for second in did.seconds)
    for name, value in {
        "rounds of a site": [did.done for did in crawls],
        "pages of an ingest": [did.done for did in ingests],
        "pages read by an ingest": [did.read for did in ingests],
        "documents written": sum(did.documents for did in ingests),
        "searches": len(seconds),
        "p50 ms": round(1000 * statistics.median(seconds)),
        "p95 ms": round(1000 * seconds[len(seconds) * 95 // 100]),
        "longest ms": round(1000 * seconds[-1]),
    }.items():
        tell(name, value)
    assert min(did.done for did in crawls) > 2, "each of them was at work"
    # Of two that read the same pages the faster one writes them, and that may be the same one all the time.
    assert min(did.read for did in ingests) > 2, "each of them was at work"
    assert sum(did.done for did in ingests) > 2 * FIRST_PAGES, "and not only before the others began"
    assert len(seconds) > SEARCHERS
    assert seconds[-1] < LONGEST_SECONDS
    reader, layouts = ArchiveReader(setup.archive), dict.fromkeys(SITES, LAYOUT)
    ingest(reader, store, layouts, nlp, folder=setup.state)
    with SqliteStore(setup.state / "alone.sqlite") as alone:
        ingest(reader, alone, layouts, nlp, folder=setup.state / "alone")
        assert everything(store) == everything(alone)
    return sum(did.mixed for did in searches)


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str, object], None]:
    """Figures go to the test report, and to who asks for output (``-rP``)."""

    def tell(name: str, value: object) -> None:
        record_property(name, value)
        print(f"{name}: {value}")

    return tell


def test_the_embedded_store_shows_one_state(tmp_path: Path, nlp: Language, tell: Callable[[str, object], None]) -> None:
    setup = setup_of(f"sqlite:///{tmp_path}/index.sqlite", "", tmp_path).model_copy(update={"one_state": True})
    with SqliteStore(tmp_path / "index.sqlite") as store:
        assert check(setup, store, nlp, tell) == 0
        tell("MB of index and log", [(tmp_path / f"index.sqlite{end}").stat().st_size / 1e6 for end in ("", "-wal")])


def test_the_log_of_the_embedded_store_stays_short_while_somebody_always_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite by itself begins its log anew only when nobody reads."""
    longest = 1024**2
    monkeypatch.setattr(sqlite_schema, "_LONGEST_LOG_BYTES", longest)
    file = tmp_path / "index.sqlite"
    turns = [threading.Semaphore(1), threading.Semaphore(0)]
    stop = threading.Event()

    def read(me: int) -> None:
        # Each finishes when the other has begun, so that there is always one who reads.
        with closing(sqlite3.connect(file, isolation_level=None)) as reader:
            while turns[me].acquire() and not stop.is_set():
                if reader.in_transaction:
                    reader.execute("COMMIT")
                reader.execute("BEGIN")
                reader.execute("SELECT COUNT(*) FROM meta").fetchone()
                turns[1 - me].release()

    sizes = []
    with SqliteStore(file) as store, ThreadPoolExecutor(2) as others:
        readers = [others.submit(read, me) for me in range(2)]
        try:
            for round_ in range(40):
                store.write([document("mention", f"m/{one}", text=f"round {round_} " * 300) for one in range(100)])
                sizes.append(file.with_name("index.sqlite-wal").stat().st_size)
        finally:
            stop.set()
            for turn in turns:
                turn.release()
        for reader in readers:
            reader.result()
    assert sum(after - before for before, after in pairwise(sizes) if after > before) > 4 * longest, "much was written"
    assert max(sizes) < 2 * longest


def test_elasticsearch_shows_whole_documents(
    tmp_path: Path, nlp: Language, elasticsearch_settings: Settings, tell: Callable[[str, object], None]
) -> None:
    settings = elasticsearch_settings
    setup = setup_of(settings.index, settings.elasticsearch.prefix, tmp_path)
    with ElasticsearchStore(settings.index, settings.elasticsearch) as store:
        tell("answers of two states", check(setup, store, nlp, tell))
