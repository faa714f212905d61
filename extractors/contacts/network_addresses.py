"""Addresses that are recognised by their own form: onion services, URLs, Tox and Session ids."""

import base64
import re
from collections.abc import Iterator

from extractors.contacts.words import Contacted
from nightpost.onion import OnionAddressError, check_onion_host

__all__ = ["network_addresses"]

_URL = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:https?|hxxps?|ftp)://|www\.)[^\s<>\"'`{}|\\^\[\]]{3,2000}"
    r"|(?<![\w.@/:-])(?:[A-Za-z2-7]{56}|[A-Za-z2-7]{16})\.onion/[^\s<>\"'`{}|\\^\[\]]{1,2000}",
    re.IGNORECASE,
)
_URL_TAIL = ".,;:!?)*~_-"
_ONION = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z2-7]{56}|[A-Za-z2-7]{16})\.onion(?![A-Za-z0-9])", re.IGNORECASE)
_TOX = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{76}(?![0-9A-Za-z])")
_SESSION = re.compile(r"(?<![0-9A-Za-z])05[0-9A-Fa-f]{64}(?![0-9A-Za-z])")


def network_addresses(text: str, lower: str) -> Iterator[Contacted]:
    """The addresses of a text; ``lower`` is the text in lower case."""
    if ".onion" in lower:
        yield from _onions(text)
    if "://" in text or "www." in lower or ".onion/" in lower:
        yield from _urls(text)
    if len(text) >= 66:
        yield from _ids(text)


def _onions(text: str) -> Iterator[Contacted]:
    """Version 3 by checksum; version 2, which Tor retired in 2021, still names a market or a vendor of its time."""
    for match in _ONION.finditer(text):
        host = match.group().lower()
        if len(host) == len("0123456789abcdef.onion"):
            yield Contacted("onion", match.start(), match.end(), host, 0.8, {"version": 2})
            continue
        try:
            host = check_onion_host(host)
        except OnionAddressError:
            continue
        yield Contacted("onion", match.start(), match.end(), host, 1.0, {"version": 3})


def _urls(text: str) -> Iterator[Contacted]:
    for match in _URL.finditer(text):
        url = match.group().rstrip(_URL_TAIL)
        scheme, mark, rest = url.partition("://")
        if mark:
            # "hxxp" is how people write a link that nobody shall follow by accident.
            scheme = scheme.lower().replace("hxxp", "http")
        value = f"{scheme}://{rest}" if mark else f"http://{url}"
        yield Contacted("url", match.start(), match.start() + len(url), value)


def _ids(text: str) -> Iterator[Contacted]:
    for match in _TOX.finditer(text):
        if _tox_checksum_holds(match.group()):
            yield Contacted("tox", match.start(), match.end(), match.group().upper(), 1.0)
    for match in _SESSION.finditer(text):
        yield Contacted("session", match.start(), match.end(), match.group().lower())


def _tox_checksum_holds(text: str) -> bool:
    """Whether the last two bytes are the exclusive or of all pairs before them (Tox specification, "Tox ID")."""
    even = odd = 0
    for place, byte in enumerate(base64.b16decode(text, casefold=True)):
        if place % 2:
            odd ^= byte
        else:
            even ^= byte
    return even == odd == 0
