"""Scored pairs and judgements for the tests of clusters, by hand and by hypothesis."""

from datetime import UTC, datetime
from itertools import combinations

from hypothesis import strategies as st

from linkage.agglomeration import ScoredPair
from linkage.calibration import probability
from linkage.judgements import Judgement, Verdict, judgements_in_force
from linkage.key_clash import AccountFacts

WHEN = datetime(2026, 3, 1, tzinfo=UTC)
ACCOUNTS = "abcdefgh"
PAIRS = list(combinations(ACCOUNTS, 2))


def pair(a: str, b: str, weight: float, *, hard: bool = False) -> ScoredPair:
    return ScoredPair(a, b, weight, probability(weight), hard)


def judge(number: int, a: str, b: str, verdict: Verdict) -> Judgement:
    return Judgement(number=number, user="ana", at=WHEN, reason="read both", a=a, b=b, judgement=verdict)


weights = st.sampled_from([-30.0, -20.0, -13.0, -1.0, 0.0, 2.0, 5.0, 10.0, 25.0])

pair_lists = st.dictionaries(st.sampled_from(PAIRS), st.tuples(weights, st.booleans()), max_size=16).map(
    lambda scored: [pair(a, b, weight, hard=hard) for (a, b), (weight, hard) in scored.items()]
)

key_sets = st.frozensets(st.sampled_from("KLM"), max_size=2)
days = st.none() | st.integers(0, 5)

some_facts = st.fixed_dictionaries(
    {account: st.builds(AccountFacts, st.sampled_from(["m", "n", "o"]), key_sets, days, days) for account in ACCOUNTS}
)

verdicts: st.SearchStrategy[Verdict] = st.sampled_from(["same", "different", "unsure"])

judgement_rows = st.lists(st.tuples(st.sampled_from(PAIRS), verdicts), max_size=8).map(
    lambda judged: [judge(number, a, b, verdict) for number, ((a, b), verdict) in enumerate(judged, start=1)]
)

judgement_lists = judgement_rows.map(judgements_in_force)
