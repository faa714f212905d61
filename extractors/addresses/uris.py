"""Payment URIs, and where in other URLs an address stands.

BIP 21 (``bitcoin:ADDRESS?amount=``) and what followed it for Litecoin, Dogecoin, Dash, Bitcoin Cash, Zcash (ZIP 321),
Monero's ``tx_amount``, Ethereum's ``value`` in wei and ``@CHAIN_ID`` (EIP-681), Solana Pay, and Ripple's ``dt``.
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from html import unescape
from typing import NamedTuple
from urllib.parse import parse_qsl

from extractors.addresses.cues import chain_of, load_cues

__all__ = ["PaymentUri", "payment_uri", "stands_in_url"]

_SCHEME = re.compile(r"(?<![A-Za-z0-9+.-])([A-Za-z]{2,16}):(?://)?$")
_QUERY = re.compile(r"(?:@(\d{1,9}))?(?:/[A-Za-z]{1,20})?\?([^\s\"'<>|\\]{1,600})")
_AMOUNTS = ("amount", "tx_amount")
# What a URI says besides -> the name of it here.
_NAMES = {
    "label": "label", "recipient_name": "label", "message": "message", "tx_description": "message", "memo": "message",
    "tx_payment_id": "payment_id", "dt": "tag",
}  # fmt: skip
_LONGEST = 300
_SMART_CHAIN = "56"
_WEI = Decimal("1e-18")
_WORD = re.compile(r"[A-Za-z]{1,20}")


class PaymentUri(NamedTuple):
    """A payment URI around an address.

    Attributes:
        chain: of its scheme.
        details: amount (in coins), label, message, payment id, tag.
    """

    chain: str
    details: dict[str, str]


def payment_uri(text: str, start: int, end: int) -> PaymentUri | None:
    """The payment URI of which ``text[start:end]`` is the address; None when no coin's scheme stands before it."""
    match = _SCHEME.search(text, max(0, start - 20), start)
    chain = "BTC" if match and match.group(1).lower() == "lightning" else match and chain_of(match.group(1).lower())
    if not chain:
        return None
    query = _QUERY.match(text, end)
    if query is None:
        return PaymentUri(chain, {})
    chain = "BNB" if query.group(1) == _SMART_CHAIN else chain
    return PaymentUri(chain, _details(dict(parse_qsl(unescape(query.group(2))))))


def _details(stated: Mapping[str, str]) -> dict[str, str]:
    details = {}
    amount = next((_number(stated[name]) for name in _AMOUNTS if name in stated), None)
    if amount is None and "value" in stated:
        wei = _number(stated["value"])
        amount = wei * _WEI if wei is not None else None
    if amount is not None:
        details["amount"] = f"{amount.normalize():f}"
    for name, meaning in _NAMES.items():
        if stated.get(name):
            details.setdefault(meaning, stated[name][:_LONGEST])
    return details


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip(".,;!)")[:40])
    except InvalidOperation:
        return None
    # What no coin can have is no amount: an exponent of nine digits would be written out at length.
    return number if number.is_finite() and number >= 0 and -30 < number.adjusted() < 40 else None


def stands_in_url(text: str, start: int) -> tuple[bool, bool]:
    """Whether what begins at ``start`` is inside a URL, and if so, in a place where a URL has an address.

    A block explorer's ``/address/…`` names an address; in ``?token=…`` the same letters would be chance.
    """
    before = text[max(0, start - _LONGEST) : start]
    if not before or before[-1].isspace():
        return False, False
    run = before.split()[-1]
    scheme = run.rfind("://")
    if scheme < 0 and "www." not in run and ";base64," not in run:
        return False, False
    places = _WORD.findall(run[scheme + 3 :])
    return True, bool(places) and run[-1] in "/=" and places[-1].lower() in load_cues().url_places
