"""Candidate pairs: which accounts share a key, and which keys are too common to say anything."""

import pyarrow as pa
import pytest

from linkage.backend import Backend
from linkage.blocking import Blocked, BlockingRule, block, parts_of
from tests.linkage.backends import duckdb

__all__ = ["duckdb"]


def accounts(backend: Backend, table: str, shown: list[list[str]], asked: set[int] | None = None) -> str:
    backend.drop(table)
    flags = [asked is None or at in asked for at in range(len(shown))]
    names = [f"name{at}" for at in range(len(shown))]
    backend.load(table, pa.table({"uid": range(len(shown)), "asked": flags, "shown": shown, "name": names}))
    return table


def found(
    backend: Backend, rule: BlockingRule, shown: list[list[str]], asked: set[int] | None = None
) -> tuple[set[tuple[int, int]], Blocked]:
    backend.drop("pairs")
    (blocked,) = block(backend, accounts(backend, "accounts", shown, asked), "pairs", rules=(rule,))
    table = backend.fetch("select * from pairs")
    pairs = list(zip(table.column("uid_l").to_pylist(), table.column("uid_r").to_pylist(), strict=True))
    assert len(pairs) == len(set(pairs))
    return set(pairs), blocked


RULE = BlockingRule("shown", cap=3, lists=("shown",))


def test_accounts_with_a_key_in_common_are_a_pair_once(duckdb: Backend) -> None:
    pairs, blocked = found(duckdb, RULE, [["a", "b"], ["b", "a"], ["c"], ["c", "d"], []])
    assert pairs == {(0, 1), (2, 3)}
    assert blocked == Blocked("shown", 2, 0, 0)


def test_a_key_on_more_accounts_than_the_cap_makes_no_pairs_and_is_counted(duckdb: Backend) -> None:
    at_cap, blocked = found(duckdb, RULE, [["a"]] * 3)
    assert (at_cap, blocked.keys_dropped) == ({(0, 1), (0, 2), (1, 2)}, 0)
    above, blocked = found(duckdb, RULE, [["a"], ["a"], ["a", "b"], ["a", "b"]])
    assert above == {(2, 3)}
    assert blocked == Blocked("shown", 1, 1, 4)


@pytest.mark.parametrize("asked", [set(), {0}, {1, 2}, {0, 1, 2, 3, 4}])
def test_pairs_of_those_asked_about_are_all_pairs_with_one_of_them(duckdb: Backend, asked: set[int]) -> None:
    rule = BlockingRule("shown", cap=4, lists=("shown",))
    shown = [["a", "b", "z"], ["a", "b", "z"], ["c", "d", "z"], ["a", "b", "z"], ["c", "d", "z"]]
    every, blocked = found(duckdb, rule, shown)
    assert every == {(0, 1), (0, 3), (1, 3), (2, 4)}
    assert blocked.keys_dropped == 1
    some, _ = found(duckdb, rule, shown, asked)
    assert some == {(one, other) for one, other in every if one in asked or other in asked}


def test_a_claimed_name_meets_its_bearer_and_who_claims_it_too(duckdb: Backend) -> None:
    rule = BlockingRule("claim", cap=3, lists=("shown",), scalars=("name",))
    assert found(duckdb, rule, [["name3"], ["name3"], [], []])[0] == {(0, 1), (0, 3), (1, 3)}


def test_given_pairs_are_added_and_the_first_rule_is_named(duckdb: Backend) -> None:
    for table in ("pairs", "given"):
        duckdb.drop(table)
    duckdb.load("given", pa.table({"uid_l": [0, 1], "uid_r": [1, 2]}))
    block(duckdb, accounts(duckdb, "accounts", [["a"], ["a"], []]), "pairs", rules=(RULE,), given="given")
    table = duckdb.fetch("select * from pairs order by uid_l")
    assert table.to_pylist() == [{"uid_l": 0, "uid_r": 1, "rule": 0}, {"uid_l": 1, "uid_r": 2, "rule": 1}]


def test_parts_hold_every_pair_once(duckdb: Backend) -> None:
    duckdb.drop("many")
    left = [at * 37 % 3000 for at in range(5000)]
    duckdb.load("many", pa.table({"uid_l": left, "uid_r": [at + 1 for at in left]}))
    parts = list(parts_of(duckdb, "many", 600))
    assert len(parts) > 3
    assert [sum(first <= at <= last for first, last in parts) for at in left] == [1] * len(left)
