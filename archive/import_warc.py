"""WARC files of other programs, plain or gzipped, by themselves or in a WACZ; read with warcio."""

import base64
import hashlib
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, get_args

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from archive.capture_records import Document
from archive.errors import UnfitExchangeError
from archive.http_message import read_head
from archive.import_source import Imported, ImportProblem, ImportTerms, Source, clean_url, is_web_url, read_time
from nightpost.exchange import Exchange, Truncation

# Writers put a request right before or right after its response; so many records are kept waiting for their partner.
_WINDOW = 8
_DIGESTS = {"sha1", "sha256", "sha512", "md5"}


def read_wacz(file: Path, name: str, terms: ImportTerms) -> Source:
    """The captures of every WARC file in a WACZ (WACZ 1.1: a zip with them under ``archive/``).

    Raises:
        OSError: it cannot be read.
    """
    try:
        with zipfile.ZipFile(file) as zipped:
            members = [item for item in zipped.namelist() if item.startswith("archive/") and not item.endswith("/")]
            if not members:
                yield ImportProblem("unreadable_wacz", name, "the zip has no archive/ folder; it is not a WACZ file")
            for member in members:
                with zipped.open(member) as stream:
                    yield from read_warc(stream, f"{name}:{member}", terms)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        yield ImportProblem("unreadable_wacz", name, f"the file is not a zip that can be read: {error}")


def read_warc(stream: IO[bytes], name: str, terms: ImportTerms) -> Source:
    """The captures of a WARC file, responses with their requests, block for block.

    Args:
        stream: the file, opened.
        name: its path within the import.
        terms: of the import.
    """
    waiting: deque[_Record] = deque()
    try:
        for record in _records(stream, name, terms):
            if isinstance(record, ImportProblem):
                yield record
                continue
            waiting.append(record)
            if len(waiting) > _WINDOW:
                yield from _take_first(waiting, terms)
    except (ArchiveLoadFailed, zlib.error, EOFError, ValueError, zipfile.BadZipFile) as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        yield ImportProblem("unreadable_warc", name, f"the rest of the file cannot be read: {reason}")
    while waiting:
        yield from _take_first(waiting, terms)


@dataclass(slots=True)
class _Record:
    kind: str
    record_id: str
    concurrent_to: str
    url: str
    date: str
    content_type: str
    truncated: str
    block: bytes
    where: str
    is_taken: bool = False


def _records(stream: IO[bytes], name: str, terms: ImportTerms) -> Iterator[_Record | ImportProblem]:
    iterator = ArchiveIterator(stream, no_record_parse=True)
    for number, found in enumerate(iterator, start=1):
        where = f"{name}, record {number}"
        kind = found.rec_type or ""
        headers = found.rec_headers
        url = (headers.get_header("WARC-Target-URI") or "").strip("<>")
        if kind == "revisit":
            yield ImportProblem("revisit_without_page", where, f"{url[:200]} only refers to an earlier capture")
        if kind not in {"response", "resource", "request"}:
            continue
        if not is_web_url(url):
            yield ImportProblem("not_a_web_page", where, f"{url[:80]!r} is not an http URL")
            continue
        block = _read_block(found.raw_stream, terms.max_page_bytes + 1)
        is_whole = len(block) <= terms.max_page_bytes
        stated_length = headers.get_header("Content-Length") or ""
        if is_whole and stated_length != str(len(block)):
            yield ImportProblem("broken_record", where, f"{len(block)} bytes are there, {stated_length} are stated")
            continue
        stated = headers.get_header("WARC-Block-Digest") or ""
        if is_whole and not _agrees(stated, block):
            yield ImportProblem("wrong_digest", where, f"the block is not of the digest that it states: {stated[:80]}")
            continue
        yield _Record(
            kind,
            headers.get_header("WARC-Record-ID") or "",
            headers.get_header("WARC-Concurrent-To") or "",
            url,
            headers.get_header("WARC-Date") or "",
            headers.get_header("Content-Type") or "application/octet-stream",
            headers.get_header("WARC-Truncated") or "",
            block,
            where,
        )


def _read_block(stream: IO[bytes], limit: int) -> bytes:
    parts = []
    while limit > 0 and (piece := stream.read(min(limit, 1024 * 1024))):
        parts.append(piece)
        limit -= len(piece)
    return b"".join(parts)


def _agrees(stated: str, block: bytes) -> bool:
    """Whether a digest is of the block; one that is absent or of an unknown kind says nothing against it."""
    algorithm, _, value = stated.partition(":")
    if algorithm.lower() not in _DIGESTS or not value:
        return True
    digest = hashlib.new(algorithm.lower(), block, usedforsecurity=False).digest()
    encoded = {digest.hex(), base64.b32encode(digest).decode().lower()}
    return value.lower() in encoded or value.rstrip("=") == base64.b64encode(digest).decode().rstrip("=")


def _take_first(waiting: deque[_Record], terms: ImportTerms) -> Iterator[Imported]:
    """The record that waited longest; a response takes its request from among those that wait.

    A request in front of its response waits until the response is in front, or leaves the window alone.
    """
    first = waiting.popleft()
    if first.is_taken:
        return
    if first.kind == "request":
        response = next((record for record in waiting if record.kind == "response" and _belong(first, record)), None)
        if response is None:
            yield ImportProblem("request_without_response", first.where, f"{first.url[:200]} has no response")
            return
        response.is_taken = True
        yield _capture(response, first, terms)
        return
    partner = next((record for record in waiting if record.kind == "request" and _belong(record, first)), None)
    if partner is not None:
        partner.is_taken = True
    yield _capture(first, partner, terms)


def _belong(request: _Record, response: _Record) -> bool:
    return not request.is_taken and (
        bool(request.record_id and request.record_id == response.concurrent_to)
        or bool(response.record_id and response.record_id == request.concurrent_to)
    )


def _capture(main: _Record, request: _Record | None, terms: ImportTerms) -> Imported:
    try:
        fetched_at = read_time(main.date)
    except UnfitExchangeError as error:
        return ImportProblem("bad_date", main.where, str(error))
    truncated: Truncation | None = None
    if main.truncated:
        truncated = next((word for word in get_args(Truncation) if word == main.truncated), "unspecified")
    content_type = main.content_type
    if main.kind == "response":
        head = read_head(main.block)
        content_type = (head.values("content-type") or [""])[-1] if head else ""
    if terms.leaves_out(content_type):
        return ImportProblem("media_left_out", main.where, f"{content_type[:80]} is not kept")
    url = clean_url(main.url)
    if main.kind == "resource":
        return Document(
            run_id=terms.run_id,
            url=url,
            fetched_at=fetched_at,
            body=main.block,
            content_type=" ".join(content_type.split()),
            truncated=truncated,
        )
    return Exchange(
        site=terms.site,
        run_id=terms.run_id,
        url=url,
        fetched_at=fetched_at,
        request=request.block if request else b"",
        response=main.block,
        truncated=truncated,
    )
