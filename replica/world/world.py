"""The world: several practice markets, who sells what there, and the truth about all of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from nightpost.errors import NightpostError
from replica.world.addresses import make_address
from replica.world.catalogue import FAMILIES
from replica.world.listings import make_listings
from replica.world.model import Account, Market
from replica.world.moment import Moment
from replica.world.openpgp import make_key
from replica.world.sellers import make_accounts
from replica.world.shelves import Shelves
from replica.world.streams import stream
from replica.world.truth import Json, MarketTruth, identities, iso

DEFAULT_START = date(2026, 3, 2)
_MORNING = time(9, 30, tzinfo=UTC)


class WorldError(NightpostError):
    """A world cannot be made, or has no such market."""


@dataclass(frozen=True, slots=True)
class World:
    """Practice markets with known truth; the same parameters give the same world, byte for byte.

    Attributes:
        seed: what all of it is drawn from.
        start: the time at which the counts hold that `generate` was asked for, UTC.
        days: until so many days after the start `times` goes.
        markets: in the order asked for.
        accounts: of all markets.
        shelves: the accounts and listings of each market, by its name.
    """

    seed: int
    start: datetime
    days: int
    markets: tuple[Market, ...]
    accounts: tuple[Account, ...]
    shelves: dict[str, Shelves]

    @classmethod
    def generate(
        cls,
        *,
        seed: int = 1,
        vendors: int = 60,
        listings: int = 300,
        markets: Sequence[str] = ("harbour", "lantern"),
        start: date = DEFAULT_START,
        days: int = 30,
    ) -> "World":
        """Make a world with so many vendors and listings on each market.

        A market is named after its family of templates (``harbour``), or has a name of its own before it
        (``nocturne:harbour``).

        Raises:
            WorldError: a number is not positive, a market is named twice, or there is no such family.
        """
        if vendors < 1 or listings < 1 or days < 0:
            raise WorldError("a world needs at least one vendor and one listing; ask for more")
        opening = datetime.combine(start, _MORNING)
        made = tuple(_market(seed, text, opening) for text in markets)
        if not made or len({market.name for market in made}) < len(made):
            raise WorldError(f"markets {', '.join(markets) or 'none'}: name at least one, and each only once")
        accounts = make_accounts(seed, made, vendors, opening)
        shelves = {}
        for market in made:
            own = [account for account in accounts if account.market == market.name]
            shelves[market.name] = Shelves(own, make_listings(seed, market.name, own, listings, opening))
        return cls(seed, opening, days, made, tuple(accounts), shelves)

    def market(self, name: str) -> Market:
        """The market of that name.

        Raises:
            WorldError: there is none.
        """
        for market in self.markets:
            if market.name == name:
                return market
        raise WorldError(f"there is no market {name!r} in this world; it has {', '.join(m.name for m in self.markets)}")

    def moment(self, market: str, at: datetime | None = None) -> Moment:
        """A market as it is at a time, by default at the world's start."""
        return Moment(self.seed, self.market(market), self.shelves[market], self.start, at or self.start)

    def times(self) -> list[datetime]:
        """The world's start and the same time on each of its days after that."""
        return [self.start + timedelta(days=day) for day in range(self.days + 1)]

    def truth(self, market: str, *, at: datetime | None = None, family: str | None = None, base_url: str = "") -> Json:
        """The records of a market's pages at a time; see `replica.world.truth`."""
        chosen = family or self.market(market).family
        return MarketTruth(self.moment(market, at), chosen, base_url).as_json()

    def identities(self) -> Json:
        """Who runs which account, and what accounts on different markets share."""
        return identities(self.accounts)

    def truth_json(self, *, at: datetime | None = None) -> str:
        """All of the truth as one JSON text: ``seed``, ``start``, ``markets`` by name, ``identities``."""
        truth = {
            "seed": self.seed,
            "start": iso(self.start),
            "markets": {market.name: self.truth(market.name, at=at) for market in self.markets},
            "identities": self.identities(),
        }
        return json.dumps(truth, indent=1, ensure_ascii=False)


def _market(seed: int, text: str, start: datetime) -> Market:
    name, _, family = text.partition(":")
    family = family or name
    if family not in FAMILIES:
        raise WorldError(f"there is no family of templates {family!r}; take one of {', '.join(FAMILIES)}")
    draw = stream(seed, "market", name)
    key = make_key(draw, f"{name.title()} Market <admin@{name}.example>", start - timedelta(days=1500))
    return Market(name, family, key, make_address(draw, "btc"))
