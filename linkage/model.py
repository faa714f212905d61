"""The model of linkage: how often each outcome of each comparison is seen, with one seller (m) and with two (u).

A weight is the base-2 logarithm of m / u, in bits (Fellegi and Sunter, "A Theory for Record Linkage", 1969). The model
is a JSON file, made by training and read whole; `linkage/weights.json` is the one that is shipped.
"""

import math
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from splink import SettingsCreator
from splink.comparison_library import CustomComparison
from splink.internals.comparison_level_creator import ComparisonLevelCreator

from linkage.attribution import AttributionWeights
from linkage.calibration import Calibration
from linkage.comparisons import Comparison, comparisons
from linkage.dialects import DUCKDB, Dialect
from nightpost.errors import NightpostError

WEIGHTS_FILE = Path(__file__).with_name("weights.json")

LEAST_APART = 1e-6
"""The weights of two levels of a comparison differ by so many bits or more, and each from 0, which is the weight of no
data: a pair's level is known by its weight."""


class ModelError(NightpostError):
    """A model of linkage cannot be used as it stands."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LevelWeight(_Part):
    """How often a level is seen among pairs that can be compared: ``m`` of one seller's, ``u`` of two sellers'."""

    label: str
    m: float = Field(gt=0, le=1)
    u: float = Field(gt=0, le=1)

    @classmethod
    def weighing(cls, label: str, u: float, bits: float) -> Self:
        """A level of that weight; ``u`` is made smaller where ``m`` would be more than 1."""
        ratio = 2.0**bits
        m = min(1.0, u * ratio)
        return cls(label=label, m=m, u=min(1.0, m / ratio))

    @property
    def weight(self) -> float:
        """In bits, before any adjustment for frequency."""
        return math.log2(self.m / self.u)


class ComparisonWeights(_Part):
    """The levels of a comparison, weakest first."""

    kind: str
    levels: tuple[LevelWeight, ...]


class LinkageModel(_Part):
    """Every weight of linkage.

    Attributes:
        version: of the form of the file.
        prior: the probability that two accounts taken at random are one seller's.
        comparisons: one for each comparison, in their order.
        frequency_weight: how far a level of the handle is adjusted to how many bear that handle: 0 not at all, 1 fully.
        shares: of kinds that see much the same thing, which share of the measured weight is kept.
        report_from: pairs with a match weight below are not reported, in bits.
        calibration: from match weights to probabilities.
        attribution: what telling the nearest candidates of a query apart is worth.
        made: from what and how it was trained, in words.
    """

    version: Literal[1] = 1
    prior: float = Field(gt=0, lt=1)
    comparisons: tuple[ComparisonWeights, ...]
    frequency_weight: float = Field(1.0, ge=0, le=1)
    report_from: float = -6.0
    shares: dict[str, float] = Field(default_factory=dict)
    calibration: Calibration = Calibration()
    attribution: AttributionWeights = AttributionWeights()
    made: str = ""

    @model_validator(mode="after")
    def _fits_the_comparisons(self) -> Self:
        expected = {comparison.kind: comparison.labels for comparison in comparisons(DUCKDB)}
        held = {weights.kind: tuple(level.label for level in weights.levels) for weights in self.comparisons}
        if list(held) != list(expected):
            raise ValueError(f"it has the comparisons {list(held)}, and there are {list(expected)}")
        for kind, labels in expected.items():
            if held[kind] != labels:
                raise ValueError(f"{kind} has the levels {held[kind]}, and there are {labels}")
        for weights in self.comparisons:
            known = sorted([0.0, *(level.weight for level in weights.levels)])
            if any(after - before < LEAST_APART for before, after in pairwise(known)):
                raise ValueError(f"two levels of {weights.kind} weigh the same, or one weighs as much as no data")
        return self

    def weights_of(self, kind: str) -> ComparisonWeights:
        """The weights of a comparison."""
        return next(weights for weights in self.comparisons if weights.kind == kind)


def scaled(weights: ComparisonWeights, share: float) -> ComparisonWeights:
    """Weights of which a share is kept, each level's still apart from the others'."""
    if share >= 1:
        return weights
    levels = (
        LevelWeight.weighing(level.label, level.u, level.weight * share + 10 * LEAST_APART * place)
        for place, level in enumerate(weights.levels)
    )
    return ComparisonWeights(kind=weights.kind, levels=tuple(levels))


def load_model(path: Path = WEIGHTS_FILE) -> LinkageModel:
    """Read a model.

    Raises:
        ModelError: the file cannot be read, or is not a model for these comparisons.
    """
    try:
        return LinkageModel.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ModelError(f"the model {path} cannot be read: {error.strerror}; train one or name another") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ModelError(
            f"the model {path} does not fit: {place}{': ' if place else ''}{first['msg']}; train it again"
        ) from error


def save_model(model: LinkageModel, path: Path) -> None:
    """Write a model."""
    path.write_text(model.model_dump_json(indent=1) + "\n", encoding="utf-8")


Known = Mapping[str, tuple[float | None, float | None]]
"""m and u of levels by label, None for what is yet to be estimated."""


def splink_settings(
    dialect: Dialect, model: LinkageModel | None, *, known: Known | None = None, prior: float | None = None
) -> SettingsCreator:
    """Splink's settings: those of a model to score with, or, without one, settings to train.

    Args:
        dialect: of the backend.
        model: the weights; None: they are yet to be estimated, and handles are not adjusted for frequency.
        known: what is known of levels before training; a level with both m and u is not trained.
        prior: instead of the model's.
    """
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="uid",
        probability_two_random_records_match=prior or (model.prior if model else 1e-4),
        comparisons=[_splink_comparison(comparison, model, known or {}) for comparison in comparisons(dialect)],
        em_convergence=1e-3,
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
    )


def _splink_comparison(comparison: Comparison, model: LinkageModel | None, known: Known) -> CustomComparison:
    if model is not None:
        known = {level.label: (level.m, level.u) for level in model.weights_of(comparison.kind).levels}
    levels: list[ComparisonLevelCreator | dict[str, Any]] = [
        {"sql_condition": comparison.null, "label_for_charts": "no data", "is_null_level": True}
    ]
    for level in comparison.levels:
        m, u = known.get(level.label, (None, None))
        settings: dict[str, Any] = {"sql_condition": level.condition or "ELSE", "label_for_charts": level.label}
        settings |= {} if m is None else {"m_probability": m, "fix_m_probability": True}
        settings |= {} if u is None else {"u_probability": u, "fix_u_probability": True}
        if model is not None and level.frequency is not None:
            settings |= {
                "tf_adjustment_column": level.frequency,
                "tf_adjustment_weight": model.frequency_weight,
                "disable_tf_exact_match_detection": True,
            }
        levels.append(settings)
    return CustomComparison(levels, output_column_name=comparison.kind, comparison_description=comparison.kind)
