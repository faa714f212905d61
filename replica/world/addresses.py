"""Crypto addresses with true checksums, of real (but nobody's) public keys that a stream decides."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from bip_utils import (
    BchP2PKHAddrEncoder,
    EthAddrEncoder,
    P2PKHAddrEncoder,
    P2SHAddrEncoder,
    P2TRAddrEncoder,
    P2WPKHAddrEncoder,
    TrxAddrEncoder,
    XmrAddrEncoder,
)
from cryptography.hazmat.primitives.asymmetric.ec import SECP256K1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CHAIN_WEIGHTS = {"btc": 8, "xmr": 4, "ltc": 2, "eth": 1, "bch": 1, "doge": 1, "dash": 1, "trx": 1}
"""How often vendors name an address of each chain."""

_BTC_FORMS = ("p2pkh", "p2sh", "p2wpkh", "p2tr")


@dataclass(frozen=True, slots=True)
class CryptoAddress:
    """An address and its chain, in the lower-case ticker that the records use."""

    chain: str
    address: str


_ENCODERS: dict[str, Callable[[random.Random], str]] = {
    "btc": lambda draw: _bitcoin(_secp256k1(draw), draw.choice(_BTC_FORMS)),
    "xmr": lambda draw: XmrAddrEncoder.EncodeKey(_ed25519(draw), pub_vkey=_ed25519(draw), net_ver=b"\x12"),
    "ltc": lambda draw: _litecoin(_secp256k1(draw), segwit=draw.random() < 0.5),
    "eth": lambda draw: EthAddrEncoder.EncodeKey(_secp256k1(draw)),
    "bch": lambda draw: BchP2PKHAddrEncoder.EncodeKey(_secp256k1(draw), hrp="bitcoincash", net_ver=b"\x00"),
    # Dogecoin and Dash are Bitcoin's oldest form with another version byte.
    "doge": lambda draw: P2PKHAddrEncoder.EncodeKey(_secp256k1(draw), net_ver=b"\x1e"),
    "dash": lambda draw: P2PKHAddrEncoder.EncodeKey(_secp256k1(draw), net_ver=b"\x4c"),
    "trx": lambda draw: TrxAddrEncoder.EncodeKey(_secp256k1(draw)),
}


def make_address(draw: random.Random, chain: str) -> CryptoAddress:
    """A new address of a chain of `CHAIN_WEIGHTS`."""
    return CryptoAddress(chain, str(_ENCODERS[chain](draw)))


def _litecoin(key: bytes, *, segwit: bool) -> str:
    if segwit:
        return str(P2WPKHAddrEncoder.EncodeKey(key, hrp="ltc"))
    return str(P2PKHAddrEncoder.EncodeKey(key, net_ver=b"\x30"))


def _bitcoin(key: bytes, form: str) -> str:
    if form == "p2pkh":
        return str(P2PKHAddrEncoder.EncodeKey(key, net_ver=b"\x00"))
    if form == "p2sh":
        return str(P2SHAddrEncoder.EncodeKey(key, net_ver=b"\x05"))
    if form == "p2wpkh":
        return str(P2WPKHAddrEncoder.EncodeKey(key, hrp="bc"))
    return str(P2TRAddrEncoder.EncodeKey(key, hrp="bc"))


def _secp256k1(draw: random.Random) -> bytes:
    private = derive_private_key(draw.getrandbits(250) + 1, SECP256K1())
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


def _ed25519(draw: random.Random) -> bytes:
    return Ed25519PrivateKey.from_private_bytes(draw.randbytes(32)).public_key().public_bytes_raw()
