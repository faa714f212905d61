"""From records to documents: which values of each kind are searched, and under which field."""

from datetime import datetime
from typing import Any

from extractors.records import Capture, Mention, Observation, Review
from index.analysis import prepare
from index.derive import Derived, contact_values
from index.documents import Document, Key
from index.fields import normal_values
from index.merge import State
from index.reviews import SeenReview

_LISTING_KEYWORDS = (
    "vendor",
    "market",
    "category",
    "ships_from",
    "ships_to",
    "ships_excluded",
    "payment",
    "escrow",
    "url",
)
_VENDOR_KEYWORDS = ("market", "ships_from", "ships_to", "url")
# What the texts say counts where the page has a field for it and leaves it empty.
_PAGE_BEATS_TEXT = frozenset({"ships_from", "ships_to", "payment"})


def listing_document(state: State, derived: Derived) -> Document:
    """A listing: price in US dollars only where it is stated in them."""
    body = state.body
    price = body["price"] or (body["prices"][0] if body["prices"] else None)
    numbers: dict[str, Any] = {"stock": body["stock"], "sold": body["sold"], "views": body["views"]}
    if price is not None:
        numbers["cost"] = price["amount"]
        numbers["price"] = price["amount"] if price["currency"] == "USD" else None
    return _document(
        state,
        derived,
        names=[],
        texts=(body["title"], [body["description"]]),
        keywords={
            **{name: _listed(body[name]) for name in _LISTING_KEYWORDS},
            "listing": [body["listing_id"]],
            "currency": [price["currency"]] if price else [],
        },
        numbers=numbers,
        dates={"posted": body["posted_at"]},
    )


def vendor_document(state: State, derived: Derived) -> Document:
    """A vendor: the handle, contacts, addresses and fingerprints are names, which count most in a search for words."""
    body = state.body
    contacts = [value for one in body["contacts"] for value in contact_values(one["type"], one["value"])]
    rating = body["rating"] or {}
    score, scale = rating.get("score"), rating.get("scale")
    return _document(
        state,
        derived,
        names=[body["handle"], *(one["value"] for one in body["contacts"])],
        texts=(None, [body["description"], body["terms"]]),
        keywords={
            **{name: _listed(body[name]) for name in _VENDOR_KEYWORDS},
            "vendor": [body["handle"]],
            "contact": contacts,
            "account": [state.key.id],
        },
        numbers={"sold": body["sales"], "rating": score / scale if score is not None and scale else None},
        dates={"registered": body["registered_at"]},
    )


def _document(
    state: State,
    derived: Derived,
    *,
    names: list[str],
    texts: tuple[str | None, list[str | None]],
    keywords: dict[str, list[str]],
    numbers: dict[str, float | None],
    dates: dict[str, str | None],
) -> Document:
    merged = dict(keywords)
    for name, values in derived.keywords.items():
        if name not in _PAGE_BEATS_TEXT or not merged.get(name):
            merged[name] = [*merged.get(name, []), *values]
    names = [*names, *(value for name in ("address", "contact", "pgp") for value in derived.keywords.get(name, []))]
    merged["capture"] = list(state.body["sources"].values())
    title, others = texts
    return Document(
        kind=state.key.kind,
        id=state.key.id,
        body=state.body,
        words={"name": prepare(names), "title": prepare([title]), "text": prepare(others)},
        keywords=_normal(merged),
        numbers={
            **derived.numbers,
            **{name: [float(value)] for name, value in numbers.items() if value is not None},
        },
        dates={
            "first_seen": [state.first],
            "last_seen": [state.last],
            **{name: [datetime.fromisoformat(value)] for name, value in dates.items() if value},
        },
        state=state.kept(),
    )


