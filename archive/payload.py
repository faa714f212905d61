"""The body of a capture as a reader wants it: transfer and content codings undone, never without a bound.

Nothing here raises for what a server sent: what cannot be undone is left as it is and named among the problems.
"""

import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import brotli

from archive.http_message import Head

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAX_BODY_BYTES = 64 * 1024**2
"""The most that a body is unpacked to: a market page has some 50 kB, and a bomb must not take the machine's memory."""
_MAX_CODINGS = 4
_STEP = 64 * 1024

PAYLOAD_TOO_LARGE = "payload_too_large"
PAYLOAD_TRUNCATED = "payload_truncated"
WRONG_CONTENT_CODING = "wrong_content_coding"
UNKNOWN_CONTENT_CODING = "unknown_content_coding"
WRONG_CHUNKS = "wrong_chunks"
NO_HTTP_HEAD = "no_http_head"


@dataclass(frozen=True, slots=True)
class Payload:
    """What a capture holds.

    Attributes:
        body: the bytes of the document.
        content_type: such as ``text/html``, lower case, None when not stated.
        charset: as declared in the Content-Type, lower case, None when not stated.
        status: HTTP status code, None when there is none.
        problems: codes of what was wrong: ``payload_too_large`` (cut at the bound), ``payload_truncated`` (the
            response or its compressed stream ends early), ``wrong_content_coding`` and ``unknown_content_coding``
            (left as it came), ``wrong_chunks``, ``no_http_head``.
    """

    body: bytes
    content_type: str | None
    charset: str | None
    status: int | None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Undone:
    data: bytes
    problem: str | None = None


class _Decompressor(Protocol):
    def __call__(self, data: bytes, limit: int) -> _Undone: ...


def read_payload(block: bytes, head: Head | None, *, truncated: bool, limit: int = MAX_BODY_BYTES) -> Payload:
    """The payload of an HTTP response.

    Args:
        block: the response as it came.
        head: its head, see `archive.http_message.read_head`.
        truncated: whether it is known not to be whole.
        limit: bytes of the body at most.
    """
    problems = [PAYLOAD_TRUNCATED] if truncated else []
    if head is None:
        return Payload(block[:limit], None, None, None, (*problems, NO_HTTP_HEAD))
    body = block[head.length :]
    steps: list[_Decompressor] = []
    if "chunked" in _tokens(head, "transfer-encoding"):
        steps.append(_unchunk)
    codings = [coding for coding in _tokens(head, "content-encoding") if coding != "identity"]
    if len(codings) > _MAX_CODINGS or any(coding not in _DECOMPRESSORS for coding in codings):
        problems.append(UNKNOWN_CONTENT_CODING)
    else:
        steps += [_DECOMPRESSORS[coding] for coding in reversed(codings)]
    for undo in steps:
        undone = undo(body, limit)
        body = undone.data
        if undone.problem is not None:
            problems.append(undone.problem)
    if len(body) > limit:
        body = body[:limit]
        problems.append(PAYLOAD_TOO_LARGE)
    content_type, charset = read_content_type(head)
    return Payload(body, content_type, charset, head.status, tuple(dict.fromkeys(problems)))


def read_content_type(head: Head) -> tuple[str | None, str | None]:
    """Type and charset of the last Content-Type header (browsers take the last), both in lower case."""
    stated = head.values("content-type")
    return split_content_type(stated[-1]) if stated else (None, None)


def split_content_type(stated: str) -> tuple[str | None, str | None]:
    """Type and charset of a Content-Type such as ``text/html; charset="utf-8"``."""
    kind, *parameters = stated.split(";")
    charset = None
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip("\"'").lower() or None
            break
    return kind.strip().lower() or None, charset


def _tokens(head: Head, name: str) -> list[str]:
    return [token for value in head.values(name) for part in value.split(",") if (token := part.strip().lower())]


def _unchunk(data: bytes, limit: int) -> _Undone:
    """Undo the chunked transfer coding (RFC 9112, section 7.1); what does not begin like a chunk is left as it is."""
    parts: list[bytes] = []
    at = total = 0
    while True:
        line_end = data.find(b"\n", at, at + 4096)
        size = _chunk_size(data[at:line_end]) if line_end >= 0 else None
        if size is None:
            if not parts and data:
                return _Undone(data, WRONG_CHUNKS)
            return _Undone(b"".join(parts), PAYLOAD_TRUNCATED if at >= len(data) else WRONG_CHUNKS)
        if size == 0:
            return _Undone(b"".join(parts))
        start = line_end + 1
        parts.append(data[start : start + size])
        total += len(parts[-1])
        if len(parts[-1]) < size:
            return _Undone(b"".join(parts), PAYLOAD_TRUNCATED)
        if total > limit:
            return _Undone(b"".join(parts)[:limit], PAYLOAD_TOO_LARGE)
        at = start + size
        if data.startswith(b"\r\n", at):
            at += 2
        elif data.startswith(b"\n", at):
            at += 1


