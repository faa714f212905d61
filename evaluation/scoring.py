"""Scores of facts against labels: precision, recall and F1 of what is listed, accuracy of what each text has one of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.labels import Label, digest
from extractors.facts import Facts, Measured
from extractors.lexicon import load_lexicon
from extractors.market_names import market_name

__all__ = ["DESCRIPTION_FIELDS", "TITLE_FIELDS", "Score", "agreement", "errors", "scores"]

TITLE_FIELDS = ("substances", "total", "strength", "purity_pct", "ships_from", "ships_to", "drug_or_not", "goods")
DESCRIPTION_FIELDS = (
    "substances", "ships_from", "ships_to", "ships_excluded", "carriers", "delivery_days", "stealth", "tracking",
    "payment", "contacts", "other_accounts", "drug_or_not", "goods",
)  # fmt: skip
# Amounts within this share of each other are the same: an eighth is 3.5 g or 3.54 g, an ounce 28 g or 28.35 g.
_TOLERANCE = 0.0125


@dataclass(slots=True)
class Score:
    """Counts of one field.

    Attributes:
        right: values that are in both.
        given: values that were read.
        stated: values that the labels state.
    """

    right: int = 0
    given: int = 0
    stated: int = 0

    @property
    def precision(self) -> float:
        """The share of what was read that is right; 1 when nothing was."""
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """The share of what is stated that was read; 1 when nothing is."""
        return self.right / self.stated if self.stated else 1.0

    @property
    def f1(self) -> float:
        """Their harmonic mean; of a field that every text has one of, the accuracy."""
        return 2 * self.right / (self.given + self.stated) if self.given + self.stated else 1.0


def scores(pairs: Iterable[tuple[Label, Facts]], fields: Sequence[str]) -> dict[str, Score]:
    """The score of each field over labelled texts."""
    found = {name: Score() for name in fields}
    for label, read in pairs:
        for name in fields:
            stated, given = _compared(label, read, name)
            score = found[name]
            right = len(stated & given)
            score.right += right
            score.given += len(given)
            score.stated += len(stated)
    return found


def errors(label: Label, read: Facts, fields: Sequence[str]) -> list[str]:
    """What differs between a label and what was read, one line a field."""
    compared = {name: _compared(label, read, name) for name in fields}
    return [
        f"{name}: stated {sorted(map(str, stated))}, read {sorted(map(str, given))}"
        for name, (stated, given) in compared.items()
        if stated != given
    ]


def agreement(labels: Sequence[Label], fields: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Of each field, on how many texts the two readers agreed, of those where either stated anything."""
    counts = {}
    for name in fields:
        key = "goods" if name == "drug_or_not" else name
        both = [label for label in labels if _stated(label, name) or label.other_reader.get(key)]
        counts[name] = (sum(not _differs(label, name, key) for label in both), len(both))
    return counts


def _differs(label: Label, name: str, key: str) -> bool:
    if key not in label.other_reader:
        return False
    return name != "drug_or_not" or (label.goods == "drug") != (label.other_reader["goods"] == "drug")


def _compared(label: Label, read: Facts, name: str) -> tuple[set[Any], set[Any]]:
    """What a label states and what was read of a field; amounts that are nearly the same are made so."""
    stated, given = _stated(label, name), _given(read, name)
    if name in {"total", "strength"} and len(stated) == len(given) == 1:
        ((amount, unit),), ((other, other_unit),) = stated, given
        if unit == other_unit and abs(amount - other) <= _TOLERANCE * max(amount, other):
            return stated, stated
    return stated, given


def _stated(label: Label, name: str) -> set[Any]:
    match name:
        case "substances":
            return {_substance(one) for one in label.substances}
        case "contacts":
            return {(one.type, one.digest) for one in label.contacts}
        case "other_accounts":
            return {(market_name(one.market), one.handle) for one in label.other_accounts}
        case "drug_or_not":
            return {label.goods == "drug"}
        case "total" | "strength" | "purity_pct":
            return _amount(getattr(label, name))
        case _:
            return _values(getattr(label, name))


def _given(read: Facts, name: str) -> set[Any]:
    match name:
        case "substances":
            return {_substance(one) for one in read.substances}
        case "contacts":
            return {(one.type, digest(one.value)) for one in read.contacts}
        case "other_accounts":
            return {(market_name(one.market), one.handle and digest(one.handle)) for one in read.other_accounts}
        case "drug_or_not":
            return {read.goods == "drug"}
        case "total" | "strength" | "purity_pct":
            return _amount(getattr(read, name))
        case _:
            return _values(getattr(read, name))


def _substance(name: str) -> str:
    """The lexicon's name for a substance: a label may use another of its names."""
    senses = load_lexicon().senses_of(name)
    return senses[0].substance.name if senses else name


def _amount(value: Measured | float | None) -> set[Any]:
    if value is None:
        return set()
    if isinstance(value, Measured):
        return {(value.value, value.unit)}
    return {value}


def _values(value: Any) -> set[Any]:
    if isinstance(value, list | tuple):
        return {one if isinstance(one, str) else repr(one) for one in value}
    return {value} if value is not None else set()
