"""What a listing costs, in the currency that its page states and in US dollars, and what a gram of it costs."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from extractors.measures import read_number, unit_words
from index.documents import Body
from index.rates import Rates

_UNIT = re.compile(
    r"(?:(?P<whole>\d{1,7})\s*/\s*(?P<part>[1-9]\d{0,6})|(?P<number>\d[\d.,]{0,9}))?\s*(?P<name>[^\W\d_]+)\.?"
)


@dataclass(frozen=True, slots=True)
class ListingPrice:
    """The price of one unit of a listing.

    Attributes:
        cost: as the page states it; None when it states none.
        currency: of the cost.
        usd: in US dollars; None when no rate is known.
        conversion: what the price was converted with: rate, the day of the rate, where it is from; None when the page
            states dollars, or nothing could be converted.
        grams: how much one unit is, as far as known.
    """

    cost: Decimal | None = None
    currency: str | None = None
    usd: Decimal | None = None
    conversion: dict[str, Any] | None = None
    grams: float | None = None

    @property
    def numbers(self) -> dict[str, float | None]:
        """Values by number field."""
        per_gram = float(self.usd) / self.grams if self.usd is not None and self.grams else None
        return {
            "cost": _plain(self.cost),
            "price": _plain(self.usd),
            "price_per_gram": per_gram,
            "grams": self.grams,
        }


def listing_price(body: Body, grams: float | None, day: date, rates: Rates) -> ListingPrice:
    """What a listing costs.

    The amount that a title or description offers is what the price is for, whatever the page calls its unit: a listing
    of "28g" whose unit is "gram" states the price of 28 grams. Only where no text offers an amount is it the unit's.

    Args:
        body: the listing.
        grams: what its texts offer, if they offer grams.
        day: when the price was stated.
        rates: to convert by.
    """
    if grams is None:
        grams = grams_of_unit(body["unit"] or "")
    stated = body["price"] or (body["prices"][0] if body["prices"] else None)
    if stated is None:
        return ListingPrice(grams=grams)
    cost, currency = Decimal(repr(stated["amount"])), stated["currency"]
    usd = rates.usd(cost, currency, day)
    rate = rates.rate(currency, day)
    conversion = None if rate is None else {"rate": float(rate.usd), "day": rate.day.isoformat(), "source": "rates.csv"}
    return ListingPrice(cost, currency, usd, conversion, grams)


def grams_of_unit(unit: str) -> float | None:
    """The weight that a page's unit is ("gram", "3.5g", "1/4 pound"); None when it is no weight."""
    match = _UNIT.fullmatch(unit.strip().casefold())
    known = unit_words().get((match["name"],)) if match else None
    if match is None or known is None or known.kind != "g":
        return None
    if match["whole"]:
        number = int(match["whole"]) / int(match["part"])
    else:
        number = _number(match["number"]) if match["number"] else 1.0
    return number * known.each or None


def _number(text: str) -> float:
    try:
        return read_number(text)
    except ValueError:
        return 0.0


def _plain(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
