"""A capture as WARC records, and back: the main record (response or saved document) and its companion.

The companion is the request, or for an import what its source said beside the document (metadata). Both name each
other (WARC-Concurrent-To), so that recovery knows whether a pair is whole.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from archive.capture import capture_id
from archive.errors import DamagedArchiveError, UnfitExchangeError
from archive.http_message import read_head
from archive.journal import JournalEntry
from archive.warc import CONTENT_TYPES, RecordType, StoredRecord, WarcRecord, make_record_id, pack
from nightpost.exchange import Exchange, Truncation

MAX_URL_BYTES = 16 * 1024
"""Browsers and servers stop at 2 to 64 KiB; a record's headers must stay within what WARC readers take."""
_HEADER_TEXT_LIMIT = 1000
STATUS_HEADER = "Nightpost-Status"
"""WARC header of a saved document whose source stated an HTTP status (a HAR file does)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document that was saved without the HTTP exchange it came in.

    No HTTP head is made up for it: that would be no evidence. It becomes a ``resource`` record.

    Attributes:
        run_id: the import it belongs to.
        url: where it is from.
        fetched_at: when it was saved, UTC.
        body: the document, byte for byte.
        content_type: such as ``text/html; charset=utf-8``.
        status: HTTP status that the source states, None when it states none.
        metadata: JSON of what else the source states, kept in a ``metadata`` record.
        truncated: why the document is not whole, None when it is.
    """

    run_id: str
    url: str
    fetched_at: datetime
    body: bytes
    content_type: str
    status: int | None = None
    metadata: bytes | None = None
    truncated: Truncation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedCapture:
    """A capture ready to be written: what it is, and its records as gzip members."""

    capture_id: str
    run_id: str
    url: str
    fetched_at: datetime
    status: int | None
    payload_digest: str
    truncated: Truncation | None
    main: bytes
    companion: bytes

    def entry(self, site: str, warc_file: str, offset: int) -> JournalEntry:
        """Its line in the journal, when it is written at that place."""
        return JournalEntry(
            capture_id=self.capture_id,
            site=site,
            url=self.url,
            fetched_at=self.fetched_at,
            status=self.status,
            payload_digest=self.payload_digest,
            warc_file=warc_file,
            offset=offset,
            length=len(self.main),
            run_id=self.run_id,
            sha256=hashlib.sha256(self.main).hexdigest(),
            companion_length=len(self.companion),
            companion_sha256=hashlib.sha256(self.companion).hexdigest() if self.companion else None,
            truncated=self.truncated,
        )


@dataclass(frozen=True, slots=True)
class BlockReading:
    """What the block of a main record is read as.

    Attributes:
        status: HTTP status code, None without one.
        payload: digest of the payload, 32 bytes.
        is_marked: whether the record states that digest (WARC-Payload-Digest): not when a response has no head, as
            other tools would look for one.
    """

    status: int | None
    payload: bytes
    is_marked: bool


def read_block(kind: str, block: bytes) -> BlockReading:
    """Status and payload of a response; a saved document is all payload."""
    head = read_head(block) if kind == "response" else None
    payload = hashlib.sha256(memoryview(block)[head.length if head else 0 :]).digest()
    return BlockReading(head.status if head else None, payload, head is not None or kind != "response")


def prepare_exchange(exchange: Exchange, max_page_bytes: int) -> PreparedCapture:
    """The records of an exchange; of a response longer than the bound the rest is cut and marked.

    Raises:
        UnfitExchangeError: the URL or the time cannot be written down.
    """
    return _prepare(
        "response",
        exchange.response,
        max_page_bytes,
        site=exchange.site,
        run_id=exchange.run_id,
        url=exchange.url,
        fetched_at=exchange.fetched_at,
        content_type=CONTENT_TYPES["response"],
        truncated=exchange.truncated,
        companion=("request", CONTENT_TYPES["request"], exchange.request) if exchange.request else None,
    )


def prepare_document(site: str, document: Document, max_page_bytes: int) -> PreparedCapture:
    """The records of a saved document, bounded in the same way.

    Raises:
        UnfitExchangeError: the URL or the time cannot be written down.
    """
    return _prepare(
        "resource",
        document.body,
        max_page_bytes,
        site=site,
        run_id=document.run_id,
        url=document.url,
        fetched_at=document.fetched_at,
        content_type=document.content_type,
        truncated=document.truncated,
        companion=("metadata", "application/json", document.metadata) if document.metadata else None,
        status=document.status,
    )


def payload_digest(document: Document, max_page_bytes: int) -> str:
    """The payload digest that a document's capture has, or will have."""
    return f"sha256:{hashlib.sha256(memoryview(document.body)[:max_page_bytes]).hexdigest()}"


