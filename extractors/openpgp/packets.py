"""What the packets of a block say: keys with their subkeys and user ids, or who signed.

The packets are read rather than the certificate's own properties: those apply today's policy at today's time, which
refuses most old keys and would make the same page read differently next year.
"""

from typing import Any, Literal, NamedTuple

import pysequoia
from pysequoia import packet

__all__ = ["Key", "NotAKeyError", "Signature", "content_of", "first_fingerprint", "read_keys", "read_signature"]

Content = Literal["public", "private", "signature", "message"]

_CONTENTS: dict[int, Content] = {6: "public", 5: "private", 2: "signature"}


class NotAKeyError(Exception):
    """The bytes are no key; the message says why."""


class Key(NamedTuple):
    """An OpenPGP key.

    Attributes:
        fingerprint: of the primary key, in upper case.
        data: kind, user_ids, subkeys, created_at.
    """

    fingerprint: str
    data: dict[str, Any]


class Signature(NamedTuple):
    """Who signed: a fingerprint, or the key's id where an old signature names no more; and when."""

    issuer: str
    created_at: str | None


def content_of(data: bytes) -> Content | None:
    """What the first packet's tag says that the bytes are (RFC 9580, section 5)."""
    if not data or not data[0] & 0x80:
        return None
    tag = data[0] & 0x3F if data[0] & 0x40 else data[0] >> 2 & 0x0F
    return _CONTENTS.get(tag, "message")


def read_keys(data: bytes) -> list[Key]:
    """The keys in a block's bytes, at least one.

    Raises:
        NotAKeyError: the bytes do not parse as a key.
    """
    content = content_of(data)
    if content not in {"public", "private"}:
        raise NotAKeyError(
            f"the block holds a {content}, not a key" if content else "the block holds no OpenPGP packet"
        )
    # pysequoia raises RuntimeError, ValueError and others by what is broken inside: all mean "not a key".
    try:
        if content == "private":
            return [_describe(pysequoia.Tsk.from_bytes(data).extract_certificate(), "private_key")]
        return [_describe(one, "key") for one in pysequoia.Cert.split_bytes(data)]
    except Exception as error:
        raise NotAKeyError(" ".join(str(error).partition("Stack backtrace")[0].split())[:200]) from error


def _describe(certificate: pysequoia.Cert, kind: str) -> Key:
    packets = list(packet.PacketPile.from_bytes(bytes(certificate)))
    created = packets[0].key_created
    data = {
        "kind": kind,
        "user_ids": [str(one.user_id) for one in packets if one.tag == packet.Tag.UserID],
        "subkeys": [str(one.fingerprint).upper() for one in packets if one.tag == packet.Tag.PublicSubkey],
        "created_at": created.isoformat() if created else None,
    }
    return Key(str(certificate.fingerprint).upper(), data)


def first_fingerprint(data: bytes) -> str | None:
    """The fingerprint that the first packet of a broken key has, when that packet is whole.

    It is right if what is lost or changed lies behind it, which nothing proves.
    """
    if content_of(data) != "public":
        return None
    length = _packet_length(data)
    if length is None or length > len(data):
        return None
    try:
        (first,) = packet.PacketPile.from_bytes(data[:length])
        return str(first.fingerprint).upper() if first.fingerprint else None
    except Exception:  # noqa: BLE001 - as in `read_keys`
        return None


def _packet_length(data: bytes) -> int | None:
    """The length of the first packet with its header; None when it is not stated at once."""
    if data[0] & 0x40:
        first = data[1] if len(data) > 1 else 255
        if first < 192:
            return 2 + first
        if first < 224 and len(data) > 2:
            return 3 + ((first - 192) << 8) + data[2] + 192
        return None
    width = {0: 1, 1: 2, 2: 4}.get(data[0] & 3)
    return 1 + width + int.from_bytes(data[1 : 1 + width], "big") if width else None


def read_signature(data: bytes) -> Signature | None:
    """Who made a detached or clear signature; None when it does not say or does not parse."""
    try:
        signature = pysequoia.Sig.from_bytes(data)
        issuer = signature.issuer_fingerprint or signature.issuer_key_id
        created = signature.created
    except Exception:  # noqa: BLE001 - as in `read_keys`
        return None
    return Signature(str(issuer).upper(), created.isoformat() if created else None) if issuer else None
