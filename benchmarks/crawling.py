"""Pages a second of a whole crawl over those of a bare Scrapy spider, on the same onion service in the same run.

Ours follows links with the market's layout and writes every exchange into the archive; the bare spider is handed the
URLs, keeps nothing and reads nothing, with Scrapy's own httpx handler through the same SOCKS port and with as many
requests at a time. Each goes twice, in turns, and the better counts. The market's pages are rendered beforehand, so
that the server takes little of the machine. Then a crawl that comes to know 50,000 URLs: its peak memory, beside that
of one that knows 1,000.

    python -m benchmarks.crawling [LISTINGS]
"""

import asyncio
import functools
import logging
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from starlette.applications import Starlette
from starlette.requests import Request as WebRequest
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from archive.site_archive import SiteArchive
from crawler.run import crawl
from crawler.site import Authority, Pacing, Site
from crawler.summary import RunSummary
from crawler.tor import TorEndpoint
from extractors.layout import load_layout
from nightpost.clock import SystemClock
from nightpost.settings import ArchiveSettings
from replica.markets.saving import pages
from replica.serve import serve_in_process
from replica.tor import PrivateTorNetwork
from replica.world import World

FAMILY = "lantern"
AT_A_TIME = 8
_BASE = "http://market"


def rendered_market(listings: int) -> ASGIApp:
    """A practice market whose pages are made beforehand."""
    world = World.generate(listings=listings, markets=(FAMILY,))
    return _app({url.removeprefix(_BASE): body for url, body in pages(world, FAMILY, _BASE)}.get)


def wide_market(known: int) -> ASGIApp:
    """A market each of whose pages leads to fifty more, up to so many."""

    def page(path: str) -> bytes:
        first = 50 * int(path.lstrip("/") or 0)
        return "".join(f'<a href="/{n}">{n}</a>' for n in range(first + 1, min(first + 51, known))).encode()

    return _app(page)


def _app(page: Callable[[str], bytes | None]) -> ASGIApp:
    async def answer(request: WebRequest) -> HTMLResponse:
        body = page(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
        return HTMLResponse(body or b"gone", 404 if body is None else 200)

    return Starlette(routes=[Route("/{path:path}", answer)])


def ours(host: str, socks_port: int, folder: Path, max_pages: int = 1_000_000) -> tuple[float, RunSummary]:
    """Pages a second of a crawl with archive."""
    site = Site(
        name="market",
        layout=f"practice-{FAMILY}",
        urls=[f"http://{host}/"],
        authority=Authority(reference="benchmark", holder="benchmark", expires_at=date.max),
        pacing=Pacing(delay_seconds=0, concurrency=AT_A_TIME, max_pages=max_pages),
    )
    archive = SiteArchive(
        folder / "archive",
        site.name,
        key=Ed25519PrivateKey.generate(),
        software="benchmark",
        operator="benchmark",
        authority="benchmark",
        limits=ArchiveSettings(),
        clock=SystemClock(),
    )
    with archive:
        started = time.perf_counter()
        summary = crawl(
            site,
            layout=load_layout(site.layout),
            evidence=archive,
            state=folder / "state",
            tor=TorEndpoint("127.0.0.1", socks_port),
        )
    return summary.fetched / (time.perf_counter() - started), summary


class BareSpider(Spider):
    """Fetches what it is given, and forgets it."""

    name = "bare"

    def __init__(self, urls: list[str], proxy: str) -> None:
        super().__init__()
        self.urls = urls
        self.proxy = proxy
        self.fetched = 0

    async def start(self) -> AsyncIterator[Any]:
        """All at once."""
        for url in self.urls:
            yield Request(url, meta={"proxy": self.proxy})

    def parse(self, response: Response) -> None:
        """Count."""
        self.fetched += response.status == 200


def bare(urls: list[str], socks_port: int) -> float:
    """Pages a second of the bare spider."""
    handler = "scrapy.core.downloader.handlers._httpx.HttpxDownloadHandler"
    settings = {
        "TWISTED_REACTOR_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
        "CONCURRENT_REQUESTS": AT_A_TIME,
        "CONCURRENT_REQUESTS_PER_DOMAIN": AT_A_TIME,
    }
    crawler = Crawler(BareSpider, settings)
    started = time.perf_counter()
    asyncio.run(crawler.crawl_async(urls=urls, proxy=f"socks5h://bare:spider@127.0.0.1:{socks_port}"))
    spider = crawler.spider
    assert isinstance(spider, BareSpider)
    return spider.fetched / (time.perf_counter() - started)


def market_urls(listings: int, host: str) -> list[str]:
    """The URL of every page of the rendered market on an onion service."""
    world = World.generate(listings=listings, markets=(FAMILY,))
    return [f"http://{host}{url.removeprefix(_BASE)}" for url, _ in pages(world, FAMILY, _BASE)]


def compare(listings: int) -> None:
    """Print the ratio of pages a second."""
    with ExitStack() as stack:
        served = stack.enter_context(serve_in_process(functools.partial(rendered_market, listings)))
        network = stack.enter_context(PrivateTorNetwork({"market": served.port}))
        host = network.onions["market"]
        urls = market_urls(listings, host)
        our_best = bare_best = 0.0
        for _ in range(2):
            with tempfile.TemporaryDirectory() as folder:
                speed, summary = ours(host, network.socks_port, Path(folder))
            our_best = max(our_best, speed)
            bare_best = max(bare_best, bare(urls, network.socks_port))
    print(f"crawl and archive: {our_best:.0f} pages/s ({summary.fetched} pages)")
    print(f"bare Scrapy:       {bare_best:.0f} pages/s ({len(urls)} pages)")
    print(f"ratio:             {our_best / bare_best:.2f}")


def memory(known: int) -> None:
    """Crawl a wide market and print the peak memory of this process, in MB."""
    fetched = known // 50 + 1
    with (
        serve_in_process(functools.partial(wide_market, known)) as served,
        PrivateTorNetwork({"market": served.port}) as network,
        tempfile.TemporaryDirectory() as folder,
    ):
        _, summary = ours(network.onions["market"], network.socks_port, Path(folder), max_pages=fetched)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory with {summary.fetched + summary.queued_left:6} known URLs: {peak:.0f} MB")


def main(arguments: list[str]) -> None:
    """Measure and print."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    logging.getLogger("scrapy").setLevel(logging.ERROR)
    if arguments[:1] == ["--memory"]:
        memory(int(arguments[1]))
        return
    compare(int(arguments[0]) if arguments else 300)
    for known in (1_000, 50_000):
        # Each in a process of its own: peak memory never falls.
        subprocess.run([sys.executable, "-m", "benchmarks.crawling", "--memory", str(known)], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
