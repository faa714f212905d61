"""A crawl as its caller sees it: what is fetched, kept, followed and counted."""

import json
import threading
from datetime import date
from pathlib import Path

import pytest

from crawler.lock import SiteBusyError
from crawler.progress import CrawlProgress
from crawler.site import Authority, AuthorityError
from crawler.tor import TorError
from tests.crawler.conftest import FAST, HOST, Crawl, site_of
from tests.crawler.onions import Answer, Asked, Onions, Service, links, onion_host, page, redirect
from tests.crawler.stand_ins import MemoryEvidence


def pages(by_path: dict[str, Answer]) -> Service:
    """A service with these pages and no others."""

    def answer(asked: Asked) -> Answer:
        return by_path.get(asked.path, page("gone", 404, reason="Not Found"))

    return answer


def test_every_page_is_fetched_once_and_kept(run: Crawl, onions: Onions, evidence: MemoryEvidence) -> None:
    onions.services[HOST] = pages(
        {"/": page(links("/a", "/b#part", "/a?y=2&x=1", "/a?x=1&y=2")), "/a": page(links("/", "/b")), "/b": page("end")}
    )
    summary = run()
    assert sorted(onions.paths) == ["/", "/a", "/a?y=2&x=1", "/b"]
    assert sorted(evidence.urls) == sorted(f"http://{HOST}{path}" for path in onions.paths)
    assert summary.fetched == 4
    assert summary.by_status == {"200": 3, "404": 1}
    assert summary.by_page_kind == {"listing": 2, "other": 2}
    assert summary.finished_reason == "finished"
    assert summary.queued_left == 0
    assert not summary.resumed


def test_what_is_kept_is_what_went_over_the_wire(run: Crawl, onions: Onions, evidence: MemoryEvidence) -> None:
    head = b"HTTP/1.1 200 Fine\r\nX-oDd:  yes\r\ntransfer-encoding: chunked\r\n\r\n"
    chunked = head + b"3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n"
    plain = page("second").data
    interim = b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
    bare_lines = b"HTTP/1.0 200 OK\nContent-Type: text/html\n\nuntil the end"
    onions.services[HOST] = pages(
        {
            "/": page(links("/chunked", "/plain", "/interim", "/bare")),
            "/chunked": Answer(chunked),
            "/plain": Answer(plain),
            "/interim": Answer(interim + plain),
            "/bare": Answer(bare_lines, "close"),
        }
    )
    run(site_of(pacing=FAST.model_copy(update={"concurrency": 1})))
    kept = {exchange.url.removeprefix(f"http://{HOST}"): exchange for exchange in evidence.kept}
    assert kept["/chunked"].response == chunked
    assert kept["/plain"].response == plain
    assert kept["/interim"].response == plain
    assert kept["/bare"].response == bare_lines
    for asked in onions.asked:
        assert kept[asked.path].request == asked.head
    assert len({asked.connection for asked in onions.asked[:4]}) == 1, "one connection carried several exchanges"
    assert {exchange.truncated for exchange in evidence.kept} == {None}


def test_urgent_pages_come_first(run: Crawl, onions: Onions) -> None:
    onions.services[HOST] = pages(
        {"/": page(links("/low?p=1", "/high?p=9", "/mid?p=5", "/mid2?p=5")), "/high?p=9": page(links("/top?p=10"))}
    )
    run(site_of(pacing=FAST.model_copy(update={"concurrency": 1})))
    assert onions.paths[0:2] == ["/", "/high?p=9"]
    assert onions.paths.index("/mid?p=5") < onions.paths.index("/mid2?p=5") < onions.paths.index("/low?p=1")


def test_a_budget_ends_a_run_and_the_next_run_goes_on(run: Crawl, onions: Onions) -> None:
    onions.services[HOST] = pages({"/": page(links(*(f"/{n}" for n in range(9))))})
    first = run(max_pages=4)
    assert (first.fetched, first.finished_reason, first.queued_left) == (4, "budget", 6)
    second = run(max_pages=100)
    assert (second.fetched, second.finished_reason, second.resumed) == (6, "finished", False)
    assert second.run_id != first.run_id
    assert len(onions.paths) == len(set(onions.paths)) == 10
    third = run()
    assert third.fetched == 10, "a new sweep begins when the last one is over"


