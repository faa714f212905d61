"""``nightpost link judge``, ``judgements`` and ``withdraw``; ``nightpost link`` by itself does what it always did."""

import getpass
import json
from pathlib import Path
from typing import Any

import pytest
from spacy.language import Language

from archive.keys import load_or_create_key
from archive.reader import ArchiveReader
from extractors.pipeline import build_pipeline
from index.ingest import ingest
from index.sqlite_store import SqliteStore
from nightpost.workspace import find_workspace
from tests.conftest import REPOSITORY
from tests.desk.conftest import Run
from tests.index.market import LAYOUT, Market, listing_page, vendor_page


@pytest.fixture(scope="module")
def nlp() -> Language:
    return build_pipeline()


@pytest.fixture
def indexed(workspace: Path, nlp: Language) -> Path:
    """A workspace with the accounts bob and eve, and zed of whom only a listing was seen."""
    opened = find_workspace(workspace)
    market = Market(opened.archive, key=load_or_create_key(opened.keys))
    market.capture(
        vendor_page("Bob", text="mdma"), vendor_page("eve", text="mdma"), listing_page(1, title="LSD", vendor="Zed")
    )
    with SqliteStore(workspace / "index.sqlite") as store:
        ingest(ArchiveReader(opened.archive), store, {"plain": LAYOUT}, nlp, folder=opened.state)
    return workspace


def listed(run: Run) -> list[dict[str, Any]]:
    status, output, _ = run("link", "judgements", "--json")
    assert status == 0
    return [json.loads(line) for line in output.splitlines()]


def test_a_judgement_is_made_listed_and_withdrawn(run: Run, indexed: Path) -> None:
    status, output, _ = run("link", "judge", "plain/EVE", "plain/bob", "same", "--reason", "one text", "--user", "ana")
    assert (status, output.split(";")[0]) == (0, "judgement 1: plain/bob and plain/eve: same")
    assert "next: nightpost link" in output
    assert run("link", "judge", "plain/bob", "plain/zed", "different", "--reason", "another hand")[0] == 0
    status, output, _ = run("link", "withdraw", 1, "--reason", "a copy", "--user", "ben")
    assert (status, output.split(";")[0]) == (0, "judgement 3 withdraws 1")
    first, second, third = listed(run)
    assert (first["a"], first["b"], first["judgement"], first["in_force"]) == ("plain/bob", "plain/eve", "same", False)
    assert (first["user"], first["reason"], first["at"][-1]) == ("ana", "one text", "Z")
    assert (second["user"], second["in_force"]) == (getpass.getuser(), True)
    assert (third["withdraws"], third["reason"], third["in_force"]) == (1, "a copy", True)
    status, output, _ = run("link", "judgements")
    assert status == 0
    assert "withdraws 1" in output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("judge", "plain/bob", "plain/nobody", "same", "--reason", "x"), "no account 'plain/nobody'"),
        (("judge", "bob", "plain/eve", "same", "--reason", "x"), "no account 'bob'"),
        (("judge", "plain/bob", "plain/BOB", "same", "--reason", "x"), "against itself"),
        (("judge", "plain/bob", "plain/eve", "same", "--reason", " "), "no reason was given"),
        (("judge", "plain/bob", "plain/eve", "same", "--reason", "x", "--user", " "), "no user was given"),
        (("withdraw", "7", "--reason", "x"), "there is no judgement 7"),
    ],
)
def test_what_cannot_be_judged_is_said_in_one_line(
    run: Run, indexed: Path, arguments: tuple[str, ...], words: str
) -> None:
    status, output, errors = run("link", *arguments)
    assert (status, output, errors.count("\n")) == (1, "", 1)
    assert words in errors
    assert listed(run) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("judge", "plain/bob", "plain/eve", "perhaps", "--reason", "x"),
        ("judge", "plain/bob", "plain/eve", "same"),
        ("judge", "plain/bob", "same", "--reason", "x"),
        ("withdraw", "one", "--reason", "x"),
        ("withdraw", "1"),
        ("--in", "x.jsonl", "judgements"),
        ("nonsense",),
    ],
)
def test_wrong_usage_of_judging_is_exit_code_two(run: Run, workspace: Path, arguments: tuple[str, ...]) -> None:
    assert run("link", *arguments)[0] == 2
    assert not (workspace / "casebook.sqlite").exists()


def test_every_command_of_link_has_its_help_and_is_documented(run: Run) -> None:
    documented = (REPOSITORY / "docs" / "linkage.md").read_text(encoding="utf-8")
    status, output, _ = run("link", "--help")
    assert status == 0
    for command in ("judge", "judgements", "withdraw"):
        assert command in output
        assert run("link", command, "--help")[0] == 0
        assert f"    nightpost link {command}" in documented


def test_link_by_itself_takes_files_and_links_the_index(run: Run, indexed: Path, tmp_path: Path) -> None:
    accounts = tmp_path / "accounts.jsonl"
    lines = [{"id": f"{market}/a", "market": market, "pgp_keys": ["A1" * 20], "listings": []} for market in "xy"]
    accounts.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    status, output, _ = run("link", "--in", accounts)
    (pair,) = map(json.loads, output.splitlines())
    assert (status, pair["a"], pair["b"]) == (0, "x/a", "y/a")
    status, output, _ = run("link", "--in", accounts, "--queries", accounts, "--top", 1)
    assert (status, [json.loads(line)["query"] for line in output.splitlines()]) == (0, ["x/a", "y/a"])
    status, output, _ = run("link")
    assert (status, "sellers with more than one account" in output) == (0, True)
    assert run("link", "--json")[:2] == (0, "")
