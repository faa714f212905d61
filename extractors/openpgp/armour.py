"""Where OpenPGP armour is in a text that a page may have mangled, and the bytes that it holds.

Armour is RFC 9580, section 6.2. Pages turn its dashes into others, run its lines together, indent or quote them, drop
the blank line or the end, and leave HTML in it.
"""

import base64
import quopri
import re
from html import unescape
from typing import NamedTuple

__all__ = ["Armour", "bodies", "checksum_holds", "find_armour", "find_bare_keys"]

# Dashes, what word processors and encodings make of them, and what people put in their place.
_DASH = r"(?:-|\u2010|\u2011|\u2012|\u2013|\u2014|\u2015|\u2212|&#45;|&#x2d;|&minus;|&ndash;|&mdash;|=|_|~)"
_LABEL = (
    r"(PUBLIC[ \t\xa0]KEY[ \t\xa0]BLOCK|PRIVATE[ \t\xa0]KEY[ \t\xa0]BLOCK|SIGNED[ \t\xa0]MESSAGE|MESSAGE|SIGNATURE)"
)
_EDGE = re.compile(
    rf"(?<![-=_~])(?:-[ \t])?{_DASH}{{0,12}}[ \t\xa0]{{0,2}}(BEGIN|END)[ \t\xa0]{{1,3}}PGP[ \t\xa0]{{1,3}}{_LABEL}"
    rf"[ \t\xa0]{{0,2}}{_DASH}{{0,12}}",
    re.IGNORECASE,
)
_HEADER = re.compile(r"(?:Version|Comment|Hash|Charset|MessageID|Armor)[ \t]?:[^\n]{0,200}", re.IGNORECASE)
# Where the base64 of a packet begins that may stand first: a key, a signature, an encrypted or a compressed message,
# in the old and the new format (RFC 9580, section 4.2).
_PACKET_BEGINS = re.compile(r"(?<![A-Za-z0-9+/])(?:[mhilwxjokq][A-Za-z0-9+/]|[yz0]s?)[A-Za-z0-9+/]{6,}")
_BASE64_TOKEN = re.compile(r"[A-Za-z0-9+/]+={0,2}(?:=[A-Za-z0-9+/]{4})?|=[A-Za-z0-9+/]{4}")
_CHECKSUM = re.compile(r"=([A-Za-z0-9+/]{4})$")
_TOKEN = re.compile(r"\S+")
_LONG = 20

# A key without its armour: the first bytes of a public key packet of version 4, by the lengths that keys have.
_BARE = re.compile(
    r"(?:mQ[A-Za-z0-9+/]{2}B[A-Za-z0-9+/]|m[D-J][A-Za-z0-9+/]E[A-Za-z]|xs[BDF]NB|x[joFG][A-Za-z0-9+/]E)[A-Za-z0-9+/]{20}"
)

_TAG = re.compile(r"<[^<>\n]{1,40}>")
_QUOTED = re.compile(r"^[ \t]{0,8}(?:[>|][ \t]?){1,6}", re.MULTILINE)
_INVISIBLE = dict.fromkeys(map(ord, "\xad\u200b\u200c\u200d\u2060\ufeff"))
_SPACED_PLUS = re.compile(r"(?<=[A-Za-z0-9+/]) (?=[A-Za-z0-9+/])")


class Armour(NamedTuple):
    """A range of armour.

    Attributes:
        start: where it begins in the text.
        end: where it ends.
        label: what its first line says it is, in upper case; empty for a key without armour.
        body: what stands between its lines.
    """

    start: int
    end: int
    label: str
    body: str


def find_armour(text: str) -> list[Armour]:
    """The armour blocks of a text in order; of a signed message its first lines, as what it says is prose.

    A block without its end reaches as far as base64 does. A line that only talks of armour is none.
    """
    lower = text.lower()
    if "pgp" not in lower or "begin" not in lower:
        return []
    edges = list(_EDGE.finditer(text))
    found = []
    for number, edge in enumerate(edges):
        if edge.group(1).upper() == "END":
            continue
        following = edges[number + 1] if number + 1 < len(edges) else None
        limit = following.start() if following else len(text)
        label = " ".join(edge.group(2).upper().split())
        if label == "SIGNED MESSAGE":
            end = _headers_end(text, edge.end(), limit)
            found.append(Armour(edge.start(), end, label, ""))
            continue
        closed = following is not None and following.group(1).upper() == "END"
        end = limit if closed else _base64_end(text, edge.end(), limit)
        body = _cleaned(text[edge.end() : end])
        on_its_own_line = _own_line(text, edge)
        if not (_PACKET_BEGINS.search(body) or _BARE.search(body) or (closed and on_its_own_line)):
            continue
        found.append(Armour(edge.start(), following.end() if closed and following else end, label, body))
    return found