def test_the_summary_is_written_down(run: Crawl, onions: Onions, tmp_path: Path) -> None:
    onions.services[HOST] = pages({"/": page("x")})
    summary = run()
    file = tmp_path / "state" / "market" / "runs" / f"{summary.run_id}.json"
    assert json.loads(file.read_text()) == json.loads(summary.model_dump_json())
    assert summary.authority == "2025-17"
    assert summary.bytes == len(page("x").data)


def test_a_site_sees_one_identity_and_no_other_site_sees_it(run: Crawl, onions: Onions, tmp_path: Path) -> None:
    other = onion_host(2)
    first = page(links("/a"), headers={"Set-Cookie": "session=s3cret; Path=/; HttpOnly"})
    onions.services[HOST] = pages({"/": first, "/a": page("x")})
    onions.services[other] = pages({"/": page("x")})
    run(site_of(pacing=FAST.model_copy(update={"concurrency": 1})))
    run(site_of())
    run(site_of(other, name="other"))
    mine = [asked for asked in onions.asked if asked.host == HOST]
    theirs = [asked for asked in onions.asked if asked.host == other]
    assert len({asked.user for asked in mine}) == 1
    assert {asked.user for asked in mine}.isdisjoint(asked.user for asked in theirs)
    assert [asked.header("Cookie") for asked in mine] == [None, "session=s3cret", "session=s3cret", "session=s3cret"]
    assert [asked.header("Cookie") for asked in theirs] == [None]
    for file in ("identity.json", "cookies.lwp"):
        assert (tmp_path / "state" / "market" / file).stat().st_mode & 0o077 == 0


def test_requests_look_like_tor_browsers(run: Crawl, onions: Onions) -> None:
    onions.services[HOST] = pages({"/": page(links("/a"), headers={"Set-Cookie": "a=1"}), "/a": page("x")})
    run()
    names = [line.split(b":")[0].decode() for line in onions.asked[1].head.split(b"\r\n")[1:] if line]
    assert names == [
        "Host", "User-Agent", "Accept", "Accept-Language", "Accept-Encoding", "Connection", "Cookie",
        "Upgrade-Insecure-Requests", "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-Fetch-User", "Priority",
    ]  # fmt: skip
    assert "Firefox/140.0" in str(onions.asked[1].header("User-Agent"))


def test_media_is_neither_followed_nor_kept(run: Crawl, onions: Onions, evidence: MemoryEvidence) -> None:
    picture = page(b"\xff\xd8\xff", headers={"Content-Type": "image/jpeg"})
    onions.services[HOST] = pages({"/": page(links("/a.jpg", "/image.php?id=1")), "/image.php?id=1": picture})
    summary = run()
    assert onions.paths == ["/", "/image.php?id=1"]
    assert evidence.urls == [f"http://{HOST}/"]
    assert summary.refused == {"file_type": 1, "media": 1}
    assert summary.fetched == 1


def test_media_is_kept_when_the_site_says_so(run: Crawl, onions: Onions, evidence: MemoryEvidence) -> None:
    picture = page(b"\xff\xd8\xff", headers={"Content-Type": "image/jpeg"})
    onions.services[HOST] = pages({"/": page(links("/a.jpg")), "/a.jpg": picture})
    summary = run(site_of(media=True))
    assert evidence.urls == [f"http://{HOST}/", f"http://{HOST}/a.jpg"]
    assert summary.refused == {}


def test_a_mirror_is_the_same_site(run: Crawl, onions: Onions) -> None:
    mirror = onion_host(3)
    onions.services[HOST] = pages({"/": page(links(f"http://{mirror}/m"))})
    onions.services[mirror] = pages({"/m": page("x")})
    summary = run(site_of(urls=[f"http://{HOST}/", f"http://{mirror}/"]))
    assert [(asked.host, asked.path) for asked in onions.asked] == [(HOST, "/"), (mirror, "/m")]
    assert summary.refused == {}


