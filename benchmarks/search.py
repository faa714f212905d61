"""Filling and asking both stores, beside their engines by hand.

    python -m benchmarks.search [--sizes 10000,100000,1000000] [--store sqlite|elasticsearch|both]
                                [--elasticsearch URL] [--each 100] [--busy] [--data FOLDER OF RESEARCH DATA]

Generated listings go through `Store.write` in batches, and the same documents through hand-written statements into
tables (an index) of the same engine, batch by batch in turns: documents a second and bytes on disk of both. At each
size ten shapes of questions are asked, each many times with other values in random order: ours through the query
language and `Store.search`, and raw, the same question as an expert writes it for the engine, over the same index.
Both must find the same, in the same order. Printed: p50 and p95 of both, their ratios, and how p95 grows.

A million listings in both stores take about an hour and 15 GB of disk. SQLite runs in this process: on a machine that
is busy with other things ``--busy`` measures the processor time of it instead of the time that went by.
"""

import argparse
import itertools
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from benchmarks.generated_listings import GeneratedListings, likeness
from benchmarks.raw_elasticsearch import RawElasticsearch, RawElasticsearchQueries
from benchmarks.raw_sqlite import RawSqlite, RawSqliteQueries
from benchmarks.search_questions import SHAPES, Question, questions_about
from evaluation.research import RESEARCH
from index.documents import Document
from index.elasticsearch_store import ElasticsearchStore
from index.query import parse
from index.search import Request, sort_of
from index.sqlite_store import SqliteStore
from index.store import Advance, Store
from nightpost.clock import SystemClock
from nightpost.errors import NightpostError
from nightpost.settings import ElasticsearchSettings
from tests.servers.elasticsearch import running_elasticsearch

_BATCH = 1_000
_SAMPLE = 3_000
_SITE = "generated"
_ORDINARY_TITLES = 30_000

_Answer = tuple[int, list[str], dict[str, list[tuple[str, int]]]]
_Ask = Callable[[Question], _Answer]


class _Raw(Protocol):
    """An engine filled by hand."""

    def write(self, documents: Sequence[Document], position: int) -> None: ...

    def size(self) -> int: ...


