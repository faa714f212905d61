"""Verification finds whatever was changed, added or taken away, and names it."""

import gzip
import json
import re
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.reader import ArchiveReader
from archive.verify import Fault, VerifyReport, verify
from nightpost.settings import ArchiveSettings
from tests.archive.conftest import Evidence, exchange

PROTECTED = ("*.warc.gz", "journal.jsonl", "manifest.jsonl", "head.json")


@pytest.fixture
def sealed(evidence: Evidence) -> Evidence:
    """Two sealed files: two captures in the first, one in the second."""
    with evidence.open() as archive:
        archive.record(exchange(0))
        archive.record(exchange(1))
        archive.seal()
        evidence.clock.at += timedelta(hours=1)
        archive.record(exchange(2))
    for file in evidence.files("market/*"):
        file.chmod(0o644)
    return evidence


def check(evidence: Evidence) -> VerifyReport:
    return verify(evidence.folder, evidence.key.public_key())


def fault(evidence: Evidence) -> Fault:
    found = check(evidence).first_fault
    assert found is not None
    return found


def warcio_finds_it_whole(file: Path) -> bool:
    run = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", str(file)], capture_output=True, check=False, text=True
    )
    return run.returncode == 0


def test_an_archive_that_nobody_touched_verifies(sealed: Evidence) -> None:
    seen: list[tuple[int, int]] = []
    size = sum(file.stat().st_size for file in sealed.files("market/*.warc.gz"))
    report = verify(sealed.folder, sealed.key.public_key(), progress=lambda done, total: seen.append((done, total)))
    assert report.ok
    assert (report.sites, report.files, report.records, report.captures, report.size) == (1, 2, 8, 3, size)
    assert (report.unsealed, report.set_aside) == (0, 0)
    assert seen[-1] == (size, size)
    assert all(warcio_finds_it_whole(file) for file in sealed.files("market/*.warc.gz"))


def test_no_archive_yet_is_no_fault(evidence: Evidence) -> None:
    assert check(evidence).ok
    evidence.fill(0)
    assert check(evidence).ok


@pytest.mark.parametrize("pattern", PROTECTED)
def test_a_flipped_byte_anywhere_is_found_in_its_file(sealed: Evidence, pattern: str) -> None:
    for file in sealed.files(f"market/{pattern}"):
        whole = file.read_bytes()
        # The journal is twice as long as all else: every third byte of it, every byte of the others.
        for place in range(0, len(whole), 3 if pattern == "journal.jsonl" else 1):
            flipped = bytearray(whole)
            flipped[place] ^= 1 << place % 8
            file.write_bytes(flipped)
            found = check(sealed).first_fault
            assert found is not None, f"byte {place} of {file.name}"
            assert found.file == f"market/{file.name}", f"byte {place}: {found}"
        file.write_bytes(whole)
    assert check(sealed).ok


