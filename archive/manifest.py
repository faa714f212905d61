"""Seals: one signed line a closed WARC file in the site's manifest, and a signed head that says how many there are.

A line names the file, its size and digest, what of the journal it covers, and the digest of the line before; it ends
with an Ed25519 signature over all of that. The head repeats the last line's digest, so that lines cannot be taken off
the end. Who can put back an older head together with older files can still hide what came later: only a digest noted
outside (`VerifyReport.seals`) tells.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from archive.errors import DamagedArchiveError, storage_errors

MANIFEST_FILE = "manifest.jsonl"
HEAD_FILE = "head.json"
HEAD_DRAFT = ".head.json.draft"

_LINE = re.compile(rb'\A(\{.*),"signature":"([0-9a-f]{128})"\}\n\Z')
_Statement = TypeVar("_Statement", "Seal", "ManifestHead")


class Seal(BaseModel):
    """One line of the manifest: a WARC file that is closed for ever.

    Attributes:
        site: name of the site.
        sequence: 1 for the site's first file.
        warc_file: its name, relative to the archive's folder.
        size: its bytes.
        sha256: digest of the file.
        warcinfo_length: bytes of its first record, the warcinfo.
        warcinfo_sha256: digest of that gzip member.
        records: WARC records in it, the warcinfo included.
        captures: captures in it.
        first_at: when its first capture was fetched.
        last_at: when its last capture was fetched.
        journal_start: first byte of its captures in the journal.
        journal_end: first byte after them.
        journal_chain: chain value of its last line of the journal.
        sealed_at: when it was sealed.
        public_key: fingerprint of the key that signed.
        previous: digest of the line before, or of the site's name for the first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    site: str
    sequence: int
    warc_file: str
    size: int
    sha256: str
    warcinfo_length: int
    warcinfo_sha256: str
    records: int
    captures: int
    first_at: AwareDatetime
    last_at: AwareDatetime
    journal_start: int
    journal_end: int
    journal_chain: str
    sealed_at: AwareDatetime
    public_key: str
    previous: str


class ManifestHead(BaseModel):
    """How far the manifest goes: the number of its lines and the digest of the last."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    site: str
    sequence: int
    last: str
    written_at: AwareDatetime
    public_key: str


def first_digest(site: str) -> str:
    """What the chain of a site's manifest begins with."""
    return hashlib.sha256(f"nightpost manifest of {site}".encode()).hexdigest()


def line_digest(line: bytes) -> str:
    """What the next line names as the one before."""
    return hashlib.sha256(line).hexdigest()


def sign_line(statement: Seal | ManifestHead, key: Ed25519PrivateKey) -> bytes:
    """The statement as a signed line with its end of line."""
    body = statement.model_dump_json().encode()[:-1]
    signature = key.sign(_signed(type(statement), body)).hex()
    return body + f',"signature":"{signature}"}}\n'.encode()


def check_seal(line: bytes, key: Ed25519PublicKey) -> Seal:
    """The seal that a line of the manifest states, its signature checked.

    Raises:
        DamagedArchiveError: it is no such line, or the signature is not of this key over these bytes.
    """
    return _check(line, key, Seal)


def check_head(line: bytes, key: Ed25519PublicKey) -> ManifestHead:
    """The head that the head file states, its signature checked.

    Raises:
        DamagedArchiveError: as for `check_seal`.
    """
    return _check(line, key, ManifestHead)


def read_manifest(file: Path) -> Iterator[bytes]:
    """The lines of a manifest; none when it is not there. The last may lack its end of line.

    Raises:
        ArchiveError: it cannot be read.
    """
    with storage_errors("read", file):
        try:
            stream = file.open("rb")
        except FileNotFoundError:
            return
        with stream:
            yield from stream


def write_head(folder: Path, head: ManifestHead, key: Ed25519PrivateKey) -> None:
    """Put the head file in its place in one step: after a crash there is the old one or the new one.

    Raises:
        ArchiveError: it cannot be written.
    """
    draft, file = folder / HEAD_DRAFT, folder / HEAD_FILE
    with storage_errors("write", file):
        with draft.open("wb") as stream:
            stream.write(sign_line(head, key))
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
        sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Make the names of new files in a folder outlive a power loss."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check(line: bytes, key: Ed25519PublicKey, kind: type[_Statement]) -> _Statement:
    match = _LINE.match(line)
    if match is None:
        raise DamagedArchiveError("the line is not a signed line")
    try:
        key.verify(bytes.fromhex(match[2].decode()), _signed(kind, match[1]))
    except InvalidSignature as error:
        raise DamagedArchiveError("the signature is not of this key over this line") from error
    try:
        return kind.model_validate_json(match[1] + b"}")
    except ValidationError as error:
        raise DamagedArchiveError(f"the line does not state what it should: {error.errors()[0]['msg']}") from error


def _signed(kind: type[BaseModel], body: bytes) -> bytes:
    """What is signed: the line's bytes, after a word that keeps seals and heads apart."""
    return f"nightpost {kind.__name__.lower()} 1\n".encode() + body
