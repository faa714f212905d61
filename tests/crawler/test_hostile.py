"""What a site may do to a crawler: each is refused, bounded or kept as far as it came, and counted."""

import gzip
import random
import zlib
from pathlib import Path

import pytest

from crawler.page import from_exchange
from nightpost.errors import UnavailableError
from nightpost.exchange import Exchange
from nightpost.settings import ArchiveSettings
from tests.crawler.conftest import FAST, HOST, Crawl, site_of
from tests.crawler.onions import Answer, Asked, Onions, always, links, onion_host, page, redirect
from tests.crawler.stand_ins import MemoryEvidence
from tests.crawler.test_crawl import pages

WRONG_CHECKSUM = onion_host(7)[:50] + ("a" if onion_host(7)[50] != "a" else "b") + onion_host(7)[51:]


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        ("http://example.com/", "clearnet"),
        ("https://93.184.216.34/x", "clearnet"),
        ("http://127.0.0.1/", "clearnet"),
        ("http://localhost:8080/", "clearnet"),
        ("//cdn.example.com/a", "clearnet"),
        (f"http://{HOST}.example.com/", "clearnet"),
        ("http://expyuzz4wqqyqhjn.onion/", "bad_onion"),
        (f"http://{WRONG_CHECKSUM}/", "bad_onion"),
        (f"http://{onion_host(9)}/", "other_site"),
        ("ftp://example.com/a", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("data:text/html,hello", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("mailto:a@example.com", "scheme"),
        (f"http://user:pass@{HOST}/", "credentials"),
        (f"http://{HOST}:port/", "malformed"),
        ("http://[::1/", "malformed"),
        ("/long?" + "x" * 3000, "too_long"),
    ],
)
@pytest.mark.parametrize("way", ["link", "redirect"])
def test_whatever_leads_away_is_refused(run: Crawl, onions: Onions, link: str, reason: str, way: str) -> None:
    if way == "link":
        onions.services[HOST] = always(page(f'<a href="{link}">x</a>'))
    else:
        onions.services[HOST] = always(redirect(link))
    summary = run()
    assert onions.connects == [(HOST, 80)]
    assert onions.paths == ["/"]
    assert summary.refused == {reason: 1}
    assert summary.finished_reason == "finished"


def test_a_dead_onion_is_tried_and_reported(run: Crawl, onions: Onions) -> None:
    summary = run()
    assert onions.connects == [(HOST, 80)] * FAST.max_tries
    assert summary.finished_reason == "site_unreachable"
    assert summary.failed == {"unreachable": 1}
    assert summary.fetched == 0


def test_a_site_that_dies_is_given_up_and_its_pages_stay_queued(run: Crawl, onions: Onions) -> None:
    home = page(links(*(f"/{n}" for n in range(100))))
    onions.services[HOST] = lambda asked: home if asked.path == "/" else Answer(b"", "close")
    summary = run()
    assert summary.finished_reason == "site_failing"
    assert len(onions.asked) < 30
    onions.services[HOST] = always(page("back"))
    again = run()
    assert again.resumed
    assert again.run_id == summary.run_id
    assert again.finished_reason == "finished"
    assert again.fetched + sum(again.failed.values()) == 101


def test_an_endless_redirect_is_bounded(run: Crawl, onions: Onions) -> None:
    def market(asked: Asked) -> Answer:
        number = int(asked.path.lstrip("/") or 0)
        return redirect(f"/{number + 1}")

    onions.services[HOST] = market
    summary = run()
    assert len(onions.asked) == 11
    assert summary.failed == {"redirect_loop": 1}


@pytest.mark.parametrize("circle", [["/"], ["/", "/b"]])
def test_a_redirect_in_a_circle_is_bounded(run: Crawl, onions: Onions, circle: list[str]) -> None:
    onions.services[HOST] = lambda asked: redirect(circle[(circle.index(asked.path) + 1) % len(circle)])
    summary = run()
    assert len(onions.asked) == 11
    assert summary.failed == {"redirect_loop": 1}


def test_an_empty_body_is_a_page(run: Crawl, onions: Onions, evidence: MemoryEvidence) -> None:
    onions.services[HOST] = pages({"/": page("")})
    summary = run()
    assert evidence.kept[0].response == page("").data
    assert summary.failed == {}
    assert summary.by_page_kind == {"other": 1}


def test_of_a_huge_page_the_beginning_is_kept(run: Crawl, onions: Onions, evidence: MemoryEvidence) -> None:
    huge = page(links("/a") + "x" * 50_000_000)
    onions.services[HOST] = lambda asked: huge if asked.path == "/" else page("x")
    summary = run(limits=ArchiveSettings(max_page_bytes=1_000_000))
    assert evidence.kept[0].response == huge.data[:1_000_000]
    assert evidence.kept[0].truncated == "length"
    assert onions.paths == ["/", "/a"], "its links are followed, and it is not asked for again"
    assert summary.truncated == {"length": 1}


def test_a_page_of_fifty_megabytes_is_kept_whole_by_default(
    run: Crawl, onions: Onions, evidence: MemoryEvidence
) -> None:
    huge = page("x" * 50_000_000)
    onions.services[HOST] = always(huge)
    run()
    assert evidence.kept[0].response == huge.data
    assert evidence.kept[0].truncated is None


def _coded(body: bytes, coding: str = "gzip") -> Answer:
    return page(body, headers={"Content-Encoding": coding})


