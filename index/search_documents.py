"""From records to documents: which values of each kind are searched, and under which field."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from extractors.records import Capture, Mention, Observation
from index.analysis import prepare
from index.derive import Derived, contact_values
from index.documents import Document, Key
from index.fields import normal_values
from index.listing_price import listing_price
from index.merge import Change, State
from index.rates import Rates
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


def listing_document(state: State, derived: Derived, rates: Rates) -> Document:
    """A listing, with its price in US dollars at the rate of the day on which it was stated for the last time."""
    day = (state.priced or state.last).date()
    price = listing_price(state.body, next(iter(derived.numbers.get("grams", [])), None), day, rates)
    body = {**state.body, "usd": price.conversion}
    return _document(
        replace(state, body=body),
        derived,
        names=[],
        # The handle is found as a word, but tells little of what is offered: it counts as the description does.
        texts=(body["title"], [body["description"], body["vendor"]]),
        keywords={
            **{name: _listed(body[name]) for name in _LISTING_KEYWORDS},
            "listing": [body["listing_id"]],
            "currency": _listed(price.currency),
        },
        numbers={"stock": body["stock"], "sold": body["sold"], "views": body["views"], **price.numbers},
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


def record_document(state: State, derived: Derived, rates: Rates) -> Document:
    """A listing or a vendor."""
    return listing_document(state, derived, rates) if state.key.kind == "listing" else vendor_document(state, derived)


def version_document(version: State, derived: Derived, rates: Rates) -> Document:
    """A listing or vendor as it was until a change, named by the capture that it begins with."""
    document = record_document(version, derived, rates)
    assert version.until is not None
    return Document(
        kind="version",
        id=version_key(version.key, version.body["captures"][0]).id,
        body=document.body,
        words=document.words,
        keywords={**document.keywords, **_normal({"record": [f"{version.key.kind}:{version.key.id}"]})},
        numbers=document.numbers,
        dates={**document.dates, "valid_to": [version.until]},
        state=document.state,
    )


def version_key(key: Key, capture: str) -> Key:
    """What names the version of a record that a capture begins."""
    return Key("version", f"{key.kind}:{key.id}@{capture}")


def observation_key(key: Key, field: str, capture: str) -> Key:
    """What names the change of a record's field that a capture shows."""
    return Key("observation", f"{key.kind}:{key.id}#{field}@{capture}")


def mention_key(key: Key, field: str, number: int) -> Key:
    """What names a mention: those of one field are counted, so that a text read again takes the places of the old."""
    return Key("mention", f"{key.kind}:{key.id}#{field}:{number}")


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
            "valid_from": [state.since],
            **{name: [datetime.fromisoformat(value)] for name, value in dates.items() if value},
        },
        state=state.kept(),
    )


def mention_document(mention: Mention, number: int, state: State) -> Document:
    """The mention of that number in its field.

    Which capture states its text is told by the ``sources`` of its record.
    """
    field = mention.source.rpartition("#")[2]
    return Document(
        kind="mention",
        id=mention_key(state.key, field, number).id,
        body=mention.model_dump(mode="json"),
        words={"text": prepare([mention.text])},
        keywords=_normal(
            {
                "type": [mention.type],
                "value": [mention.value],
                "record": [f"{state.key.kind}:{state.key.id}"],
                "field": [field],
                "market": [state.body["market"]],
                "vendor": _listed(state.account),
            }
        ),
    )


def review_document(seen: SeenReview) -> Document:
    """A review, as it was first seen, with all its captures."""
    review = seen.review.model_copy(update={"captures": [capture for _time, capture in seen.places]})
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
            "first_seen": [seen.first],
            "last_seen": [seen.last],
            **({"posted": [review.posted_at]} if review.posted_at else {}),
        },
        state=seen.kept(),
    )


def observation_document(observation: Observation, change: Change) -> Document:
    """A change of a field, named by what changed and the capture that showed it."""
    record = change.before
    return Document(
        kind="observation",
        id=observation_key(record.key, observation.field, observation.capture).id,
        body=observation.model_dump(mode="json"),
        keywords=_normal(
            {
                "record": [observation.record],
                "field": [observation.field],
                "market": [record.body["market"]],
                "vendor": _listed(change.account),
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
        mention_key(key, name, number)
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
