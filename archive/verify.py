"""Verification: everything is read again, every digest computed again, every signature checked.

What it finds: any byte changed in a sealed WARC file, in the part of the journal that a seal covers, in the manifest
or its head; bytes, records, lines or files appended, exchanged or taken away; a journal and WARC files that are out of
step. What it cannot find without a digest noted outside: an older state of a site's whole folder put back in one piece,
or a site's whole folder taken away. What no seal covers yet (a file being written) is checked for accidents only, since
whoever changes both journal and WARC file can compute the digests again.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from archive.errors import ArchiveError, DamagedArchiveError, storage_errors
from archive.journal import JOURNAL_FILE, JournalEntry, check_line, first_chain, parse_line, read_lines
from archive.keys import fingerprint
from archive.lock import LOCK_FILE
from archive.manifest import (
    HEAD_DRAFT,
    HEAD_FILE,
    MANIFEST_FILE,
    ManifestHead,
    Seal,
    check_head,
    check_seal,
    first_digest,
    line_digest,
    read_manifest,
)
from archive.recovery import SET_ASIDE_FILE
from archive.verify_file import FileCheck
from archive.verify_report import Fault, TouchedError, VerifyProgress, VerifyReport
from archive.warc_file import WARC_SUFFIX

__all__ = ["Fault", "VerifyProgress", "VerifyReport", "verify"]

_OWN_FILES = {JOURNAL_FILE, MANIFEST_FILE, HEAD_FILE, HEAD_DRAFT, LOCK_FILE, SET_ASIDE_FILE}


def verify(
    folder: Path,
    public_key: Ed25519PublicKey,
    *,
    noted: Collection[str] = (),
    progress: VerifyProgress | None = None,
) -> VerifyReport:
    """Read the whole archive again; may run while crawls are writing.

    Args:
        folder: the archive's folder; one that is not there is an archive without captures.
        public_key: of the key that sealed it.
        noted: digests from the `seals` of earlier reports, noted outside: each must still be in a manifest.
        progress: is told how far the reading is.

    Raises:
        ArchiveError: the folder cannot be read at all. What was touched is no error but in the report.
    """
    report = VerifyReport()
    if not folder.is_dir():
        return report
    with storage_errors("read", folder):
        entries = sorted(folder.iterdir())
        total = sum(file.stat().st_size for file in folder.glob(f"*/*{WARC_SUFFIX}"))
    missing = set(noted)
    for entry in entries:
        if not entry.is_dir():
            report.faults.append(Fault(entry.name, None, None, "the file is not of the archive"))
            continue
        report.sites += 1
        try:
            missing.difference_update(_Site(entry, public_key, report, total, progress).check())
        except TouchedError as error:
            report.faults.append(error.fault)
    report.faults += [
        Fault(MANIFEST_FILE, None, None, f"the noted seal {digest} is in no manifest: seals were taken off the end")
        for digest in sorted(missing)
    ]
    return report


class _Site:
    """The verification of one site's folder, in the order manifest, journal, WARC files."""

    def __init__(
        self,
        folder: Path,
        key: Ed25519PublicKey,
        report: VerifyReport,
        total: int,
        progress: VerifyProgress | None,
    ) -> None:
        self._archive = folder.parent
        self._folder = folder
        self._site = folder.name
        self._key = key
        self._report = report
        self._total = total
        self._progress = progress
        # The digest before the first line of the manifest, then of each.
        self._digests = [first_digest(self._site)]
        self._manifest_end = 0

    def check(self) -> list[str]:
        """The digests of its manifest's lines.

        Raises:
            TouchedError: the first fault.
        """
        # The list before the manifest, the head before the manifest, the manifest before the journal: whatever a
        # writer adds meanwhile is then known to what is read later.
        listed = self._list()
        head = self._read_head()
        seals = self._read_seals()
        self._compare_head(head, len(seals))
        known = {seal.warc_file for seal in seals}
        chain, end, number = first_chain(self._site), 0, 0
        for seal in seals:
            chain, end, number = self._check_sealed(seal, chain, end, number)
        known |= self._check_unsealed(chain, end, number)
        self._check_strangers(listed - known, len(seals))
        self._report.seals[self._site] = self._digests[-1]
        return self._digests

    def _list(self) -> set[str]:
        with storage_errors("read", self._folder):
            names = {entry.name for entry in self._folder.iterdir()}
        if SET_ASIDE_FILE in names:
            self._report.set_aside += sum(1 for _ in read_lines(self._folder / SET_ASIDE_FILE))
        return {f"{self._site}/{name}" for name in names - _OWN_FILES}

    def _read_head(self) -> ManifestHead:
        file = f"{self._site}/{HEAD_FILE}"
        try:
            with storage_errors("read", self._folder / HEAD_FILE):
                line = (self._folder / HEAD_FILE).read_bytes()
        except ArchiveError as error:
            raise TouchedError(Fault(file, None, None, "the manifest's head is missing or cannot be read")) from error
        try:
            head = check_head(line, self._key)
        except DamagedArchiveError as error:
            raise TouchedError(Fault(file, 0, None, str(error))) from error
        if head.site != self._site:
            raise TouchedError(Fault(file, 0, None, f"it is the head of {head.site!r}"))
        return head

    def _read_seals(self) -> list[Seal]:
        seals: list[Seal] = []
        at = 0
        for number, line in enumerate(read_manifest(self._folder / MANIFEST_FILE), start=1):
            if not line.endswith(b"\n"):
                break
            with _at_line(f"{self._site}/{MANIFEST_FILE}", at, number):
                seal = check_seal(line, self._key)
                if (seal.site, seal.sequence, seal.previous) != (self._site, number, self._digests[-1]):
                    raise DamagedArchiveError("the seal does not follow on the one before")
                if seal.public_key != fingerprint(self._key):
                    raise DamagedArchiveError("the seal names another key")
            seals.append(seal)
            self._digests.append(line_digest(line))
            at += len(line)
        self._manifest_end = at
        return seals

    def _compare_head(self, head: ManifestHead, count: int) -> None:
        file = f"{self._site}/{MANIFEST_FILE}"
        if head.sequence > count:
            why = f"the signed head names {head.sequence} seals: a seal was taken out, or its line's end was touched"
            raise TouchedError(Fault(file, self._manifest_end, f"line {count + 1}", why))
        if self._digests[head.sequence] != head.last:
            why = "the signed head names another last seal"
            raise TouchedError(Fault(file, None, f"line {head.sequence}", why))

    def _check_sealed(self, seal: Seal, chain: str, end: int, number: int) -> tuple[str, int, int]:
        """One sealed file with its part of the journal; chain value, byte and line number where that part ends."""
        journal = f"{self._site}/{JOURNAL_FILE}"
        if seal.journal_start != end:
            raise TouchedError(Fault(journal, end, f"line {number + 1}", "the seals do not cover these lines"))
        with FileCheck(
            self._archive, seal.warc_file, seal, self._report, total=self._total, progress=self._progress
        ) as file:
            for start, line in read_lines(self._folder / JOURNAL_FILE, end, seal.journal_end):
                number += 1
                with _at_line(journal, start, number):
                    chain = check_line(line, chain)
                    entry = parse_line(line)
                    if (entry.site, entry.warc_file) != (self._site, seal.warc_file):
                        raise DamagedArchiveError(f"the line is not of {seal.warc_file}, which is sealed with it")
                file.check(entry)
                end = start + len(line)
            if end != seal.journal_end or chain != seal.journal_chain:
                why = "the journal is not the one that was sealed: a line was taken out or its end was touched"
                raise TouchedError(Fault(journal, end, f"line {number + 1}", why))
            file.finish()
        return chain, end, number

    def _check_unsealed(self, chain: str, end: int, number: int) -> set[str]:
        """What no seal covers yet; the names of its files."""
        names: set[str] = set()
        for name, entries in groupby(self._unsealed(chain, end, number), key=lambda entry: entry.warc_file):
            names.add(name)
            with FileCheck(self._archive, name, None, self._report, total=self._total, progress=self._progress) as file:
                for entry in entries:
                    file.check(entry)
        return names

    def _unsealed(self, chain: str, end: int, number: int) -> Iterator[JournalEntry]:
        journal = f"{self._site}/{JOURNAL_FILE}"
        for start, line in read_lines(self._folder / JOURNAL_FILE, end):
            number += 1
            with _at_line(journal, start, number):
                chain = check_line(line, chain)
                entry = parse_line(line)
                if entry.site != self._site or not entry.warc_file.startswith(f"{self._site}/"):
                    raise DamagedArchiveError(f"the line is not of {self._site!r}")
            yield entry

    def _check_strangers(self, names: set[str], sealed: int) -> None:
        """A file that was just begun, or torn in its first capture, may lie there; nothing else may."""
        begun = f"-{sealed + 1:05d}{WARC_SUFFIX}"
        strangers = sorted(names)
        allowed = [name for name in strangers if name.endswith(begun)][:1]
        for name in strangers:
            if name not in allowed:
                raise TouchedError(Fault(name, None, None, "the file is in no seal and no line of the journal"))


@contextmanager
def _at_line(file: str, offset: int, number: int) -> Iterator[None]:
    """Say of a fault inside which line it is in."""
    try:
        yield
    except DamagedArchiveError as error:
        raise TouchedError(Fault(file, offset, f"line {number}", str(error))) from error
