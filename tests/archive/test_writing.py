"""What is recorded is in the WARC file byte for byte, with its digests, its request and its provenance."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive.capture import capture_id
from archive.capture_records import Document
from archive.errors import ArchiveError, ArchiveLockedError, UnfitExchangeError
from archive.reader import ArchiveReader
from archive.site_archive import SiteArchive
from nightpost.settings import ArchiveSettings
from tests.archive.conftest import HOST, START, Evidence, exchange

ODD_RESPONSES = {
    "odd header case": b"HTTP/1.1 200 OK\r\ncOnTeNt-TYPE: text/html\r\nX-Odd:no space\r\nX-Wide:    much\t\r\n\r\nbody",
    "duplicate headers": b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nset-cookie: a=1\r\n\r\nbody",
    "no reason": b"HTTP/1.1 200\r\nContent-Type: text/html\r\n\r\nbody",
    "no reason with space": b"HTTP/1.1 404 \r\n\r\n",
    "broken status line": b"HTTP/1.1 ok fine\r\nContent-Type: text/html\r\n\r\nbody",
    "no status line": b"<html>no head at all</html>\r\n\r\nmore",
    "bare line feeds": b"HTTP/1.0 200 OK\nContent-Type: text/html\n\nbody",
    "folded header": b"HTTP/1.1 200 OK\r\nX-Long: one\r\n  two\r\n\r\nbody",
    "header without colon": b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\nbody",
    "latin-1 header": b"HTTP/1.1 200 OK\r\nX-Name: M\xfcller\r\n\r\nbody",
    "white line in the head": b"HTTP/1.1 200 OK\r\nX: 1\r\n \t\r\nY: 2\r\n\r\nbody",
    "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
    "head cut off": b"HTTP/1.1 200 OK\r\nContent-Ty",
    "head that never ends": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 60_000,
    "empty body": b"HTTP/1.1 204 No Content\r\n\r\n",
    "empty response": b"",
    "null bytes": b"HTTP/1.1 200 OK\r\n\r\n\x00\x00\r\n\r\n\x00",
}


def warc_records(file: Path) -> Iterator[tuple[dict[str, str], bytes]]:
    """Headers and raw block of each record, as warcio reads them."""
    with file.open("rb") as stream:
        for record in ArchiveIterator(stream, no_record_parse=True):
            assert record.rec_headers.protocol == "WARC/1.1"
            yield dict(record.rec_headers.headers), record.raw_stream.read()


def digests_hold(file: Path) -> bool:
    """Whether warcio finds every digest right (it does not look at the digest of an empty block)."""
    with file.open("rb") as stream:
        for record in ArchiveIterator(stream, check_digests=True):
            while record.content_stream().read(65536):
                pass
            if record.digest_checker.passed is not (True if record.length else None):
                return False
    return True


@pytest.mark.parametrize("response", ODD_RESPONSES.values(), ids=list(ODD_RESPONSES))
def test_a_response_is_kept_byte_for_byte_whatever_its_head_is_like(evidence: Evidence, response: bytes) -> None:
    given_exchange = exchange(response=response)
    with evidence.open() as archive:
        identity = archive.record(given_exchange)
        assert archive.exchange(identity) == given_exchange
    (file,) = evidence.files("market/*.warc.gz")
    blocks = [block for _, block in warc_records(file)]
    assert blocks[1:] == [response, given_exchange.request]
    reader = ArchiveReader(evidence.folder)
    assert reader.exchange(reader.get(identity)) == given_exchange
    assert digests_hold(file)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(head=st.binary(max_size=80), body=st.binary(max_size=200), request=st.binary(max_size=50))
def test_any_bytes_come_back_and_their_digests_hold(
    tmp_path_factory: pytest.TempPathFactory, head: bytes, body: bytes, request: bytes
) -> None:
    evidence = Evidence(tmp_path_factory.mktemp("archive"))
    given_exchange = exchange(response=b"HTTP/1.1 200 " + head + b"\r\n\r\n" + body, request=request)
    with evidence.open() as archive:
        assert archive.exchange(archive.record(given_exchange)) == given_exchange
    assert digests_hold(evidence.files("market/*.warc.gz")[0])


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("no reason", 200),
        ("no reason with space", 404),
        ("broken status line", None),
        ("no status line", None),
        ("head that never ends", None),
        ("empty response", None),
        ("bare line feeds", 200),
    ],
)
def test_the_status_is_read_from_the_status_line_or_absent(evidence: Evidence, name: str, status: int | None) -> None:
    with evidence.open() as archive:
        identity = archive.record(exchange(response=ODD_RESPONSES[name]))
    assert ArchiveReader(evidence.folder).get(identity).status == status


def test_the_records_carry_what_a_court_asks_for(evidence: Evidence) -> None:
    evidence.fill(1)
    (file,) = evidence.files("market/*.warc.gz")
    (info, info_block), (response, block), (request, _) = warc_records(file)
    assert info["WARC-Type"] == "warcinfo"
    assert info["WARC-Filename"] == file.name
    fields = dict(line.split(": ", 1) for line in info_block.decode().splitlines())
    assert fields == {
        "software": "nightpost 0.1.0",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "operator": "Postal Inspection",
        "authority": "CASE-7",
        "site": "market",
        "run": "run-1",
    }
    assert (response["WARC-Type"], request["WARC-Type"]) == ("response", "request")
    assert response["WARC-Target-URI"] == request["WARC-Target-URI"] == f"{HOST}/listing/0"
    assert response["WARC-Date"] == request["WARC-Date"] == "2026-05-04T03:02:01.123456Z"
    assert request["WARC-Concurrent-To"] == response["WARC-Record-ID"]
    assert response["WARC-Concurrent-To"] == request["WARC-Record-ID"]
    assert response["Content-Type"] == "application/http; msgtype=response"
    assert "WARC-Truncated" not in response
    assert response["WARC-Block-Digest"].startswith("sha256:")
    assert len(block) == int(response["Content-Length"])


def test_a_capture_says_where_its_record_lies_and_what_it_is(evidence: Evidence) -> None:
    (identity,) = evidence.fill(1)
    body = exchange().response.partition(b"\r\n\r\n")[2]
    ((_, capture),) = ArchiveReader(evidence.folder).captures("market")
    digest = "sha256:" + hashlib.sha256(body).hexdigest()
    assert capture.payload_digest == digest
    assert identity == capture.capture_id == capture_id("market", capture.url, START, digest)
    assert (capture.status, capture.run_id, capture.site, capture.page_kind) == (200, "run-1", "market", None)
    with (evidence.folder / capture.warc_file).open("rb") as stream:
        stream.seek(capture.offset)
        record = next(iter(ArchiveIterator(stream, no_record_parse=True)))
        assert record.rec_headers.get_header("WARC-Target-URI") == capture.url


def test_a_truncated_response_is_marked_and_a_long_one_is_cut(evidence: Evidence) -> None:
    limits = ArchiveSettings(max_page_bytes=1024)
    with evidence.open(limits=limits) as archive:
        cut_by_server = archive.record(exchange(1, truncated="disconnect"))
        too_long = archive.record(exchange(2, response=b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5000))
    reader = ArchiveReader(evidence.folder)
    assert reader.exchange(reader.get(cut_by_server)).truncated == "disconnect"
    kept = reader.exchange(reader.get(too_long))
    assert (len(kept.response), kept.truncated) == (1024, "length")
    marks = [headers.get("WARC-Truncated") for headers, _ in warc_records(evidence.files("market/*.warc.gz")[0])]
    assert marks == [None, "disconnect", None, "length", None]


def test_a_saved_document_gets_no_made_up_http_head(evidence: Evidence) -> None:
    document = Document(
        run_id="import-1",
        url="file:///pages/one",
        fetched_at=START,
        body=b"HTTP/1.1 is only mentioned here",
        content_type="text/html; charset=utf-8",
        status=203,
        metadata=b'{"a": 1}',
    )
    with evidence.open() as archive:
        identity = archive.record_document(document)
    _, (main, block), (metadata, stated) = warc_records(evidence.files("market/*.warc.gz")[0])
    assert (main["WARC-Type"], main["Content-Type"], block) == ("resource", document.content_type, document.body)
    assert (metadata["WARC-Type"], stated) == ("metadata", b'{"a": 1}')
    reader = ArchiveReader(evidence.folder)
    capture = reader.get(identity)
    assert capture.status == 203
    payload = reader.payload(capture)
    assert (payload.body, payload.content_type, payload.charset, payload.problems) == (
        document.body,
        "text/html",
        "utf-8",
        (),
    )


def test_the_same_exchange_again_is_the_same_capture_and_not_written_twice(evidence: Evidence) -> None:
    with evidence.open() as archive:
        assert archive.record(exchange()) == archive.record(exchange())
    with evidence.open() as archive:
        archive.record(exchange())
        assert len(archive) == 1
    assert len(evidence.files("market/*.warc.gz")) == 1


def test_the_same_exchanges_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = Evidence(tmp_path / "first"), Evidence(tmp_path / "second")
    first.fill(5)
    second.fill(5)
    assert [f.read_bytes() for f in first.files("*/*.warc.gz")] == [f.read_bytes() for f in second.files("*/*.warc.gz")]
    assert (first.folder / "market/journal.jsonl").read_bytes() == (second.folder / "market/journal.jsonl").read_bytes()


def test_what_is_captured_in_a_run_is_told_in_order_before_and_after_closing(evidence: Evidence) -> None:
    with evidence.open() as archive:
        mine = [archive.record(exchange(number, run_id="run-2")) for number in (3, 1, 2)]
        archive.record(exchange(9, run_id="run-3"))
        assert list(archive.captured("run-2")) == [
            (f"{HOST}/listing/{n}", i) for n, i in zip((3, 1, 2), mine, strict=True)
        ]
    with evidence.open() as archive:
        assert [identity for _, identity in archive.captured("run-2")] == mine
        assert list(archive.captured("run-4")) == []


def test_a_file_is_closed_by_size_by_age_and_at_the_end_of_a_run(evidence: Evidence) -> None:
    with evidence.open(limits=ArchiveSettings(max_file_bytes=1024, max_file_seconds=60)) as archive:
        for number in range(4):
            archive.record(exchange(number))
        by_size = len(evidence.files("market/*.warc.gz"))
        assert by_size == 4
    with evidence.open(limits=ArchiveSettings(max_file_seconds=60)) as archive:
        archive.record(exchange(10))
        evidence.clock.at += timedelta(seconds=59)
        archive.record(exchange(11))
        assert len(evidence.files("market/*.warc.gz")) == by_size + 1
        evidence.clock.at += timedelta(seconds=1)
        archive.record(exchange(12))
        assert len(evidence.files("market/*.warc.gz")) == by_size + 2
        archive.record(exchange(13, run_id="run-2"))
        assert len(evidence.files("market/*.warc.gz")) == by_size + 3
        archive.seal()
        archive.seal()
        archive.record(exchange(14, run_id="run-2"))
    files = evidence.files("market/*.warc.gz")
    assert len(files) == by_size + 4
    assert [int(file.name.split("-")[-1][:5]) for file in files] == list(range(1, len(files) + 1))
    assert all(file.stat().st_mode & 0o222 == 0 for file in files)


def test_a_run_without_captures_leaves_no_file(evidence: Evidence) -> None:
    evidence.fill(0)
    assert evidence.files("market/*.warc.gz") == []
    assert list(ArchiveReader(evidence.folder).captures("market")) == []


@pytest.mark.parametrize(
    "url", ["", "http://a.onion/a b", "http://a.onion/\r\nWARC-Type: x", "http://a\x7f", "x\ud800"]
)
def test_a_url_that_would_break_out_of_its_line_is_refused(evidence: Evidence, url: str) -> None:
    with evidence.open() as archive:
        with pytest.raises(UnfitExchangeError, match="not a URL"):
            archive.record(replace(exchange(), url=url))
        assert len(archive) == 0


def test_a_time_without_a_zone_and_another_sites_exchange_are_refused(evidence: Evidence) -> None:
    with evidence.open() as archive:
        naive = datetime(2026, 5, 4, tzinfo=UTC).replace(tzinfo=None)
        with pytest.raises(UnfitExchangeError, match="time zone"):
            archive.record(replace(exchange(), fetched_at=naive))
        with pytest.raises(ArchiveError, match="does not belong"):
            archive.record(exchange(site="other"))
        with pytest.raises(ArchiveError, match="no capture"):
            archive.exchange("0" * 64)


def test_a_line_break_in_the_operators_name_does_not_begin_a_field(tmp_path: Path, evidence: Evidence) -> None:
    with SiteArchive(
        tmp_path / "archive",
        "market",
        key=evidence.key,
        software="s",
        operator="me\r\nauthority: none",
        authority="CASE-7",
        limits=ArchiveSettings(),
        clock=evidence.clock,
    ) as archive:
        archive.record(exchange())
    (_, block), *_ = warc_records(evidence.files("market/*.warc.gz")[0])
    assert block.count(b"authority: ") == 2
    assert block.count(b"\r\nauthority: ") == 1


def test_one_process_writes_a_site_and_others_are_told(evidence: Evidence) -> None:
    with evidence.open("market"):
        with pytest.raises(ArchiveLockedError, match="another process is writing the evidence of 'market'"):
            evidence.open("market")
        with evidence.open("bazaar") as other:
            other.record(exchange(site="bazaar"))
    with evidence.open("market"):
        assert ArchiveReader(evidence.folder).sites() == ["bazaar", "market"]


def test_a_closed_archive_takes_nothing_and_closes_once_more(evidence: Evidence) -> None:
    archive = evidence.open()
    archive.close()
    archive.close()
    with pytest.raises(ArchiveError, match="closed"):
        archive.record(exchange())


@pytest.mark.parametrize("site", ["", "../up", "Market", "a b", "a" * 64, "-a"])
def test_a_site_needs_a_name_that_a_folder_can_bear(evidence: Evidence, site: str) -> None:
    with pytest.raises(ArchiveError, match="cannot name a site"):
        evidence.open(site)
    assert not evidence.folder.exists()
