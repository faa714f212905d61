"""The recorder is believed because it is seen to record: each way out that a leak could take is taken here."""

import subprocess
import sys

import pytest

from tests.servers.namespace import Packet, RecordingNamespace


def run_python(namespace: RecordingNamespace, code: str) -> list[Packet]:
    run = namespace.run([sys.executable, "-c", code], timeout=60)
    assert run.returncode == 0, run.stderr
    return run.packets


def test_a_loopback_conversation_records_nothing(recording_namespace: RecordingNamespace) -> None:
    code = """
import socket
with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
    peer, _ = server.accept()
    with peer:
        client.sendall(b"hello")
        assert peer.recv(5) == b"hello"
assert socket.getaddrinfo("localhost", 80)
"""
    assert run_python(recording_namespace, code) == []


def test_a_direct_connection_is_recorded(recording_namespace: RecordingNamespace) -> None:
    code = """
import socket
client = socket.socket()
client.settimeout(0.2)
try:
    client.connect(("192.0.2.1", 80))
except TimeoutError:
    pass
"""
    packets = run_python(recording_namespace, code)
    assert set(packets) == {Packet("tcp", "192.0.2.1", 80, None)}


def test_a_name_lookup_is_recorded(recording_namespace: RecordingNamespace) -> None:
    code = """
import socket
try:
    socket.getaddrinfo("market.example", 80)
except OSError:
    pass
"""
    packets = run_python(recording_namespace, code)
    assert set(packets) == {Packet("udp", "192.0.2.53", 53, "market.example")}


@pytest.mark.parametrize("address", ["2001:db8:1::1", "2606:4700::1111"])
def test_ipv6_is_recorded_too(recording_namespace: RecordingNamespace, address: str) -> None:
    code = f"""
import socket
socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b"x", ({address!r}, 443))
"""
    assert run_python(recording_namespace, code) == [Packet("udp", address, 443, None)]


def test_a_leak_of_a_grandchild_is_recorded(recording_namespace: RecordingNamespace) -> None:
    leak = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('203.0.113.9', 4444))"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {leak!r}], check=True)"
    assert run_python(recording_namespace, code) == [Packet("udp", "203.0.113.9", 4444, None)]


def test_the_exit_status_and_output_are_the_program_s(recording_namespace: RecordingNamespace) -> None:
    run = recording_namespace.run(
        [sys.executable, "-c", "import sys; print('out'); sys.stderr.write('err'); sys.exit(7)"], timeout=60
    )
    assert (run.returncode, run.stdout, run.stderr, run.packets) == (7, "out\n", "err", [])


def test_a_program_that_hangs_is_killed_with_all_that_it_started(recording_namespace: RecordingNamespace) -> None:
    code = "import subprocess; subprocess.run(['sleep', '1000'])"
    with pytest.raises(subprocess.TimeoutExpired):  # raised only when its output is closed by all of them
        recording_namespace.run([sys.executable, "-c", code], timeout=3)
