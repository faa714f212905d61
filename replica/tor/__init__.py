"""A private Tor network on loopback, to serve practice markets as real onion services."""

from replica.tor.errors import PrivateTorError
from replica.tor.network import PrivateTorNetwork

__all__ = ["PrivateTorError", "PrivateTorNetwork"]
