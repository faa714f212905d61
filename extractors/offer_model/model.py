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
_KEPT = 60_000


class Description(BaseModel):
    """What ``weights.json`` says.

    Attributes:
        classes: in the order of the numbers.
        goods: those of them that are kinds of goods and no drug.
        temperature: what scores are divided by, so that probabilities mean what they say.
        examples: the digest of what it was trained on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    classes: tuple[str, ...]
    goods: frozenset[str]
    temperature: float
    examples: str


@dataclass(frozen=True, slots=True)
class Guess:
    """What the model takes a text for.

    Attributes:
        classes: the model's classes.
        probabilities: of each; together 1.
        parts: what each word, and then each pair of words that follow each other, brings to each class (column).
    """

    classes: tuple[str, ...]
    probabilities: Floats
    parts: Floats

    @property
    def best(self) -> tuple[str, float]:
        """The most probable class, and how probable it is."""
        place = int(self.probabilities.argmax())
        return self.classes[place], float(self.probabilities[place])

    def probability(self, name: str) -> float:
        """How probable a class is; 0 for what is none."""
        return float(self.probabilities[self.classes.index(name)]) if name in self.classes else 0.0

    def of(self, names: frozenset[str]) -> float:
        """How probable some classes are together."""
        chosen = [place for place, name in enumerate(self.classes) if name in names]
        return float(self.probabilities[chosen].sum())

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
        self.drugs = frozenset(description.classes) - description.goods
        self.weights = weights
        self.scales = scales
        self.bias = bias
        self._brought: dict[str | tuple[str, str], tuple[Floats, int]] = {}

    def read(self, words: Sequence[str]) -> Guess:
        """Guess what a text offers.

        Args:
            words: of `features.shapes`, at least one; the first 48 count.
        """
        words = words[:MOST_WORDS]
        keys: list[str | tuple[str, str]] = [*words, *pairwise(words)]
        known = [self._brought.get(key) or self._bring(key) for key in keys]
        parts = np.array([brought for brought, _ in known], dtype=np.float32)
        count = sum(features for _, features in known)
        scores = parts.sum(axis=0) / math.sqrt(max(count, 1)) + self.bias
        raised = np.exp((scores - scores.max()) / self.description.temperature)
        return Guess(self.description.classes, np.asarray(raised / raised.sum(), dtype=np.float32), parts)

    def _bring(self, key: str | tuple[str, str]) -> tuple[Floats, int]:
        buckets = word_buckets(key) if isinstance(key, str) else pair_buckets(*key)
        brought = (self.weights[buckets].sum(axis=0, dtype=np.float32) * self.scales, len(buckets))
        if len(self._brought) >= _KEPT:
            self._brought.clear()
        self._brought[key] = brought
        return brought


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
