"""What STIX 2.1 lacks for a market: TLP 2.0 markings, PGP keys and crypto addresses as observables.

The markings are OASIS's own ("Extension Definition for TLP 2.0", STIX common object repository). The observables are of
our own types, each defined by an ``extension-definition`` object that goes out in every bundle.
"""

import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import stix2

from desk.lead import Handling

# The stix2 library has no types.
StixObservable = Any

NAMESPACE = uuid.UUID("6f0c0a52-6f2b-5d5e-9c1b-3c7d8f2a4e10")
"""Of our deterministic ids (RFC 9562, version 5)."""

DEFINED_AT = datetime(2026, 1, 1, tzinfo=UTC)
"""When our extension was defined: part of its identity, so it does not move."""

_TLP_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
_TLP_CREATED = "2022-10-01T00:00:00.000Z"
_TLP_MARKINGS: dict[Handling, str] = {
    "clear": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "green": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "amber": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "amber+strict": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "red": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class _NewObservable:
    """A type of observable that we define: its property ``key`` identifies it."""

    type: str
    name: str
    description: str
    key: str
    pattern: str

    @property
    def extension_id(self) -> str:
        return f"extension-definition--{uuid.uuid5(NAMESPACE, self.type)}"

    @property
    def schema(self) -> str:
        return json.dumps(
            {
                "$schema": _DRAFT,
                "type": "object",
                "properties": {
                    "type": {"const": self.type},
                    self.key: {"type": "string", "pattern": self.pattern},
                },
                "required": ["type", "id", self.key],
            },
            sort_keys=True,
        )

    def stix_class(self) -> Callable[..., StixObservable]:
        # stix2 keeps one registry of types for the process, and derives the id from the key.
        named = stix2.properties.StringProperty(required=True)
        define = stix2.v21.CustomObservable(self.type, [(self.key, named)], [self.key], self.extension_id)
        made: Callable[..., StixObservable] = define(type(self.name.replace(" ", ""), (), {}))
        return made


_PGP_KEY = _NewObservable(
    type="pgp-public-key",
    name="PGP public key",
    description="An OpenPGP key by its fingerprint (RFC 9580), in upper case without spaces.",
    key="fingerprint",
    pattern="^([0-9A-F]{40}|[0-9A-F]{64})$",
)
_CRYPTO_ADDRESS = _NewObservable(
    type="cryptocurrency-address",
    name="Cryptocurrency address",
    description="An address on a block chain, its checksum proven.",
    key="address",
    pattern="^[!-~]+$",
)
_NEW_OBSERVABLES = (_PGP_KEY, _CRYPTO_ADDRESS)
_PgpKey, _CryptoAddress = (one.stix_class() for one in _NEW_OBSERVABLES)


def object_id(kind: str, *parts: str) -> str:
    """The id of an object of ours: the same for the same parts."""
    text = json.dumps(parts, ensure_ascii=True)
    return f"{kind}--{uuid.uuid5(NAMESPACE, kind + hashlib.sha256(text.encode()).hexdigest())}"


def tlp_marking(handling: Handling) -> stix2.MarkingDefinition:
    """The TLP 2.0 marking that goes with a lead's handling."""
    return stix2.MarkingDefinition(
        id=_TLP_MARKINGS[handling],
        created=_TLP_CREATED,
        name=f"TLP:{handling.upper()}",
        extensions={_TLP_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": handling}},
    )


def producer() -> stix2.Identity:
    """Nightpost, as the author of the bundle."""
    return stix2.Identity(
        id=object_id("identity", "nightpost"),
        created=DEFINED_AT,
        modified=DEFINED_AT,
        name="Nightpost",
        identity_class="system",
    )


def extension_definitions(author: str) -> list[stix2.ExtensionDefinition]:
    """What defines our observables; ``author`` is the id of an identity."""
    return [
        stix2.ExtensionDefinition(
            id=new.extension_id,
            created=DEFINED_AT,
            modified=DEFINED_AT,
            created_by_ref=author,
            name=new.name,
            description=new.description,
            schema=new.schema,
            version="1.0.0",
            extension_types=["new-sco"],
        )
        for new in _NEW_OBSERVABLES
    ]


def observable_of(kind: str, value: str, marking: str) -> StixObservable:
    """The observable that stands for a key, an address or a contact (``type:value``), marked with a marking's id."""
    marked = {"object_marking_refs": [marking]}
    if kind == "pgp_key":
        return _PgpKey(fingerprint=value, **marked)
    if kind == "crypto_address":
        return _CryptoAddress(address=value, **marked)
    contact_type, _, name = value.partition(":")
    if contact_type == "email":
        return stix2.EmailAddress(value=name, **marked)
    return stix2.UserAccount(account_type=contact_type, user_id=name, account_login=name, **marked)
