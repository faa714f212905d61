"""The lines of an accounts file and of its truth, as `nightpost link --in` and the measures read them."""

from typing import Literal, TypedDict

AccountKind = Literal["normal", "migrated", "impersonator", "lookalike", "copier"]


class ContactLine(TypedDict):
    """A contact as stated in the field for it."""

    type: str
    value: str


class RatingLine(TypedDict):
    """An account on another market whose ratings this market shows."""

    market: str
    handle: str


class ListingLine(TypedDict, total=False):
    """A listing; ``images`` are perceptual hashes in lower-case hexadecimal digits."""

    id: str
    title: str
    description: str | None
    price_usd: float | None
    category: str | None
    ships_from: list[str]
    ships_to: list[str]
    images: list[str]


class AccountLine(TypedDict, total=False):
    """An account. Times are dates of ISO 8601 (UTC)."""

    id: str
    market: str
    handle: str | None
    description: str | None
    terms: str | None
    pgp_keys: list[str]
    contacts: list[ContactLine]
    external_ratings: list[RatingLine]
    registered_at: str | None
    last_seen_at: str | None
    ships_from: list[str]
    ships_to: list[str]
    listings: list[ListingLine]


class TruthLine(TypedDict):
    """Who runs an account. ``of`` is the account that an impersonator copied, else None."""

    id: str
    seller: int
    kind: AccountKind
    of: str | None
