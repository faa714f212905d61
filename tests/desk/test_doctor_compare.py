"""``nightpost doctor --compare``: two indexes on the command line."""

import json
import unicodedata
from pathlib import Path

import pytest

from index.elasticsearch_store import ElasticsearchStore
from index.sqlite_store import SqliteStore
from nightpost.settings import Settings
from tests.desk.conftest import Run
from tests.desk.result_documents import generated_listings, listing, one_of_each

HOSTILE = "\x1b]0;owned\x07 [red]\u202e"


@pytest.fixture
def filled(workspace: Path) -> Path:
    for name in ("index", "other"):
        with SqliteStore(workspace / f"{name}.sqlite") as store:
            assert store.write([*one_of_each(), *generated_listings(30)]) == []
    return workspace


def test_two_alike_are_said_to_be(run: Run, filled: Path) -> None:
    assert filled.is_dir()
    status, output, errors = run("doctor", "--compare", "sqlite:///other.sqlite", "--json")
    assert (status, errors) == (0, "")
    counts = {line["kind"]: line for line in map(json.loads, output.splitlines())}
    assert counts["listing"] == {"kind": "listing", "same": 30, "differs": 0, "only_here": 0, "only_there": 0}
    assert counts["identity"]["same"] == 1
    assert run("doctor", "--compare", "sqlite:///other.sqlite")[0] == 0


def test_an_elasticsearch_is_compared_too(
    run: Run, filled: Path, elasticsearch_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert filled.is_dir()
    monkeypatch.setenv("NIGHTPOST_ELASTICSEARCH__PREFIX", elasticsearch_settings.elasticsearch.prefix)
    with ElasticsearchStore(elasticsearch_settings.index, elasticsearch_settings.elasticsearch) as cluster:
        assert cluster.write([*one_of_each(), *generated_listings(29)]) == []
    status, output, errors = run("doctor", "--compare", elasticsearch_settings.index, "--json")
    assert status == 1
    assert "differ in 1 of 36 documents" in errors
    assert json.loads(output.splitlines()[0]) == {
        "kind": "listing", "id": "alpha/0000029", "how": "only_here", "parts": [],
    }  # fmt: skip


def test_the_first_differences_are_shown_harmless(run: Run, filled: Path) -> None:
    with SqliteStore(filled / "other.sqlite") as store:
        store.write([listing(number, title=HOSTILE) for number in range(25)])
        store.write([listing(99).model_copy(update={"id": f"alpha/{HOSTILE}"})])
    status, output, errors = run("doctor", "--compare", "sqlite:///other.sqlite", "--limit", 40)
    assert status == 1
    assert errors.startswith("nightpost: the indexes differ in 26 of 37 documents; ")
    assert errors.count("\n") == 1
    assert output.count("body.title") == 25
    assert r"\x1b]0;owned\x07 [red]\u202e" in output
    assert "only there" in output.rpartition("alpha/\\x1b")[2]
    assert not {unicodedata.category(one) for one in output.replace("\n", "")} & {"Cc", "Cf"}

    status, output, _ = run("doctor", "--compare", "sqlite:///other.sqlite", "--json", "--limit", 2)
    assert status == 1
    only_there, differs, *counts = map(json.loads, output.splitlines())
    assert only_there == {"kind": "listing", "id": f"alpha/{HOSTILE}", "how": "only_there", "parts": []}
    assert (differs["id"], differs["how"]) == ("alpha/0000000", "differs")
    assert {part["part"]: part["there"] for part in differs["parts"]}["body.title"] == HOSTILE
    assert "\x1b" not in output
    assert [line["kind"] for line in counts][:2] == ["listing", "vendor"]
    assert (counts[0]["differs"], counts[0]["only_there"]) == (25, 1)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:///nowhere.sqlite", "NIGHTPOST_INDEX=sqlite:///nowhere.sqlite nightpost ingest"),
        ("sqlite:///index.sqlite", "the workspace's own index"),
        ("postgresql://x", "takes sqlite:///FILE or the URL of an Elasticsearch"),
        ("http://127.0.0.1:9", "cannot be reached"),
    ],
)
def test_what_cannot_be_compared_is_said(run: Run, filled: Path, url: str, words: str) -> None:
    status, output, errors = run("doctor", "--compare", url)
    assert (status, output) == (1, "")
    assert words in errors.splitlines()[-1]
    assert errors.splitlines()[-1].startswith("nightpost: ")
    assert not (filled / "nowhere.sqlite").exists()


def test_the_findings_of_a_workspace_are_json_lines_too(
    run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert workspace.is_dir()
    monkeypatch.setenv("NIGHTPOST_TOR__EXECUTABLE", "no-such-tor")
    status, output, errors = run("doctor", "--json")
    findings = {one["subject"]: one for one in map(json.loads, output.splitlines())}
    assert (status, findings["Tor"]["level"], findings["Tor"]["remedy"]) == (1, "bad", "apt-get install tor")
    assert "need mending" in errors
