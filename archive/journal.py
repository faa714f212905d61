"""The journal: one line a capture, in the order they were made, appended and never changed.

A line is the capture as JSON, where its records lie, and a chain value: SHA-256 over the chain value of the line before
and the bytes of this line. So the first line that was touched is known from the journal alone, and a seal over the
last chain value covers every line before it. A line is there only once its end of line is: readers take whole lines,
so they may read while the writer writes.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from archive.capture import Capture
from archive.errors import ArchiveError, DamagedArchiveError, storage_errors
from nightpost.exchange import Truncation

JOURNAL_FILE = "journal.jsonl"

_LINE = re.compile(rb'\A(\{.*),"chain":"([0-9a-f]{64})"\}\n\Z')
_ID = re.compile(rb'\A\{"capture_id":"([0-9a-f]{64})"')
_READ_SIZE = 1024 * 1024


class JournalEntry(Capture):
    """A capture, and what verification and recovery need to know of its records.

    The main record (a response, or a saved document) is at ``offset``; its companion (the request, or metadata of an
    import) follows it at once.

    Attributes:
        sha256: of the main record's gzip member, 64 hexadecimal digits.
        companion_length: bytes of the companion's gzip member, 0 when there is none.
        companion_sha256: of that member.
        truncated: why the response is not whole, None when it is.
    """

    sha256: str
    companion_length: int = 0
    companion_sha256: str | None = None
    truncated: Truncation | None = None

    @property
    def end(self) -> int:
        """First byte after its records in the WARC file."""
        return self.offset + self.length + self.companion_length

    def capture(self) -> Capture:
        """The capture alone."""
        return Capture.model_construct(**{name: getattr(self, name) for name in Capture.model_fields})


def first_chain(site: str) -> str:
    """What the chain of a site's journal begins with."""
    return hashlib.sha256(f"nightpost journal of {site}".encode()).hexdigest()


def write_line(entry: JournalEntry, previous_chain: str) -> tuple[bytes, str]:
    """The line of a capture with its end of line, and its chain value."""
    body = entry.model_dump_json().encode()[:-1]
    chain = _chain(previous_chain, body)
    return body + f',"chain":"{chain}"}}\n'.encode(), chain


def check_line(line: bytes, previous_chain: str) -> str:
    """The chain value of a line that follows on the one before.

    Raises:
        DamagedArchiveError: it does not: the line was touched.
    """
    match = _LINE.match(line)
    if match is None:
        raise DamagedArchiveError("the line is not a line of the journal")
    chain = match[2].decode()
    if _chain(previous_chain, match[1]) != chain:
        raise DamagedArchiveError("the line does not follow on the one before: it was changed, or a line was taken out")
    return chain


def parse_line(line: bytes) -> JournalEntry:
    """The entry that a line holds.

    Raises:
        DamagedArchiveError: it holds none.
    """
    match = _LINE.match(line)
    if match is None:
        raise DamagedArchiveError("the line is not a line of the journal; run: nightpost archive verify")
    try:
        return JournalEntry.model_validate_json(match[1] + b"}")
    except ValidationError as error:
        raise DamagedArchiveError(
            f"the line is not a capture ({error.errors()[0]['msg']}); run: nightpost archive verify"
        ) from error


def line_capture_id(line: bytes) -> bytes | None:
    """The 32 bytes of the capture id of a line, without reading the rest of it."""
    match = _ID.match(line)
    return bytes.fromhex(match[1].decode()) if match else None


def read_lines(file: Path, start: int = 0, end: int | None = None) -> Iterator[tuple[int, bytes]]:
    """The whole lines of a journal from the byte `start` (to `end`): their first byte, and the line with its end.

    A journal that is not there has no lines; a last line without its end is not there yet.

    Raises:
        ArchiveError: the file cannot be read, or `start` is not where a line begins.
    """
    with storage_errors("read", file):
        try:
            stream = file.open("rb", buffering=_READ_SIZE)
        except FileNotFoundError:
            if start:
                raise ArchiveError(f"{file} is gone; the reader stood at byte {start}: replay from the start") from None
            return
        with stream:
            if start:
                stream.seek(start - 1)
                if stream.read(1) != b"\n":
                    raise ArchiveError(f"{file} has no line that begins at byte {start}: replay from the start")
            at = start
            while (end is None or at < end) and (line := stream.readline()).endswith(b"\n"):
                yield at, line
                at += len(line)


def _chain(previous: str, body: bytes) -> str:
    return hashlib.sha256(previous.encode() + b"\n" + body).hexdigest()
