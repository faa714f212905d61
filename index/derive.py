"""What the texts of a listing or vendor add to what its pages state: mentions, and the values searched by them."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from spacy.language import Language

from extractors.facts import Facts, facts
from extractors.pipeline import read_text
from extractors.records import Mention
from index.documents import Body, Key

# The fields that are read, the more telling first: what a title says is offered, a description may only compare with.
TEXT_FIELDS: dict[str, tuple[str, ...]] = {
    "listing": ("title", "description"),
    "vendor": ("description", "terms", "pgp_keys"),
}

_CONTACT_TYPES = frozenset(
    {"email", "telegram", "wickr", "session", "signal", "threema", "jabber", "tox", "icq", "discord", "phone"}
)
_GRAMS = "g"


@dataclass(frozen=True, slots=True)
class Derived:
    """What was read in the texts of one record.

    Attributes:
        mentions: by field, in order of place.
        keywords: values by keyword field, not normalised.
        numbers: values by number field.
    """

    mentions: dict[str, list[Mention]] = field(default_factory=dict)
    keywords: dict[str, list[str]] = field(default_factory=dict)
    numbers: dict[str, list[float]] = field(default_factory=dict)


Texts = tuple[Key, dict[str, str]]
"""A record and its texts by field."""

ReadTexts = Callable[[Sequence[Texts]], "list[Derived | str]"]
"""Reads the texts of many records: in their order what each says, or why it could not be read."""


def texts_of(key: Key, body: Body) -> dict[str, str]:
    """The texts of a record that are read, by field; several keys are one text, a line between them."""
    texts = {name: body[name] for name in TEXT_FIELDS[key.kind] if body[name]}
    return {name: "\n".join(text) if isinstance(text, list) else text for name, text in texts.items()}


def digest(texts: dict[str, str]) -> str:
    """What changes when any of the texts does."""
    whole = hashlib.sha256()
    for name, text in texts.items():
        whole.update(f"{name}:{len(text)}:{text}".encode("utf-8", "surrogatepass"))
    return whole.hexdigest()


def derive(nlp: Language, key: Key, texts: dict[str, str]) -> Derived:
    """Read the texts of a record."""
    mentions = {name: read_text(nlp, text, source=f"{key.kind}:{key.id}#{name}") for name, text in texts.items()}
    everything = [mention for found in mentions.values() for mention in found]
    by_text = [facts(mentions[name], text) for name, text in texts.items()]
    substances = _first(one.substances for one in by_text)
    keywords = {
        "substance": substances,
        **_about(substances, everything),
        "goods": [one.goods for one in by_text[:1]],
        "ships_from": _first(one.ships_from for one in by_text),
        "ships_to": _first(one.ships_to for one in by_text),
        "ships_excluded": [code for one in by_text for code in one.ships_excluded],
        "carrier": [carrier for one in by_text for carrier in one.carriers],
        "payment": _first(one.payment for one in by_text),
        "address": [one.value for one in everything if one.type == "crypto_address"],
        "contact": [
            text for one in everything if one.type in _CONTACT_TYPES for text in contact_values(one.type, one.value)
        ],
        "pgp": [text for one in everything if one.type == "pgp_key" for text in key_values(one)],
    }
    numbers = {}
    if key.kind == "listing":
        numbers["grams"] = _first(_grams(one) for one in by_text)
    return Derived(
        mentions,
        {name: list(dict.fromkeys(values)) for name, values in keywords.items() if values},
        {name: values for name, values in numbers.items() if values},
    )


def read_texts(nlp: Language, records: Sequence[Texts]) -> "list[Derived | str]":
    """Read the texts of many records, one after the other: what each says, or why it could not be read."""
    return [_read(nlp, key, texts) for key, texts in records]


def _read(nlp: Language, key: Key, texts: dict[str, str]) -> Derived | str:
    try:
        return derive(nlp, key, texts)
    # Whatever a hostile text makes a component do, the record itself is kept, and the next one is read.
    except Exception as error:  # noqa: BLE001
        return f"its texts could not be read: {type(error).__name__}: {error}"


def contact_values(type_: str, value: str) -> list[str]:
    """How a contact can be searched: by its value, and with its type before it."""
    return [value, f"{type_}:{value}"]


def _contact(mention: Mention) -> list[str]:
    return contact_values(mention.type, mention.value) if mention.type in _CONTACT_TYPES else []


def key_values(mention: Mention) -> list[str]:
    """How a key can be searched: by the fingerprints of the key and its subkeys, and their ids of 16 and 8 digits.

    A key that did not parse has no fingerprint and is searched by the digest that stands for it.
    """
    if ":" in mention.value:
        return [mention.value]
    fingerprints = [mention.value, *map(str, mention.data.get("subkeys", []))]
    return [text for one in fingerprints for text in (one, one[-16:], one[-8:])]


def _about(substances: list[str], mentions: list[Mention]) -> dict[str, list[str]]:
    about: dict[str, list[str]] = {"class": [], "schedule": []}
    for mention in mentions:
        if mention.type == "drug" and mention.value in substances:
            for name, values in about.items():
                if mention.data.get(name):
                    values.append(str(mention.data[name]))
    return about


def _grams(one: Facts) -> list[float]:
    return [one.total.value] if one.total is not None and one.total.unit == _GRAMS else []


def _first(values: Iterable[list[Any]]) -> list[Any]:
    """The first that is not empty: what one text says is not mixed with what another does."""
    return next((value for value in values if value), [])
