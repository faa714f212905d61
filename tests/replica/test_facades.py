"""Facades: every build renders, the same each time, and states what its truth says it states."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import lxml.html
import pytest
from typer.testing import CliRunner

from extractors.records import PageKind
from replica.facades import FacadeError, FacadePage, facade_names, render
from replica.facades import conventions as facade_files
from replica.facades.conventions import BUILDS, Conventions, conventions
from replica.facades.saving import save
from replica.facades.wording import Wording
from replica.world.catalogue import writing

DEV = ("alpenhof", "gavan", "kiosk", "meridian", "nimbus", "oldpier", "quartz", "samarkand")
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

_rendered: dict[tuple[str, int], list[FacadePage]] = {}
_stated: dict[str, list[tuple[str, dict[str, object]]]] = {}


def pages_of(name: str, seed: int = 1) -> list[FacadePage]:
    if (name, seed) not in _rendered:
        _rendered[name, seed] = render(name, seed=seed, vendors=8, listings=24)
    return _rendered[name, seed]


def parsed(name: str, page: FacadePage) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(page.html, parser=lxml.html.HTMLParser(encoding=conventions(name).charset))


def text_of(name: str, page: FacadePage) -> str:
    """All text of a page that a reader sees, and what images and fields say in attributes."""
    root = parsed(name, page)
    said = root.xpath("//@title | //@alt | //@value | //@placeholder")
    return " ".join(" ".join([*root.itertext(), *said]).split())


def records(name: str) -> list[tuple[str, dict[str, object]]]:
    """The text of each page with each record that it states."""
    if name not in _stated:
        pages = [page for page in pages_of(name) if page.records]
        _stated[name] = [(text, record) for page in pages for text in [text_of(name, page)] for record in page.records]
    return _stated[name]


MARKETS = [name for name in facade_names() if (BUILDS / name / "listing.html").exists()]
"""All facades but those that are only gates: log-ins, captchas, errors."""


@pytest.fixture(params=MARKETS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_builds_for_development_are_there() -> None:
    assert set(DEV) <= set(facade_names())


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_market(name: str) -> None:
    again = render(name, seed=1, vendors=8, listings=24)
    assert again == pages_of(name)
    first = {record["title"] for page in pages_of(name) for record in page.records if "title" in record}
    other = {record["title"] for page in pages_of(name, 2) for record in page.records if "title" in record}
    assert len(first & other) < len(first) / 2


@pytest.mark.parametrize("name", facade_names())
def test_every_template_is_rendered_under_its_kind(name: str) -> None:
    templates = [file.stem for file in (BUILDS / name).glob("*.html")]
    kinds = {kind for kind in get_args(PageKind) for stem in templates if stem == kind}
    assert {page.kind for page in pages_of(name)} == kinds
    assert len(kinds) >= 7


@pytest.mark.parametrize("build", DEV)
def test_builds_for_development_have_pages_of_nearly_every_kind(build: str) -> None:
    kinds = {page.kind for page in pages_of(build)}
    assert len(kinds) >= len(get_args(PageKind)) - 1
    assert sum(page.kind == "other" for page in pages_of(build)) >= 3


def test_urls_are_of_one_host_and_no_two_pages_of_a_kind_share_one(name: str) -> None:
    pages = pages_of(name)
    assert len({urlsplit(page.url).netloc for page in pages}) == 1
    assert all(page.url.endswith(page.path) and page.path.startswith("/") for page in pages)
    subjects = [page.path for page in pages if page.kind in {"listing", "listing_index", "vendor"}]
    assert len(set(subjects)) == len(subjects)


def test_titles_and_names_are_in_the_text(name: str) -> None:
    for text, record in records(name):
        if "title" in record:
            assert str(record["title"]) in text
        for field in ("vendor", "handle"):
            assert str(record.get(field, "")) in text


def test_prices_are_in_the_text_as_the_facade_writes_them(name: str) -> None:
    words = Wording(conventions(name), NOW)
    priced = [(text, record["price"]) for text, record in records(name) if "price" in record]
    assert priced
    for text, price in priced:
        assert isinstance(price, dict)
        written = words.money(Decimal(str(price["amount"])), price["currency"])
        # Some pages put the sign into an element of its own.
        assert written.replace(" ", "") in text.replace(" ", "")


def test_countries_are_in_the_text(name: str) -> None:
    words = Wording(conventions(name), NOW)
    for text, record in records(name):
        for field in ("ships_from", "ships_to"):
            codes = record.get(field, [])
            assert isinstance(codes, list)
            assert all(words.place(code) in text or re.search(rf"\b{code}\b", text) for code in codes)


def test_vendors_keys_dates_and_sales_are_in_the_text(name: str) -> None:
    words = Wording(conventions(name), NOW)
    vendors = [(text, record) for text, record in records(name) if record["kind"] == "vendor"]
    for text, record in vendors:
        keys = record.get("pgp_keys", [])
        assert isinstance(keys, list)
        assert all(" ".join(key.split()) in text for key in keys)
        if "registered_at" in record:
            registered = datetime.fromisoformat(str(record["registered_at"]))
            assert " ".join(words.date(registered, "registered").split()) in text
        if "sales" in record:
            sales = record["sales"]
            assert isinstance(sales, int)
            assert words.count(sales) in text


def test_builds_for_development_state_vendors_with_and_without_keys() -> None:
    pages = [page for build in DEV for page in pages_of(build)]
    vendors = [record for page in pages if page.kind == "vendor" for record in page.records]
    assert {bool(vendor["pgp_keys"]) for vendor in vendors if "pgp_keys" in vendor} == {True, False}
    assert all(vendor["sales"] and vendor["registered_at"] for vendor in vendors)
    keys = [record for page in pages if page.kind == "pgp" for record in page.records]
    assert len(keys) > sum(bool(vendor.get("pgp_keys")) for vendor in vendors), (
        "one build has keys on their own pages alone"
    )


def test_every_row_links_to_where_its_truth_says(name: str) -> None:
    for page in pages_of(name):
        if page.kind != "listing_index":
            continue
        hrefs = {
            urlsplit(href)._replace(scheme="", netloc="").geturl() for href in parsed(name, page).xpath("//a/@href")
        }
        wanted = [record["url"] for record in page.records if "url" in record]
        assert all(any(link.endswith(url.removeprefix("/")) for link in hrefs) for url in wanted)


def test_the_links_of_rows_lead_to_the_listings_pages(name: str) -> None:
    pages = {page.path: page for page in pages_of(name) if page.kind == "listing"}
    rows = [record for page in pages_of(name) if page.kind == "listing_index" for record in page.records]
    assert rows
    for row in rows:
        if "url" in row:
            title = pages[row["url"]].records[0]["title"]
            assert row["title"] == title or str(title).startswith(row["title"].removesuffix("..."))


def test_hostile_titles_stay_text(name: str) -> None:
    seen = set()
    for seed in (1, 2, 3):
        for page in pages_of(name, seed):
            titles = {str(record.get("title")) for record in page.records}
            seen |= titles & {" ".join(title.split()) for title in writing().hostile_titles}
            scripts = parsed(name, page).xpath("//script[contains(., '1g')]")
            assert not scripts, page.url
    assert seen


def test_pages_about_nothing_have_no_records(name: str) -> None:
    with_records = {page.kind for page in pages_of(name) if page.records}
    assert with_records <= {"listing", "listing_index", "vendor", "pgp"}


def test_rows_state_no_more_than_the_facade_says() -> None:
    by_kind = {record["title"]: record for _, record in records("samarkand") if "url" in record}
    assert by_kind
    assert all("ships_from" in row and "ships_to" not in row for row in by_kind.values())
    assert any(str(title).endswith("...") for title in by_kind)


def test_goods_that_are_not_sent_come_from_where_the_page_says() -> None:
    def digital(name: str) -> list[dict[str, object]]:
        found = [record for page in pages_of(name, 3) if page.kind == "listing" for record in page.records]
        return [record for record in found if record["ships_from"] in ([], ["WW"])]

    assert all(record["ships_from"] == ["WW"] for record in digital("nimbus"))
    assert all(record["ships_from"] == [] for record in digital("oldpier"))
    assert digital("nimbus")
    assert digital("oldpier")


def test_counts_are_true_as_far_as_they_are_shown() -> None:
    words = Wording(Conventions(title="x", counts="short"), NOW)
    assert [words.count(number) for number in (999, 1000, 1267, 34000)] == ["999", "1K+", "1.2K+", "34K+"]
    assert [words.counted(number) for number in (999, 1267, 34041)] == [999, 1200, 34000]
    assert Wording(Conventions(title="x", counts="dot"), NOW).count(1234567) == "1.234.567"


def test_sums_are_written_as_the_facade_says() -> None:
    german = Wording(conventions("alpenhof"), NOW)
    assert german.money(Decimal("1234.5"), "EUR") == "1.234,50 €"
    russian = Wording(conventions("gavan"), NOW)
    assert russian.money(Decimal(4500), "RUB").startswith("4 500 ")
    assert russian.shown(Decimal("1.23456789"), "BTC") == Decimal("1.234568")


@pytest.mark.parametrize(
    ("passed", "written"),
    [
        (datetime(2026, 3, 2, 9, 29, 40, tzinfo=UTC), "gerade eben"),
        (datetime(2026, 3, 2, 9, 29, tzinfo=UTC), "vor 1 Minute"),
        (datetime(2026, 3, 2, 6, 30, tzinfo=UTC), "vor 3 Stunden"),
        (datetime(2026, 2, 20, 9, 30, tzinfo=UTC), "vor 10 Tagen"),
        (datetime(2025, 12, 20, 9, 30, tzinfo=UTC), "vor 2 Monaten"),
        (datetime(2023, 12, 20, 9, 30, tzinfo=UTC), "vor 2 Jahren"),
    ],
)
def test_times_are_told_from_now_on_backwards(passed: datetime, written: str) -> None:
    assert Wording(conventions("alpenhof"), NOW).date(passed, "seen") == written


@pytest.mark.parametrize(
    ("pattern", "stated"),
    [
        ("%d.%m.%Y", "2019-05-04T00:00:00"),
        ("%B %d, %Y", "2019-05-04T00:00:00"),
        ("%Y-%m-%d %H:%M", "2019-05-04T17:05:00"),
        ("%c", "2019-05-04T17:05:31"),
        ("%B %Y", None),
        ("relative", None),
    ],
)
def test_dates_are_true_as_far_as_they_are_shown(pattern: str, stated: str | None) -> None:
    style = Conventions.model_validate({"title": "x", "dates": {"registered": pattern}})
    found = Wording(style, NOW).dated(datetime(2019, 5, 4, 17, 5, 31, tzinfo=UTC), "registered")
    assert (found and found.isoformat()) == (stated and stated + "+00:00")


def test_months_are_named_in_the_facades_language() -> None:
    assert Wording(conventions("gavan"), NOW).date(datetime(2019, 11, 3, tzinfo=UTC), "registered") == "03 ноября 2019"


def test_countries_are_named_in_the_facades_language() -> None:
    german, russian = Wording(conventions("alpenhof"), NOW), Wording(conventions("gavan"), NOW)
    assert german.destinations(("WW",), ("AU", "US")) == "Weltweit außer Australien, USA"
    assert russian.place("NL") == "Нидерланды"
    assert Wording(conventions("oldpier"), NOW).place("GB") == "UK"


def test_vendors_and_buyers_write_in_the_language_of_their_market() -> None:
    german = " ".join(text_of("alpenhof", page) for page in pages_of("alpenhof") if page.kind in {"listing", "vendor"})
    assert "Bestellungen bis 12 Uhr" in german
    assert german.count("Versand aus") + german.count("versenden aus") > 10
    russian = " ".join(text_of("gavan", page) for page in pages_of("gavan") if page.kind == "reviews")
    assert any(text in russian for text in ("спасибо", "быстро и качественно", "Рекомендую"))


def test_pages_are_saved_under_names_that_say_nothing(tmp_path: Path) -> None:
    count = save("oldpier", tmp_path / "pages", vendors=4, listings=6)
    lines = [json.loads(line) for line in (tmp_path / "pages" / "truth.jsonl").read_text("utf-8").splitlines()]
    assert [line["file"] for line in lines] == [f"page-{number:04}.html" for number in range(1, count + 1)]
    pages = [(page.url, page.kind, page.html) for page in render("oldpier", vendors=4, listings=6)]
    records = {page.url: page.records for page in render("oldpier", vendors=4, listings=6) if page.records}
    assert len(lines) == count
    assert [line["kind"] for line in lines] != sorted(line["kind"] for line in lines)
    for line in lines:
        assert line["records"] == records.get(line["url"], [])
    files = [(line["url"], line["kind"], (tmp_path / "pages" / line["file"]).read_bytes()) for line in lines]
    assert sorted(files) == sorted(pages)


def test_the_command_saves_pages_or_says_what_is_wrong(tmp_path: Path) -> None:
    from replica.facades.__main__ import app

    done = CliRunner().invoke(app, ["nimbus", str(tmp_path / "out"), "--vendors", "2", "--listings", "3"])
    assert done.exit_code == 0
    assert str(len(list((tmp_path / "out").glob("*.html")))) in done.stdout
    failed = CliRunner().invoke(app, ["nowhere", str(tmp_path / "out")])
    assert failed.exit_code == 1
    assert "nimbus" in failed.stderr
    (tmp_path / "file").touch()
    blocked = CliRunner().invoke(app, ["nimbus", str(tmp_path / "file"), "--vendors", "2", "--listings", "3"])
    assert blocked.exit_code == 1
    assert "choose another folder" in blocked.stderr


def test_an_unknown_facade_names_the_known_ones() -> None:
    with pytest.raises(FacadeError, match="oldpier"):
        render("nowhere")


@pytest.mark.parametrize("text", ["title: [", "{}", "title: x\ncounts: many", "title: x\nunknown: 1"])
def test_a_facade_file_that_says_what_it_may_not_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "facade.yaml").write_text(text)
    monkeypatch.setattr(facade_files, "BUILDS", tmp_path)
    with pytest.raises(FacadeError, match=r"facade\.yaml"):
        conventions.__wrapped__("bad")
