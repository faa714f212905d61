"""What older parsers were expected to give for whole texts and tables of saved pages: the files under ``expected/``.

``user_profile_N_*`` belong to ``users/saved_cryptonia_user_profile_N``, ``listing_N_description`` to
``listings/saved_empire_listing_N``. The tables are Python pickles: they are read by an unpickler that builds dates and
nothing else.
"""

import pickle
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import IO, Any

from extractors.reading import Reading
from extractors.records import Listing, Review, Vendor
from tests.extractors.gold import Expectation
from tests.extractors.pages import FETCHED, SavedPages

# The day from which the older parser counted "Within the last 24 hours".
_ITS_DAY = date(2019, 11, 6)
_RATINGS = {"Positive Feedback": "positive", "Neutral Feedback": "neutral", "Negative Feedback": "negative"}
_NO_TEXT = "No feedback left."


class _DatesOnly(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> type[date]:
        if module == "datetime" and name in {"date", "datetime"}:
            return datetime if name == "datetime" else date
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a table of expectations")


def file_expectations(shared_data: Path) -> Iterator[Expectation]:
    """One expectation a text, and one a column of a table."""
    readings = {market: cache(SavedPages(shared_data, market).read) for market in ("cryptonia", "empire")}
    for market, folder in (
        ("cryptonia", "users/saved_cryptonia_user_profile_"),
        ("empire", "listings/saved_empire_listing_"),
    ):
        for file in sorted((shared_data / "pages" / market / "expected").iterdir()):
            found = re.fullmatch(r"(?:user_profile|listing)_(\d+)_(\w+)", file.name)
            assert found is not None, file.name
            page = f"{folder}{found[1]}"
            for field, wanted, read in _compared(found[2], file, readings[market](page)):
                yield Expectation(file.name, page, field, wanted, read)


def _compared(what: str, file: Path, reading: Reading) -> Iterator[tuple[str, Any, Any]]:
    if what == "seller_info":
        yield from _info(_table(file), _vendor(reading))
    elif what == "feedback":
        yield from _feedback(_table(file), reading)
    elif what == "pgp_key":
        key = file.read_text("utf-8").strip()
        yield "pgp_keys", [key] if key else [], _vendor(reading).pgp_keys
    elif what == "terms_and_conditions":
        yield "terms", _lines(file.read_text("utf-8")), _lines(_vendor(reading).terms)
    elif reading.page_kind == "vendor":
        yield "description", _lines(file.read_text("utf-8")), _lines(_vendor(reading).description)
    else:
        # It took the heading before the description, and the tags after it, for parts of it.
        listing = next(record for record in reading.records if isinstance(record, Listing))
        read = _lines(listing.description)
        lines = _lines(file.read_text("utf-8"))
        yield "title", lines[0], listing.title
        yield "description", lines[1 : 1 + len(read)], read


def _info(table: Any, vendor: Vendor) -> Iterator[tuple[str, Any, Any]]:
    """Only what the literal expectations do not state: the two dates."""
    *_, member_since, last_online = table
    yield "registered_at", member_since.replace(tzinfo=UTC), vendor.registered_at
    days = None if vendor.last_seen_at is None else (FETCHED.date() - vendor.last_seen_at.date()).days
    yield "last_seen_at", (_ITS_DAY - last_online).days, days


def _feedback(table: Any, reading: Reading) -> Iterator[tuple[str, Any, Any]]:
    dates, kinds, _, texts, _, buyers, currencies, amounts = table
    reviews = [record for record in reading.records if isinstance(record, Review)]
    yield "reviews.posted_at", list(dates), [review.posted_at and review.posted_at.date() for review in reviews]
    yield "reviews.rating", [_RATINGS[kind] for kind in kinds], [review.rating for review in reviews]
    wanted = [None if text == _NO_TEXT else " ".join(text.split()) for text in texts]
    yield "reviews.text", wanted, [review.text and " ".join(review.text.split()) for review in reviews]
    yield "reviews.buyer", list(buyers), [review.buyer for review in reviews]
    yield (
        "reviews.amount",
        list(zip(currencies, amounts, strict=True)),
        [review.amount and (review.amount.currency, float(review.amount.amount)) for review in reviews],
    )


def _table(file: Path) -> Any:
    with file.open("rb") as opened:
        return _unpickled(opened)


def _unpickled(opened: IO[bytes]) -> Any:
    return _DatesOnly(opened).load()


def _vendor(reading: Reading) -> Vendor:
    return next(record for record in reading.records if isinstance(record, Vendor))


def _lines(text: str | None) -> list[str]:
    """The lines that hold something, one space between words: the older parser kept more of the source's space."""
    return [" ".join(line.split()) for line in (text or "").splitlines() if line.strip()]
