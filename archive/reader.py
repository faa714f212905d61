"""Reading evidence back: sites, captures in the journal's order, exchanges and payloads by their place.

Readers take no lock: they may run while a writer writes, in other threads and other processes.
"""

import threading
from collections.abc import Iterator
from pathlib import Path

from archive.capture import Capture
from archive.errors import ArchiveError, DamagedArchiveError, storage_errors
from archive.http_message import read_head
from archive.journal import JOURNAL_FILE, JournalEntry, line_capture_id, parse_line, read_lines
from archive.payload import (
    MAX_BODY_BYTES,
    PAYLOAD_TOO_LARGE,
    PAYLOAD_TRUNCATED,
    Payload,
    read_payload,
    split_content_type,
)
from archive.warc import StoredRecord, read_record
from nightpost.exchange import Exchange


class CaptureIndex:
    """Where each capture's line is in one site's journal; follows the journal as it grows.

    It holds 32 bytes of id and one number a capture (some 150 bytes in memory).
    """

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._places: dict[bytes, int] = {}
        self._end = 0
        self._lock = threading.Lock()

    def __contains__(self, capture_id: str) -> bool:
        return bytes.fromhex(capture_id) in self._places

    def __len__(self) -> int:
        return len(self._places)

    def add(self, capture_id: str, start: int, end: int) -> None:
        """A line that was just written, from byte `start` to `end`."""
        with self._lock:
            self._places[bytes.fromhex(capture_id)] = start
            self._end = end

    def refresh(self) -> None:
        """Take in the lines that came since.

        Raises:
            ArchiveError: the journal cannot be read or got shorter.
        """
        with self._lock:
            for start, line in read_lines(self._journal, self._end):
                identity = line_capture_id(line)
                if identity is not None:
                    self._places[identity] = start
                self._end = start + len(line)

    def find(self, capture_id: str) -> JournalEntry | None:
        """The journal's entry of a capture, None when it is not among the lines taken in.

        Raises:
            DamagedArchiveError: its line is not what it was.
        """
        try:
            start = self._places.get(bytes.fromhex(capture_id))
        except ValueError:
            return None
        if start is None:
            return None
        for _, line in read_lines(self._journal, start):
            return parse_line(line)
        raise DamagedArchiveError(f"{self._journal} lost the line at byte {start}; run: nightpost archive verify")


class ArchiveReader:
    """Reads the evidence of every site.

    Args:
        folder: the archive's folder; need not be there yet.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._indices: dict[str, CaptureIndex] = {}

    def __reduce__(self) -> "tuple[type[ArchiveReader], tuple[Path]]":
        """In another process it reads the same folder, and remembers nothing yet."""
        return type(self), (self._folder,)

    def sites(self) -> list[str]:
        """The names of the sites that have a journal, sorted.

        Raises:
            ArchiveError: the folder cannot be read.
        """
        if not self._folder.is_dir():
            return []
        with storage_errors("read", self._folder):
            return sorted(entry.name for entry in self._folder.iterdir() if (entry / JOURNAL_FILE).is_file())

    def length(self, site: str) -> int:
        """Of how many bytes a site's journal is at this moment: positions of captures are among them.

        Raises:
            ArchiveError: the journal cannot be read.
        """
        journal = self._folder / site / JOURNAL_FILE
        with storage_errors("read", journal):
            return journal.stat().st_size if journal.is_file() else 0

    def captures(self, site: str, after: int = 0) -> Iterator[tuple[int, Capture]]:
        """Each capture of a site in the journal's order, with the position to continue from.

        Args:
            site: name of the site; one without captures gives none.
            after: a position that came with an earlier capture; 0 for the first.

        Raises:
            ArchiveError: the journal cannot be read, or has no such position any more (replay from 0).
            DamagedArchiveError: a line is no capture.
        """
        for start, line in read_lines(self._folder / site / JOURNAL_FILE, after):
            yield start + len(line), parse_line(line).capture()

    def get(self, capture_id: str) -> Capture:
        """A capture by its id, whatever its site.

        Raises:
            ArchiveError: there is none.
        """
        return self.entry(capture_id).capture()

    def exchange(self, capture: Capture) -> Exchange:
        """The exchange byte for byte, as it was recorded.

        For a saved document, which has no HTTP head, `response` is the document alone.

        Raises:
            DamagedArchiveError: the records are not what they were.
        """
        return read_exchange(self._folder, self._entry_of(capture))

    def payload(self, capture: Capture) -> Payload:
        """The document, transfer and content codings undone, within the bound of `archive.payload.MAX_BODY_BYTES`.

        Raises:
            DamagedArchiveError: the record is not what it was.
        """
        record = _main_record(self._folder, capture)
        if record.type == "response":
            return read_payload(record.block, read_head(record.block), truncated="warc-truncated" in record.headers)
        content_type, charset = split_content_type(record.headers.get("content-type", ""))
        problems = [PAYLOAD_TRUNCATED] if "warc-truncated" in record.headers else []
        if len(record.block) > MAX_BODY_BYTES:
            problems.append(PAYLOAD_TOO_LARGE)
        return Payload(record.block[:MAX_BODY_BYTES], content_type, charset, capture.status, tuple(problems))

    def entry(self, capture_id: str) -> JournalEntry:
        """The journal's entry of a capture, whatever its site.

        Raises:
            ArchiveError: there is none.
        """
        for refresh in (False, True):
            for site in self.sites() if refresh else list(self._indices):
                index = self._indices.setdefault(site, CaptureIndex(self._folder / site / JOURNAL_FILE))
                if refresh:
                    index.refresh()
                found = index.find(capture_id)
                if found is not None:
                    return found
        raise ArchiveError(f"there is no capture {capture_id!r} in {self._folder}; check the id")

    def _entry_of(self, capture: Capture) -> JournalEntry:
        return capture if isinstance(capture, JournalEntry) else self.entry(capture.capture_id)


def read_exchange(folder: Path, entry: JournalEntry) -> Exchange:
    """The exchange that a journal entry points to.

    Raises:
        DamagedArchiveError: the records are not what they were.
    """
    record = _main_record(folder, entry)
    request = b""
    if entry.companion_length:
        companion = read_record(folder / entry.warc_file, entry.offset + entry.length, entry.companion_length)
        if companion.type == "request":
            request = companion.block
    return Exchange(
        site=entry.site,
        run_id=entry.run_id,
        url=entry.url,
        fetched_at=entry.fetched_at,
        request=request,
        response=record.block,
        truncated=entry.truncated,
    )


def _main_record(folder: Path, capture: Capture) -> StoredRecord:
    """The response or document; never another capture's, should the file have been exchanged."""
    record = read_record(folder / capture.warc_file, capture.offset, capture.length)
    if record.headers.get("warc-target-uri") != capture.url:
        raise DamagedArchiveError(
            f"{capture.warc_file} at byte {capture.offset} is not the record of {capture.url}; "
            "run: nightpost archive verify"
        )
    return record
