"""Training of the model of offers: ``python -m training.offers`` writes its weights, ``--evaluate`` measures.

It learns from titles filed under categories, each once whole and once without the names that the lexicon knows in it,
and from invented titles with misspelt names. The same data gives the same files, byte for byte. Titles that are
labelled for evaluation are left out.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from evaluation.labels import labelled_titles
from evaluation.research import filed_titles
from extractors.lexicon import load_lexicon
from extractors.offer_model.features import BUCKETS, pair_buckets, shapes, word_buckets
from extractors.offer_model.model import PACKAGE, Description, OfferModel, save_offer_model
from extractors.pipeline import build_pipeline
from extractors.words import pieces
from nightpost.errors import NightpostError
from training.offer_evaluation import evaluate
from training.offer_inventions import INVENTED, invented_offers
from training.offer_titles import OfferText, goods_kinds, known_offers

# How weakly weights are held back, the rounds of fitting, and what a title without its names and an invented one weigh
# beside a whole one: what told titles of vendors and of a market left out best.
_INVERSE_PENALTY = 20.0
_ROUNDS = 60
_WITHOUT_NAMES, _INVENTED = 0.5, 0.3
_EACH = 2
_STEPS = 127
# Weights below this share of a class's largest are left out: they are most of the file and say next to nothing.
_LEAST = 1.5 / _STEPS


def offers(data: Path | None = None) -> list[OfferText]:
    """All texts to learn from, apart from those that are labelled for evaluation.

    Raises:
        ConfigurationError: the research data is not there.
    """
    kept_apart = labelled_titles()
    titles = [one for one in (filed_titles(data) if data else filed_titles()) if one.title_id not in kept_apart]
    real = known_offers(titles, build_pipeline(statistical=False))
    classes = frozenset(one.offer for one in real)
    return [*real, *invented_offers(load_lexicon(), classes, each=_EACH)]


def fit(texts: Iterable[OfferText]) -> OfferModel:
    """A model of texts; the same texts in the same order give the same model."""
    rows, labels, weights = [], [], []
    for words, offer, weight in _samples(texts):
        rows.append(_buckets(words))
        labels.append(offer)
        weights.append(weight)
    with threadpool_limits(limits=1):
        fitted = LogisticRegression(C=_INVERSE_PENALTY, max_iter=_ROUNDS, tol=1e-3)
        fitted.fit(_matrix(rows), labels, sample_weight=weights)
    return _rounded(fitted)


def _samples(texts: Iterable[OfferText]) -> Iterator[tuple[list[str], str, float]]:
    for text in texts:
        words = pieces(text.text)
        whole = _INVENTED if text.source == INVENTED else 1.0
        if words:
            yield shapes(words), text.offer, whole
        if words and text.names and whole == 1.0:
            yield shapes(words, left_out=text.names), text.offer, _WITHOUT_NAMES


def _buckets(words: Sequence[str]) -> list[int]:
    own = [bucket for word in words for bucket in word_buckets(word)]
    return own + [bucket for first, second in pairwise(words) for bucket in pair_buckets(first, second)]


def _matrix(rows: Sequence[Sequence[int]]) -> "csr_matrix[np.float32]":
    """Counts of features, each row divided by the root of how many it has, as the model does."""
    ends = np.cumsum([0, *map(len, rows)])
    values = np.concatenate([np.full(len(row), 1 / np.sqrt(max(len(row), 1)), dtype=np.float32) for row in rows])
    matrix = csr_matrix((values, np.concatenate(rows).astype(np.int64), ends), shape=(len(rows), BUCKETS))
    matrix.sum_duplicates()
    return matrix


def _rounded(fitted: LogisticRegression) -> OfferModel:
    """Weights in one byte each, scaled by class."""
    scales = (np.abs(fitted.coef_).max(axis=1) / _STEPS).astype(np.float32)
    steps = np.rint(fitted.coef_ / scales[:, None])
    classes = tuple(str(name) for name in fitted.classes_)
    return OfferModel(
        Description(classes=classes, goods=tuple(sorted(goods_kinds())), temperature=1.0, examples=""),
        np.ascontiguousarray(steps.T.astype(np.int8)),
        scales,
        fitted.intercept_.astype(np.float32),
    )


def digest_of(texts: Iterable[OfferText]) -> str:
    """A digest of what is trained on."""
    digest = hashlib.sha256()
    for text in texts:
        digest.update(f"{text.source}\0{text.offer}\0{text.names}\0{text.text}\0".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.offers", description=__doc__)
    parser.add_argument("--evaluate", action="store_true", help="measure, with texts left out; write nothing")
    parser.add_argument("--out", type=Path, default=PACKAGE, help="write to this folder, not into the package")
    given = parser.parse_args(arguments)
    try:
        texts = offers()
    except NightpostError as error:
        print(error, file=sys.stderr)
        return 1
    if given.evaluate:
        print(evaluate(texts, fit))
        return 0
    model = fit(texts)
    model.description = model.description.model_copy(update={"examples": digest_of(texts)})
    given.out.mkdir(parents=True, exist_ok=True)
    save_offer_model(model, given.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
