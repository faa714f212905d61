"""Reviews: the same one on every visit, with all the captures that show it."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from extractors.records import Capture, Record, Review


@dataclass(slots=True)
class SeenReview:
    """A review with the captures that show it, and the times of the first and the last of them."""

    id: str
    review: Review
    captures: list[str]
    first: datetime
    last: datetime


def reviews_of(pages: Iterable[tuple[Capture, Sequence[Record]]]) -> dict[str, SeenReview]:
    """The reviews of some pages, by id.

    A review has no name of its own: what it says, of whom and on which day is its name, with a number where a page
    shows the same one several times ("great", one star, the same masked buyer).
    """
    seen: dict[str, SeenReview] = {}
    for capture, records in pages:
        times: Counter[str] = Counter()
        at = capture.fetched_at.astimezone(UTC)
        for record in records:
            if not isinstance(record, Review):
                continue
            content = _content(record)
            times[content] += 1
            digest = hashlib.sha256(f"{content}{times[content]}".encode()).hexdigest()[:32]
            one = seen.setdefault(digest, SeenReview(f"{record.market}/{digest}", record, [], at, at))
            if capture.capture_id not in one.captures:
                one.captures.append(capture.capture_id)
            one.first, one.last = min(one.first, at), max(one.last, at)
    return {one.id: one for one in seen.values()}


def _content(review: Review) -> str:
    """A market that writes "3 days ago" gives another minute on each visit, but the same day: so the day counts."""
    values = review.model_dump(mode="json", exclude={"captures", "posted_at"})
    values["day"] = review.posted_at.date().isoformat() if review.posted_at else None
    return json.dumps(values, sort_keys=True)
