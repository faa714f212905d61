"""Bech32 and bech32m (BIP 173, BIP 350), and the addresses that are nothing but a hash written so.

One reader for all that use the two: bip-utils knows bech32m in witness programs alone and bounds no length. BIP 350
moved witness versions from 1 upwards to bech32m: they count as it says.
"""

from typing import NamedTuple

from bip_utils import BchBech32Decoder, Bech32ChecksumError

from extractors.addresses.address import Address

__all__ = [
    "BECH32", "BECH32M", "Bech32", "decode_bech32", "read_binance", "read_cash", "read_mweb", "read_segwit",
    "read_silent_payment", "to_bytes",
]  # fmt: skip

_CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {letter: value for value, letter in enumerate(_CHARSET)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
BECH32 = 1
BECH32M = 0x2BC830A3
_CHECKSUM = 6
_LONGEST_SEGWIT = 90

_SEGWIT = {
    "bc": ("BTC", "main"), "tb": ("BTC", "test"), "bcrt": ("BTC", "regtest"),
    "ltc": ("LTC", "main"), "tltc": ("LTC", "test"), "rltc": ("LTC", "regtest"),
}  # fmt: skip
_SILENT = {"sp": "main", "tsp": "test"}
_MWEB = {"ltcmweb": "main", "tmweb": "test"}
_BINANCE = {"bnb": "main", "tbnb": "test"}
# Two public keys: of scanning and of spending.
_TWO_KEYS = 66
_HASH = 20

_CASH = {"bitcoincash": "main", "bchtest": "test", "bchreg": "regtest", "simpleledger": "main"}
# The version byte: four bits of type (0 and 2 a key, 1 and 3 a script; 2 and 3 take tokens), three bits of length.
_CASH_FORMS = {0x00: ("p2pkh", 20), 0x08: ("p2sh", 20), 0x0B: ("p2sh", 32), 0x10: ("p2pkh", 20), 0x18: ("p2sh", 20),
               0x1B: ("p2sh", 32)}  # fmt: skip


class Bech32(NamedTuple):
    """A text whose checksum is true.

    Attributes:
        prefix: the human-readable part.
        values: the data, five bits each, without the checksum.
        checksum: `BECH32` or `BECH32M`.
    """

    prefix: str
    values: tuple[int, ...]
    checksum: int


def decode_bech32(text: str) -> Bech32 | None:
    """The parts of a bech32 or bech32m text of any length; None when it is none or the checksum is wrong."""
    lower = text.lower()
    if text not in {lower, text.upper()}:
        return None
    prefix, _, data = lower.rpartition("1")
    if not prefix or len(data) < _CHECKSUM:
        return None
    values = [_VALUES.get(letter, -1) for letter in data]
    if -1 in values:
        return None
    checksum = _polymod([*(ord(one) >> 5 for one in prefix), 0, *(ord(one) & 31 for one in prefix), *values])
    return Bech32(prefix, tuple(values[:-_CHECKSUM]), checksum) if checksum in {BECH32, BECH32M} else None


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            if top >> bit & 1:
                check ^= generator
    return check


def to_bytes(values: tuple[int, ...]) -> bytes | None:
    """Groups of five bits as bytes; None when what is left over is a whole group or not zero."""
    left = len(values) * 5 % 8
    number = 0
    for value in values:
        number = number << 5 | value
    if left >= 5 or number & ((1 << left) - 1):
        return None
    return (number >> left).to_bytes(len(values) * 5 // 8, "big")


def read_segwit(text: str) -> Address | None:
    """A witness program of Bitcoin or Litecoin (BIP 141, 173, 350)."""
    decoded = decode_bech32(text) if len(text) <= _LONGEST_SEGWIT else None
    if decoded is None or decoded.prefix not in _SEGWIT or not decoded.values:
        return None
    version, program = decoded.values[0], to_bytes(decoded.values[1:])
    if program is None or version > 16 or not 2 <= len(program) <= 40:
        return None
    if decoded.checksum != (BECH32M if version else BECH32):
        return None
    # BIP 141: a version 0 program is a key's or a script's hash.
    if version == 0 and len(program) not in {20, 32}:
        return None
    chain, network = _SEGWIT[decoded.prefix]
    return Address(chain, text.lower(), "taproot" if version == 1 and len(program) == 32 else "segwit", network)


def read_silent_payment(text: str) -> Address | None:
    """A static address of Bitcoin from which each payer makes another, ``sp1…`` (BIP 352)."""
    decoded = decode_bech32(text)
    if decoded is None or decoded.prefix not in _SILENT or decoded.checksum != BECH32M:
        return None
    if not _holds_two_keys(decoded.values):
        return None
    return Address("BTC", text.lower(), "silent_payment", _SILENT[decoded.prefix])


def read_mweb(text: str) -> Address | None:
    """An address of Litecoin's extension blocks, ``ltcmweb1…`` (LIP 4)."""
    decoded = decode_bech32(text)
    if decoded is None or decoded.prefix not in _MWEB or decoded.checksum != BECH32:
        return None
    if not _holds_two_keys(decoded.values):
        return None
    return Address("LTC", text.lower(), "mweb", _MWEB[decoded.prefix])


def _holds_two_keys(values: tuple[int, ...]) -> bool:
    """Whether the data are a version of 0 and two public keys."""
    keys = to_bytes(values[1:])
    return values[:1] == (0,) and keys is not None and len(keys) == _TWO_KEYS


def read_binance(text: str) -> Address | None:
    """An account of the BNB Beacon Chain, ``bnb1…``; those of the BNB Smart Chain are written as Ethereum's."""
    decoded = decode_bech32(text)
    if decoded is None or decoded.prefix not in _BINANCE or decoded.checksum != BECH32:
        return None
    account = to_bytes(decoded.values)
    if account is None or len(account) != _HASH:
        return None
    return Address("BNB", text.lower(), "account", _BINANCE[decoded.prefix])


def read_cash(text: str) -> Address | None:
    """A CashAddr of Bitcoin Cash, with or without its prefix; ``simpleledger:`` says that a token is meant."""
    lower = text.lower()
    if text not in {lower, text.upper()}:
        return None
    prefix, _, bare = lower.rpartition(":")
    prefix = prefix or "bitcoincash"
    if prefix not in _CASH:
        return None
    try:
        version, program = BchBech32Decoder.Decode(prefix, f"{prefix}:{bare}")
    except (Bech32ChecksumError, ValueError):
        return None
    form, length = _CASH_FORMS.get(int.from_bytes(version, "big"), ("", 0))
    if not form or len(program) != length:
        return None
    return Address("BCH", f"{prefix}:{bare}", form, _CASH[prefix])