def _own_line(text: str, edge: re.Match[str]) -> bool:
    return text[edge.end() : edge.end() + 3].lstrip(" \t\r").startswith("\n") and "-" in edge.group()


def _headers_end(text: str, start: int, limit: int) -> int:
    """Where the header lines after ``start`` end."""
    place = start
    for _ in range(4):
        match = re.compile(r"[ \t\r]{0,4}\n?[ \t]{0,8}" + _HEADER.pattern, re.IGNORECASE).match(text, place, limit)
        if match is None:
            break
        place = match.end()
    return place


def _base64_end(text: str, start: int, limit: int) -> int:
    """Where the base64 after ``start`` ends: at the first word that is prose."""
    end = start
    place = _headers_end(text, start, limit)
    pending = False
    for match in _TOKEN.finditer(text, place, limit):
        token = match.group()
        if not _BASE64_TOKEN.fullmatch(token):
            break
        if len(token) >= _LONG or token.startswith("="):
            end = match.end()
            pending = False
        elif pending or end == start:
            break
        else:
            # The last line of base64 may be short: it counts when the checksum follows, or when it is no word.
            pending = True
            if not token.isalpha():
                end = match.end()
    return end


def find_bare_keys(text: str) -> list[Armour]:
    """Runs of base64 that begin as a public key does, without armour around them."""
    found = []
    done = 0
    for match in _BARE.finditer(text):
        if match.start() >= done and not text[match.start() - 1 : match.start()].isalnum():
            done = _base64_end(text, match.start(), len(text))
            found.append(Armour(match.start(), done, "", text[match.start() : done]))
    return found


def _cleaned(body: str) -> str:
    """A body without what pages leave in it: entities, tags, invisible characters, quotes, escaped line ends."""
    body = body.translate(_INVISIBLE)
    if "&" in body:
        body = unescape(body)
    body = _TAG.sub("\n", body).replace("\\r", "\n").replace("\\n", "\n").replace("\r", "").replace("\xa0", " ")
    if "=3D" in body:
        body = quopri.decodestring(body.encode("ascii", "ignore")).decode("ascii", "ignore")
    return _QUOTED.sub("", body)


def bodies(armour: Armour) -> list[tuple[str, bool]]:
    """The base64 that a block may have had, the likeliest first, and whether its checksum alone can prove it."""
    body = _without_headers(armour.body)
    found = [("".join(body.split()), False)]
    # A form that was sent undecoded has spaces where "+" was; only the checksum can tell that from torn lines.
    lines = body.strip("\n").split("\n")
    if len(lines) > 2 and " " in body:
        whole = "".join(lines)
        # The checksum, "=" and four signs, may end with one.
        end = max(len(whole.rstrip()), whole.rfind("=") + 5)
        found.append((whole[:end].replace(" ", "+"), True))
        found.append(("".join(line.strip() for line in lines).replace(" ", "+"), True))
    return found


def _without_headers(body: str) -> str:
    """What follows the headers: they end at a blank line or, where a page lost it, where a packet begins."""
    rest = "\n".join(line for line in body.split("\n") if not _HEADER.fullmatch(line.strip()))
    if rest.strip() and not _HEADER.search(rest) and _BASE64_TOKEN.match(rest.strip()):
        return rest
    begins = _BARE.search(body) or _PACKET_BEGINS.search(body)
    while begins and _HEADER.match(body, begins.start()):
        begins = _PACKET_BEGINS.search(body, begins.end())
    return body[begins.start() :] if begins else rest


def checksum_holds(joined: str) -> tuple[bytes, bool | None]:
    """The bytes of joined base64, and whether their CRC-24 fits; None when there is none, as RFC 9580 allows.

    Raises:
        ValueError: it is no base64.
    """
    match = _CHECKSUM.search(joined)
    data = base64.b64decode(joined[: match.start()] if match else joined, validate=True)
    if match is None:
        return data, None
    return data, _crc24(data) == int.from_bytes(base64.b64decode(match.group(1)), "big")


def _crc24(data: bytes) -> int:
    crc = 0xB704CE
    for byte in data:
        crc = ((crc << 8) & 0xFFFFFF) ^ _CRC_TABLE[(crc >> 16) ^ byte]
    return crc


def _crc_step(value: int) -> int:
    crc = value << 16
    for _ in range(8):
        crc <<= 1
        if crc & 0x1000000:
            crc ^= 0x1864CFB
    return crc & 0xFFFFFF


_CRC_TABLE = tuple(_crc_step(value) for value in range(256))
