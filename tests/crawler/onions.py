"""Onion services behind a SOCKS5 proxy, as real sockets: what a crawler sees of Tor, without Tor's own seconds."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from nightpost.onion import onion_checksum


def onion_host(number: int) -> str:
    """A valid version 3 address; another one for each number."""
    import base64

    key = number.to_bytes(32, "big")
    return base64.b32encode(key + onion_checksum(key) + b"\x03").decode().lower() + ".onion"


@dataclass(frozen=True)
class Asked:
    """A request that a service got."""

    host: str
    path: str
    head: bytes
    user: str
    connection: int

    def header(self, name: str) -> str | None:
        """A header's value."""
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.strip().lower() == name.lower().encode():
                return value.strip().decode()
        return None


@dataclass(frozen=True)
class Answer:
    """What a service sends: raw bytes, then goes on, closes, or says nothing more."""

    data: bytes
    then: str = "go on"  # "close", "hang"


Service = Callable[[Asked], Answer]


def page(body: str | bytes, status: int = 200, *, reason: str = "OK", headers: dict[str, str] | None = None) -> Answer:
    """A whole response with a Content-Length."""
    data = body.encode() if isinstance(body, str) else body
    fields = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(data)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return Answer(f"HTTP/1.1 {status} {reason}\r\n{head}\r\n".encode() + data)


def redirect(location: str, **headers: str) -> Answer:
    """A response that leads elsewhere."""
    return page("moved", 302, reason="Found", headers={"Location": location, **headers})


def always(answer: Answer) -> Service:
    """A service with one answer to everything."""
    return lambda _asked: answer


def links(*targets: str, title: str = "listing") -> str:
    """A page of the given kind that holds links."""
    anchors = "".join(f'<a href="{target}">x</a>' for target in targets)
    return f"<html><title>{title}</title><body>{anchors}</body></html>"


@dataclass
class Onions:
    """The proxy and its services; a context manager.

    Attributes:
        services: what answers, by host.
        asked: requests in the order they came.
        connects: host and port of each connection that was asked for.
    """

    services: dict[str, Service] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    connects: list[tuple[str, int]] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._hanging = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def stop(self) -> None:
        """The proxy dies: its port is closed, and every connection with it."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)

    def restart(self) -> None:
        """The proxy is back on the same port."""
        asyncio.run_coroutine_threadsafe(self._start(self.port), self._loop).result(10)

    @property
    def paths(self) -> list[str]:
        """Paths that were asked for, in order."""
        return [asked.path for asked in list(self.asked)]

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._start(0))
        ready.set()
        self._loop.run_forever()

    async def _start(self, port: int) -> None:
        self._hanging = asyncio.Event()
        self._server = await asyncio.start_server(self._connection, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        self._server.close()
        self._hanging.set()
        for writer in list(self._writers):
            writer.transport.abort()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._writers.discard(writer)
            self._serving.discard(task)
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        count = (await reader.readexactly(2))[1]
        assert b"\x02" in await reader.readexactly(count), "the crawler must bring credentials"
        writer.write(b"\x05\x02")
        user = (await reader.readexactly((await reader.readexactly(2))[1])).decode()
        await reader.readexactly((await reader.readexactly(1))[0])
        writer.write(b"\x01\x00")
        kind = (await reader.readexactly(4))[3]
        assert kind == 3, "the crawler must hand over names, not addresses"
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        port = int.from_bytes(await reader.readexactly(2), "big")
        self.connects.append((host, port))
        service = self.services.get(host)
        if service is None:
            writer.write(b"\x05\x04\x00\x01" + bytes(6))
            await writer.drain()
            return
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        number = len(self.connects)
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            asked = Asked(host, head.split(b" ", 2)[1].decode(), head, user, number)
            self.asked.append(asked)
            answer = service(asked)
            writer.write(answer.data)
            await writer.drain()
            if answer.then == "hang":
                await self._hanging.wait()
            if answer.then != "go on":
                return
