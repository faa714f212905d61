"""Hostile pages in a report: nothing of them acts, loads or breaks out, and the report is written all the same."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.page_sanitising import MARK, ROW, TONE, safe_declarations, safe_style, sanitised
from tests.desk import tea_house
from tests.desk.conftest import Run
from tests.desk.report_file import ReportFile

ELSEWHERE = "http://evil.example/x"
ACTS = [
    "<script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)' x='",
    "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;",
    "]]><script>alert(1)</script><![CDATA[",
    "--><script>alert(1)</script><!--",
    "</style><script>alert(1)</script>",
    "</iframe><script>alert(1)</script>",
    "{{ 7 * 7 }}{% for x in y %}",
    f'<img src="{ELSEWHERE}" onerror="alert(1)">',
    f'<a href="javascript:alert(1)" ping="{ELSEWHERE}" onclick="alert(1)">x</a>',
    f'<form action="{ELSEWHERE}"><input onfocus="alert(1)"><button formaction="{ELSEWHERE}">x</button></form>',
    f'<iframe src="{ELSEWHERE}"></iframe><iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe>',
    f'<object data="{ELSEWHERE}"></object><embed src="{ELSEWHERE}"><applet code="{ELSEWHERE}"></applet>',
    f'<svg onload="alert(1)"><script>alert(1)</script><use href="{ELSEWHERE}"/></svg>',
    f'<link rel="stylesheet" href="{ELSEWHERE}"><base href="{ELSEWHERE}">',
    f'<meta http-equiv="refresh" content="0;url={ELSEWHERE}">',
    f'<style>@import "{ELSEWHERE}"; p {{ background: url({ELSEWHERE}) }} a {{ behavior: url(x); color: red }}</style>',
    f'<p style="background:url({ELSEWHERE});background-image:image-set(\'{ELSEWHERE}\' 1x);color:red">x</p>',
    f'<p style="background:u\\72l({ELSEWHERE})">x</p><table background="{ELSEWHERE}"><tr><td>x</td></tr></table>',
    f'<video src="{ELSEWHERE}" poster="{ELSEWHERE}"><source src="{ELSEWHERE}"></video><audio src="{ELSEWHERE}">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></p></noscript>',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<xmp><script>alert(1)</script></xmp><template><script>alert(1)</script></template>",
    f'<p {MARK}="title" {ROW}="" {TONE}="1">not the title</p>',
    "\x1b[31m\u202e\x07\ufffe&#xD800;&#0;",
]  # fmt: skip

ATTRIBUTES = {
    "align", "bgcolor", "border", "cellpadding", "cellspacing", "class", "color", "colspan", "dir", "height", "id",
    "rowspan", "size", "style", "title", "valign", "width", MARK, ROW, TONE,
}  # fmt: skip
ACTING_TAGS = [
    "script", "iframe", "frame", "object", "embed", "applet", "link", "meta", "base", "form", "input", "button",
    "textarea", "select", "option", "img", "image", "picture", "svg", "math", "video", "audio", "source", "track",
    "canvas", "template", "style", "noscript", "xmp",
]  # fmt: skip
LOADING_STYLE = re.compile(r"url|image|@|expression|behavior|binding|\\|src\(", re.IGNORECASE)


def assert_harmless(markup: str, style: str) -> None:
    """Whichever parser reads it: no tag that acts, no attribute but those that only say how it looks, no loading."""
    for parser in ("lxml", "html.parser"):
        document = BeautifulSoup(markup, parser)
        assert document.find_all(ACTING_TAGS) == []
        for tag in document.find_all(True):
            assert set(tag.attrs) <= ATTRIBUTES, tag
            assert not LOADING_STYLE.search(str(tag.get("style", "")))
    assert "<" not in style
    assert not LOADING_STYLE.search(style)


@pytest.mark.parametrize("attack", ACTS)
def test_no_attack_survives_in_the_frame(attack: str) -> None:
    body, style = sanitised(f"<html><body><div>before {attack} after</div></body></html>")
    assert_harmless(body, style)
    assert "before" in body


@given(st.text(alphabet=st.sampled_from("<>\"'=/ !-[]&;:{}()abceilmnoprstuvxy#0\n\x00\u202e"), max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_markup_survives_that_acts(markup: str) -> None:
    assert_harmless(*sanitised(markup))


@given(st.lists(st.sampled_from([*ACTS, "<p>", "</p>", "<table>", "<style>", "</style>", "<", '"', "'"]), max_size=8))
@settings(max_examples=100, deadline=None)
def test_no_mixture_of_attacks_survives(parts: list[str]) -> None:
    assert_harmless(*sanitised("".join(parts)))


@given(st.text(alphabet=st.sampled_from("{}();:/*@\\<>\"'.#abcdeilmoprtu 1%,-"), max_size=200))
@settings(max_examples=200, deadline=None)
def test_no_style_survives_that_loads(css: str) -> None:
    assert_harmless("", safe_style(css))
    assert not LOADING_STYLE.search(safe_declarations(css))


def test_what_only_says_how_it_looks_stays() -> None:
    markup = (
        "<style>.a > b, td { color: #f00; width: calc(1px + 2%) } @media print { i { color: rgb(1, 2, 3) } }</style>"
    )
    body, style = sanitised(
        f'{markup}<table class="a" width="90%"><tr><td colspan="2" style="color: red">x</td></tr></table>'
    )
    assert style == ".a > b, td { color: #f00; width: calc(1px + 2%) }\ni { color: rgb(1, 2, 3) }"
    assert '<td colspan="2" style="color: red">x</td>' in body
    assert 'class="a" width="90%"' in body


def test_pictures_and_inputs_say_what_they_were() -> None:
    body, _ = sanitised('<img alt="Verified" src="x.png"><input name="amount" value="5"><select><option>one</select>')
    assert "[picture Verified]" in body
    assert "[input amount 5]" in body
    assert "[choice one]" in body


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 100_000,
        "<p>a</p>" * 100_000,
        "<p " + "a=1 " * 100_000 + ">",
        "<style>" + "a" * 300_000,
        "<style>" + "/*" * 150_000 + "</style>",
        "<style>" + "a{b:c;" * 50_000 + "</style>",
        "<b style='" + "color:red;" * 50_000 + "'>",
        "<a b='" * 50_000,
        "x" * 3_000_000,
    ],
    ids=["deep", "wide", "attributes", "style", "comments", "rules", "declarations", "quotes", "long"],
)
def test_a_huge_page_is_cut(markup: str) -> None:
    body, style = sanitised(markup)
    assert len(body) < 3_000_000
    assert len(style) <= 200_000


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A market whose every title and description attacks."""
    folder = tmp_path / "hostile"
    folder.mkdir()
    for number, attack in enumerate(ACTS):
        page = tea_house.offer(number, attack, vendor=attack, more=attack)
        (folder / f"{number:02}.html").write_bytes(page)
    (folder / "<img src=x onerror=alert(1)>\x1b'\".html").write_bytes(tea_house.offer(99, "A name of its own"))
    (folder / "deep.html").write_bytes(b"<div class=offer>" * 100_000)
    (folder / "null.html").write_bytes(b"<div class=offer>" + b"x" * 2000 + b"\0\0<h1>\0</h1>")
    return folder


