"""A lead of a real identity: from archived pages by way of index and linkage to files for another agency."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import stix2validator

from archive.reader import ArchiveReader
from desk.casebook import Casebook
from desk.exports import export_lead
from desk.lead import Lead
from desk.lead_records import IndexedLeadRecords
from index.sqlite_store import SqliteStore
from linkage.account import ClueKind
from linkage.backend import open_backend
from linkage.indexed import link_index
from linkage.model import load_model
from nightpost.clock import FixedClock
from nightpost.workspace import Workspace
from replica.world import World
from tests.practice import practice_workspace


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    world = World.generate(seed=2, vendors=12, listings=60)
    return practice_workspace(tmp_path_factory.mktemp("practice") / "workspace", world)


@pytest.fixture
def store(workspace: Workspace) -> Iterator[SqliteStore]:
    with SqliteStore(workspace.folder / "index.sqlite") as opened:
        yield opened


@pytest.fixture
def lead(store: SqliteStore, clock: FixedClock, tmp_path: Path) -> Lead:
    with open_backend("duckdb") as backend:
        identity = link_index(store, backend, load_model()).identities[0]
    with Casebook(f"sqlite:///{tmp_path / 'casebook.sqlite'}", clock) as casebook:
        return casebook.add_lead(identity, why="two markets, one key", created_by="ana", authority="US-1")


def test_every_row_of_the_csv_leads_to_bytes_in_the_archive(
    lead: Lead, store: SqliteStore, workspace: Workspace, tmp_path: Path
) -> None:
    reader = ArchiveReader(workspace.archive)
    out = tmp_path / "lead.csv"
    report = export_lead(lead, IndexedLeadRecords(store, reader), "csv", out)
    assert report.without_capture == 0
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == report.statements
    assert {row["account"] for row in rows} == {account.id for account in lead.identity.accounts}
    for row in rows:
        capture = reader.get(row["capture_id"])
        assert (row["url"], row["warc_file"], int(row["offset"])) == (capture.url, capture.warc_file, capture.offset)
        assert row["payload_digest"] == capture.payload_digest
    # A title is on the page that its row names.
    titles = [row for row in rows if row["field"] == "title"]
    assert titles
    for row in titles:
        page = reader.payload(reader.get(row["capture_id"])).body.decode()
        assert row["value"].removeprefix("'").split()[0] in page


def test_the_records_are_those_of_the_accounts_and_of_no_other(
    lead: Lead, store: SqliteStore, workspace: Workspace
) -> None:
    records = IndexedLeadRecords(store, ArchiveReader(workspace.archive))
    for account in lead.identity.accounts:
        vendor, *listings = records.records(account.id)
        assert vendor.subject == f"vendor:{account.id}"
        known = {
            document.id
            for document in store.scan("listing")
            if f"{document.body['market']}/{document.body['vendor'].casefold()}" == account.id
        }
        assert {one.record.record_id for one in listings} == known
    assert records.account("harbour/nobody") is None
    assert list(records.records("harbour/nobody")) == []


def test_the_stix_bundle_is_valid_and_holds_the_evidence(
    lead: Lead, store: SqliteStore, workspace: Workspace, tmp_path: Path
) -> None:
    out = tmp_path / "lead.json"
    report = export_lead(lead, IndexedLeadRecords(store, ArchiveReader(workspace.archive)), "stix", out)
    assert report.captures > 2
    results = stix2validator.validate_file(str(out), stix2validator.ValidationOptions(version="2.1"))
    assert results.is_valid, [str(error) for error in results.object_results[0].errors]
    text = out.read_text(encoding="ascii")
    for link in lead.identity.links:
        for evidence in (one for one in link.evidence if one.kind in get_args(ClueKind) and one.seen_a):
            assert json.dumps(evidence.value.partition(":")[2] or evidence.value) in text
