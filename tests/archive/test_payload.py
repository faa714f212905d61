"""Payloads: codings undone within a bound; what a server broke is told, never raised."""

import gzip
import zlib

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from archive.http_message import read_head
from archive.payload import Payload, read_payload
from archive.reader import ArchiveReader
from tests.archive.conftest import Evidence, exchange

PAGE = b"<html><body>" + b"<p>Listing from DE to WW</p>" * 500 + b"</body></html>"


def raw_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(data) + compressor.flush()


def chunked(data: bytes, size: int = 1000) -> bytes:
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(b"%x;ext=1\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\nTrailer: x\r\n\r\n"


CODINGS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZIP": gzip.compress,
    "deflate": zlib.compress,
    " deflate ": raw_deflate,
    "br": brotli.compress,
    "zstd": zstd.compress,
    "identity": bytes,
    "": bytes,
    "gzip, br": lambda data: brotli.compress(gzip.compress(data)),
}
COMPRESSED = ("gzip", "deflate", "br", "zstd")


def payload(
    body: bytes, coding: str = "", *, headers: bytes = b"", truncated: bool = False, limit: int = 1 << 20
) -> Payload:
    block = b"HTTP/1.1 200 OK\r\nContent-Encoding: " + coding.encode() + b"\r\n" + headers + b"\r\n" + body
    return read_payload(block, read_head(block), truncated=truncated, limit=limit)


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("is_chunked", [False, True])
def test_every_coding_is_undone(coding: str, is_chunked: bool) -> None:
    body = CODINGS[coding](PAGE)
    headers = b"Transfer-Encoding: chunked\r\n" if is_chunked else b""
    read = payload(chunked(body) if is_chunked else body, coding, headers=headers)
    assert (read.body, read.problems, read.status) == (PAGE, (), 200)


@pytest.mark.parametrize("coding", COMPRESSED)
def test_a_bomb_is_cut_at_the_bound(coding: str) -> None:
    bomb = CODINGS[coding](bytes(30_000_000))
    assert len(bomb) < 100_000
    read = payload(bomb, coding)
    assert (read.body, read.problems) == (bytes(1 << 20), ("payload_too_large",))


@pytest.mark.parametrize("coding", COMPRESSED)
def test_a_body_of_just_the_bound_is_whole_and_one_byte_more_is_not(coding: str) -> None:
    body = CODINGS[coding](PAGE)
    assert payload(body, coding, limit=len(PAGE)).problems == ()
    cut = payload(body, coding, limit=len(PAGE) - 1)
    assert (cut.body, cut.problems) == (PAGE[:-1], ("payload_too_large",))


def test_a_bomb_in_a_bomb_is_cut_too() -> None:
    read = payload(gzip.compress(gzip.compress(bytes(50_000_000))), "gzip, gzip")
    assert len(read.body) == 1 << 20
    assert "payload_too_large" in read.problems


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd"])
def test_of_a_truncated_stream_the_front_is_read(coding: str) -> None:
    noise = b"".join(b"<p>%d</p>" % (number * number) for number in range(20_000))
    body = CODINGS[coding](noise)
    read = payload(body[: len(body) // 2], coding)
    assert read.problems == ("payload_truncated",)
    assert len(read.body) > 1000 or coding == "zstd"
    assert noise.startswith(read.body)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_of_a_stream_that_breaks_in_the_middle_the_front_is_read(coding: str) -> None:
    noise = b"".join(b"<p>%d</p>" % (number * number) for number in range(20_000))
    body = bytearray(CODINGS[coding](noise))
    body[len(body) // 2 : len(body) // 2 + 40] = b"\xff" * 40
    read = payload(bytes(body), coding)
    assert read.problems == ("payload_truncated",)
    assert read.body[:5000] == noise[:5000]


@pytest.mark.parametrize("coding", COMPRESSED)
def test_a_wrong_label_leaves_the_body_as_it_came(coding: str) -> None:
    read = payload(PAGE, coding)
    assert (read.body, read.problems) == (PAGE, ("wrong_content_coding",))


def test_an_unknown_coding_leaves_the_body_as_it_came() -> None:
    assert payload(PAGE, "compress").problems == ("unknown_content_coding",)
    assert payload(PAGE, "gzip, gzip, gzip, gzip, gzip").problems == ("unknown_content_coding",)


def test_bytes_after_the_last_gzip_member_are_no_part_of_the_page() -> None:
    read = payload(gzip.compress(PAGE) + gzip.compress(b"more") + b"\0\0", "gzip")
    assert (read.body, read.problems) == (PAGE + b"more", ())


@pytest.mark.parametrize(
    ("body", "read", "problem"),
    [
        (b"5\r\nhello\r\n", b"hello", "payload_truncated"),
        (b"5\r\nhel", b"hel", "payload_truncated"),
        (b"5\r\nhello\r\nnonsense", b"hello", "wrong_chunks"),
        (b"<html>not chunked</html>", b"<html>not chunked</html>", "wrong_chunks"),
        (b"", b"", "payload_truncated"),
        (b"5\nhello\n0\n\n", b"hello", None),
        (b"-5\r\nhello", b"-5\r\nhello", "wrong_chunks"),
        (b"fffffffffffffff\r\nhello", b"hello", "payload_truncated"),
    ],
)
def test_broken_chunks_give_what_can_be_read(body: bytes, read: bytes, problem: str | None) -> None:
    found = payload(body, headers=b"Transfer-Encoding: chunked\r\n")
    assert (found.body, found.problems) == (read, (problem,) if problem else ())


@pytest.mark.parametrize(
    ("header", "content_type", "charset"),
    [
        (b"text/html; charset=UTF-8", "text/html", "utf-8"),
        (b'TEXT/HTML;CHARSET="Windows-1251"', "text/html", "windows-1251"),
        (b"text/html", "text/html", None),
        (b"text/html; charset=", "text/html", None),
        (b"; charset=utf-8", None, "utf-8"),
        (b"", None, None),
    ],
)
def test_type_and_charset_are_as_declared(header: bytes, content_type: str | None, charset: str | None) -> None:
    read = payload(PAGE, headers=b"Content-Type: " + header + b"\r\n")
    assert (read.content_type, read.charset) == (content_type, charset)


def test_of_two_content_types_the_last_counts_as_in_browsers() -> None:
    read = payload(PAGE, headers=b"Content-Type: text/plain\r\nContent-Type: text/html; charset=latin1\r\n")
    assert (read.content_type, read.charset) == ("text/html", "latin1")


@given(st.binary(max_size=400), st.sampled_from(sorted(CODINGS)), st.booleans())
def test_whatever_a_server_sends_nothing_is_raised_and_the_bound_holds(body: bytes, coding: str, chunks: bool) -> None:
    headers = b"Transfer-Encoding: chunked\r\n" if chunks else b""
    read = payload(body, coding, headers=headers, limit=300)
    assert len(read.body) <= 300


def test_a_payload_is_read_from_the_archive_with_its_problems(evidence: Evidence) -> None:
    squeezed = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: text/html\r\n\r\n" + gzip.compress(PAGE)
    with evidence.open() as archive:
        whole = archive.record(exchange(1, response=squeezed))
        cut = archive.record(exchange(2, response=squeezed[:-20], truncated="length"))
        headless = archive.record(exchange(3, response=b"<html>"))
    reader = ArchiveReader(evidence.folder)
    assert reader.payload(reader.get(whole)).body == PAGE
    assert reader.payload(reader.get(cut)).problems == ("payload_truncated",)
    read = reader.payload(reader.get(headless))
    assert (read.body, read.status, read.problems) == (b"<html>", None, ("no_http_head",))
