"""``nightpost layout show``: the layout as it holds, for people, for programs, and as a file again."""

import json
from pathlib import Path

import pytest
import yaml

from extractors.layout import layout_names, load_layout, parse_layout
from extractors.layout_schema import FieldSpec
from tests.desk import tea_house
from tests.desk.conftest import Run

VERSIONS = """versions:
  - from: 2019-06-01
    pages:
      - kind: listing
        records:
          - kind: listing
            fields: {title: h2}
"""


@pytest.fixture
def layout(tmp_path: Path) -> Path:
    return tea_house.save_layout(tmp_path)


def test_fields_stand_with_their_line_selector_and_sureness(run: Run, layout: Path) -> None:
    status, output, _ = run("layout", "show", layout)
    assert status == 0
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in output.splitlines() if "│" in line]
    place = f"tea-house.yaml:{tea_house.TITLE_LINE}"
    assert ["listing", "listing", "title *", place, "h1", "", ""] in rows
    [ships_from] = [row for row in rows if row[2:3] == ["ships_from"]]
    assert ships_from[5:] == ["0.40", "a label in English"]
    assert any(row[0] == "login" for row in rows), "what is extended is shown too"
    assert output.startswith("layout tea-house; market tea-house; ")


def test_programs_get_the_whole_and_a_flat_list_of_fields(run: Run, layout: Path) -> None:
    status, output, _ = run("layout", "show", layout, "--json")
    [line] = output.splitlines()
    shown = json.loads(line)
    assert (status, shown["name"], shown["currency"]) == (0, "tea-house", "EUR")
    fields = {(one["page_kind"], one["field"]): one for one in shown["fields"]}
    title = fields["listing", "title"]
    assert (title["file"], title["line"], title["required"]) == (str(layout), tea_house.TITLE_LINE, True)
    assert fields["listing", "shipping_options.price"]["selector"] == "css: i, as: money"
    assert fields["listing_index", "url"]["rows"] is True


@pytest.mark.parametrize("name", layout_names())
def test_as_yaml_it_is_the_same_layout(run: Run, name: str) -> None:
    status, output, _ = run("layout", "show", name, "--yaml")
    assert status == 0
    assert parse_layout(output) == load_layout(name)


@pytest.mark.parametrize("name", layout_names())
def test_selectors_are_shown_as_they_may_be_written(run: Run, name: str) -> None:
    fields = json.loads(run("layout", "show", name, "--json")[1])["fields"]
    written = [one["selector"] for one in fields if ": " in one["selector"]]
    for selector in written:
        read = yaml.safe_load(f"{{{selector.removeprefix('each ')}}}")
        assert set(read) <= {*FieldSpec.model_fields, "as", "or"}


def test_the_version_of_a_day_is_shown(run: Run, layout: Path) -> None:
    layout.write_text(tea_house.LAYOUT + VERSIONS, encoding="utf-8")

    def title(*more: str) -> tuple[str, int]:
        shown = json.loads(run("layout", "show", layout, "--json", *more)[1])
        [found] = [one for one in shown["fields"] if (one["page_kind"], one["field"]) == ("listing", "title")]
        return found["selector"], found["line"]

    assert title("--at", "2019-05-31") == ("h1", tea_house.TITLE_LINE)
    newest = (
        "h2",
        len(tea_house.LAYOUT.splitlines()) + VERSIONS.splitlines().index("            fields: {title: h2}") + 1,
    )
    assert title("--at", "2019-06-01") == newest
    assert title() == newest


def test_a_field_behind_an_alias_is_where_it_is_written(run: Run, tmp_path: Path) -> None:
    text = tea_house.LAYOUT.replace("          title: h1\n", "          title: &name h1\n").replace(
        "          title: a\n", "          title: *name\n"
    )
    file = tea_house.save_layout(tmp_path, text)
    shown = json.loads(run("layout", "show", file, "--json")[1])
    lines = [one["line"] for one in shown["fields"] if one["field"] == "title"]
    assert lines == [tea_house.TITLE_LINE, tea_house.TITLE_LINE]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name: [", "is not YAML"),
        ("just words", "holds no layout"),
        ("name: x\npages: []", "pages"),
        ("\xff", "layout"),
    ],
)
def test_a_file_that_is_no_layout_is_one_line(run: Run, tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(text.encode("latin-1"))
    status, output, errors = run("layout", "show", file)
    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert words in errors


def test_wrong_usage_is_exit_code_two(run: Run) -> None:
    assert run("layout", "show")[0] == 2
    assert run("layout", "check", "empire")[0] == 2
    assert run("layout", "show", "empire", "--at", "yesterday")[0] == 2
    assert run("layout", "nonsense")[0] == 2