def test_compressed_pages_are_read_and_kept_compressed(run: Crawl, onions: Onions, evidence: MemoryEvidence) -> None:
    text = links("/a").encode()
    bare = zlib.compressobj(wbits=-15)
    onions.services[HOST] = pages(
        {
            "/": _coded(gzip.compress(links("/zlib", "/bare", "/twice").encode())),
            "/zlib": _coded(zlib.compress(text), "deflate"),
            "/bare": _coded(bare.compress(links("/b").encode()) + bare.flush(), "deflate"),
            "/twice": _coded(gzip.compress(gzip.compress(links("/c").encode())), "gzip, gzip"),
        }
    )
    summary = run()
    assert sorted(onions.paths) == ["/", "/a", "/b", "/bare", "/c", "/twice", "/zlib"]
    assert summary.odd == {}
    home = next(exchange for exchange in evidence.kept if exchange.url == f"http://{HOST}/")
    assert gzip.decompress(from_exchange(home, "x").body).startswith(b"<html>")


def test_a_gzip_bomb_does_not_go_off(run: Crawl, onions: Onions, evidence: MemoryEvidence) -> None:
    bomb = gzip.compress(links("/a").encode() + bytes(200_000_000), 9)
    onions.services[HOST] = lambda asked: _coded(bomb) if asked.path == "/" else page("x")
    summary = run()
    assert onions.paths == ["/", "/a"]
    assert summary.odd == {"bomb": 1}
    assert evidence.kept[0].response.endswith(bomb)


def test_of_a_truncated_gzip_what_is_there_is_read(run: Crawl, onions: Onions) -> None:
    text = links("/a").encode() + random.Random(1).randbytes(9000)
    onions.services[HOST] = lambda asked: _coded(gzip.compress(text)[:-400]) if asked.path == "/" else page("x")
    summary = run()
    assert onions.paths == ["/", "/a"]
    assert summary.odd == {"truncated_coding": 1}
    assert summary.failed == {}


def test_a_coding_that_is_none_is_counted(run: Crawl, onions: Onions) -> None:
    onions.services[HOST] = pages({"/": _coded(b"not gzip"), "/b": _coded(b"x", "rot13")})
    assert run(site_of(seeds=["/", "/b"])).odd == {"broken_coding": 1, "unknown_coding": 1}


def test_a_connection_cut_in_mid_body_is_kept_and_retried(run: Crawl, onions: Onions, evidence: MemoryEvidence) -> None:
    whole = page(links("/a") + "x" * 5000)
    cut = Answer(whole.data[:-1000], "close")
    answers = [cut, whole]
    onions.services[HOST] = lambda asked: answers.pop(0) if asked.path == "/" else cut
    summary = run()
    home = [exchange for exchange in evidence.kept if exchange.url == f"http://{HOST}/"]
    assert [exchange.truncated for exchange in home] == ["disconnect", None]
    assert [exchange.response for exchange in home] == [cut.data, whole.data]
    assert summary.truncated == {"disconnect": 4}
    assert summary.failed == {"disconnect": 1}
    assert summary.retried == 3


def test_a_server_that_stops_talking_is_timed_out(run: Crawl, onions: Onions, evidence: MemoryEvidence) -> None:
    begun = page(links("/b") + "x" * 5000).data[:-1000]
    onions.services[HOST] = lambda asked: {
        "/": page(links("/half", "/nothing")),
        "/half": Answer(begun, "hang"),
        "/nothing": Answer(b"", "hang"),
    }.get(asked.path, page("x"))
    summary = run(site_of(pacing=FAST.model_copy(update={"timeout_seconds": 0.3, "max_tries": 1})))
    half = next(exchange for exchange in evidence.kept if exchange.url.endswith("/half"))
    assert (half.response, half.truncated) == (begun, "time")
    assert summary.failed == {"time": 1, "timeout": 1}
    assert "/b" in onions.paths, "what had come was read"


def test_a_second_answer_that_nobody_asked_for_is_cut_off(run: Crawl, onions: Onions, evidence: MemoryEvidence) -> None:
    smuggled = page("smuggled").data
    home = page(links("/a", "/b"))
    onions.services[HOST] = lambda asked: Answer(home.data + smuggled) if asked.path == "/" else page(asked.path)
    summary = run(site_of(pacing=FAST.model_copy(update={"concurrency": 1})))
    assert summary.odd == {"excess_response": 1}
    assert [exchange.response for exchange in evidence.kept] == [home.data, page("/a").data, page("/b").data]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 200_000 + b"\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ],
)
def test_what_is_no_http_is_a_failure(run: Crawl, onions: Onions, evidence: MemoryEvidence, data: bytes) -> None:
    onions.services[HOST] = always(Answer(data, "close"))
    summary = run()
    assert summary.failed == {"connection": 1}
    assert evidence.kept == []


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), UnavailableError("disk full; make room")])
def test_a_full_disk_ends_the_crawl_and_loses_nothing(
    run: Crawl, onions: Onions, evidence: MemoryEvidence, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    onions.services[HOST] = always(page(links(*(f"/{n}" for n in range(20)))))

    def record(exchange: Exchange) -> str:
        if len(evidence.kept) == 5:
            raise error
        evidence.kept.append(exchange)
        return str(len(evidence.kept))

    with monkeypatch.context() as patch:
        patch.setattr(evidence, "record", record)
        with pytest.raises(UnavailableError, match=r"No space left|disk full"):
            run()
    assert len(evidence.kept) == 5
    summary = run()
    assert summary.resumed
    assert summary.fetched == 21
    assert len(set(evidence.urls)) == len(evidence.urls) == 21


def test_a_state_folder_that_cannot_be_written_is_said(run: Crawl, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UnavailableError, match=r"cannot make .*; mend that first"):
        run(state=tmp_path / "file")
