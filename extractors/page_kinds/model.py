"""The model: a few small networks whose mean says how probable each kind is, and the files that they are kept in.

``weights.json`` says what the numbers of ``weights.npy`` are: the names of the features and how each is scaled, the
kinds, the widths of the networks, and the temperature that makes the probabilities mean what they say (Guo et al.,
"On Calibration of Modern Neural Networks", 2017). A network of width 0 is a multinomial logistic regression.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from extractors.records import PageKind

Floats = npt.NDArray[np.float32]

PACKAGE: Final = Path(__file__).parent
DESCRIPTION: Final = "weights.json"
NUMBERS: Final = "weights.npy"
# A value far outside of what was seen in training counts as this many times the largest that was.
_FARTHEST: Final = 1.25


class Description(BaseModel):
    """What ``weights.json`` says.

    Attributes:
        kinds: in the order of the numbers.
        features: the largest value in training of each feature by its name, in the order of the numbers.
        widths: of the hidden layer of each network; 0 is none.
        temperature: what the logarithms of the mean probabilities are divided by.
        examples: the digest of what it was trained on.
        probe: the digest of what can be made again anywhere: see `training.page_kinds.probe`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kinds: tuple[PageKind, ...]
    features: dict[str, float]
    widths: tuple[int, ...]
    temperature: float
    examples: str = ""
    probe: str = ""


@dataclass(frozen=True, slots=True)
class Network:
    """Layers of weights and biases; between layers, what is negative becomes 0."""

    layers: tuple[tuple[Floats, Floats], ...]

    def probabilities(self, values: Floats) -> Floats:
        """The probability of each kind, for one page or for several (rows)."""
        for weights, bias in self.layers[:-1]:
            values = np.maximum(values @ weights + bias, np.float32(0))
        weights, bias = self.layers[-1]
        return softmax(values @ weights + bias)


class Model:
    """Networks and what their inputs and outputs are."""

    def __init__(self, description: Description, networks: tuple[Network, ...]) -> None:
        self.description = description
        self.networks = networks
        self._places = {name: place for place, name in enumerate(description.features)}
        self._scales = np.array(list(description.features.values()), dtype=np.float32)

    def inputs(self, features: Mapping[str, float]) -> Floats:
        """A page's features as the networks take them; those that no training page had are left out."""
        values = np.zeros(len(self._places), dtype=np.float32)
        for name, value in features.items():
            place = self._places.get(name)
            if place is not None:
                values[place] = value
        return np.asarray(np.clip(values / self._scales, -_FARTHEST, _FARTHEST), dtype=np.float32)

    def mean(self, inputs: Floats) -> Floats:
        """The mean of the networks' probabilities, before the temperature."""
        guesses = [network.probabilities(inputs) for network in self.networks]
        return np.asarray(np.mean(guesses, axis=0), dtype=np.float32)

    def probabilities(self, features: Mapping[str, float]) -> dict[PageKind, float]:
        """How probable each kind is; together 1."""
        tempered = cooled(self.mean(self.inputs(features)), self.description.temperature)
        return dict(zip(self.description.kinds, map(float, tempered), strict=True))


def softmax(scores: Floats) -> Floats:
    """Scores as probabilities, along the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)


def cooled(probabilities: Floats, temperature: float) -> Floats:
    """Probabilities made more (temperature above 1) or less cautious."""
    return softmax(np.asarray(np.log(np.maximum(probabilities, 1e-7)) / temperature, dtype=np.float32))


def save_model(model: Model, folder: Path, *, examples: str, probe: str) -> None:
    """Write a model's two files, with the digests of what it was trained on."""
    description = model.description.model_copy(update={"examples": examples, "probe": probe})
    numbers = [part.ravel() for network in model.networks for layer in network.layers for part in layer]
    (folder / DESCRIPTION).write_text(description.model_dump_json(indent=0) + "\n", "utf-8")
    np.save(folder / NUMBERS, np.concatenate(numbers).astype(np.float16))


def load_model(folder: Path = PACKAGE) -> Model:
    """Read a model's two files."""
    description = Description.model_validate_json((folder / DESCRIPTION).read_text("utf-8"))
    numbers: Floats = np.load(folder / NUMBERS).astype(np.float32)
    given, out = len(description.features), len(description.kinds)
    networks, taken = [], 0
    for width in description.widths:
        sizes = [given, width, out] if width else [given, out]
        layers = []
        for rows, columns in pairwise(sizes):
            end = taken + rows * columns
            layers.append((numbers[taken:end].reshape(rows, columns), numbers[end : end + columns]))
            taken = end + columns
        networks.append(Network(tuple(layers)))
    return Model(description, tuple(networks))


@cache
def shipped_model() -> Model:
    """The model that Nightpost brings."""
    return load_model()
