"""Pairs that are doubted though they weigh enough."""

import math

import pytest

from linkage.account import Account
from linkage.agglomeration import JoinRules, ScoredPair
from linkage.doubts import ON_ONE_MARKET, Doubts, market_bits
from linkage.key_clash import AccountFacts
from tests.linkage.offers import offer, seller

RULES = JoinRules(join_weight=0.0, neutral_weight=-10.0)
PAIR = ScoredPair("x/a", "x/b", 2.0, 0.8)


def accounts(*names: str) -> dict[str, Account]:
    return {name: seller(name, offer(f"what number {place} sells")) for place, name in enumerate(names)}


def facts_of(markets: str, **spans: tuple[int, int]) -> dict[str, AccountFacts]:
    """Two accounts on x, and one on each further market."""
    named = {"x/a": AccountFacts("x"), "x/b": AccountFacts("x"), **{f"{one}/c": AccountFacts(one) for one in markets}}
    for name, (opened, closed) in spans.items():
        named[f"x/{name}"] = AccountFacts("x", opened=opened, closed=closed)
    return named


def doubts_of(pair: ScoredPair, facts: dict[str, AccountFacts]) -> Doubts:
    return Doubts.of([pair], accounts(*facts), facts, RULES)


def test_a_market_says_the_more_the_more_markets_there_are() -> None:
    assert market_bits("xxxx") == 0.0
    assert market_bits("xxyy") == pytest.approx(math.log2(0.5 / ON_ONE_MARKET))
    assert market_bits("xyzw") == pytest.approx(math.log2(0.25 / ON_ONE_MARKET))


def test_resemblance_on_one_market_weighs_less_but_contradicts_nothing() -> None:
    doubts = doubts_of(PAIR, facts_of("yz"))
    assert doubts.why == {PAIR: "one market"}
    assert doubts.weighed(PAIR).match_weight == pytest.approx(2.0 - doubts.market_bits)
    faint = PAIR._replace(match_weight=-9.9)
    assert doubts_of(faint, facts_of("yz")).weighed(faint).match_weight == RULES.neutral_weight


@pytest.mark.parametrize(
    ("pair", "facts"),
    [
        (PAIR._replace(hard=True), facts_of("yz")),
        (PAIR._replace(proof=True), facts_of("yz")),
        (PAIR, facts_of("yz", a=(1, 5), b=(6, 9))),
        (ScoredPair("x/a", "y/c", 2.0, 0.8), facts_of("yz")),
    ],
)
def test_what_is_not_doubted_keeps_its_weight(pair: ScoredPair, facts: dict[str, AccountFacts]) -> None:
    doubts = doubts_of(pair, facts)
    assert doubts.why == {}
    assert doubts.weighed(pair) == pair
