"""Pages a second of the whole way, crawl, archive and ingest beside it, over those of a bare Scrapy spider.

The ingest is a process of its own that reads the archive into the embedded index while the crawl goes on; the clock
stops when the last page is in the index. The bare spider, on the same onion service in the same run, keeps nothing and
reads nothing. They go in turns; the ratio is that of the medians. Then the ingest alone, in pages a second of one core.

    python -m benchmarks.whole_way [LISTINGS [ROUNDS]]
"""

import functools
import logging
import multiprocessing
import statistics
import sys
import tempfile
import time
from multiprocessing.synchronize import Event
from pathlib import Path

import structlog

from archive.reader import ArchiveReader
from benchmarks.crawling import FAMILY, bare, market_urls, ours, rendered_market
from extractors.layout import load_layout
from extractors.pipeline import build_pipeline
from index.ingest import ingest
from index.sqlite_store import SqliteStore
from replica.serve import serve_in_process
from replica.tor import PrivateTorNetwork

_LOOK_SECONDS = 0.2


def ingest_beside(folder: Path, ready: Event, crawled: Event) -> None:
    """Ingest what the archive gets until the crawl is over and everything is read. Runs in a process of its own."""
    nlp = build_pipeline()
    layouts = {"market": load_layout(f"practice-{FAMILY}")}
    reader = ArchiveReader(folder / "archive")
    with SqliteStore(folder / "index.sqlite") as store:
        ready.set()
        while True:
            over = crawled.wait(_LOOK_SECONDS)
            pages = ingest(reader, store, layouts, nlp, folder=folder).pages
            if over and not pages:
                return


def whole_way(host: str, socks_port: int, folder: Path) -> tuple[float, int]:
    """Pages a second from the first request until the last page is indexed, and how many pages."""
    spawn = multiprocessing.get_context("spawn")
    ready, crawled = spawn.Event(), spawn.Event()
    beside = spawn.Process(target=ingest_beside, args=(folder, ready, crawled))
    beside.start()
    ready.wait()
    started = time.perf_counter()
    _, summary = ours(host, socks_port, folder)
    crawled.set()
    beside.join()
    seconds = time.perf_counter() - started
    if beside.exitcode:
        raise SystemExit(f"the ingest ended with {beside.exitcode}")
    return summary.fetched / seconds, summary.fetched


def ingest_speed(folder: Path) -> float:
    """Pages a second of processor time, of an ingest into a new index."""
    nlp = build_pipeline()
    layouts = {"market": load_layout(f"practice-{FAMILY}")}
    with SqliteStore(folder / "again.sqlite") as store, tempfile.TemporaryDirectory() as own:
        started = time.process_time()
        pages = ingest(ArchiveReader(folder / "archive"), store, layouts, nlp, folder=Path(own)).pages
        return pages / (time.process_time() - started)


def main(arguments: list[str]) -> None:
    """Measure and print."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    logging.getLogger("scrapy").setLevel(logging.ERROR)
    listings = int(arguments[0]) if arguments else 300
    rounds = int(arguments[1]) if len(arguments) > 1 else 3
    ways, bares = [], []
    with (
        serve_in_process(functools.partial(rendered_market, listings)) as served,
        PrivateTorNetwork({"market": served.port}) as network,
        tempfile.TemporaryDirectory() as folder,
    ):
        host = network.onions["market"]
        urls = market_urls(listings, host)
        for number in range(rounds):
            own = Path(folder) / str(number)
            own.mkdir()
            speed, pages = whole_way(host, network.socks_port, own)
            ways.append(speed)
            bares.append(bare(urls, network.socks_port))
        alone = ingest_speed(Path(folder) / "0")
    way, spider = statistics.median(ways), statistics.median(bares)
    print(f"crawl, archive and ingest: {way:.0f} pages/s ({pages} pages; {_range(ways)})")
    print(f"bare Scrapy:               {spider:.0f} pages/s ({len(urls)} pages; {_range(bares)})")
    print(f"ratio:                     {way / spider:.2f}")
    print(f"ingest alone:              {alone:.0f} pages/s of one core")


def _range(speeds: list[float]) -> str:
    return f"{min(speeds):.0f} to {max(speeds):.0f} in {len(speeds)} rounds"


if __name__ == "__main__":
    main(sys.argv[1:])
