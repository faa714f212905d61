"""What a text states, put together from its mentions: the ``facts`` of ``nightpost extract``.

The rules are in ``docs/extraction.md``. A fact is what the text offers: a substance that is only compared with or
denied is a mention and no fact.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from extractors.components.terms import Phrases, load_terms
from extractors.measures import read_measures
from extractors.records import Contact, Mention

__all__ = ["Account", "Address", "DeliveryDays", "Facts", "Goods", "Measured", "facts"]

Goods = Literal["drug", "firearm", "counterfeit", "fraud", "digital", "guide", "service", "jewellery", "other"]
_CONTACTS = (
    "email", "telegram", "wickr", "session", "signal", "threema", "jabber", "tox", "icq", "discord", "phone", "onion",
)  # fmt: skip
_DOSED_FORMS = frozenset({"pill", "blotter"})


_Item = TypeVar("_Item")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Measured(_Model):
    """A number with its unit."""

    value: float
    unit: str


class DeliveryDays(_Model):
    """How many days a parcel takes, and where: domestic, international, or not said."""

    min: int
    max: int
    scope: str | None = None


class Address(_Model):
    """A crypto address in its normal form; ``chain`` is the coin's ticker."""

    chain: str
    address: str


class Account(_Model):
    """An account on another market."""

    market: str
    handle: str | None


class Facts(_Model):
    """What a text states; empty lists and None where it says nothing."""

    substances: list[str] = Field(default_factory=list)
    total: Measured | None = None
    strength: Measured | None = None
    purity_pct: float | None = None
    ships_from: list[str] = Field(default_factory=list)
    ships_to: list[str] = Field(default_factory=list)
    ships_excluded: list[str] = Field(default_factory=list)
    carriers: list[str] = Field(default_factory=list)
    delivery_days: list[DeliveryDays] = Field(default_factory=list)
    stealth: bool = False
    tracking: Literal["yes", "no", "optional"] | None = None
    payment: list[str] = Field(default_factory=list)
    contacts: list[Contact] = Field(default_factory=list)
    crypto_addresses: list[Address] = Field(default_factory=list)
    pgp_fingerprints: list[str] = Field(default_factory=list)
    other_accounts: list[Account] = Field(default_factory=list)
    goods: Goods = "other"


def facts(mentions: Sequence[Mention], text: str) -> Facts:
    """The facts of a text.

    Args:
        mentions: of `extractors.pipeline.read_text`, of this text.
        text: the text.
    """
    drugs = [one for one in mentions if one.type == "drug" and one.data.get("role", "offered") == "offered"]
    goods = _goods(text, drugs)
    excluded = _values(mentions, "ship_excluded")
    ships_to = [code for code in _values(mentions, "ship_to") if code not in excluded]
    days = [one for one in mentions if one.type == "delivery_time"]
    return Facts(
        substances=_substances(drugs),
        total=_total(mentions, drugs) if drugs else None,
        strength=_strength(mentions),
        purity_pct=_purity(mentions) if drugs else None,
        ships_from=_values(mentions, "ship_from"),
        ships_to=ships_to,
        ships_excluded=excluded,
        carriers=_values(mentions, "carrier"),
        delivery_days=_once(DeliveryDays.model_validate(one.data) for one in days),
        stealth=any(one.type == "stealth" for one in mentions),
        tracking=_tracking(mentions),
        payment=_values(mentions, "payment"),
        contacts=_once(Contact(type=one.type, value=one.value) for one in mentions if one.type in _CONTACTS),
        crypto_addresses=_once(
            Address(chain=str(one.data["chain"]), address=one.value)
            for one in mentions
            if one.type == "crypto_address" and one.data.get("network") == "main"
        ),
        pgp_fingerprints=_once(
            one.value for one in mentions if one.type == "pgp_key" and one.data.get("kind") != "broken"
        ),
        other_accounts=_once(
            Account(market=str(one.data["market"]), handle=one.data.get("handle"))
            for one in mentions
            if one.type == "other_account"
        ),
        goods=goods,
    )


def _once(items: Iterable[_Item]) -> list[_Item]:
    """The items in order, each once."""
    kept: list[_Item] = []
    seen: set[str] = set()
    for item in items:
        key = repr(item)
        if key not in seen:
            seen.add(key)
            kept.append(item)
    return kept


def _values(mentions: Sequence[Mention], kind: str) -> list[str]:
    return _once(one.value for one in mentions if one.type == kind)


def _substances(drugs: Sequence[Mention]) -> list[str]:
    # Paracetamol in a Percocet, naloxone in a Suboxone.
    main = [one for one in drugs if not one.data.get("adjunct")]
    names = _once(one.value for one in main or drugs)
    # "cbd" is what is sold only where nothing says cannabis.
    return [name for name in names if name != "cbd"] if "cannabis" in names else names


def _total(mentions: Sequence[Mention], drugs: Sequence[Mention]) -> Measured | None:
    """The smallest amount on offer; items where single doses are sold, else grams, else millilitres."""
    smallest: dict[str, float] = {}
    doubtful: dict[str, float] = {}
    for one in mentions:
        if one.type == "quantity" and one.unit is not None:
            amounts = smallest if one.confidence >= 0.7 else doubtful
            amounts[one.unit] = min(float(one.value), amounts.get(one.unit, float("inf")))
    smallest = {**doubtful, **smallest}
    dosed = any(one.type == "strength" for one in mentions) or bool(
        {one.data.get("sold_as") for one in drugs} & _DOSED_FORMS
    )
    order = ("items", "ml", "g") if dosed else ("g", "ml", "items")
    if "ml" in smallest and any(one.type == "strength" and "/ml" in (one.unit or "") for one in mentions):
        order = ("ml", "items", "g")
    return next((Measured(value=smallest[unit], unit=unit) for unit in order if unit in smallest), None)


def _strength(mentions: Sequence[Mention]) -> Measured | None:
    """The first dose that the text states."""
    first = next((one for one in mentions if one.type == "strength"), None)
    return Measured(value=float(first.value), unit=first.unit or "mg") if first else None


def _purity(mentions: Sequence[Mention]) -> float | None:
    """The stated percent: one that is called purity before one that is not; of several, the lower."""
    stated = [one for one in mentions if one.type == "purity"]
    if not stated:
        return None
    best = max(one.confidence for one in stated)
    return min(float(one.value) for one in stated if one.confidence == best)


def _tracking(mentions: Sequence[Mention]) -> Literal["yes", "no", "optional"] | None:
    said = set(_values(mentions, "tracking"))
    if "optional" in said or said >= {"yes", "no"}:
        return "optional"
    return "no" if "no" in said else "yes" if "yes" in said else None


@cache
def _goods_words() -> Phrases:
    return Phrases(load_terms().goods)


def _goods(text: str, drugs: Sequence[Mention]) -> Goods:
    """What kind of thing the text is about: a guide even when its subject is a drug, a drug before all else."""
    counts = Counter(meaning for meaning, _, _ in _goods_words().find(text))
    if drugs and not (counts["guide"] and not any(one.confidence >= 0.9 and _is_weighed(text) for one in drugs)):
        return "drug"
    order: tuple[Goods, ...] = ("guide", "firearm", "jewellery", "counterfeit", "fraud", "digital", "service")
    return max((kind for kind in order if counts[kind]), key=lambda kind: counts[kind], default="other")


def _is_weighed(text: str) -> bool:
    return any(one.kind in {"g", "ml", "dose"} for one in read_measures(text[:2000]))
