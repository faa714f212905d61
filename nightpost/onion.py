"""Version 3 onion addresses (Tor rendezvous specification v3, section 6, "Encoding onion addresses")."""

import base64
import hashlib
import re
from urllib.parse import urlsplit

from nightpost.errors import NightpostError

_V3 = re.compile(r"^[a-z2-7]{56}$")
_V2 = re.compile(r"^[a-z2-7]{16}$")


class OnionAddressError(NightpostError):
    """A host name is not a version 3 onion address."""


def check_onion_host(host: str) -> str:
    """The onion service's name, ``56 characters.onion`` in lower case, without any subdomain.

    Raises:
        OnionAddressError: a clearnet name, a retired version 2 address, or a wrong length, version or checksum.
    """
    labels = host.lower().rstrip(".").split(".")
    if len(labels) < 2 or labels[-1] != "onion":
        raise OnionAddressError(f"{host!r} is not an onion address; Nightpost fetches onion services only")
    name = labels[-2]
    if _V2.match(name):
        raise OnionAddressError(
            f"{host!r} is a version 2 address, which Tor retired in 2021; find its version 3 mirror"
        )
    if not _V3.match(name):
        raise OnionAddressError(f"{host!r} is not a version 3 onion address: 56 letters a-z and digits 2-7 expected")
    decoded = base64.b32decode(name.upper())
    key, checksum, version = decoded[:32], decoded[32:34], decoded[34:]
    if version != b"\x03":
        raise OnionAddressError(f"{host!r} has onion version {version[0]}, not 3; check how it was copied")
    if onion_checksum(key) != checksum:
        raise OnionAddressError(f"{host!r} has a wrong checksum; check how it was copied")
    return f"{name}.onion"


def check_onion_url(url: str) -> str:
    """The URL itself, when it is http(s) to a version 3 onion service.

    Raises:
        OnionAddressError: it is not.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError as error:
        raise OnionAddressError(f"{url!r} is not a URL: {error}") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise OnionAddressError(f"{url!r} is not an http URL of an onion service")
    check_onion_host(host)
    return url


def onion_checksum(key: bytes) -> bytes:
    """The two checksum bytes of an onion service's 32-byte ed25519 public key."""
    return hashlib.sha3_256(b".onion checksum" + key + b"\x03").digest()[:2]
