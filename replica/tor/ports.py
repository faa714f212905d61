"""Free loopback ports for processes that must be told their port before they start."""

import random
import socket
from pathlib import Path
from typing import Self

from replica.tor.torrc import LOOPBACK

_LOWEST = 10_000
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")


class ReservedPorts:
    """Ports held by sockets of ours until they are released.

    They lie below those that the kernel gives to outgoing connections, so that between our release and the other
    process's bind only a program that asks for this very port can take it.
    """

    def __init__(self, count: int) -> None:
        """Hold so many free ports."""
        highest = int(_EPHEMERAL.read_text(encoding="ascii").split()[0]) - 1
        candidates = iter(random.sample(range(_LOWEST, max(highest, _LOWEST + 5_000)), 4_000))
        self._sockets: list[socket.socket] = []
        while len(self._sockets) < count:
            held = socket.socket()
            try:
                held.bind((LOOPBACK, next(candidates)))
            except OSError:
                held.close()
                continue
            self._sockets.append(held)

    def numbers(self) -> list[int]:
        """The ports held."""
        return [held.getsockname()[1] for held in self._sockets]

    def __enter__(self) -> Self:
        """Held from the start."""
        return self

    def __exit__(self, *_: object) -> None:
        """Release them."""
        for held in self._sockets:
            held.close()
