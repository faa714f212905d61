"""What each family of templates states of the truth: which fields are on its pages, and how precisely."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Literal

from replica.world.model import Listing, Review


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What the pages of one family state.

    Attributes:
        listing: record fields of listings that are somewhere on its pages.
        vendor: record fields of vendors that are.
        currencies: in which prices are stated; a listing priced in another is shown in the first.
        dates: how precise a listing's posting and a vendor's registration are.
        seen_relative: a vendor seen within a day is only said to be so, without a time.
        rounded_counts: counts above a thousand are shown as ``1.2K+``.
        bulk_from_one: the price table begins with one unit and says where each step ends.
        option_days: shipping options say how many days they take, as one number or a range.
        score: how a vendor is rated: percent of positive reviews, or the mean number of stars.
        rating_counts: beside the rating stand the numbers of positive, neutral and negative reviews.
        review_listing: reviews say by a link which listing they are of.
    """

    listing: frozenset[str]
    vendor: frozenset[str]
    currencies: tuple[str, ...]
    dates: Literal["day", "second"]
    seen_relative: bool
    rounded_counts: bool
    bulk_from_one: bool
    option_days: Literal["none", "most", "range"]
    score: Literal["percent", "stars"]
    rating_counts: bool
    review_listing: bool

    def currency(self, listing: Listing) -> str:
        """The currency that a listing's price is stated in."""
        return listing.currency if listing.currency in self.currencies else self.currencies[0]

    def count(self, value: int) -> int:
        """A count as far as the page states it: of ``1.2K+`` that is 1200."""
        return value // 100 * 100 if self.rounded_counts and value >= 1000 else value

    def date(self, moment: datetime) -> datetime:
        """A posting or registration date as far as the page states it, in UTC."""
        return moment if self.dates == "second" else midnight(moment)

    def seen(self, moment: datetime, now: datetime) -> datetime | None:
        """When a vendor was last there, as far as the page states it."""
        if self.seen_relative:
            return None if now - moment < timedelta(days=1) else moment
        return midnight(moment)

    def rating(self, review: Review) -> str:
        """A review's rating in the words of a record."""
        return review.sign if self.score == "percent" else f"{review.stars}/5"


def midnight(moment: datetime) -> datetime:
    """The beginning of that day, UTC."""
    return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)


def count_text(value: int) -> str:
    """A count as families with rounded counts write it: ``950``, ``1.2K+``, ``34K+``."""
    if value < 1000:
        return str(value)
    thousands = Decimal(value // 100) / 10
    return f"{thousands.normalize():f}K+"


_LISTING = {
    "url", "title", "description", "vendor", "category", "price", "ships_from", "ships_to", "shipping_options",
    "payment", "escrow", "posted_at", "images",
}  # fmt: skip
_VENDOR = {"url", "description", "pgp_keys", "registered_at", "last_seen_at", "rating", "sales", "external_ratings"}

SHOWINGS: dict[str, Showing] = {
    "harbour": Showing(
        listing=frozenset(_LISTING | {"stock", "sold", "views"}),
        vendor=frozenset(_VENDOR | {"level", "trust_level"}),
        currencies=("USD",),
        dates="day",
        seen_relative=False,
        rounded_counts=False,
        bulk_from_one=False,
        option_days="most",
        score="percent",
        rating_counts=True,
        review_listing=True,
    ),
    "lantern": Showing(
        listing=frozenset(_LISTING | {"stock", "prices", "unit"}),
        vendor=frozenset(_VENDOR | {"terms", "ships_from", "ships_to", "level", "disputes", "finalize_early"}),
        currencies=("USD", "EUR", "GBP"),
        dates="second",
        seen_relative=True,
        rounded_counts=False,
        bulk_from_one=False,
        option_days="none",
        score="percent",
        rating_counts=False,
        review_listing=False,
    ),
    "orchard": Showing(
        listing=frozenset(_LISTING | {"prices", "unit", "sold", "views", "min_order", "ships_excluded"}),
        vendor=frozenset(_VENDOR | {"terms", "contacts", "ships_from", "ships_to", "disputes", "finalize_early"}),
        currencies=("EUR", "USD", "GBP", "BTC"),
        dates="day",
        seen_relative=False,
        rounded_counts=True,
        bulk_from_one=True,
        option_days="range",
        score="stars",
        rating_counts=True,
        review_listing=True,
    ),
}
"""By the name of the family."""
