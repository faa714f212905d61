"""Crypto addresses in running text: long runs are candidates, the checksum decides, the words around say the rest."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc

from extractors.addresses import LONGEST, SHORTEST, Address, read_address
from extractors.addresses.cues import (
    Role,
    Surroundings,
    is_test_network,
    named_chain,
    named_token,
    only_labels,
    role_of,
    surroundings,
)
from extractors.addresses.solana import SOLANA_LENGTHS
from extractors.addresses.uris import payment_uri, stands_in_url
from extractors.addresses.well_known import is_well_known
from extractors.findings import Finding, add, prose

NAME = "nightpost_crypto"

# One pass over all text, so it must be cheap: no word is so long, and nearly no address shorter.
_LONG_RUN = re.compile(r"(?a)\b\w{25,}")
_SHORT_RUN = re.compile(rf"(?a)\b\w{{{SHORTEST},}}")
_SHORT_MARKS = ("bc1", "BC1", "tb1", "TB1")
_CASH_PREFIX = re.compile(r"(?<![A-Za-z0-9])(?:bitcoincash|bchtest|bchreg|simpleledger):$", re.IGNORECASE)
# A page that breaks long words leaves a break or an invisible character inside an address.
_BREAK = re.compile(r"[ \t\r\n\xad\u200b\u200c\u200d\u2060\ufeff]{1,4}")
_REST = re.compile(r"[A-Za-z0-9]{1,110}(?![A-Za-z0-9])")
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_BLOB = 40
# Forty digits without a checksum may be the fingerprint of a key or a digest, often written with 0x too.
_DIGEST_CUE = re.compile(
    r"finger|pgp|gpg|\bkey|\bsha-?1|hash|commit|digest|checksum|\btx\b|txid|transaction", re.IGNORECASE
)
_CUE_WIDTH = 40
_TAG = re.compile(
    r"[\s,;([-]{0,4}(?:(?:destination|dest)[ .]{1,2})?(?:tag|memo)(?:[ _-]?(?:id|number))?\W{1,4}(\d{1,12})\b"
)
_TAGGED = frozenset({"XRP", "BNB"})
_PAYMENT_ID = re.compile(r"\W{0,8}payment[ _-]?id\W{1,6}([0-9a-f]{64}|[0-9a-f]{16})(?![0-9a-z])", re.IGNORECASE)


class Candidate(NamedTuple):
    """A run of letters and digits with its place."""

    text: str
    start: int
    end: int


class _Last(NamedTuple):
    """The address before: what was said of it may hold for the next in a list."""

    end: int = 0
    role: Role | None = None


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "CryptoAddresses":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``."""
    return CryptoAddresses()


class CryptoAddresses:
    """Finds ``crypto_address``; value is the address's normal form.

    ``data`` has chain, form and network; also_valid_on; token; ``kind`` (invoice, payment_link) where it is no address;
    ``example`` where it identifies nobody; ``role`` (warned, example) where the text only shows it; what a URI, an
    invoice or an integrated address carries (amount, payment_id, tag, ...).
    """

    def __call__(self, doc: Doc) -> Doc:
        """Put the addresses of a text on its Doc."""
        text = prose(doc)
        found = []
        last = _Last()
        for candidate in candidates(text):
            if candidate.start < last.end:
                continue
            finding = _read(text, candidate, last)
            if finding is not None:
                found.append(finding)
                last = _Last(finding.end, finding.data.get("role"))
        return add(doc, found)


def candidates(text: str) -> Iterator[Candidate]:
    """The runs of letters and digits that are long enough for an address; finding them must be cheap."""
    pattern = _SHORT_RUN if any(mark in text for mark in _SHORT_MARKS) else _LONG_RUN
    for match in pattern.finditer(text):
        start, run = match.start(), match.group()
        if len(run) > LONGEST:
            continue
        for part in run.split("_"):
            if len(part) >= SHORTEST:
                yield Candidate(part, start, start + len(part))
            start += len(part) + 1