def test_nothing_in_the_report_acts_or_loads(run: Run, hostile: Path, tmp_path: Path) -> None:
    layout = tea_house.save_layout(tmp_path)
    file = tmp_path / "report.html"
    status, _, errors = run("layout", "check", layout, hostile, "--report", file)
    assert status == 1, errors
    report = ReportFile(file)
    assert len(report.pages) == len(ACTS) + 3
    assert_report_harmless(report)
    assert "\x1b" not in file.read_text("utf-8")


def assert_report_harmless(report: ReportFile) -> None:
    """The report itself, and the documents in its frames."""
    document = report.document
    allowed = {"meta", "iframe", "style"}
    assert document.find_all([tag for tag in ACTING_TAGS if tag not in allowed]) == []
    assert "default-src 'none'" in policy(document)
    for tag in document.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on") or name in {"href", "src", "action", "style"}]
    for frame in document.find_all("iframe"):
        assert not frame["sandbox"]
        inside = BeautifulSoup(str(frame["srcdoc"]), "lxml")
        assert "default-src 'none'" in policy(inside)
        assert inside.body is not None
        assert_harmless(inside.body.decode_contents(), "")
        assert_harmless("", inside.select("style")[0].text)


def policy(document: BeautifulSoup) -> str:
    [meta] = document.select("head > meta[http-equiv='Content-Security-Policy']")
    return str(meta["content"])


def test_only_the_reports_own_marks_are_marks(run: Run, hostile: Path, tmp_path: Path) -> None:
    layout = tea_house.save_layout(tmp_path)
    run("layout", "check", layout, hostile, "--report", tmp_path / "report.html")
    frame = ReportFile(tmp_path / "report.html").frame(f"{len(ACTS) - 2:02}.html")
    assert [one.text for one in frame.select(f"[{MARK}='title']")] != ["not the title"]
    assert frame.select(f"p[{MARK}]") == []


def test_a_layout_whose_words_attack_is_shown_as_words(run: Run, tmp_path: Path) -> None:
    saved = tea_house.save(tmp_path / "saved")
    attack = "</td><script>alert(1)</script>"
    layout = tea_house.save_layout(tmp_path, tea_house.LAYOUT.replace("a label in English", f"'{attack}'"))
    assert run("layout", "check", layout, saved, "--report", tmp_path / "report.html")[0] == 0
    report = ReportFile(tmp_path / "report.html")
    assert_report_harmless(report)
    assert attack in report.document.text
