"""Verification of one WARC file: every record in its place, as the journal and the seal say."""

import hashlib
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import NoReturn

from archive.capture import capture_id
from archive.capture_records import BlockReading, record_ids, stated_status
from archive.errors import ArchiveError, DamagedArchiveError, storage_errors
from archive.journal import JournalEntry
from archive.manifest import Seal
from archive.record_check import CheckedRecord, check_record
from archive.verify_report import Fault, TouchedError, VerifyProgress, VerifyReport
from archive.warc import make_record_id, next_record


class FileCheck:
    """Reads one WARC file from its first byte to its last, capture by capture; a context manager.

    Raises `TouchedError` at the first record that is not what was written.
    """

    def __init__(
        self,
        archive: Path,
        name: str,
        seal: Seal | None,
        report: VerifyReport,
        *,
        total: int,
        progress: VerifyProgress | None,
    ) -> None:
        """Open the file and read its warcinfo.

        Args:
            archive: the archive's folder.
            name: of the file, relative to it.
            seal: what the manifest says of it; None while it is not sealed.
            report: is added to.
            total: bytes of all files, for the progress.
            progress: is told how far the reading is.
        """
        self._name = name
        self._seal = seal
        self._report = report
        self._total = total
        self._progress = progress
        self._whole = hashlib.sha256()
        self._at = 0
        self._captures = 0
        file = archive / name
        try:
            with storage_errors("read", file):
                self._stream = file.open("rb")
        except ArchiveError as error:
            raise TouchedError(Fault(name, None, None, "the file is missing or cannot be read")) from error
        try:
            self._read_warcinfo(file)
        except BaseException:
            self._stream.close()
            raise
        report.files += 1

    def __enter__(self) -> "FileCheck":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()

    def check(self, entry: JournalEntry) -> None:
        """Read the records of the next capture and hold them against the journal."""
        main_id, companion_id = record_ids(entry.capture_id)
        start = self._at
        if entry.offset != start:
            self._touched(start, main_id, f"the journal has the next record at byte {entry.offset}")
        main = self._read(entry.length, entry.sha256, main_id)
        try:
            _compare(entry, main, main_id)
        except DamagedArchiveError as error:
            self._touched(start, main_id, str(error))
        if entry.companion_length:
            companion = self._read(entry.companion_length, entry.companion_sha256 or "", companion_id)
            if companion.headers.get("warc-concurrent-to") != main_id:
                self._touched(start + entry.length, companion_id, "it does not belong to the record before it")
        self._captures += 1
        self._report.captures += 1
        if self._seal is None:
            self._report.unsealed += 1

    def finish(self) -> None:
        """The journal has no more of this file: hold the whole of it against its seal."""
        if self._seal is None:
            return
        if self._seal.captures != self._captures:
            self._touched(None, None, f"{self._seal.captures} captures are sealed, {self._captures} are journalled")
        behind = self._stream.read(1)
        if self._at != self._seal.size or behind:
            self._touched(self._at, None, "bytes were appended to the file after it was sealed")
        if self._whole.hexdigest() != self._seal.sha256:
            self._touched(None, None, "the file has another digest than was sealed")

    def _read_warcinfo(self, file: Path) -> None:
        record_id = make_record_id(self._name)
        if self._seal is not None:
            length, sha256 = self._seal.warcinfo_length, self._seal.warcinfo_sha256
        else:
            found = next_record(file, 0)
            if found is None:
                self._touched(0, record_id, "it is not one whole gzip member with one whole record")
            length, sha256 = len(found[1]), hashlib.sha256(found[1]).hexdigest()
        headers = self._read(length, sha256, record_id).headers
        if headers.get("warc-type") != "warcinfo" or headers.get("warc-record-id") != record_id:
            self._touched(0, record_id, "the file's first record is not its warcinfo")

    def _read(self, length: int, sha256: str, record_id: str) -> CheckedRecord:
        start = self._at
        try:
            with storage_errors("read", Path(self._name)):
                record = check_record(self._stream, length, sha256, self._seen)
        except ArchiveError as error:
            self._touched(start, record_id, str(error))
        self._report.records += 1
        return record

    def _seen(self, piece: bytes) -> None:
        self._whole.update(piece)
        self._at += len(piece)
        self._report.size += len(piece)
        if self._progress is not None:
            self._progress(self._report.size, self._total)

    def _touched(self, offset: int | None, record_id: str | None, why: str) -> NoReturn:
        raise TouchedError(Fault(self._name, offset, record_id, why))


def _compare(entry: JournalEntry, record: CheckedRecord, record_id: str) -> None:
    """Hold what the record says against what the journal says of it.

    Raises:
        DamagedArchiveError: they differ; the message says in what.
    """
    headers, reading = record.headers, record.reading
    payload_digest = f"sha256:{reading.payload.hex()}"
    said = {
        "WARC-Record-ID": (headers.get("warc-record-id"), record_id),
        "URL": (headers.get("warc-target-uri"), entry.url),
        "time": (_moment(headers.get("warc-date", "")), entry.fetched_at),
        "payload digest": (payload_digest, entry.payload_digest),
        "status": (_status(headers, reading), entry.status),
        "truncation": (headers.get("warc-truncated"), entry.truncated),
        "capture id": (capture_id(entry.site, entry.url, entry.fetched_at, payload_digest), entry.capture_id),
    }
    for what, (here, journalled) in said.items():
        if here != journalled:
            raise DamagedArchiveError(f"its {what} is {here}, the journal has {journalled}")


def _status(headers: dict[str, str], reading: BlockReading) -> int | None:
    return stated_status(headers) if headers.get("warc-type") == "resource" else reading.status


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
