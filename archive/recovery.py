"""What a killed process or a power loss left, put in order before the next capture is written.

Only the part that no seal covers is ever touched: the end of the journal and the one WARC file that was being written.

- A torn last line of the journal is cut. A torn last record is cut back to the last whole one.
- Whole records that did not reach the journal (killed between the two writes) are adopted: nothing fetched is lost.
- Lines of the journal whose records the disk lost (power loss) go to a file of their own, with the reason.
- A record in the middle that is not what it was stays where it is, for verification to name.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from archive.append_file import AppendFile
from archive.capture_records import PreparedCapture, restore_prepared
from archive.errors import DamagedArchiveError, storage_errors
from archive.journal import JournalEntry, check_line, parse_line, read_lines, write_line
from archive.reader import CaptureIndex
from archive.seal_book import SealBook
from archive.warc import StoredRecord, member_digest, next_record
from archive.warc_file import WARC_SUFFIX, WarcFile
from nightpost.clock import Clock

SET_ASIDE_FILE = "set-aside.jsonl"


@dataclass(slots=True)
class Recovery:
    """What was mended; all zero after a proper close.

    Attributes:
        adopted: captures that were in the WARC file but not yet in the journal.
        torn_warc_bytes: bytes of a torn last record that were cut.
        torn_journal_bytes: bytes of a torn last line of the journal that were cut.
        torn_manifest_bytes: the same of the manifest.
        set_aside: lines of the journal without their records, moved to ``set-aside.jsonl``. Their pages are to be
            fetched again, and whoever reads the journal by position must replay.
        damaged: captures whose records are not what they were; left in place, ``archive verify`` names the first.
        removed_files: files that held no capture.
    """

    adopted: int = 0
    torn_warc_bytes: int = 0
    torn_journal_bytes: int = 0
    torn_manifest_bytes: int = 0
    set_aside: int = 0
    damaged: int = 0
    removed_files: int = 0

    def __bool__(self) -> bool:
        return any(self.counts().values())

    def counts(self) -> dict[str, int]:
        """Every count by its name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Recovered:
    """A site in order: the file still to be sealed (None without one), and the journal's last chain value."""

    warc: WarcFile | None
    chain: str
    report: Recovery


@dataclass(slots=True)
class _Tail:
    """The part of the journal that no seal covers.

    Attributes:
        lines: usable lines: first byte, line, entry.
        chains: the chain value before the first of them, then after each.
        unusable: lines from the first that is not in order: first byte, line, why.
    """

    lines: list[tuple[int, bytes, JournalEntry]] = field(default_factory=list)
    chains: list[str] = field(default_factory=list)
    unusable: list[tuple[int, bytes, str]] = field(default_factory=list)


def recover(
    archive: Path, site: str, *, journal: AppendFile, book: SealBook, index: CaptureIndex, clock: Clock
) -> Recovered:
    """Put a site in order; `index` holds all its captures afterwards.

    Raises:
        DamagedArchiveError: journal, manifest and WARC files contradict each other beyond what a kill can do.
        ArchiveError: the disk is full, or will not be read or written.
    """
    report = Recovery(torn_manifest_bytes=book.cut_bytes)
    if journal.size < book.journal_end:
        raise DamagedArchiveError(
            f"{journal.file} has {journal.size} bytes, its seals cover {book.journal_end}: lines were taken out; "
            "run: nightpost archive verify"
        )
    tail = _read_tail(journal, book, report)
    name = _unsealed_file(archive, site, book, tail)
    if name is None:
        _set_aside(journal, archive, [], tail.unusable, report)
        index.refresh()
        return Recovered(None, book.journal_chain, report)
    found = _examine(archive, site, name, tail, report)
    _set_aside(journal, archive, found.lost, tail.unusable, report)
    warc = WarcFile(archive, name, found.run_id, clock.now(), book.journal_end)
    report.torn_warc_bytes = warc.size - found.end
    warc.cut(found.end)
    chain = _adopt(site, name, found, journal, report)
    index.refresh()
    if not found.entries:
        warc.discard()
        report.removed_files += 1
        return Recovered(None, chain, report)
    warc.begin(found.warcinfo)
    for entry in found.entries:
        warc.add(entry, None)
    warc.rehash()
    return Recovered(warc, chain, report)


def _read_tail(journal: AppendFile, book: SealBook, report: Recovery) -> _Tail:
    tail = _Tail(chains=[book.journal_chain])
    end = book.journal_end
    for start, line in read_lines(journal.file, book.journal_end):
        end = start + len(line)
        if tail.unusable:
            tail.unusable.append((start, line, "it follows on a line that is unusable"))
            continue
        try:
            chain = check_line(line, tail.chains[-1])
            tail.lines.append((start, line, parse_line(line)))
            tail.chains.append(chain)
        except DamagedArchiveError as error:
            tail.unusable.append((start, line, str(error)))
    if end < journal.size:
        report.torn_journal_bytes = journal.size - end
        journal.cut(end)
    return tail


