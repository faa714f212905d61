"""Bytes as they go over the wire.

A `RecordingBackend` stands where httpcore2 opens its connections. Every stream that it opens keeps what was written to
it and read from it on a `Tape`; an `ExchangeRecorder` takes from that tape the bytes of one request and the response
to it. httpcore2 speaks HTTP/1.1 without pipelining, so an exchange ends before the next begins, and the SOCKS
handshake is cut off when httpcore2 reports that it is complete.
"""

import ssl
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import h11
import httpcore2
from httpcore2 import AsyncNetworkBackend, AsyncNetworkStream

from nightpost.clock import Clock

_HEAD_ENDS = (b"\r\n\r\n", b"\n\n", b"\n\r\n")


class ForbiddenConnectionError(Exception):
    """Something tried to connect to a place other than the proxy; nothing was sent."""


class ProxyUnreachableError(Exception):
    """The SOCKS proxy itself cannot be connected to; the site was not asked."""


class Tape:
    """What one connection has sent and received since the tape was last taken."""

    __slots__ = ("received", "sent")

    def __init__(self) -> None:
        self.sent = bytearray()
        self.received = bytearray()

    def take(self) -> tuple[bytearray, bytearray]:
        """What was sent and received; the tape is blank afterwards."""
        taken = self.sent, self.received
        self.sent, self.received = bytearray(), bytearray()
        return taken


class RecordingStream(AsyncNetworkStream):
    """A connection that keeps its bytes; under TLS, those inside it."""

    def __init__(self, stream: AsyncNetworkStream) -> None:
        self._stream = stream
        self.tape = Tape()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore2's interface
        """Read, and keep what was read."""
        data = await self._stream.read(max_bytes, timeout)
        self.tape.received += data
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore2's interface
        """Write, and keep what was written."""
        self.tape.sent += buffer
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore2's interface
    ) -> AsyncNetworkStream:
        """A stream with a tape of its own, that holds what goes through TLS in the clear."""
        return RecordingStream(await self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        """What httpcore2 asks of a stream, such as whether it is readable."""
        return self._stream.get_extra_info(info)


class RecordingBackend(AsyncNetworkBackend):
    """Opens recorded connections to the places it was given, and to no other.

    This is the last line of the fail-closed crawl: even if everything above it went wrong, no connection but the one
    to the proxy comes into being, and as the places are literal addresses, no name is ever resolved.
    """

    def __init__(self, allowed: Iterable[tuple[str, int]] | None = None) -> None:
        """Only ``allowed`` addresses and ports are connected to; None: any port of this machine."""
        self._allowed = None if allowed is None else frozenset(allowed)
        self._backend = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore2's interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> AsyncNetworkStream:
        """A recorded connection.

        Raises:
            ForbiddenConnectionError: it is not one of the places allowed.
            ProxyUnreachableError: it is, but does not answer.
        """
        # Spelled out rather than resolved: a machine without a hosts file would ask the network for "localhost".
        address = "127.0.0.1" if host == "localhost" else host
        this_machine = address in {"127.0.0.1", "::1"}
        if not (this_machine if self._allowed is None else (address, port) in self._allowed):
            raise ForbiddenConnectionError(f"refused to connect to {host}:{port}; only the proxy may be connected to")
        try:
            stream = await self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
            if self._allowed is None:
                raise
            raise ProxyUnreachableError(f"{host}:{port} cannot be connected to: {error}") from error
        return RecordingStream(stream)

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - httpcore2's interface
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - httpcore2's interface
    ) -> AsyncNetworkStream:
        """Refused: no proxy of ours is a Unix socket."""
        raise ForbiddenConnectionError(f"refused to connect to the socket {path}; only the proxy may be connected to")

    async def sleep(self, seconds: float) -> None:
        """Wait, as httpcore2 does between attempts to connect."""
        await self._backend.sleep(seconds)


class ExchangeRecorder:
    """Follows one request through httpcore2's trace events and keeps its bytes.

    Attributes:
        sent_at: when the request began to be sent; None when it never was.
        sent: the request; empty until the response's head has come.
        received: the response, as far as it has come.
    """

    __slots__ = ("_clock", "_handshake", "_tape", "received", "sent", "sent_at")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tape: Tape | None = None
        self._handshake: AsyncNetworkStream | None = None
        self.sent_at: datetime | None = None
        self.sent: bytearray = bytearray()
        self.received: bytearray = bytearray()

    async def trace(self, event: str, info: dict[str, Any]) -> None:
        """Httpcore2 calls this at each step of a request (its ``trace`` extension)."""
        if event == "http11.receive_response_body.complete":
            # The connection goes back to its pool right after this: from then on its tape belongs to another request.
            self._take()
        elif event == "http11.send_request_headers.started":
            self.sent_at = self._clock.now()
        elif event == "socks.setup_socks5_connection.started":
            self._handshake = info["stream"]
        elif event == "socks.setup_socks5_connection.complete":
            if isinstance(self._handshake, RecordingStream):
                self._handshake.tape.take()
            self._handshake = None
        elif event == "socks.setup_socks5_connection.failed" and self._handshake is not None:
            # httpcore2 forgets the connection without closing it.
            await self._handshake.aclose()
            self._handshake = None

    def attach(self, stream: object) -> None:
        """The response's head has come over this stream."""
        if not isinstance(stream, RecordingStream):
            raise ForbiddenConnectionError("a response came over a connection that is not recorded; it was dropped")
        self._tape = stream.tape

    @property
    def size(self) -> int:
        """Bytes received so far."""
        return len(self.received if self._tape is None else self._tape.received)

    def finish(self) -> None:
        """Take what there is, of a response that did not come to its end."""
        self._take()

    def _take(self) -> None:
        if self._tape is not None:
            self.sent, self.received = self._tape.take()
            self._tape = None


