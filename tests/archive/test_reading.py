"""Readers: in the journal's order, from any position, while a writer writes, in threads and processes."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from archive.errors import ArchiveError, DamagedArchiveError
from archive.journal import JournalEntry, check_line, first_chain, parse_line, read_lines
from archive.reader import ArchiveReader
from nightpost.settings import ArchiveSettings
from tests.archive.conftest import HOST, Evidence, exchange


def test_an_archive_that_is_not_there_has_no_sites_and_no_captures(tmp_path: Path) -> None:
    reader = ArchiveReader(tmp_path / "none")
    assert reader.sites() == []
    assert list(reader.captures("market")) == []
    with pytest.raises(ArchiveError, match="there is no capture"):
        reader.get("0" * 64)
    with pytest.raises(ArchiveError, match="there is no capture"):
        reader.get("not an id")


def test_captures_come_in_order_and_go_on_from_any_position(evidence: Evidence) -> None:
    identities = evidence.fill(5)
    reader = ArchiveReader(evidence.folder)
    seen = list(reader.captures("market"))
    assert [capture.capture_id for _, capture in seen] == identities
    assert [position for position, _ in seen] == sorted({position for position, _ in seen})
    for number, (position, _) in enumerate(seen, start=1):
        assert list(reader.captures("market", after=position)) == seen[number:]
    more = evidence.fill(7)
    assert [capture.capture_id for _, capture in reader.captures("market", after=seen[-1][0])] == more[5:]


def test_a_position_that_is_no_more_is_told(evidence: Evidence) -> None:
    evidence.fill(2)
    reader = ArchiveReader(evidence.folder)
    (first, _), _ = reader.captures("market")
    for wrong in (first - 1, first + 1, 10**9):
        with pytest.raises(ArchiveError, match="replay from the start"):
            list(reader.captures("market", after=wrong))
    (evidence.folder / "market/journal.jsonl").unlink()
    with pytest.raises(ArchiveError, match="replay from the start"):
        list(reader.captures("market", after=first))


def test_a_reader_never_sees_half_a_line(evidence: Evidence) -> None:
    evidence.fill(2)
    journal = evidence.folder / "market/journal.jsonl"
    whole = journal.read_bytes()
    first_end = whole.index(b"\n") + 1
    reader = ArchiveReader(evidence.folder)
    for size in range(first_end, len(whole)):
        journal.write_bytes(whole[:size])
        assert [position for position, _ in reader.captures("market")] == [first_end]


def test_a_reader_that_was_there_first_finds_what_comes_later(evidence: Evidence) -> None:
    reader = ArchiveReader(evidence.folder)
    with evidence.open() as archive:
        for number in range(20):
            identity = archive.record(exchange(number))
            capture = reader.get(identity)
            assert capture.url == f"{HOST}/listing/{number}"
            assert reader.exchange(capture) == exchange(number)
        bazaar = evidence.fill(1, site="bazaar")
        assert reader.get(bazaar[0]).site == "bazaar"


def _body_sizes(folder: Path, identities: list[str]) -> list[int]:
    reader = ArchiveReader(folder)
    return [len(reader.payload(reader.get(identity)).body) for identity in identities]


def test_threads_and_processes_read_at_once(evidence: Evidence) -> None:
    identities = evidence.fill(50, limits=ArchiveSettings(max_file_bytes=4096))
    expected = _body_sizes(evidence.folder, identities)
    reader = ArchiveReader(evidence.folder)
    with ThreadPoolExecutor(4) as threads:
        payloads = list(threads.map(lambda identity: reader.payload(reader.get(identity)), identities * 4))
    assert [len(payload.body) for payload in payloads] == expected * 4
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as processes:
        results = [processes.submit(_body_sizes, evidence.folder, identities) for _ in range(2)]
        assert [result.result() for result in results] == [expected, expected]


def test_a_record_that_is_not_the_captures_is_never_passed_off_as_it(evidence: Evidence) -> None:
    evidence.fill(2)
    reader = ArchiveReader(evidence.folder)
    (_, first), (_, second) = reader.captures("market")
    mixed = first.model_copy(update={"offset": second.offset, "length": second.length})
    with pytest.raises(DamagedArchiveError, match="is not the record of"):
        reader.payload(mixed)
    for change in ({"offset": first.offset + 1}, {"length": first.length - 1}, {"length": first.length + 1}):
        with pytest.raises(DamagedArchiveError, match="archive verify"):
            reader.payload(first.model_copy(update=change))
    with pytest.raises(DamagedArchiveError, match="cut off"):
        reader.payload(first.model_copy(update={"offset": 10**6}))
    with pytest.raises(ArchiveError, match="cannot read"):
        reader.payload(first.model_copy(update={"warc_file": "market/none.warc.gz"}))


def test_a_line_that_is_no_capture_is_told(evidence: Evidence) -> None:
    evidence.fill(2)
    journal = evidence.folder / "market/journal.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b'"status":200', b'"status":"x"', 1))
    reader = ArchiveReader(evidence.folder)
    with pytest.raises(DamagedArchiveError, match="not a capture"):
        list(reader.captures("market"))
    journal.write_bytes(b"nonsense\n")
    with pytest.raises(DamagedArchiveError, match="not a line of the journal"):
        list(reader.captures("market"))


def test_the_journals_lines_are_captures_and_a_chain(evidence: Evidence) -> None:
    evidence.fill(3)
    chain = first_chain("market")
    entries: list[JournalEntry] = []
    for _, line in read_lines(evidence.folder / "market/journal.jsonl"):
        chain = check_line(line, chain)
        entries.append(parse_line(line))
    assert [entry.capture() for entry in entries] == [
        capture for _, capture in ArchiveReader(evidence.folder).captures("market")
    ]
    assert all(later.offset == entry.end for entry, later in pairwise(entries))
