"""Shielded addresses of Zcash: Sapling (protocol specification, 5.6.3.1), unified (ZIP 316) and TEX (ZIP 320)."""

import hashlib
from itertools import pairwise

from extractors.addresses.address import Address
from extractors.addresses.bech32 import BECH32, BECH32M, decode_bech32, to_bytes

__all__ = ["read_zcash"]

_SAPLING = {"zs": "main", "ztestsapling": "test", "zregtestsapling": "regtest"}
_TEX = {"tex": "main", "textest": "test", "texregtest": "regtest"}
_UNIFIED = {"u": "main", "utest": "test", "uregtest": "regtest"}
_SAPLING_LENGTH = 43
_HASH = 20

# What a unified address may hold: typecode -> name, length. Others are to be kept unread.
_RECEIVERS = {0: ("p2pkh", 20), 1: ("p2sh", 20), 2: ("sapling", 43), 3: ("orchard", 43)}
_TRANSPARENT = {0, 1}
_PADDING = 16
# ZIP 316: what F4Jumble takes is at least so long. The longest that anybody makes is far below this bound.
_SHORTEST = 48
_LONGEST = 1024
_DIGEST = 64


def read_zcash(text: str) -> Address | None:
    """A shielded or TEX address; of a unified one the details name what it holds."""
    decoded = decode_bech32(text)
    data = to_bytes(decoded.values) if decoded else None
    if decoded is None or data is None:
        return None
    prefix, plain = decoded.prefix, decoded.checksum == BECH32
    if prefix in _SAPLING and plain and len(data) == _SAPLING_LENGTH:
        return Address("ZEC", text.lower(), "sapling", _SAPLING[prefix])
    if prefix in _TEX and not plain and len(data) == _HASH:
        return Address("ZEC", text.lower(), "tex", _TEX[prefix])
    if prefix in _UNIFIED and decoded.checksum == BECH32M:
        receivers = _receivers(prefix, data)
        if receivers:
            return Address(
                "ZEC", text.lower(), "unified", _UNIFIED[prefix], details=(("receivers", " ".join(receivers)),)
            )
    return None


def _receivers(prefix: str, jumbled: bytes) -> list[str]:
    """The names of what a unified address holds; empty when it breaks a rule of ZIP 316."""
    if not _SHORTEST <= len(jumbled) <= _LONGEST:
        return []
    message = _unjumble(jumbled)
    padding = prefix.encode().ljust(_PADDING, b"\0")
    if not message.endswith(padding):
        return []
    items, place, end = [], 0, len(message) - _PADDING
    while place < end:
        typecode, place = _compact_size(message, place)
        length, place = _compact_size(message, place)
        name, expected = _RECEIVERS.get(typecode, (f"type-{typecode}", length))
        if length != expected or place + length > end:
            return []
        items.append((typecode, name))
        place += length
    codes = [typecode for typecode, _ in items]
    # In rising order, each once, no two transparent ones, and not a transparent one alone.
    if any(a >= b for a, b in pairwise(codes)) or set(codes) >= _TRANSPARENT or set(codes) <= _TRANSPARENT:
        return []
    return [name for _, name in items]


def _compact_size(data: bytes, place: int) -> tuple[int, int]:
    """A number of one, three, five or nine bytes, and where it ends; past the data when it is cut off."""
    width = {0xFD: 2, 0xFE: 4, 0xFF: 8}.get(data[place], 0) if place < len(data) else 0
    if not width:
        return (data[place] if place < len(data) else -1), place + 1
    return int.from_bytes(data[place + 1 : place + 1 + width], "little"), place + 1 + width


def _unjumble(message: bytes) -> bytes:
    """The inverse of F4Jumble (ZIP 316, "Jumbling"): four rounds of Feistel with BLAKE2b."""
    half = min(_DIGEST, len(message) // 2)
    left, right = message[:half], message[half:]
    left = _xor(left, _short_hash(1, right, half))
    right = _xor(right, _long_hash(1, left, len(right)))
    left = _xor(left, _short_hash(0, right, half))
    right = _xor(right, _long_hash(0, left, len(right)))
    return left + right


def _short_hash(turn: int, data: bytes, length: int) -> bytes:
    return hashlib.blake2b(data, digest_size=length, person=b"UA_F4Jumble_H" + bytes([turn, 0, 0])).digest()


def _long_hash(turn: int, data: bytes, length: int) -> bytes:
    blocks = (
        hashlib.blake2b(data, person=b"UA_F4Jumble_G" + bytes([turn]) + block.to_bytes(2, "little")).digest()
        for block in range(-(-length // _DIGEST))
    )
    return b"".join(blocks)[:length]


def _xor(data: bytes, mask: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(data, mask, strict=True))
