"""What buyers write: the reviews of a listing, past and future, made when somebody looks."""

import random
import string
from datetime import datetime, timedelta
from functools import lru_cache

from replica.world.catalogue import writing
from replica.world.model import Listing, Review, Sign
from replica.world.streams import stream

_FUTURE_DAYS = 120
"""So many days after the world's start reviews are known."""


@lru_cache(maxsize=50_000)
def all_reviews(seed: int, listing: Listing, reliability: float, start: datetime) -> tuple[Review, ...]:
    """All reviews of a listing, newest first, from its first day to `_FUTURE_DAYS` after the start."""
    draw = stream(seed, "reviews", listing.market, listing.number)
    if listing.sold == 0:
        return ()
    span = (start - listing.posted_at) / timedelta(minutes=1)
    past = [start - timedelta(minutes=draw.uniform(0, span)) for _ in range(min(listing.sold, draw.randint(0, 12)))]
    future = [start + timedelta(minutes=draw.uniform(1, _FUTURE_DAYS * 1440)) for _ in range(draw.randint(0, 8))]
    moments = sorted((moment.replace(second=0, microsecond=0) for moment in past + future), reverse=True)
    return tuple(_review(draw, listing, reliability, moment) for moment in moments)


def _review(draw: random.Random, listing: Listing, reliability: float, at: datetime) -> Review:
    sign: Sign = "positive"
    if draw.random() > reliability:
        sign = draw.choice(("neutral", "negative"))
    stars = {"positive": draw.choice((4, 5, 5, 5)), "neutral": 3, "negative": draw.choice((1, 2))}[sign]
    letters = string.ascii_letters + string.digits
    quantity = draw.choice((1, 1, 1, 1, 2, 3))
    return Review(
        listing=listing.number,
        buyer=f"{draw.choice(letters)}***{draw.choice(letters)}",
        sign=sign,
        stars=stars,
        text=draw.choice(writing().reviews[sign]).format(days=draw.randint(2, 14)),
        usd=listing.usd * quantity,
        posted_at=at,
    )
