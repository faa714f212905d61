"""Ask a SOCKS 5 proxy for a connection, to learn whether an onion service can be reached (RFC 1928)."""

import enum
import socket

from replica.tor.torrc import LOOPBACK

_NO_AUTHENTICATION = b"\x05\x01\x00"
_CONNECT_TO_NAME = b"\x05\x01\x00\x03"


class Answer(enum.IntEnum):
    """The proxy's reply code, as RFC 1928 names it; Tor's answer to most failures is the general one."""

    CONNECTED = 0
    GENERAL_FAILURE = 1
    NOT_ALLOWED = 2
    NETWORK_UNREACHABLE = 3
    HOST_UNREACHABLE = 4
    CONNECTION_REFUSED = 5
    EXPIRED = 6
    COMMAND_NOT_SUPPORTED = 7
    ADDRESS_NOT_SUPPORTED = 8
    NO_REPLY = 255


def ask_for_connection(socks_port: int, host: str, seconds: float, port: int = 80) -> Answer:
    """Connect to a host by name through the proxy on a loopback port, and hang up."""
    name = host.encode("ascii")
    request = _CONNECT_TO_NAME + bytes([len(name)]) + name + port.to_bytes(2, "big")
    try:
        with socket.create_connection((LOOPBACK, socks_port), timeout=seconds) as proxy:
            proxy.sendall(_NO_AUTHENTICATION)
            if proxy.recv(2) != b"\x05\x00":
                return Answer.NO_REPLY
            proxy.sendall(request)
            reply = proxy.recv(10)
    except OSError:
        return Answer.NO_REPLY
    return Answer(reply[1]) if len(reply) > 1 else Answer.NO_REPLY
