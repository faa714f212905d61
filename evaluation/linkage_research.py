"""Linkage on the research data: AlphaBay vendors split in two, and White House against AlphaBay as an open set.

Gold is who is called the same. It is not truth: a name may be taken by somebody else, and a seller may change his.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path

from evaluation.linkage_baselines import by_cosine
from evaluation.linkage_compared import Compared, identities_by_account, read_lines
from evaluation.linkage_pairs import PairScore
from evaluation.research import RESEARCH
from evaluation.research_sellers import alphabay, halves, white_house
from linkage.backend import Backend
from linkage.model import LinkageModel
from replica.sellers.lines import AccountLine

__all__ = ["OpenSet", "open_set", "split_vendors"]

SPLIT_SEED = 5
"""Of the halves; `training.linkage` splits the same vendors in another way."""


def split_vendors(backend: Backend, model: LinkageModel, data: Path = RESEARCH, *, by_category: bool) -> Compared:
    """All vendors of AlphaBay compared, those of four listings or more split in two, the halves on two markets.

    Raises:
        ConfigurationError: the data is not there.
    """
    task = halves(data, SPLIT_SEED, by_category=by_category)
    lines = [*task.queries, *task.pool]
    truth: dict[str, Hashable] = {}
    for query, (found,) in ((one, tuple(right)) for one, right in task.right.items()):
        truth[query] = truth[found] = query
    split = {name.rpartition("/")[0] for name in truth}
    whole = [line for line in alphabay(data).values() if line["id"] not in split]
    truth |= {line["id"]: line["id"] for line in whole}
    return Compared.of(read_lines([*lines, *whole]), truth, backend, model)


@dataclass(frozen=True, slots=True)
class OpenSet:
    """White House against AlphaBay at the default threshold.

    Attributes:
        queries, pool: how many accounts either market has.
        linked: pairs of the two markets within identities.
        best_cosine: pairs of the two markets by the cosine of character TF-IDF, at the threshold of the best F1.
        compared: the accounts.
    """

    queries: int
    pool: int
    linked: PairScore
    best_cosine: PairScore
    compared: Compared


def open_set(backend: Backend, model: LinkageModel, data: Path = RESEARCH, *, handles: bool) -> OpenSet:
    """Link all accounts of White House and AlphaBay, most of which have no partner.

    Args:
        backend: where to compute.
        model: the weights.
        data: the research data.
        handles: whether accounts have their handles; in texts they are masked either way.

    Raises:
        ConfigurationError: the data is not there.
    """
    markets = (white_house(data), alphabay(data))
    names = {line["id"]: handle for market in markets for handle, line in market.items()}
    lines = [_named(line, handle if handles else None) for market in markets for handle, line in market.items()]
    compared = Compared.of(read_lines(lines), names, backend, model)
    identities = identities_by_account(compared.found)
    return OpenSet(
        queries=len(markets[0]),
        pool=len(markets[1]),
        linked=_between(identities, names, [line["id"] for line in markets[0].values()]),
        best_cosine=by_cosine(compared.corpus, names, "char", [("white-house", "alphabay")]),
        compared=compared,
    )


def _between(identities: Mapping[str, Hashable], names: Mapping[str, Hashable], queries: list[str]) -> PairScore:
    """The pairs within identities of one of the queries and one that is none."""
    asked = set(queries)
    members: dict[Hashable, list[str]] = {}
    for account, identity in identities.items():
        members.setdefault(identity, []).append(account)
    pairs = [(a, b) for a in queries if a in identities for b in members[identities[a]] if b not in asked]
    gold = {names[one] for one in queries} & {name for one, name in names.items() if one not in asked}
    return PairScore(sum(names[a] == names[b] for a, b in pairs), len(pairs), len(gold))


def _named(line: AccountLine, handle: str | None) -> AccountLine:
    return {**line, "handle": handle}
