"""Taking pages that others saved into the archive: HTML files, WARC, WACZ and HAR, or a folder of them.

Importing the same again adds nothing: a capture is the same by its id, a saved page by its URL and content, since its
time is the file's and a copy of a file often has another.
"""

import os
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from archive.capture_records import Document, payload_digest
from archive.errors import ArchiveError, UnfitExchangeError, storage_errors
from archive.import_har import read_har
from archive.import_saved import read_saved_page
from archive.import_source import Imported, ImportProblem, ImportTerms, SavedPage, Source
from archive.import_warc import read_wacz, read_warc
from archive.site_archive import SiteArchive

__all__ = ["ImportProblem", "ImportSummary", "files_of", "import_path", "read_file"]

_KEPT_PROBLEMS = 1000
_FRONT_BYTES = 4096


@dataclass(slots=True)
class ImportSummary:
    """What an import did.

    Attributes:
        run_id: the captures' run.
        files: files that were read.
        imported: captures that were added.
        repeated: captures that were there already.
        counts: how many problems of each code.
        problems: the first thousand of them.
    """

    run_id: str
    files: int = 0
    imported: int = 0
    repeated: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[ImportProblem] = field(default_factory=list)

    def note(self, problem: ImportProblem) -> None:
        """Count a problem."""
        self.counts[problem.code] += 1
        if len(self.problems) < _KEPT_PROBLEMS:
            self.problems.append(problem)


def import_path(
    path: Path,
    archive: SiteArchive,
    *,
    base_url: str | None = None,
    keeps_media: bool = False,
    progress: Callable[[ImportSummary], None] | None = None,
) -> ImportSummary:
    """Take a file, or every file in a folder and the folders in it, into a site's archive.

    Args:
        path: an HTML, WARC (.warc, .warc.gz), WACZ or HAR file, or a folder; what a file is, its content tells.
        archive: the site's archive, open.
        base_url: URL under which saved pages are filed, such as the market's; None: what each page says of itself.
        keeps_media: whether pictures, films, sounds and fonts are taken too.
        progress: is told after each file.

    Raises:
        ArchiveError: the path is not there, or the archive's disk is full or will not be written to. What is wrong
            with a file or a record is no error but counted, and the rest is taken.
    """
    if not path.exists():
        raise ArchiveError(f"{path} is not there; check the path")
    terms = ImportTerms(archive.site, archive.new_run_id("import"), archive.max_page_bytes, base_url, keeps_media)
    summary = ImportSummary(terms.run_id)
    intake = _Intake(archive, summary)
    for file, name in files_of(path):
        summary.files += 1
        try:
            for item in read_file(file, name, terms):
                intake.take(item, name)
        except OSError as error:
            summary.note(ImportProblem("unreadable_file", name, f"the file cannot be read: {error.strerror or error}"))
        if progress is not None:
            progress(summary)
    return summary


class _Intake:
    """Puts what the sources hold into the archive, what is there already left out."""

    def __init__(self, archive: SiteArchive, summary: ImportSummary) -> None:
        self._archive = archive
        self._summary = summary
        self._pages: set[tuple[str, str]] | None = None

    def take(self, item: Imported, name: str) -> None:
        """Record it, or count it as a repetition or a problem."""
        if isinstance(item, ImportProblem):
            self._summary.note(item)
            return
        before = len(self._archive)
        try:
            if not isinstance(item, Document):
                self._archive.record(item)
            elif not (isinstance(item, SavedPage) and self._is_known(item)):
                self._archive.record_document(item)
        except UnfitExchangeError as error:
            self._summary.note(ImportProblem("unfit_for_archive", name, str(error)))
            return
        if len(self._archive) > before:
            self._summary.imported += 1
        else:
            self._summary.repeated += 1

    def _is_known(self, document: SavedPage) -> bool:
        if self._pages is None:
            self._pages = {(entry.url, entry.payload_digest) for entry in self._archive.entries()}
        page = (document.url, payload_digest(document, self._archive.max_page_bytes))
        if page in self._pages:
            return True
        self._pages.add(page)
        return False


def files_of(path: Path) -> Iterator[tuple[Path, str]]:
    """Every file to read, with its name in the import: the folder's own name first, then slashes."""
    if not path.is_dir():
        yield path, _as_text(path.name)
        return
    with storage_errors("read", path):
        files = sorted(file for file in path.rglob("*") if file.is_file())
    for file in files:
        yield file, _as_text(f"{path.absolute().name}/{file.relative_to(path).as_posix()}")


def _as_text(name: str) -> str:
    """A file's name without the bytes in it that are no UTF-8."""
    return os.fsencode(name).decode("utf-8", "replace")


def read_file(file: Path, name: str, terms: ImportTerms) -> Source:
    """What a file holds, by what it begins with.

    Raises:
        OSError: it cannot be read.
    """
    with file.open("rb") as stream:
        front = stream.read(_FRONT_BYTES)
    if front.startswith(b"PK\x03\x04"):
        yield from read_wacz(file, name, terms)
    elif _unpacked(front).startswith(b"WARC/"):
        with file.open("rb") as stream:
            yield from read_warc(stream, name, terms)
    elif front.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and b'"log"' in front:
        yield from read_har(file, name, terms)
    else:
        yield read_saved_page(file, name, terms)


def _unpacked(front: bytes) -> bytes:
    """What a gzipped file begins with; any other front as it is."""
    if not front.startswith(b"\x1f\x8b"):
        return front
    try:
        return zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(front, 16)
    except zlib.error:
        return front
