"""OpenPGP keys, and the armour that holds no prose.

Real vendors' keys are of every age and breakage: a key that does not parse is kept, with the reason.
"""

import base64
import hashlib
import re
from typing import Any

import pysequoia
from pysequoia import packet
from spacy.language import Language
from spacy.tokens import Doc

from extractors.findings import Finding, add, blank, prose, written

NAME = "nightpost_pgp"

_BEGIN = "-----BEGIN PGP "
_END = "-----END PGP "
_DASHES = "-----"
_PUBLIC_KEY = "PUBLIC KEY BLOCK"
# No key that a vendor shows is longer; what claims to be would only cost time.
_LONGEST_KEY = 400_000

# Where the base64 of a public key packet begins: tag 6 in the old and the new format (RFC 4880, section 4.2), after the
# armour's headers when a blank line still parts them from it.
_KEY_BEGINS = re.compile(r"(?:m[A-Za-v]|x[g-v])[A-Za-z0-9+/]{20}")
_BLANK_LINE = re.compile(r"\n[ \t\r]{0,20}\n")
_CRC = re.compile(r"\s=([A-Za-z0-9+/]{4})\s{0,8}$")

_FINGERPRINT = re.compile(r"(?<![0-9A-Za-z])(?:0x)?((?:[0-9A-Fa-f]{4}[ \t\xa0:]{0,3}){9}[0-9A-Fa-f]{4})(?![0-9A-Za-z])")
_FINGERPRINT_CUE = re.compile(r"finger\s?print|\bpgp\b|\bgpg\b|public key|pgp[- ]?key|openpgp", re.IGNORECASE)
_CUE_WIDTH = 60


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "PgpKeys":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``; before all that read prose."""
    return PgpKeys()


class PgpKeys:
    """Finds ``pgp_key``: value is the fingerprint in upper case, or ``sha256:…`` of a key block that does not parse."""

    def __call__(self, doc: Doc) -> Doc:
        """Put the keys of a text on its Doc, and its armour aside."""
        text = written(doc)
        found = []
        for start, end in _armour(text):
            blank(doc, start, end)
            if text.startswith(_PUBLIC_KEY, start + len(_BEGIN)):
                found.append(_read_block(text[start:end], start, end))
        return add(doc, [*found, *_fingerprints(prose(doc))])


def _armour(text: str) -> list[tuple[int, int]]:
    """The ranges of the armour blocks; one without an end reaches to the next block or to the end of the text."""
    ranges = []
    start = text.find(_BEGIN)
    while start >= 0:
        following = text.find(_BEGIN, start + len(_BEGIN))
        limit = following if following >= 0 else len(text)
        # A signed message is prose between its header and its signature: only the header line is armour.
        if text.startswith("SIGNED MESSAGE", start + len(_BEGIN)):
            line_end = text.find("\n", start, limit)
            ranges.append((start, line_end if line_end >= 0 else limit))
        else:
            end = text.find(_END, start, limit)
            close = text.find(_DASHES, end + len(_END), limit) if end >= 0 else -1
            ranges.append((start, close + len(_DASHES) if close >= 0 else limit))
        start = following
    return ranges


def _read_block(block: str, start: int, end: int) -> Finding:
    if len(block) > _LONGEST_KEY:
        return _broken(block, start, end, f"the block is longer than {_LONGEST_KEY} characters")
    reasons = []
    for repaired, candidate in ((False, block), (True, _rewrap(block))):
        try:
            if not _checksum_holds(candidate):
                reasons.append("the checksum of the armour is wrong: characters were lost or changed")
                continue
            certificate = pysequoia.Cert.from_bytes(candidate.encode())
            data = _describe(certificate)
        # pysequoia raises RuntimeError, ValueError and others by what is broken inside: all mean "not a key".
        except Exception as error:  # noqa: BLE001
            reasons.append(" ".join(str(error).partition("Stack backtrace")[0].split())[:200])
            continue
        if repaired:
            data["rewrapped"] = True
        value = str(certificate.fingerprint).upper()
        return Finding("pgp_key", start, end, value, NAME, confidence=1.0, data=data)
    return _broken(block, start, end, reasons[0])


def _describe(certificate: "pysequoia.Cert") -> dict[str, Any]:
    """What the key's packets say.

    The packets are read rather than the certificate's own properties: those apply today's policy at today's time, which
    refuses most old keys and would make the same page read differently next year.
    """
    packets = list(packet.PacketPile.from_bytes(bytes(certificate)))
    created = packets[0].key_created
    return {
        "kind": "key",
        "user_ids": [str(one.user_id) for one in packets if one.tag == packet.Tag.UserID],
        "subkeys": [str(one.fingerprint).upper() for one in packets if one.tag == packet.Tag.PublicSubkey],
        "created_at": created.isoformat() if created else None,
    }


def _rewrap(block: str) -> str:
    """The block as it may have been before a page ran its lines together, indented them or lost a blank line."""
    header, _, rest = block[len(_BEGIN) :].partition(_DASHES)
    body, _, _ = rest.partition(_END)
    words = body[_key_begins(body) :].split()
    return "\n".join([f"{_BEGIN}{header}{_DASHES}", "", *words, f"{_END}{header}{_DASHES}", ""])


def _checksum_holds(block: str) -> bool:
    """Whether the armour's CRC-24 fits (RFC 4880, section 6.1); True when there is none, as RFC 9580 allows."""
    body = block[len(_BEGIN) :].partition(_DASHES)[2].partition(_END)[0]
    match = _CRC.search(body)
    if match is None:
        return True
    try:
        data = base64.b64decode("".join(body[_key_begins(body) : match.start()].split()), validate=True)
        expected = base64.b64decode(match.group(1))
    except ValueError:
        return False
    return _crc24(data) == int.from_bytes(expected, "big")


def _key_begins(body: str) -> int:
    line = _BLANK_LINE.search(body)
    key = _KEY_BEGINS.search(body, line.start() if line else 0)
    return key.start() if key else 0


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


def _broken(block: str, start: int, end: int, why: str) -> Finding:
    # Without its whitespace the same broken key has the same digest wherever a market wraps its lines.
    digest = hashlib.sha256("".join(block.split()).encode()).hexdigest()
    return Finding("pgp_key", start, end, f"sha256:{digest}", NAME, confidence=0.5, data={"kind": "broken", "why": why})


def _fingerprints(text: str) -> list[Finding]:
    """Fingerprints that are named as such in prose."""
    found = []
    for match in _FINGERPRINT.finditer(text):
        digits = re.sub(r"[^0-9A-Fa-f]", "", match.group(1))
        if _FINGERPRINT_CUE.search(text, max(0, match.start() - _CUE_WIDTH), match.start()):
            data = {"kind": "fingerprint"}
            found.append(Finding("pgp_key", match.start(), match.end(), digits.upper(), NAME, data=data))
    return found
