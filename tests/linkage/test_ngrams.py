"""N-grams are counted as scikit-learn counts them, whatever the texts hold."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import HashingVectorizer

import linkage.ngrams
from linkage.ngrams import CharacterNgrams

ODD = ["", "a", "ab", "a  b\t\tc\n\nd", "Üñï • 3.5g \u2013 coke \U0001f344\U0001f344", "\u00a0\u2003x", "aaaaaaaaaa"]


def apart(texts: Sequence[str], shortest: int, longest: int, features: int) -> int:
    """How many counts differ from scikit-learn's."""
    theirs = HashingVectorizer(
        analyzer="char",
        ngram_range=(shortest, longest),
        n_features=features,
        lowercase=False,
        alternate_sign=False,
        norm=None,
        dtype=np.float32,
    ).transform(texts)
    ours = CharacterNgrams(shortest, longest, features).transform(texts)
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype
    return int((ours != theirs).nnz)


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), min_size=1), st.integers(1, 9))
def test_the_counts_are_those_of_scikit_learn(texts: list[str], longest: int) -> None:
    assert apart(texts, 1, longest, 2**18) == 0


@pytest.mark.parametrize("features", [1, 2, 1000, 2**31 - 1])
def test_odd_texts_and_any_number_of_features(features: int) -> None:
    assert apart(ODD, 2, 6, features) == 0


def test_texts_are_counted_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [*ODD, *(f"text {number} of many" for number in range(50))]
    whole = CharacterNgrams(3, 5, 2**10).transform(texts)
    monkeypatch.setattr(linkage.ngrams, "_AT_ONCE", 30)
    parts = CharacterNgrams(3, 5, 2**10).transform(texts)
    assert whole.nnz > 0
    assert (whole != parts).nnz == 0


def test_no_texts_have_no_ngrams() -> None:
    assert CharacterNgrams(3, 5, 2**10).transform([]).shape == (0, 2**10)
