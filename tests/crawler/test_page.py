"""Content codings are undone as far as they go, never further than the limit."""

import gzip
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.page import Fetched, decode, from_exchange
from nightpost.exchange import Exchange

_CODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "identity": bytes,
}


@given(text=st.binary(max_size=500), codings=st.lists(st.sampled_from(sorted(_CODERS)), max_size=3))
def test_what_was_coded_is_had_back(text: bytes, codings: list[str]) -> None:
    body = text
    for coding in codings:
        body = _CODERS[coding](body)
    assert decode(body, ", ".join(codings)) == (text, None)


@given(text=st.binary(min_size=1, max_size=500), data=st.data())
def test_of_a_truncated_coding_the_beginning_is_had(text: bytes, data: st.DataObject) -> None:
    coded = gzip.compress(text)
    had, problem = decode(coded[: data.draw(st.integers(1, len(coded) - 1))], "gzip")
    assert text.startswith(had)
    assert problem == "truncated_coding"


@given(coding=st.sampled_from(["gzip", "deflate", "br", "gzip, deflate", ",", "\x00"]), body=st.binary(max_size=300))
def test_noise_is_never_an_error(coding: str, body: bytes) -> None:
    had, problem = decode(body, coding)
    assert len(had) <= 300_000
    assert problem in {None, "bomb", "broken_coding", "truncated_coding", "unknown_coding"}


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_bomb_stops_at_the_limit(coding: str) -> None:
    had, problem = decode(_CODERS[coding](bytes(10_000_000)), coding, limit=1000)
    assert (len(had), problem) == (1000, "bomb")


def test_a_fault_in_the_middle_leaves_what_came_before() -> None:
    text = bytes(range(256)) * 400
    stored = gzip.compress(text, 0)  # in blocks of up to 65535 bytes, stored as they are
    had, problem = decode(stored[:70_000] + b"\xff" * 50_000, "gzip")
    assert text.startswith(had[:65_000])
    assert len(had) >= 65_000
    assert problem in {"broken_coding", "truncated_coding"}


def test_a_kept_response_is_the_same_page_when_it_is_read_back() -> None:
    at = datetime(2025, 1, 1, tzinfo=UTC)
    response = b'HTTP/1.1 200 OK\r\ncontent-type: text/html; charset="iso-8859-1"\r\nContent-Length: 2\r\n\r\nhi'
    exchange = Exchange(site="s", run_id="r", url="http://x", fetched_at=at, request=b"", response=response)
    page = from_exchange(exchange, "id")
    assert (page.status, page.charset, page.body, page.fetched_at) == (200, "iso-8859-1", b"hi", at)
    assert page.is_text
    assert page.size == len(response)


@pytest.mark.parametrize(("kind", "is_text"), [("", True), ("TEXT/HTML", True), ("application/json", False)])
def test_which_pages_may_hold_links(kind: str, is_text: bool) -> None:
    at = datetime(2025, 1, 1, tzinfo=UTC)
    headers = {"Content-Type": kind}
    page = Fetched(capture_id="", fetched_at=at, status=200, headers=headers, body=b"", truncated=None, size=0)
    assert page.is_text is is_text
