"""The practice world of sellers: repeatable, told truly, and with the traps that linkage has to see through."""

import json
from collections import Counter, defaultdict
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from linkage.account import fingerprint
from replica.sellers.__main__ import main
from replica.sellers.accounts import SellerWorld
from replica.sellers.evidence import market_fingerprint
from replica.sellers.lines import AccountLine, TruthLine
from replica.sellers.vocabulary import markets

SEED, SELLERS = 3, 600


@pytest.fixture(scope="module")
def accounts() -> dict[str, AccountLine]:
    return {account["id"]: account for account in SellerWorld(SEED, SELLERS).accounts()}


@pytest.fixture(scope="module")
def truth() -> dict[str, TruthLine]:
    return {line["id"]: line for line in SellerWorld(SEED, SELLERS).truth()}


def sellers_of(truth: dict[str, TruthLine]) -> dict[int, list[str]]:
    """The accounts of each seller."""
    found: dict[int, list[str]] = defaultdict(list)
    for line in truth.values():
        found[line["seller"]].append(line["id"])
    return found


def own_keys(account: AccountLine) -> set[str]:
    return set(account["pgp_keys"])


def texts(account: AccountLine) -> str:
    listings = [line.get(name) or "" for line in account["listings"] for name in ("title", "description")]
    return "\n".join([account["description"] or "", account["terms"] or "", *map(str, listings)])


def test_the_same_seed_gives_the_same_world_and_another_one_another(accounts: dict[str, AccountLine]) -> None:
    assert list(SellerWorld(SEED, SELLERS).accounts()) == list(accounts.values())
    assert list(SellerWorld(SEED + 1, SELLERS).accounts()) != list(accounts.values())


def test_every_account_has_a_truth(accounts: dict[str, AccountLine], truth: dict[str, TruthLine]) -> None:
    assert list(accounts) == list(truth)
    assert {line["kind"] for line in truth.values()} == {"normal", "migrated", "impersonator", "lookalike", "copier"}


def test_most_sellers_have_one_account_and_others_up_to_four(truth: dict[str, TruthLine]) -> None:
    counts = Counter(len(ids) for ids in sellers_of(truth).values())
    assert 0.55 < counts[1] / sum(counts.values()) < 0.68
    assert set(counts) == {1, 2, 3, 4}


def test_no_market_has_a_handle_twice_but_strangers_share_one_elsewhere(
    accounts: dict[str, AccountLine], truth: dict[str, TruthLine]
) -> None:
    taken = Counter((account["market"], (account["handle"] or "").casefold()) for account in accounts.values())
    assert max(taken.values()) == 1
    owners = defaultdict(set)
    for name, account in accounts.items():
        if truth[name]["kind"] != "impersonator":
            owners[(account["handle"] or "").casefold()].add(truth[name]["seller"])
    assert sum(len(sellers) > 1 for sellers in owners.values()) >= 5


def test_accounts_are_open_while_their_market_is(accounts: dict[str, AccountLine]) -> None:
    for account in accounts.values():
        span = markets().markets[account["market"]]
        first, last = (date.fromisoformat(account[name] or "") for name in ("registered_at", "last_seen_at"))
        assert span.opened <= first <= last <= markets().closing(account["market"])


def test_who_migrated_comes_from_a_market_that_had_closed(
    accounts: dict[str, AccountLine], truth: dict[str, TruthLine]
) -> None:
    by_seller = sellers_of(truth)
    migrated = [line for line in truth.values() if line["kind"] == "migrated"]
    assert len(migrated) > 20
    for line in migrated:
        opened = date.fromisoformat(accounts[line["id"]]["registered_at"] or "")
        assert any(
            markets().closing(accounts[other]["market"]) < opened
            for other in by_seller[line["seller"]]
            if other != line["id"]
        )


def test_nobody_shows_a_key_of_another_seller_in_the_field_for_it(
    accounts: dict[str, AccountLine], truth: dict[str, TruthLine]
) -> None:
    owners = defaultdict(set)
    for name, account in accounts.items():
        for key in own_keys(account):
            assert key.startswith("-----BEGIN PGP") or fingerprint(key) == key
            owners[key].add(truth[name]["seller"])
    assert all(len(sellers) == 1 for sellers in owners.values())
    assert any(key.startswith("-----BEGIN PGP") for key in owners)


