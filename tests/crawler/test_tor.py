"""Attaching to Tor and starting one; what is said when that fails; a crawl through a real network."""

import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from crawler import tor as crawler_tor
from crawler.run import crawl
from crawler.tor import TorError, open_tor
from nightpost.errors import ConfigurationError
from nightpost.settings import TorSettings
from replica.tor import PrivateTorNetwork
from tests.crawler.conftest import site_of
from tests.crawler.onions import Onions, onion_host
from tests.crawler.stand_ins import LAYOUT, MemoryEvidence, read_links
from tests.servers.tor import require_tor


def _settings(**given: str) -> TorSettings:
    return TorSettings.model_validate(given)


def test_a_running_proxy_is_attached_to(onions: Onions, tmp_path: Path) -> None:
    with open_tor(_settings(socks=f"localhost:{onions.port}"), tmp_path) as endpoint:
        assert (endpoint.socks_host, endpoint.socks_port) == ("127.0.0.1", onions.port)
        assert not endpoint.is_lost


@pytest.mark.parametrize("value", ["tor:9050", "example.com:9050", "9050", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:0"])
def test_an_address_that_would_have_to_be_resolved_is_refused(value: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"tor\.socks is"), open_tor(_settings(socks=value), tmp_path):
        pass


def test_where_nothing_answers_it_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(TorError, match="nothing answers at"), open_tor(_settings(socks=f"127.0.0.1:{port}"), tmp_path):
        pass


def test_what_is_no_socks_proxy_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:

        def answer() -> None:
            connection, _ = other.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(TorError, match="no SOCKS5 proxy"), open_tor(_settings(socks=address), tmp_path):
            pass
        thread.join(10)


def test_without_tor_it_is_said_what_to_install(tmp_path: Path) -> None:
    with (
        pytest.raises(TorError, match="not installed; install Tor"),
        open_tor(_settings(executable="no-such-tor"), tmp_path),
    ):
        pass


def test_a_tor_that_ends_at_once_is_said_with_its_words(tmp_path: Path) -> None:
    program = tmp_path / "tor"
    program.write_text(f"#!{sys.executable}\nprint('Jun 01 [err] No room here')\n")
    program.chmod(0o755)
    with (
        pytest.raises(TorError, match="Tor ended while it started: No room here"),
        open_tor(_settings(executable=str(program)), tmp_path / "data"),
    ):
        pass


def test_a_tor_that_does_not_get_through_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real Tor, kept from its network."""
    require_tor()
    monkeypatch.setattr(crawler_tor, "BOOT_SECONDS", 1.0)
    monkeypatch.setattr(crawler_tor, "_TORRC", "DisableNetwork 1\n" + crawler_tor._TORRC)
    told: list[int] = []
    with (
        pytest.raises(TorError, match=r"did not get into its network within 1 s"),
        open_tor(TorSettings(), tmp_path / "tor", progress=lambda percent, _: told.append(percent)),
    ):
        pass
    assert told
    assert max(told) < 100
    left = [process for process in psutil.Process().children(recursive=True) if process.name() == "tor"]
    assert [process for process in left if str(tmp_path) in " ".join(process.cmdline())] == []


def test_a_started_tor_is_a_client_of_its_network(
    tor_network: PrivateTorNetwork, publish: Callable[[ASGIApp], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Tor that is started here, told of the private network's authorities as the public ones are built in."""
    host = publish(_market())
    with open_tor(_attach(tor_network), tmp_path) as client:
        assert client.control is not None
        authorities = client.control.get_conf("DirAuthority", multiple=True)
    network = "TestingTorNetwork 1\n" + "".join(f"DirAuthority {authority}\n" for authority in authorities)
    monkeypatch.setattr(crawler_tor, "_TORRC", network + crawler_tor._TORRC)
    evidence = MemoryEvidence()
    with open_tor(TorSettings(), tmp_path / "tor") as endpoint:
        assert endpoint.process is not None
        summary = crawl(site_of(host), layout=LAYOUT, evidence=evidence, state=tmp_path, tor=endpoint, read=read_links)
        lost_before = endpoint.is_lost
        endpoint.process.kill()
        endpoint.process.wait(10)
        assert (lost_before, endpoint.is_lost) == (False, True)
    assert summary.fetched == 3


def test_through_a_real_network(
    tor_network: PrivateTorNetwork, publish: Callable[[ASGIApp], str], tmp_path: Path
) -> None:
    host = publish(_market())
    evidence = MemoryEvidence()
    with open_tor(_attach(tor_network), tmp_path) as endpoint:
        assert endpoint.control is not None
        summary = crawl(site_of(host), layout=LAYOUT, evidence=evidence, state=tmp_path, tor=endpoint, read=read_links)
        streams = {circuit.socks_username for circuit in endpoint.control.get_circuits() if circuit.socks_username}
    assert sorted(exchange.url for exchange in evidence.kept) == [f"http://{host}{path}" for path in ("/", "/a", "/b")]
    assert summary.finished_reason == "finished"
    assert summary.refused == {"clearnet": 3}
    assert any(str(name).strip('"').startswith("market-") for name in streams), "circuits are the identity's own"


def test_a_dead_onion_through_a_real_network(tor_network: PrivateTorNetwork, tmp_path: Path) -> None:
    with open_tor(_settings(socks=f"127.0.0.1:{tor_network.socks_port}"), tmp_path) as endpoint:
        site = site_of(onion_host(5))
        pacing = site.pacing.model_copy(update={"max_tries": 1, "timeout_seconds": 40})
        summary = crawl(
            site.model_copy(update={"pacing": pacing}),
            layout=LAYOUT,
            evidence=MemoryEvidence(),
            state=tmp_path,
            tor=endpoint,
            read=read_links,
        )
    assert summary.finished_reason == "site_unreachable"
    assert sum(summary.failed.values()) == 1


def _attach(network: PrivateTorNetwork) -> TorSettings:
    return _settings(socks=f"127.0.0.1:{network.socks_port}", control=f"127.0.0.1:{network.control_port}")


def _market() -> Starlette:
    async def answer(request: Request) -> HTMLResponse:
        return HTMLResponse('<a href="/a">a</a><a href="/b">b</a><a href="http://example.com/">c</a>')

    return Starlette(routes=[Route("/{path:path}", answer)])
