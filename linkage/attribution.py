"""Who wrote this: a queried text told apart from the texts of the few accounts that are nearest to it.

A similarity asks how much two texts have in common; to tell the nearest accounts from one another, what they have in
common must not count. So, for one query, the texts of its nearest accounts are set against each other by least-squares
classification with a kernel, the cosine of n-grams (Rifkin, Yeo and Poggio, "Regularized Least-Squares Classification",
2003): each account has a function that is 1 on its own texts and 0 on the others', as nearly as the ridge allows.
"""

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, cg


class AttributionWeights(BaseModel):
    """What being told apart is worth, in bits: a straight line, fitted to queries whose author is known.

    Attributes:
        shift: for a candidate that nothing speaks for.
        told_apart: for each unit of `told_apart`.
        nearest: for the square root of each deviation by which the query's texts are near the candidate's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    shift: float = 0.0
    told_apart: float = 0.0
    nearest: float = 0.0

    def bits(self, told_apart: NDArray[np.float64], nearest: NDArray[np.float32]) -> NDArray[np.float64]:
        """The bits of candidates."""
        near = np.sqrt(np.maximum(nearest, 0)).astype(np.float64)
        return np.asarray(self.shift + self.told_apart * told_apart + self.nearest * near)


RIDGE = 0.5
"""What keeps a function from following single texts; set on vendors of one market split in two."""

MOST_TEXTS = 60
"""Of each account so many texts, spread over all of them, are set against the others'."""


def told_apart(
    query: sparse.csr_matrix, texts: sparse.csr_matrix, owners: NDArray[np.int64], accounts: int
) -> NDArray[np.float64]:
    """How much a query is like the texts of each account and unlike those of the others, about 0 to 1.

    Args:
        query: the vectors of the query's texts, of length 1, a row each.
        texts: those of the accounts' texts.
        owners: for each of those the number of its account, from 0.
        accounts: how many accounts there are.

    Returns:
        One figure for each account: the mean over the query's texts.
    """
    if not texts.shape[0] or not query.shape[0]:
        return np.zeros(accounts)
    # Only n-grams that occur have a place: most of those that could do not.
    occurring, places = np.unique(texts.indices, return_inverse=True)
    held = sparse.csr_matrix((texts.data, places, texts.indptr), shape=(len(owners), len(occurring)), dtype=np.float64)
    by_ngram = held.T.tocsr()

    def kernel(coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(held @ (by_ngram @ coefficients) + RIDGE * coefficients)

    # The functions are linear in the query, so that one system for the mean of its texts is solved, not one an account.
    mean = np.asarray(query.mean(axis=0), np.float64).ravel()[occurring]
    operator = LinearOperator((len(owners), len(owners)), matvec=kernel, dtype=np.float64)
    solved, _ = cg(operator, held @ mean, rtol=1e-5, maxiter=200)
    return np.asarray(np.bincount(owners, weights=solved, minlength=accounts), np.float64)


def spread_over(count: int) -> NDArray[np.int64]:
    """Places of up to `MOST_TEXTS` of so many texts, evenly spread."""
    if count <= MOST_TEXTS:
        return np.arange(count)
    return np.linspace(0, count - 1, MOST_TEXTS).round().astype(np.int64)
