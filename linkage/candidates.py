"""Ranked candidates: for one account, or one text, which accounts of a pool may be the same seller's, best first."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from linkage.account import Account
from linkage.backend import Backend
from linkage.evidence import Explainer
from linkage.features import texts_of
from linkage.identity import Evidence, Link
from linkage.likeness import MEASURED, NO_DATA, Likeness, banded
from linkage.linking import Corpus, accounts_by_id, at_size
from linkage.links import ScoredLinks
from linkage.model import LinkageModel
from linkage.nearest_texts import CANDIDATES, PoolTexts
from linkage.scoring import score


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that may be the queried account's seller's; ``link`` holds the evidence."""

    id: str
    link: Link


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidates for one queried account, best first."""

    query: str
    candidates: list[Candidate]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What was found of one query, before it is explained.

    Attributes:
        query: the place of the query.
        places: of the candidates in the pool.
        match_weight: of each, without what tells the candidates apart.
        told_apart: how much the query's texts are each candidate's and not the others', about 0 to 1.
        nearest: see `linkage.nearest_texts.PoolTexts.nearest`.
        comparable: whether the query and the candidate have texts; where not, the two before say nothing.
    """

    query: int
    places: NDArray[np.int64]
    match_weight: NDArray[np.float64]
    told_apart: NDArray[np.float64]
    nearest: NDArray[np.float32]
    comparable: NDArray[np.bool_]


class Search:
    """Queries asked of a pool.

    What proves nothing is judged by its spread over the pool and the queries together. An account of the pool with the
    query's id is the query itself and no candidate of it.

    Args:
        queries: what is asked about.
        pool: the accounts that may be the seller's.
        backend: where to compute.
        model: the weights.
        most: how many candidates are wanted of each query.

    Raises:
        LinkageError: two accounts of the pool, or two queries, have the same id.
        BackendError: the database failed.
    """

    def __init__(
        self, queries: Iterable[Account], pool: Iterable[Account], backend: Backend, model: LinkageModel, most: int
    ) -> None:
        self.queries = list(accounts_by_id(queries).values())
        self.pool = list(accounts_by_id(pool).values())
        # In the order of ids the pool comes before the queries: a pair of both has the account of the pool first.
        both = (("pool", self.pool), ("query", self.queries))
        self._everyone = Corpus(
            one.model_copy(update={"id": f"{side} {one.id}"}) for side, accounts in both for one in accounts
        )
        texts, asked = ([texts_of(one) for one in accounts] for _, accounts in both)
        self._likeness = Likeness.of(texts)
        self._asked = self._likeness.asked(asked)
        self._texts = PoolTexts(texts, self._likeness)
        self._vectors = [self._texts.vectors_of(one) for one in asked]
        self._model = at_size(model, len(self.pool))
        self._pairs = self._scored(backend, max(CANDIDATES, 2 * most))
        self.explainer = Explainer(
            self._account, self._everyone.discounted, self._everyone.counted_texts, self._likeness.space
        )
        self.links = ScoredLinks(self._pairs, self._model)

    def weighed(self) -> Iterator[Weighed]:
        """The candidates of each query, in the order of the queries."""
        place_of = {f"pool {one.id}": place for place, one in enumerate(self.pool)}
        query_of = {f"query {one.id}": place for place, one in enumerate(self.queries)}
        candidates: dict[int, list[tuple[int, float]]] = {place: [] for place in range(len(self.queries))}
        columns = (self._pairs.column(name).to_pylist() for name in ("a", "b", "match_weight"))
        for a, b, weight in zip(*columns, strict=True):
            if a in place_of and self.pool[place_of[a]].id != self.queries[query_of[b]].id:
                candidates[query_of[b]].append((place_of[a], weight))
        for query, found in candidates.items():
            places = np.array([place for place, _ in found], np.int64)
            yield Weighed(
                query=query,
                places=places,
                match_weight=np.array([weight for _, weight in found], np.float64),
                told_apart=self._texts.told_apart(self._vectors[query], places),
                nearest=self._texts.nearest(self._vectors[query], places),
                comparable=self._texts.comparable(self._vectors[query], places),
            )

    def names(self, query: int, place: int) -> tuple[str, str]:
        """What a candidate and its query are called among the scored pairs."""
        return f"pool {self.pool[place].id}", f"query {self.queries[query].id}"

    def _account(self, name: str) -> Account:
        return self._everyone.accounts[name]

    def _scored(self, backend: Backend, most: int) -> pa.Table:
        asked = [f"query {one.id}" for one in self.queries]
        near = [self._texts.candidates(one, self._asked, place, most) for place, one in enumerate(self._vectors)]
        pairs = {
            "a": [f"pool {self.pool[place].id}" for places in near for place in places],
            "b": [name for name, places in zip(asked, near, strict=True) for _ in places],
        }
        return score(
            backend,
            self._everyone.features,
            self._model,
            measure=self._bands,
            extra_pairs=pa.table({name: pa.array(values, pa.string()) for name, values in pairs.items()}),
            against=asked,
            least_weight=-math.inf,
        ).pairs

    def _bands(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> dict[str, NDArray[np.int8]]:
        """The bands of pairs of an account of the pool and a query; two queries are not compared."""
        found = {kind: np.full(len(left), NO_DATA, np.int8) for kind in MEASURED}
        both = (left < len(self.pool)) & (right >= len(self.pool))
        measures = self._likeness.measures(left[both], right[both] - len(self.pool), self._asked)
        for kind, values in measures.items():
            found[kind][both] = banded(values, MEASURED[kind])
        return found


def rank_candidates(
    queries: Iterable[Account], pool: Iterable[Account], top: int, backend: Backend, model: LinkageModel
) -> Iterator[Ranking]:
    """For each queried account the ``top`` accounts of the pool that are likeliest its seller's, best first.

    Raises:
        LinkageError: two accounts of the pool, or two queries, have the same id.
        BackendError: the database failed.
    """
    search = Search(queries, pool, backend, model, top)
    for found in search.weighed():
        bits = np.where(found.comparable, model.attribution.bits(found.told_apart, found.nearest), 0.0)
        weights = found.match_weight + bits
        order = sorted(range(len(weights)), key=lambda at: (-weights[at], search.pool[found.places[at]].id))
        candidates = []
        for at in order[:top]:
            pair = search.names(found.query, int(found.places[at]))
            link = search.links.link(*pair, search.explainer)
            assert link is not None
            told = Evidence(
                kind="attribution",
                value=f"{found.told_apart[at]:.2f} of 1",
                weight=round(float(bits[at]), 2),
                words=f"how much its texts are this account's and not those of the {len(weights) - 1} others nearest",
            )
            account = search.pool[found.places[at]].id
            candidates.append(
                Candidate(
                    account,
                    link.model_copy(
                        update={
                            "a": account,
                            "b": search.queries[found.query].id,
                            "match_weight": round(float(weights[at]), 2),
                            "probability": model.calibration.probability(float(weights[at])),
                            "evidence": (*link.evidence, told) if found.comparable[at] else link.evidence,
                        }
                    ),
                )
            )
        yield Ranking(search.queries[found.query].id, candidates)
