"""An update finds what a full run would find, and looks only at what is connected with the changes."""

from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from linkage.account import Account
from linkage.agglomeration import ScoredPair
from linkage.identity import Identity, identity_id_of
from linkage.incremental import NamedCluster, identify, update
from linkage.judgements import Judgement, judgements_in_force
from linkage.key_clash import AccountFacts
from tests.linkage.scored_pairs import judge, judgement_rows, pair, pair_lists, some_facts


class InMemory:
    """Pairs and facts in lists; it counts the pairs that were asked for."""

    def __init__(self, pairs: Iterable[ScoredPair], facts: Mapping[str, AccountFacts]) -> None:
        self._pairs = list(pairs)
        self._facts = facts
        self.handed_out = 0

    def pairs_of(self, accounts: Collection[str]) -> list[ScoredPair]:
        found = [one for one in self._pairs if one.a in accounts or one.b in accounts]
        self.handed_out += len(found)
        return found

    def facts_of(self, accounts: Collection[str]) -> dict[str, AccountFacts]:
        return {account: self._facts[account] for account in accounts if account in self._facts}


def touched_by(before: Iterable[ScoredPair | Judgement], after: Iterable[ScoredPair | Judgement]) -> set[str]:
    changed = [*(one for one in before if one not in list(after)), *(one for one in after if one not in list(before))]
    return {account for one in changed for account in (one.a, one.b)}


@given(st.tuples(pair_lists, pair_lists), some_facts, st.tuples(judgement_rows, judgement_rows), st.data())
def test_an_update_finds_what_a_full_run_finds(
    scores: tuple[list[ScoredPair], list[ScoredPair]],
    facts: dict[str, AccountFacts],
    rows: tuple[list[Judgement], list[Judgement]],
    data: st.DataObject,
) -> None:
    old_pairs, changes = scores
    # Some pairs stay, some go, some come or are scored anew; accounts come; judgements come and go.
    newcomers = data.draw(st.sets(st.sampled_from(sorted(facts)), max_size=2))
    old_facts = {account: one for account, one in facts.items() if account not in newcomers}
    old_pairs = [one for one in old_pairs if not newcomers & {one.a, one.b}]
    staying = [one for one in old_pairs if data.draw(st.booleans())]
    scored = {(one.a, one.b): one for one in (*staying, *changes[:3])}
    new_pairs = list(scored.values())
    old_judged, new_judged = map(judgements_in_force, rows)
    first = identify(changes, facts).clusters
    former = identify(old_pairs, old_facts, old_judged, former=first).clusters
    touched = newcomers | touched_by(old_pairs, new_pairs) | touched_by(old_judged, new_judged)
    full = identify(new_pairs, facts, new_judged, former=former)
    updated = update(former, touched, InMemory(new_pairs, facts), new_judged)
    assert updated.clusters == full.clusters
    assert updated.recomputed is not None
    assert updated.held_apart == [one for one in full.held_apart if one.pair.a in updated.recomputed]


@given(pair_lists, some_facts, judgement_rows)
def test_a_second_run_changes_nothing(
    pairs: list[ScoredPair], facts: dict[str, AccountFacts], rows: list[Judgement]
) -> None:
    judged = judgements_in_force(rows)
    former = identify(pairs, facts, judged).clusters
    assert identify(pairs, facts, judged, former=former).clusters == former
    assert update(former, facts, InMemory(pairs, facts), judged).clusters == former
    assert update(former, [], InMemory(pairs, facts), judged).clusters == former


def test_only_what_is_connected_with_the_changes_is_looked_at() -> None:
    accounts = [f"a{number:03}" for number in range(300)]
    facts = {account: AccountFacts(f"m{account}") for account in accounts}
    # Sellers of three accounts each, and a pair that joins nothing between each two sellers.
    pairs = [pair(a, b, -20 if number % 3 == 2 else 10) for number, (a, b) in enumerate(pairwise(accounts))]
    former = identify(pairs, facts).clusters
    assert len(former) == 100
    facts["a0035"] = AccountFacts("new")
    compared = InMemory([*pairs, pair("a003", "a0035", 9)], facts)
    updated = update(former, ["a0035"], compared)
    assert updated.recomputed == frozenset({"a003", "a0035", "a004", "a005"})
    assert compared.handed_out < 12
    assert [one for one in updated.clusters if one not in former] == [updated.clusters[1]]
    assert updated.clusters[1].name.identity_id == identity_id_of(["a003"])


def test_a_conflict_is_told_of_an_account_that_grows_though_its_judgement_was_left_out() -> None:
    judged = [judge(1, "a", "b", "same"), judge(2, "b", "c", "same"), judge(3, "a", "c", "different")]
    facts = {account: AccountFacts("m") for account in "abce"}
    former = identify([], facts, judged).clusters
    pairs = [pair("a", "e", 9)]
    updated = update(former, ["a", "e"], InMemory(pairs, facts), judged)
    assert updated.clusters == identify(pairs, facts, judged, former=former).clusters
    assert [[one.left_out for one in named.cluster.conflicts] for named in updated.clusters] == [[1], [1]]


def test_an_account_that_went_leaves_its_cluster() -> None:
    facts = {account: AccountFacts("m") for account in "abc"}
    former = identify([pair("a", "b", 5), pair("b", "c", 5)], facts).clusters
    del facts["b"]
    assert update(former, ["b"], InMemory([], facts)).clusters == []


def test_an_identity_reads_back_as_the_cluster_it_was_made_from() -> None:
    judged = [judge(1, "a", "b", "same")]
    facts = {account: AccountFacts("m") for account in "ab"}
    (named,) = identify([], facts, judged).clusters
    identity = named.identity([Account(id=account, market="m") for account in "ab"], [])
    assert (identity.identity_id, identity.judgements) == (identity_id_of("a"), tuple(judged))
    assert NamedCluster.of(Identity.model_validate_json(identity.model_dump_json())) == named
