"""Crypto addresses proved by their checksums, one file for each way of writing them.

Base58Check (Bitcoin, Litecoin, Dogecoin, Dash, Tron, Zcash, XRP), bech32 and bech32m (Bitcoin, Litecoin, BNB, Zcash,
Lightning), CashAddr (Bitcoin Cash), Ethereum's mixed case, Monero's blocks; and Solana, which has no checksum.
"""

from collections.abc import Callable

from extractors.addresses.address import Address
from extractors.addresses.base58 import read_base58, read_payment_code, read_ripple, read_sprout, read_x_address
from extractors.addresses.bech32 import read_binance, read_cash, read_mweb, read_segwit, read_silent_payment
from extractors.addresses.ethereum import read_ethereum
from extractors.addresses.lightning import read_lightning
from extractors.addresses.monero import MONERO_LENGTHS, read_monero
from extractors.addresses.solana import SOLANA_LENGTHS, read_solana
from extractors.addresses.zcash import read_zcash

__all__ = ["CHAINS", "LONGEST", "SHORTEST", "Address", "read_address"]

CHAINS = ("BTC", "LTC", "BCH", "DOGE", "DASH", "ETH", "XMR", "TRX", "ZEC", "SOL", "XRP", "BNB")

# The shortest is a witness program of two bytes (BIP 350 has one among its vectors); the longest an invoice.
SHORTEST = 14
LONGEST = 8000

_Reader = Callable[[str], Address | None]
_BY_PREFIX: dict[str, _Reader] = {
    **dict.fromkeys(("bc", "tb", "bcrt", "ltc", "tltc", "rltc"), read_segwit),
    **dict.fromkeys(("sp", "tsp"), read_silent_payment),
    **dict.fromkeys(("ltcmweb", "tmweb"), read_mweb),
    **dict.fromkeys(("bnb", "tbnb"), read_binance),
    **dict.fromkeys(("zs", "ztestsapling", "zregtestsapling", "u", "utest", "uregtest"), read_zcash),
    **dict.fromkeys(("tex", "textest", "texregtest"), read_zcash),
}
_CASH_LENGTH = 42
_PAYMENT_CODE_LENGTH = 116
_SPROUT_LENGTH = 95
_X_ADDRESS_LENGTH = 47
_BASE58_LENGTHS = range(25, 36)


def read_address(text: str, *, chain: str | None = None) -> Address | None:
    """The address that a text is, or None when it is none or its checksum is wrong.

    Args:
        text: one candidate without anything around it; "bitcoincash:" may stand before a CashAddr.
        chain: the chain that the words near it name. It decides where a text is valid on several, and without it a
            Solana account, which has no checksum, is not read.
    """
    if not SHORTEST <= len(text) <= LONGEST or not text.isascii():
        return None
    reader = _reader(text)
    address = reader(text) if reader else None
    if address is None:
        return read_solana(text) if chain == "SOL" and len(text) in SOLANA_LENGTHS else None
    if chain in address.also:
        others = (address.chain, *(one for one in address.also if one != chain))
        return address._replace(chain=chain, also=others)
    return address


def _reader(text: str) -> _Reader | None:  # noqa: PLR0911 - one return for each way of writing
    """How a text would have to be read, told by its beginning and its length; at most one way is possible."""
    lower = text.lower()
    if lower.startswith("0x"):
        return read_ethereum
    # The data of bech32 has no "1": what is before the last is its prefix.
    prefix = lower.rpartition("1")[0]
    if prefix in _BY_PREFIX:
        return _BY_PREFIX[prefix]
    # Bech32 is in one case; Litecoin's "LN…1…" is not.
    if prefix.startswith("ln") and text in {lower, text.upper()}:
        return read_lightning
    if ":" in text or (len(text) == _CASH_LENGTH and lower[0] in "qpzr"):
        return read_cash
    length = len(text)
    if length in MONERO_LENGTHS and text[0] in "45789AB":
        return read_monero
    if length in _BASE58_LENGTHS:
        return read_ripple if text[0] == "r" else read_base58
    if length == _X_ADDRESS_LENGTH and text[0] in "XT":
        return read_x_address
    if length == _PAYMENT_CODE_LENGTH and text.startswith("PM8T"):
        return read_payment_code
    return read_sprout if length == _SPROUT_LENGTH and text.startswith("z") else None
