"""Saved pages from outside the archive, one after another: folders, HTML files, WARC, WACZ and HAR.

They are read as an import reads them, but nothing is kept: for learning a layout and for checking one.
"""

import hashlib
import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from archive.http_message import read_head
from archive.import_saved import is_page
from archive.import_source import Imported, ImportProblem, ImportTerms, SavedPage, is_web_url
from archive.importing import files_of, read_file
from archive.payload import read_payload, split_content_type
from nightpost.errors import NightpostError
from nightpost.exchange import Exchange

MAX_BODY_BYTES = 16 * 1024**2
"""Of a longer page the rest is left; reading a page stops far earlier (`extractors.reading.MAX_PAGE_BYTES`)."""
_FRONT_BYTES = 64 * 1024
# What a browser saves beside a page, or a person: scripts and data have HTML in them and are no pages.
_NO_PAGE_SUFFIXES = frozenset([".css", ".csv", ".js", ".json", ".jsonl", ".map", ".mjs", ".svg", ".yaml"])
_HTML = frozenset([None, "text/html", "application/xhtml+xml", "text/plain"])
# Left out by the way: nobody has to look at them.
NO_PAGES = frozenset(["not_a_page", "media_left_out", "not_a_web_page", "revisit_without_page"])
_KEPT_PROBLEMS = 100


class NoPagesError(NightpostError):
    """There is nothing to read where saved pages were looked for."""


@dataclass(frozen=True, slots=True)
class PageFile:
    """One saved page.

    Attributes:
        name: of its file, or of its record in a WARC, WACZ or HAR file.
        body: content codings undone.
        url: where it was fetched; None when nothing says so.
        fetched_at: when, UTC; of a saved file the time when it was last changed.
        charset: what the HTTP header declared.
        status: HTTP status, if known.
    """

    name: str
    body: bytes
    url: str | None
    fetched_at: datetime | None
    charset: str | None = None
    status: int | None = None

    @property
    def address(self) -> str:
        """The URL, or one of its name that no crawl can have: what readers want."""
        return self.url or f"file:///{self.name}"


@dataclass(slots=True)
class Intake:
    """What was found and what was left out.

    Attributes:
        pages: pages that were handed over.
        counts: what was left out, by reason.
        problems: the first hundred things that somebody should look at; what is simply no page is only counted.
    """

    pages: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[ImportProblem] = field(default_factory=list)

    def leave_out(self, problem: ImportProblem) -> None:
        """Count what is not a page that can be read."""
        self.counts[problem.code] += 1
        if problem.code not in NO_PAGES and len(self.problems) < _KEPT_PROBLEMS:
            self.problems.append(problem)


def saved_pages(
    paths: Sequence[Path], intake: Intake, *, base_url: str | None = None, fetched_at: datetime | None = None
) -> Iterator[PageFile]:
    """Every page, in the order of the paths and of the names in them; the same page saved twice comes once.

    Args:
        paths: folders, or HTML, WARC, WACZ or HAR files.
        intake: is told what was found and left out.
        base_url: URL under which saved files stand; None: what each page says of itself.
        fetched_at: when the pages were saved, where that is known better than by the files' times.

    Raises:
        NoPagesError: a path is not there.
        ArchiveError: a folder cannot be listed.
    """
    for path in paths:
        if not path.exists():
            raise NoPagesError(f"{path} is not there; check the path")
    terms = ImportTerms("layout", "layout", MAX_BODY_BYTES, base_url)
    seen: set[bytes] = set()
    for path in paths:
        for file, name in files_of(path):
            # Inside a folder the folder's own name is the same for all; a file is called what the caller calls it.
            shown = name.partition("/")[2] if path.is_dir() else str(path)
            for item in _items(file, shown, terms):
                found = _page(item, shown, fetched_at)
                if isinstance(found, ImportProblem):
                    intake.leave_out(found)
                    continue
                identity = hashlib.sha256(f"{found.url}\n".encode() + found.body).digest()
                if identity in seen:
                    intake.counts["repeated"] += 1
                    continue
                seen.add(identity)
                intake.pages += 1
                yield found


def sample(pages: Iterator[PageFile], most: int) -> list[PageFile]:
    """At most so many of the pages, in their order; which ones depends on their names alone."""
    kept: list[tuple[int, int, PageFile]] = []
    for place, page in enumerate(pages):
        lot = int.from_bytes(hashlib.sha256(page.name.encode()).digest()[:8])
        entry = (-lot, -place, page)
        if len(kept) < most:
            heapq.heappush(kept, entry)
        else:
            heapq.heappushpop(kept, entry)
    return [page for _, _, page in sorted(kept, key=lambda entry: -entry[1])]


def _items(file: Path, name: str, terms: ImportTerms) -> Iterator[Imported]:
    try:
        yield from read_file(file, name, terms)
    except OSError as error:
        yield ImportProblem("unreadable_file", name, f"the file cannot be read: {error.strerror or error}")


def _page(item: Imported, name: str, fetched_at: datetime | None) -> PageFile | ImportProblem:
    """The page that an item is, or why it is none."""
    if isinstance(item, ImportProblem):
        return item
    if isinstance(item, Exchange):
        payload = read_payload(
            item.response, read_head(item.response), truncated=item.truncated is not None, limit=MAX_BODY_BYTES
        )
        content_type, body, charset, status = payload.content_type, payload.body, payload.charset, payload.status
    else:
        content_type, charset = split_content_type(item.content_type)
        body, status = item.body[:MAX_BODY_BYTES], item.status
    # A saved file is known by its name; a record of a WARC, WACZ or HAR file by its URL.
    shown = name if isinstance(item, SavedPage) else item.url
    if content_type not in _HTML:
        return ImportProblem("not_a_page", shown, f"{(content_type or '')[:80]} is no page")
    if not body.strip():
        return ImportProblem("empty_file", shown, "there is nothing in it")
    is_data = isinstance(item, SavedPage) and Path(name).suffix.lower() in _NO_PAGE_SUFFIXES
    if is_data or body.lstrip()[:1] in {b"{", b"["} or not is_page(body[:_FRONT_BYTES]):
        return ImportProblem("not_a_page", shown, "there is no HTML in it")
    url = item.url if is_web_url(item.url) else None
    return PageFile(shown, body, url, fetched_at or item.fetched_at, charset, status)
