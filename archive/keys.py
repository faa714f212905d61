"""The key that seals evidence: Ed25519 (RFC 8032), made at first use, readable by its owner alone."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from archive.errors import ArchiveError, storage_errors

KEY_FILE = "archive.key.pem"
PUBLIC_KEY_FILE = "archive.pub.pem"


def load_or_create_key(folder: Path) -> Ed25519PrivateKey:
    """The sealing key of a workspace, from its keys folder; made there, with its public key beside, when there is none.

    Raises:
        ArchiveError: the key cannot be read or made, is readable by others, or is no Ed25519 key.
    """
    file = folder / KEY_FILE
    with storage_errors("make the sealing key", file):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not file.exists():
            _create(file)
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise ArchiveError(f"{file} can be read by others; run: chmod 600 {file}")
        data = file.read_bytes()
        key = _as_private_key(data, file)
        public_file = folder / PUBLIC_KEY_FILE
        if not public_file.exists():
            _write_new(public_file, _public_pem(key.public_key()), 0o644)
    return key


def load_public_key(folder: Path) -> Ed25519PublicKey:
    """The public key beside the sealing key: all that verification needs.

    Raises:
        ArchiveError: there is none, or the file is no Ed25519 public key.
    """
    file = folder / PUBLIC_KEY_FILE
    with storage_errors("read the public key", file):
        data = file.read_bytes()
    try:
        key = load_pem_public_key(data)
    except ValueError as error:
        raise ArchiveError(f"{file} is not a public key in PEM; put the right file there") from error
    if not isinstance(key, Ed25519PublicKey):
        raise ArchiveError(f"{file} is not an Ed25519 public key; put the right file there")
    return key


def fingerprint(key: Ed25519PublicKey) -> str:
    """``sha256:`` and 64 hexadecimal digits, over the 32 bytes of the key."""
    return "sha256:" + hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()


def _create(file: Path) -> None:
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write_new(file, pem, 0o600)


def _write_new(file: Path, data: bytes, mode: int) -> None:
    """Put a whole file in its place, or leave the one that another process put there first."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        draft.chmod(mode)
        try:
            file.hardlink_to(draft)
        except FileExistsError:
            return
    finally:
        draft.unlink()


def _as_private_key(data: bytes, file: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(data, password=None)
    except (ValueError, TypeError) as error:
        raise ArchiveError(f"{file} is not an unencrypted private key in PEM; put the right file there") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ArchiveError(f"{file} is not an Ed25519 key; put the right file there")
    return key


def _public_pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
