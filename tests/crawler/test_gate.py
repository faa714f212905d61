"""The gate: whatever the URL, nothing but the site's own pages goes through."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.gate import Gate
from tests.crawler.conftest import HOST, site_of
from tests.crawler.onions import onion_host

GATE = Gate(site_of(urls=[f"http://{HOST}/", f"http://{onion_host(2)}/"]))


@pytest.mark.parametrize(
    "url",
    [
        f"http://{HOST}/",
        f"http://{HOST.upper()}/a?b=c",
        f"https://{HOST}:8443/x.php",
        f"http://{onion_host(2)}/listing/4",
        f"http://{HOST}/v1.2/page",
    ],
)
def test_pages_of_the_site_go_through(url: str) -> None:
    assert GATE.refusal(url) is None
    assert GATE.refusal(url, "HEAD") is None


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "CONNECT", "get"])
def test_nothing_but_reading_goes_through(method: str) -> None:
    assert GATE.refusal(f"http://{HOST}/", method) == "method"


_HOSTS = st.one_of(
    st.just(HOST),
    st.text(max_size=70),
    st.from_regex(r"[a-z2-7]{16,60}\.onion", fullmatch=True),
    st.integers(1, 9).map(onion_host),
    st.ip_addresses().map(str),
)


@given(scheme=st.sampled_from(["http", "https", "ftp", "file", "", "HTTP"]), host=_HOSTS, rest=st.text(max_size=30))
def test_what_goes_through_is_the_sites(scheme: str, host: str, rest: str) -> None:
    url = f"{scheme}://{host}/{rest}"
    if GATE.refusal(url) is None:
        parts = urlsplit(url)
        assert parts.scheme in {"http", "https"}
        assert parts.hostname in {HOST, onion_host(2)}


@given(st.text(max_size=80))
def test_any_text_is_judged_without_an_error(text: str) -> None:
    if GATE.refusal(text) is None:
        assert urlsplit(text).hostname in {HOST, onion_host(2)}


def test_this_machine_is_told_apart_by_its_port() -> None:
    gate = Gate(site_of(urls=["http://127.0.0.1:8080/"], allow_loopback=True))
    assert gate.refusal("http://127.0.0.1:8080/a") is None
    assert gate.refusal("http://127.0.0.1:9090/a") == "clearnet"
    assert gate.refusal("http://localhost:8080/a") == "clearnet"
    assert gate.goes_direct("127.0.0.1")
    assert not gate.goes_direct(HOST)
    assert not gate.goes_direct("127.0.0.1.example.com")
    assert not GATE.goes_direct("127.0.0.1")


@pytest.mark.parametrize(
    ("kind", "refused"),
    [
        ("text/html; charset=utf-8", False),
        ("", False),
        ("application/json", False),
        ("image/png", True),
        ("IMAGE/JPEG", True),
        ("video/mp4; codecs=avc1", True),
        ("application/zip", True),
    ],
)
def test_what_is_no_page_is_not_kept(kind: str, refused: bool) -> None:
    assert (GATE.content_refusal(kind) == "media") is refused
    assert Gate(site_of(media=True)).content_refusal(kind) is None
