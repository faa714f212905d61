"""The writer's side of a site's seals: the manifest and its head, opened, checked and added to."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.append_file import AppendFile
from archive.errors import DamagedArchiveError, storage_errors
from archive.journal import first_chain
from archive.keys import fingerprint
from archive.manifest import (
    HEAD_FILE,
    MANIFEST_FILE,
    ManifestHead,
    Seal,
    check_head,
    check_seal,
    first_digest,
    line_digest,
    read_manifest,
    sign_line,
    write_head,
)
from nightpost.clock import Clock


class SealBook:
    """The seals of one site, in the hands of the process that holds its lock.

    Attributes:
        sealed_files: names of the sealed WARC files, relative to the archive's folder.
        cut_bytes: bytes of a torn last line that a kill had left and that were cut off.
    """

    def __init__(self, folder: Path, key: Ed25519PrivateKey, clock: Clock) -> None:
        """Open the manifest of a site's folder, and begin it when the site is new.

        Raises:
            DamagedArchiveError: the manifest was touched, or is sealed with another key.
            ArchiveError: it cannot be read or written.
        """
        self._folder = folder
        self._key = key
        self._clock = clock
        self.sealed_files: set[str] = set()
        self.cut_bytes = 0
        self._sequence = 0
        self._last = first_digest(folder.name)
        self._last_seal: Seal | None = None
        self._file = AppendFile(folder / MANIFEST_FILE)
        try:
            self._load()
            self._check_head()
        except BaseException:
            self._file.close()
            raise

    @property
    def next_sequence(self) -> int:
        """The number of the next file."""
        return self._sequence + 1

    @property
    def journal_end(self) -> int:
        """First byte of the journal that no seal covers."""
        return self._last_seal.journal_end if self._last_seal else 0

    @property
    def journal_chain(self) -> str:
        """Chain value of the last line of the journal that a seal covers."""
        return self._last_seal.journal_chain if self._last_seal else first_chain(self._folder.name)

    @property
    def previous(self) -> str:
        """What the next seal names as the one before."""
        return self._last

    @property
    def public_key(self) -> str:
        """Fingerprint of the sealing key."""
        return fingerprint(self._key.public_key())

    def add(self, seal: Seal) -> None:
        """Append a seal, then let the head name it.

        A kill between the two leaves the head one line behind, which is in order: a head that is ahead is not.

        Raises:
            ArchiveError: the disk is full, or will not be written to; then the seal is not there.
        """
        line = sign_line(seal, self._key)
        self._file.append(line)
        self._file.sync()
        self._take(seal, line)
        self._write_head()

    def close(self) -> None:
        """Close the manifest; once more does nothing."""
        self._file.close()

    def _load(self) -> None:
        whole = 0
        for line in read_manifest(self._file.file):
            if not line.endswith(b"\n"):
                self.cut_bytes = len(line)
                self._file.cut(whole)
                break
            whole += len(line)
            try:
                seal = check_seal(line, self._key.public_key())
            except DamagedArchiveError as error:
                raise DamagedArchiveError(
                    f"{self._file.file}, line {self.next_sequence}: {error}; run: nightpost archive verify"
                ) from error
            if seal.previous != self._last:
                raise DamagedArchiveError(
                    f"{self._file.file}, line {self.next_sequence} does not follow on the one before; "
                    "run: nightpost archive verify"
                )
            self._take(seal, line)

    def _check_head(self) -> None:
        file = self._folder / HEAD_FILE
        if not file.exists() and self._sequence == 0:
            self._write_head()
            return
        with storage_errors("read", file):
            line = file.read_bytes()
        try:
            head = check_head(line, self._key.public_key())
        except DamagedArchiveError as error:
            raise DamagedArchiveError(f"{file}: {error}; run: nightpost archive verify") from error
        if head.sequence > self._sequence or (head.sequence == self._sequence and head.last != self._last):
            raise DamagedArchiveError(
                f"{self._file.file} has {self._sequence} seals, its head names {head.sequence}: seals were taken out; "
                "run: nightpost archive verify"
            )
        if head.sequence < self._sequence:
            self._write_head()

    def _take(self, seal: Seal, line: bytes) -> None:
        self._sequence = seal.sequence
        self._last = line_digest(line)
        self._last_seal = seal
        self.sealed_files.add(seal.warc_file)

    def _write_head(self) -> None:
        head = ManifestHead(
            site=self._folder.name,
            sequence=self._sequence,
            last=self._last,
            written_at=self._clock.now(),
            public_key=self.public_key,
        )
        write_head(self._folder, head, self._key)
