"""A fetched page, and what a reader of it must tell the crawler."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from typing import TYPE_CHECKING, Protocol

from crawler.wire import parse_response
from extractors.records import PageKind
from nightpost.exchange import Exchange, Truncation

if TYPE_CHECKING:
    from extractors.layout import Layout

# A page that unfolds to more is no page; what came before is read all the same.
MAX_DECODED_BYTES = 8 * 1024**2


class LinkLike(Protocol):
    """A link that a page holds: absolute, with the kind of page it promises; higher priorities first."""

    @property
    def url(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> PageKind: ...  # noqa: D102
    @property
    def priority(self) -> int: ...  # noqa: D102


class ReadingLike(Protocol):
    """What the crawler wants to know of a page."""

    @property
    def page_kind(self) -> PageKind: ...  # noqa: D102
    @property
    def links(self) -> Sequence[LinkLike]: ...  # noqa: D102


class ReadPage(Protocol):
    """Reads a page with a layout; `extractors.reading.read_links` is one. It never raises for an odd page."""

    def __call__(
        self, body: bytes, *, url: str, fetched_at: datetime | None, layout: "Layout", charset: str | None = None
    ) -> ReadingLike:
        """Kind and links of a page, content codings undone."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A response that is kept as evidence.

    Attributes:
        headers: by name in Title-Case, several of one name joined with commas.
        body: transfer coding undone, content coding not; its beginning, when it is very long.
        size: bytes of the whole response as it is kept.
    """

    capture_id: str
    fetched_at: datetime
    status: int
    headers: Mapping[str, str]
    body: bytes
    truncated: Truncation | None
    size: int

    @property
    def charset(self) -> str | None:
        """The charset that the Content-Type header names."""
        message = Message()
        message["Content-Type"] = self.headers.get("Content-Type", "")
        return message.get_content_charset()

    @property
    def is_text(self) -> bool:
        """Whether it may hold links: HTML, or of no stated type."""
        kind = self.headers.get("Content-Type", "").split(";", 1)[0].strip().lower()
        return kind in {"", "text/html", "application/xhtml+xml", "text/plain"}

    def text(self) -> tuple[bytes, str | None]:
        """The body with its content coding undone, as far as that goes, and the word for why not further."""
        return decode(self.body, self.headers.get("Content-Encoding", ""))


def from_exchange(exchange: Exchange, capture_id: str) -> Fetched:
    """A response read back from the evidence.

    Raises:
        ValueError: it is not an HTTP response.
    """
    status, headers, body = parse_response(exchange.response)
    joined: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").title(), raw_value.decode("latin-1")
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return Fetched(
        capture_id=capture_id,
        fetched_at=exchange.fetched_at,
        status=status,
        headers=joined,
        body=body,
        truncated=exchange.truncated,
        size=len(exchange.response),
    )


def decode(body: bytes, coding: str, limit: int = MAX_DECODED_BYTES) -> tuple[bytes, str | None]:
    """Undo a Content-Encoding, never beyond ``limit`` bytes.

    Returns the text, as far as it could be had, and why it is not whole: ``bomb``, ``broken_coding``,
    ``truncated_coding``, ``unknown_coding``, or None.
    """
    names = [name.strip().lower() for name in coding.split(",") if name.strip() not in {"", "identity"}]
    problem = None
    for name in reversed(names):
        if name in {"gzip", "x-gzip"}:
            body, problem = _inflate(body, 31, limit)
        elif name == "deflate":
            # By the standard a zlib stream; some servers send a bare one.
            bare = len(body) < 2 or (body[0] << 8 | body[1]) % 31 != 0 or body[0] & 15 != 8
            body, problem = _inflate(body, -15 if bare else 15, limit)
        else:
            return b"", "unknown_coding"
        if problem:
            break
    return body[:limit], problem


def _inflate(data: bytes, window: int, limit: int) -> tuple[bytes, str | None]:
    if not data:
        return b"", None
    inflater = zlib.decompressobj(window)
    try:
        text = inflater.decompress(data, limit + 1)
    except zlib.error:
        return _inflate_what_can_be(data, window, limit), "broken_coding"
    if len(text) > limit:
        return text[:limit], "bomb"
    return text, None if inflater.eof else "truncated_coding"


def _inflate_what_can_be(data: bytes, window: int, limit: int) -> bytes:
    """What comes before the fault: fed in small pieces, as zlib gives nothing of a piece that holds a fault."""
    inflater = zlib.decompressobj(window)
    text = bytearray()
    try:
        for at in range(0, len(data), 512):
            text += inflater.decompress(data[at : at + 512], max(1, limit - len(text)))
            if len(text) >= limit:
                break
    except zlib.error:
        pass  # the fault itself; the caller counts it
    return bytes(text)
