"""Reading a stored record once, in pieces, and holding every digest against it."""

import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from archive.capture_records import BlockReading
from archive.errors import DamagedArchiveError
from archive.http_message import HEAD_LIMIT, read_head
from archive.warc import GZIP_WINDOW, RECORD_HEADER_LIMIT, parse_headers, warc_digest

_PIECE = 256 * 1024
_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class CheckedRecord:
    """A record whose own digests are right: its WARC headers (names in lower case), and its block as read."""

    headers: dict[str, str]
    reading: BlockReading


class _Block:
    """Takes the pieces of a record's block; knows its digests and, of a response, its status."""

    def __init__(self, kind: str, length: int) -> None:
        self._kind = kind
        self._rest = length
        self._whole = hashlib.sha256()
        self._payload = hashlib.sha256()
        self._front: bytearray | None = bytearray()
        self._status: int | None = None
        self._is_marked = kind != "response"

    def feed(self, data: bytes) -> bytes:
        """Take the block's bytes and give back what lies behind it."""
        mine, behind = data[: self._rest], data[self._rest :]
        self._rest -= len(mine)
        self._whole.update(mine)
        if self._front is None:
            self._payload.update(mine)
        else:
            self._front += mine
            if len(self._front) >= HEAD_LIMIT or not self._rest:
                self._read_front(bytes(self._front))
                self._front = None
        return behind

    def _read_front(self, front: bytes) -> None:
        head = read_head(front) if self._kind == "response" else None
        if head is not None:
            self._status, self._is_marked = head.status, True
        self._payload.update(front[head.length if head else 0 :])

    def close(self, headers: dict[str, str]) -> BlockReading:
        """Hold the digests that the record states against those of its bytes.

        Raises:
            DamagedArchiveError: they differ.
        """
        if self._rest:
            raise DamagedArchiveError("its block is shorter than it states")
        if headers.get("warc-block-digest") != warc_digest(self._whole.digest()):
            raise DamagedArchiveError("its block has another digest than it states")
        payload = self._payload.digest()
        stated = headers.get("warc-payload-digest")
        if stated is not None and stated != warc_digest(payload):
            raise DamagedArchiveError("its payload has another digest than it states")
        return BlockReading(self._status, payload, self._is_marked)


def check_record(stream: BinaryIO, length: int, sha256: str, seen: Callable[[bytes], None]) -> CheckedRecord:
    """Read the gzip member of so many bytes at which the stream stands, to its end.

    Args:
        stream: the WARC file.
        length: bytes of the member.
        sha256: its digest as journalled or sealed, 64 hexadecimal digits.
        seen: is given every piece of the file as it is read, also when the record turns out to be touched.

    Raises:
        DamagedArchiveError: the record is not the one that was written; the message says what is wrong with it.
    """
    digest = hashlib.sha256()
    decompressor = zlib.decompressobj(GZIP_WINDOW)
    front = b""
    headers: dict[str, str] = {}
    block: _Block | None = None
    behind = b""
    rest = length
    while rest:
        piece = stream.read(min(rest, _PIECE))
        if not piece:
            raise DamagedArchiveError("the file ends before the record does")
        rest -= len(piece)
        seen(piece)
        digest.update(piece)
        for data in _unpack(decompressor, piece):
            if block is not None:
                behind += block.feed(data)
            else:
                front += data
                parsed = parse_headers(front)
                if parsed is not None:
                    headers, start = parsed
                    block = _Block(headers.get("warc-type", ""), _stated_length(headers))
                    behind += block.feed(front[start:])
                elif len(front) > RECORD_HEADER_LIMIT:
                    raise DamagedArchiveError("it has no WARC headers")
            if len(behind) > len(_END):
                raise DamagedArchiveError("it is longer than it states")
    if digest.hexdigest() != sha256:
        raise DamagedArchiveError("its bytes have another digest than was journalled or sealed")
    if not decompressor.eof or decompressor.unused_data or block is None or behind != _END:
        raise DamagedArchiveError("it is not one whole gzip member with one whole record")
    return CheckedRecord(headers, block.close(headers))


def _unpack(decompressor: "zlib._Decompress", piece: bytes) -> Iterator[bytes]:
    """What a piece unpacks to, in bounded pieces; at least one, so that an empty block is fed too."""
    rest = piece
    try:
        while True:
            data = decompressor.decompress(rest, _PIECE)
            rest = decompressor.unconsumed_tail
            yield data
            if not rest:
                return
    except zlib.error as error:
        raise DamagedArchiveError(f"its gzip member is broken ({error})") from error


def _stated_length(headers: dict[str, str]) -> int:
    stated = headers.get("content-length", "")
    if not (stated.isascii() and stated.isdigit()):
        raise DamagedArchiveError("it states no Content-Length")
    return int(stated)
