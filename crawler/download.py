"""The download handler: fail-closed, and evidence first.

A request is fetched only through the SOCKS proxy of the site's identity, and only when its URL passes the gate. The
exchange is in the evidence, byte for byte, before anything else of the crawl sees the response.
"""

import asyncio
from typing import ClassVar

import httpx2
from scrapy import Request
from scrapy.core.downloader.handlers._httpx import HttpxDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response
from scrapy.utils._download_handlers import NullCookieJar

from crawler.context import CrawlContext, context_of
from crawler.frontier import Visit
from crawler.gate import RefusedError
from crawler.page import Fetched
from crawler.site import site_host
from crawler.transport import RefusingTransport, loopback_transport, socks_transport
from crawler.wire import ExchangeRecorder, ForbiddenConnectionError, cut_response, head_length
from nightpost.errors import NightpostError, UnavailableError
from nightpost.exchange import Exchange, Truncation

# What readers are handed of a page. No page of a market is longer; the evidence keeps up to `max_page_bytes` of it.
MAX_READ_BYTES = 8 * 1024**2


class EvidenceError(UnavailableError):
    """The archive could not keep an exchange, for a reason that it did not foresee."""


class NotKeptError(Exception):
    """The evidence could not be kept; the response is thrown away and its URL stays queued."""


class StoppedError(Exception):
    """The crawl is ending; nothing was sent."""


