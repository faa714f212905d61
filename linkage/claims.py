"""Accounts on other markets that an account claims: named in its texts, or shown by the market as imported ratings."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from extractors.facts import other_accounts
from extractors.market_names import known_market, market_name
from extractors.records import ExternalRating, Mention
from linkage.handles import normal_handle
from linkage.sighting import Sighting

# "alphabay-2017": data sets are named by a market and a year.
_YEAR = re.compile(r"[\W_]+(?:19|20)\d\d$")
# "Harbour Market" is "harbour" to most; of markets that are known the lists say how they are called.
_SAID_MARKET = re.compile(r"-market(?:place)?$")
# No market's name is longer; what is longer is no name.
_LONGEST_MARKET = 100


class Claim(BaseModel):
    """An account that another one says is its seller's.

    Attributes:
        market: where, as `normal_market` names it.
        handle: as it is written; None when only the market is named.
        sightings: where the claim is made.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    market: str
    handle: str | None = None
    sightings: tuple[Sighting, ...] = ()

    @property
    def name(self) -> str | None:
        """What the claimed account's `own_name` is, if there is one; None when no handle is given."""
        return account_name(self.market, self.handle)


def normal_market(text: str) -> str | None:
    """A market's name in its one form: "AlphaBay", "alphabay market", "AB" and "alphabay-2017" are ``alphabay``.

    A market that is not known is its words in lower case with hyphens between. None when there is no word.
    """
    text = text.strip()[:_LONGEST_MARKET]
    known = known_market(text) or known_market(_YEAR.sub("", text))
    if known is not None:
        return known
    name = market_name(text)
    return name if name is None else _SAID_MARKET.sub("", name)


def account_name(market: str, handle: str | None) -> str | None:
    """``market/handle``, both in their one form; None where one of them is missing."""
    where = normal_market(market)
    who = normal_handle(handle) if handle is not None else ""
    return f"{where}/{who}" if where and who else None


def claims_of_mentions(mentions: Sequence[Mention], sighting: Sighting) -> list[Claim]:
    """The claims in the mentions of one text; boasts of the market that it is written on are none."""
    return _claims([(one.market, one.handle) for one in other_accounts(mentions)], sighting)


def claims_of_ratings(ratings: Iterable[ExternalRating], sighting: Sighting) -> list[Claim]:
    """The claims in the ratings of other markets that a market shows on an account's page."""
    return _claims([(one.market, one.handle) for one in ratings], sighting)


def merge_claims(claims: Iterable[Claim], *, market: str, handle: str | None) -> tuple[Claim, ...]:
    """Each claimed account once, with all its sightings, in a fixed order.

    Args:
        claims: of one account.
        market: the market of that account: to name itself, or the market that it is on, claims nothing.
        handle: its handle.
    """
    here, own = normal_market(market), account_name(market, handle)
    grouped: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in sorted(claims, key=lambda claim: (claim.market, claim.handle or "")):
        if claim.name != own if claim.name is not None else claim.market != here:
            grouped[claim.market, claim.name or ""].append(claim)
    return tuple(_merged(grouped[key]) for key in sorted(grouped))


def _claims(named: Iterable[tuple[str, str | None]], sighting: Sighting) -> list[Claim]:
    return [
        Claim(market=where, handle=handle if handle and normal_handle(handle) else None, sightings=(sighting,))
        for market, handle in named
        if (where := normal_market(market)) is not None
    ]


def _merged(same: list[Claim]) -> Claim:
    sightings = {seen for claim in same for seen in claim.sightings}
    return same[0].model_copy(update={"sightings": tuple(sorted(sightings, key=lambda seen: seen.order))})
