"""The capture: one line of the journal, and the word every record uses to name its evidence."""

import hashlib
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict


class Capture(BaseModel):
    """Where one response lies in the archive, and what it was.

    Attributes:
        capture_id: see `capture_id`; 64 hexadecimal digits.
        site: name of the site.
        url: absolute URL that was asked for.
        fetched_at: when, UTC.
        status: HTTP status code; null when there is none to read (a saved page, a broken status line).
        payload_digest: ``sha256:`` and 64 hexadecimal digits, of the body as it is stored (codings not undone).
        warc_file: name of the WARC file, relative to the archive's folder.
        offset: first byte of the response record's gzip member in that file.
        length: bytes of that gzip member.
        page_kind: what kind of page it is; null in the journal (nothing has read it yet), set in the index.
        run_id: the crawl run or the import that made it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    capture_id: str
    site: str
    url: str
    fetched_at: AwareDatetime
    status: int | None
    payload_digest: str
    warc_file: str
    offset: int
    length: int
    page_kind: str | None = None
    run_id: str


def capture_id(site: str, url: str, fetched_at: datetime, payload_digest: str) -> str:
    """The stable id of a capture: SHA-256 over site, URL, time (ISO 8601, UTC) and payload digest, one a line."""
    text = f"{site}\n{url}\n{fetched_at.isoformat()}\n{payload_digest}"
    return hashlib.sha256(text.encode()).hexdigest()
