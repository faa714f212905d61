"""Accounts of Solana: 32 bytes in base58 and no checksum, so that only the words around one tell that it is one."""

from bip_utils import Base58Decoder
from bip_utils.ecc import Ed25519PublicKey

from extractors.addresses.address import Address

__all__ = ["SOLANA_LENGTHS", "read_solana"]

SOLANA_LENGTHS = range(32, 45)
_KEY = 32


def read_solana(text: str) -> Address | None:
    """An account; ``derived`` when its bytes are no point of the curve, as those of programs and of token accounts.

    Half of all byte strings are points: this tells a wallet from a program's account, not an address from noise.
    """
    # A digest, an onion name or a word has no letters of both cases and digits: nearly every account has.
    if text.isdigit() or text in {text.lower(), text.upper()} or text.isalpha():
        return None
    try:
        key = Base58Decoder.Decode(text)
    except ValueError:
        return None
    if len(key) != _KEY:
        return None
    return Address("SOL", text, "account" if Ed25519PublicKey.IsValidBytes(key) else "derived", checked=False)
