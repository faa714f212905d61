"""``nightpost layout check``: what is counted, what is found wrong, and what it tells a person and a program."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.desk import tea_house
from tests.desk.conftest import Run
from tests.desk.report_file import ReportFile


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return tea_house.save(tmp_path / "saved")


@pytest.fixture
def layout(tmp_path: Path) -> Path:
    return tea_house.save_layout(tmp_path)


def check(run: Run, *arguments: object, status: int = 0) -> dict[str, Any]:
    """The object that the check prints for programs."""
    found, output, errors = run("layout", "check", *arguments, "--json")
    assert found == status, errors
    [line] = output.splitlines()
    result: dict[str, Any] = json.loads(line)
    return result


def field(report: dict[str, Any], name: str, kind: str = "listing") -> dict[str, Any]:
    [found] = [one for one in report["fields"] if one["field"] == name and one["page_kind"] == kind]
    return dict(found)


def suspicions(report: dict[str, Any], name: str, kind: str = "listing") -> list[str]:
    return [one["code"] for one in field(report, name, kind)["looks_wrong"]]


def test_a_layout_that_holds_is_counted_and_fine(run: Run, saved: Path, layout: Path) -> None:
    report = check(run, layout, saved)
    assert (report["ok"], report["pages"], report["broken"], report["unknown"]) == (True, 12, 0, 0)
    assert report["kinds"] == {"listing": 10, "listing_index": 2}
    assert report["left_out"] == {"empty_file": 1, "not_a_page": 2}
    assert report["problems"] == []
    title = field(report, "title")
    assert (title["found"], title["of"], title["required"], title["selector"]) == (10, 10, True, "h1")
    assert (title["file"], title["line"]) == (str(layout), tea_house.TITLE_LINE)
    assert field(report, "url", "listing_index")["of"] == 20
    assert field(report, "shipping_options.price")["of"] == 20


def test_the_least_sure_fields_come_first(run: Run, saved: Path, layout: Path) -> None:
    first = check(run, layout, saved)["fields"][0]
    assert (first["field"], first["confidence"], first["evidence"]) == ("ships_from", 0.4, "a label in English")


def test_a_broken_assertion_is_exit_code_one_and_names_the_line(run: Run, saved: Path, layout: Path) -> None:
    layout.write_text(tea_house.LAYOUT.replace("title: h1", "title: h1.gone"), encoding="utf-8")
    status, output, errors = run("layout", "check", layout, saved)
    assert status == 1
    assert errors.splitlines()[-1].startswith(
        "nightpost: tea-house is broken on 10 of 12 pages, first on offers/0.html"
    )
    assert f"correct line {tea_house.TITLE_LINE} of {layout}" in errors
    assert "missing_field listing.title: 10 of 12 pages" in output
    report = check(run, layout, saved, status=1)
    assert (report["ok"], report["broken"]) == (False, 10)
    assert report["broken_pages"][0]["problems"][0]["field"] == "listing.title"


def test_too_few_rows_is_broken(run: Run, saved: Path, layout: Path) -> None:
    layout.write_text(tea_house.LAYOUT.replace("tr.offer", "tr.product"), encoding="utf-8")
    report = check(run, layout, saved, status=1)
    assert [page["file"] for page in report["broken_pages"]] == ["index", "later/index"]
    assert "correct the rows of listing_index" in report["verdict"]


def test_pages_of_another_market_are_told(run: Run, tmp_path: Path, layout: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "page.html").write_bytes(b"<html><body><p>Something else.</p></body></html>")
    report = check(run, layout, tmp_path / "other", status=1)
    assert (report["unknown"], report["unknown_pages"]) == (1, ["page.html"])
    assert "tea-house knows none of 1 page" in report["verdict"]


def test_what_looks_wrong_is_said(run: Run, tmp_path: Path, layout: Path) -> None:
    saved = tmp_path / "odd"
    saved.mkdir()
    for number in range(12):
        price = "EUR 900000" if number == 3 else f"EUR {20 + number}"
        vendor = "A fine tea" if number == 5 else "Seller:" if number == 6 else f"seller{number}"
        title = "A fine tea" if number == 5 else "Tea House"
        (saved / f"{number}.html").write_bytes(tea_house.offer(number, title, vendor=vendor, price=price))
    report = check(run, layout, saved)
    assert suspicions(report, "title") == ["often_same"]
    assert suspicions(report, "price") == ["far_price"]
    assert suspicions(report, "vendor") == ["same_as_title", "label"]
    assert suspicions(report, "listing_id") == []


def test_a_field_that_is_the_same_everywhere_is_told(run: Run, saved: Path, layout: Path) -> None:
    layout.write_text(tea_house.LAYOUT.replace("title: h1", "title: a.self"), "utf-8")
    assert suspicions(check(run, layout, saved), "title") == ["same_everywhere"]


def test_a_warc_file_is_read_and_its_pages_have_their_urls(run: Run, tmp_path: Path, layout: Path) -> None:
    report = check(run, layout, tea_house.save_warc(tmp_path / "crawl.warc.gz"))
    assert (report["pages"], report["kinds"]["listing"]) == (12, 10)
    assert report["left_out"] == {"media_left_out": 1}


def test_a_warc_file_that_ends_early_is_read_as_far_as_it_goes(run: Run, tmp_path: Path, layout: Path) -> None:
    status, output, errors = run(
        "layout", "check", layout, tea_house.save_warc(tmp_path / "cut.warc.gz", cut=True), "--json"
    )
    report = json.loads(output)
    assert (status, report["pages"]) == (0, 12)
    assert sum(report["left_out"].values()) == 1
    assert "cut.warc.gz" in errors


def test_the_same_page_twice_is_counted_once(run: Run, saved: Path, layout: Path) -> None:
    (saved / "copy.html").write_bytes((saved / "index").read_bytes())
    report = check(run, layout, saved)
    assert (report["pages"], report["left_out"]["repeated"]) == (12, 1)


def test_what_a_browser_saves_beside_a_page_is_no_page(run: Run, saved: Path, layout: Path) -> None:
    (saved / "page_files").mkdir()
    for name in ("jquery.js", "data.json", "icon.svg", "page.css", "no extension"):
        (saved / "page_files" / name).write_text('{"html": "<div><p>no page</p></div>"}', encoding="utf-8")
    report = check(run, layout, saved)
    assert (report["pages"], report["left_out"]["not_a_page"]) == (12, 7)


def test_single_files_are_read(run: Run, saved: Path, layout: Path) -> None:
    assert check(run, layout, saved / "index", saved / "offers" / "1.html")["pages"] == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nonsense", "saved"), "no layout is called 'nonsense'"),
        (("gone/tea-house.yaml", "saved"), "gone/tea-house.yaml is not there"),
        (("tea-house.yaml", "gone"), "gone is not there"),
        (("tea-house.yaml", "nothing"), "there is no page in nothing"),
        (("tea-house.yaml", "saved", "--report", "gone/r.html"), "cannot write gone/r.html"),
        (("broken.yaml", "saved"), "is not YAML"),
        (("wrong.yaml", "saved"), "wrong.yaml"),
    ],
)
@pytest.mark.usefixtures("layout")
def test_what_cannot_be_done_is_one_line(
    run: Run, saved: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: str
) -> None:
    monkeypatch.chdir(saved.parent)
    (saved.parent / "nothing").mkdir()
    tea_house.save_layout(saved.parent, "pages: [", "broken")
    tea_house.save_layout(saved.parent, tea_house.LAYOUT.replace("title: h1", "titel: h1"), "wrong")
    status, output, errors = run("layout", "check", *arguments)
    assert (status, output) == (1, "")
    assert errors.splitlines()[-1].startswith("nightpost: ")
    assert words in errors.splitlines()[-1]


def test_a_name_in_the_present_folder_is_found_after_the_workspace(
    run: Run, saved: Path, layout: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(saved.parent)
    assert check(run, "tea-house", saved)["market"] == "tea-house"
    own = tea_house.LAYOUT.replace("market: tea-house", "market: tea")
    tea_house.save_layout(workspace / "layouts", own)
    assert check(run, "tea-house", saved)["market"] == "tea"
    assert check(run, "./tea-house.yaml", saved)["market"] == "tea-house"
    assert layout.is_file()


def test_the_line_is_of_the_file_that_a_layout_extends(run: Run, saved: Path, layout: Path) -> None:
    amended = tea_house.save_layout(
        layout.parent,
        "extends: tea-house\nname: amended\npages:\n  - kind: listing\n    records:\n      - kind: listing\n"
        "        fields:\n          vendor: {xpath: './/tr[1]/td[2]'}\n",
        "amended",
    )
    report = check(run, amended, saved)
    assert (field(report, "vendor")["file"], field(report, "vendor")["line"]) == (str(amended), 8)
    assert (field(report, "title")["file"], field(report, "title")["line"]) == (str(layout), tea_house.TITLE_LINE)


def test_each_page_is_read_with_the_version_that_held(run: Run, saved: Path, layout: Path) -> None:
    version = (
        "versions:\n  - from: 2019-06-01\n    pages:\n      - kind: listing\n        records:\n"
        "          - kind: listing\n            fields: {title: h1.gone}\n"
    )
    layout.write_text(tea_house.LAYOUT + version, encoding="utf-8")
    old = check(run, layout, saved, "--fetched-at", "2019-05-01")
    assert field(old, "title")["line"] == tea_house.TITLE_LINE
    new = check(run, layout, saved, "--fetched-at", "2019-07-01", status=1)
    assert field(new, "title")["line"] == len(tea_house.LAYOUT.splitlines()) + 7


def test_the_report_shows_the_page_beside_its_fields(run: Run, saved: Path, layout: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    assert run("layout", "check", layout, saved, "--report", file)[0] == 0
    report = ReportFile(file)
    assert set(report.pages) == set(tea_house.pages())
    marked = report.marked("offers/3.html")
    assert (marked["title"], marked["vendor"], marked["listing_id"]) == ("Oolong", "seller3", "link")
    assert marked["shipping_options.price"] == "EUR 5"
    fields = report.fields("offers/3.html")
    assert fields["price"][0] == "13.50 EUR"
    assert fields["title"] == ("Oolong", f"line {tea_house.TITLE_LINE} h1")
    rows = report.rows("index")
    assert len(rows) == 11
    assert rows[4][0] == "Oolong"
    assert "color: #123456" in report.frame("offers/3.html").select("style")[0].text


def test_a_missing_field_is_shown_where_it_should_be(run: Run, saved: Path, layout: Path, tmp_path: Path) -> None:
    layout.write_text(tea_house.LAYOUT.replace("{beside: Vendor}", "{beside: Seller}"), encoding="utf-8")
    file = tmp_path / "report.html"
    assert run("layout", "check", layout, saved, "--report", file)[0] == 1
    report = ReportFile(file)
    fields = report.fields("offers/3.html")
    assert fields["vendor"][0] == "missing, and required"
    assert fields["title"][0] == "Oolong"
    [problems, *_] = report.pages["offers/3.html"].select("ul")
    assert "missing_field listing.vendor" in problems.text
    assert f"line {tea_house.TITLE_LINE + 1}" in problems.text


def test_of_many_pages_those_are_shown_that_show_every_kind_and_problem(
    run: Run, saved: Path, layout: Path, tmp_path: Path
) -> None:
    (saved / "zz.html").write_bytes(tea_house.offer(77, "Late tea", price="much"))
    (saved / "zzz.html").write_bytes(b"<html><body><p>Something else.</p></body></html>")
    file = tmp_path / "report.html"
    assert run("layout", "check", layout, saved, "--report", file, "--pages", 4)[0] == 1
    report = ReportFile(file)
    assert len(report.pages) == 4
    assert {"zz.html", "zzz.html"} <= set(report.pages)
    assert any("index" in name for name in report.pages)
    assert "14 pages read, 4 shown" in report.document.text