def record_ids(identity: str) -> tuple[str, str]:
    """The WARC-Record-IDs of a capture's main record and of its companion."""
    return make_record_id(identity, "main"), make_record_id(identity, "companion")


def stated_status(headers: dict[str, str]) -> int | None:
    """The status that the source of a saved document stated, by the record's WARC headers (names in lower case)."""
    stated = headers.get(STATUS_HEADER.lower(), "")
    return int(stated) if stated.isascii() and stated.isdigit() else None


def _prepare(
    kind: RecordType,
    block: bytes,
    max_page_bytes: int,
    *,
    site: str,
    run_id: str,
    url: str,
    fetched_at: datetime,
    content_type: str,
    truncated: Truncation | None,
    companion: tuple[RecordType, str, bytes] | None,
    status: int | None = None,
) -> PreparedCapture:
    _check_url(url)
    if fetched_at.tzinfo is None:
        raise UnfitExchangeError(f"the time of {url} has no time zone; hand over UTC")
    moment = fetched_at.astimezone(UTC)
    if status is not None and not 100 <= status <= 999:
        status = None
    if len(block) > max_page_bytes:
        block, truncated = block[:max_page_bytes], "length"
    reading = read_block(kind, block)
    digest = f"sha256:{reading.payload.hex()}"
    identity = capture_id(site, url, moment, digest)
    main_id, companion_id = record_ids(identity)
    extra = [("WARC-Concurrent-To", companion_id)] if companion else []
    if truncated is not None:
        extra.append(("WARC-Truncated", truncated))
    if status is not None:
        extra.append((STATUS_HEADER, str(status)))
    main = WarcRecord(
        type=kind,
        record_id=main_id,
        date=moment,
        uri=url,
        block=block,
        content_type=_header_text(content_type),
        payload_sha256=reading.payload if reading.is_marked else None,
        extra=extra,
    )
    return PreparedCapture(
        capture_id=identity,
        run_id=run_id,
        url=url,
        fetched_at=moment,
        status=reading.status if kind == "response" else status,
        payload_digest=digest,
        truncated=truncated,
        main=pack(main),
        companion=pack(_companion(companion, companion_id, main_id, moment, url)) if companion else b"",
    )


def _companion(
    companion: tuple[RecordType, str, bytes], record_id: str, main_id: str, moment: datetime, url: str
) -> WarcRecord:
    kind, content_type, block = companion
    return WarcRecord(
        type=kind,
        record_id=record_id,
        date=moment,
        uri=url,
        block=block,
        content_type=content_type,
        extra=[("WARC-Concurrent-To", main_id)],
    )


def _header_text(text: str) -> str:
    """What a source states, fit for a line of a record's headers."""
    return " ".join(text.encode("ascii", "replace").decode().split())[:_HEADER_TEXT_LIMIT]


def _check_url(url: str) -> None:
    """A URL is written into a header line: white space and control characters would break out of it."""
    if not url or any(character <= " " or character == "\x7f" for character in url):
        raise UnfitExchangeError(f"{url!r} is not a URL that can be archived; encode spaces and control characters")
    try:
        length = len(url.encode())
    except UnicodeEncodeError as error:
        raise UnfitExchangeError(f"{url!r} is not a URL that can be archived; encode it as UTF-8") from error
    if length > MAX_URL_BYTES:
        raise UnfitExchangeError(
            f"a URL of {length} bytes ({url[:80]}...) is longer than {MAX_URL_BYTES}; leave it out"
        )


def restore_prepared(
    site: str, run_id: str, main: tuple[StoredRecord, bytes], companion: tuple[StoredRecord, bytes] | None
) -> PreparedCapture:
    """The capture that whole records (with their gzip members) hold, for recovery.

    Raises:
        DamagedArchiveError: they are not records of a capture of this site.
    """
    record, member = main
    try:
        moment = datetime.fromisoformat(record.headers["warc-date"])
        url = record.headers["warc-target-uri"]
    except (KeyError, ValueError) as error:
        raise DamagedArchiveError(f"the record lacks its time or its URL: {error}") from error
    reading = read_block(record.type, record.block)
    digest = f"sha256:{reading.payload.hex()}"
    identity = capture_id(site, url, moment, digest)
    ids = record_ids(identity)
    stated = (record.headers.get("warc-record-id"), companion[0].headers.get("warc-record-id") if companion else None)
    if stated != (ids[0], ids[1] if companion else None):
        raise DamagedArchiveError(f"the records do not belong to the capture of {url}")
    return PreparedCapture(
        capture_id=identity,
        run_id=run_id,
        url=url,
        fetched_at=moment,
        status=stated_status(record.headers) if record.type == "resource" else reading.status,
        payload_digest=digest,
        truncated=cast("Truncation | None", record.headers.get("warc-truncated")),
        main=member,
        companion=companion[1] if companion else b"",
    )
