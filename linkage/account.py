"""An account on one market and all that it shows: what linkage compares."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from extractors.facts import is_the_writers
from extractors.records import Contact, Mention
from linkage.claims import Claim, account_name
from linkage.offer import Offer
from linkage.sighting import Sighting

__all__ = [
    "CONTACT_TYPES",
    "KEY_FIELD",
    "Account",
    "Claim",
    "Clue",
    "ClueKind",
    "Offer",
    "Sighting",
    "clue_of_contact",
    "clues_of_mention",
    "fingerprint",
    "merge_clues",
]

ClueKind = Literal["pgp_key", "crypto_address", "contact"]

CONTACT_TYPES: frozenset[str] = frozenset(
    {"email", "telegram", "wickr", "session", "signal", "threema", "jabber", "tox", "icq", "discord", "phone"}
)

KEY_FIELD = "pgp_keys"
"""The field in which an account states its own keys."""

# A fingerprint is 40 hexadecimal digits (version 4 keys) or 64 (version 6): RFC 9580, section 5.5.4.
_FINGERPRINT = re.compile(r"[0-9A-F]{40}(?:[0-9A-F]{24})?")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Clue(_Model):
    """Something an account shows that may identify its seller.

    Attributes:
        kind: what it is; a subkey is a ``pgp_key`` too.
        value: its normal form: a fingerprint in upper case, an address as written, a contact as ``type:value``.
        primary: for a subkey, the fingerprint of its primary key.
        names: the user ids of a key.
        sightings: where the account shows it.
    """

    kind: ClueKind
    value: str
    primary: str | None = None
    names: tuple[str, ...] = ()
    sightings: tuple[Sighting, ...] = ()

    @property
    def is_own_key(self) -> bool:
        """Whether the account states the key as its own, in the field for it, and does not only quote it in a text."""
        return self.kind == "pgp_key" and any(seen.field.startswith(KEY_FIELD) for seen in self.sightings)

    @property
    def key(self) -> tuple[ClueKind, str]:
        """What is compared: two clues with one key are the same thing."""
        return self.kind, self.value.casefold() if self.kind == "contact" else self.value


class Account(_Model):
    """One account on one market.

    Attributes:
        id: unique among all accounts (in the index: ``market/handle``).
        market: as the records, or the file, name it; ``""`` of a text whose market is not known.
        handle: as written.
        clues: keys, addresses and contacts.
        claims: accounts on other markets that it says are its seller's.
        description: the profile, as written.
        terms: the terms of sale, as written.
        offers: its listings, sorted by record.
        ships_from: country codes, sorted: as its page states them, else as its profile or terms say.
        ships_to: the same of destinations.
        registered_at: when it was opened, as its page states it.
        last_seen_at: when it was last active, as its page states it.
        record: the record of its own page, ``vendor:MARKET/HANDLE``, or its id in a file; None when only listings of it
            were seen.
        sources: for each field of that record the capture that states it.
    """

    id: str
    market: str
    handle: str | None = None
    clues: tuple[Clue, ...] = ()
    claims: tuple[Claim, ...] = ()
    description: str | None = None
    terms: str | None = None
    offers: tuple[Offer, ...] = ()
    ships_from: tuple[str, ...] = ()
    ships_to: tuple[str, ...] = ()
    registered_at: AwareDatetime | None = None
    last_seen_at: AwareDatetime | None = None
    record: str | None = None
    sources: Mapping[str, str] = Field(default_factory=dict)

    @property
    def own_name(self) -> str | None:
        """``market/handle`` in the form in which other accounts' claims name it; None where one is missing."""
        return account_name(self.market, self.handle)

    def sightings(self, field: str) -> tuple[Sighting, ...]:
        """Where a field of the account's own page (``handle``, ``description``) is to be seen.

        The handle of an account whose own page was not seen is to be seen on its listings.
        """
        if self.record is not None:
            return (Sighting(record=self.record, field=field, capture_id=self.sources.get(field)),)
        return tuple(offer.sighting("vendor") for offer in self.offers) if field == "handle" else ()


def fingerprint(text: str) -> str | None:
    """A fingerprint written with or without spaces, in its normal form; None when the text is not one."""
    squeezed = re.sub(r"[\s:]+", "", text).upper().removeprefix("0X")
    return squeezed if _FINGERPRINT.fullmatch(squeezed) else None


_SOMEBODY_ELSES = frozenset({"quoted", "denied", "market"})


def clues_of_mention(mention: Mention, sighting: Sighting) -> list[Clue]:
    """The clues in one mention: a key with its subkeys, an address, a contact; none for any other type.

    A PGP key that did not parse has no fingerprint and is no clue; nor is what is not the writer's own. Placeholders
    are kept: `linkage.spread` discounts them and says why.
    """
    if not is_the_writers(mention) and mention.type not in CONTACT_TYPES:
        return []
    if mention.data.get("role") in _SOMEBODY_ELSES:
        return []
    if mention.type == "pgp_key":
        return _clues_of_key(mention, sighting)
    if mention.type == "crypto_address":
        return [Clue(kind="crypto_address", value=mention.value, sightings=(sighting,))]
    if mention.type in CONTACT_TYPES:
        return [clue_of_contact(Contact(type=mention.type, value=mention.value), sighting)]
    return []


def clue_of_contact(contact: Contact, sighting: Sighting) -> Clue:
    """A contact as a clue."""
    return Clue(kind="contact", value=f"{contact.type}:{contact.value}", sightings=(sighting,))


def merge_clues(clues: Iterable[Clue]) -> tuple[Clue, ...]:
    """Each clue once, with all its sightings, in a fixed order."""
    grouped: dict[tuple[ClueKind, str], list[Clue]] = defaultdict(list)
    for clue in sorted(clues, key=lambda clue: (clue.kind, clue.value, clue.primary or "")):
        grouped[clue.key].append(clue)
    return tuple(_merged(grouped[key]) for key in sorted(grouped))


def _merged(same: list[Clue]) -> Clue:
    if len(same) == 1 and len(same[0].sightings) < 2 and len(same[0].names) < 2:
        return same[0]
    sightings = {seen for clue in same for seen in clue.sightings}
    return same[0].model_copy(
        update={
            "names": tuple(sorted({name for clue in same for name in clue.names})),
            "sightings": tuple(sorted(sightings, key=lambda seen: seen.order)),
        }
    )


def _clues_of_key(mention: Mention, sighting: Sighting) -> list[Clue]:
    primary = fingerprint(mention.value)
    if primary is None:
        return []
    names = tuple(str(name) for name in mention.data.get("user_ids", []))
    clues = [Clue(kind="pgp_key", value=primary, names=names, sightings=(sighting,))]
    for text in mention.data.get("subkeys", []):
        subkey = fingerprint(str(text))
        if subkey is not None and subkey != primary:
            clues.append(Clue(kind="pgp_key", value=subkey, primary=primary, names=names, sightings=(sighting,)))
    return clues
