"""Who may have written this: for a query, the accounts of a pool whose texts are nearest, and what tells them apart."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from linkage.attribution import spread_over, told_apart
from linkage.likeness import Likeness
from linkage.resemblance import above_usual
from linkage.wording import MOST_TEXTS, Floats, Texts

CANDIDATES = 50
"""So many accounts that are nearest to a query are set against each other."""

# What each view counts for when the nearest are looked for: of words, letters and habits.
_VIEWS = np.array([1.0, 1.0, 0.5], np.float32)
# The text that is nearest of each account counts beside all of them together.
_NEAREST_TEXT = 0.5


class PoolTexts:
    """The texts of a pool, ready to be searched.

    Args:
        texts: of each account.
        likeness: the accounts by their wording, in the same order.
    """

    def __init__(self, texts: Sequence[Texts], likeness: Likeness) -> None:
        self._likeness = likeness
        kept = [list(one[:MOST_TEXTS]) for one in texts]
        self._starts = np.cumsum([0, *map(len, kept)])
        self._vectors = likeness.space.text_vectors([text for one in kept for text in one])
        # Turned once: a product with a query then touches only the n-grams that the query has.
        self._by_ngram = self._vectors.T.tocsr()
        self._views_by_ngram = [view.T.tocsr() for view in likeness.vectors.views]

    def __len__(self) -> int:
        return len(self._starts) - 1

    def vectors_of(self, texts: Texts) -> sparse.csr_matrix:
        """The vectors of a query's texts."""
        return self._likeness.space.text_vectors(list(texts[:MOST_TEXTS]))

    def candidates(self, query: sparse.csr_matrix, asked: Likeness, place: int, most: int) -> NDArray[np.int64]:
        """The accounts of the pool that are nearest, by their places, nearest first.

        Args:
            query: the vectors of the query's texts.
            asked: the queries by their wording.
            place: of this query among them.
            most: how many accounts.
        """
        nearest = self._nearest(query)
        cosines = np.stack(
            [
                np.asarray((one[place] @ by_ngram).todense(), np.float32).ravel()
                for one, by_ngram in zip(asked.vectors.views, self._views_by_ngram, strict=True)
            ],
            axis=1,
        )
        above = above_usual(cosines, asked.usual.rows(np.array([place])), self._likeness.usual)
        scores = np.sqrt(np.maximum(above, 0)) @ _VIEWS + _NEAREST_TEXT * nearest
        return np.argsort(-scores, kind="stable")[:most]

    def nearest(self, query: sparse.csr_matrix, places: NDArray[np.int64]) -> Floats:
        """How near the query's texts are to the nearest text of each account, in deviations above the pool's mean."""
        return self._nearest(query)[places]

    def comparable(self, query: sparse.csr_matrix, places: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether the query and each account have texts: without, nothing is told apart."""
        return (np.diff(self._starts)[places] > 0) & bool(query.nnz)

    def told_apart(self, query: sparse.csr_matrix, places: NDArray[np.int64]) -> NDArray[np.float64]:
        """How much the query is like each of some accounts and unlike the others; see `linkage.attribution`."""
        rows = [self._starts[at] + spread_over(self._starts[at + 1] - self._starts[at]) for at in places]
        owners = np.repeat(np.arange(len(places)), [len(one) for one in rows])
        chosen = np.concatenate(rows) if rows else np.zeros(0, np.int64)
        return told_apart(query, self._vectors[chosen], owners, len(places))

    def _nearest(self, query: sparse.csr_matrix) -> Floats:
        """For each account the mean over the query's texts of the cosine with its nearest text, as deviations."""
        found = np.zeros(len(self), np.float32)
        if not query.shape[0] or not self._vectors.shape[0]:
            return found
        cosines = np.asarray((query @ self._by_ngram).todense(), np.float32)
        with_texts = np.flatnonzero(np.diff(self._starts))
        found[with_texts] = np.maximum.reduceat(cosines, self._starts[with_texts], axis=1).mean(axis=0)
        spread = float(found.std())
        return (found - found.mean()) / spread if spread else np.zeros_like(found)