@dataclass(slots=True)
class _Contest:
    """A store, its engine filled by hand, and its engine asked by hand."""

    name: str
    store: Store
    raw: _Raw
    ask_raw: _Ask
    size: Callable[[], int]
    clock: Callable[[], float] = time.perf_counter
    seconds: list[float] = field(default_factory=lambda: [0.0, 0.0])
    ours: dict[int, dict[str, list[float]]] = field(default_factory=dict)
    raws: dict[int, dict[str, list[float]]] = field(default_factory=dict)

    def fill(self, documents: Sequence[Document], position: int) -> None:
        """Write a batch to both; who begins changes from batch to batch."""
        ways: list[Callable[[], object]] = [
            lambda: self.store.write(documents, advance=Advance(_SITE, position, position + len(documents))),
            lambda: self.raw.write(documents, position + len(documents)),
        ]
        order = (0, 1) if position // _BATCH % 2 else (1, 0)
        for way in order:
            begin = self.clock()
            ways[way]()
            self.seconds[way] += self.clock() - begin

    def ask(self, questions: Sequence[Question], size: int) -> None:
        """Ask each question of both, all in random order, and see that both answer the same."""
        self.store.refresh()
        turns = [(question, number, way) for number, question in enumerate(questions) for way in (0, 1)]
        random.Random(size).shuffle(turns)  # noqa: S311 - an order, not a key
        ways: tuple[_Ask, _Ask] = (self._ask_store, self.ask_raw)
        spent: tuple[dict[str, list[float]], dict[str, list[float]]] = (defaultdict(list), defaultdict(list))
        answers: dict[int, _Answer] = {}
        for question in questions[:: max(1, len(questions) // 50)]:
            for warm in ways:
                warm(question)
        for question, number, way in turns:
            begin = self.clock()
            answer = ways[way](question)
            spent[way][question.shape].append(self.clock() - begin)
            if answers.setdefault(number, answer) != answer:
                raise SystemExit(f"{self.name}: {question.query!r}: {answers[number]} and {answer} differ")
        self.ours[size], self.raws[size] = spent

    def _ask_store(self, question: Question) -> _Answer:
        query = parse(question.query, SystemClock())
        results = self.store.search(
            Request(
                condition=query.condition,
                names=query.names,
                sort=sort_of(question.sort),
                facets=question.facets,
                offset=question.offset,
            )
        )
        return results.total, [hit.document.id for hit in results.hits], results.facets

    def filling(self, size: int) -> Iterator[str]:
        """What filling cost so far, as lines."""
        ours, raw = (size / seconds for seconds in self.seconds)
        yield (
            f"{self.name}, {size:,} listings: {ours:,.0f} documents/s, raw {raw:,.0f}/s: "
            f"{raw / ours:.2f} times the time"
        )
        our_bytes, raw_bytes = self.size(), self.raw.size()
        yield (
            f"{self.name}, {size:,} listings: {our_bytes / 1e6:,.0f} MB on disk ({our_bytes / size:,.0f} bytes each), "
            f"raw {raw_bytes / 1e6:,.0f} MB: {our_bytes / raw_bytes:.2f} times as much"
        )

    def table(self, size: int) -> Iterator[str]:
        """What asking took at a size, as lines."""
        yield f"{self.name}, {size:,} listings: milliseconds      ours p50     p95   raw p50     p95   ratio p50   p95"
        for shape in SHAPES:
            ours, raw = _quantiles(self.ours[size][shape]), _quantiles(self.raws[size][shape])
            yield (
                f"  {shape:<42} {ours[0]:9.2f} {ours[1]:9.2f} {raw[0]:9.2f} {raw[1]:9.2f} "
                f"{ours[0] / raw[0]:9.2f} {ours[1] / raw[1]:7.2f}"
            )

    def growth(self) -> Iterator[str]:
        """How p95 grows with the size, as lines."""
        sizes = sorted(self.ours)
        yield f"{self.name}: p95 in milliseconds at " + ", ".join(f"{size:,}" for size in sizes) + " listings (raw)"
        for shape in SHAPES:
            each = [
                f"{_quantiles(self.ours[size][shape])[1]:.1f} ({_quantiles(self.raws[size][shape])[1]:.1f})"
                for size in sizes
            ]
            yield f"  {shape:<26} " + "  ".join(f"{one:>20}" for one in each)


def _quantiles(seconds: Sequence[float]) -> tuple[float, float]:
    """The median and the 95th percentile, in milliseconds."""
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    return cuts[9] * 1000, cuts[18] * 1000


def _sqlite(folder: Path, stack: ExitStack, clock: Callable[[], float]) -> _Contest:
    file = folder / "index.sqlite"
    store = stack.enter_context(SqliteStore(file))
    raw, asked = RawSqlite(folder / "raw.sqlite"), RawSqliteQueries(file)
    stack.callback(raw.close)
    stack.callback(asked.close)
    return _Contest("SQLite", store, raw, asked.ask, asked.size, clock)


def _elasticsearch(url: str, stack: ExitStack) -> _Contest:
    prefix = f"benchmark-{time.time_ns():x}"
    store = stack.enter_context(ElasticsearchStore(url, ElasticsearchSettings(prefix=prefix)))
    raw = RawElasticsearch(url, f"{prefix}-raw")
    asked = RawElasticsearchQueries(url, f"{prefix}-documents-000001")
    stack.callback(raw.close)
    stack.callback(asked.close)
    stack.callback(asked.remove, f"{prefix}-documents-000001", f"{prefix}-cursors-000001")
    return _Contest("Elasticsearch", store, raw, asked.ask, asked.size)


def compare(contests: Sequence[_Contest], listings: GeneratedListings, sizes: Sequence[int], each: int) -> None:
    """Fill all to each size in turn, ask, and print."""
    sample: list[Document] = []
    documents = listings.documents()
    position = 0
    for size in sizes:
        while position < size:
            batch = list(itertools.islice(documents, min(_BATCH, size - position)))
            for contest in contests:
                contest.fill(batch, position)
            position += len(batch)
            sample += batch[:: max(1, max(sizes) // _SAMPLE)]
        for contest in contests:
            print(*contest.filling(size), sep="\n", flush=True)
            contest.ask(questions_about(sample, each), size)
            print(*contest.table(size), sep="\n", flush=True)
    for contest in contests:
        print(*contest.growth(), sep="\n", flush=True)


def main() -> int:
    """Measure all; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000,1000000", help="how many listings, ascending")
    parser.add_argument("--store", choices=("sqlite", "elasticsearch", "both"), default="both")
    parser.add_argument("--elasticsearch", help="the URL of a server; without it one is started")
    parser.add_argument("--heap", default="1g", help="the memory of a server that is started")
    parser.add_argument("--each", type=int, default=100, help="how many questions of each shape")
    parser.add_argument("--busy", action="store_true", help="measure SQLite by processor time")
    parser.add_argument("--data", type=Path, default=RESEARCH)
    given = parser.parse_args()
    with ExitStack() as stack:
        try:
            listings = GeneratedListings(given.data)
            contests = []
            if given.store != "elasticsearch":
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                clock = time.process_time if given.busy else time.perf_counter
                contests.append(_sqlite(folder, stack, clock))
            if given.store != "sqlite":
                url = given.elasticsearch or stack.enter_context(running_elasticsearch(given.heap)).url
                contests.append(_elasticsearch(url, stack))
        except NightpostError as error:
            print(error, file=sys.stderr)
            return 1
        ordinary = [listings.title() for _ in range(_ORDINARY_TITLES)]
        print(*likeness(listings.real_titles, ordinary).lines(), sep="\n", flush=True)
        compare(contests, listings, [int(size) for size in given.sizes.split(",")], given.each)
    return 0


if __name__ == "__main__":
    sys.exit(main())
