"""``nightpost layout induce``: from a folder or an archive of saved pages to a layout's file that can be used."""

import json
from pathlib import Path

import pytest

from extractors.layout import load_layout
from replica.facades.saving import save
from tests.desk import tea_house
from tests.desk.conftest import Run
from tests.desk.report_file import ReportFile


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small market, mixed with what is no page of it."""
    folder = tmp_path_factory.mktemp("market") / "pages"
    save("oldpier", folder, vendors=4, listings=8)
    (folder / "deeper").mkdir()
    (folder / "page-0001.html").rename(folder / "deeper" / "a page without extension")
    (folder / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    (folder / "script.js").write_text("document.write('<div><p>no page</p></div>')", encoding="utf-8")
    (folder / "empty.html").write_bytes(b"")
    (folder / "gone.html").symlink_to(folder / "nowhere")
    return folder


def test_a_layout_is_learned_that_reads_the_pages(run: Run, pages: Path, tmp_path: Path) -> None:
    out, report = tmp_path / "pier.yaml", tmp_path / "report.html"
    status, output, errors = run("layout", "induce", pages, "--out", out, "--market", "old-pier", "--report", report)
    assert status == 0, errors
    assert output == (
        f"wrote {out}; report: {report}; next: nightpost layout check {out} {pages} --report check.html\n"
    )
    layout = load_layout("pier", [tmp_path])
    assert (layout.name, layout.market) == ("pier", "old-pier")
    assert " 8 listing" in errors
    assert "left out: " in errors
    assert "1 empty_file" in errors
    assert "beside: [seller]" in errors
    shown = ReportFile(report)
    assert any("listing" in page.summary.text for page in shown.pages.values() if page.summary)
    checked = json.loads(run("layout", "check", out, pages, "--json")[1])
    titles = [one for one in checked["fields"] if (one["page_kind"], one["field"]) == ("listing", "title")]
    assert [(one["found"], one["of"]) for one in titles] == [(8, 8)]


def test_a_file_that_is_there_is_kept(run: Run, pages: Path, tmp_path: Path) -> None:
    out = tmp_path / "pier.yaml"
    out.write_text("mine", encoding="utf-8")
    status, output, errors = run("layout", "induce", pages, "--out", out)
    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert "--force" in errors
    assert out.read_text("utf-8") == "mine"
    assert run("layout", "induce", pages, "--out", out, "--force")[0] == 0
    assert out.read_text("utf-8") != "mine"


def test_the_pages_may_be_in_a_warc_file(run: Run, tmp_path: Path) -> None:
    warc = tea_house.save_warc(tmp_path / "crawl.warc.gz")
    status, output, errors = run("layout", "induce", warc, "--out", tmp_path / "tea.yaml")
    assert status in {0, 1}, errors
    assert ("wrote" in output) is (status == 0)


def test_an_earlier_layout_helps(run: Run, pages: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "pier.yaml", tmp_path / "pier-2.yaml"
    assert run("layout", "induce", pages, "--out", first)[0] == 0
    assert run("layout", "induce", pages, "--out", second, "--hint", first)[0] == 0
    read = [json.loads(run("layout", "check", file, pages, "--json")[1])["kinds"] for file in (first, second)]
    assert read[0] == read[1]
    status, _, errors = run("layout", "induce", pages, "--out", tmp_path / "pier-3.yaml", "--hint", "nonsense")
    assert (status, "no layout is called 'nonsense'" in errors) == (1, True)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "there is no page in"),
        ({"notes.txt": b"nothing", "empty.html": b""}, "1 empty_file, 1 not_a_page"),
        ({"a.html": b"<html><body><p>One page that says nothing.</p></body></html>"}, "save"),
        ({"cut.warc.gz": b"\x1f\x8b\x08\0\0\0\0\0"}, "there is no page in"),
    ],
)
def test_nothing_to_learn_from_is_one_line(run: Run, tmp_path: Path, content: dict[str, bytes], words: str) -> None:
    folder = tmp_path / "saved"
    folder.mkdir()
    for name, body in content.items():
        (folder / name).write_bytes(body)
    status, output, errors = run("layout", "induce", folder, "--out", tmp_path / "new.yaml")
    assert (status, output) == (1, "")
    assert words in errors.splitlines()[-1]
    assert not (tmp_path / "new.yaml").exists()


@pytest.mark.parametrize(
    "arguments", [("--out", "New.yaml"), ("--out", "new.yml"), ("--out", "x.yaml", "--market", "A B"), ()]
)
def test_a_name_that_is_none_is_wrong_usage(run: Run, pages: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert run("layout", "induce", pages, *arguments)[0] == 2
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_one_line(run: Run, pages: Path, tmp_path: Path) -> None:
    status, output, errors = run("layout", "induce", pages, "--out", tmp_path / "gone" / "x.yaml")
    assert (status, output) == (1, "")
    assert f"cannot write {tmp_path / 'gone' / 'x.yaml'}" in errors


def test_of_very_many_pages_a_sample_is_learned_from(run: Run, pages: Path, tmp_path: Path) -> None:
    status, _, errors = run("layout", "induce", pages, "--out", tmp_path / "x.yaml", "--most", 30)
    assert status == 0
    assert "30 of " in errors
