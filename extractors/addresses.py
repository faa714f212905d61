"""Crypto addresses proved by their checksums.

Base58Check with version bytes (Bitcoin, Litecoin, Dogecoin, Dash, Tron), bech32 and bech32m (BIP 173, BIP 350),
CashAddr (Bitcoin Cash), the mixed-case checksum of Ethereum (EIP-55), and Monero's base58 with Keccak (standard,
integrated and sub-addresses). BIP 350 moved witness versions from 1 upwards to bech32m: they count as it says. The
``chainparams.cpp`` (SLIP-0044 names them), Tron's documentation, and Monero's ``cryptonote_config.h``.
"""

from typing import NamedTuple

from bip_utils import (
    Base58ChecksumError,
    Base58Decoder,
    Base58XmrDecoder,
    BchBech32Decoder,
    Bech32ChecksumError,
    SegwitBech32Decoder,
)
from bip_utils.utils.crypto import Kekkak256

__all__ = ["Address", "read_address"]


class Address(NamedTuple):
    """An address that its checksum proves.

    Attributes:
        chain: the coin's ticker.
        address: the normal form (bech32, CashAddr and unmixed Ethereum in lower case; CashAddr with its prefix).
        form: how it is written: p2pkh, p2sh, segwit, taproot, cashaddr, account, standard, integrated, subaddress.
        network: main, test or stage.
        also: other chains on which the same text is a valid address.
        checked: False for an Ethereum address without the mixed-case checksum.
    """

    chain: str
    address: str
    form: str
    network: str = "main"
    also: tuple[str, ...] = ()
    checked: bool = True


# Version byte -> chain, form, network, other chains where the same byte is in use.
_BASE58: dict[int, tuple[str, str, str, tuple[str, ...]]] = {
    0x00: ("BTC", "p2pkh", "main", ("BCH",)),
    0x05: ("BTC", "p2sh", "main", ("BCH", "LTC")),
    0x6F: ("BTC", "p2pkh", "test", ("LTC", "BCH")),
    0xC4: ("BTC", "p2sh", "test", ("LTC", "BCH")),
    0x30: ("LTC", "p2pkh", "main", ()),
    0x32: ("LTC", "p2sh", "main", ()),
    0x1E: ("DOGE", "p2pkh", "main", ()),
    0x16: ("DOGE", "p2sh", "main", ()),
    0x4C: ("DASH", "p2pkh", "main", ()),
    0x10: ("DASH", "p2sh", "main", ()),
    0x41: ("TRX", "account", "main", ()),
}
_SEGWIT = {"bc": ("BTC", "main"), "tb": ("BTC", "test"), "ltc": ("LTC", "main"), "tltc": ("LTC", "test")}
_CASHADDR_FORMS = {0x00: "p2pkh", 0x08: "p2sh"}
_MONERO: dict[int, tuple[str, str]] = {
    18: ("standard", "main"), 19: ("integrated", "main"), 42: ("subaddress", "main"),
    53: ("standard", "test"), 54: ("integrated", "test"), 63: ("subaddress", "test"),
    24: ("standard", "stage"), 25: ("integrated", "stage"), 36: ("subaddress", "stage"),
}  # fmt: skip
_HASH = 20
_MONERO_KEYS = 64
_MONERO_PAYMENT_ID = 8


def read_address(text: str) -> Address | None:
    """The address that a text is, or None when it is none or its checksum is wrong.

    Args:
        text: one candidate without anything around it; "bitcoincash:" may stand before a CashAddr.
    """
    lower = text.lower()
    if lower.startswith("0x"):
        return _ethereum(text)
    if lower.startswith(("bc1", "tb1", "ltc1", "tltc1")):
        return _segwit(text)
    if lower.startswith("bitcoincash:") or len(text) == 42:
        return _cash(text)
    if len(text) in {95, 106}:
        return _monero(text)
    return _base58(text)


def _base58(text: str) -> Address | None:
    try:
        payload = Base58Decoder.CheckDecode(text)
    except (Base58ChecksumError, ValueError):
        return None
    if len(payload) != 1 + _HASH or payload[0] not in _BASE58:
        return None
    chain, form, network, also = _BASE58[payload[0]]
    return Address(chain, text, form, network, also)


def _segwit(text: str) -> Address | None:
    if text not in {text.lower(), text.upper()}:
        return None
    prefix = text.lower().partition("1")[0]
    try:
        version, program = SegwitBech32Decoder.Decode(prefix, text)
    except (Bech32ChecksumError, ValueError):
        return None
    # BIP 141: a version 0 program is a key's or a script's hash; bip-utils leaves other lengths through.
    if version == 0 and len(program) not in {20, 32}:
        return None
    chain, network = _SEGWIT[prefix]
    return Address(chain, text.lower(), "taproot" if version == 1 and len(program) == 32 else "segwit", network)


def _cash(text: str) -> Address | None:
    if text not in {text.lower(), text.upper()}:
        return None
    bare = text.lower().removeprefix("bitcoincash:")
    try:
        version, program = BchBech32Decoder.Decode("bitcoincash", f"bitcoincash:{bare}")
    except (Bech32ChecksumError, ValueError):
        return None
    kind = int.from_bytes(version, "big")
    if kind not in _CASHADDR_FORMS or len(program) != _HASH:
        return None
    return Address("BCH", f"bitcoincash:{bare}", _CASHADDR_FORMS[kind])


def _ethereum(text: str) -> Address | None:
    digits = text[2:]
    try:
        bytes.fromhex(digits)
    except ValueError:
        return None
    if len(digits) != 2 * _HASH:
        return None
    if digits in {digits.lower(), digits.upper()}:
        return Address("ETH", f"0x{digits.lower()}", "account", checked=False)
    # EIP-55: a letter is upper case where the hash of the lower-case address has a digit of 8 or more.
    digest = Kekkak256.QuickDigest(digits.lower()).hex()
    expected = "".join(
        letter.upper() if int(digest[place], 16) >= 8 else letter for place, letter in enumerate(digits.lower())
    )
    return Address("ETH", f"0x{digits}", "account") if digits == expected else None


def _monero(text: str) -> Address | None:
    try:
        decoded = Base58XmrDecoder.Decode(text)
    except ValueError:
        return None
    payload, checksum = decoded[:-4], decoded[-4:]
    if not payload or Kekkak256.QuickDigest(payload)[:4] != checksum or payload[0] not in _MONERO:
        return None
    form, network = _MONERO[payload[0]]
    expected = 1 + _MONERO_KEYS + (_MONERO_PAYMENT_ID if form == "integrated" else 0)
    return Address("XMR", text, form, network) if len(payload) == expected else None