class TorDownloadHandler(HttpxDownloadHandler):
    """Scrapy's httpx handler, held to one proxy and one gate."""

    experimental: ClassVar[bool] = False  # Scrapy would warn at each start; our tests cover what we use of it

    def __init__(self, crawler: Crawler) -> None:
        self._context: CrawlContext = context_of(crawler)
        super().__init__(crawler)
        self._loopback: httpx2.AsyncClient | None = None

    async def download_request(self, request: Request) -> Response:
        """Fetch, keep, hand on.

        Raises:
            RefusedError: the request may not be made; nothing was sent.
            ProxyUnreachableError: the proxy is gone; the site was not asked.
            NotKeptError: the evidence could not be kept.
            StoppedError: the crawl is ending.
            DownloadFailedError, DownloadTimeoutError, ...: the site did not answer with a response.
        """
        if self._context.stopping:
            raise StoppedError(request.url)
        self._check(request)
        seconds = self._context.site.pacing.timeout_seconds
        until = asyncio.get_running_loop().time() + seconds
        try:
            # Scrapy's time-outs are for each read: a server that sends a byte a minute would hold its slot for ever.
            async with asyncio.timeout_at(until) as head, self._make_request(request, seconds) as response:
                head.reschedule(None)
                return await self._receive(response, request, until)
        except TimeoutError as error:
            raise DownloadTimeoutError(f"{request.url} did not begin to answer within {seconds} s") from error
        except ForbiddenConnectionError as error:
            raise RefusedError("no_proxy", request.url) from error

    def _check(self, request: Request) -> None:
        """The gate again, and the proxy: what is checked here holds for whatever made the request."""
        reason = self._context.gate.refusal(request.url, request.method)
        if reason is not None:
            raise RefusedError(reason, request.url)
        if self._goes_direct(request):
            return
        proxy = request.meta.get("proxy")
        if not proxy:
            raise RefusedError("no_proxy", request.url)
        if proxy != self._context.proxy_url:
            raise RefusedError("wrong_proxy", request.url)

    def _goes_direct(self, request: Request) -> bool:
        return self._context.gate.goes_direct(site_host(request.url).rpartition(":")[0])

    def _make_client(self, proxy_url: str | None = None) -> httpx2.AsyncClient:
        """A client for the site's proxy. Without a proxy: one that refuses everything."""
        transport: httpx2.AsyncBaseTransport = RefusingTransport()
        if proxy_url is not None:
            if proxy_url != self._context.proxy_url:
                raise ForbiddenConnectionError("a client was asked for with another proxy than the site's")
            transport = socks_transport(
                proxy_url, connections=self._connections, tls=self._ssl_context, clock=self._context.clock
            )
        return _client(transport)

    def _get_client(self, proxy_url: str | None) -> httpx2.AsyncClient:
        """The one client of this site's identity; for the labelled demo, the one for this machine."""
        if proxy_url is None and self._context.site.allow_loopback:
            if self._loopback is None:
                self._loopback = _client(
                    loopback_transport(connections=self._connections, tls=self._ssl_context, clock=self._context.clock)
                )
            return self._loopback
        client: httpx2.AsyncClient = super()._get_client(proxy_url)
        return client

    async def close(self) -> None:
        """Close every connection."""
        if self._loopback is not None:
            await self._loopback.aclose()
        await super().close()

    @property
    def _connections(self) -> int:
        return self._context.site.pacing.concurrency

    async def _receive(self, response: httpx2.Response, request: Request, until: float) -> Response:
        """Read the body as far as it comes, keep the exchange, and only then make a response of it."""
        refusal = self._context.gate.content_refusal(response.headers.get("content-type", ""))
        if refusal is not None:
            raise RefusedError(refusal, request.url)
        recorder: ExchangeRecorder = response.extensions["recorder"]
        body, truncated = await self._read_body(response, recorder, until)
        exchange = await self._exchange(response, recorder, request, truncated)
        capture_id = self._keep(exchange)
        headers = self._extract_headers(response)
        request.meta["fetched"] = Fetched(
            capture_id=capture_id,
            fetched_at=exchange.fetched_at,
            status=response.status_code,
            headers={str(name): value for name, value in headers.to_unicode_dict().items()},
            body=body,
            truncated=truncated,
            size=len(exchange.response),
        )
        return Response(request.url, response.status_code, headers, request=request)

    async def _read_body(
        self, response: httpx2.Response, recorder: ExchangeRecorder, until: float
    ) -> tuple[bytes, Truncation | None]:
        """The body's beginning, for readers (the recorder holds all of it), and why it is not whole."""
        body = bytearray()
        limit = self._context.max_page_bytes
        truncated: Truncation | None = None
        try:
            async with asyncio.timeout_at(until):
                async for chunk in response.aiter_raw():
                    if len(body) < MAX_READ_BYTES:
                        body += chunk
                    if recorder.size > limit:
                        truncated = "length"
                        break
        except (TimeoutError, httpx2.TimeoutException):
            truncated = "time"
        except httpx2.HTTPError:
            truncated = "disconnect"
        recorder.finish()
        return bytes(body[:MAX_READ_BYTES]), truncated

    async def _exchange(
        self, response: httpx2.Response, recorder: ExchangeRecorder, request: Request, truncated: Truncation | None
    ) -> Exchange:
        received, excess = cut_response(recorder.received, request.method)
        if excess:
            # The server sent more than was asked for; on this connection it would be taken for the next answer.
            await response.extensions["network_stream"].aclose()
            self._context.frontier.count({("odd", "excess_response"): 1})
        visit: Visit = request.meta["visit"]
        return Exchange(
            site=self._context.site.name,
            run_id=self._context.run_id,
            url=visit.url,
            fetched_at=recorder.sent_at or self._context.clock.now(),
            request=bytes(recorder.sent),
            response=received[: max(self._context.max_page_bytes, head_length(received))],
            truncated=truncated,
        )

    def _keep(self, exchange: Exchange) -> str:
        """Record an exchange. On this thread: the journal's order is then the order in which pages came."""
        try:
            return self._context.evidence.record(exchange)
        except Exception as error:
            if isinstance(error, NightpostError):
                self._context.fail(error)
            else:
                self._context.fail(EvidenceError(f"the archive could not keep {exchange.url}: {error}; mend it first"))
            raise NotKeptError(exchange.url) from error


def _client(transport: httpx2.AsyncBaseTransport) -> httpx2.AsyncClient:
    """A client that adds nothing of its own: no environment, no cookies, no headers, no redirects."""
    client = httpx2.AsyncClient(cookies=NullCookieJar(), transport=transport, trust_env=False)
    client.headers.clear()
    return client
