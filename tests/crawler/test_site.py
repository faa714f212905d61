"""Site files: what they hold, and what is said when they cannot be used."""

from datetime import date
from pathlib import Path

import pytest

from crawler.site import Authority, AuthorityError, Pacing, Site, load_site, load_sites, save_site
from nightpost.errors import ConfigurationError
from tests.crawler.conftest import HOST, site_of
from tests.crawler.onions import onion_host


def test_a_site_is_read_as_it_was_written(tmp_path: Path) -> None:
    site = site_of(
        urls=[f"http://{HOST}/", f"https://{onion_host(2)}/m/"],
        seeds=["/", "/category?id=1"],
        pacing=Pacing(delay_seconds=2.5, concurrency=3, max_pages=40),
    )
    assert save_site(tmp_path, site) == tmp_path / "market.toml"
    assert load_site(tmp_path, "market") == site
    assert [path.name for path in tmp_path.iterdir()] == ["market.toml"]


def test_a_site_without_authority_can_be_kept(tmp_path: Path) -> None:
    save_site(tmp_path, site_of(authority=None))
    site = load_site(tmp_path, "market")
    with pytest.raises(AuthorityError, match="has no authority"):
        site.check_authority(date(2025, 1, 1))


def test_an_authority_holds_on_its_last_day() -> None:
    authority = Authority(reference="r", holder="h", expires_at=date(2025, 5, 31))
    site = site_of(authority=authority)
    assert site.check_authority(date(2025, 5, 31)) is authority
    with pytest.raises(AuthorityError, match="expired on 2025-05-31"):
        site.check_authority(date(2025, 6, 1))


def test_all_sites_of_a_folder(tmp_path: Path) -> None:
    for name in ("b", "a"):
        save_site(tmp_path, site_of(name=name))
    assert [site.name for site in load_sites(tmp_path)] == ["a", "b"]
    assert load_sites(tmp_path / "none") == []


GOOD = f'name = "market"\nlayout = "x"\nurls = ["http://{HOST}/"]\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = ", "is not valid TOML"),
        ("", "name: Field required"),
        (GOOD.replace("market", "other"), "must be named other.toml"),
        (GOOD.replace(HOST, "example.com"), "is not an onion address"),
        (GOOD.replace(HOST, "expyuzz4wqqyqhjn.onion"), "version 2 address"),
        (GOOD.replace(HOST, HOST.replace("aaa", "aab", 1)), "wrong checksum"),
        (GOOD.replace(HOST, "127.0.0.1"), "is not an onion address"),
        (GOOD.replace("http:", "ftp:"), "is not an http URL"),
        (GOOD + 'seeds = ["http://example.com/"]', "is not a path"),
        (GOOD + 'seeds = ["//example.com/"]', "is not a path"),
        (GOOD + 'sedes = ["/"]', "sedes: Extra inputs"),
        (GOOD + "[pacing]\nconcurrency = 0", "pacing.concurrency"),
        (GOOD + '[authority]\nreference = "r"\nholder = "h"\nexpires_at = "soon"', "authority.expires_at"),
        (GOOD.replace("market", "../market"), "name: String should match"),
        (GOOD + 'user_agent = "a\\r\\nCookie: b"', "user_agent"),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "market.toml").write_text(text)
    with pytest.raises(ConfigurationError, match=words) as caught:
        load_site(tmp_path, "market")
    assert "\n" not in str(caught.value)


def test_an_unknown_site_is_said_with_those_there_are(tmp_path: Path) -> None:
    save_site(tmp_path, site_of(name="lantern"))
    with pytest.raises(ConfigurationError, match=r"no site 'market' \(known sites: lantern\)"):
        load_site(tmp_path, "market")


def test_this_machine_is_allowed_only_where_it_is_said() -> None:
    given = {"name": "demo", "layout": "x", "urls": ["http://127.0.0.1:8080/"]}
    assert Site.model_validate({**given, "allow_loopback": True}).is_loopback
    with pytest.raises(ValueError, match="is not an onion address"):
        Site.model_validate(given)
    with pytest.raises(ValueError, match="is not an onion address"):
        Site.model_validate({**given, "urls": ["http://example.com/"], "allow_loopback": True})
    assert not site_of().is_loopback
