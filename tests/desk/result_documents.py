"""Documents of every kind with every field filled, to export."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from extractors.records import Capture, Listing, Mention, Observation, Review, Vendor
from index.documents import Document, Kind
from tests.desk.identities import greenleaf

SEEN = datetime(2026, 2, 1, 10, 30, 0, 250_000, tzinfo=UTC)
CAPTURE = "c" * 64
DATES = {"first_seen": [SEEN], "last_seen": [datetime(2026, 3, 1, tzinfo=UTC)]}
READ = {"substance": ["cocaine", "mdma"], "class": ["stimulant"], "goods": ["drug"], "carrier": ["dhl"]}
WORDS = ["pure", "uncut", "colombian", "stealth", "shipping", "tracked", "gram", "ounce", "quality", "market", "price"]


def listing(number: int = 1, **values: Any) -> Document:
    """A listing with every field; ``values`` take the place of some."""
    record = Listing.model_validate(
        {
            "market": "alpha",
            "listing_id": f"{number:07}",
            "url": "http://alpha.onion/1",
            "title": "10g of something",
            "description": "first line\nsecond; line",
            "vendor": "GreenLeaf",
            "category": ["Drugs", "Stimulants; other"],
            "price": {"amount": "0.00001", "currency": "BTC"},
            "prices": [{"amount": "45", "currency": "USD", "min_quantity": "1", "unit": "g"}],
            "unit": "g",
            "ships_from": ["NL"],
            "ships_to": ["EU", "US"],
            "ships_excluded": ["AU"],
            "shipping_options": [{"name": "Letter", "price": {"amount": "2", "currency": "EUR"}, "days_min": 1.5}],
            "payment": ["btc", "xmr"],
            "escrow": "multisig",
            "stock": 7,
            "sold": 0,
            "views": 1234567,
            "min_order": "2.5",
            "posted_at": "2026-01-05T00:00:00Z",
            "images": ["http://alpha.onion/1.jpg"],
            "first_seen_at": SEEN,
            "last_seen_at": "2026-03-01T00:00:00Z",
            "captures": [CAPTURE],
            **values,
        }
    )
    return Document(
        kind="listing",
        id=record.record_id,
        body={**record.model_dump(mode="json"), "sources": {"title": CAPTURE}, "usd": {"rate": 5000.0}},
        keywords={**READ, "ships_from": ["NL"], "ships_to": ["EU", "US"], "payment": ["btc", "xmr"]},
        numbers={"cost": [0.00001], "price": [45.5], "price_per_gram": [4.55], "grams": [10.0]},
        dates={**DATES, "valid_from": [SEEN]},
        state={"of no use": "to anyone else"},
    )


def version() -> Document:
    """What the listing was in January."""
    former = listing(title="5g of something", price={"amount": "30", "currency": "USD"})
    return former.model_copy(
        update={
            "kind": "version",
            "id": f"listing:{former.id}@{CAPTURE}",
            "keywords": {**former.keywords, "record": [f"listing:{former.id}"]},
            "dates": {**DATES, "valid_from": [datetime(2026, 1, 1, tzinfo=UTC)], "valid_to": [SEEN]},
        }
    )


def one_of_each() -> list[Document]:
    """One document of each kind but versions, in the order of kinds."""
    vendor = Vendor.model_validate(
        {
            "market": "alpha",
            "handle": "GreenLeaf",
            "url": "http://alpha.onion/v",
            "description": "we ship",
            "terms": "no refunds",
            "pgp_keys": ["-----BEGIN PGP PUBLIC KEY BLOCK-----\nx\n-----END PGP PUBLIC KEY BLOCK-----"],
            "contacts": [{"type": "wickr", "value": "leaf"}],
            "ships_from": ["NL"],
            "ships_to": ["WW"],
            "registered_at": "2025-01-01T00:00:00Z",
            "last_seen_at": "2026-02-28T00:00:00Z",
            "level": "3",
            "trust_level": "9",
            "rating": {"score": 4.9, "scale": 5, "positive": 100, "neutral": 2, "negative": 1},
            "sales": 120,
            "disputes": {"won": 3, "lost": 1},
            "external_ratings": [{"market": "empire", "handle": "leaf", "sales": 12, "rating": 4.5}],
            "finalize_early": False,
            "captures": [CAPTURE],
        }
    )
    review = Review.model_validate(
        {
            "market": "alpha",
            "listing_id": "1",
            "vendor": "GreenLeaf",
            "buyer": "a***z",
            "rating": "5",
            "text": "fast",
            "amount": {"amount": "45.5", "currency": "USD"},
            "posted_at": SEEN,
            "captures": [CAPTURE],
        }
    )
    mention = Mention.model_validate(
        {
            "type": "quantity",
            "text": "10g",
            "start": 0,
            "end": 3,
            "value": "10",
            "unit": "g",
            "source": "listing:alpha/1#title",
            "extractor": "quantities",
            "version": "1",
            "confidence": 0.75,
            "data": {"per": ["pack", 2]},
        }
    )
    observation = Observation.model_validate(
        {
            "record": "listing:alpha/1",
            "field": "price",
            "before": {"amount": 1.0, "currency": "BTC"},
            "after": {"amount": 2.0, "currency": "BTC"},
            "at": SEEN,
            "capture": CAPTURE,
        }
    )
    capture = Capture.model_validate(
        {
            "capture_id": CAPTURE,
            "site": "alpha",
            "url": "http://alpha.onion/1",
            "fetched_at": SEEN,
            "status": 200,
            "payload_digest": "sha256:" + "d" * 64,
            "warc_file": "alpha/1.warc.gz",
            "offset": 10,
            "length": 20,
            "page_kind": "listing",
            "run_id": "run-1",
        }
    )
    about = {"market": ["alpha"], "vendor": ["greenleaf"], "record": ["listing:alpha/1"], "field": ["title"]}
    return [
        listing(),
        _document("vendor", vendor.record_id, vendor.model_dump(mode="json"), READ, sources={"handle": CAPTURE}),
        _document("review", "alpha/r1", review.model_dump(mode="json"), {}),
        _document("mention", "listing:alpha/1#title:0", mention.model_dump(mode="json"), about),
        _document("observation", "listing:alpha/1#price@c", observation.model_dump(mode="json"), about),
        _document("capture", CAPTURE, capture.model_dump(mode="json"), {}, problems=[{"code": "unknown_page"}]),
        _document("identity", "id-1", greenleaf().model_dump(mode="json"), {"account": ["alpha/greenleaf"]}),
    ]


def generated_listings(count: int) -> Iterator[Document]:
    """So many listings with texts of a few hundred characters, the same each time."""
    chance = random.Random(7)
    for number in range(count):
        text = "\n".join(" ".join(chance.choices(WORDS, k=10)) for _ in range(3))
        yield listing(number, title=" ".join(chance.choices(WORDS, k=6)), description=text)


def generated_reviews(count: int) -> Iterator[Document]:
    """So many reviews with texts of a few hundred characters, the same each time."""
    chance = random.Random(7)
    body = Review(market="alpha", vendor="GreenLeaf", rating="5", posted_at=SEEN, captures=[CAPTURE]).model_dump(
        mode="json"
    )
    for number in range(count):
        yield _document("review", f"alpha/{number:07}", {**body, "text": " ".join(chance.choices(WORDS, k=40))}, {})


def _document(kind: Kind, name: str, body: dict[str, Any], keywords: dict[str, list[str]], **added: Any) -> Document:
    return Document(kind=kind, id=name, body={**body, **added}, keywords=keywords, dates=DATES)
