"""How much a text offers, how strong and how pure, put together from its mentions.

The rules are in ``docs/extraction.md``, "Rules of the facts".
"""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from extractors.records import Mention

__all__ = ["Measured", "purity_pct", "strength", "total"]

# What is sold as these is counted before it is weighed.
_COUNTED = frozenset({"pill", "blotter"})
_SURE = 0.7
# What steroids are sold as that are injected; the others are pills.
_INJECTED = frozenset({"vial", "liquid"})
# What only drugs come in.
_FORMS = frozenset({"pill", "capsule", "blotter", "patch", "edible", "joint", "vial"})


class Measured(BaseModel):
    """A number with its unit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: float
    unit: str


def total(mentions: Sequence[Mention], *, known: bool = True) -> Measured | None:
    """The smallest amount on offer; items where single doses are sold, else grams, else millilitres.

    What comes on top counts only where nothing else is an amount; what is advised or asked of an order never.

    Args:
        mentions: of one text.
        known: whether a drug is named. Where none is, weights are taken to be of a drug by a new name, and so are items
            with a dose or a form of one; other items are anything.
    """
    quantities = [one for one in mentions if one.type == "quantity" and one.unit is not None]
    offered = [one for one in quantities if "role" not in one.data]
    quantities = offered or [one for one in quantities if one.data.get("role") == "extra"]
    strengths = [one for one in mentions if one.type == "strength"]
    if not known and not strengths:
        quantities = [one for one in quantities if one.unit != "items" or one.data.get("form") in _FORMS]
    smallest: dict[str, float] = {}
    doubtful: dict[str, float] = {}
    for one in quantities:
        of_unit = smallest if one.confidence >= _SURE else doubtful
        unit = one.unit or ""
        of_unit[unit] = min(float(one.value), of_unit.get(unit, float("inf")))
    amounts = smallest or doubtful
    sold_as = {one.data.get("sold_as") for one in mentions if one.type == "drug" and one.data.get("role") != "negated"}
    order = ("items", "ml", "g") if strengths or sold_as & _COUNTED else ("g", "ml", "items")
    if any("/ml" in (one.unit or "") for one in strengths):
        order = ("ml", "items", "g")
    return next((Measured(value=amounts[unit], unit=unit) for unit in order if unit in amounts), None)


def strength(mentions: Sequence[Mention]) -> Measured | None:
    """The dose that is said to be that of one; else the first dose that the text states.

    Of what is injected milligrams beside millilitres are those of one millilitre, as labels have it: "100mg x 10ml".
    """
    stated = [one for one in mentions if one.type == "strength" and "role" not in one.data]
    first = max(stated, key=lambda one: one.confidence, default=None)
    if first is None:
        return None
    unit = first.unit or "mg"
    injected = any(
        one.type == "drug" and one.data.get("class") == "steroid" and one.data.get("sold_as") in _INJECTED
        for one in mentions
    )
    poured = any(one.type == "quantity" and one.unit == "ml" for one in mentions)
    return Measured(value=float(first.value), unit="mg/ml" if unit == "mg" and injected and poured else unit)


def purity_pct(mentions: Sequence[Mention], *, known: bool = True) -> float | None:
    """The stated percent: one that is called purity before one that is not; of several, the lower.

    Where no drug is ``known``, only a percent beside a weight or one that is called a purity is taken for one.
    """
    stated = [one for one in mentions if one.type == "purity"]
    if not known and not any(one.type == "quantity" and one.unit in {"g", "ml"} for one in mentions):
        stated = [one for one in stated if one.data.get("named")]
    best = max((one.confidence for one in stated), default=0)
    return min((float(one.value) for one in stated if one.confidence == best), default=None)
