"""The model: what each bucket of features brings to each class, and reading a text with it.

``weights.npz`` holds one byte a weight, scaled by class. ``weights.json`` says what the classes are: substances, `DRUG`
for those too rare for a class of their own, and the kinds of goods that are no drug.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from extractors.offer_model.features import pair_buckets, word_buckets

__all__ = ["DESCRIPTION", "DRUG", "NUMBERS", "PACKAGE", "Description", "Guess", "OfferModel", "load_offer_model"]

Floats = npt.NDArray[np.float32]

PACKAGE: Final = Path(__file__).parent
DESCRIPTION: Final = "weights.json"
NUMBERS: Final = "weights.npz"
# A substance that is too rare for a class of its own.
DRUG: Final = "drug"
# A text has this length at most for the model, in words: titles and lines are shorter.
MOST_WORDS: Final = 48
# How many words' sums are kept: the words of a market repeat.
_KEPT = 40_000


class Description(BaseModel):
    """What ``weights.json`` says.

    Attributes:
        classes: in the order of the numbers.
        goods: those of them that are kinds of goods and no drug, in order.
        temperature: what scores are divided by, so that probabilities mean what they say.
        examples: the digest of what it was trained on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    classes: tuple[str, ...]
    goods: tuple[str, ...]
    temperature: float
    examples: str


@dataclass(frozen=True, slots=True)
class Guess:
    """What the model takes a text for.

    Attributes:
        classes: the model's classes.
        probabilities: of each; together 1.
        drug: how probable any of the substances is.
        parts: what each word, and then each pair of words that follow each other, brings to each class (column).
    """

    classes: tuple[str, ...]
    probabilities: Floats
    drug: float
    parts: Floats

    @property
    def best(self) -> tuple[str, float]:
        """The most probable class, and how probable it is."""
        place = int(self.probabilities.argmax())
        return self.classes[place], float(self.probabilities[place])

    def probability(self, name: str) -> float:
        """How probable a class is; 0 for what is none."""
        return float(self.probabilities[self.classes.index(name)]) if name in self.classes else 0.0

    def deciding(self, name: str) -> list[float]:
        """For each word, how much more it brings to a class than to the mean of all, with half of its pairs."""
        place = self.classes.index(name)
        more = (self.parts[:, place] - self.parts.mean(axis=1)).tolist()
        words = (len(more) + 1) // 2
        pairs = [0.0, *more[words:], 0.0]
        return [more[word] + (pairs[word] + pairs[word + 1]) / 2 for word in range(words)]


class OfferModel:
    """A linear model over hashed features of words; what a word brings is worked out once."""

    def __init__(self, description: Description, weights: npt.NDArray[np.int8], scales: Floats, bias: Floats) -> None:
        """Take the numbers: weights of shape (buckets, classes), scales and bias of shape (classes,)."""
        self.description = description
        self.drugs = frozenset(description.classes).difference(description.goods)
        self._drug_places = [place for place, name in enumerate(description.classes) if name in self.drugs]
        self.weights = weights
        self.scales = scales
        self.bias = bias
        # What words and pairs bring is kept in rows of one table, so that those of a text are gathered at once.
        self._rows: dict[str | tuple[str, str], int] = {}
        self._table = np.zeros((_KEPT, len(scales)), dtype=np.float32)
        self._counts = np.zeros(_KEPT, dtype=np.int64)

    def read(self, words: Sequence[str]) -> Guess:
        """Guess what a text offers.

        Args:
            words: of `features.shapes`, at least one; the first 48 count.
        """
        words = words[:MOST_WORDS]
        keys: list[str | tuple[str, str]] = [*words, *pairwise(words)]
        known = self._rows
        if len(known) + len(keys) > _KEPT:
            known.clear()
        unknown = [key for key in dict.fromkeys(keys) if key not in known]
        if unknown:
            self._add(unknown)
        rows = [known[key] for key in keys]
        parts = self._table[rows]
        count = int(self._counts[rows].sum())
        scores = parts.sum(axis=0) / math.sqrt(max(count, 1)) + self.bias
        raised = np.exp((scores - scores.max()) / self.description.temperature)
        probabilities = np.asarray(raised / raised.sum(), dtype=np.float32)
        return Guess(self.description.classes, probabilities, float(probabilities[self._drug_places].sum()), parts)

    def _add(self, keys: Sequence[str | tuple[str, str]]) -> None:
        """Work out what words and pairs bring, all at once: each call of numpy costs as much as one of them."""
        buckets = [word_buckets(key) if isinstance(key, str) else pair_buckets(*key) for key in keys]
        counts = np.array([len(one) for one in buckets])
        first = len(self._rows)
        last = first + len(keys)
        # A part without features brings nothing; numpy would give it the next one's.
        features = self.weights[[bucket for one in buckets for bucket in one or [0]]].astype(np.float32)
        starts = np.concatenate(([0], np.maximum(counts, 1).cumsum()[:-1]))
        sums = np.add.reduceat(features, starts, axis=0) * (counts > 0)[:, None]
        self._table[first:last] = sums * self.scales
        self._counts[first:last] = counts
        self._rows.update(zip(keys, range(first, last), strict=True))


def save_offer_model(model: OfferModel, folder: Path) -> None:
    """Write a model's two files."""
    (folder / DESCRIPTION).write_text(model.description.model_dump_json(indent=0) + "\n", "utf-8")
    np.savez_compressed(folder / NUMBERS, weights=model.weights, scales=model.scales, bias=model.bias)


@cache
def load_offer_model(folder: Path = PACKAGE) -> OfferModel:
    """Read a model's two files; the shipped one unless another folder is given."""
    description = Description.model_validate_json((folder / DESCRIPTION).read_text("utf-8"))
    with np.load(folder / NUMBERS) as numbers:
        return OfferModel(description, numbers["weights"], numbers["scales"], numbers["bias"])
