"""Saved HTML pages, with or without a file extension."""

import re
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import quote

from archive.import_source import Imported, ImportProblem, ImportTerms, SavedPage, clean_url, is_web_url

# Pages that browsers saved begin with comments, doctypes and scripts of some kilobytes before any telling tag.
_FRONT_BYTES = 64 * 1024
_TAG = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|title|meta|link|script|style|table|tr|td|div|span|p|a|form|h[1-6]|ul|ol|li"
    rb"|section|article|center|br|img|pre)\b",
    re.IGNORECASE,
)
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+?)\s*-->", re.IGNORECASE)
_LINK = re.compile(rb"<link\b[^>]*>", re.IGNORECASE)
_CANONICAL = re.compile(rb"""\brel\s*=\s*["']?canonical\b""", re.IGNORECASE)
_HREF = re.compile(rb"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)


def is_page(front: bytes) -> bool:
    """Whether a file that begins like this is HTML: text that has one of HTML's tags."""
    return b"\0" not in front[:1024] and _TAG.search(front) is not None


def read_saved_page(file: Path, name: str, terms: ImportTerms) -> Imported:
    """A saved page.

    Its time is when the file was last changed. Its URL is, in this order: under the base URL of the import, what the
    browser that saved it noted (``saved from url``), what the page names as canonical, else a ``file`` URL of its
    name in the import, which no crawl can have.

    Args:
        file: the file.
        name: its path within the import, with slashes, the import's own folder first.
        terms: of the import.

    Raises:
        OSError: it cannot be read.
    """
    with file.open("rb") as stream:
        body = stream.read(terms.max_page_bytes + 1)
        changed_seconds = file.stat().st_mtime
    if not body:
        return ImportProblem("empty_file", name, "the file is empty")
    if not is_page(body[:_FRONT_BYTES]):
        return ImportProblem("not_a_page", name, "the file is neither HTML nor a WARC, WACZ or HAR file")
    try:
        changed = datetime.fromtimestamp(changed_seconds, UTC)
    except (ValueError, OverflowError):
        return ImportProblem(
            "bad_date", name, f"the file's time, {changed_seconds:.0f} s after 1970, is in no calendar"
        )
    return SavedPage(
        run_id=terms.run_id,
        url=_url(body[:_FRONT_BYTES], name, terms),
        fetched_at=changed,
        body=body,
        content_type="text/html",
    )


def _url(front: bytes, name: str, terms: ImportTerms) -> str:
    if terms.base_url is not None:
        return f"{clean_url(terms.base_url).rstrip('/')}/{quote(name.partition('/')[2] or name)}"
    for stated in (_saved_from(front), _canonical(front)):
        if stated is not None and is_web_url(stated):
            return clean_url(stated)
    return f"file:///{quote(name)}"


def _saved_from(front: bytes) -> str | None:
    match = _SAVED_FROM.search(front)
    return match[1].decode("utf-8", "replace") if match else None


def _canonical(front: bytes) -> str | None:
    for link in _LINK.finditer(front):
        if _CANONICAL.search(link[0]) and (href := _HREF.search(link[0])):
            return unescape((href[1] or href[2] or href[3] or b"").decode("utf-8", "replace"))
    return None
