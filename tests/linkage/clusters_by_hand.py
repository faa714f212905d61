"""The rules of joining as the documentation states them, without a thought for speed."""

from linkage.agglomeration import JoinRules, ScoredPair
from linkage.judgements import Judgement
from linkage.key_clash import AccountFacts

Group = frozenset[str]


def clusters_by_hand(
    pairs: list[ScoredPair], facts: dict[str, AccountFacts], judged: list[Judgement], rules: JoinRules
) -> set[Group]:
    """The clusters of two accounts or more."""
    apart = [{one.a, one.b} for one in judged if one.judgement == "different"]
    same = [one for one in judged if one.judgement == "same"]
    unjudged = [pair for pair in pairs if (pair.a, pair.b) not in {one.pair for one in judged}]
    cluster_of = {account: frozenset({account}) for account in facts}

    def are_free_to_join(one: Group, other: Group) -> bool:
        return one != other and not any(each & one and each & other for each in apart)

    def join(one: Group, other: Group) -> None:
        for account in one | other:
            cluster_of[account] = one | other

    for judgement in sorted(same, key=lambda one: -one.number):
        groups = cluster_of[judgement.a], cluster_of[judgement.b]
        if are_free_to_join(*groups):
            join(*groups)
    for pair in sorted(unjudged, key=lambda pair: (not pair.hard, -pair.match_weight, pair.a, pair.b)):
        groups = cluster_of[pair.a], cluster_of[pair.b]
        if are_free_to_join(*groups) and _allowed(pair, groups, unjudged, facts, rules):
            join(*groups)
    return {cluster for cluster in cluster_of.values() if len(cluster) > 1}


def _allowed(
    pair: ScoredPair,
    groups: tuple[Group, Group],
    unjudged: list[ScoredPair],
    facts: dict[str, AccountFacts],
    rules: JoinRules,
) -> bool:
    one, other = groups
    worst = min(each.match_weight for each in unjudged if {each.a, each.b} & one and {each.a, each.b} & other)
    if pair.match_weight + min(0, worst - rules.neutral_weight) < rules.join_weight:
        return False
    if not pair.hard and len(one) + len(other) > rules.most_accounts:
        return False
    if pair.hard and pair.match_weight >= rules.clash_weight:
        return True
    return not any(_clash(facts[a], facts[b], _kept(one, facts) | _kept(other, facts)) for a in one for b in other)


def _kept(group: Group, facts: dict[str, AccountFacts]) -> set[str]:
    shown = {(key, facts[account].market) for account in group for key in facts[account].own_keys}
    return {key for key, _ in shown if sum(key == each for each, _ in shown) > 1}


def _clash(x: AccountFacts, y: AccountFacts, kept: set[str]) -> bool:
    if not x.own_keys or not y.own_keys or x.own_keys & y.own_keys:
        return False
    for first, second in ((x, y), (y, x)):
        if first.closed is not None and second.opened is not None and first.closed < second.opened:
            return False
    if x.market == y.market:
        return True
    return bool(kept & (x.own_keys | y.own_keys))