def mention_document(mention: Mention, number: int, state: State) -> Document:
    """A mention: ``number`` counts the mentions of one field, so that a text read again takes the places of the old.

    Which capture states its text is told by the ``sources`` of its record.
    """
    vendor = state.body.get("vendor") or state.body.get("handle")
    return Document(
        kind="mention",
        id=f"{mention.source}:{number}",
        body=mention.model_dump(mode="json"),
        words={"text": prepare([mention.text])},
        keywords=_normal(
            {
                "type": [mention.type],
                "value": [mention.value],
                "record": [f"{state.key.kind}:{state.key.id}"],
                "field": [mention.source.rpartition("#")[2]],
                "market": [state.body["market"]],
                "vendor": _listed(vendor),
            }
        ),
    )


def review_document(seen: SeenReview, former: Document | None) -> Document:
    """A review, as it was first seen, with all its captures; ``former`` is what the index holds of it."""
    review, first, last, captures = seen.review, seen.first, seen.last, seen.captures
    if former is not None:
        earliest, latest = (datetime.fromisoformat(one) for one in former.state["seen"])
        review = Review.model_validate(former.body)
        captures = list(dict.fromkeys([*review.captures, *captures]))
        first, last = min(first, earliest), max(last, latest)
    review = review.model_copy(update={"captures": captures})
    return Document(
        kind="review",
        id=seen.id,
        body=review.model_dump(mode="json"),
        words={"text": prepare([review.text])},
        keywords=_normal(
            {
                "market": [review.market],
                "vendor": _listed(review.vendor),
                "listing": _listed(review.listing_id),
                "currency": _listed(review.amount.currency if review.amount else None),
            }
        ),
        numbers={"cost": [float(review.amount.amount)]} if review.amount else {},
        dates={
            "first_seen": [first],
            "last_seen": [last],
            **({"posted": [review.posted_at]} if review.posted_at else {}),
        },
        state={"seen": [first.isoformat(), last.isoformat()]},
    )


def observation_document(observation: Observation, state: State) -> Document:
    """A change, named by what changed and the capture that showed it."""
    vendor = state.body.get("vendor") or state.body.get("handle")
    return Document(
        kind="observation",
        id=f"{observation.record}#{observation.field}@{observation.capture}",
        body=observation.model_dump(mode="json"),
        keywords=_normal(
            {
                "record": [observation.record],
                "field": [observation.field],
                "market": [state.body["market"]],
                "vendor": _listed(vendor),
                "capture": [observation.capture],
            }
        ),
        dates={"first_seen": [observation.at], "last_seen": [observation.at]},
    )


def capture_document(capture: Capture, page_kind: str | None, problems: list[dict[str, Any]]) -> Document:
    """A capture, with the kind of its page and what was wrong with it."""
    return Document(
        kind="capture",
        id=capture.capture_id,
        body={**Capture(**_plain(capture), page_kind=page_kind).model_dump(mode="json"), "problems": problems},
        keywords=_normal(
            {
                "site": [capture.site],
                "url": [capture.url],
                "status": _listed(capture.status),
                "page": _listed(page_kind),
                "run": [capture.run_id],
                "capture": [capture.capture_id],
            }
        ),
        dates={"first_seen": [capture.fetched_at], "last_seen": [capture.fetched_at]},
    )


def stale_mentions(key: Key, former: dict[str, int], present: dict[str, int]) -> list[Key]:
    """The mentions that are no more, of a record whose fields had and have so many each."""
    return [
        Key("mention", f"{key.kind}:{key.id}#{name}:{number}")
        for name, count in former.items()
        for number in range(present.get(name, 0), count)
    ]


def _plain(capture: Capture) -> dict[str, Any]:
    """A capture's own fields: the journal's entries have more."""
    return {name: getattr(capture, name) for name in Capture.model_fields if name != "page_kind"}


def _listed(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _normal(keywords: dict[str, list[str]]) -> dict[str, list[str]]:
    normal = {name: normal_values(name, values) for name, values in keywords.items()}
    return {name: values for name, values in normal.items() if values}
