"""How the practice markets behave: traps that are counted, logging in, and how pages come over the wire."""

import gzip
import re
from urllib.parse import urljoin

import pytest

from replica.markets import PASSWORD, STOREFRONTS, USERNAME
from replica.world import World
from tests.replica.shops import HOST, Shop, links, open_shop

# What an investigator's crawler must never do.


def test_forbidden_links_are_on_the_pages_and_are_counted(shop: Shop) -> None:
    storefront = STOREFRONTS[shop.family]
    page = shop.page(shop.truth["listings"][0]["url"])
    targets = {link.removeprefix(HOST) for link in links(page, shop.truth["listings"][0]["url"])}
    forbidden = sorted(target for target in targets if storefront.forbidden.search(target))
    for word in ("cart", "order|buy", "message", "balance|wallet", "logout", "report"):
        assert any(re.search(word, target, re.IGNORECASE) for target in forbidden), word
    for target in forbidden:
        shop.client.get(target)
    assert shop.app.state.forbidden_hits == len(forbidden)
    assert shop.app.state.forbidden_targets == [f"GET {target}" for target in forbidden]


def test_a_posted_order_is_counted(shop: Shop) -> None:
    url = shop.truth["listings"][0]["url"]
    form = shop.page(url).xpath("//form[translate(@method, 'POST', 'post')='post']")[0]
    shop.client.post(urljoin(url, form.get("action") or url), data={"qty": "1"})
    assert shop.app.state.forbidden_hits == 1


def test_pages_link_to_other_hosts_that_must_not_be_followed(shop: Shop) -> None:
    hrefs = shop.page("/").xpath("//a/@href")
    assert any("clearnet.example" in href for href in hrefs)
    assert any(re.match(r"http://forum\w+\.onion", href) for href in hrefs)


# Logging in.


def test_without_a_session_every_page_leads_to_the_login_form(small_world: World, shop: Shop) -> None:
    closed = open_shop(small_world, shop.family, require_login=True)
    for target in ("/", shop.truth["listings"][0]["url"], shop.truth["vendors"][0]["url"], "/nowhere"):
        response = closed.client.get(target)
        assert response.status_code == 302
        assert response.headers["location"] == "/login"
    assert closed.app.state.page_hits == 0


def test_one_logs_in_with_the_forms_fields(small_world: World, shop: Shop) -> None:
    closed = open_shop(small_world, shop.family, require_login=True)

    def send(password: str) -> int:
        form = closed.page("/login").xpath("//form")[0]
        fields = {**dict(form.form_values()), "username": USERNAME, "password": password}
        return closed.client.post(urljoin(f"{HOST}/login", form.get("action")), data=fields).status_code

    assert send("wrong") == 200
    assert closed.client.get("/").status_code == 302
    assert send(PASSWORD) == 302
    assert closed.client.get("/").status_code == 200
    assert closed.app.state.forbidden_hits == 0


def test_logging_out_ends_the_session_and_is_counted(small_world: World) -> None:
    closed = open_shop(small_world, "lantern", require_login=True)
    form = closed.page("/login").xpath("//form")[0]
    fields = {**dict(form.form_values()), "username": USERNAME, "password": PASSWORD}
    closed.client.post("/login", data=fields)
    closed.client.get("/logout")
    assert closed.client.get("/").status_code == 302
    assert closed.app.state.forbidden_hits == 1


# How pages come over the wire.


def test_harbour_compresses_when_asked(small_world: World) -> None:
    client = open_shop(small_world, "harbour").client
    with client.stream("GET", "/", headers={"accept-encoding": "gzip"}) as response:
        raw = b"".join(response.iter_raw())
    assert response.headers["content-encoding"] == "gzip"
    assert b"BROWSE CATEGORIES" in gzip.decompress(raw)
    assert "content-encoding" not in client.get("/", headers={"accept-encoding": "identity"}).headers


def test_lantern_sends_no_length_and_no_charset(small_world: World) -> None:
    response = open_shop(small_world, "lantern").client.get("/")
    assert "content-length" not in response.headers
    assert response.headers["content-type"] == "text/html"
    assert b"<meta charset=UTF-8>" in response.content.replace(b'"', b"")


def test_orchard_is_windows_1252_and_only_its_page_says_so(small_world: World) -> None:
    shop = open_shop(small_world, "orchard")
    response = shop.client.get("/welcome?display=all")
    assert response.headers["content-type"] == "text/html"
    assert b"charset=windows-1252" in response.content
    # A euro sign is 0x80 there, and no valid UTF-8.
    assert b"\x80 " in response.content
    with pytest.raises(UnicodeDecodeError):
        response.content.decode("utf-8")
