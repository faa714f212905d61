"""Every option of ``nightpost search`` is documented, with an example that is run."""

import re
from pathlib import Path

import pytest

from index.sqlite_store import SqliteStore
from tests.desk.conftest import Run
from tests.documented import DOCUMENTED, commands


@pytest.fixture
def filled(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace whose index holds what the examples are about; it is the folder that commands write to."""
    with SqliteStore(workspace / "index.sqlite") as store:
        store.write(DOCUMENTED)
    monkeypatch.chdir(workspace)
    return workspace


@pytest.mark.parametrize("arguments", commands(), ids=" ".join)
def test_an_example_of_the_documentation_finds_something(run: Run, filled: Path, arguments: list[str]) -> None:
    status, output, errors = run(*arguments)
    assert (status, "0 found" in errors) == (0, False), errors
    assert output.strip()
    if "--out" in arguments:
        assert (filled / arguments[-1]).stat().st_size > 0


def test_every_option_has_an_example(run: Run) -> None:
    """The help names all options."""
    _, told, _ = run("search", "--help")
    options = set(re.findall(r"(?<![\w-])--[a-z]+", told)) - {"--help", "--workspace"}
    shown = {part.partition("=")[0] for arguments in commands() for part in arguments if part.startswith("--")}
    assert options == shown
