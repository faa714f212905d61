"""After a kill or a power loss: nothing that was recorded is lost, nothing is there twice, and all of it verifies."""

import json
import random
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.errors import ArchiveError, DamagedArchiveError
from archive.keys import load_or_create_key, load_public_key
from archive.reader import ArchiveReader
from archive.verify import verify
from tests.archive.conftest import HOST, Evidence, exchange

CRAWL = """
    import sys

    import structlog

    # What is said of a recovery is no promise.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    from datetime import UTC, datetime
    from pathlib import Path
    from random import Random

    from archive.keys import load_or_create_key
    from archive.site_archive import SiteArchive
    from nightpost.clock import SystemClock
    from nightpost.exchange import Exchange
    from nightpost.settings import ArchiveSettings

    folder = Path(sys.argv[1])
    with SiteArchive(
        folder / "archive", "market", key=load_or_create_key(folder / "keys"), software="s", operator="o",
        authority="a", limits=ArchiveSettings(max_file_bytes=400_000), clock=SystemClock(),
    ) as archive:
        done = {url for url, _ in archive.captured("run-1")}
        for number in range(100_000):
            url = f"http://market.onion/{number}"
            if url not in done:
                body = Random(number).randbytes(30_000)
                identity = archive.record(Exchange(
                    site="market", run_id="run-1", url=url, fetched_at=datetime.now(UTC),
                    request=b"GET / HTTP/1.1\\r\\n\\r\\n", response=b"HTTP/1.1 200 OK\\r\\n\\r\\n" + body,
                ))
                print(identity, flush=True)
"""


def test_killed_at_random_moments_nothing_is_lost_and_nothing_is_there_twice(tmp_path: Path) -> None:
    chance = random.Random(7)
    promised: list[str] = []
    for _ in range(10):
        # The crawl goes on while this process reads what it promised: the kill comes anywhere in its work.
        with subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(CRAWL), str(tmp_path)], stdout=subprocess.PIPE
        ) as crawl:
            assert crawl.stdout is not None
            promised += [crawl.stdout.readline().decode().strip() for _ in range(chance.randint(1, 40))]
            crawl.kill()
            promised += [line.decode().strip() for line in crawl.stdout if line.endswith(b"\n")]
        report = verify(tmp_path / "archive", load_public_key(tmp_path / "keys"))
        assert report.ok, report.first_fault
    evidence = Evidence(tmp_path / "archive", key=load_or_create_key(tmp_path / "keys"))
    evidence.open().close()
    report = verify(evidence.folder, evidence.key.public_key())
    assert report.ok
    assert report.unsealed == report.set_aside == 0
    captures = [capture for _, capture in ArchiveReader(evidence.folder).captures("market")]
    identities = {capture.capture_id for capture in captures}
    assert set(promised) <= identities
    assert len(identities) == len({capture.url for capture in captures}) == len(captures)
    assert len(captures) <= len(promised) + 10
    in_warc = [
        record.rec_headers.get_header("WARC-Target-URI")
        for file in evidence.files("market/*.warc.gz")
        for record in _records(file)
        if record.rec_type == "response"
    ]
    assert sorted(in_warc) == sorted(capture.url for capture in captures)


def _records(file: Path) -> list[ArchiveIterator]:
    with file.open("rb") as stream:
        return list(ArchiveIterator(stream))


@pytest.fixture
def killed(evidence: Evidence) -> Evidence:
    """An archive with one sealed file, and one that a killed process was writing: captures 2, 3 and 4 are in it."""
    evidence.fill(2)
    archive = evidence.open()
    for number in (2, 3, 4):
        archive.record(exchange(number))
    copy = evidence.folder.with_name("killed")
    shutil.copytree(evidence.folder, copy)
    archive.close()
    return Evidence(copy, key=evidence.key, clock=evidence.clock)


def _urls(evidence: Evidence) -> list[str]:
    return [capture.url for _, capture in ArchiveReader(evidence.folder).captures("market")]


def _is_in_order(evidence: Evidence) -> bool:
    report = verify(evidence.folder, evidence.key.public_key())
    return report.ok and report.unsealed == 0


