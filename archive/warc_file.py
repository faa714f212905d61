"""The WARC file of a site that is being written, until it is sealed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.append_file import AppendFile
from archive.errors import ArchiveError, storage_errors
from archive.journal import JournalEntry
from archive.manifest import Seal, sync_folder
from archive.seal_book import SealBook
from archive.warc import CONFORMS_TO, CONTENT_TYPES, WarcRecord, make_record_id, pack
from nightpost.clock import Clock

WARC_SUFFIX = ".warc.gz"
_READ_SIZE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who makes the evidence, and by what right: the head of every WARC file."""

    software: str
    operator: str
    authority: str


def warc_name(site: str, sequence: int, started: datetime) -> str:
    """The name of a site's WARC file, relative to the archive's folder."""
    return f"{site}/{site}-{started:%Y%m%dT%H%M%S%fZ}-{sequence:05d}{WARC_SUFFIX}"


def warcinfo(site: str, name: str, run_id: str, started: datetime, provenance: Provenance) -> bytes:
    """The first record of a file: made with what, by whom, under which authority, for which site and run."""
    fields = {
        "software": provenance.software,
        "format": "WARC File Format 1.1",
        "conformsTo": CONFORMS_TO,
        "operator": provenance.operator,
        "authority": provenance.authority,
        "site": site,
        "run": run_id,
    }
    # A value ends with its line: a line break in an operator's name must not begin a field of its own.
    block = "".join(f"{key}: {' '.join(value.split())}\r\n" for key, value in fields.items())
    return pack(
        WarcRecord(
            type="warcinfo",
            record_id=make_record_id(name),
            date=started,
            block=block.encode("utf-8", "replace"),
            content_type=CONTENT_TYPES["warcinfo"],
            extra=[("WARC-Filename", Path(name).name)],
        )
    )


class WarcFile:
    """A WARC file that is being written; it knows what its seal has to say.

    Attributes:
        name: relative to the archive's folder.
        run_id: the one run whose captures it holds.
        started_at: when it was begun.
    """

    def __init__(self, archive: Path, name: str, run_id: str, started_at: datetime, journal_start: int) -> None:
        """Open or make the file.

        Raises:
            ArchiveError: that cannot be done.
        """
        self.name = name
        self.run_id = run_id
        self.started_at = started_at
        self._journal_start = journal_start
        self._file = AppendFile(archive / name)
        self._hash = hashlib.sha256()
        self._warcinfo_length = 0
        self._warcinfo_sha256 = ""
        self._records = self._captures = 0
        self._first_at: datetime | None = None
        self._last_at: datetime | None = None

    @property
    def size(self) -> int:
        """Bytes written."""
        return self._file.size

    @property
    def captures(self) -> int:
        """Captures that `add` was told of."""
        return self._captures

    def append(self, data: bytes) -> int:
        """Write records and return their first byte; whole or not at all.

        Raises:
            ArchiveError: the disk is full, or will not be written to.
        """
        return self._file.append(data)

    def begin(self, record: bytes) -> None:
        """The warcinfo, the first `record`, is written."""
        self._warcinfo_length = len(record)
        self._warcinfo_sha256 = hashlib.sha256(record).hexdigest()
        self._hash.update(record)
        self._records = 1

    def add(self, entry: JournalEntry, data: bytes | None) -> None:
        """A capture is written and journalled; `data` are its records' bytes, None when they are hashed already."""
        if data is not None:
            self._hash.update(data)
        self._captures += 1
        self._records += 2 if entry.companion_length else 1
        self._first_at = min(self._first_at or entry.fetched_at, entry.fetched_at)
        self._last_at = max(self._last_at or entry.fetched_at, entry.fetched_at)

    def rehash(self) -> None:
        """Take the digest from the disk: for a file of a former process.

        Raises:
            ArchiveError: it cannot be read.
        """
        self._hash = hashlib.sha256()
        with storage_errors("read", self._file.file), self._file.file.open("rb") as stream:
            while piece := stream.read(_READ_SIZE):
                self._hash.update(piece)

    def cut(self, size: int) -> None:
        """Take off what lies beyond the size.

        Raises:
            ArchiveError: that cannot be done.
        """
        self._file.cut(size)

    def sync(self) -> None:
        """Wait until the disk has it.

        Raises:
            ArchiveError: the disk failed.
        """
        self._file.sync()

    def seal(self, site: str, book: SealBook, journal_end: int, journal_chain: str, clock: Clock) -> None:
        """Close the file for ever: on disk, in the manifest, and not to be written any more.

        Raises:
            ArchiveError: the seal cannot be written; the file stays unsealed.
        """
        if self._first_at is None or self._last_at is None:
            raise ArchiveError(f"{self.name} holds no capture; there is nothing to seal")
        self._file.sync()
        sync_folder(self._file.file.parent)
        book.add(
            Seal(
                site=site,
                sequence=book.next_sequence,
                warc_file=self.name,
                size=self.size,
                sha256=self._hash.hexdigest(),
                warcinfo_length=self._warcinfo_length,
                warcinfo_sha256=self._warcinfo_sha256,
                records=self._records,
                captures=self._captures,
                first_at=self._first_at,
                last_at=self._last_at,
                journal_start=self._journal_start,
                journal_end=journal_end,
                journal_chain=journal_chain,
                sealed_at=clock.now(),
                public_key=book.public_key,
                previous=book.previous,
            )
        )
        with storage_errors("close", self._file.file):
            self._file.file.chmod(0o444)
        self._file.close()

    def close(self) -> None:
        """Close without a seal; once more does nothing."""
        self._file.close()

    def discard(self) -> None:
        """Remove a file that holds no capture.

        Raises:
            ArchiveError: that cannot be done.
        """
        self._file.close()
        with storage_errors("remove", self._file.file):
            self._file.file.unlink(missing_ok=True)
