"""An HTTP response as bytes: where its head ends, its status, its headers."""

import io
from dataclasses import dataclass

from warcio.statusandheaders import StatusAndHeadersParser

HEAD_LIMIT = 256 * 1024
"""Bytes in which a head must end. Servers and browsers stop at 8 to 256 KiB; beyond it is no head but an attack."""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a response.

    Attributes:
        status: the three-digit status code, None when the status line has none.
        headers: (name in lower case, value) in the order they came, duplicates kept.
        length: bytes of the head with its empty line; the payload begins here.
    """

    status: int | None
    headers: tuple[tuple[str, str], ...]
    length: int

    def values(self, name: str) -> list[str]:
        """Every value of the header, in order; the name in lower case."""
        return [value for key, value in self.headers if key == name]


def read_head(block: bytes) -> Head | None:
    """The head of a response, or None when the bytes have none (no ``HTTP/`` in front, or it never ends).

    A line of nothing but white space ends the head: this is warcio's reading, whose parser is used here, so that
    ``warcio check`` and our own digests are of the same payload. A head that the response's end cuts off is a head
    with an empty payload.
    """
    if not block.startswith(b"HTTP/"):
        return None
    stream = io.BytesIO(block[:HEAD_LIMIT])
    parsed = StatusAndHeadersParser(["HTTP/1.0", "HTTP/1.1"], verify=False).parse(stream)
    length = stream.tell()
    if length >= HEAD_LIMIT:
        return None
    code = parsed.get_statuscode()
    status = int(code) if len(code) == 3 and code.isascii() and code.isdigit() else None
    return Head(status, tuple((name.lower(), value.strip()) for name, value in parsed.headers), length)
