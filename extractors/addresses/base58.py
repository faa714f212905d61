"""Addresses in Base58Check: a version, a hash and four bytes of a double SHA-256.

The version bytes are those of each coin's ``chainparams.cpp``, Tron's documentation, the Zcash protocol specification
(section 5.6.1), BIP 47 (payment codes), and for the XRP Ledger XLS-5 and the classic form in Ripple's own alphabet.
"""

from typing import NamedTuple

from bip_utils import Base58Alphabets, Base58ChecksumError, Base58Decoder, Base58Encoder

from extractors.addresses.address import Address

__all__ = ["read_base58", "read_payment_code", "read_ripple", "read_sprout", "read_x_address"]


class _Version(NamedTuple):
    chain: str
    form: str
    network: str = "main"
    also: tuple[str, ...] = ()


_VERSIONS = {
    b"\x00": _Version("BTC", "p2pkh", also=("BCH",)),
    b"\x05": _Version("BTC", "p2sh", also=("BCH", "LTC")),
    b"\x6f": _Version("BTC", "p2pkh", "test", ("LTC", "BCH")),
    b"\xc4": _Version("BTC", "p2sh", "test", ("LTC", "BCH")),
    b"\x30": _Version("LTC", "p2pkh"),
    b"\x32": _Version("LTC", "p2sh"),
    b"\x3a": _Version("LTC", "p2sh", "test"),
    b"\x1e": _Version("DOGE", "p2pkh"),
    b"\x16": _Version("DOGE", "p2sh"),
    b"\x71": _Version("DOGE", "p2pkh", "test"),
    b"\x4c": _Version("DASH", "p2pkh"),
    b"\x10": _Version("DASH", "p2sh"),
    b"\x8c": _Version("DASH", "p2pkh", "test"),
    b"\x13": _Version("DASH", "p2sh", "test"),
    b"\x41": _Version("TRX", "account"),
    b"\x1c\xb8": _Version("ZEC", "p2pkh"),
    b"\x1c\xbd": _Version("ZEC", "p2sh"),
    b"\x1d\x25": _Version("ZEC", "p2pkh", "test"),
    b"\x1c\xba": _Version("ZEC", "p2sh", "test"),
}
_HASH = 20
_SPROUT = {b"\x16\x9a": "main", b"\x16\xb6": "test"}
_SPROUT_KEYS = 64
_PAYMENT_CODE = b"\x47"
_PAYMENT_CODE_LENGTH = 80
_X_ADDRESS = {b"\x05\x44": "main", b"\x04\x93": "test"}


def read_base58(text: str) -> Address | None:
    """Bitcoin, Litecoin, Dogecoin, Dash, Tron, and Zcash's transparent addresses."""
    payload = _decode(text)
    version = _VERSIONS.get(payload[:-_HASH])
    return Address(version.chain, text, version.form, version.network, version.also) if version else None


def read_sprout(text: str) -> Address | None:
    """Zcash's first shielded addresses, ``zc…``."""
    payload = _decode(text)
    network = _SPROUT.get(payload[:-_SPROUT_KEYS])
    return Address("ZEC", text, "sprout", network) if network else None


def read_payment_code(text: str) -> Address | None:
    """A reusable payment code of Bitcoin, ``PM8T…`` (BIP 47)."""
    payload = _decode(text)
    if len(payload) != len(_PAYMENT_CODE) + _PAYMENT_CODE_LENGTH or not payload.startswith(_PAYMENT_CODE):
        return None
    return Address("BTC", text, "payment_code")


def read_ripple(text: str) -> Address | None:
    """A classic address of the XRP Ledger, ``r…``."""
    payload = _decode(text, Base58Alphabets.RIPPLE)
    return Address("XRP", text, "account") if payload[:-_HASH] == b"\x00" else None


def read_x_address(text: str) -> Address | None:
    """An address of the XRP Ledger with its destination tag inside, ``X…`` (``T…`` on the test network)."""
    payload = _decode(text, Base58Alphabets.RIPPLE)
    if len(payload) != 31 or payload[:2] not in _X_ADDRESS:
        return None
    flag, tag = payload[22], payload[23:]
    # XLS-5 knows no tag (0) and a tag of 32 bits (1); the four bytes above the tag stay empty.
    if flag > 1 or any(tag[4:]) or (flag == 0 and any(tag)):
        return None
    classic = str(Base58Encoder.CheckEncode(b"\x00" + payload[2:22], Base58Alphabets.RIPPLE))
    details = [("classic", classic)]
    if flag:
        details.append(("tag", str(int.from_bytes(tag[:4], "little"))))
    return Address("XRP", text, "x_address", _X_ADDRESS[payload[:2]], details=tuple(details))


def _decode(text: str, alphabet: Base58Alphabets = Base58Alphabets.BITCOIN) -> bytes:
    """The bytes before the checksum; empty when it is wrong or the text is no Base58."""
    try:
        return bytes(Base58Decoder.CheckDecode(text, alphabet))
    except (Base58ChecksumError, ValueError):
        return b""
