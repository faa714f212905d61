"""Links between accounts, and the identities they make: what linkage hands to the rooms after it."""

import hashlib
from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from linkage.account import Account, ClueKind, Sighting


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Evidence(_Model):
    """One thing that two accounts share: what, its weight in bits, and where each account shows it."""

    kind: ClueKind
    value: str
    weight: float
    seen_a: tuple[Sighting, ...] = ()
    seen_b: tuple[Sighting, ...] = ()


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

    ``identity_id`` is made from the smallest account id of the set (see `identity_id_of`), so that it stays when
    accounts with larger ids join.
    """

    identity_id: str
    accounts: tuple[IdentityAccount, ...]
    links: tuple[Link, ...]

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
