"""``nightpost link`` on an index goes on from the run before; ``link explain`` answers from what it kept."""

import json
from pathlib import Path

import pytest
from spacy.language import Language

from archive.keys import load_or_create_key
from archive.reader import ArchiveReader
from extractors.pipeline import build_pipeline
from index.ingest import ingest
from index.sqlite_store import SqliteStore
from nightpost.workspace import find_workspace
from tests.desk.conftest import Run
from tests.index.market import LAYOUT, Market, listing_page, vendor_page

A, B = "plain/bob", "plain/eve"


@pytest.fixture(scope="module")
def nlp() -> Language:
    return build_pipeline()


@pytest.fixture
def market(workspace: Path) -> Market:
    opened = find_workspace(workspace)
    return Market(opened.archive, key=load_or_create_key(opened.keys))


def read_in(workspace: Path, nlp: Language) -> None:
    opened = find_workspace(workspace)
    with SqliteStore(workspace / "index.sqlite") as store:
        ingest(ArchiveReader(opened.archive), store, {"plain": LAYOUT}, nlp, folder=opened.state)


@pytest.fixture
def indexed(workspace: Path, market: Market, nlp: Language) -> Path:
    """A workspace with eight accounts."""
    market.capture(
        *(vendor_page(name, text="mdma") for name in ("Bob", "eve", "ada", "dan", "fay", "gus", "hal", "ivy"))
    )
    read_in(workspace, nlp)
    return workspace


def last_line(run: Run, *arguments: str) -> str:
    status, output, errors = run("link", *arguments)
    assert (status, errors) == (0, "")
    return output.splitlines()[-1]


def test_a_second_run_compares_what_is_new(run: Run, indexed: Path, market: Market, nlp: Language) -> None:
    assert last_line(run).startswith("run 1: 8 accounts, 8 new and 0 changed; ")
    assert last_line(run).startswith("run 2: 8 accounts, 0 new and 0 changed; 0 pairs were compared, ")
    market.capture(listing_page(1, title="LSD", vendor="Zed"))
    read_in(indexed, nlp)
    assert last_line(run).startswith("run 3: 9 accounts, 1 new and 0 changed; ")
    assert last_line(run, "--anew").startswith("run 4: 9 accounts, 9 new and 0 changed; ")
    assert [path.name for path in find_workspace(indexed).linkage.iterdir()] == ["run-00000004"]


def test_why_everything_is_compared_anew_is_said(run: Run, indexed: Path) -> None:
    run("link")
    [manifest] = find_workspace(indexed).linkage.glob("*/manifest.json")
    manifest.write_text(json.dumps({**json.loads(manifest.read_text("utf-8")), "version": 0}), "utf-8")
    status, output, errors = run("link")
    assert (status, output.splitlines()[-1][:6]) == (0, "run 2:")
    assert errors.strip() == "everything was compared anew: the last run was made by another version of Nightpost"
    manifest = find_workspace(indexed).linkage / "run-00000002" / "manifest.json"
    manifest.write_text("{", "utf-8")
    status, output, errors = run("link")
    assert (status, output) == (1, "")
    assert "make it anew with: nightpost link --anew" in " ".join(errors.split())


def test_two_accounts_are_explained_once_there_was_a_run(run: Run, indexed: Path) -> None:
    status, output, errors = run("link", "explain", A, B)
    assert (status, output) == (1, "")
    assert "run: nightpost link" in errors
    run("link")
    status, output, errors = run("link", "explain", B, A, "--json")
    assert (status, errors) == (0, "")
    said = json.loads(output)
    assert (said["a"], said["b"], said["held_apart"]) == (A, B, None)
    assert said["evidence"]
    picture = indexed / "why.html"
    status, output, _ = run("link", "explain", A, B, "--picture", picture)
    assert (status, picture.read_text("utf-8")[:15]) == (0, "<!DOCTYPE html>")


def test_a_file_is_always_read_anew(run: Run, workspace: Path) -> None:
    accounts = workspace / "accounts.jsonl"
    accounts.write_text("", "utf-8")
    status, _, errors = run("link", "--in", accounts, "--anew")
    assert status == 2
    assert "--anew" in errors
