"""OpenPGP keys, and the armour that holds no prose.

Real vendors' keys are of every age and breakage: a key that does not parse is kept, with the reason.
"""

import hashlib

from spacy.language import Language
from spacy.tokens import Doc

from extractors.findings import Finding, add, blank, prose, written
from extractors.openpgp.armour import Armour, bodies, checksum_holds, find_armour, find_bare_keys
from extractors.openpgp.fingerprints import find_named_keys
from extractors.openpgp.packets import Key, NotAKeyError, content_of, first_fingerprint, read_keys, read_signature

NAME = "nightpost_pgp"

_KEY_LABELS = frozenset({"PUBLIC KEY BLOCK", "PRIVATE KEY BLOCK"})
# No key that a vendor shows is longer; what claims to be would only cost time.
_LONGEST_KEY = 400_000
_WRONG_CHECKSUM = "the checksum of the armour is wrong: characters were lost or changed"


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "PgpKeys":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``; before all that read prose."""
    return PgpKeys()


class PgpKeys:
    """Finds ``pgp_key``; ``data["kind"]`` says what it is.

    ``key`` and ``private_key`` (a block that parses; value its fingerprint in upper case), ``broken`` (one that does
    not; value ``sha256:…``), ``signature`` (value the fingerprint or id of who signed), ``fingerprint`` and ``key_id``
    (named in prose). Messages are armour and no finding.
    """

    def __call__(self, doc: Doc) -> Doc:
        """Put the keys of a text on its Doc, and its armour aside."""
        text = written(doc)
        found = []
        for armour in find_armour(text):
            blank(doc, armour.start, armour.end)
            found += _read(armour)
        for armour in find_bare_keys(prose(doc)):
            keys = [one for one in _read(armour) if one.data["kind"] == "key"]
            if keys:
                blank(doc, armour.start, armour.end)
                found += keys
        for named in find_named_keys(prose(doc)):
            data = {"kind": named.kind}
            found.append(
                Finding("pgp_key", named.start, named.end, named.value, NAME, confidence=named.confidence, data=data)
            )
        return add(doc, found)


def _read(armour: Armour) -> list[Finding]:
    """What a block is: its keys, who signed it, a key that does not parse, or nothing that names a key."""
    if armour.label == "SIGNED MESSAGE":
        return []
    if len(armour.body) > _LONGEST_KEY:
        return _broken(armour, b"", f"the block is longer than {_LONGEST_KEY} characters")
    first = b""
    reasons = []
    for joined, needs_checksum in bodies(armour):
        try:
            data, holds = checksum_holds(joined)
        except ValueError as error:
            reasons.append(f"the block is no base64: {error}")
            continue
        first = first or data
        if holds is False or (needs_checksum and holds is None):
            reasons.append(_WRONG_CHECKSUM)
            continue
        content = content_of(data)
        if content == "signature":
            return _signature(armour, data)
        if armour.label not in _KEY_LABELS and content == "message":
            return []
        try:
            keys = read_keys(data)
        except NotAKeyError as error:
            reasons.append(str(error))
            continue
        return [_key(armour, key, checked=holds is True) for key in keys]
    return _broken(armour, first, reasons[0])


def _key(armour: Armour, key: Key, *, checked: bool) -> Finding:
    confidence = 1.0 if checked else 0.95
    return Finding("pgp_key", armour.start, armour.end, key.fingerprint, NAME, confidence=confidence, data=key.data)


def _signature(armour: Armour, data: bytes) -> list[Finding]:
    signature = read_signature(data)
    if signature is None:
        return []
    facts = {"kind": "signature", "created_at": signature.created_at}
    return [Finding("pgp_key", armour.start, armour.end, signature.issuer, NAME, confidence=0.9, data=facts)]


def _broken(armour: Armour, first: bytes, why: str) -> list[Finding]:
    """A key block that does not parse; other blocks that do not are nothing."""
    if armour.label not in _KEY_LABELS:
        return []
    # Without its whitespace the same broken key has the same digest wherever a market wraps its lines.
    digest = hashlib.sha256("".join(armour.body.split()).encode()).hexdigest()
    data: dict[str, object] = {"kind": "broken", "why": why}
    likely = first_fingerprint(first)
    if likely:
        data["likely_fingerprint"] = likely
    return [Finding("pgp_key", armour.start, armour.end, f"sha256:{digest}", NAME, confidence=0.5, data=data)]
