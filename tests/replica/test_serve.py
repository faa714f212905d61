"""An app is served from when the context begins until it ends, in a thread or in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import psutil
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from replica.serve import ServeError, serve, serve_in_process


def process_id(_request: Request) -> Response:
    return PlainTextResponse(str(os.getpid()))


def make_app() -> Starlette:
    return Starlette(routes=[Route("/", process_id)])


def make_nothing() -> Starlette:
    raise SystemExit(3)


@asynccontextmanager
async def broken_lifespan(app: Starlette) -> AsyncIterator[None]:
    if not app.routes:
        raise RuntimeError("no database")
    yield


def is_listening(port: int) -> bool:
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


def test_a_thread_serves_while_the_context_lasts() -> None:
    with serve(make_app()) as first, serve(make_app()) as second:
        assert first.port != second.port
        assert httpx2.get(first.url).text == httpx2.get(second.url).text == str(os.getpid())
    assert not is_listening(first.port)
    assert not is_listening(second.port)


def test_a_process_of_its_own_serves_while_the_context_lasts() -> None:
    with serve_in_process(make_app) as served:
        other = psutil.Process(int(httpx2.get(served.url).text))
        assert other.pid != os.getpid()
    assert not other.is_running()
    assert not is_listening(served.port)


def test_the_process_ends_when_its_owner_is_killed() -> None:
    code = (
        "import sys\nfrom replica.serve import serve_in_process\nfrom tests.replica.test_serve import make_app\n"
        "if __name__ == '__main__':\n"
        "    with serve_in_process(make_app) as served:\n"
        "        print(served.port, flush=True)\n"
        "        sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        port = int(owner.stdout.readline())
        server = psutil.Process(int(httpx2.get(f"http://127.0.0.1:{port}/").text))
        owner.send_signal(signal.SIGKILL)
        assert psutil.wait_procs([server], timeout=20)[1] == []
    assert not is_listening(port)


def test_a_taken_port_is_named() -> None:
    with serve(make_app()) as served, pytest.raises(ServeError, match=rf"127\.0\.0\.1:{served.port}: Address already"):
        serve(make_app(), served.port).__enter__()


def test_an_app_that_cannot_start_is_an_error_at_once(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ServeError, match="the app did not start"):
        serve(Starlette(lifespan=broken_lifespan)).__enter__()
    with pytest.raises(ServeError, match="could not be served"):
        serve_in_process(make_nothing).__enter__()
    capfd.readouterr()
