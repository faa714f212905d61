"""How alike the wording of pairs of accounts is, in bands that the engine weighs; and who is nearest to whom.

Two kinds of evidence come of the three views of `linkage.wording`: ``wording`` (words and letters together: they see
much the same) and ``style`` (habits, whatever is sold). Both are measured above what is usual for the two accounts
(`linkage.resemblance`), damped by the square root so that one rare phrase does not drown everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from linkage.resemblance import Usual, above_usual, cohort, usual
from linkage.wording import Floats, Texts, Vectors, WordingSpace

WORDING_BANDS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0, 7.0, 8.0, 10.0)
"""Least measures of the levels of wording above the lowest, 0."""

STYLE_BANDS = (0.25, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
"""Least measures of the levels of style above the lowest, 0."""

MEASURED = {"wording": WORDING_BANDS, "style": STYLE_BANDS}
"""The kinds of evidence that are measured here, with their bands."""

NO_DATA = -1

NEAREST = 10
"""So many accounts that are nearest in wording are candidates of each account."""

MOST_HOLDERS = 300
"""Words that more accounts use find no candidates: the work for an account stays the same however many there are."""

LEAST_COSINE = 0.03

_CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class Likeness:
    """Accounts by their wording, ready to be compared.

    Attributes:
        space: the weights of n-grams.
        vectors: of the accounts, a row each.
        usual: what is usual for each.
        others: the cohort that this was measured against.
    """

    space: WordingSpace
    vectors: Vectors
    usual: Usual
    others: Vectors

    @classmethod
    def of(cls, accounts: Sequence[Texts]) -> Self:
        """Read the wording of accounts, each by its texts."""
        space = WordingSpace.of(accounts)
        vectors = space.vectors(accounts)
        others = cohort(vectors)
        return cls(space, vectors, usual(vectors, others), others)

    def asked(self, accounts: Sequence[Texts]) -> "Likeness":
        """Further accounts, seen as these are: by the same weights and against the same cohort."""
        vectors = self.space.vectors(accounts)
        return Likeness(self.space, vectors, usual(vectors, self.others), self.others)

    def measures(
        self, left: NDArray[np.int64], right: NDArray[np.int64], other: "Likeness | None" = None
    ) -> dict[str, Floats]:
        """For pairs of places (``right`` in ``other``) the measures of wording and style; NaN without texts."""
        other = other or self
        found = {name: np.zeros(len(left), np.float32) for name in MEASURED}
        for start in range(0, len(left), _CHUNK):
            part = slice(start, start + _CHUNK)
            one, two = left[part], right[part]
            cosines = self.vectors.cosines(one, two, other.vectors)
            above = above_usual(cosines, self.usual.rows(one), other.usual.rows(two))
            words, letters, habits = np.sqrt(np.maximum(above, 0)).T
            silent = ~(self.vectors.has_texts()[one] & other.vectors.has_texts()[two])
            found["wording"][part] = np.where(silent, np.nan, words + letters)
            found["style"][part] = np.where(silent, np.nan, habits)
        return found

    def bands(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> dict[str, NDArray[np.int8]]:
        """For pairs of places the band of each measure, 0 for the lowest, `NO_DATA` where one has no texts."""
        return {name: banded(values, MEASURED[name]) for name, values in self.measures(left, right).items()}

    def nearest(self, asked: NDArray[np.int64] | None = None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Candidate pairs (place, near place): for each account, or each of those asked, the nearest by rare words."""
        words = _rare(self.vectors.views[0])
        holders = words.T.tocsr()
        places = np.arange(len(self.vectors)) if asked is None else asked
        left, right = [], []
        for start in range(0, len(places), _CHUNK):
            part = places[start : start + _CHUNK]
            found = sp_matmul_topn(words[part], holders, top_n=NEAREST + 1, threshold=LEAST_COSINE, n_threads=2)
            rows = np.repeat(part, np.diff(found.indptr))
            left.append(rows)
            right.append(found.indices.astype(np.int64))
        one, two = (np.concatenate(sides) if sides else np.zeros(0, np.int64) for sides in (left, right))
        return one[one != two], two[one != two]


def banded(values: Floats, bands: tuple[float, ...]) -> NDArray[np.int8]:
    """Measures as the numbers of their bands; `NO_DATA` for NaN."""
    return np.where(np.isnan(values), NO_DATA, np.digitize(np.nan_to_num(values), bands)).astype(np.int8)


def _rare(words: sparse.csr_matrix) -> sparse.csr_matrix:
    """The vectors with what many accounts use left out."""
    holders = np.bincount(words.indices, minlength=words.shape[1])
    kept = words.copy()
    kept.data[(holders[kept.indices] > MOST_HOLDERS) | (holders[kept.indices] < 2)] = 0
    kept.eliminate_zeros()
    return kept
