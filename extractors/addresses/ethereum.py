"""Accounts of Ethereum and of the chains that write theirs alike."""

from bip_utils.utils.crypto import Kekkak256

from extractors.addresses.address import Address

__all__ = ["read_ethereum"]

_DIGITS = 40


def read_ethereum(text: str) -> Address | None:
    """``0x`` and forty digits; where their letters are in both cases the case is a checksum (EIP-55).

    The same account exists on the BNB Smart Chain.
    """
    digits = text[2:]
    lower = digits.lower()
    if len(digits) != _DIGITS or not set(lower) <= set("0123456789abcdef"):
        return None
    if digits in {lower, digits.upper()}:
        return Address("ETH", f"0x{lower}", "account", also=("BNB",), checked=False)
    # A letter is upper case where the hash of the lower-case address has a digit of 8 or more.
    digest = Kekkak256.QuickDigest(lower).hex()
    expected = "".join(letter.upper() if int(digest[place], 16) >= 8 else letter for place, letter in enumerate(lower))
    return Address("ETH", f"0x{digits}", "account", also=("BNB",)) if digits == expected else None
