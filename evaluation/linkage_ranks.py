"""Accounts ranked by linkage, as `evaluation.research_sellers` asks for it."""

from collections.abc import Sequence

from evaluation.linkage_compared import read_lines
from evaluation.research_sellers import Rank
from linkage.backend import Backend
from linkage.candidates import Search
from linkage.model import LinkageModel
from replica.sellers.lines import AccountLine

__all__ = ["ranked_by_linkage"]


def ranked_by_linkage(backend: Backend, model: LinkageModel) -> Rank:
    """Ranks as `linkage.candidates.rank_candidates` does, and explains nothing, which takes most of its time."""

    def rank(queries: Sequence[AccountLine], pool: Sequence[AccountLine], top: int) -> list[list[str]]:
        search = Search(read_lines(queries), read_lines(pool), backend, model, top)
        ranked: dict[str, list[str]] = {}
        for found in search.weighed():
            weights = found.match_weight + model.attribution.bits(found.told_apart, found.nearest)
            ids = [search.pool[place].id for place in found.places]
            order = sorted(range(len(ids)), key=lambda at: (-weights[at], ids[at]))
            ranked[search.queries[found.query].id] = [ids[at] for at in order[:top]]
        return [ranked[query["id"]] for query in queries]

    return rank
