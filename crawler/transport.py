"""httpx2 transports that record what they carry, and the one that carries nothing."""

import ssl
from urllib.parse import urlsplit

import httpcore2
import httpx2

from crawler.wire import ExchangeRecorder, ForbiddenConnectionError, RecordingBackend
from nightpost.clock import Clock


class RefusingTransport(httpx2.AsyncBaseTransport):
    """Carries nothing: it stands where httpx2 would go direct when no proxy is named."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Refuse."""
        raise ForbiddenConnectionError(f"refused to fetch {request.url} without a proxy")


class RecordingTransport(httpx2.AsyncHTTPTransport):
    """Carries requests over the connections of one pool, each followed by an `ExchangeRecorder`.

    The recorder is the response's extension ``recorder``.
    """

    def __init__(self, pool: httpcore2.AsyncConnectionPool, clock: Clock) -> None:
        # The parent's constructor would make a pool of its own, without our network backend.
        self._pool = pool
        self._clock = clock

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; the response's body is still to be read."""
        recorder = ExchangeRecorder(self._clock)
        request.extensions = {**request.extensions, "trace": recorder.trace}
        response = await super().handle_async_request(request)
        recorder.attach(response.extensions["network_stream"])
        response.extensions["recorder"] = recorder
        return response


def socks_transport(proxy_url: str, *, connections: int, tls: ssl.SSLContext, clock: Clock) -> RecordingTransport:
    """All through one SOCKS5 proxy, which is handed host names as they are and resolves them."""
    parts = urlsplit(proxy_url)
    if parts.scheme not in {"socks5", "socks5h"} or not parts.hostname or not parts.port:
        raise ForbiddenConnectionError(f"{parts.scheme}://{parts.hostname}:{parts.port} is no SOCKS5 proxy")
    auth = (parts.username, parts.password) if parts.username and parts.password else None
    pool = httpcore2.AsyncSOCKSProxy(
        proxy_url=httpcore2.URL(scheme="socks5h", host=parts.hostname, port=parts.port, target="/"),
        proxy_auth=auth,
        ssl_context=tls,
        max_connections=connections,
        max_keepalive_connections=connections,
        keepalive_expiry=30.0,
        network_backend=RecordingBackend({(parts.hostname, parts.port)}),
    )
    return RecordingTransport(pool, clock)


def loopback_transport(*, connections: int, tls: ssl.SSLContext, clock: Clock) -> RecordingTransport:
    """Direct, but to this machine alone: for the labelled demo without Tor."""
    pool = httpcore2.AsyncConnectionPool(
        ssl_context=tls,
        max_connections=connections,
        max_keepalive_connections=connections,
        keepalive_expiry=30.0,
        network_backend=RecordingBackend(),
    )
    return RecordingTransport(pool, clock)
