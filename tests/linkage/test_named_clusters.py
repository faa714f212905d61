"""Clusters keep their ids from run to run, and read back from the identities that they made."""

from hypothesis import given

from linkage.account import Account
from linkage.agglomeration import ScoredPair
from linkage.identity import Identity, identity_id_of
from linkage.judgements import Judgement, judgements_in_force
from linkage.key_clash import AccountFacts
from linkage.named_clusters import NamedCluster, identify
from tests.linkage.scored_pairs import judge, judgement_rows, pair, pair_lists, some_facts


@given(pair_lists, some_facts, judgement_rows)
def test_a_second_run_changes_nothing(
    pairs: list[ScoredPair], facts: dict[str, AccountFacts], rows: list[Judgement]
) -> None:
    judged = judgements_in_force(rows)
    former = identify(pairs, facts, judged).clusters
    assert identify(pairs, facts, judged, former=former).clusters == former


def test_a_conflict_is_told_of_an_account_that_grows_though_its_judgement_was_left_out() -> None:
    judged = [judge(1, "a", "b", "same"), judge(2, "b", "c", "same"), judge(3, "a", "c", "different")]
    facts = {account: AccountFacts("m") for account in "abce"}
    former = identify([], facts, judged).clusters
    updated = identify([pair("a", "e", 9)], facts, judged, former=former)
    assert [[one.left_out for one in named.cluster.conflicts] for named in updated.clusters] == [[1], [1]]


def test_an_account_that_went_leaves_its_cluster() -> None:
    facts = {account: AccountFacts("m") for account in "abc"}
    former = identify([pair("a", "b", 5), pair("b", "c", 5)], facts).clusters
    del facts["b"]
    assert identify([], facts, former=former).clusters == []


def test_an_identity_reads_back_as_the_cluster_it_was_made_from() -> None:
    judged = [judge(1, "a", "b", "same")]
    facts = {account: AccountFacts("m") for account in "ab"}
    (named,) = identify([], facts, judged).clusters
    identity = named.identity([Account(id=account, market="m") for account in "ab"], [])
    assert (identity.identity_id, identity.judgements) == (identity_id_of("a"), tuple(judged))
    assert NamedCluster.of(Identity.model_validate_json(identity.model_dump_json())) == named
