"""A private Tor network is real: pages come through it, and nothing of it is left afterwards."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import psutil
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from nightpost.onion import check_onion_host
from replica.serve import serve
from replica.tor import PrivateTorError, PrivateTorNetwork
from replica.tor.keys import find_program
from replica.tor.socks import Answer, ask_for_connection
from tests.servers.tor import published, require_tor

SECONDS_TO_END = 20


def greeter(word: str) -> Starlette:
    def greet(request: Request) -> Response:
        return PlainTextResponse(f"{word} from {request.url.hostname}")

    return Starlette(routes=[Route("/", greet)])


def get(network: PrivateTorNetwork, url: str) -> httpx2.Response:
    with httpx2.Client(proxy=f"socks5://127.0.0.1:{network.socks_port}", timeout=60) as client:
        return client.get(url)


def is_reached(network: PrivateTorNetwork, host: str, port: int = 80) -> bool:
    return ask_for_connection(network.socks_port, host, 5, port) is Answer.CONNECTED


def test_a_page_comes_through_tor_from_an_onion_service(
    tor_network: PrivateTorNetwork, publish: Callable[[ASGIApp], str]
) -> None:
    hosts = [publish(greeter("hello")), publish(greeter("good day"))]
    assert [check_onion_host(host) for host in hosts] == hosts
    assert [get(tor_network, f"http://{host}/").text for host in hosts] == [
        f"hello from {hosts[0]}",
        f"good day from {hosts[1]}",
    ]


def test_a_service_has_its_address_before_anything_listens_behind_it(tor_network: PrivateTorNetwork) -> None:
    with socket.socket() as later:
        later.bind(("127.0.0.1", 0))
        port = later.getsockname()[1]
        host = tor_network.add_onion_service("early", port)
    try:
        assert not is_reached(tor_network, host)
        with serve(greeter("at last"), port):
            assert get(tor_network, f"http://{host}/").text == f"at last from {host}"
    finally:
        tor_network.remove_onion_service("early")
    assert "early" not in tor_network.onions


def test_no_relay_is_a_way_out(tor_network: PrivateTorNetwork) -> None:
    with serve(greeter("hello")) as served, published(tor_network, greeter("hello")) as host:
        assert is_reached(tor_network, host)
        assert not is_reached(tor_network, "127.0.0.1", served.port)


def test_a_name_is_used_once(tor_network: PrivateTorNetwork, publish: Callable[[ASGIApp], str]) -> None:
    host = publish(greeter("hello"))
    name = next(name for name, published in tor_network.onions.items() if published == host)
    with pytest.raises(PrivateTorError, match="choose other names"):
        tor_network.add_onion_service(name, 80)
    with pytest.raises(PrivateTorError, match="no onion service named 'nobody'"):
        tor_network.remove_onion_service("nobody")


@contextmanager
def running_command(*arguments: str, **environment: str) -> Iterator["subprocess.Popen[str]"]:
    """``python -m replica.tor`` with these arguments; killed when the test forgets it."""
    command = [sys.executable, "-m", "replica.tor", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}) as process:
        try:
            yield process
        finally:
            process.kill()


def still_running(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that do not end within some seconds."""
    return [each for each in psutil.wait_procs(processes, timeout=SECONDS_TO_END)[1] if each.is_running()]


def test_the_command_keeps_its_addresses_and_leaves_no_process_behind(tmp_path: Path) -> None:
    require_tor()
    answers = []
    with serve(greeter("hello")) as served:
        for way_to_end, status in ((signal.SIGINT, 0), (signal.SIGKILL, -signal.SIGKILL)):
            with running_command("--serve", str(served.port), "--folder", str(tmp_path)) as command:
                assert command.stdout is not None
                answers.append(json.loads(command.stdout.readline()))
                family = psutil.Process(command.pid).children(recursive=True)
                assert {each.pid for each in family} > set(answers[-1]["pids"].values())
                command.send_signal(way_to_end)
                assert command.wait(SECONDS_TO_END) == status
                assert still_running(family) == []
    assert len(answers[0]["pids"]) == 9
    assert answers[0]["onions"] == answers[1]["onions"]
    assert list(answers[0]["onions"]) == [str(served.port)]


@pytest.fixture
def stand_in_tor(tmp_path: Path) -> Callable[[str], Path]:
    """Put a program named tor before the real one, which does as told when it is to run as a part of the network."""
    require_tor()

    def write(script: str) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir()
        program = folder / "tor"
        program.write_text(
            "#!/bin/sh\n"
            f'case "$*" in *--list-fingerprint*) exec {find_program("tor")} "$@";; esac\n'
            f"cd {tmp_path}\n{script}\n"
        )
        program.chmod(0o755)
        return folder

    return write


@pytest.mark.parametrize("way_to_end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_end_while_it_boots_leaves_nothing(
    tmp_path: Path, stand_in_tor: Callable[[str], Path], way_to_end: signal.Signals
) -> None:
    os.mkfifo(tmp_path / "started")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    path = stand_in_tor("echo $$ > started; exec sleep 1000")
    with running_command(PATH=f"{path}:{os.environ['PATH']}", TMPDIR=str(temporary)) as command:
        with (tmp_path / "started").open() as started:
            first = psutil.Process(int(started.readline()))
        family = psutil.Process(command.pid).children(recursive=True)
        command.send_signal(way_to_end)
        command.wait(SECONDS_TO_END)
        assert still_running([first, *family]) == []
    assert list(temporary.iterdir()) == []


def test_a_part_that_stops_is_named_with_the_telling_line_of_its_log(
    monkeypatch: pytest.MonkeyPatch, stand_in_tor: Callable[[str], Path]
) -> None:
    path = stand_in_tor("echo '[notice] fine so far'; echo '[err] the disk is on fire'; echo '[notice] bye'; exit 3")
    monkeypatch.setenv("PATH", f"{path}:{os.environ['PATH']}")
    with pytest.raises(PrivateTorError, match=r"(authority|relay)\d ended with status 3: \[err\] the disk is on fire"):
        PrivateTorNetwork().__enter__()


def test_a_port_that_another_program_took_is_not_the_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, stand_in_tor: Callable[[str], Path]
) -> None:
    path = stand_in_tor(
        "echo x >> tries\n"
        "[ $(wc -l < tries) -gt 9 ] && { echo '[err] second try'; exit 1; }\n"
        "echo '[warn] Could not bind to 127.0.0.1:20000: Address already in use'; exit 1"
    )
    monkeypatch.setenv("PATH", f"{path}:{os.environ['PATH']}")
    with pytest.raises(PrivateTorError):
        PrivateTorNetwork().__enter__()
    assert (tmp_path / "tries").read_text().count("x") > 9


def test_where_tor_is_not_installed_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    with pytest.raises(PrivateTorError, match="apt-get install tor"):
        PrivateTorNetwork().__enter__()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    require_tor()
    (tmp_path / "file").touch()
    with pytest.raises(PrivateTorError, match=r"cannot write in .*file"):
        PrivateTorNetwork(folder=tmp_path / "file").__enter__()
