"""A TCP gate before a server: open, or closed as if the server were down, with the connections cut."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self


class Gate:
    """Listens on a loopback port of its own and carries bytes to and from the server behind it.

    Closed, the port refuses connections, as the port of a stopped server does, and the connections through it end.
    """

    def __init__(self, host: str, port: int) -> None:
        self._behind = (host, port)
        self._listener: socket.socket | None = None
        self._connections: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        # Bytes to carry until the gate closes, to the server and from it.
        self._left: dict[bool, int | None] = {True: None, False: None}
        probe = socket.create_server(("127.0.0.1", 0))
        self.port: int = probe.getsockname()[1]
        probe.close()
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        for thread in self._threads:
            thread.join()

    def open(self) -> None:
        """Let connections through."""
        if self._listener is None:
            self._left = {True: None, False: None}
            self._listener = socket.create_server(("127.0.0.1", self.port))
            self._run(self._accept, self._listener)

    def close(self) -> None:
        """Refuse new connections and cut those that are open."""
        with self._lock:
            listener, self._listener = self._listener, None
            connections, self._connections = self._connections, []
        if listener is not None:
            with suppress(OSError):  # wakes the thread that waits in accept()
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for connection in connections:
            with suppress(OSError):  # the other side was faster
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def close_after(self, count: int) -> None:
        """Close in the middle of things: when so many more bytes have gone to the server."""
        self._left[True] = count

    def close_after_answered(self, count: int) -> None:
        """Close when so many more bytes have come from the server, which has done what it was asked for."""
        self._left[False] = count

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _address = listener.accept()
            except OSError:
                return  # the gate was closed
            try:
                server = socket.create_connection(self._behind)
            except OSError:
                client.close()
                continue
            with self._lock:
                self._connections += [client, server]
            self._run(self._carry, client, server, True)
            self._run(self._carry, server, client, False)

    def _carry(self, source: socket.socket, target: socket.socket, to_server: bool) -> None:
        with suppress(OSError):  # either side may end the connection at any time
            while data := source.recv(65536):
                left = self._left[to_server]
                if left is not None:
                    self._left[to_server] = left - len(data)
                    if left < len(data):
                        target.sendall(data[:left])
                        self.close()
                        return
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def _run(self, function: object, *arguments: object) -> None:
        assert callable(function)
        thread = threading.Thread(target=function, args=arguments, name="gate", daemon=True)
        self._threads.append(thread)
        thread.start()
