"""``nightpost parse``: with a layout by name or file, without one, and with files that cannot be read."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.desk import tea_house
from tests.desk.conftest import Run

KEYS = {"file", "page_kind", "records", "links", "problems"}


def lines(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "page.html"
    file.write_bytes(tea_house.offer(7, "Ten bags of green tea"))
    return file


@pytest.fixture
def layout(tmp_path: Path) -> Path:
    return tea_house.save_layout(tmp_path)


def test_a_layout_may_be_a_file(run: Run, page: Path, layout: Path) -> None:
    status, output, _ = run("parse", "--layout", layout, page)
    [parsed] = lines(output)
    assert status == 0
    assert set(parsed) >= KEYS
    assert "kind_confidence" not in parsed
    [listing] = parsed["records"]
    assert (parsed["page_kind"], listing["title"], listing["market"]) == (
        "listing",
        "Ten bags of green tea",
        "tea-house",
    )


def test_a_layout_may_lie_in_the_present_folder(
    run: Run, page: Path, layout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(layout.parent)
    assert lines(run("parse", "--layout", "tea-house", page)[1])[0]["page_kind"] == "listing"


def test_a_layout_of_the_workspace_comes_first(run: Run, page: Path, workspace: Path) -> None:
    tea_house.save_layout(workspace / "layouts", tea_house.LAYOUT.replace("tea-house", "empire"), "empire")
    [parsed] = lines(run("parse", "--layout", "empire", page)[1])
    assert parsed["records"][0]["market"] == "empire"
    assert parsed["page_kind"] == "listing"


def test_the_market_can_be_another(run: Run, page: Path, layout: Path) -> None:
    [parsed] = lines(run("parse", "--layout", layout, "--market", "coffee-house", page)[1])
    assert parsed["records"][0]["market"] == "coffee-house"
    assert run("parse", "--layout", layout, "--market", "Not A Name", page)[0] == 2


def test_without_a_layout_the_page_is_read_as_best_can_be(run: Run, page: Path) -> None:
    status, output, _ = run("parse", "--market", "unheard-of", page)
    [parsed] = lines(output)
    assert status == 0
    assert set(parsed) >= KEYS
    assert 0 <= parsed["kind_confidence"] <= 1
    assert {record["market"] for record in parsed["records"]} <= {"unheard-of"}


def test_files_that_cannot_be_read_fail_in_the_end_and_the_others_are_printed(
    run: Run, page: Path, layout: Path, tmp_path: Path
) -> None:
    status, output, errors = run("parse", "--layout", layout, tmp_path / "gone.html", page, tmp_path, page)
    assert (status, [one["file"] for one in lines(output)]) == (1, [str(page), str(page)])
    gone, folder, last = errors.splitlines()
    assert "gone.html cannot be read: No such file" in gone
    assert "cannot be read" in folder
    assert last == "nightpost: 2 of 4 files cannot be read; check the paths"


@pytest.mark.parametrize("layout", ["nonsense", "./nonsense.yaml", "nonsense.yaml", "a/b"])
def test_a_layout_that_is_not_there_is_one_line(run: Run, page: Path, layout: str) -> None:
    status, output, errors = run("parse", "--layout", layout, page)
    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert Path(layout).stem in errors


def test_lines_come_as_files_are_read(page: Path, layout: Path, tmp_path: Path) -> None:
    """The second file is a pipe that nobody writes to until the first file's line has come."""
    pipe = tmp_path / "pipe.html"
    subprocess.run(["mkfifo", pipe], check=True)
    command = [sys.executable, "-m", "desk.cli", "parse", "--layout", str(layout), str(page), str(pipe)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as parsing:
        assert parsing.stdout is not None
        first = json.loads(parsing.stdout.readline())
        pipe.write_bytes(tea_house.offer(8, "Late tea"))
        second = json.loads(parsing.stdout.readline())
        assert parsing.wait() == 0
    assert (first["file"], second["records"][0]["title"]) == (str(page), "Late tea")
