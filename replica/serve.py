"""Serve an ASGI app on a free loopback port: in a thread of this process, or in a process of its own."""

import multiprocessing
import multiprocessing.connection
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

from nightpost.errors import UnavailableError

_LOOPBACK = "127.0.0.1"
_BACKLOG = 512
_SECONDS_TO_START = 30.0
_SECONDS_TO_STOP = 10.0


class ServeError(UnavailableError):
    """An app could not be served."""


@dataclass(frozen=True, slots=True)
class Served:
    """Where an app is served.

    Attributes:
        port: TCP port on 127.0.0.1.
    """

    port: int

    @property
    def url(self) -> str:
        """The address of its front page on loopback, with a slash at the end."""
        return f"http://{_LOOPBACK}:{self.port}/"


@contextmanager
def serve(app: ASGIApp, port: int = 0) -> Iterator[Served]:
    """Serve an app from a thread of this process while the context lasts.

    Args:
        app: the ASGI app; its lifespan is run.
        port: the port to listen on; 0 takes a free one.

    Raises:
        ServeError: the port is taken, or the app's own startup failed.
    """
    with _listen(port) as listener, _serve_on(app, listener):
        yield Served(listener.getsockname()[1])


@contextmanager
def serve_in_process(make_app: Callable[[], ASGIApp], port: int = 0) -> Iterator[Served]:
    """Serve an app from a process of its own, so that it takes no time from the one that is measured.

    The process ends with the context, and also when this program is killed.

    Args:
        make_app: makes the app over there; it must be picklable: a function of a module, or a ``functools.partial``
            of one.
        port: the port to listen on; 0 takes a free one.

    Raises:
        ServeError: the port is taken, or the app could not be made.
    """
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    with _listen(port) as listener:
        process = spawn.Process(target=_serve_until_hung_up, args=(make_app, listener, theirs), daemon=True)
        process.start()
        theirs.close()
        try:
            if not ours.poll(_SECONDS_TO_START):
                raise ServeError(f"the app {make_app!r} was not up within {_SECONDS_TO_START:g} s; see its output")
            try:
                ours.recv()
            except EOFError as error:
                raise ServeError(f"the app {make_app!r} could not be served; see its output") from error
            yield Served(listener.getsockname()[1])
        finally:
            ours.close()
            process.join(_SECONDS_TO_STOP)
            if process.exitcode is None:
                process.kill()
                process.join()
            process.close()


def _serve_until_hung_up(
    make_app: Callable[[], ASGIApp], listener: socket.socket, owner: "multiprocessing.connection.Connection"
) -> None:
    """The other process: serve until the owner hangs up, which the kernel does for one that was killed."""
    with listener, _serve_on(make_app(), listener):
        owner.send("started")
        owner.poll(None)  # never sent anything: readable means hung up


@contextmanager
def _serve_on(app: ASGIApp, listener: socket.socket) -> Iterator[None]:
    server = _AnnouncingServer(_config(app))
    thread = threading.Thread(target=server.run_on, args=(listener,), name="serve", daemon=True)
    thread.start()
    try:
        server.wait_started()
        yield
    finally:
        server.should_exit = True
        thread.join(_SECONDS_TO_STOP)


@contextmanager
def _listen(port: int) -> Iterator[socket.socket]:
    # With the protocol named, asyncio sets TCP_NODELAY; without it each answer waits 40 ms for an acknowledgement.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((_LOOPBACK, port))
        except OSError as error:
            raise ServeError(f"cannot listen on 127.0.0.1:{port}: {error.strerror}; choose another port") from error
        listener.listen(_BACKLOG)
        yield listener


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(app, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=3)


class _AnnouncingServer(uvicorn.Server):
    """uvicorn, telling another thread when it has started, or that it will not."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._settled = threading.Event()

    def run_on(self, listener: socket.socket) -> None:
        """Serve until told to stop, in the present thread."""
        with suppress(SystemExit):  # how uvicorn tells that the app's startup failed; ``wait_started`` tells it too
            self.run([listener])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell how it went."""
        try:
            await super().startup(sockets)
        finally:
            self._settled.set()

    def wait_started(self) -> None:
        """Wait for the start.

        Raises:
            ServeError: the app's own startup failed, or took too long.
        """
        self._settled.wait(_SECONDS_TO_START)
        if not self.started:
            raise ServeError("the app did not start: its lifespan failed or hangs; start it by hand with uvicorn")
