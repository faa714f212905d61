"""``vendor``: an account with its history, and as it was known on a date."""

import json
from datetime import timedelta
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
from tests.desk.conftest import Run
from tests.index.market import LAYOUT, Market, listing_page, vendor_page

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def nlp() -> Language:
    return build_pipeline()


@pytest.fixture
def captures(workspace: Path, nlp: Language) -> list[str]:
    """Bob, seen on the first, second and fourth of March 2026; his listing 2 was another's until the fourth."""
    opened = find_workspace(workspace)
    market = Market(opened.archive, key=load_or_create_key(opened.keys))
    captures = [
        *market.capture(
            vendor_page("bob", text="mail old@protonmail.com", terms="No refunds"),
            listing_page(1, title="10g MDMA", vendor="bob", price="$50"),
            listing_page(2, title="LSD", vendor="eve", price="$5"),
        ),
        *market.capture(listing_page(1, title="10g MDMA", vendor="bob", price="$45"), later=DAY),
        *market.capture(
            vendor_page("bob", text="mail new@protonmail.com", terms="No refunds"),
            listing_page(2, title="LSD", vendor="bob", price="$6"),
            later=2 * DAY,
        ),
    ]
    with SqliteStore(workspace / "index.sqlite") as store:
        ingest(ArchiveReader(opened.archive), store, {"plain": LAYOUT}, nlp, folder=opened.state)
    return captures


def profile(run: Run, *options: str) -> dict[str, Any]:
    status, output, errors = run("vendor", "plain/BOB", "--json", *options)
    assert (status, errors) == (0, "")
    answer: dict[str, Any] = json.loads(output)
    return answer


def mails(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["value"], one["source"]["capture_id"]) for one in answer["facts"] if one["field"].endswith(": email")]


def test_a_profile_tells_what_changed_and_where_it_is_seen(run: Run, captures: list[str]) -> None:
    answer = profile(run)
    (change,) = answer["history"]
    assert (change["field"], change["before"], change["after"], change["at"], change["source"]["capture_id"]) == (
        "description", "mail old@protonmail.com", "mail new@protonmail.com", "2026-03-04T12:05:00Z", captures[4],
    )  # fmt: skip
    assert change["source"]["warc_file"].startswith("plain/")
    assert (answer["at"], mails(answer)) == (None, [("new@protonmail.com", captures[4])])
    assert not {"valid_from", "captures"} & {fact["field"] for fact in answer["facts"]}
    status, output, _ = run("vendor", "plain/bob")
    assert status == 0
    assert "1 changes" in output


def test_a_profile_of_a_date_tells_what_was_known_then(run: Run, captures: list[str]) -> None:
    then = profile(run, "--at", "2026-03-02")
    assert then["account"] == "plain/bob"
    assert then["at"] == "2026-03-02T23:59:59.999000Z"
    assert (then["vendor"]["description"], then["history"]) == ("mail old@protonmail.com", [])
    assert mails(then) == [("old@protonmail.com", captures[0])]
    assert [(one["listing_id"], one["price"]["amount"]) for one in then["listings"]] == [("1", 45)]

    first = profile(run, "--at", "2026-03-01")
    assert [(one["listing_id"], one["price"]["amount"]) for one in first["listings"]] == [("1", 50)]
    last = profile(run, "--at", "2026-03")
    assert [(one["listing_id"], one["price"]["amount"]) for one in last["listings"]] == [("1", 45), ("2", 6)]
    assert (mails(last), len(last["history"])) == ([("new@protonmail.com", captures[4])], 1)
    status, output, _ = run("vendor", "plain/bob", "--at", "2026-03-02")
    assert status == 0
    assert "plain/bob as of 2026-03-02 23:59 UTC" in output


def test_before_it_was_seen_there_is_no_profile(run: Run, captures: list[str]) -> None:
    assert captures
    status, output, errors = run("vendor", "plain/bob", "--at", "2026-02")
    assert (status, output) == (1, "")
    assert "plain/bob was seen for the first time at 2026-03-01 12:01 UTC" in errors
    assert "ask for a later date" in errors
    assert run("vendor", "plain/bob", "--at", "yesterday")[0] == 2
