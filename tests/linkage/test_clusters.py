"""Clusters hold no contradiction, whatever the pairs and judgements are, and in whatever order they come."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.agglomeration import JoinRules, ScoredPair
from linkage.clusters import ClusterError, Clustering, cluster_accounts
from linkage.judgements import Judgement, Verdict
from linkage.key_clash import AccountFacts
from tests.linkage.clusters_by_hand import clusters_by_hand
from tests.linkage.scored_pairs import judge, judgement_lists, pair, pair_lists, some_facts

NEUTRAL = JoinRules().neutral_weight


def sets_of(found: Clustering) -> set[str]:
    return {"".join(cluster.accounts) for cluster in found.clusters}


def plain(accounts: str) -> dict[str, AccountFacts]:
    """Accounts without keys, each on a market of its own."""
    return {account: AccountFacts(f"market of {account}") for account in accounts}


def test_pairs_at_or_above_the_threshold_join_and_others_do_not() -> None:
    pairs = [pair("a", "b", 0.0), pair("b", "c", -0.1), pair("d", "e", 30)]
    assert sets_of(cluster_accounts(pairs, plain("abcdef"))) == {"ab", "de"}
    assert sets_of(cluster_accounts(pairs, plain("abcdef"), rules=JoinRules(join_weight=5))) == {"de"}
    assert sets_of(cluster_accounts([], plain("abc"))) == set()


def test_accounts_that_contradict_each_other_are_not_joined_by_a_third() -> None:
    contradict = pair("a", "c", NEUTRAL - 8)
    found = cluster_accounts([pair("a", "b", 7), pair("b", "c", 6), contradict], plain("abc"))
    assert sets_of(found) == {"ab"}
    assert [(one.pair.a, one.pair.b, one.why) for one in found.held_apart] == [("b", "c", "evidence against")]
    # Stronger evidence than what speaks against it joins; a pair with nothing for or against it forbids nothing.
    assert sets_of(cluster_accounts([pair("a", "b", 9), pair("b", "c", 8), contradict], plain("abc"))) == {"abc"}
    nothing = pair("a", "c", NEUTRAL)
    assert sets_of(cluster_accounts([pair("a", "b", 7), pair("b", "c", 6), nothing], plain("abc"))) == {"abc"}


def test_two_clusters_are_not_joined_against_what_speaks_between_any_of_their_accounts() -> None:
    pairs = [pair("a", "b", 20), pair("c", "d", 20), pair("b", "c", 6), pair("a", "d", NEUTRAL - 9)]
    assert sets_of(cluster_accounts(pairs, plain("abcd"))) == {"ab", "cd"}
    assert sets_of(cluster_accounts(pairs[:3], plain("abcd"))) == {"abcd"}


def test_a_pair_that_was_refused_is_not_held_apart_when_a_heavier_one_joins_its_accounts() -> None:
    hard = [pair("a", "b", 20, hard=True), pair("c", "d", 20, hard=True), pair("b", "c", 5, hard=True)]
    found = cluster_accounts([*hard, pair("a", "d", 9), pair("a", "c", NEUTRAL - 8)], plain("abcd"))
    assert (sets_of(found), found.held_apart) == ({"abcd"}, [])


K, L = frozenset({"K"}), frozenset({"L"})


@pytest.mark.parametrize(
    ("x", "y", "joined"),
    [
        (AccountFacts("m", K), AccountFacts("m", L), False),
        (AccountFacts("m", K), AccountFacts("m", K | L), True),
        (AccountFacts("m", K), AccountFacts("m"), True),
        (AccountFacts("m", K, 10, 20), AccountFacts("m", L, 20, 30), False),
        (AccountFacts("m", K, 10, 20), AccountFacts("m", L, 21, 30), True),
        (AccountFacts("m", K, 10, 20), AccountFacts("n", L, 20, 30), True),
        (AccountFacts("m", K, 10, 20), AccountFacts("n", L, 21, 30), True),
        (AccountFacts("m", K, 10, None), AccountFacts("n", L, 20, 30), True),
    ],
)
def test_different_keys_on_one_market_at_one_time_need_hard_evidence(
    x: AccountFacts, y: AccountFacts, joined: bool
) -> None:
    facts = {"x": x, "y": y}
    assert sets_of(cluster_accounts([pair("x", "y", 60)], facts)) == ({"xy"} if joined else set())
    assert sets_of(cluster_accounts([pair("x", "y", 10, hard=True)], facts)) == {"xy"}
    assert sets_of(cluster_accounts([pair("x", "y", 9, hard=True)], facts)) == ({"xy"} if joined else set())


def test_an_impersonator_joins_none_of_the_accounts_of_the_seller_he_copies() -> None:
    """He copies handle and text and shows another key; the seller keeps his own on the markets that he is on."""
    facts = {
        "x": AccountFacts("gamma", L),
        "y1": AccountFacts("alpha", K),
        "y2": AccountFacts("beta", K),
        "z": AccountFacts("delta"),
    }
    pairs = [
        pair("y1", "y2", 22, hard=True), pair("x", "y1", 35), pair("x", "y2", 35), pair("y1", "z", 12),
        pair("x", "z", 40),
    ]  # fmt: skip
    found = cluster_accounts(pairs[:3], facts)
    assert found.clusters[0].accounts == ("y1", "y2")
    assert {one.why for one in found.held_apart} == {"different keys"}
    # An account without a key goes with whom it resembles most, and brings the two no nearer.
    assert [one.accounts for one in cluster_accounts(pairs, facts).clusters] == [("x", "z"), ("y1", "y2")]


def test_resemblance_makes_no_identity_larger_than_sellers_are_but_hard_evidence_may() -> None:
    """Many accounts that resemble each other in a chain have copied one text."""
    names = [f"a{number:02}" for number in range(40)]
    facts = {name: AccountFacts(f"market of {name}") for name in names}
    chain = [pair(a, b, 15) for a, b in pairwise(names)]
    found = cluster_accounts(chain, facts)
    assert max(len(one.accounts) for one in found.clusters) == JoinRules().most_accounts
    assert {one.why for one in found.held_apart} == {"too many accounts"}
    hard = [one._replace(hard=True) for one in chain]
    assert [len(one.accounts) for one in cluster_accounts(hard, facts).clusters] == [40]


def test_judgements_win_over_any_weight() -> None:
    pairs = [pair("a", "b", 90, hard=True), pair("c", "d", -90)]
    judged = [judge(1, "a", "b", "different"), judge(2, "c", "d", "same")]
    found = cluster_accounts(pairs, plain("abcd"), judged)
    assert sets_of(found) == {"cd"}
    assert found.clusters[0].judgements == (judged[1],)


def test_a_different_holds_apart_whole_clusters() -> None:
    pairs = [pair("a", "b", 30), pair("b", "c", 20), pair("c", "d", 10)]
    found = cluster_accounts(pairs, plain("abcd"), [judge(1, "a", "d", "different")])
    assert sets_of(found) == {"abc"}
    assert [(one.pair.a, one.pair.b, one.why) for one in found.held_apart] == [("c", "d", "judged different")]


def test_an_unsure_pair_neither_joins_nor_forbids() -> None:
    pairs = [pair("a", "b", 30), pair("b", "c", 3), pair("a", "c", NEUTRAL - 20)]
    unsure = [judge(1, "a", "b", "unsure")]
    assert sets_of(cluster_accounts(pairs[:1], plain("ab"), unsure)) == set()
    assert sets_of(cluster_accounts(pairs[:2], plain("abc"), [judge(1, "a", "c", "unsure")])) == {"abc"}
    assert sets_of(cluster_accounts(pairs, plain("abc"), [judge(1, "a", "c", "unsure")])) == {"abc"}


def test_same_overrules_keys_and_reaches_by_way_of_an_account_that_is_gone() -> None:
    facts = {"a": AccountFacts("m", K), "c": AccountFacts("m", L)}
    judged = [judge(1, "a", "b", "same"), judge(2, "b", "c", "same")]
    (cluster,) = cluster_accounts([], facts, judged).clusters
    assert (cluster.accounts, cluster.judgements) == (("a", "c"), tuple(judged))


def test_a_conflict_is_reported_the_different_holds_and_the_oldest_same_is_left_out() -> None:
    judged = [
        judge(1, "b", "c", "same"), judge(2, "a", "d", "different"), judge(3, "a", "b", "same"),
        judge(4, "c", "d", "same"),
    ]  # fmt: skip
    found = cluster_accounts([pair("b", "c", 50)], plain("abcd"), judged)
    assert sets_of(found) == {"ab", "cd"}
    (conflict,) = found.conflicts
    assert (conflict.different, conflict.left_out, conflict.same) == (2, 1, (3, 4))
    assert conflict.accounts == ("a", "b", "c", "d")
    assert "a = b = c = d" in conflict.words
    assert all(cluster.conflicts == (conflict,) for cluster in found.clusters)


@pytest.mark.parametrize("wrong", [pair("b", "a", 1), pair("a", "a", 1), pair("a", "x", 1), pair("X", "a", 1)])
def test_a_pair_that_does_not_fit_the_accounts_is_refused(wrong: ScoredPair) -> None:
    with pytest.raises(ClusterError):
        cluster_accounts([wrong], plain("ab"))


@given(pair_lists, some_facts, judgement_lists, st.randoms(use_true_random=False))
def test_the_order_of_what_comes_in_does_not_matter(
    pairs: list[ScoredPair], facts: dict[str, AccountFacts], judged: list[Judgement], random: Random
) -> None:
    found = cluster_accounts(pairs, facts, judged)
    for one in (pairs, judged):
        random.shuffle(one)
    names = random.sample(sorted(facts), len(facts))
    assert cluster_accounts(pairs, {name: facts[name] for name in names}, judged) == found


@given(pair_lists, some_facts, judgement_lists)
def test_what_is_judged_holds(pairs: list[ScoredPair], facts: dict[str, AccountFacts], judged: list[Judgement]) -> None:
    found = cluster_accounts(pairs, facts, judged)
    cluster_of = {account: number for number, one in enumerate(found.clusters) for account in one.accounts}
    assert len(cluster_of) == sum(len(one.accounts) for one in found.clusters), "an account is in one cluster"
    left_out = {conflict.left_out for conflict in found.conflicts}
    for one in judged:
        together = one.a in cluster_of and cluster_of[one.a] == cluster_of.get(one.b)
        if one.judgement == "different":
            assert not together
        if one.judgement == "same":
            assert together is (one.number not in left_out)


@given(pair_lists, some_facts, judgement_lists)
def test_a_conflict_is_a_chain_of_same_between_two_that_are_different(
    pairs: list[ScoredPair], facts: dict[str, AccountFacts], judged: list[Judgement]
) -> None:
    by_number = {one.number: one for one in judged}
    for conflict in cluster_accounts(pairs, facts, judged).conflicts:
        chain = conflict.accounts
        different = by_number[conflict.different]
        assert (different.judgement, {different.a, different.b}) == ("different", {chain[0], chain[-1]})
        steps = {tuple(sorted(step)) for step in pairwise(chain)}
        assert steps == {by_number[number].pair for number in (*conflict.same, conflict.left_out)}
        assert all(by_number[number].judgement == "same" for number in conflict.same)
        assert all(number > conflict.left_out for number in conflict.same), "the oldest is left out"


@given(pair_lists, some_facts, judgement_lists)
def test_clusters_are_connected_by_what_may_join_and_apart_only_for_a_reason(
    pairs: list[ScoredPair], facts: dict[str, AccountFacts], judged: list[Judgement]
) -> None:
    found = cluster_accounts(pairs, facts, judged)
    verdicts: dict[tuple[str, str], Verdict] = {one.pair: one.judgement for one in judged}
    edges = {(one.a, one.b) for one in pairs if one.match_weight >= 0 and (one.a, one.b) not in verdicts}
    same = {one for one, verdict in verdicts.items() if verdict == "same"}
    cluster_of = {account: number for number, one in enumerate(found.clusters) for account in one.accounts}
    for cluster in found.clusters:
        reached = {cluster.accounts[0]}
        for _ in cluster.accounts:
            reached |= {end for edge in edges | same if reached & set(edge) for end in edge}
        assert set(cluster.accounts) <= reached
    apart = {edge for edge in edges if cluster_of.get(edge[0], edge[0]) != cluster_of.get(edge[1], edge[1])}
    assert {(one.pair.a, one.pair.b) for one in found.held_apart} == apart


all_rules = st.builds(
    JoinRules,
    join_weight=st.sampled_from([0.0, 4.0]),
    neutral_weight=st.sampled_from([-13.0, 0.0]),
    most_accounts=st.sampled_from([3, 30]),
)


@settings(max_examples=300)
@given(pair_lists, some_facts, judgement_lists, all_rules)
def test_clusters_are_as_the_rules_make_them_by_hand(
    pairs: list[ScoredPair], facts: dict[str, AccountFacts], judged: list[Judgement], rules: JoinRules
) -> None:
    found = cluster_accounts(pairs, facts, judged, rules)
    assert {frozenset(one.accounts) for one in found.clusters} == clusters_by_hand(pairs, facts, judged, rules)