def test_a_flipped_byte_names_the_very_record(sealed: Evidence) -> None:
    captures = [capture for _, capture in ArchiveReader(sealed.folder).captures("market")]
    spans = []
    for capture in captures:
        spans.append((capture.warc_file, capture.offset, capture.offset + capture.length))
        line = next(line for line in _journal(sealed) if line["capture_id"] == capture.capture_id)
        end = capture.offset + capture.length
        spans.append((capture.warc_file, end, end + line["companion_length"]))
    identities = set()
    for name, start, end in spans:
        file = sealed.folder / name
        whole = file.read_bytes()
        # The gzip header's time and operating system, the deflate stream, the checksum and the length at its end.
        for place in (start, start + 4, start + 9, (start + end) // 2, end - 8, end - 1):
            flipped = bytearray(whole)
            flipped[place] ^= 0x40
            file.write_bytes(flipped)
            found = fault(sealed)
            assert (found.file, found.offset) == (name, start), f"byte {place}: {found}"
            assert found.record is not None
            assert re.fullmatch(r"<urn:uuid:[0-9a-f-]{36}>", found.record)
            identities.add(found.record)
        file.write_bytes(whole)
    assert len(identities) == len(spans)
    in_files = b"".join(_unpacked(file) for file in sealed.files("market/*.warc.gz"))
    assert all(f"WARC-Record-ID: {identity}".encode() in in_files for identity in identities)


def test_a_flipped_byte_in_the_journal_names_the_line(sealed: Evidence) -> None:
    journal = sealed.folder / "market/journal.jsonl"
    whole = journal.read_bytes()
    start = 0
    for number, line in enumerate(whole.splitlines(keepends=True), start=1):
        flipped = bytearray(whole)
        flipped[start + len(line) // 2] ^= 1
        journal.write_bytes(flipped)
        assert (fault(sealed).offset, fault(sealed).record) == (start, f"line {number}")
        start += len(line)


def test_of_two_touched_records_the_first_is_named(sealed: Evidence) -> None:
    first, second, _ = [capture for _, capture in ArchiveReader(sealed.folder).captures("market")]
    file = sealed.folder / first.warc_file
    content = bytearray(file.read_bytes())
    content[second.offset + 50] ^= 1
    content[first.offset + 50] ^= 1
    file.write_bytes(content)
    assert fault(sealed).offset == first.offset


def test_warcio_agrees_on_a_changed_page_that_was_packed_again(sealed: Evidence) -> None:
    """A forger who unpacks, changes and packs again leaves the old digests, which warcio checks as we do."""
    (_, capture), *_ = ArchiveReader(sealed.folder).captures("market")
    file = sealed.folder / capture.warc_file
    whole = file.read_bytes()
    end = capture.offset + capture.length
    member = gzip.decompress(whole[capture.offset : end]).replace(b"from DE", b"from NL")
    file.write_bytes(whole[: capture.offset] + gzip.compress(member) + whole[end:])
    assert not warcio_finds_it_whole(file)
    assert (fault(sealed).file, fault(sealed).offset) == (capture.warc_file, capture.offset)


def _append_byte(folder: Path) -> str:
    file = min(folder.glob("*.warc.gz"))
    file.write_bytes(file.read_bytes() + b"\0")
    return file.name


def _append_record(folder: Path) -> str:
    first, second = sorted(folder.glob("*.warc.gz"))
    second.write_bytes(second.read_bytes() + first.read_bytes())
    return second.name


def _cut_last_byte(folder: Path) -> str:
    file = sorted(folder.glob("*.warc.gz"))[1]
    file.write_bytes(file.read_bytes()[:-1])
    return file.name


def _add_file(folder: Path) -> str:
    (folder / "extra.warc.gz").write_bytes(min(folder.glob("*.warc.gz")).read_bytes())
    return "extra.warc.gz"


def _remove_file(folder: Path) -> str:
    file = min(folder.glob("*.warc.gz"))
    file.unlink()
    return file.name


def _exchange_files(folder: Path) -> str:
    first, second = sorted(folder.glob("*.warc.gz"))
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)
    return first.name


def _remove_journal(folder: Path) -> str:
    (folder / "journal.jsonl").unlink()
    return "journal.jsonl"


def _remove_head(folder: Path) -> str:
    (folder / "head.json").unlink()
    return "head.json"


def _remove_first_journal_line(folder: Path) -> str:
    return _without_line(folder / "journal.jsonl", 0)


def _remove_last_journal_line(folder: Path) -> str:
    return _without_line(folder / "journal.jsonl", -1)


def _remove_first_seal(folder: Path) -> str:
    return _without_line(folder / "manifest.jsonl", 0)


def _without_line(file: Path, index: int) -> str:
    lines = file.read_bytes().splitlines(keepends=True)
    del lines[index]
    file.write_bytes(b"".join(lines))
    return file.name


def _take_off_the_last_seal_with_all_it_covers(folder: Path) -> str:
    _without_line(folder / "manifest.jsonl", -1)
    _without_line(folder / "journal.jsonl", -1)
    sorted(folder.glob("*.warc.gz"))[1].unlink()
    return "manifest.jsonl"


@pytest.mark.parametrize(
    "tamper",
    [
        _append_byte,
        _append_record,
        _cut_last_byte,
        _add_file,
        _remove_file,
        _exchange_files,
        _remove_journal,
        _remove_head,
        _remove_first_journal_line,
        _remove_last_journal_line,
        _remove_first_seal,
        _take_off_the_last_seal_with_all_it_covers,
    ],
)
def test_what_was_added_or_taken_away_is_found(sealed: Evidence, tamper: Callable[[Path], str]) -> None:
    name = tamper(sealed.folder / "market")
    assert fault(sealed).file == f"market/{name}"
    assert len(str(fault(sealed)).splitlines()) == 1


def test_a_file_or_folder_that_is_not_of_the_archive_is_found(sealed: Evidence) -> None:
    (sealed.folder / "notes.txt").write_text("x")
    assert fault(sealed) == Fault("notes.txt", None, None, "the file is not of the archive")
    (sealed.folder / "notes.txt").unlink()
    (sealed.folder / "stranger").mkdir()
    assert fault(sealed).file == "stranger/head.json"


def test_another_sites_folder_does_not_pass_for_this_one(sealed: Evidence) -> None:
    shutil.copytree(sealed.folder / "market", sealed.folder / "bazaar")
    assert [found.file for found in check(sealed).faults] == ["bazaar/head.json"]


def test_the_first_fault_of_every_site_is_told(sealed: Evidence) -> None:
    sealed.fill(2, site="bazaar")
    sealed.fill(2, site="depot")
    for site in ("bazaar", "market"):
        _append_byte_to_first(sealed.folder / site)
    report = check(sealed)
    assert [found.file.split("/")[0] for found in report.faults] == ["bazaar", "market"]
    assert report.sites == 3


def test_a_seal_of_another_key_is_found(sealed: Evidence) -> None:
    stranger = Evidence(sealed.folder)
    assert not check(stranger).ok


def test_an_older_state_put_back_is_found_by_a_digest_noted_outside(sealed: Evidence, tmp_path: Path) -> None:
    older = tmp_path / "older"
    shutil.copytree(sealed.folder, older)
    sealed.fill(9)
    noted = check(sealed).seals.values()
    assert verify(sealed.folder, sealed.key.public_key(), noted=noted).ok
    sealed.fill(12)
    assert verify(sealed.folder, sealed.key.public_key(), noted=noted).ok
    rolled_back = verify(older, sealed.key.public_key(), noted=noted)
    assert rolled_back.first_fault is not None
    assert "taken off the end" in rolled_back.first_fault.why


def test_a_file_that_is_being_written_is_checked_too(sealed: Evidence) -> None:
    with sealed.open() as archive:
        archive.record(exchange(7))
        archive.record(exchange(8))
        report = check(sealed)
        assert (report.ok, report.captures, report.unsealed) == (True, 5, 2)
        file = sealed.files("market/*.warc.gz")[-1]
        whole = file.read_bytes()
        flipped = bytearray(whole)
        flipped[-3] ^= 1
        file.write_bytes(flipped)
        assert fault(sealed).file == f"market/{file.name}"
        file.write_bytes(whole)
    assert check(sealed).ok


def test_it_verifies_at_any_moment_while_a_crawl_writes(evidence: Evidence) -> None:
    with evidence.open(limits=ArchiveSettings(max_file_bytes=2048)) as archive:
        for number in range(30):
            archive.record(exchange(number))
            report = check(evidence)
            assert report.ok, report.first_fault
            assert report.captures == number + 1


def test_a_big_record_is_verified_in_bounded_memory(evidence: Evidence) -> None:
    body = b"HTTP/1.1 200 OK\r\n\r\n" + b"<p>listing</p>" * 4_000_000
    with evidence.open() as archive:
        archive.record(exchange(response=body))
    tracemalloc.start()
    try:
        assert check(evidence).ok
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < len(body) / 10


def _journal(evidence: Evidence) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (evidence.folder / "market/journal.jsonl").read_bytes().splitlines()]


def _unpacked(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes())


def _append_byte_to_first(folder: Path) -> None:
    file = min(folder.glob("*.warc.gz"))
    file.chmod(0o644)
    _append_byte(folder)