def test_what_a_killed_process_left_is_sealed_when_it_is_opened_again(killed: Evidence) -> None:
    before = verify(killed.folder, killed.key.public_key())
    assert (before.ok, before.unsealed, before.captures) == (True, 3, 5)
    with killed.open() as archive:
        assert not archive.recovery
        assert len(archive) == 5
    assert _is_in_order(killed)
    assert _urls(killed) == [f"{HOST}/listing/{number}" for number in range(5)]


def test_torn_anywhere_in_the_last_capture_it_is_cut_back_or_adopted(killed: Evidence, tmp_path: Path) -> None:
    warc = killed.files("market/*.warc.gz")[-1].name
    whole = (killed.folder / "market" / warc).read_bytes()
    lines = (killed.folder / "market/journal.jsonl").read_bytes().splitlines(keepends=True)
    last = json.loads(lines[-1])
    seam = last["offset"] + last["length"]
    sizes = {
        *range(last["offset"], len(whole), 5),
        *range(seam - 10, seam + 12),
        *range(len(whole) - 10, len(whole) + 1),
    }
    for size in sorted(sizes):
        torn = Evidence(tmp_path / "torn", key=killed.key, clock=killed.clock)
        shutil.copytree(killed.folder, torn.folder)
        (torn.folder / "market" / warc).write_bytes(whole[:size])
        (torn.folder / "market/journal.jsonl").write_bytes(b"".join(lines[:-1]) + lines[-1][: size % 50])
        assert verify(torn.folder, torn.key.public_key()).ok
        with torn.open() as archive:
            is_whole = size == len(whole)
            assert archive.recovery.adopted == int(is_whole)
            assert archive.recovery.torn_warc_bytes == (0 if is_whole else size - last["offset"])
            assert archive.recovery.torn_journal_bytes == size % 50
            assert archive.record(exchange(4)) == last["capture_id"]
        assert _urls(torn) == [f"{HOST}/listing/{number}" for number in range(5)]
        assert _is_in_order(torn)
        shutil.rmtree(torn.folder)


def test_torn_in_its_first_capture_a_file_without_captures_is_taken_away(evidence: Evidence, tmp_path: Path) -> None:
    archive = evidence.open()
    archive.record(exchange(0))
    name = evidence.files("market/*.warc.gz")[0].name
    whole = (evidence.folder / "market" / name).read_bytes()
    snapshot = tmp_path / "snapshot"
    shutil.copytree(evidence.folder, snapshot)
    archive.close()
    for size in range(0, len(whole), 7):
        torn = Evidence(tmp_path / "torn", key=evidence.key, clock=evidence.clock)
        shutil.copytree(snapshot, torn.folder)
        (torn.folder / "market" / name).write_bytes(whole[:size])
        (torn.folder / "market/journal.jsonl").write_bytes(b"")
        assert verify(torn.folder, torn.key.public_key()).ok
        with torn.open() as again:
            assert len(again) == 0
            assert torn.files("market/*.warc.gz") == []
            again.record(exchange(0))
        assert _is_in_order(torn)
        shutil.rmtree(torn.folder)


def test_journal_lines_whose_records_a_power_loss_took_are_set_aside_and_told(killed: Evidence) -> None:
    warc = killed.files("market/*.warc.gz")[-1]
    lines = (killed.folder / "market/journal.jsonl").read_bytes().splitlines(keepends=True)
    last = json.loads(lines[-1])
    with warc.open("r+b") as stream:
        stream.truncate(last["offset"] + 5)
    report = verify(killed.folder, killed.key.public_key())
    assert report.first_fault is not None
    assert (report.first_fault.file, report.first_fault.offset) == (last["warc_file"], last["offset"])
    with killed.open() as archive:
        assert archive.recovery.set_aside == 1
        archive.record(exchange(5))
    (kept,) = (killed.folder / "market/set-aside.jsonl").read_bytes().splitlines()
    assert json.loads(kept)["line"].encode() == lines[-1]
    assert "not in the WARC file" in json.loads(kept)["why"]
    assert _urls(killed) == [f"{HOST}/listing/{number}" for number in (0, 1, 2, 3, 5)]
    after = verify(killed.folder, killed.key.public_key())
    assert (after.ok, after.set_aside, after.unsealed) == (True, 1, 0)


