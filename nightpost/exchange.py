"""One HTTP exchange as it went over the wire: what the crawler hands to the archive."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Truncation = Literal["length", "time", "disconnect", "unspecified"]
"""Why a response is not whole: the words of WARC 1.1's ``WARC-Truncated``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and the response to it, byte for byte.

    Attributes:
        site: name of the site (identity) that made the request.
        run_id: the crawl run, or the import, that it belongs to.
        url: absolute URL that was asked for.
        fetched_at: when the request was sent, UTC.
        request: request line, headers and body as sent; ``b""`` when unknown (an imported page).
        response: status line, headers and body as received, transfer and content codings not undone.
        truncated: why the response is not whole, or None when it is.
    """

    site: str
    run_id: str
    url: str
    fetched_at: datetime
    request: bytes
    response: bytes
    truncated: Truncation | None = None
