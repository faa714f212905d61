"""What a text states, put together from its mentions: the ``facts`` of ``nightpost extract``.

The rules are in ``docs/extraction.md``. A fact is what the text offers: a substance that is only compared with or
denied is a mention and no fact.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from extractors.amounts.facts import Measured, purity_pct, strength, total
from extractors.drugs.facts import substances
from extractors.goods_facts import Goods, goods_of
from extractors.records import Contact, Mention
from extractors.shipping.destinations import destinations

__all__ = [
    "Account",
    "Address",
    "DeliveryDays",
    "Facts",
    "Goods",
    "Measured",
    "facts",
    "is_the_writers",
    "other_accounts",
]

_CONTACTS = (
    "email", "telegram", "wickr", "session", "signal", "threema", "jabber", "tox", "icq", "discord", "phone", "onion",
)  # fmt: skip
# What states a whole fingerprint of the writer's key; not a key's id, and not who signed a message that is quoted.
_KEY_KINDS = frozenset({"key", "private_key", "fingerprint"})
# Below this an account on a market is a boast of the one he writes on ("best vendor of X").
_LEAST_ACCOUNT = 0.55


_Item = TypeVar("_Item")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


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
    named = [one for one in mentions if one.type == "drug"]
    drugs = [one for one in named if one.data["role"] == "offered"]
    goods = goods_of(text, named)
    of_drugs = goods == "drug"
    days = [one for one in mentions if one.type == "delivery_time"]
    return Facts(
        substances=substances(drugs, mentions, text) if of_drugs else [],
        total=total(mentions, known=bool(drugs)) if of_drugs else None,
        strength=strength(mentions) if of_drugs else None,
        purity_pct=purity_pct(mentions, known=bool(drugs)) if of_drugs else None,
        ships_from=_values(mentions, "ship_from"),
        ships_to=destinations(mentions),
        ships_excluded=_values(mentions, "ship_excluded"),
        carriers=_values(mentions, "carrier"),
        delivery_days=_delivery_days(days),
        stealth=any(one.type == "stealth" for one in mentions),
        tracking=_tracking(mentions),
        payment=_values(mentions, "payment"),
        contacts=_contacts(mentions),
        crypto_addresses=_once(
            Address(chain=str(one.data["chain"]), address=one.value)
            for one in mentions
            if one.type == "crypto_address" and is_the_writers(one)
        ),
        pgp_fingerprints=_once(one.value for one in mentions if one.type == "pgp_key" and is_the_writers(one)),
        other_accounts=other_accounts(mentions),
        goods=goods,
    )


def is_the_writers(mention: Mention) -> bool:
    """Whether an address, a contact or a key that a text mentions is its writer's own.

    An address counts that money can be sent to: no test network's, no invoice. What is an example, quoted, warned of
    or the market's is somebody else's, and of a key only itself or its fingerprint tells whose it is.
    """
    if mention.data.get("role") is not None or mention.data.get("example"):
        return False
    if mention.type == "crypto_address":
        return mention.data.get("network") == "main" and mention.data.get("kind", "address") == "address"
    return mention.type != "pgp_key" or mention.data.get("kind") in _KEY_KINDS


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


def _contacts(mentions: Sequence[Mention]) -> list[Contact]:
    """The writer's own: none that is an example, quoted, denied or the market's."""
    return _once(
        Contact(type=one.type, value=one.value) for one in mentions if one.type in _CONTACTS and is_the_writers(one)
    )


def other_accounts(mentions: Sequence[Mention]) -> list[Account]:
    """The accounts that a text claims, each once, no boasts: a market without a handle only where none there is given.

    Args:
        mentions: of one text.
    """
    stated = [one for one in mentions if one.type == "other_account" and one.confidence >= _LEAST_ACCOUNT]
    handles: dict[str, dict[str, str]] = {}
    for one in stated:
        names = handles.setdefault(str(one.data["market"]), {})
        if one.data.get("handle"):
            names.setdefault(str(one.data["handle"]).casefold(), str(one.data["handle"]))
    accounts: list[Account] = []
    for market, names in handles.items():
        accounts += [Account(market=market, handle=handle) for handle in names.values() or (None,)]
    return accounts


def _delivery_days(stated: Sequence[Mention]) -> list[DeliveryDays]:
    """Each time once; one without a destination not beside the same one with it: a text says it twice."""
    days = _once(DeliveryDays.model_validate(one.data) for one in stated)
    scoped = {(one.min, one.max) for one in days if one.scope}
    return [one for one in days if one.scope or (one.min, one.max) not in scoped]


def _tracking(mentions: Sequence[Mention]) -> Literal["yes", "no", "optional"] | None:
    said = set(_values(mentions, "tracking"))
    if "optional" in said or said >= {"yes", "no"}:
        return "optional"
    return "no" if "no" in said else "yes" if "yes" in said else None
