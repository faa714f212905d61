"""Links between accounts, and the identities they make: what linkage hands to the rooms after it."""

import hashlib
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from linkage.account import Account, ClueKind, Sighting
from linkage.judgements import Judgement, JudgementConflict
from nightpost.errors import NightpostError

EvidenceKind = Literal[
    "pgp_key",
    "pgp_subkey",
    "pgp_user_id",
    "crypto_address",
    "contact",
    "claim",
    "handle",
    "passage",
    "title",
    "rare_words",
    "wording",
    "style",
    "goods",
    "offers",
    "prices",
    "origin",
    "destinations",
    "photo",
    "handover",
    "judgement",
    "chain",
    "attribution",
    "doubt",
]
"""What evidence can be of. The first five are hard: they are the same or not, whatever the resemblance."""


class LinkageError(NightpostError):
    """The accounts cannot be linked as they stand."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Evidence(_Model):
    """One thing that speaks for or against two accounts being one seller's.

    Attributes:
        kind: what was compared.
        value: what they share, or how they differ, as a person reads it.
        weight: in bits; below zero it speaks against.
        seen_a: where the one account shows it.
        seen_b: where the other does.
        words: what it means, in a sentence; empty when the value says it all.
    """

    kind: EvidenceKind
    value: str
    weight: float
    seen_a: tuple[Sighting, ...] = ()
    seen_b: tuple[Sighting, ...] = ()
    words: str = ""


class Link(_Model):
    """Two accounts held to be one seller's. ``a`` comes before ``b`` in the order of account ids.

    ``match_weight`` is the prior and the weights of the evidence added up, in bits; ``probability`` follows from it.
    """

    a: str
    b: str
    probability: float
    match_weight: float
    evidence: tuple[Evidence, ...]


class Discounted(_Model):
    """Something several accounts share, or a placeholder, that proves nothing: no link was made from it.

    ``markets`` says how many accounts of each market show it.
    """

    kind: ClueKind
    value: str
    why: str
    markets: dict[str, int]


class IdentityAccount(_Model):
    """An account as a member of an identity."""

    id: str
    market: str
    handle: str | None = None


class Identity(_Model):
    """A set of accounts judged to be one seller, with the evidence of every link.

    Attributes:
        identity_id: made from the smallest account id when the identity was found first (see `identity_id_of`), and
            kept from then on, whatever accounts join or leave (see `linkage.stable_ids`).
        accounts: in the order of their ids.
        links: those between accounts of the set.
        former_ids: ids of identities that it absorbed, or was split from.
        since: the number of the run of linkage that gave it its id; the smaller, the older.
        judgements: those in force between accounts of the set; an account may be there that is gone since.
        conflicts: judgements about its accounts that cannot all be true.
    """

    identity_id: str
    accounts: tuple[IdentityAccount, ...]
    links: tuple[Link, ...]
    former_ids: tuple[str, ...] = ()
    since: int = 1
    judgements: tuple[Judgement, ...] = ()
    conflicts: tuple[JudgementConflict, ...] = ()

    @property
    def markets(self) -> tuple[str, ...]:
        """The markets that the seller has accounts on."""
        return tuple(sorted({account.market for account in self.accounts}))

    @property
    def captures(self) -> tuple[str, ...]:
        """Every capture that the evidence was seen in."""
        return tuple(
            sorted(
                {
                    sighting.capture_id
                    for link in self.links
                    for evidence in link.evidence
                    for sighting in (*evidence.seen_a, *evidence.seen_b)
                    if sighting.capture_id is not None
                }
            )
        )


def identity_id_of(account_ids: Iterable[str]) -> str:
    """The stable id of a set of accounts: ``id-`` and 16 hexadecimal digits of SHA-256 over the smallest account id."""
    return "id-" + hashlib.sha256(min(account_ids).encode()).hexdigest()[:16]


def identity_of(accounts: Iterable[Account], links: Iterable[Link] = ()) -> Identity:
    """The identity that a set of accounts makes; of one account alone, an identity without links."""
    members = sorted(accounts, key=lambda account: account.id)
    return Identity(
        identity_id=identity_id_of(account.id for account in members),
        accounts=tuple(IdentityAccount(id=one.id, market=one.market, handle=one.handle) for one in members),
        links=tuple(sorted(links, key=lambda link: (link.a, link.b))),
    )
