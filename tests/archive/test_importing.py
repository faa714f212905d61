"""Imports: saved HTML, WARC, WACZ and HAR, each once, each problem counted."""

import base64
import gzip
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.warcwriter import WARCWriter

from archive.capture import Capture
from archive.errors import ArchiveError
from archive.importing import ImportSummary, import_path
from archive.reader import ArchiveReader
from archive.verify import verify
from nightpost.settings import ArchiveSettings
from tests.archive.conftest import HOST, START, Evidence

PAGE = b"<!DOCTYPE html><html><head><title>A listing</title></head><body>from DE</body></html>"
SECONDS = int(START.timestamp())


def take(evidence: Evidence, path: Path, *, base_url: str | None = None, keeps_media: bool = False) -> ImportSummary:
    """Import, and import again: the second time must add nothing."""
    with evidence.open() as archive:
        summary = import_path(path, archive, base_url=base_url, keeps_media=keeps_media)
    with evidence.open() as archive:
        again = import_path(path, archive, base_url=base_url, keeps_media=keeps_media)
    assert (again.imported, again.repeated) == (0, summary.imported + summary.repeated)
    assert again.counts == summary.counts
    assert verify(evidence.folder, evidence.key.public_key()).ok
    return summary


def captures(evidence: Evidence) -> list[Capture]:
    return [capture for _, capture in ArchiveReader(evidence.folder).captures("market")]


def save(file: Path, content: bytes) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    os.utime(file, (SECONDS, SECONDS))
    return file


