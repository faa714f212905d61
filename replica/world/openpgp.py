"""Real OpenPGP certificates that a seed decides.

A program such as GnuPG or Sequoia makes a new key each time, so the packets are written here, after RFC 4880 (section
numbers below) and, for Ed25519 and Curve25519, draft-koch-eddsa-for-openpgp and RFC 6637. Ed25519 signatures have no
randomness, so that the same seed gives the same certificate byte for byte.
"""

import base64
import hashlib
import random
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

_EDDSA, _ECDH, _SHA256 = 22, 18, 8
_ED25519_OID = bytes.fromhex("092b06010401da470f01")
_CURVE25519_OID = bytes.fromhex("0a2b060104019755010501")
_ECDH_PARAMETERS = bytes([3, 1, _SHA256, 7])  # RFC 6637, section 8: SHA-256, AES-128
_POSITIVE_CERTIFICATION, _SUBKEY_BINDING = 0x13, 0x18


@dataclass(frozen=True, slots=True)
class PgpKey:
    """A public key: ASCII-armored certificate, and its fingerprint in 40 upper-case hexadecimal digits."""

    armored: str
    fingerprint: str

    def with_header(self, header: str) -> "PgpKey":
        """The same certificate as another program would export it: with an armor header such as a version."""
        first, rest = self.armored.split("\n", 1)
        return PgpKey(f"{first}\n{header}\n{rest}", self.fingerprint)


def make_key(draw: random.Random, user_id: str, created: datetime) -> PgpKey:
    """An Ed25519 certificate with one user id and a Curve25519 subkey for encryption."""
    signer = Ed25519PrivateKey.from_private_bytes(draw.randbytes(32))
    encryption = X25519PrivateKey.from_private_bytes(draw.randbytes(32))
    seconds = int(created.timestamp()).to_bytes(4, "big")
    primary = b"\x04" + seconds + bytes([_EDDSA]) + _ED25519_OID + _point(signer.public_key().public_bytes_raw())
    subkey_point = _point(encryption.public_key().public_bytes_raw())
    subkey = b"\x04" + seconds + bytes([_ECDH]) + _CURVE25519_OID + subkey_point + _ECDH_PARAMETERS
    name = user_id.encode()
    # Section 5.2.4: what a certification and a binding sign.
    hashed_key = b"\x99" + len(primary).to_bytes(2, "big") + primary
    hashed_name = b"\xb4" + len(name).to_bytes(4, "big") + name
    hashed_subkey = b"\x99" + len(subkey).to_bytes(2, "big") + subkey
    # RFC 4880, section 12.2, prescribes SHA-1 for the fingerprint of a version 4 key.
    fingerprint = hashlib.sha1(hashed_key, usedforsecurity=False).digest()
    preferences = _subpacket(11, bytes([9, 8, 7])) + _subpacket(21, bytes([10, 9, 8]))
    certification = _signature(
        signer,
        _POSITIVE_CERTIFICATION,
        hashed_key + hashed_name,
        _subpacket(2, seconds) + _subpacket(27, b"\x03") + preferences + _subpacket(33, b"\x04" + fingerprint),
        fingerprint,
    )
    binding = _signature(
        signer,
        _SUBKEY_BINDING,
        hashed_key + hashed_subkey,
        _subpacket(2, seconds) + _subpacket(27, b"\x0c") + _subpacket(33, b"\x04" + fingerprint),
        fingerprint,
    )
    packets = b"".join(
        _packet(tag, body) for tag, body in ((6, primary), (13, name), (2, certification), (14, subkey), (2, binding))
    )
    return PgpKey(_armor(packets), fingerprint.hex().upper())


def _signature(signer: Ed25519PrivateKey, kind: int, data: bytes, hashed: bytes, fingerprint: bytes) -> bytes:
    """A version 4 signature packet's body (section 5.2.3)."""
    head = bytes([4, kind, _EDDSA, _SHA256]) + len(hashed).to_bytes(2, "big") + hashed
    digest = hashlib.sha256(data + head + b"\x04\xff" + len(head).to_bytes(4, "big")).digest()
    signature = signer.sign(digest)
    unhashed = _subpacket(16, fingerprint[-8:])
    numbers = _number(signature[:32]) + _number(signature[32:])
    return head + len(unhashed).to_bytes(2, "big") + unhashed + digest[:2] + numbers


def _subpacket(kind: int, body: bytes) -> bytes:
    return bytes([len(body) + 1, kind]) + body


def _packet(tag: int, body: bytes) -> bytes:
    """An old-format packet with a two-octet length (section 4.2.1), as GnuPG writes it."""
    return bytes([0x80 | tag << 2 | 1]) + len(body).to_bytes(2, "big") + body


def _number(value: bytes) -> bytes:
    """A multiprecision integer (section 3.2)."""
    stripped = value.lstrip(b"\x00")
    bits = (len(stripped) - 1) * 8 + stripped[0].bit_length() if stripped else 0
    return bits.to_bytes(2, "big") + stripped


def _point(raw: bytes) -> bytes:
    return _number(b"\x40" + raw)


def _armor(packets: bytes) -> str:
    """ASCII armor with its CRC-24 (section 6)."""
    crc = 0xB704CE
    for octet in packets:
        crc ^= octet << 16
        for _ in range(8):
            crc = (crc << 1) ^ (0x1864CFB if crc & 0x800000 else 0)
    text = base64.b64encode(packets).decode()
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    checksum = "=" + base64.b64encode((crc & 0xFFFFFF).to_bytes(3, "big")).decode()
    begin, end = "-----BEGIN PGP PUBLIC KEY BLOCK-----", "-----END PGP PUBLIC KEY BLOCK-----"
    return "\n".join([begin, "", *lines, checksum, end])