@pytest.mark.parametrize(
    ("authority", "words"),
    [
        (None, "has no authority"),
        (
            Authority(reference="2019-4", holder="Unit 4", expires_at=date(2020, 1, 1)),
            "'2019-4'.*expired on 2020-01-01",
        ),
    ],
)
def test_without_a_valid_authority_nothing_is_fetched(
    run: Crawl, onions: Onions, authority: Authority | None, words: str
) -> None:
    onions.services[HOST] = pages({"/": page("x")})
    with pytest.raises(AuthorityError, match=words):
        run(site_of(authority=authority))
    assert onions.connects == []


def test_without_tor_an_onion_service_is_not_crawled(run: Crawl) -> None:
    with pytest.raises(TorError, match="through Tor only"):
        run(tor=None)


def test_two_crawls_of_one_site_at_once_are_refused(run: Crawl, onions: Onions) -> None:
    entered, leave, refusal = threading.Event(), threading.Event(), []

    def slow(asked: Asked) -> Answer:
        entered.set()
        leave.wait(10)
        return page("x")

    onions.services[HOST] = slow

    def second() -> None:
        assert entered.wait(10)
        try:
            run()
        except SiteBusyError as error:
            refusal.append(str(error))
        finally:
            leave.set()

    thread = threading.Thread(target=second)
    thread.start()
    summary = run()
    thread.join(10)
    assert summary.fetched == 1
    assert "being crawled already" in refusal[0]


def test_progress_is_told(run: Crawl, onions: Onions) -> None:
    onions.services[HOST] = pages({"/": page(links("/a", "/b"))})
    told: list[CrawlProgress] = []
    run(progress=told.append)
    assert told[-1] == CrawlProgress("market", 3, FAST.max_pages, 0, 0, False)


def test_barriers_in_the_place_of_pages_are_counted(run: Crawl, onions: Onions) -> None:
    onions.services[HOST] = pages(
        {"/": page(links("/a", "/b")), "/a": page(links(title="captcha")), "/b": page(links(title="queue"))}
    )
    summary = run()
    assert onions.paths.count("/a") == 1, "a captcha does not pass by itself"
    assert onions.paths.count("/b") == FAST.max_tries, "a queue does, so the page is asked for again"
    assert summary.failed == {"captcha": 1, "queue": 1}
    assert summary.by_page_kind == {"listing": 1, "captcha": 1, "queue": 3}


def test_server_errors_are_asked_for_again(run: Crawl, onions: Onions, evidence: MemoryEvidence) -> None:
    answers = [page("busy", 503, reason="Busy"), page("busy", 503, reason="Busy"), page(links("/a"))]
    broken = page("no", 500, reason="No")
    onions.services[HOST] = lambda asked: answers.pop(0) if asked.path == "/" else broken
    summary = run()
    assert onions.paths == ["/", "/", "/", "/a", "/a", "/a"]
    assert len(evidence.kept) == 6
    assert summary.failed == {"status_500": 1}
    assert summary.retried == 4
    assert summary.by_status == {"503": 2, "200": 1, "500": 3}


def test_a_cookie_bounce_is_followed_back(run: Crawl, onions: Onions) -> None:
    def market(asked: Asked) -> Answer:
        if asked.header("Cookie") == "seen=1":
            return page(links("/a")) if asked.path == "/" else page("x")
        if asked.path == "/check":
            return redirect("/", **{"Set-Cookie": "seen=1"})
        return redirect("/check")

    onions.services[HOST] = market
    summary = run()
    assert onions.paths == ["/", "/check", "/", "/a"]
    assert summary.failed == {}


def test_several_crawls_run_in_one_process(run: Crawl, onions: Onions) -> None:
    onions.services[HOST] = pages({"/": page("x")})
    other = onion_host(2)
    onions.services[other] = pages({"/": page("x")})
    in_a_thread: list[int] = []
    assert run().fetched == 1
    thread = threading.Thread(target=lambda: in_a_thread.append(run(site_of(other, name="other")).fetched))
    thread.start()
    thread.join(20)
    assert in_a_thread == [1]
    assert run().fetched == 1
