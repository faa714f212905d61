"""What an address is, once its checksum has been proved."""

from typing import Literal, NamedTuple

__all__ = ["Address", "Kind"]

Kind = Literal["address", "invoice", "payment_link"]


class Address(NamedTuple):
    """An address that its checksum proves, or an invoice.

    Attributes:
        chain: the coin's ticker.
        address: the normal form (bech32, CashAddr and unmixed Ethereum in lower case; CashAddr with its prefix).
        form: how it is written: p2pkh, p2sh, segwit, taproot, mweb, silent_payment, payment_code, cashaddr, account,
            x_address, derived, standard, integrated, subaddress, sprout, sapling, unified, tex, bolt11, lnurl.
        network: main, test, stage or regtest.
        also: other chains on which the same text is a valid address.
        checked: False where the form has no checksum (Solana, Ethereum in one case).
        kind: an address is paid again and again and stands for its owner; an invoice is paid once.
        details: what else the text says, as pairs: a payment id, a tag, an amount.
    """

    chain: str
    address: str
    form: str
    network: str = "main"
    also: tuple[str, ...] = ()
    checked: bool = True
    kind: Kind = "address"
    details: tuple[tuple[str, str], ...] = ()