def cut_response(raw: bytearray, method: str = "GET") -> tuple[bytes, int]:
    """The final response in what a server sent, and how many bytes came after its end.

    Interim responses (1xx) before it are dropped. A server that sends more than one response to a request (to have the
    rest taken for the answer to the next) is thereby found out.

    Raises:
        ValueError: there is no whole head.
    """
    start = 0
    while True:
        body_start = _head_end(raw, start)
        head = bytes(raw[start:body_start])
        status = _status(head)
        if status >= 200 or status == 101:
            break
        start = body_start
    end = _body_end(raw, body_start, head, status, method)
    return bytes(raw[start:end]), len(raw) - end


def head_length(raw: bytes) -> int:
    """Bytes of a response's status line and headers, with the empty line that ends them.

    Raises:
        ValueError: there is no whole head.
    """
    return _head_end(raw, 0)


def parse_response(raw: bytes, *, method: str = "GET") -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, headers and body (transfer coding undone, content coding not) of a recorded response.

    Of a response that was cut off, the body as far as it came.

    Raises:
        ValueError: there is no whole head.
    """
    connection = h11.Connection(our_role=h11.CLIENT, max_incomplete_event_size=256 * 1024)
    connection.send(h11.Request(method=method, target="/", headers=[("Host", "recorded")]))
    connection.send(h11.EndOfMessage())
    connection.receive_data(raw)
    status, headers, body = 0, list[tuple[bytes, bytes]](), bytearray()
    try:
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                connection.receive_data(b"")
            elif isinstance(event, h11.Response):
                status, headers = event.status_code, event.headers.raw_items()
            elif isinstance(event, h11.Data):
                body += event.data
            elif not isinstance(event, h11.InformationalResponse):
                break
    except h11.RemoteProtocolError as error:
        if not status:
            raise ValueError(f"not an HTTP response: {error}") from error
    return status, headers, bytes(body)


def _head_end(raw: bytes | bytearray, start: int) -> int:
    """Where the body begins. Servers end lines with CRLF; some with LF alone, which h11 reads too."""
    ends = [at + len(mark) for mark in _HEAD_ENDS if (at := raw.find(mark, start, start + 256 * 1024)) >= 0]
    if not ends:
        raise ValueError("the response has no whole head")
    return min(ends)


def _status(head: bytes) -> int:
    words = head.lstrip(b"\r\n").split(None, 2)
    if len(words) < 2 or not words[1].isdigit():
        raise ValueError("the response has no status line")
    return int(words[1])


def _body_end(raw: bytearray, start: int, head: bytes, status: int, method: str) -> int:
    """Where the body ends (RFC 9112, section 6.3); the end of the data when that comes first."""
    if method == "HEAD" or status in {204, 304} or status < 200:
        return start
    fields: dict[bytes, bytes] = {}
    for line in head.splitlines()[1:]:
        name, _, value = line.partition(b":")
        fields[name.strip().lower()] = value.strip().lower()
    if b"chunked" in fields.get(b"transfer-encoding", b""):
        return _chunks_end(raw, start)
    length = fields.get(b"content-length", b"").split(b",")[0]
    if length.isdigit():
        return min(len(raw), start + int(length))
    return len(raw)


def _chunks_end(raw: bytearray, at: int) -> int:
    """Where a chunked body ends, trailers included."""
    while True:
        line_end = raw.find(b"\n", at)
        if line_end < 0:
            return len(raw)
        try:
            size = int(raw[at:line_end].split(b";", 1)[0].strip(), 16)
        except ValueError:
            return len(raw)
        at = line_end + 1
        if size == 0:
            break
        at = raw.find(b"\n", at + size) + 1  # the chunk, and the line end that closes it
        if at == 0:
            return len(raw)
    while True:  # trailers, up to an empty line
        line_end = raw.find(b"\n", at)
        if line_end < 0:
            return len(raw)
        if not raw[at:line_end].strip():
            return line_end + 1
        at = line_end + 1
