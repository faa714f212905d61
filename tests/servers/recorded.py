"""Run a command in this network namespace and record every packet that leaves loopback; started by ``namespace.py``.

As a program, from the standard library alone: ``python recorded.py REPORT RESOLVER COMMAND...``, in a network and a
mount namespace of its own. The default route is one end of a pair of virtual interfaces, nobody is at the other end,
and a packet socket there takes whatever comes. Both ends are without neighbour discovery, so the kernel itself has
nothing to say, and no packet need be explained away. Before and after the command a packet of our own must be seen,
else the recording is worth nothing and the run fails.
"""

import ipaddress
import json
import os
import select
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

_WAY_OUT, _RECORDED_END = "out0", "record0"
_EVERY_PROTOCOL = 0x0003  # ETH_P_ALL
_BUFFER_BYTES = 8 * 1024**2
_PACKET_STATISTICS = 6
_SOL_PACKET = 263
_TEST_ADDRESS = ("192.0.2.254", 9)  # TEST-NET-1 (RFC 5737), discard
_SECONDS_FOR_PROBE = 10.0
_IPV4, _IPV6 = 0x0800, 0x86DD
_PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmp6"}


def main(report: str, resolver: str, command: list[str]) -> int:
    """Record while a command runs; the exit status is the command's."""
    _lay_network()
    _point_names_at(resolver)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_EVERY_PROTOCOL)) as tap:
        tap.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)  # as much of it as this user may have
        tap.bind((_RECORDED_END, 0))
        frames = _probe(tap)
        status, during = _record(tap, command)
        frames += during + _probe(tap)
        lost = struct.unpack("II", tap.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8))[1]
    if lost:
        raise SystemExit(f"the recorder lost {lost} packets")
    Path(report).write_text(json.dumps([described(frame) for frame in frames]), encoding="utf-8")
    return status


def described(frame: bytes) -> dict[str, object]:
    """What a frame is: protocol, destination, port and, of a DNS query, the name that was asked for."""
    kind = int.from_bytes(frame[12:14], "big")
    if kind == _IPV4:
        start, number, address = 14 + 4 * (frame[14] & 15), frame[23], ipaddress.ip_address(frame[30:34])
    elif kind == _IPV6:
        start, number, address = 54, frame[20], ipaddress.ip_address(frame[38:54])
    else:
        return {"protocol": f"ethernet {kind:#06x}", "destination": frame[:6].hex(":"), "port": None, "name": None}
    protocol = _PROTOCOLS.get(number, f"ip {number}")
    port = int.from_bytes(frame[start + 2 : start + 4], "big") if protocol in {"tcp", "udp"} else None
    name = _asked_name(frame[start + 8 + 12 :]) if protocol == "udp" and port == 53 else None
    return {"protocol": protocol, "destination": str(address), "port": port, "name": name}


def _asked_name(question: bytes) -> str:
    labels = []
    while question and question[0]:
        labels.append(question[1 : 1 + question[0]].decode("ascii", "replace"))
        question = question[1 + question[0] :]
    return ".".join(labels)


def _lay_network() -> None:
    for line in (
        "link set lo up",
        f"link add {_WAY_OUT} type veth peer name {_RECORDED_END}",
        f"link set {_WAY_OUT} arp off",
        f"link set {_RECORDED_END} arp off",
    ):
        _ip(line)
    # The recorded end has no part in IPv6; the way out has an address, but asks for no router and tests no address.
    _set(f"ipv6/conf/{_RECORDED_END}/disable_ipv6", "1")
    for name in ("accept_ra", "router_solicitations", "accept_dad", "dad_transmits"):
        _set(f"ipv6/conf/{_WAY_OUT}/{name}", "0")
    _set(f"ipv6/conf/{_WAY_OUT}/addr_gen_mode", "1")
    _set("ipv4/ip_forward", "0")
    for line in (
        f"link set {_RECORDED_END} up",
        f"link set {_WAY_OUT} up",
        f"addr add 198.51.100.2/24 dev {_WAY_OUT}",
        f"route add default via 198.51.100.1 dev {_WAY_OUT}",
        f"-6 addr add 2001:db8::2/64 dev {_WAY_OUT} nodad",
        f"-6 route add default via 2001:db8::1 dev {_WAY_OUT}",
    ):
        _ip(line)


def _point_names_at(resolver: str) -> None:
    """Names are asked of one resolver outside loopback, over the network and in no other way."""
    folder = Path(tempfile.mkdtemp())
    for file, text in (
        ("resolv.conf", f"nameserver {resolver}\noptions timeout:1 attempts:1\n"),
        ("nsswitch.conf", "hosts: files dns\n"),
    ):
        (folder / file).write_text(text, encoding="ascii")
        subprocess.run(["mount", "--bind", str(folder / file), f"/etc/{file}"], check=True)
    shutil.rmtree(folder)


def _probe(tap: socket.socket) -> list[bytes]:
    """Send a packet of our own and wait until it is recorded; gives the others that came before it."""
    mark = os.urandom(16)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(mark, _TEST_ADDRESS)
    others: list[bytes] = []
    while select.select([tap], [], [], _SECONDS_FOR_PROBE)[0]:
        frame = tap.recv(65535)
        if mark in frame:
            return others
        others.append(frame)
    raise SystemExit("the recorder did not see its own packet: nothing was recorded")


def _record(tap: socket.socket, command: list[str]) -> tuple[int, list[bytes]]:
    frames: list[bytes] = []
    with subprocess.Popen(command) as process:
        ended = os.pidfd_open(process.pid)
        while True:
            readable, _, _ = select.select([tap.fileno(), ended], [], [])
            if tap.fileno() in readable:
                frames.append(tap.recv(65535))
            elif ended in readable:
                os.close(ended)
                return process.wait(), frames


def _ip(line: str) -> None:
    subprocess.run(["ip", *line.split()], check=True)


def _set(name: str, value: str) -> None:
    (Path("/proc/sys/net") / name).write_text(value, encoding="ascii")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
