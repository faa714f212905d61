"""What any text search does: accounts ranked by TF-IDF of their words or characters, and a linear classifier.

``python -m evaluation.text_baselines [DATA]`` prints how far these come on the tasks of `evaluation.research_sellers`,
as what linkage has to beat.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from evaluation.research import RESEARCH
from evaluation.research_sellers import Rank, Task, answered, halves, macro_f1, measured, same_handle, single_titles
from nightpost.errors import NightpostError
from replica.sellers.lines import AccountLine, ListingLine

__all__ = [
    "BASELINES",
    "VectorizerKind",
    "account_text",
    "character_tfidf",
    "linear_svm",
    "vectorizer",
    "word_tfidf",
]

VectorizerKind = Literal["word", "char"]

_AT_ONCE = 1000  # Queries whose similarities to all of the pool are held in memory.


def word_tfidf(queries: Sequence[AccountLine], pool: Sequence[AccountLine], top: int) -> list[list[str]]:
    """By the cosine of TF-IDF of words."""
    return _by_cosine(vectorizer("word"), queries, pool, top)


def character_tfidf(queries: Sequence[AccountLine], pool: Sequence[AccountLine], top: int) -> list[list[str]]:
    """By the cosine of TF-IDF of three to five characters."""
    return _by_cosine(vectorizer("char"), queries, pool, top)


def linear_svm(queries: Sequence[AccountLine], pool: Sequence[AccountLine], top: int) -> list[list[str]]:
    """By a linear support vector machine that learnt each account of the pool from its single listings."""
    texts = [(_listing_text(listing), account["id"]) for account in pool for listing in account["listings"]]
    counter = vectorizer("char")
    learnt = LinearSVC().fit(counter.fit_transform([text for text, _ in texts]), [name for _, name in texts])
    names = np.array(learnt.classes_)
    scores = learnt.decision_function(counter.transform([account_text(query) for query in queries]))
    if scores.ndim == 1:  # Of two classes only the second's score is given.
        scores = np.stack([-scores, scores], axis=1)
    return [[str(name) for name in names[np.argsort(-row, kind="stable")[:top]]] for row in scores]


BASELINES: dict[str, Rank] = {"word TF-IDF": word_tfidf, "character TF-IDF": character_tfidf}
"""For every task; `linear_svm` is for single titles."""


def account_text(account: AccountLine) -> str:
    """All that an account says, one text a line."""
    own = [account.get("description"), account.get("terms")]
    return "\n".join([*(text for text in own if text), *map(_listing_text, account["listings"])])


def _listing_text(listing: ListingLine) -> str:
    return "\n".join(text for text in (listing.get("title"), listing.get("description")) if text)


def vectorizer(kind: VectorizerKind) -> TfidfVectorizer:
    """TF-IDF of words, or of three to five characters."""
    if kind == "word":
        return TfidfVectorizer(sublinear_tf=True)
    return TfidfVectorizer(analyzer="char", ngram_range=(3, 5), sublinear_tf=True)


def _by_cosine(
    counter: TfidfVectorizer, queries: Sequence[AccountLine], pool: Sequence[AccountLine], top: int
) -> list[list[str]]:
    against = counter.fit_transform([account_text(account) for account in pool]).T.tocsr()
    asked = counter.transform([account_text(query) for query in queries])
    ids = [account["id"] for account in pool]
    ranked: list[list[str]] = []
    for begin in range(0, len(queries), _AT_ONCE):
        for row in (asked[begin : begin + _AT_ONCE] @ against).toarray():
            best = np.argsort(-row, kind="stable")[:top]
            # Who shares nothing is no candidate.
            ranked.append([ids[place] for place in best if row[place] > 0])
    return ranked


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.text_baselines", description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", default=RESEARCH, help="the folder of the research data")
    parser.add_argument("--seed", type=int, default=1, help="how vendors are split")
    given = parser.parse_args(arguments)
    try:
        titles = single_titles(given.data, given.seed)
        tasks = [
            same_handle(given.data),
            titles,
            *(halves(given.data, given.seed, by_category=by) for by in (False, True)),
        ]
    except NightpostError as error:
        print(error, file=sys.stderr)
        return 1
    for task in tasks:
        print(task)
        for name, rank in (BASELINES | ({"linear SVM": linear_svm} if task is titles else {})).items():
            print(f"    {name}: {_scores(task, rank)}", flush=True)
    return 0


def _scores(task: Task, rank: Rank) -> str:
    found = answered(task, rank)
    return f"{measured(found, task)}, macro-F1 {macro_f1(found, task):.3f}"


if __name__ == "__main__":
    sys.exit(main())
