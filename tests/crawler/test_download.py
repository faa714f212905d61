"""The handler by itself: held to the proxy and the gate, whatever request reaches it."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.context import CrawlContext
from crawler.download import TorDownloadHandler
from crawler.frontier import Frontier, Visit
from crawler.gate import Gate, RefusedError
from crawler.identity import Identity
from crawler.run import scrapy_settings
from crawler.site import Site
from crawler.tor import TorEndpoint
from crawler.transport import socks_transport
from crawler.wire import ForbiddenConnectionError, RecordingBackend
from nightpost.clock import SystemClock
from replica.serve import serve
from tests.crawler.conftest import HOST, Crawl, site_of
from tests.crawler.onions import Onions, always, page
from tests.crawler.stand_ins import MemoryEvidence


@pytest.fixture
def context(onions: Onions, evidence: MemoryEvidence, tmp_path: Path) -> Iterator[CrawlContext]:
    site = site_of()
    onions.services[HOST] = always(page("x"))
    with Frontier(tmp_path / "frontier.sqlite") as frontier:
        yield CrawlContext(
            site=site,
            gate=Gate(site),
            frontier=frontier,
            evidence=evidence,
            identity=Identity(site, tmp_path),
            clock=SystemClock(),
            run_id="run",
            tor=TorEndpoint("127.0.0.1", onions.port),
            max_page_bytes=1000,
            max_pages=10,
        )


def _download(context: CrawlContext, request: Request) -> Response:
    """One request, straight to the handler, past scheduler, spider and frontier."""

    class Bare(Spider):
        name = "bare"

    async def download() -> Response:
        crawler = Crawler(Bare, scrapy_settings(context.site))
        crawler.spider = Bare()
        crawler.spider.context = context  # type: ignore[attr-defined]
        handler = TorDownloadHandler(crawler)
        try:
            return await handler.download_request(request)
        finally:
            await handler.close()

    return asyncio.run(download())


def _request(url: str = f"http://{HOST}/", **changes: Any) -> Request:
    visit = Visit(1, url, None, 0, 0, 0, 0)
    return Request(url, **({"meta": {"visit": visit}} | changes))


def test_through_the_sites_proxy_it_is_fetched_and_kept(
    context: CrawlContext, onions: Onions, evidence: MemoryEvidence
) -> None:
    request = _request()
    request.meta["proxy"] = context.proxy_url
    assert _download(context, request).status == 200
    assert evidence.kept[0].response == page("x").data
    assert request.meta["fetched"].body == b"x"


def test_without_a_proxy_nothing_is_sent(context: CrawlContext, onions: Onions) -> None:
    with pytest.raises(RefusedError, match=r"^no_proxy"):
        _download(context, _request())
    assert onions.connects == []


def test_proxies_in_the_environment_are_not_looked_at(
    context: CrawlContext, onions: Onions, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ALL_PROXY", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, f"socks5://127.0.0.1:{onions.port}")
    with pytest.raises(RefusedError, match=r"^no_proxy"):
        _download(context, _request())
    assert onions.connects == []


@pytest.mark.parametrize(
    "proxy",
    [
        "socks5h://127.0.0.1:{port}",
        "socks5h://other:identity@127.0.0.1:{port}",
        "socks4://127.0.0.1:{port}",
        "http://127.0.0.1:{port}",
        "direct://",
    ],
)
def test_through_another_proxy_nothing_is_sent(context: CrawlContext, onions: Onions, proxy: str) -> None:
    request = _request()
    request.meta["proxy"] = proxy.format(port=onions.port)
    with pytest.raises(RefusedError, match=r"^wrong_proxy"):
        _download(context, request)
    assert onions.connects == []


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (_request("http://example.com/"), "clearnet"),
        (_request("http://127.0.0.1:1/"), "clearnet"),
        (_request(method="POST", body=b"order=1"), "method"),
        (_request("http://expyuzz4wqqyqhjn.onion/"), "bad_onion"),
    ],
)
def test_the_handler_asks_the_gate_itself(
    context: CrawlContext, onions: Onions, request_: Request, reason: str
) -> None:
    request = request_.copy()
    request.meta["proxy"] = context.proxy_url
    with pytest.raises(RefusedError, match=rf"^{reason}"):
        _download(context, request)
    assert onions.connects == []


def test_the_last_line_connects_to_the_proxy_alone() -> None:
    async def connect(backend: RecordingBackend, host: str, port: int) -> None:
        await backend.connect_tcp(host, port, timeout=1.0)

    to_proxy = RecordingBackend({("127.0.0.1", 9)})
    for backend, host, port in [
        (to_proxy, "example.com", 80),
        (to_proxy, "127.0.0.1", 80),
        (to_proxy, HOST, 80),
        (RecordingBackend(), "example.com", 80),
        (RecordingBackend(), "93.184.216.34", 80),
    ]:
        with pytest.raises(ForbiddenConnectionError, match="refused to connect"):
            asyncio.run(connect(backend, host, port))


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "socks4://127.0.0.1:1", "socks5://127.0.0.1", "direct://"])
def test_no_transport_is_made_for_what_is_no_socks_proxy(url: str) -> None:
    import ssl

    with pytest.raises(ForbiddenConnectionError, match="is no SOCKS5 proxy"):
        socks_transport(url, connections=1, tls=ssl.create_default_context(), clock=SystemClock())


def test_without_tor_only_this_machine_is_reached(run: Crawl, evidence: MemoryEvidence) -> None:
    from starlette.applications import Starlette
    from starlette.requests import Request as WebRequest
    from starlette.responses import HTMLResponse
    from starlette.routing import Route

    async def home(request: WebRequest) -> HTMLResponse:
        return HTMLResponse('<a href="/a">a</a><a href="http://example.com/">b</a>' + f'<a href="http://{HOST}/">c</a>')

    with serve(Starlette(routes=[Route("/{path:path}", home)])) as served:
        site: Site = site_of(urls=[f"http://127.0.0.1:{served.port}/"], allow_loopback=True)
        summary = run(site, tor=None)
    assert [exchange.url.rpartition("/")[2] for exchange in evidence.kept] == ["", "a"]
    assert evidence.kept[0].request.startswith(b"GET / HTTP/1.1\r\nHost: 127.0.0.1")
    assert summary.refused == {"clearnet": 2, "other_site": 2}
