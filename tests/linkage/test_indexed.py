"""Linkage on an index that was made from archived pages, against the world's truth."""

from collections import Counter
from datetime import UTC, datetime
from itertools import combinations

import pytest
from spacy.language import Language

from archive.reader import ArchiveReader
from extractors.pipeline import build_pipeline, read_text
from index.documents import Document
from index.query import parse
from index.search import Request
from index.sqlite_store import SqliteStore
from linkage.backend import Backend
from linkage.identity import Identity, LinkageError
from linkage.indexed import link_index
from linkage.indexed_accounts import account_of, read_accounts
from linkage.indexed_identities import identity_of_account, linked_identity, write_identities
from linkage.linking import LinkResult, link_accounts
from linkage.model import load_model
from nightpost.clock import FixedClock
from nightpost.workspace import Workspace
from replica.world import World
from tests.linkage.backends import duckdb

__all__ = ["duckdb"]

NOW = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def linked(store: SqliteStore, duckdb: Backend) -> LinkResult:
    return link_index(store, duckdb, load_model())


def true_pairs(world: World) -> set[tuple[str, str]]:
    pairs = world.identities()["pairs"]
    return {(min(pair["a"], pair["b"]), max(pair["a"], pair["b"])) for pair in pairs if pair["hard_evidence"]}


def true_sets(world: World) -> set[frozenset[str]]:
    """Accounts joined by shared evidence, by whatever way."""
    joined: dict[str, set[str]] = {account.id: {account.id} for account in world.accounts}
    for a, b in true_pairs(world):
        whole = joined[a] | joined[b]
        for account_id in whole:
            joined[account_id] = whole
    return {frozenset(whole) for whole in joined.values() if len(whole) > 1}


def test_all_that_share_something_hard_are_joined_and_nobody_who_is_another_seller(
    world: World, linked: LinkResult
) -> None:
    found = {(link.a, link.b) for link in linked.links}
    hard = {pair for one in true_sets(world) for pair in combinations(sorted(one), 2)}
    assert found >= hard
    pairs = [pair for pair in world.identities()["pairs"] if pair["same_seller"]]
    same = {(min(pair["a"], pair["b"]), max(pair["a"], pair["b"])) for pair in pairs}
    assert found <= same
    assert len(linked.identities) >= 6
    assert any(len(identity.accounts) == 3 for identity in linked.identities)


def test_what_the_markets_put_on_many_pages_is_discounted(world: World, linked: LinkResult, store: SqliteStore) -> None:
    markets_own = {market.escrow_address.address for market in world.markets}
    markets_own |= {market.key.fingerprint for market in world.markets}
    shown = Counter(clue.value for account in read_accounts(store) for clue in account.clues)
    shared = {value for value in markets_own if shown[value] > 1}
    assert len(shared) >= 3
    discounted = {one.value: one.why for one in linked.discounted}
    assert shared <= set(discounted)
    assert discounted["email:example@protonmail.com"] == "a placeholder in place of a name"
    assert not {one.value for link in linked.links for one in link.evidence} & set(discounted)


def shown_in(field: object, nlp: Language) -> set[str]:
    """What a field of a record shows: contacts that it states, or what is read in its text."""
    parts = field if isinstance(field, list) else [field]
    values = {f"{part['type']}:{part['value']}" for part in parts if isinstance(part, dict)}
    for mention in read_text(nlp, "\n".join(part for part in parts if isinstance(part, str)), source="test"):
        values |= {mention.value, f"{mention.type}:{mention.value}", *mention.data.get("subkeys", [])}
    return values