def test_a_folder_of_saved_pages_is_taken_and_the_rest_is_counted(evidence: Evidence, tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    save(folder / "listings/no extension", PAGE)
    save(folder / "listings/two.html", b"\xef\xbb\xbf  <table><tr><td>old page</table>")
    save(folder / "two_files/logo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    save(folder / "two_files/style.css", b"body { color: red }")
    save(folder / "empty.html", b"")
    summary = take(evidence, folder)
    assert (summary.files, summary.imported, summary.repeated) == (5, 2, 0)
    assert summary.counts == {"not_a_page": 2, "empty_file": 1}
    assert {problem.where for problem in summary.problems} == {
        "saved/two_files/logo.png",
        "saved/two_files/style.css",
        "saved/empty.html",
    }
    first, second = captures(evidence)
    assert (first.url, second.url) == ("file:///saved/listings/no%20extension", "file:///saved/listings/two.html")
    assert first.fetched_at == START.replace(microsecond=0)
    assert (first.status, first.run_id) == (None, "import-20260504T030201Z")
    payload = ArchiveReader(evidence.folder).payload(first)
    assert (payload.body, payload.content_type, payload.charset) == (PAGE, "text/html", None)


def test_a_copy_of_a_page_with_another_time_is_the_same_page(evidence: Evidence, tmp_path: Path) -> None:
    file = save(tmp_path / "page.html", PAGE)
    take(evidence, file)
    os.utime(file, (SECONDS + 500, SECONDS + 500))
    assert take(evidence, file).repeated == 1
    save(file, PAGE + b"<p>the price changed")
    assert take(evidence, file).imported == 1


@pytest.mark.parametrize(
    ("front", "url"),
    [
        (b"<!-- saved from url=(0029)http://market.onion/listing/7 -->", "http://market.onion/listing/7"),
        (b'<link rel="canonical" href="http://market.onion/l?a=1&amp;b=2">', "http://market.onion/l?a=1&b=2"),
        (b"<LINK HREF='http://market.onion/x y' REL=canonical>", "http://market.onion/x%20y"),
        (b'<link rel="canonical" href="/relative">', "file:///page.html"),
        (b'<link rel="canonical" href="javascript:alert(1)">', "file:///page.html"),
        (b'<link rel="canonical">', "file:///page.html"),
        (b"", "file:///page.html"),
    ],
)
def test_a_saved_page_is_filed_under_the_url_that_it_names(
    evidence: Evidence, tmp_path: Path, front: bytes, url: str
) -> None:
    file = save(tmp_path / "page.html", front + PAGE)
    take(evidence, file)
    assert [capture.url for capture in captures(evidence)] == [url]


def test_a_base_url_stands_above_what_pages_name(evidence: Evidence, tmp_path: Path) -> None:
    save(tmp_path / "saved/listing/a#b?c", b"<!-- saved from url=(0029)http://market.onion/listing/7 -->" + PAGE)
    take(evidence, tmp_path / "saved", base_url=HOST + "/")
    assert [capture.url for capture in captures(evidence)] == [f"{HOST}/listing/a%23b%3Fc"]


def warc(records: list[tuple[str, str, bytes, dict[str, str]]], *, is_gzipped: bool = True) -> bytes:
    """A WARC/1.0 file with SHA-1 digests, as other programs write it: (type, url, block, more headers)."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=is_gzipped)
    for number, (kind, url, block, more) in enumerate(records):
        headers = {"WARC-Date": f"2021-03-04T05:06:{number:02d}Z", "WARC-Record-ID": f"<urn:x:{number}>", **more}
        content_type = headers.pop("Content-Type", f"application/http; msgtype={kind}")
        record = writer.create_warc_record(
            url,
            "metadata",
            payload=io.BytesIO(block),
            length=len(block),
            warc_content_type=content_type,
            warc_headers_dict=headers,
        )
        record.rec_headers.replace_header("WARC-Type", kind)
        writer.write_record(record)
    return out.getvalue()


RESPONSE = b"HTTP/1.1 200 OK\r\nX-Odd:  Case\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + PAGE
REQUEST = b"GET /one HTTP/1.1\r\nHost: market.onion\r\n\r\n"
PICTURE = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8"


@pytest.mark.parametrize("is_gzipped", [True, False])
@pytest.mark.parametrize("request_first", [True, False])
def test_a_warc_file_is_taken_block_for_block_with_its_requests(
    evidence: Evidence, tmp_path: Path, is_gzipped: bool, request_first: bool
) -> None:
    pair = [
        ("response", "http://market.onion/one", RESPONSE, {"WARC-Record-ID": "<urn:uuid:1>"}),
        ("request", "http://market.onion/one", REQUEST, {"WARC-Concurrent-To": "<urn:uuid:1>"}),
    ]
    records = [
        ("warcinfo", "", b"software: other\r\n", {"Content-Type": "application/warc-fields"}),
        *(reversed(pair) if request_first else pair),
        ("response", "http://market.onion/two", RESPONSE, {"WARC-Truncated": "length"}),
        ("resource", "http://market.onion/three", PAGE, {"Content-Type": "text/html"}),
        ("response", "http://market.onion/picture", PICTURE, {}),
        ("response", "dns:market.onion", b"127.0.0.1", {}),
        ("revisit", "http://market.onion/one", b"HTTP/1.1 200 OK\r\n\r\n", {}),
        ("request", "http://market.onion/alone", REQUEST, {}),
    ]
    file = save(tmp_path / "crawl.warc.gz", warc(records, is_gzipped=is_gzipped))
    summary = take(evidence, file)
    assert (summary.imported, summary.repeated) == (3, 0)
    assert summary.counts == {
        "media_left_out": 1,
        "not_a_web_page": 1,
        "revisit_without_page": 1,
        "request_without_response": 1,
    }
    reader = ArchiveReader(evidence.folder)
    one, two, three = [reader.exchange(capture) for capture in captures(evidence)]
    assert (one.request, one.response, one.truncated) == (REQUEST, RESPONSE, None)
    assert one.fetched_at.isoformat() == f"2021-03-04T05:06:{2 if request_first else 1:02d}+00:00"
    assert (two.request, two.truncated) == (b"", "length")
    assert three.response == PAGE
    assert [capture.status for capture in captures(evidence)] == [200, 200, None]
    assert reader.payload(captures(evidence)[0]).body == PAGE


def test_media_are_kept_when_asked_for(evidence: Evidence, tmp_path: Path) -> None:
    file = save(tmp_path / "crawl.warc", warc([("response", "http://market.onion/picture", PICTURE, {})]))
    assert take(evidence, file, keeps_media=True).imported == 1


def test_our_own_warc_file_imports_into_another_archive_unchanged(evidence: Evidence, tmp_path: Path) -> None:
    evidence.fill(20)
    copy = Evidence(tmp_path / "copy", clock=evidence.clock)
    assert take(copy, evidence.files("market/*.warc.gz")[0]).imported == 20
    there, here = ArchiveReader(evidence.folder), ArchiveReader(copy.folder)
    for before, after in zip(captures(evidence), captures(copy), strict=True):
        assert before.capture_id == after.capture_id
        assert there.exchange(before).response == here.exchange(after).response
        assert there.exchange(before).request == here.exchange(after).request


def test_damaged_warc_records_are_counted_and_the_rest_is_taken(evidence: Evidence, tmp_path: Path) -> None:
    wrong = {"WARC-Block-Digest": "sha1:" + "A" * 32}
    no_date = {"WARC-Date": "yesterday"}
    records = [
        ("response", "http://market.onion/wrong", RESPONSE, wrong),
        ("response", "http://market.onion/undated", RESPONSE, no_date),
        ("response", "http://market.onion/fine", RESPONSE, {"WARC-Block-Digest": "blake9:xyz"}),
    ]
    whole = warc(records)
    torn = save(tmp_path / "torn.warc.gz", whole + whole[:200])
    summary = take(evidence, torn)
    assert summary.imported == 1
    assert summary.counts["wrong_digest"] == 1
    assert summary.counts["bad_date"] == 1
    assert sum(summary.counts.values()) == 3


def test_a_page_longer_than_the_bound_is_cut_and_marked(tmp_path: Path) -> None:
    evidence = Evidence(tmp_path / "archive")
    big = RESPONSE + b"x" * 5000
    file = save(tmp_path / "big.warc.gz", warc([("response", "http://market.onion/big", big, {})]))
    with evidence.open(limits=ArchiveSettings(max_page_bytes=2000)) as archive:
        assert import_path(file, archive).imported == 1
    (capture,) = captures(evidence)
    kept = ArchiveReader(evidence.folder).exchange(capture)
    assert (kept.response, kept.truncated) == (big[:2000], "length")


def test_a_wacz_is_opened(evidence: Evidence, tmp_path: Path) -> None:
    file = tmp_path / "session.wacz"
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr("datapackage.json", "{}")
        zipped.writestr("pages/pages.jsonl", "{}")
        zipped.writestr("archive/data.warc.gz", warc([("response", "http://market.onion/1", RESPONSE, {})]))
        zipped.writestr(
            "archive/more.warc", warc([("response", "http://market.onion/2", RESPONSE, {})], is_gzipped=False)
        )
    assert take(evidence, file).imported == 2
    assert [capture.url for capture in captures(evidence)] == ["http://market.onion/1", "http://market.onion/2"]


def test_a_zip_that_is_no_wacz_or_is_torn_is_counted(evidence: Evidence, tmp_path: Path) -> None:
    plain = tmp_path / "in/plain.zip"
    plain.parent.mkdir()
    with zipfile.ZipFile(plain, "w") as zipped:
        zipped.writestr("readme.txt", "x")
    save(tmp_path / "in/torn.wacz", plain.read_bytes()[:40])
    assert take(evidence, tmp_path / "in").counts == {"unreadable_wacz": 2}


def entry(url: str = "http://market.onion/one", **changes: Any) -> dict[str, Any]:
    content = {"mimeType": "text/html; charset=windows-1251", "text": PAGE.decode(), "size": len(PAGE)}
    return {
        "startedDateTime": "2021-03-04T05:06:07.123+01:00",
        "request": {"method": "GET", "url": url, "headers": [{"name": "Host", "value": "market.onion"}]},
        "response": {"status": 200, "statusText": "OK", "headers": [], "content": content, **changes},
    }


def har(*entries: Any) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()


def test_a_har_file_is_taken_with_what_else_it_says(evidence: Evidence, tmp_path: Path) -> None:
    squeezed = {"mimeType": "text/html", "encoding": "base64", "text": base64.b64encode(PAGE + b"\xff").decode()}
    file = save(
        tmp_path / "session.har",
        har(
            entry(),
            entry("http://market.onion/two", content=squeezed, status=404),
            entry("http://market.onion/logo", content={"mimeType": "image/png", "text": ""}),
            entry("http://market.onion/bodiless", content={"mimeType": "text/html"}),
            entry("http://market.onion/blocked", status=0),
            entry("http://market.onion/bad64", content={"encoding": "base64", "text": "%%%"}),
            entry("data:text/html,x"),
            {"request": {}},
            "nonsense",
        ),
    )
    summary = take(evidence, file)
    assert summary.imported == 2
    assert summary.counts == {
        "media_left_out": 1,
        "no_body": 1,
        "no_response": 1,
        "bad_har_entry": 3,
        "not_a_web_page": 1,
    }
    first, second = captures(evidence)
    assert (first.status, second.status) == (200, 404)
    assert first.fetched_at.isoformat() == "2021-03-04T04:06:07.123000+00:00"
    reader = ArchiveReader(evidence.folder)
    assert (reader.payload(first).body, reader.payload(first).charset) == (PAGE, "utf-8")
    assert (reader.payload(second).body, reader.payload(second).charset) == (PAGE + b"\xff", None)
    records = gzip.decompress(evidence.files("market/*.warc.gz")[0].read_bytes())
    assert b"WARC-Type: metadata" in records
    assert b'"name": "Host"' in records
    assert b"HTTP/1.1" not in records


def test_odd_values_in_a_har_file_never_make_an_archive_that_does_not_verify(
    evidence: Evidence, tmp_path: Path
) -> None:
    odd = {"mimeType": "text/html\r\nWARC-Type: x\ud800", "text": "<p>\ud800"}
    first, ancient = (
        entry("http://market.onion/1", content=odd, status=-5),
        entry("http://market.onion/2", status=10**9),
    )
    ancient["startedDateTime"] = "0001-01-01T00:00:00Z"
    before_time = {**entry("http://market.onion/3"), "startedDateTime": "0001-01-01T00:00:00+05:00"}
    long = entry("http://market.onion/" + "x" * 20_000)
    summary = take(evidence, save(tmp_path / "odd.har", har(first, ancient, before_time, long)))
    assert summary.imported == 2
    assert summary.counts == {"bad_har_entry": 1, "unfit_for_archive": 1}
    assert [capture.status for capture in captures(evidence)] == [None, None]


@pytest.mark.parametrize(
    "content", [b'{"log": ', b'{"log": 3}', b'{"log": {"entries": 3}}', b'{"log": {"entries": null}}']
)
def test_a_broken_har_file_is_counted(evidence: Evidence, tmp_path: Path, content: bytes) -> None:
    assert take(evidence, save(tmp_path / "x.har", content)).counts == {"unreadable_har": 1}


def test_a_file_name_that_is_no_utf8_is_taken_and_a_dangling_link_is_none(evidence: Evidence, tmp_path: Path) -> None:
    odd = tmp_path / "in" / os.fsdecode(b"caf\xe9.html")
    save(odd, PAGE)
    (tmp_path / "in/dangling").symlink_to(tmp_path / "none")
    summary = take(evidence, tmp_path / "in")
    assert (summary.files, summary.imported) == (1, 1)
    assert [capture.url for capture in captures(evidence)] == ["file:///in/caf%EF%BF%BD.html"]


def test_a_path_that_is_not_there_is_told(evidence: Evidence, tmp_path: Path) -> None:
    with evidence.open() as archive, pytest.raises(ArchiveError, match="is not there"):
        import_path(tmp_path / "none", archive)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_whatever_a_file_holds_the_import_goes_on(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    base = data.draw(
        st.sampled_from([PAGE, warc([("response", "http://a.onion/", RESPONSE, {})]), har(entry()), b"PK\x03\x04", b""])
    )
    content = bytearray(base)
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(content)))
        content[place : place + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=20))
    save(folder / "in/a", bytes(content))
    save(folder / "in/b", PAGE)
    evidence = Evidence(folder / "archive")
    summary = take(evidence, folder / "in")
    assert summary.imported + summary.repeated + sum(summary.counts.values()) >= 2 - (bytes(content)[:5] == b"WARC/")
    assert any(capture.url == "file:///in/b" for capture in captures(evidence))


def test_the_real_saved_pages_are_taken(evidence: Evidence, shared_data: Path) -> None:
    pages = [file for file in sorted((shared_data / "pages/empire").rglob("*")) if file.is_file()]
    summary = take(evidence, shared_data / "pages/empire")
    assert summary.files == len(pages)
    assert summary.imported + summary.repeated + sum(summary.counts.values()) == len(pages)
    listings = [capture for capture in captures(evidence) if "/listings/" in capture.url]
    assert len(listings) == len([file for file in pages if "listings" in file.parts and "expected" not in file.parts])
    reader = ArchiveReader(evidence.folder)
    stored = {reader.payload(capture).body for capture in listings}
    assert all(file.read_bytes() in stored for file in pages if file.parent.name == "listings")
