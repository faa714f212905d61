"""How an account words what it writes, as vectors that can be compared: its words, its letters, its habits.

Three views of the same texts, each a sparse vector of counted n-grams (Stamatatos, "A Survey of Modern Authorship
Attribution Methods", 2009):

- *words*: one or two in a row, signs as well;
- *letters*: three to five characters in a row, in lower case, every number alike;
- *habits*: what stays when each run of letters and of digits is one sign: capitals, spacing, decoration, how amounts
  are written; never what is sold.

What is rare among all texts weighs more (inverse document frequency), and a text counts as much as any other of the
account, however long.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.preprocessing import normalize

from extractors.words import whole_characters
from linkage.ngrams import CharacterNgrams

Floats = NDArray[np.float32]
Texts = Sequence[str]
"""The texts of one account, each a title or a passage."""

MOST_TEXTS = 200
"""Of an account with more texts, the first so many are compared."""

LONGEST_TEXT = 2_000
"""Of a longer text so many characters are compared."""

_CHUNK = 20_000
_NUMBER = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class View:
    """One way of looking at texts.

    Attributes:
        name: words, letters or habits.
        form: a text as it is looked at.
        vectorizer: counts the n-grams of that form.
        damped: whether what an account writes over and over counts by its square root.
    """

    name: str
    form: Callable[[str], str]
    vectorizer: HashingVectorizer | CharacterNgrams
    damped: bool


def _without_numbers(text: str) -> str:
    return _NUMBER.sub("0", text.lower())


def _habits(text: str) -> str:
    return _NOT_ASCII.sub("*", _NUMBER.sub("0", _LETTERS.sub(_capitals, text)))


def _capitals(word: re.Match[str]) -> str:
    letters = word[0]
    if letters.islower():
        return "a"
    if letters.isupper():
        return "A"
    return "Aa" if letters[0].isupper() and letters[1:].islower() else "aA"


_WORD_OR_SIGNS = r"\w+|[^\w\s]+"
_WORDS = HashingVectorizer(
    ngram_range=(1, 2),
    n_features=2**20,
    lowercase=False,
    alternate_sign=False,
    norm=None,
    token_pattern=_WORD_OR_SIGNS,
    dtype=np.float32,
)

VIEWS = (
    View("words", str.lower, _WORDS, damped=True),
    View("letters", _without_numbers, CharacterNgrams(3, 5, 2**18), damped=False),
    View("habits", _habits, CharacterNgrams(2, 6, 2**18), damped=True),
)


@dataclass(frozen=True, slots=True)
class Vectors:
    """The vectors of accounts, a row each, of length 1 or, without texts, of length 0; one matrix for each view."""

    views: tuple[sparse.csr_matrix, ...]

    def __len__(self) -> int:
        return int(self.views[0].shape[0])

    def has_texts(self) -> NDArray[np.bool_]:
        """For each account whether it has any."""
        return np.asarray(np.diff(self.views[0].indptr) > 0)

    def rows(self, which: NDArray[np.int64]) -> "Vectors":
        """Those of the accounts at these places."""
        return Vectors(tuple(view[which] for view in self.views))

    def cosines(self, left: NDArray[np.int64], right: NDArray[np.int64], other: "Vectors | None" = None) -> Floats:
        """For each pair of places the cosine in each view, shape (pairs, views).

        Args:
            left: places here.
            right: places in ``other``.
            other: other accounts; the same when None.
        """
        other = other or self
        found = np.zeros((len(left), len(self.views)), np.float32)
        for start in range(0, len(left), _CHUNK):
            part = slice(start, start + _CHUNK)
            for at, (one, two) in enumerate(zip(self.views, other.views, strict=True)):
                found[part, at] = np.asarray(one[left[part]].multiply(two[right[part]]).sum(axis=1)).ravel()
        return found


class WordingSpace:
    """What a corpus finds usual: the weights of n-grams, by which texts become vectors.

    Attributes:
        weights: for each view the weight of each n-gram, by its hash.
        texts: how many texts they were counted over.
    """

    def __init__(self, weights: tuple[Floats, ...], texts: int) -> None:
        self.weights = weights
        self.texts = texts

    @classmethod
    def of(cls, accounts: Sequence[Texts]) -> Self:
        """Count how many texts have each n-gram; a text that several accounts have counts for each."""
        counts = [np.zeros(view.vectorizer.n_features, np.int64) for view in VIEWS]
        texts = 0
        for part in _parts(accounts):
            flat = list(chain.from_iterable(part))
            texts += len(flat)
            for at, matrix in enumerate(_counted(flat)):
                counts[at] += np.bincount(matrix.indices, minlength=len(counts[at]))
        weights = tuple((np.log((1 + texts) / (1 + count)) + 1).astype(np.float32) for count in counts)
        return cls(weights, texts)

    def vectors(self, accounts: Sequence[Texts]) -> Vectors:
        """The vectors of accounts by their texts."""
        views: tuple[list[sparse.csr_matrix], ...] = tuple([] for _ in VIEWS)
        for part in _parts(accounts):
            for held, view in zip(views, self._part(part), strict=True):
                held.append(view)
        widths = (len(weights) for weights in self.weights)
        return Vectors(tuple(_stacked(held, width) for held, width in zip(views, widths, strict=True)))

    def text_vectors(self, texts: Texts) -> sparse.csr_matrix:
        """Each text's own vector, all views beside one another, of length 1."""
        views = [_unit(view) for view in self._weighed([text[:LONGEST_TEXT] for text in texts])]
        return _unit(sparse.hstack(views, format="csr", dtype=np.float32))

    def shared_words(self, one: Texts, other: Texts, most: int) -> list[str]:
        """Words that both accounts use, the rarest first."""
        view = VIEWS[0]
        analyze = _WORDS.build_tokenizer()
        mine, yours = (
            {word for text in _compared(texts) for word in analyze(view.form(text))} for texts in (one, other)
        )
        words = sorted(word for word in mine & yours if any(map(str.isalpha, word)))
        if not words:
            return []
        weights = self.weights[0][view.vectorizer.transform(words).indices]
        return [words[at] for at in np.argsort(-weights, kind="stable")[:most]]

    def save(self, path: Path) -> None:
        """Keep it in a file."""
        kept: dict[str, NDArray[np.generic]] = {f"view{at}": one for at, one in enumerate(self.weights)}
        with path.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, texts=np.array(self.texts), **kept)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read it from the file."""
        with path.open("rb") as file, np.load(file) as kept:
            return cls(tuple(kept[f"view{at}"] for at in range(len(VIEWS))), int(kept["texts"]))

    def _part(self, accounts: Sequence[Texts]) -> tuple[sparse.csr_matrix, ...]:
        sizes = [len(texts) for texts in accounts]
        owners = np.repeat(np.arange(len(accounts)), sizes)
        total = len(owners)
        shape = (len(accounts), total)
        gather = sparse.csr_matrix((np.ones(total, np.float32), (owners, np.arange(total))), shape=shape)
        found = []
        for view, weighed in zip(VIEWS, self._weighed(list(chain.from_iterable(accounts))), strict=True):
            summed = (gather @ _unit(weighed)).tocsr()
            if view.damped:
                summed.data = np.sqrt(summed.data)
            unit = _unit(summed).astype(np.float32)
            # In one order, so that the cosine of two accounts is the same to the last bit from either side.
            unit.sort_indices()
            found.append(unit)
        return tuple(found)

    def _weighed(self, texts: Texts) -> Iterator[sparse.csr_matrix]:
        for matrix, weights in zip(_counted(texts), self.weights, strict=True):
            matrix.data = (1 + np.log(matrix.data)) * weights[matrix.indices]
            yield matrix


def _counted(texts: Texts) -> Iterator[sparse.csr_matrix]:
    # The vectorizers take neither halves of characters nor no text at all.
    whole = list(map(whole_characters, texts))
    for view in VIEWS:
        if whole:
            yield view.vectorizer.transform(map(view.form, whole))
        else:
            yield sparse.csr_matrix((0, view.vectorizer.n_features), dtype=np.float32)


def _stacked(parts: list[sparse.csr_matrix], width: int) -> sparse.csr_matrix:
    """The rows of all parts below one another; each part is forgotten when it is copied, as all take much memory."""
    rows = np.concatenate([np.zeros(1, np.int64), *(np.diff(part.indptr) for part in parts)])
    indptr = np.cumsum(rows)
    data, indices = np.empty(indptr[-1], np.float32), np.empty(indptr[-1], np.int32)
    place = 0
    parts.reverse()
    while parts:
        part = parts.pop()
        data[place : place + part.nnz], indices[place : place + part.nnz] = part.data, part.indices
        place += part.nnz
    stacked = sparse.csr_matrix((data, indices, indptr), shape=(len(rows) - 1, width), copy=False)
    stacked.has_sorted_indices = True
    return stacked


def _unit(rows: sparse.csr_matrix) -> sparse.csr_matrix:
    """The rows, each of length 1, but for those that are nothing; there may be none."""
    return normalize(rows) if rows.shape[0] else rows


def _compared(texts: Texts) -> list[str]:
    """Of an account's texts what is compared."""
    return [text[:LONGEST_TEXT] for text in texts[:MOST_TEXTS]]


def _parts(accounts: Sequence[Texts]) -> Iterator[list[Texts]]:
    """The accounts in parts of about so many texts, each account's texts cut to what is compared."""
    part: list[Texts] = []
    held = 0
    for texts in accounts:
        cut = _compared(texts)
        part.append(cut)
        held += len(cut)
        if held >= _CHUNK:
            yield part
            part, held = [], 0
    if part:
        yield part
