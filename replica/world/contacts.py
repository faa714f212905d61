"""Ways to reach a seller, each in the right format and in its normal form."""

import random
import string
from collections.abc import Callable

from replica.world.catalogue import writing
from replica.world.model import Contact

_HEX = "0123456789abcdef"


def make_contact(draw: random.Random, kind: str, name: str) -> Contact:
    """A contact of a kind that ``spellings`` in ``data/writing.yaml`` names, made up from a handle."""
    return Contact(kind, _value(draw, kind, name))


def write_contact(draw: random.Random, contact: Contact) -> str:
    """The contact as one of the vendor's pages may spell it; the value is the same, its case may not be."""
    value = contact.value
    if contact.type in {"telegram", "wickr", "email", "jabber"} and draw.random() < 0.3:
        value = value[0].upper() + value[1:]
    return draw.choice(writing().spellings[contact.type]).format(value=value)


def _value(draw: random.Random, kind: str, name: str) -> str:
    # The digits keep made-up names away from names that people have.
    local = "".join(letter for letter in name.lower() if letter.isalnum())[:16]
    number = draw.randint(10000, 99999)
    if kind in _KEYS:
        return _KEYS[kind](draw)
    named = {
        "email": f"{local}{number}@{draw.choice(writing().mail_hosts)}",
        "jabber": f"{local}{number}@{draw.choice(writing().jabber_hosts)}",
        "telegram": f"{local}_{number}",
        "wickr": f"{local}{number}",
        "signal": f"{local}.{number}",
    }
    return named[kind]


def _tox(draw: random.Random) -> str:
    """A Tox ID: 32 bytes of public key, 4 of nospam, and 2 that are the exclusive or of all pairs before them."""
    body = draw.randbytes(36)
    check = [0, 0]
    for place, octet in enumerate(body):
        check[place % 2] ^= octet
    return (body + bytes(check)).hex().upper()


_KEYS: dict[str, Callable[[random.Random], str]] = {
    "session": lambda draw: "05" + "".join(draw.choices(_HEX, k=64)),
    "threema": lambda draw: "".join(draw.choices(string.ascii_uppercase + string.digits, k=6)) + "X7",
    "icq": lambda draw: str(draw.randint(100_000_000, 799_999_999)),
    "tox": _tox,
}
"""Contacts that say nothing of the handle."""
