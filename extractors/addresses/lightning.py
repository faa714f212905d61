"""What asks for a payment over Lightning: invoices (BOLT 11) and payment links (LNURL, LUD-01)."""

import re
from datetime import UTC, datetime
from decimal import Decimal

from extractors.addresses.address import Address
from extractors.addresses.bech32 import BECH32, decode_bech32, to_bytes

__all__ = ["read_lightning"]

_PREFIX = re.compile(r"ln(bcrt|bc|tbs|tb)(?:(\d{1,12})([munp]?))?")
_NETWORKS = {"bc": "main", "tb": "test", "tbs": "test", "bcrt": "regtest"}
_PARTS = {"": Decimal(1), "m": Decimal("1e-3"), "u": Decimal("1e-6"), "n": Decimal("1e-9"), "p": Decimal("1e-12")}
# In groups of five bits.
_TIME = 7
_SIGNATURE = 104
# A tagged field: its type, two groups of length, the data. BOLT 11 names them by letters of the bech32 alphabet.
_PAYMENT_HASH, _DESCRIPTION, _PAYEE = 1, 13, 19
_HASH_GROUPS, _KEY_GROUPS = 52, 53
_LONGEST = 8000


def read_lightning(text: str) -> Address | None:
    """An invoice or a payment link whose checksum is true; neither is an address."""
    decoded = decode_bech32(text) if len(text) <= _LONGEST else None
    if decoded is None or decoded.checksum != BECH32:
        return None
    if decoded.prefix == "lnurl":
        url = to_bytes(decoded.values) or b""
        if not re.match(rb"https?://[\x21-\x7e]{3,2000}$|[a-z]{2,12}://[\x21-\x7e]{3,2000}$", url):
            return None
        return Address("BTC", text.lower(), "lnurl", kind="payment_link", details=(("url", url.decode()),))
    match = _PREFIX.fullmatch(decoded.prefix)
    if match is None or len(decoded.values) < _TIME + _SIGNATURE:
        return None
    fields = _fields(decoded.values[_TIME:-_SIGNATURE])
    if fields is None or len(fields.get(_PAYMENT_HASH, ())) != _HASH_GROUPS:
        return None
    details = _details(match, decoded.values[:_TIME], fields)
    return Address(
        "BTC", text.lower(), "bolt11", _NETWORKS[match.group(1)], kind="invoice", details=tuple(details.items())
    )


def _fields(values: tuple[int, ...]) -> dict[int, tuple[int, ...]] | None:
    """The first of each tagged field; None when they do not fill their place exactly."""
    fields: dict[int, tuple[int, ...]] = {}
    place = 0
    while place + 3 <= len(values):
        end = place + 3 + values[place + 1] * 32 + values[place + 2]
        fields.setdefault(values[place], values[place + 3 : end])
        place = end
    return fields if place == len(values) else None


def _details(match: re.Match[str], time: tuple[int, ...], fields: dict[int, tuple[int, ...]]) -> dict[str, str]:
    details = {}
    if match.group(2):
        details["amount"] = f"{Decimal(match.group(2)) * _PARTS[match.group(3)]:f}"
    seconds = 0
    for value in time:
        seconds = seconds << 5 | value
    details["created_at"] = datetime.fromtimestamp(seconds, UTC).isoformat()
    details["payment_hash"] = _whole_bytes(fields[_PAYMENT_HASH]).hex()
    if fields.get(_DESCRIPTION):
        details["description"] = _whole_bytes(fields[_DESCRIPTION]).decode("utf-8", "replace")[:640]
    if len(fields.get(_PAYEE, ())) == _KEY_GROUPS:
        details["payee"] = _whole_bytes(fields[_PAYEE]).hex()
    return details


def _whole_bytes(values: tuple[int, ...]) -> bytes:
    """The bytes of a field; what is left over is padding, whatever it holds."""
    number = 0
    for value in values:
        number = number << 5 | value
    return (number >> len(values) * 5 % 8).to_bytes(len(values) * 5 // 8, "big")
