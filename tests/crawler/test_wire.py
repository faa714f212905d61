"""Responses found in what a server sent: exactly one, whole, whatever its framing."""

import contextlib
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.wire import cut_response, parse_response

_STATUS = st.sampled_from([200, 203, 301, 404, 500])


@st.composite
def _responses(draw: st.DrawFn) -> tuple[bytes, bytes]:
    """A response as sent, and its body."""
    body = draw(st.binary(max_size=300))
    line_end = draw(st.sampled_from([b"\r\n", b"\n"]))
    head = [b"HTTP/1.1 %d Some Reason" % draw(_STATUS), b"Content-Type: text/html"]
    if draw(st.booleans()):
        head.append(b"Content-Length: %d" % len(body))
        return line_end.join([*head, b"", b""]) + body, body
    head.append(b"Transfer-Encoding: chunked")
    framed, rest = b"", body
    while rest:
        size = draw(st.integers(1, len(rest)))
        extension = draw(st.sampled_from([b"", b";name=value"]))
        framed += b"%x%b\r\n%b\r\n" % (size, extension, rest[:size])
        rest = rest[size:]
    framed += b"0\r\n" + draw(st.sampled_from([b"", b"Trailer: x\r\n"])) + b"\r\n"
    return line_end.join([*head, b"", b""]) + framed, body


@given(response=_responses(), excess=st.binary(max_size=50), interim=st.booleans())
def test_one_response_is_cut_out_and_read_back(response: tuple[bytes, bytes], excess: bytes, interim: bool) -> None:
    sent, body = response
    before = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" if interim else b""
    cut, over = cut_response(bytearray(before + sent + excess))
    assert cut == sent
    assert over == len(excess)
    status, headers, read = parse_response(cut)
    assert read == body
    assert status >= 200
    assert (b"Content-Type", b"text/html") in headers


@given(response=_responses(), data=st.data())
def test_of_a_response_cut_anywhere_the_beginning_is_read(response: tuple[bytes, bytes], data: st.DataObject) -> None:
    sent, body = response
    head_end = min(at for at in (sent.find(b"\r\n\r\n") + 4, sent.find(b"\n\n") + 2) if at > 3)
    part = sent[: data.draw(st.integers(head_end, len(sent)))]
    cut, over = cut_response(bytearray(part))
    assert (cut, over) == (part, 0)
    assert body.startswith(parse_response(part)[2])


@given(st.binary(max_size=200))
def test_noise_is_refused_or_read_but_never_worse(noise: bytes) -> None:
    with contextlib.suppress(ValueError):
        cut, excess = cut_response(bytearray(noise))
        assert noise.endswith(cut + noise[len(noise) - excess :])
    with contextlib.suppress(ValueError):
        status, _, body = parse_response(noise)
        assert 100 <= status <= 999
        assert len(body) <= len(noise)


@pytest.mark.parametrize(
    ("sent", "method", "end"),
    [
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nextra", "GET", -5),
        (b"HTTP/1.1 204 No Content\r\n\r\nextra", "GET", -5),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nextra", "HEAD", -5),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", "GET", None),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nwhat", "GET", None),
    ],
)
def test_where_a_response_ends(sent: bytes, method: str, end: int | None) -> None:
    cut, over = cut_response(bytearray(sent), method)
    assert cut == sent[:end]
    assert over == (0 if end is None else -end)


def test_content_codings_are_left_as_they_are() -> None:
    body = gzip.compress(b"text")
    sent = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    assert parse_response(sent)[2] == body
