"""Addresses of Monero: its own base58 by blocks, and four bytes of Keccak (``cryptonote_config.h``)."""

from bip_utils import Base58XmrDecoder
from bip_utils.utils.crypto import Kekkak256

from extractors.addresses.address import Address

__all__ = ["MONERO_LENGTHS", "read_monero"]

# Of a standard address or a subaddress, and of an integrated one.
MONERO_LENGTHS = frozenset({95, 106})

_VERSIONS: dict[int, tuple[str, str]] = {
    18: ("standard", "main"), 19: ("integrated", "main"), 42: ("subaddress", "main"),
    53: ("standard", "test"), 54: ("integrated", "test"), 63: ("subaddress", "test"),
    24: ("standard", "stage"), 25: ("integrated", "stage"), 36: ("subaddress", "stage"),
}  # fmt: skip
_KEYS = 64
_PAYMENT_ID = 8
_CHECKSUM = 4


def read_monero(text: str) -> Address | None:
    """A standard, integrated or sub-address; an integrated one carries a payment id."""
    try:
        decoded = Base58XmrDecoder.Decode(text)
    except ValueError:
        return None
    payload, checksum = decoded[:-_CHECKSUM], decoded[-_CHECKSUM:]
    if not payload or payload[0] not in _VERSIONS or Kekkak256.QuickDigest(payload)[:_CHECKSUM] != checksum:
        return None
    form, network = _VERSIONS[payload[0]]
    payment_id = payload[1 + _KEYS :]
    if len(payload) < 1 + _KEYS or len(payment_id) != (_PAYMENT_ID if form == "integrated" else 0):
        return None
    details = (("payment_id", payment_id.hex()),) if payment_id else ()
    return Address("XMR", text, form, network, details=details)
