"""What linkage is measured beside: pairs of accounts that simple rules give.

A text's cosine needs a threshold. It is chosen with the truth in hand, as the one of the best F1, which no user has:
the baseline is better than it can be in use.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from itertools import chain, combinations

import numpy as np
from sparse_dot_topn import sp_matmul_topn

from evaluation.linkage_pairs import PairScore, best_threshold, score_pairs, true_pairs
from evaluation.text_baselines import VectorizerKind, vectorizer
from linkage.features import texts_of
from linkage.handles import normal_handle
from linkage.linking import Corpus

__all__ = ["pairs_of_baselines"]

_NEAREST = 20
_MOST_HOLDERS = 2_000
"""A thing on more accounts makes no pairs: they would be millions, and wrong."""


def pairs_of_baselines(corpus: Corpus, truth: Mapping[str, Hashable]) -> dict[str, PairScore]:
    """The scores of each baseline, by name."""
    return {
        "same handle": score_pairs(_by_handle(corpus), truth),
        "any key, address or contact in common": score_pairs(_by_clue(corpus, frozenset()), truth),
        "the same, what proves nothing set aside": score_pairs(_by_clue(corpus, corpus.discounted), truth),
        "word TF-IDF at its best threshold": by_cosine(corpus, truth, "word"),
        "character TF-IDF at its best threshold": by_cosine(corpus, truth, "char"),
    }


def by_cosine(
    corpus: Corpus, truth: Mapping[str, Hashable], kind: VectorizerKind, allowed: Iterable[tuple[str, str]] = ()
) -> PairScore:
    """Pairs above the cosine of the best F1, of the nearest accounts of each.

    Args:
        corpus: the accounts.
        truth: who runs each.
        kind: whether TF-IDF is of words or of characters.
        allowed: only pairs of these markets, in either order; none: of any.
    """
    ids = np.array(list(corpus.accounts), dtype=object)
    vectors = vectorizer(kind).fit_transform(["\n".join(texts_of(one)) for one in corpus.accounts.values()])
    near = sp_matmul_topn(vectors, vectors.T.tocsr(), top_n=_NEAREST + 1, n_threads=2).tocoo()
    # The cosine of a pair comes twice, the same but for rounding.
    one, other = np.minimum(near.row, near.col), np.maximum(near.row, near.col)
    cosines: dict[tuple[str, str], float] = {}
    markets = {frozenset(pair) for pair in allowed}
    for a, b, cosine in zip(ids[one], ids[other], near.data.tolist(), strict=True):
        between = frozenset((corpus.accounts[a].market, corpus.accounts[b].market))
        if a != b and (not markets or between in markets):
            cosines[a, b] = cosine
    same = np.array([truth[a] == truth[b] for a, b in cosines], dtype=bool)
    return best_threshold(np.array(list(cosines.values())), same, true_pairs(truth))


def _by_handle(corpus: Corpus) -> Iterable[tuple[str, str]]:
    holders: dict[str, list[str]] = defaultdict(list)
    for account in corpus.accounts.values():
        if account.handle and normal_handle(account.handle):
            holders[normal_handle(account.handle)].append(account.id)
    return _pairs(holders.values())


def _by_clue(corpus: Corpus, left_out: Iterable[Hashable]) -> Iterable[tuple[str, str]]:
    without = frozenset(left_out)
    holders: dict[Hashable, list[str]] = defaultdict(list)
    for account in corpus.accounts.values():
        for clue in account.clues:
            if clue.key not in without:
                holders[clue.key].append(account.id)
    return _pairs(holders.values())


def _pairs(groups: Iterable[list[str]]) -> Iterable[tuple[str, str]]:
    return chain.from_iterable(combinations(group, 2) for group in groups if len(group) <= _MOST_HOLDERS)