def _chunk_size(line: bytes) -> int | None:
    digits = line.split(b";", 1)[0].strip()
    if not digits or len(digits) > 15 or digits.strip(b"0123456789abcdefABCDEF"):
        return None
    return int(digits, 16)


def _inflate(window: int) -> _Decompressor:
    def undo(data: bytes, limit: int) -> _Undone:
        parts: list[bytes] = []
        room = limit
        while data:
            decompressor = zlib.decompressobj(window)
            try:
                part = decompressor.decompress(data, room + 1)
            except zlib.error:
                # Bytes after the last gzip member are no data (gzip(1) ignores them as well).
                return _Undone(b"".join(parts)) if parts else _salvage(data, window, limit)
            parts.append(part)
            room -= len(part)
            if room < 0:
                return _Undone(b"".join(parts)[:limit], PAYLOAD_TOO_LARGE)
            if not decompressor.eof:
                return _Undone(b"".join(parts), PAYLOAD_TRUNCATED)
            data = decompressor.unused_data
        return _Undone(b"".join(parts))

    return undo


def _salvage(data: bytes, window: int, limit: int) -> _Undone:
    """What can be read of a stream that breaks in the middle; the data itself when nothing can."""
    decompressor = zlib.decompressobj(window)
    parts: list[bytes] = []
    room = limit
    try:
        for at in range(0, len(data), 256):
            parts.append(decompressor.decompress(data[at : at + 256], room + 1))
            room -= len(parts[-1])
            if room < 0:
                return _Undone(b"".join(parts)[:limit], PAYLOAD_TOO_LARGE)
    except zlib.error:
        salvaged = b"".join(parts)
        return _Undone(salvaged, PAYLOAD_TRUNCATED) if salvaged else _Undone(data, WRONG_CONTENT_CODING)
    return _Undone(b"".join(parts), PAYLOAD_TRUNCATED)


def _deflate(data: bytes, limit: int) -> _Undone:
    """``deflate`` is zlib by the standard and a raw stream by the habit of some servers."""
    zlib_way = _inflate(zlib.MAX_WBITS)(data, limit)
    if zlib_way.problem == WRONG_CONTENT_CODING:
        return _inflate(-zlib.MAX_WBITS)(data, limit)
    return zlib_way


class _Stream(Protocol):
    """A decompressor that takes bytes in pieces and gives out so many at most."""

    failure: type[Exception]

    def step(self, piece: bytes, room: int) -> bytes: ...

    def is_finished(self) -> bool: ...

    def wants_input(self) -> bool: ...


class _Brotli:
    failure: type[Exception] = brotli.error

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    def step(self, piece: bytes, room: int) -> bytes:
        return bytes(self._stream.process(piece, output_buffer_limit=room))

    def is_finished(self) -> bool:
        return bool(self._stream.is_finished())

    def wants_input(self) -> bool:
        return bool(self._stream.can_accept_more_data())


class _Zstd:
    failure: type[Exception] = zstd.ZstdError

    def __init__(self) -> None:
        self._stream = zstd.ZstdDecompressor()

    def step(self, piece: bytes, room: int) -> bytes:
        return self._stream.decompress(piece, room)

    def is_finished(self) -> bool:
        return self._stream.eof

    def wants_input(self) -> bool:
        return self._stream.needs_input


def _streamed(kind: Callable[[], _Stream]) -> _Decompressor:
    def undo(data: bytes, limit: int) -> _Undone:
        stream = kind()
        parts: list[bytes] = []
        room, at = limit + 1, 0
        try:
            while not stream.is_finished():
                piece = b""
                if stream.wants_input():
                    piece = data[at : at + _STEP]
                    at += len(piece)
                    if not piece:
                        return _Undone(b"".join(parts), PAYLOAD_TRUNCATED)
                parts.append(stream.step(piece, room))
                room -= len(parts[-1])
                if room <= 0:
                    return _Undone(b"".join(parts)[:limit], PAYLOAD_TOO_LARGE)
        except stream.failure:
            salvaged = b"".join(parts)
            return _Undone(salvaged, PAYLOAD_TRUNCATED) if salvaged else _Undone(data, WRONG_CONTENT_CODING)
        return _Undone(b"".join(parts))

    return undo


_gunzip = _inflate(zlib.MAX_WBITS + 16)
_DECOMPRESSORS: dict[str, _Decompressor] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflate,
    "br": _streamed(_Brotli),
    "zstd": _streamed(_Zstd),
}
