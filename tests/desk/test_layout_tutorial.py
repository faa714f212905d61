"""The tutorial of docs/layouts.md, executed: its commands, the output that it shows, its corrections, what comes of it.

A ``console`` block has commands after ``$`` and lines that they print, where ``…`` stands for anything. A block of
``yaml edit=`` is written into the layout as a person would: in the place of the field, or as a new one.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPOSITORY
from tests.desk.test_command_line import ONION

DOCUMENT = (REPOSITORY / "docs" / "layouts.md").read_text("utf-8")
LAYOUT = Path("layouts") / "oldpier.yaml"


@dataclass
class Learner:
    """Somebody who follows the tutorial."""

    folder: Path
    environment: dict[str, str]
    unseen: list[str] = field(default_factory=list)

    def follow(self, text: str) -> None:
        """Do all that the tutorial says, from its beginning to its end."""
        for kind, content in re.findall(r"^```(\S+(?: edit=\S+)?)\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
            if kind == "console":
                self._type(content)
            else:
                page, record = kind.partition("edit=")[2].split("/")
                self._edit(page, record, content)

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run one command."""
        return subprocess.run(
            shlex.split(command), cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )

    def _type(self, content: str) -> None:
        for command, shown in _commands(content):
            if command.startswith("cd "):
                self.folder /= command.removeprefix("cd ")
                continue
            done = self.run(command.replace("http://ONION-ADDRESS.onion", ONION))
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
            printed = done.stdout.splitlines()
            for line in shown:
                pattern = ".*".join(map(re.escape, line.split("…")))
                if not any(re.search(f"^{pattern}", one) for one in printed):
                    self.unseen.append(f"{command} does not print {line!r} but\n{done.stdout[:3000]}")

    def _edit(self, page: str, record: str, content: str) -> None:
        """Write a field into the layout, in the place of the one of its name if there is one."""
        name = content.partition(":")[0]
        lines = (self.folder / LAYOUT).read_text("utf-8").splitlines()
        of_record = self._lines(page, record)
        start = of_record.get(name, min(of_record.values())) - 1
        indent = len(lines[start]) - len(lines[start].lstrip())
        end = start
        if name in of_record:
            end += 1
            while len(lines[end]) - len(lines[end].lstrip()) > indent:
                end += 1
        lines[start:end] = [" " * indent + line for line in content.splitlines()]
        (self.folder / LAYOUT).write_text("\n".join(lines) + "\n", "utf-8")

    def _lines(self, page: str, record: str) -> dict[str, int]:
        """Where the layout has the fields of a record, by their names."""
        shown = json.loads(self.run(f"nightpost layout show {LAYOUT} --json").stdout)
        return {
            one["field"]: one["line"]
            for one in shown["fields"]
            if (one["page_kind"], one["record"], one["page_name"]) == (page, record, None) and "." not in one["field"]
        }


def _commands(content: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a block, with the lines that follow it."""
    for part in re.split(r"^\$ ", content, flags=re.MULTILINE)[1:]:
        command, *shown = part.splitlines()
        yield command, shown


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory) -> Learner:
    """Somebody who has done all of it."""
    begin = DOCUMENT.index("## Add a market in an hour")
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": programs}
    environment.pop("NIGHTPOST_WORKSPACE", None)
    learner = Learner(tmp_path_factory.mktemp("tutorial"), environment)
    learner.follow(DOCUMENT[begin : DOCUMENT.index("\n## ", begin + 5)])
    return learner


def test_every_output_that_is_shown_is_printed(learner: Learner) -> None:
    assert learner.unseen == []


def test_reports_are_there_to_be_opened(learner: Learner) -> None:
    for name in ("report.html", "check.html"):
        assert (learner.folder / name).read_text("utf-8").startswith("<!DOCTYPE html>")


def test_what_was_corrected_was_missing_or_unsure_before(learner: Learner) -> None:
    report = (learner.folder / "report.html").read_text("utf-8")
    assert "shipping_options</td>" not in report
    assert "shipping_options</td>" in (learner.folder / "check.html").read_text("utf-8")


def test_pages_are_parsed_as_they_truly_are(learner: Learner) -> None:
    """Every listing and vendor page, against the truth that the practice market wrote beside its pages."""
    truths = [json.loads(line) for line in (learner.folder / "pages" / "truth.jsonl").read_text("utf-8").splitlines()]
    subjects = {one["file"]: one for one in truths if one["kind"] in {"listing", "vendor"}}
    done = learner.run(f"nightpost parse --layout oldpier {' '.join(f'pages/{name}' for name in subjects)}")
    parsed = {Path(one["file"]).name: one for one in map(json.loads, done.stdout.splitlines())}
    assert len(subjects) > 40
    for name, truth in subjects.items():
        assert differences(truth, parsed[name]) == {}, name


def differences(truth: dict[str, Any], parsed: dict[str, Any]) -> dict[str, Any]:
    """What the page's own record says that is not so."""
    kind = truth["kind"]
    if parsed["page_kind"] != kind:
        return {"page_kind": parsed["page_kind"]}
    stated = next(one for one in truth["records"] if one["kind"] == kind)
    found: dict[str, Any] = next((one for one in parsed["records"] if one["kind"] == kind), {})
    compared = {key: value for key, value in stated.items() if key not in {"kind", "url"}}
    return {key: found.get(key) for key, value in compared.items() if found.get(key) != value}


def test_the_corrected_fields_are_read(learner: Learner) -> None:
    truths = (json.loads(line) for line in (learner.folder / "pages" / "truth.jsonl").read_text("utf-8").splitlines())
    files = " ".join(f"pages/{one['file']}" for one in truths if one["kind"] in {"vendor", "listing"})
    parsed = map(json.loads, learner.run(f"nightpost parse --layout oldpier {files}").stdout.splitlines())
    records = [record for page in parsed for record in page["records"]]
    descriptions = [one["description"] or "" for one in records if one["kind"] == "vendor"]
    options = [one["shipping_options"] for one in records if one["kind"] == "listing"]
    assert len(descriptions) > 5
    assert not [text for text in descriptions if "has been a member since" in text]
    assert all(option["price"]["currency"] == "BTC" for several in options for option in several)
    assert sum(map(len, options)) > len(options)
