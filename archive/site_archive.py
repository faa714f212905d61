"""The evidence of one site, in the hands of the one process that writes it.

What `record` returned for is there: the WARC records were handed to the operating system before the journal's line,
and both outlive the death of this process at any moment. A power loss may take what was not yet on disk: at most the
captures of `SYNC_SECONDS` or `SYNC_CAPTURES`, whichever comes first.
"""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from archive.append_file import AppendFile
from archive.capture_records import Document, PreparedCapture, prepare_document, prepare_exchange
from archive.errors import ArchiveError, storage_errors
from archive.journal import JOURNAL_FILE, JournalEntry, parse_line, read_lines, write_line
from archive.lock import SiteLock
from archive.reader import CaptureIndex, read_exchange
from archive.recovery import Recovery, recover
from archive.seal_book import SealBook
from archive.site_name import check_site_name
from archive.warc_file import Provenance, WarcFile, warc_name, warcinfo
from nightpost.clock import Clock
from nightpost.exchange import Exchange
from nightpost.settings import ArchiveSettings

SYNC_SECONDS = 1.0
SYNC_CAPTURES = 100

_log = structlog.get_logger(__name__)


class SiteArchive:
    """Writes, and reads back, the evidence of one site; a context manager.

    Attributes:
        recovery: what was mended when it was opened, because a former process had been killed.
    """

    def __init__(
        self,
        folder: Path,
        site: str,
        *,
        key: Ed25519PrivateKey,
        software: str,
        operator: str,
        authority: str,
        limits: ArchiveSettings,
        clock: Clock,
    ) -> None:
        """Take the site's lock, mend what a killed process left, and seal its file.

        Args:
            folder: the archive's folder; the site's own folder is made in it.
            site: name of the site: small letters, digits, hyphens.
            key: the sealing key, see `archive.keys`.
            software: name and version of the program, for the WARC files.
            operator: who runs it, for the WARC files.
            authority: reference of the authority under which the site is watched, for the WARC files.
            limits: when a WARC file is closed, and how much of a page is kept.
            clock: tells when files are begun and sealed.

        Raises:
            ArchiveLockedError: another process writes this site.
            DamagedArchiveError: sealed evidence of this site was touched.
            ArchiveError: the disk is full, or will not be read or written.
        """
        self._archive = folder
        self._site = check_site_name(site)
        self._provenance = Provenance(software, operator, authority)
        self._limits = limits
        self._clock = clock
        self._key = key
        self._mutex = threading.RLock()
        self._warc: WarcFile | None = None
        self._is_closed = False
        self._unsynced = 0
        self._synced_at = clock.now()
        own = folder / site
        with storage_errors("make", own):
            own.mkdir(parents=True, exist_ok=True)
        self._lock = SiteLock(own)
        try:
            self._open(own)
        except BaseException:
            self._lock.release()
            raise

    @property
    def site(self) -> str:
        """Name of the site."""
        return self._site

    @property
    def max_page_bytes(self) -> int:
        """Bytes of a response or document that are kept at most."""
        return self._limits.max_page_bytes

    def new_run_id(self, kind: str) -> str:
        """The name of a run that begins now, such as ``import-20260504T030201Z``."""
        return f"{kind}-{self._clock.now():%Y%m%dT%H%M%SZ}"

    def __len__(self) -> int:
        """How many captures the site has."""
        return len(self._index)

    def record(self, exchange: Exchange) -> str:
        """Keep an exchange and return its capture id, once it is journalled.

        The same exchange again gives the same id and is not written twice.

        Raises:
            ArchiveError: the disk is full or will not be written to, or the exchange cannot be written down; the
                archive is as it was before.
        """
        if exchange.site != self._site:
            raise ArchiveError(f"an exchange of {exchange.site!r} does not belong to the evidence of {self._site!r}")
        return self._write(prepare_exchange(exchange, self._limits.max_page_bytes))

    def record_document(self, document: Document) -> str:
        """Keep a document that was saved without its HTTP exchange; otherwise as `record`.

        Raises:
            ArchiveError: as for `record`.
        """
        return self._write(prepare_document(self._site, document, self._limits.max_page_bytes))

    def captured(self, run_id: str) -> Iterator[tuple[str, str]]:
        """URL and capture id of each capture of a run, in the journal's order."""
        for entry in self.entries():
            if entry.run_id == run_id:
                yield entry.url, entry.capture_id

    def entries(self) -> Iterator[JournalEntry]:
        """Every capture of the site, in the journal's order."""
        for _, line in read_lines(self._journal.file):
            yield parse_line(line)

    def exchange(self, capture_id: str) -> Exchange:
        """An exchange of this site, byte for byte.

        Raises:
            ArchiveError: there is no such capture.
            DamagedArchiveError: its records are not what they were.
        """
        entry = self._index.find(capture_id)
        if entry is None:
            raise ArchiveError(f"there is no capture {capture_id!r} of {self._site!r}; check the id")
        return read_exchange(self._archive, entry)

    def seal(self) -> None:
        """Close the WARC file that is being written, if there is one, and seal it.

        Raises:
            ArchiveError: the seal cannot be written; the file is sealed when the archive is opened the next time.
        """
        with self._mutex:
            warc = self._warc
            if warc is None:
                return
            try:
                self._journal.sync()
                warc.seal(self._site, self._book, self._journal.size, self._chain, self._clock)
            finally:
                # The seal holds from its line in the manifest on, even when the head could not be written after it.
                if warc.name in self._book.sealed_files:
                    warc.close()
                    self._warc = None

    def close(self) -> None:
        """Seal, and let the site go; once more does nothing.

        Raises:
            ArchiveError: as for `seal`; the site is let go all the same.
        """
        with self._mutex:
            if self._is_closed:
                return
            self._is_closed = True
            try:
                self.seal()
            finally:
                if self._warc is not None:
                    self._warc.close()
                self._journal.close()
                self._book.close()
                self._lock.release()

    def __enter__(self) -> "SiteArchive":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self, own: Path) -> None:
        with ExitStack() as undo:
            self._book = SealBook(own, self._key, self._clock)
            undo.callback(self._book.close)
            self._journal = AppendFile(own / JOURNAL_FILE)
            undo.callback(self._journal.close)
            self._recover(undo)
            undo.pop_all()

    def _recover(self, undo: ExitStack) -> None:
        self._index = CaptureIndex(self._journal.file)
        recovered = recover(
            self._archive, self._site, journal=self._journal, book=self._book, index=self._index, clock=self._clock
        )
        self.recovery: Recovery = recovered.report
        self._chain = recovered.chain
        if self.recovery:
            _log.warning("archive recovered", site=self._site, **self.recovery.counts())
        self._warc = recovered.warc
        if self._warc is not None:
            undo.callback(self._warc.close)
        self.seal()

    def _write(self, capture: PreparedCapture) -> str:
        with self._mutex:
            if self._is_closed:
                raise ArchiveError(f"the archive of {self._site!r} is closed; open it again to write")
            if capture.capture_id in self._index:
                return capture.capture_id
            self._make_room(capture.run_id)
            if self._warc is None:
                self._begin(capture)
            else:
                self._append(self._warc, capture)
            self._sync_when_due()
            return capture.capture_id

    def _make_room(self, run_id: str) -> None:
        """Seal the file when it is big or old enough, or of another run."""
        if self._warc is None:
            return
        age = (self._clock.now() - self._warc.started_at).total_seconds()
        if (
            self._warc.size >= self._limits.max_file_bytes
            or age >= self._limits.max_file_seconds
            or self._warc.run_id != run_id
        ):
            self.seal()

    def _begin(self, capture: PreparedCapture) -> None:
        """A new file begins with its first capture: no file is ever without one."""
        now = self._clock.now()
        name = warc_name(self._site, self._book.next_sequence, now)
        warc = WarcFile(self._archive, name, capture.run_id, now, self._journal.size)
        try:
            head = warcinfo(self._site, name, capture.run_id, now, self._provenance)
            warc.append(head)
            warc.begin(head)
            self._append(warc, capture)
        except BaseException:
            warc.discard()
            raise
        self._warc = warc

    def _append(self, warc: WarcFile, capture: PreparedCapture) -> None:
        data = capture.main + capture.companion
        offset = warc.append(data)
        entry = capture.entry(self._site, warc.name, offset)
        line, chain = write_line(entry, self._chain)
        try:
            start = self._journal.append(line)
        except ArchiveError:
            warc.cut(offset)
            raise
        self._chain = chain
        self._index.add(capture.capture_id, start, self._journal.size)
        warc.add(entry, data)
        self._unsynced += 1

    def _sync_when_due(self) -> None:
        now = self._clock.now()
        if self._unsynced < SYNC_CAPTURES and abs((now - self._synced_at).total_seconds()) < SYNC_SECONDS:
            return
        if self._warc is not None:
            self._warc.sync()
            self._journal.sync()
        self._unsynced = 0
        self._synced_at = now