def test_an_impersonator_takes_words_but_no_key_address_or_contact(
    accounts: dict[str, AccountLine], truth: dict[str, TruthLine]
) -> None:
    impersonators = [line for line in truth.values() if line["kind"] == "impersonator"]
    assert len(impersonators) >= 10
    copied = same_handle = 0
    for line in impersonators:
        assert line["of"] is not None
        own, victim = accounts[line["id"]], accounts[line["of"]]
        assert truth[line["of"]]["seller"] != line["seller"]
        assert not own_keys(own) & own_keys(victim)
        theirs = {contact["value"].casefold() for contact in victim["contacts"]}
        assert not any(value in texts(own).casefold() for value in theirs)
        assert not {contact["value"].casefold() for contact in own["contacts"]} & theirs
        same_handle += (own["handle"] or "").casefold() == (victim["handle"] or "").casefold()
        titles = {listing["title"] for listing in victim["listings"]}
        assert {listing["title"] for listing in own["listings"]} <= titles
        copied += bool(titles) and bool(own["listings"])
    assert copied >= len(impersonators) / 2
    assert 0 < same_handle < len(impersonators)


def test_a_seller_who_renews_his_key_is_still_one_seller(
    accounts: dict[str, AccountLine], truth: dict[str, TruthLine]
) -> None:
    same = other = 0
    for ids in sellers_of(truth).values():
        for a, b in combinations(ids, 2):
            if own_keys(accounts[a]) and own_keys(accounts[b]):
                shares = bool(own_keys(accounts[a]) & own_keys(accounts[b]))
                same, other = same + shares, other + (not shares)
    assert same > other > 10


def test_evidence_is_as_rare_as_on_real_markets(accounts: dict[str, AccountLine]) -> None:
    with_key = sum(bool(account["pgp_keys"]) for account in accounts.values()) / len(accounts)
    without_profile = sum(not account["description"] for account in accounts.values()) / len(accounts)
    without_listings = sum(not account["listings"] for account in accounts.values()) / len(accounts)
    assert 0.75 < with_key < 0.92
    assert 0.05 < without_profile < 0.4
    assert 0.02 < without_listings < 0.12


def test_what_is_anybodys_is_on_many_profiles(accounts: dict[str, AccountLine], truth: dict[str, TruthLine]) -> None:
    everything = {name: texts(account) for name, account in accounts.items()}
    keys = [market_fingerprint(SEED, name, span) for name, span in markets().markets.items()]
    for shown in (markets().placeholder, *keys):
        sellers = {truth[name]["seller"] for name, text in everything.items() if shown in text}
        assert len(sellers) >= 2, shown


def test_without_hard_evidence_only_the_words_are_left(accounts: dict[str, AccountLine]) -> None:
    bare = {account["id"]: account for account in SellerWorld(SEED, SELLERS, hard_evidence=False).accounts()}
    assert list(bare) == list(accounts)
    for name, account in bare.items():
        assert not account["pgp_keys"]
        assert not account["contacts"]
        assert not account["external_ratings"]
        assert account["listings"] == accounts[name]["listings"]
        assert account["terms"] == accounts[name]["terms"]
        said = texts(account)
        assert markets().placeholder not in said
        assert not any(contact["value"] in said for contact in accounts[name]["contacts"])
        assert not any(key in said for key in accounts[name]["pgp_keys"])


def test_texts_do_not_give_the_seller_away(accounts: dict[str, AccountLine]) -> None:
    for name, account in accounts.items():
        assert name not in texts(account)
        assert "{" not in texts(account)


def test_the_command_writes_both_files(tmp_path: Path, accounts: dict[str, AccountLine]) -> None:
    assert main(["--sellers", str(SELLERS), "--seed", str(SEED), "--out", str(tmp_path / "world")]) == 0
    lines = (tmp_path / "world" / "accounts.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == list(accounts.values())
    assert len((tmp_path / "world" / "truth.jsonl").read_text("utf-8").splitlines()) == len(lines)


def test_the_command_says_where_it_cannot_write(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["--sellers", "1", "--out", str(tmp_path / "file")]) == 1
    assert "choose another folder" in capsys.readouterr().err
