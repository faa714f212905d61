"""Ranked candidates for one account."""

from linkage.candidates import rank_candidates
from tests.linkage.accounts import account, bystanders, clue, key

KEY, WICKR, ADDRESS = clue("pgp_key", key("A")), clue("contact", "wickr:leaf"), clue("crypto_address", "1Leaf")


def test_the_weightiest_evidence_comes_first_and_only_so_many() -> None:
    pool = [
        account("beta/contact", WICKR),
        account("gamma/key", KEY),
        account("delta/both", KEY, WICKR),
        account("beta/none"),
    ]
    (ranking,) = rank_candidates([account("alpha/leaf", KEY, WICKR)], pool, top=2)
    assert ranking.query == "alpha/leaf"
    assert [one.id for one in ranking.candidates] == ["delta/both", "gamma/key"]
    weights = [one.link.match_weight for one in ranking.candidates]
    assert weights == sorted(weights, reverse=True)


def test_a_query_without_partner_has_no_candidates_and_is_not_its_own() -> None:
    alone = account("alpha/alone", ADDRESS)
    rankings = list(rank_candidates([alone, account("alpha/bare")], [alone, account("beta/other", KEY)], top=5))
    assert [(one.query, one.candidates) for one in rankings] == [("alpha/alone", []), ("alpha/bare", [])]


def test_what_a_market_puts_on_its_accounts_is_no_candidate() -> None:
    pool = [*bystanders("beta", 30, KEY), account("gamma/leaf", WICKR)]
    (ranking,) = rank_candidates([account("alpha/leaf", KEY, WICKR)], pool, top=10)
    assert [one.id for one in ranking.candidates] == ["gamma/leaf"]


def test_queries_that_all_show_one_thing_tell_that_it_is_the_markets() -> None:
    queries = bystanders("alpha", 20, ADDRESS)
    rankings = list(rank_candidates(queries, [account("beta/leaf", ADDRESS)], top=10))
    assert len(rankings) == 20
    assert all(one.candidates == [] for one in rankings)
