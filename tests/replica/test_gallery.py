"""A folder of saved pages as a site: every page as it was saved, and nothing else of the machine."""

from pathlib import Path
from urllib.parse import quote, urljoin

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from parsel import Selector
from starlette.testclient import TestClient

from replica.gallery import GalleryError, find_pages, gallery
from replica.serve import serve

PAGE = b'<html><head><meta charset="windows-1252"></head><body>\x80 50 <a href="http://old.onion/x">dead</a></body>'


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A folder market/ with pages of several names and depths, and a secret beside it."""
    folder = tmp_path / "market"
    for path in ("page10.html", "page2.html", "users/saved user & co", "users/deep/ünï#?%.htm"):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(PAGE + path.encode())
    (folder / "notes.csv").write_text("a,b\n")
    (folder / "empty.html").touch()
    (tmp_path / "secret.html").write_bytes(b"<html>secret</html>")
    (folder / "way_out.html").symlink_to(tmp_path / "secret.html")
    return folder


def links(page: httpx2.Response | object) -> list[str]:
    return Selector(getattr(page, "text")).css("li a::attr(href)").getall()  # noqa: B009  two clients' responses


def test_every_page_is_linked_and_comes_as_it_was_saved(saved: Path) -> None:
    with serve(gallery(saved)) as served, httpx2.Client() as client:
        index = client.get(served.url)
        assert index.headers["content-type"] == "text/html; charset=utf-8"
        pages = [client.get(urljoin(served.url, link)) for link in links(index)]
    assert [page.status_code for page in pages] == [200] * 4
    assert {page.headers["content-type"] for page in pages} == {"text/html"}
    assert [page.content.removeprefix(PAGE).decode() for page in pages] == [
        "page2.html",
        "page10.html",
        "users/deep/ünï#?%.htm",
        "users/saved user & co",
    ]


def test_what_is_no_page_is_counted_and_not_served(saved: Path) -> None:
    assert find_pages(saved).skipped == ["empty.html", "notes.csv", "way_out.html"]
    client = TestClient(gallery(saved))
    assert [client.get(f"/{path}").status_code for path in find_pages(saved).skipped] == [404] * 3


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.html",
        "/%2e%2e/secret.html",
        "/users/..%2f..%2fsecret.html",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/users",
        "/users/",
        "/page2.html%00",
        "/?page=0",
        "/?page=-1",
        "/?page=99",
        "/?page=x",
        "/?page=%D9%A1",
    ],
)
def test_no_path_leads_out(saved: Path, path: str) -> None:
    with serve(gallery(saved)) as served, httpx2.Client() as client:
        # The target goes as it is: a client would tidy the dots away.
        answer = client.send(httpx2.Request("GET", served.url, extensions={"target": path.encode()}))
    assert answer.status_code == 404


@given(path=st.text(max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_only_listed_pages_are_answered(saved: Path, path: str) -> None:
    encoded = quote(path.encode("utf-8", "replace"))
    answer = TestClient(gallery(saved)).get(f"http://gallery/p{encoded}")
    assert answer.status_code == 404
    assert b"secret" not in answer.content


def test_the_index_can_be_paged(saved: Path) -> None:
    client = TestClient(gallery(saved, page_size=3))
    first, second = client.get("/"), client.get("/?page=2")
    assert (len(links(first)), len(links(second))) == (3, 1)
    assert Selector(first.text).css("a[rel=next]::attr(href)").getall() == ["/?page=2"]
    assert Selector(second.text).css("a[rel=next]") == []
    assert Selector(second.text).css("a[rel=prev]::attr(href)").getall() == ["/?page=1"]
    assert client.get("/?page=3").status_code == 404


def test_a_folder_without_pages_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GalleryError, match="no HTML page"):
        gallery(tmp_path)
    with pytest.raises(GalleryError, match="there is no folder"):
        gallery(tmp_path / "absent")


def test_the_saved_markets_are_served_whole(shared_data: Path) -> None:
    for market, count in (("empire", 36), ("cryptonia", 51)):
        folder = shared_data / "pages" / market
        saved_pages = find_pages(folder)
        assert len(saved_pages.pages) == count
        assert {path.split("/")[0] for path in saved_pages.skipped} == {"expected"}
        client = TestClient(gallery(folder))
        for path, file in saved_pages.pages.items():
            assert client.get("/" + quote(path)).content == file.read_bytes()
