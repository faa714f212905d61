"""The links within an identity: each pair of accounts, by its own evidence, a judgement, or by way of others."""

from collections.abc import Mapping

import pyarrow as pa
import pytest

from linkage.account import Account
from linkage.evidence import Explainer
from linkage.identity import Link
from linkage.judgements import Judgement
from linkage.links import MOST_ACCOUNTS, ScoredLinks
from linkage.scoring import NO_DATA
from tests.linkage.backends import plain_model
from tests.linkage.scored_pairs import judge

MODEL = plain_model()
LEAST = 2.0
ACCOUNTS = {name: Account(id=name, market=f"market {name}", handle="leaf") for name in "abcdef"}
EXPLAIN = Explainer(ACCOUNTS.__getitem__, (), lambda _: ())


def scored(weights: Mapping[str, float]) -> ScoredLinks:
    """Pairs ("ab") of such match weights, whose handle speaks for them and whose origin against."""
    columns: dict[str, object] = {
        "a": [pair[0] for pair in weights],
        "b": [pair[1] for pair in weights],
        "match_weight": list(weights.values()),
    }
    for comparison in MODEL.comparisons:
        label, bits = {"handle": ("handle:same", 4.004), "origin": ("origin:disjoint", -3.0)}.get(
            comparison.kind, (NO_DATA, 0.0)
        )
        columns[f"{comparison.kind}_level"] = pa.array([label] * len(weights), pa.string())
        columns[f"{comparison.kind}_weight"] = pa.array([bits] * len(weights), pa.float64())
    return ScoredLinks(pa.table(columns), MODEL)


def within(weights: Mapping[str, float], accounts: str, *judgements: Judgement) -> dict[str, Link]:
    links = scored(weights).within(list(accounts), judgements, EXPLAIN, LEAST)
    return {link.a + link.b: link for link in links}


def test_a_pair_that_weighs_enough_is_linked_by_its_evidence() -> None:
    (link,) = within({"ab": 5.0}, "ab").values()
    assert (link.a, link.b, link.match_weight) == ("a", "b", 5.0)
    assert link.probability == pytest.approx(32 / 33)
    assert [(one.kind, one.weight) for one in link.evidence] == [("handle", 4.0), ("origin", -3.0)]
    assert link.evidence[1].value == "none / none"


def test_levels_without_data_are_no_evidence_and_pairs_that_were_not_compared_no_link() -> None:
    links = scored({"ab": 5.0})
    assert {kind: level.label for kind, level in links.reached("a", "b").items()} == {
        "handle": "handle:same",
        "origin": "origin:disjoint",
    }
    assert links.weight("a", "c") is None
    assert links.link("a", "c", EXPLAIN) is None


def test_a_pair_linked_by_way_of_others_is_as_likely_as_all_steps() -> None:
    links = within({"ab": 5.0, "bc": 3.0, "cd": 2.0}, "abcd")
    assert set(links) == {"ab", "bc", "cd", "ac", "ad", "bd"}
    steps = [links[pair].probability for pair in ("ab", "bc", "cd")]
    assert links["ad"].probability == pytest.approx(steps[0] * steps[1] * steps[2])
    assert MODEL.calibration.probability(links["ad"].match_weight) == pytest.approx(links["ad"].probability, abs=0.01)
    (way,) = links["ad"].evidence
    assert (way.kind, way.value, way.weight) == ("chain", "a - b - c - d", 0.0)


def test_the_likeliest_way_is_taken() -> None:
    links = within({"ab": 3.0, "bd": 3.0, "ac": 9.0, "cd": 9.0}, "abcd")
    assert links["ad"].evidence[0].value == "a - c - d"


def test_a_weak_pair_by_way_of_others_keeps_its_own_evidence() -> None:
    links = within({"ab": 5.0, "bc": 5.0, "ac": -1.5}, "abc")
    assert links["ac"].match_weight == -1.5
    assert links["ac"].probability == pytest.approx((32 / 33) ** 2)
    assert [one.kind for one in links["ac"].evidence] == ["chain", "handle", "origin"]


def test_a_judgement_of_same_is_certain_and_comes_first() -> None:
    judged = judge(1, "a", "b", "same")
    links = within({"bc": 5.0}, "abc", judged)
    assert links["ab"].probability == 1.0
    (evidence,) = links["ab"].evidence
    assert (evidence.kind, evidence.value, evidence.weight) == ("judgement", "same", 0.0)
    assert evidence.words == "ana, 2026-03-01 00:00 UTC: read both"
    assert links["ac"].probability == pytest.approx(32 / 33)
    weak = within({"ab": -9.0}, "ab", judged)["ab"]
    assert (weak.probability, weak.match_weight) == (1.0, -9.0)
    assert [one.kind for one in weak.evidence] == ["judgement", "handle", "origin"]


def test_a_pair_that_is_judged_unsure_links_only_by_way_of_others() -> None:
    links = within({"ab": 9.0, "bc": 5.0, "ac": 3.0}, "abc", judge(1, "a", "b", "unsure"))
    assert [one.kind for one in links["ab"].evidence] == ["chain", "judgement", "handle", "origin"]
    assert links["ab"].evidence[0].value == "a - c - b"
    assert links["ab"].probability == pytest.approx(links["ac"].probability * links["bc"].probability)


def test_of_a_large_identity_only_what_is_linked_directly_is_named() -> None:
    names = [f"{number:03}" for number in range(MOST_ACCOUNTS + 1)]
    accounts = {name: Account(id=name, market="m") for name in names}
    explain = Explainer(accounts.__getitem__, (), lambda _: ())
    same = [judge(at + 1, names[at], names[at + 1], "same") for at in range(MOST_ACCOUNTS)]
    links = scored({})
    assert len(list(links.within(names, same, explain, LEAST))) == MOST_ACCOUNTS
    fewer = list(links.within(names[:-1], same[:-1], explain, LEAST))
    assert len(fewer) == MOST_ACCOUNTS * (MOST_ACCOUNTS - 1) // 2
    assert all(link.probability > 0.999 for link in fewer)