def test_every_piece_of_evidence_is_to_be_seen_in_the_captures_it_names(
    linked: LinkResult, indexed_world: Workspace, store: SqliteStore
) -> None:
    reader = ArchiveReader(indexed_world.archive)
    nlp = build_pipeline()
    checked = 0
    for link in linked.links:
        for evidence in link.evidence:
            if evidence.kind not in ("pgp_key", "crypto_address", "contact") or not evidence.seen_a:
                continue
            for account_id, sightings in ((link.a, evidence.seen_a), (link.b, evidence.seen_b)):
                for seen in sightings:
                    assert seen.capture_id is not None
                    capture = reader.get(seen.capture_id)
                    assert capture.site == account_id.partition("/")[0]
                    kind, _, record_id = seen.record.partition(":")
                    document = store.get("vendor" if kind == "vendor" else "listing", record_id)
                    assert document is not None
                    assert document.body["sources"][seen.field] == seen.capture_id
                    assert evidence.value in shown_in(document.body[seen.field], nlp)
                    checked += 1
    assert checked >= 20


def test_identities_are_found_by_account_market_and_evidence(linked: LinkResult, store: SqliteStore) -> None:
    identity = linked.identities[0]
    by = {"pgp_key": "pgp", "crypto_address": "address", "contact": "contact"}
    evidence = next(one for link in identity.links for one in link.evidence if one.kind in by and one.weight > 0)
    named = f'{by[evidence.kind]}:"{evidence.value}"'
    for query in (f'account:"{identity.accounts[0].id}"', named, f"market:{identity.markets[0]}"):
        condition = parse(query, FixedClock(NOW)).condition
        results = store.search(Request(condition=condition, kinds=("identity",), limit=100))
        assert identity.identity_id in {hit.document.id for hit in results.hits}, query


def test_linking_again_changes_nothing_and_what_is_no_more_goes(
    linked: LinkResult, store: SqliteStore, duckdb: Backend
) -> None:
    def stored() -> list[Document]:
        return list(store.scan("identity"))

    before = stored()
    assert [Identity.model_validate(one.body) for one in before] == sorted(
        linked.identities, key=lambda identity: identity.identity_id
    )
    link_index(store, duckdb, load_model())
    assert stored() == before
    write_identities(store, linked.identities[:1])
    assert [one.id for one in stored()] == [linked.identities[0].identity_id]
    link_index(store, duckdb, load_model())
    assert [(one.id, one.body["accounts"]) for one in stored()] == [(one.id, one.body["accounts"]) for one in before]


def test_one_account_reads_as_among_all(store: SqliteStore) -> None:
    for account in read_accounts(store):
        assert account_of(store, account.id) == account
    assert account_of(store, "harbour/nobody") is None


def test_a_subject_is_an_identity_or_an_account_in_any_case(
    world: World, linked: LinkResult, store: SqliteStore
) -> None:
    identity = linked.identities[0]
    member = identity.accounts[0]
    assert identity_of_account(store, identity.identity_id) == identity
    assert identity_of_account(store, f"{member.market}/{(member.handle or '').upper()}") == identity
    assert linked_identity(store, member.id) == identity
    alone = next(one for one in world.accounts if linked_identity(store, one.id) is None)
    found = identity_of_account(store, alone.id)
    assert ([one.handle for one in found.accounts], found.links) == ([alone.handle], ())
    for nothing in ("harbour/nobody", "nobody", "id-0000000000000000", "", "/"):
        with pytest.raises(LinkageError, match="there is no identity or account"):
            identity_of_account(store, nothing)


def test_an_empty_index_has_no_identities(tmp_path_factory: pytest.TempPathFactory, duckdb: Backend) -> None:
    with SqliteStore(tmp_path_factory.mktemp("empty") / "index.sqlite") as empty:
        found = link_index(empty, duckdb, load_model())
        assert (found.identities, found.links, found.discounted) == ([], [], [])


def test_the_index_adds_nothing_to_the_rule(store: SqliteStore, linked: LinkResult, duckdb: Backend) -> None:
    again = link_accounts(reversed(read_accounts(store)), duckdb, load_model(), former=linked.identities)
    assert (again.identities, again.links) == (linked.identities, linked.links)
