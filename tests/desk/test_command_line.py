"""The command line's contract: exit codes, one line that says what to do, JSON lines and nothing else."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from desk.cli import COMMANDS
from tests.desk.conftest import Run

ONION = "http://2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion"
AUTHORITY = ("--authority", "TEST-1", "--holder", "tests", "--expires", "2099-12-31")
PAGE = b"<html><head><title>Another market</title></head><body><p>Nothing that we know.</p></body></html>"


def lines(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_every_command_has_its_help(run: Run) -> None:
    status, output, _ = run("--help")
    assert status == 0
    for command in COMMANDS:
        assert f"  {command} " in output
        if command != "demo":
            assert run(command, "--help")[0] == 0


def test_the_version_is_told(run: Run) -> None:
    status, output, _ = run("--version")
    assert (status, output.split()[0]) == (0, "nightpost")


@pytest.mark.parametrize(
    "arguments",
    [("bogus",), ("search",), ("search", "x", "--kind", "nonsense"), ("link", "--queries", "x.jsonl"), ("crawl",)],
)
def test_wrong_usage_is_exit_code_two(run: Run, workspace: Path, arguments: tuple[str, ...]) -> None:
    assert workspace.is_dir()
    assert run(*arguments)[0] == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("crawl", "nowhere"), "there is no site 'nowhere'"),
        (("search", "substanse:cocaine"), "substance"),
        (("search", "price:[10 TO"), "at character"),
        (("vendor", "nobody"), "MARKET/HANDLE"),
        (("vendor", "empire/nobody"), "no vendor 'empire/nobody'"),
        (("lead", "add", "empire/nobody", "--why", "x"), "no identity or account"),
        (("export", "lead-7", "--format", "csv", "--out", "x.csv"), "no lead 'lead-7'"),
        (("import", "/does/not/exist", "--site", "nowhere"), "no site 'nowhere'"),
        (("schedule", "add", "nowhere", "* * * * *"), "no site 'nowhere'"),
        (("parse", "--layout", "nonsense", "x.html"), "nonsense"),
    ],
)
def test_failed_work_is_exit_code_one_and_one_line(
    run: Run, workspace: Path, arguments: tuple[str, ...], words: str
) -> None:
    assert workspace.is_dir()
    status, output, errors = run(*arguments)
    assert (status, output) == (1, "")
    assert errors.startswith("nightpost: ")
    assert errors.count("\n") == 1
    assert words in errors


def test_without_a_workspace_it_is_said_how_to_make_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status, _, errors = run("search", "x")
    assert status == 1
    assert "nightpost init" in errors


def test_a_workspace_is_not_made_over_another(run: Run, workspace: Path) -> None:
    status, _, errors = run("init", workspace)
    assert (status, "already" in errors) == (1, True)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://example.com", "not an onion address"),
        ("http://expyuzz4wqqyqhjn.onion", "version 2"),
        (ONION.replace("2gz", "2gy"), "checksum"),
        ("http://127.0.0.1:8000", "not an onion address"),
        ("nonsense", "not an http URL"),
    ],
)
def test_only_onion_services_become_sites(run: Run, workspace: Path, url: str, words: str) -> None:
    status, _, errors = run("site", "add", "market", "--url", url, "--layout", "empire", *AUTHORITY)
    assert status == 1
    assert words in errors
    assert list((workspace / "sites").iterdir()) == []


def test_a_new_workspace_has_its_sealing_key_and_nothing_to_find_fault_with(run: Run, workspace: Path) -> None:
    assert (workspace / "keys" / "archive.pub.pem").is_file()
    status, output, _ = run("archive", "verify", "--json")
    assert (status, lines(output)[0]["captures"]) == (0, 0)


def test_a_site_is_added_listed_and_checked(run: Run, workspace: Path) -> None:
    assert run("site", "add", "empire", "--url", ONION, "--layout", "empire", *AUTHORITY)[0] == 0
    assert (workspace / "sites" / "empire.toml").is_file()
    status, output, _ = run("site", "list", "--json")
    assert (status, [site["name"] for site in lines(output)]) == (0, ["empire"])
    assert run("site", "check")[0] == 0
    assert run("site", "add", "empire", "--url", ONION, "--layout", "empire", *AUTHORITY)[0] == 1
    assert run("site", "add", "other", "--url", ONION, "--layout", "nonsense", *AUTHORITY)[0] == 1


def test_nothing_is_fetched_after_the_authoritys_last_day(run: Run, workspace: Path) -> None:
    authority = ("--authority", "OLD-1", "--holder", "tests", "--expires", "2020-01-31")
    assert run("site", "add", "empire", "--url", ONION, "--layout", "empire", *authority)[0] == 0
    status, _, errors = run("crawl", "empire")
    assert status == 1
    assert "'OLD-1'" in errors
    assert "expired on 2020-01-31" in errors
    assert list((workspace / "archive").iterdir()) == []


def test_without_tor_it_is_said_what_to_install(run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIGHTPOST_TOR__EXECUTABLE", "no-such-tor")
    assert run("site", "add", "empire", "--url", ONION, "--layout", "empire", *AUTHORITY)[0] == 0
    status, _, errors = run("crawl", "empire")
    assert status == 1
    assert "apt install tor" in errors
    assert workspace.is_dir()


def test_a_page_of_another_market_is_kept_and_counted(run: Run, workspace: Path, tmp_path: Path) -> None:
    assert run("site", "add", "empire", "--url", ONION, "--layout", "empire", *AUTHORITY)[0] == 0
    page = tmp_path / "other.html"
    page.write_bytes(PAGE)
    assert run("import", page, "--site", "empire")[0] == 0
    assert "0 captures added, 1 there already" in run("import", page, "--site", "empire")[1]
    status, output, _ = run("ingest", "--json")
    summary = lines(output)[0]
    assert (status, summary["pages"], summary["page_kinds"]) == (0, 1, {"other": 1})
    assert summary["problems"]["unknown_page"] == 1
    status, output, _ = run("search", "*", "--json")
    assert [found["kind"] for found in lines(output)] == ["capture"]
    assert run("archive", "verify")[0] == 0
    assert run("archive", "seal")[0] == 0
    assert (workspace / "archive" / "empire").is_dir()


def test_a_touched_archive_fails_verification_and_the_record_is_named(
    run: Run, workspace: Path, tmp_path: Path
) -> None:
    assert run("site", "add", "empire", "--url", ONION, "--layout", "empire", *AUTHORITY)[0] == 0
    page = tmp_path / "other.html"
    page.write_bytes(PAGE)
    assert run("import", page, "--site", "empire")[0] == 0
    [warc] = (workspace / "archive" / "empire").glob("*.warc.gz")
    content = bytearray(warc.read_bytes())
    content[len(content) // 2] ^= 1
    warc.write_bytes(content)
    status, output, _ = run("archive", "verify", "--json")
    report = lines(output)[0]
    assert (status, report["ok"]) == (1, False)
    assert report["faults"][0]["file"] == f"empire/{warc.name}"


def test_ingest_with_elasticsearch_down_fails_and_goes_on_when_told_another_index(
    run: Run, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("site", "add", "empire", "--url", ONION, "--layout", "empire", *AUTHORITY)[0] == 0
    page = tmp_path / "other.html"
    page.write_bytes(PAGE)
    assert run("import", page, "--site", "empire")[0] == 0
    monkeypatch.setenv("NIGHTPOST_INDEX", "http://127.0.0.1:9")
    for command in (("ingest",), ("search", "x")):
        status, output, errors = run(*command)
        assert (status, output) == (1, "")
        assert len(errors.splitlines()) == 1, "no tracebacks of libraries"
        assert "127.0.0.1:9" in errors
    monkeypatch.delenv("NIGHTPOST_INDEX")
    status, output, _ = run("ingest", "--json")
    assert (status, lines(output)[0]["pages"]) == (0, 1)
    assert workspace.is_dir()


def test_parse_prints_the_contracts_object_for_each_file(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(PAGE)
    status, output, _ = run("parse", "--layout", "empire", page, page)
    assert status == 0
    assert len(lines(output)) == 2
    assert {"file", "page_kind", "records", "links", "problems"} <= set(lines(output)[0])


def test_extract_reads_lines_and_names_those_it_cannot_read(run: Run, tmp_path: Path) -> None:
    texts = tmp_path / "texts.jsonl"
    texts.write_text('{"id": 1, "text": "10g cocaine 92%"}\nnonsense\n{"id": "b", "text": ""}\n', encoding="utf-8")
    status, output, errors = run("extract", texts)
    read = {line["id"]: line for line in lines(output)}
    assert status == 1
    assert "line 2" in errors
    assert read[1]["facts"]["substances"] == ["cocaine"]
    assert read[1]["facts"]["total"] == {"value": 10.0, "unit": "g"}
    assert read["b"]["mentions"] == []


def test_a_setting_that_cannot_be_used_is_named(run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIGHTPOST_LOG_LEVEL", "LOUD")
    status, _, errors = run("search", "x")
    assert (status, "'log_level'" in errors) == (1, True)
    monkeypatch.delenv("NIGHTPOST_LOG_LEVEL")
    (workspace / "nightpost.toml").write_text("operator = ", encoding="utf-8")
    status, _, errors = run("search", "x")
    assert (status, "not valid TOML" in errors) == (1, True)


def test_doctor_names_what_is_wrong_and_how_to_mend_it(
    run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert workspace.is_dir()
    monkeypatch.setenv("NIGHTPOST_TOR__EXECUTABLE", "python3")
    status, output, _ = run("doctor")
    assert status == 0, output
    monkeypatch.setenv("NIGHTPOST_TOR__EXECUTABLE", "no-such-tor")
    monkeypatch.setenv("NIGHTPOST_JOBS", "redis://127.0.0.1:9/0")
    status, output, _ = run("doctor")
    assert status == 1
    assert "apt-get install tor" in output
    assert "Redis at 127.0.0.1" in output


@pytest.mark.parametrize("module", sorted(set(COMMANDS.values()) - {"linking"}))
def test_only_linking_waits_for_what_computes_links_to_load(module: str) -> None:
    program = (
        "import sys; from importlib import import_module; import_module(f'desk.cli.{sys.argv[1]}');"
        "print(*sorted({'splink', 'duckdb', 'sklearn'} & sys.modules.keys()))"
    )
    ran = subprocess.run([sys.executable, "-c", program, module], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == ""
