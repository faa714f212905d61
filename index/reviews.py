"""Reviews: the same one on every visit, with all the captures that show it."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from extractors.records import Review
from index.documents import Document, Key
from index.pages import Page

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Place = tuple[int, str]
"""A capture's place in time: microseconds since 1970, and its id."""


@dataclass(slots=True)
class SeenReview:
    """A review with the captures that show it.

    Attributes:
        id: what names it.
        review: the review as its earliest capture words it.
        places: the captures, in order of time.
    """

    id: str
    review: Review
    places: list[Place] = field(default_factory=list)

    @property
    def key(self) -> Key:
        """What names its document."""
        return Key("review", self.id)

    @property
    def first(self) -> datetime:
        """When it was first captured."""
        return _EPOCH + self.places[0][0] * _MICROSECOND

    @property
    def last(self) -> datetime:
        """When it was last captured."""
        return _EPOCH + self.places[-1][0] * _MICROSECOND

    def kept(self) -> dict[str, list[int]]:
        """What `with_former` needs besides the body: the captures' times."""
        return {"times": [time for time, _capture in self.places]}

    def with_former(self, document: Document | None) -> "SeenReview":
        """This review together with what the index holds of it."""
        if document is None:
            return self
        review = Review.model_validate(document.body)
        former = SeenReview(self.id, review, list(zip(document.state["times"], review.captures, strict=True)))
        earlier = min(self, former, key=lambda one: one.places[0])
        return SeenReview(self.id, earlier.review, sorted({*self.places, *former.places}))


def reviews_of(pages: Iterable[Page]) -> list[SeenReview]:
    """The reviews of some pages.

    A review has no name of its own: what it says, of whom and on which day is its name, with a number where a page
    shows the same one several times ("great", one star, the same masked buyer).
    """
    seen: dict[str, SeenReview] = {}
    for place, page in sorted(((_place(page), page) for page in pages), key=lambda placed: placed[0]):
        times: Counter[str] = Counter()
        for record in page.records:
            if not isinstance(record, Review):
                continue
            content = _content(record)
            times[content] += 1
            digest = hashlib.sha256(f"{content}{times[content]}".encode()).hexdigest()[:32]
            name = f"{record.market}/{digest}"
            one = seen.setdefault(name, SeenReview(name, record))
            if place not in one.places:
                one.places.append(place)
    return list(seen.values())


def _place(page: Page) -> Place:
    return (page.capture.fetched_at - _EPOCH) // _MICROSECOND, page.capture.capture_id


def _content(review: Review) -> str:
    """A market that writes "3 days ago" gives another minute on each visit, but the same day: so the day counts."""
    values = review.model_dump(mode="json", exclude={"captures", "posted_at"})
    values["day"] = review.posted_at.date().isoformat() if review.posted_at else None
    return json.dumps(values, sort_keys=True)
