"""The sealing key: made once, private, and never taken from where others can read it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from archive.errors import ArchiveError
from archive.keys import fingerprint, load_or_create_key, load_public_key


def test_a_key_is_made_at_first_use_and_is_the_owners_alone(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    key = load_or_create_key(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "archive.key.pem").stat().st_mode & 0o777 == 0o600
    assert {file.name for file in folder.iterdir()} == {"archive.key.pem", "archive.pub.pem"}
    again = load_or_create_key(folder)
    assert fingerprint(again.public_key()) == fingerprint(key.public_key()) == fingerprint(load_public_key(folder))
    assert fingerprint(key.public_key()).startswith("sha256:")


def test_processes_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = list(threads.map(lambda _: load_or_create_key(tmp_path / "keys"), range(16)))
    assert len({fingerprint(key.public_key()) for key in keys}) == 1


def test_a_lost_public_key_is_written_again(tmp_path: Path) -> None:
    key = load_or_create_key(tmp_path)
    (tmp_path / "archive.pub.pem").unlink()
    load_or_create_key(tmp_path)
    assert fingerprint(load_public_key(tmp_path)) == fingerprint(key.public_key())


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    load_or_create_key(tmp_path)
    (tmp_path / "archive.key.pem").chmod(0o640)
    with pytest.raises(ArchiveError, match="chmod 600"):
        load_or_create_key(tmp_path)


def test_what_is_no_key_is_refused(tmp_path: Path) -> None:
    load_or_create_key(tmp_path)
    private, public = tmp_path / "archive.key.pem", tmp_path / "archive.pub.pem"
    other = Ed448PrivateKey.generate()
    for content in (b"nonsense", public.read_bytes()):
        private.write_bytes(content)
        with pytest.raises(ArchiveError, match="not an unencrypted private key"):
            load_or_create_key(tmp_path)
    private.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(ArchiveError, match="not an Ed25519 key"):
        load_or_create_key(tmp_path)
    public.write_bytes(b"nonsense")
    with pytest.raises(ArchiveError, match="not a public key"):
        load_public_key(tmp_path)
    public.write_bytes(other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(ArchiveError, match="not an Ed25519 public key"):
        load_public_key(tmp_path)
    public.unlink()
    with pytest.raises(ArchiveError, match="No such file"):
        load_public_key(tmp_path)
