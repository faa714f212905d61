"""Crypto addresses in running text: cheap candidates, then the checksum decides."""

import re

from spacy.language import Language
from spacy.tokens import Doc

from extractors.addresses import Address, read_address
from extractors.findings import Finding, add, prose

NAME = "nightpost_crypto"

_BASE58 = "1-9A-HJ-NP-Za-km-z"
# Candidates begin and end where no letter or digit is beside them, so that a long run is looked at once.
_CANDIDATE = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"0x[0-9a-fA-F]{40}"
    r"|(?:bc1|tb1|ltc1|tltc1|BC1|TB1|LTC1|TLTC1)[A-Za-z0-9]{6,87}"
    r"|(?:bitcoincash:|BITCOINCASH:)?[qpQP][A-Za-z0-9]{41}"
    rf"|[4578ABC9][{_BASE58}]{{94}}(?:[{_BASE58}]{{11}})?"
    rf"|[123LMDAXT79mn][{_BASE58}]{{25,34}}"
    r")(?![A-Za-z0-9])"
)
# A PGP fingerprint is 40 hexadecimal digits too, and is often written with 0x before it.
_FINGERPRINT_CUE = re.compile(r"finger|pgp|gpg|key", re.IGNORECASE)
_CUE_WIDTH = 40


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "CryptoAddresses":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``."""
    return CryptoAddresses()


class CryptoAddresses:
    """Finds ``crypto_address``; value is the address's normal form, ``data`` its chain, form and network."""

    def __call__(self, doc: Doc) -> Doc:
        """Put the addresses of a text on its Doc."""
        text = prose(doc)
        found = []
        for match in _CANDIDATE.finditer(text):
            address = read_address(match.group())
            if address is not None and (address.checked or not _is_fingerprint(text, match.start())):
                found.append(_finding(address, match))
        return add(doc, found)


def _finding(address: Address, match: re.Match[str]) -> Finding:
    data: dict[str, object] = {"chain": address.chain, "form": address.form, "network": address.network}
    if address.also:
        data["also_valid_on"] = list(address.also)
    return Finding(
        type="crypto_address",
        start=match.start(),
        end=match.end(),
        value=address.address,
        extractor=NAME,
        unit=address.chain,
        confidence=1.0 if address.checked else 0.8,
        data=data,
    )


def _is_fingerprint(text: str, start: int) -> bool:
    return _FINGERPRINT_CUE.search(text, max(0, start - _CUE_WIDTH), start) is not None
