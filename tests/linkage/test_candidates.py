"""Ranked candidates for one account, or one text."""

from collections.abc import Sequence

import pytest

from linkage.account import Account
from linkage.backend import Backend
from linkage.candidates import Ranking, rank_candidates
from linkage.identity import LinkageError
from linkage.model import load_model
from tests.linkage.accounts import account, bystanders, clue, key
from tests.linkage.backends import duckdb
from tests.linkage.offers import offer, seller
from tests.linkage.shops import shop

__all__ = ["duckdb"]

MODEL = load_model()
KEY, WICKR, ADDRESS = clue("pgp_key", key("A")), clue("contact", "wickr:leaf"), clue("crypto_address", "1Leaf")
POOL = [seller(f"beta/shop{number}", *map(offer, shop(number, 10))) for number in range(30)]


def ranked(backend: Backend, queries: Sequence[Account], pool: Sequence[Account], top: int = 5) -> list[Ranking]:
    return list(rank_candidates(queries, pool, top, backend, MODEL))


def ids(ranking: Ranking) -> list[str]:
    return [one.id for one in ranking.candidates]


def test_shared_clues_come_first_the_weightiest_before_and_only_so_many(duckdb: Backend) -> None:
    pool = [
        account("beta/contact", WICKR),
        account("gamma/key", KEY),
        account("delta/both", KEY, WICKR),
        account("beta/none"),
    ]
    (ranking,) = ranked(duckdb, [account("alpha/leaf", KEY, WICKR)], [*POOL, *pool], top=3)
    assert ranking.query == "alpha/leaf"
    assert ids(ranking) == ["delta/both", "gamma/key", "beta/contact"]
    weights = [one.link.match_weight for one in ranking.candidates]
    assert weights == sorted(weights, reverse=True)
    first = ranking.candidates[0].link
    assert (first.a, first.b, first.evidence[0].kind) == ("delta/both", "alpha/leaf", "pgp_key")
    assert [one.capture_id for one in first.evidence[0].seen_a] == ["capture of delta/both"]
    assert [one.capture_id for one in first.evidence[0].seen_b] == ["capture of alpha/leaf"]


@pytest.mark.parametrize("author", [3, 17])
def test_the_author_of_a_single_title_is_found(duckdb: Backend, author: int) -> None:
    text = Account(id="query", market="", offers=(offer(shop(author, 14)[13]),))
    (ranking,) = ranked(duckdb, [text], POOL, top=3)
    assert ids(ranking)[0] == f"beta/shop{author}"
    told = [next(one for one in found.link.evidence if one.kind == "attribution") for found in ranking.candidates]
    assert told[0].weight == max(one.weight for one in told)


def test_queries_are_answered_by_id_each_for_itself(duckdb: Backend) -> None:
    queries = [seller(f"alpha/query{number}", *map(offer, shop(number, 20)[10:])) for number in (7, 2, 5)]
    together = ranked(duckdb, queries, POOL, top=1)
    assert [(one.query, ids(one)) for one in together] == [
        (f"alpha/query{number}", [f"beta/shop{number}"]) for number in (2, 5, 7)
    ]
    assert ranked(duckdb, queries[::-1], POOL[::-1], top=1) == together


def test_a_query_is_not_its_own_candidate(duckdb: Backend) -> None:
    (ranking,) = ranked(duckdb, [POOL[4]], POOL, top=100)
    assert len(ranking.candidates) == len(set(ids(ranking))) == len(POOL) - 1
    assert POOL[4].id not in ids(ranking)


def test_what_a_market_puts_on_its_accounts_makes_no_candidate_likely(duckdb: Backend) -> None:
    pool = [*bystanders("beta", 30, KEY), account("gamma/leaf", WICKR)]
    (ranking,) = ranked(duckdb, [account("alpha/leaf", KEY, WICKR)], pool)
    assert ids(ranking)[0] == "gamma/leaf"
    others = [one for found in ranking.candidates[1:] for one in found.link.evidence]
    assert not any(one.kind == "pgp_key" and one.weight > 0 for one in others)


def test_queries_that_all_show_one_thing_tell_that_it_is_the_markets(duckdb: Backend) -> None:
    rankings = ranked(duckdb, bystanders("alpha", 20, ADDRESS), [account("beta/leaf", ADDRESS)])
    assert len(rankings) == 20
    for found in (one for ranking in rankings for one in ranking.candidates):
        assert not any(one.kind == "crypto_address" and one.weight > 0 for one in found.link.evidence)


def test_there_may_be_no_pool_no_query_and_no_texts(duckdb: Backend) -> None:
    bare = Account(id="bare", market="m")
    assert ranked(duckdb, [], POOL[:3]) == []
    assert ranked(duckdb, [], []) == []
    assert [ids(one) for one in ranked(duckdb, [POOL[0], bare], [])] == [[], []]


def test_without_texts_on_either_side_nothing_is_told_apart(duckdb: Backend) -> None:
    bare = Account(id="bare", market="m")
    for queries, pool in (
        ([bare], [account("beta/a"), *POOL[:2]]),
        ([POOL[5]], [account("beta/a"), account("beta/b")]),
    ):
        (ranking,) = ranked(duckdb, queries, pool)
        for found in ranking.candidates:
            assert found.link.probability < 0.5
            assert all(one.kind != "attribution" for one in found.link.evidence)


def test_ids_of_queries_and_of_the_pool_must_be_unique(duckdb: Backend) -> None:
    with pytest.raises(LinkageError, match="'beta/shop1'"):
        ranked(duckdb, [POOL[0]], [POOL[1], POOL[1]])
    with pytest.raises(LinkageError, match="'beta/shop1'"):
        ranked(duckdb, [POOL[1], POOL[1]], [POOL[0]])