def _unsealed_file(archive: Path, site: str, book: SealBook, tail: _Tail) -> str | None:
    """The one WARC file that was being written: the one that the journal names, else the one next in number."""
    named = {entry.warc_file for _, _, entry in tail.lines}
    if len(named) > 1:
        raise DamagedArchiveError(
            f"journal and WARC files of {site!r} are out of step: {', '.join(sorted(named))} are journalled and "
            "not sealed, but only one file is written at a time; run: nightpost archive verify"
        )
    if named:
        return named.pop()
    ending = f"-{book.next_sequence:05d}{WARC_SUFFIX}"
    begun = sorted(file.name for file in (archive / site).glob(f"*{ending}") if file.stat().st_size)
    if len(begun) > 1:
        raise DamagedArchiveError(
            f"{', '.join(begun)} of {site!r} bear the same number; take away the one that does not belong there"
        )
    empty = [file for file in (archive / site).glob(f"*{ending}") if not file.stat().st_size]
    for file in empty:
        file.unlink()
    return f"{site}/{begun[0]}" if begun else None


@dataclass(slots=True)
class _Found:
    """What the WARC file really holds.

    Attributes:
        run_id: as the warcinfo states it.
        warcinfo: the first record's gzip member.
        entries: captures that stay.
        lost: lines of the journal (with their first byte) whose records are not there, after the last one that is.
        adoptable: captures that are there and not journalled, in order.
        end: first byte after what stays.
        chain: chain value of the last line that stays.
    """

    run_id: str
    warcinfo: bytes
    entries: list[JournalEntry]
    lost: list[tuple[int, bytes, str]]
    adoptable: list[PreparedCapture]
    end: int
    chain: str


def _examine(archive: Path, site: str, name: str, tail: _Tail, report: Recovery) -> _Found:
    file = archive / name
    if not file.exists():
        file.touch()
    head = next_record(file, 0)
    is_whole = head is not None and head[0].type == "warcinfo"
    intact = [_is_intact(file, entry) for _, _, entry in tail.lines]
    kept = len(intact) - intact[::-1].index(True) if True in intact else 0
    report.damaged = intact[:kept].count(False)
    entries = [entry for _, _, entry in tail.lines[:kept]]
    lost = [(start, line, "its records are not in the WARC file") for start, line, _ in tail.lines[kept:]]
    if head is not None and is_whole:
        run_id, warcinfo, end = _run_of(head[0]), head[1], len(head[1])
    elif entries:
        run_id, end = entries[0].run_id, entries[0].offset
        warcinfo = _slice(file, 0, end)
        report.damaged += 1
    else:
        return _Found("", b"", [], lost, [], 0, tail.chains[kept])
    if entries:
        end = entries[-1].end
    adoptable = list(_unjournalled(file, site, run_id, end))
    end += sum(len(capture.main) + len(capture.companion) for capture in adoptable)
    return _Found(run_id, warcinfo, entries, lost, adoptable, end, tail.chains[kept])


def _is_intact(file: Path, entry: JournalEntry) -> bool:
    if member_digest(file, entry.offset, entry.length) != entry.sha256:
        return False
    companion = member_digest(file, entry.offset + entry.length, entry.companion_length)
    return not entry.companion_length or companion == entry.companion_sha256


def _unjournalled(file: Path, site: str, run_id: str, start: int) -> Iterator[PreparedCapture]:
    """The whole captures from a byte on; a pair whose second record is torn is not whole."""
    while (main := next_record(file, start)) is not None:
        start += len(main[1])
        companion = None
        if "warc-concurrent-to" in main[0].headers:
            companion = next_record(file, start)
            if companion is None:
                return
            start += len(companion[1])
        try:
            yield restore_prepared(site, run_id, main, companion)
        except DamagedArchiveError:
            return


def _adopt(site: str, name: str, found: _Found, journal: AppendFile, report: Recovery) -> str:
    """Journal the captures that were not; the chain's last value."""
    chain = found.chain
    offset = found.entries[-1].end if found.entries else len(found.warcinfo)
    for capture in found.adoptable:
        entry = capture.entry(site, name, offset)
        line, chain = write_line(entry, chain)
        journal.append(line)
        found.entries.append(entry)
        offset = entry.end
        report.adopted += 1
    return chain


def _set_aside(
    journal: AppendFile,
    archive: Path,
    lost: list[tuple[int, bytes, str]],
    unusable: list[tuple[int, bytes, str]],
    report: Recovery,
) -> None:
    """Move lines from the journal's end to the file beside it, with the reason and the bytes they pointed to.

    They are on the disk there before they are cut here.
    """
    lines = lost + unusable
    if not lines:
        return
    beside = AppendFile(journal.file.with_name(SET_ASIDE_FILE))
    try:
        for _, line, why in lines:
            kept = {"why": why, "line": line.decode("utf-8", "backslashreplace"), "bytes": _pointed_to(archive, line)}
            beside.append(json.dumps(kept).encode() + b"\n")
        beside.sync()
    finally:
        beside.close()
    journal.cut(lines[0][0])
    report.set_aside = len(lines)


def _pointed_to(archive: Path, line: bytes) -> str | None:
    """What lies where a line points to, base64; None when nothing does or the line does not say."""
    try:
        entry = parse_line(line)
    except DamagedArchiveError:
        return None
    file = archive / entry.warc_file
    return base64.b64encode(_slice(file, entry.offset, entry.end)).decode() or None if file.exists() else None


def _slice(file: Path, start: int, end: int) -> bytes:
    with storage_errors("read", file), file.open("rb") as stream:
        stream.seek(start)
        return stream.read(end - start)


def _run_of(warcinfo: StoredRecord) -> str:
    for line in warcinfo.block.decode("utf-8", "replace").splitlines():
        name, _, value = line.partition(": ")
        if name == "run":
            return value
    return "unknown"