def test_journal_lines_that_a_power_loss_filled_with_zeros_are_adopted_from_the_warc_file(killed: Evidence) -> None:
    journal = killed.folder / "market/journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:3]) + bytes(len(lines[3]) - 1) + b"\n" + lines[4])
    with killed.open() as archive:
        assert (archive.recovery.set_aside, archive.recovery.adopted) == (2, 2)
    assert _is_in_order(killed)
    assert _urls(killed) == [f"{HOST}/listing/{number}" for number in range(5)]


def test_a_warc_file_that_is_gone_is_told_and_the_next_crawl_fetches_its_pages_again(killed: Evidence) -> None:
    killed.files("market/*.warc.gz")[-1].unlink()
    with killed.open() as archive:
        assert archive.recovery.set_aside == 3
        assert len(archive) == 2
        archive.record(exchange(2))
    assert _is_in_order(killed)
    assert len((killed.folder / "market/set-aside.jsonl").read_bytes().splitlines()) == 3


def test_a_damaged_record_in_the_middle_stays_for_verification_to_name(killed: Evidence) -> None:
    warc = killed.files("market/*.warc.gz")[-1]
    lines = (killed.folder / "market/journal.jsonl").read_bytes().splitlines(keepends=True)
    damaged = json.loads(lines[3])
    content = bytearray(warc.read_bytes())
    content[damaged["offset"] + 60] ^= 1
    warc.write_bytes(content)
    with killed.open() as archive:
        assert (archive.recovery.damaged, archive.recovery.set_aside) == (1, 0)
        with pytest.raises(DamagedArchiveError, match="archive verify"):
            archive.exchange(damaged["capture_id"])
    report = verify(killed.folder, killed.key.public_key())
    assert report.first_fault is not None
    assert (report.first_fault.file, report.first_fault.offset) == (damaged["warc_file"], damaged["offset"])


def test_a_torn_seal_is_made_again(evidence: Evidence) -> None:
    evidence.fill(2)
    folder = evidence.folder / "market"
    head = (folder / "head.json").read_bytes()
    with evidence.open() as archive:
        unsealed_head = (folder / "head.json").read_bytes()
        assert head == unsealed_head
        archive.record(exchange(5))
    manifest = (folder / "manifest.jsonl").read_bytes().splitlines(keepends=True)
    for torn in (b"", manifest[1][:1], manifest[1][:300], manifest[1][:-1]):
        (folder / "manifest.jsonl").write_bytes(manifest[0] + torn)
        (folder / "head.json").write_bytes(head)
        assert verify(evidence.folder, evidence.key.public_key()).unsealed == 1
        with evidence.open() as archive:
            assert archive.recovery.torn_manifest_bytes == len(torn)
        assert _is_in_order(evidence)
    # Killed between the seal and the head: the head is a line behind.
    (folder / "head.json").write_bytes(head)
    assert _is_in_order(evidence)
    evidence.open().close()
    assert (folder / "head.json").read_bytes() != head


@pytest.mark.parametrize("file", ["manifest.jsonl", "journal.jsonl", "head.json"])
def test_nothing_is_written_on_top_of_sealed_evidence_that_was_touched(evidence: Evidence, file: str) -> None:
    evidence.fill(2)
    evidence.fill(4)
    touched = evidence.folder / "market" / file
    touched.write_bytes(b"".join(touched.read_bytes().splitlines(keepends=True)[:-1]))
    with pytest.raises(DamagedArchiveError, match="archive verify"):
        evidence.open()
    with pytest.raises(ArchiveError):
        evidence.open()


def test_another_key_does_not_go_on_with_the_seals_of_the_first(evidence: Evidence) -> None:
    evidence.fill(2)
    stranger = Evidence(evidence.folder)
    with pytest.raises(DamagedArchiveError, match="not of this key"):
        stranger.open()


def test_two_files_of_the_same_number_are_out_of_step(killed: Evidence) -> None:
    journal = killed.folder / "market/journal.jsonl"
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:2]))
    begun = killed.files("market/*.warc.gz")[-1]
    shutil.copy(begun, begun.with_name(begun.name.replace("market-2026", "market-2027")))
    with pytest.raises(DamagedArchiveError, match="bear the same number"):
        killed.open()
