"""An HTTP gate before a server: every request is handed to a rule, which says what comes of it."""

import gzip
import http.client
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import NamedTuple, Self

_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


class NoAnswerError(Exception):
    """The server behind the gate did not answer."""


class Asked(NamedTuple):
    """A request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def text(self) -> bytes:
        """The body, as it was before it was compressed."""
        return gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body


class Answered(NamedTuple):
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    def text(self) -> bytes:
        """The body, as it was before it was compressed."""
        return gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body


Forward = Callable[[Asked], Answered]
# Gives the answer, the server's or another one; none when the connection ends without.
Rule = Callable[[Asked, Forward], Answered | None]


def let_through(asked: Asked, forward: Forward) -> Answered:
    """The rule of an open gate."""
    return forward(asked)


class HttpGate:
    """Listens on a loopback port of its own; requests go by its ``rule``, in a thread for each connection."""

    def __init__(self, host: str, port: int, rule: Rule = let_through) -> None:
        self.rule = rule
        self._behind = (host, port)
        gate = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # an answer goes out as one

            def _handle(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                answer = None
                with suppress(NoAnswerError):
                    answer = gate.rule(Asked(self.command, self.path, headers, body), gate.forward)
                try:
                    self._give(answer)
                except OSError:  # the client did not wait for it
                    self.close_connection = True

            def _give(self, answer: Answered | None) -> None:
                if answer is None:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(answer.body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer.body)
                self.wfile.flush()

            do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _handle  # noqa: N815  the library's names

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                """The tests say what they want to know."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="http-gate", daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def forward(self, asked: Asked) -> Answered:
        """The server's answer to a request.

        Raises:
            NoAnswerError: there is none.
        """
        connection = http.client.HTTPConnection(*self._behind)
        try:
            sent = {name: value for name, value in asked.headers.items() if name not in _HOP_BY_HOP}
            connection.request(asked.method, asked.path, asked.body, sent)
            answer = connection.getresponse()
            kept = {name.lower(): value for name, value in answer.getheaders() if name.lower() not in _HOP_BY_HOP}
            return Answered(answer.status, kept, answer.read())
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswerError(f"{asked.method} {asked.path}") from error
        finally:
            connection.close()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