def _read(text: str, candidate: Candidate, last: _Last) -> Finding | None:
    address = read_address(candidate.text)
    around = None
    if address is None and len(candidate.text) in SOLANA_LENGTHS:
        around = surroundings(text, candidate.start, candidate.end, last.end)
        if named_chain(around, ("SOL",)):
            address = read_address(candidate.text, chain="SOL")
    if address is None:
        joined = _joined(text, candidate)
        if joined is None:
            return None
        candidate, address = joined
    prefix = _CASH_PREFIX.search(text, max(0, candidate.start - 14), candidate.start)
    if prefix and address.chain == "BCH":
        candidate = candidate._replace(start=prefix.start())
    elif not _is_plain(text, candidate, address):
        return None
    around = around or surroundings(text, candidate.start, candidate.end, last.end)
    uri = payment_uri(text, candidate.start, candidate.end)
    possible = (address.chain, *address.also)
    chain = uri.chain if uri and uri.chain in possible else named_chain(around, possible)
    if chain is None and not address.checked and _is_digest(text, candidate.start):
        return None
    if chain in address.also:
        address = address._replace(chain=chain, also=tuple(one for one in possible if one != chain))
    data = _data(text, candidate, address, around)
    data.update(uri.details if uri else {})
    role = role_of(around, address) or _role_of_list(text, candidate, last)
    if role:
        data["role"] = role
    return Finding(
        type="crypto_address",
        start=candidate.start,
        end=candidate.end,
        value=address.address,
        extractor=NAME,
        unit=address.chain,
        confidence=_confidence(address, named=chain is not None),
        data=data,
    )


def _joined(text: str, candidate: Candidate) -> tuple[Candidate, Address] | None:
    """The address that a candidate is with what follows a break, where a page broke it in two."""
    gap = _BREAK.match(text, candidate.end)
    rest = _REST.match(text, gap.end()) if gap else None
    if rest is None:
        return None
    whole = candidate.text + rest.group()
    address = read_address(whole)
    return (Candidate(whole, candidate.start, rest.end()), address) if address and address.checked else None


def _is_plain(text: str, candidate: Candidate, address: Address) -> bool:
    """Whether a candidate stands by itself: not in a URL's token, nor in a run of base64."""
    in_url, at_address = stands_in_url(text, candidate.start)
    if in_url:
        return at_address
    before = text[max(0, candidate.start - _BLOB) : candidate.start]
    after = text[candidate.end : candidate.end + _BLOB]
    beside = len(before) - len(before.rstrip(_BASE64)) + len(after) - len(after.lstrip(_BASE64))
    # A key or a digest in base64 ends in "="; so may a label before an address, but nothing after one.
    return beside < _BLOB and (address.checked or not after.startswith("="))


def _is_digest(text: str, start: int) -> bool:
    return _DIGEST_CUE.search(text, max(0, start - _CUE_WIDTH), start) is not None


def _data(text: str, candidate: Candidate, address: Address, around: Surroundings) -> dict[str, object]:
    """What is known of an address beside its value."""
    test = address.network == "main" and is_test_network(around)
    data: dict[str, object] = {
        "chain": address.chain,
        "form": address.form,
        "network": "test" if test else address.network,
        **dict(address.details),
    }
    if address.also:
        data["also_valid_on"] = list(address.also)
    if address.kind != "address":
        data["kind"] = address.kind
    token = named_token(around, address.chain)
    if token:
        data["token"] = token
    tag = _TAG.match(around.after) if address.chain in _TAGGED else None
    if tag:
        data.setdefault("tag", tag.group(1))
    payment_id = _PAYMENT_ID.match(text, candidate.end) if address.chain == "XMR" else None
    if payment_id:
        data.setdefault("payment_id", payment_id.group(1).lower())
    if is_well_known(address.address):
        data["example"] = True
    return data


def _role_of_list(text: str, candidate: Candidate, last: _Last) -> Role | None:
    """The role of the address before, when nothing but a label stands between the two."""
    gap = text[last.end : candidate.start]
    if last.role and len(gap) <= 60 and "\n\n" not in gap and only_labels(gap):
        return last.role
    return None


def _confidence(address: Address, *, named: bool) -> float:
    """1 for what a checksum proves; a Solana account is never sure, and less so where it is no point of the curve."""
    if address.checked:
        return 1.0
    if address.chain == "SOL":
        return 0.6 if address.form == "account" else 0.4
    return 0.9 if named else 0.8
