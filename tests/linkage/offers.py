"""Accounts with listings, made by hand."""

from datetime import UTC, datetime
from typing import Any

from extractors.amounts.facts import Measured
from linkage.account import Account
from linkage.offer import Offer


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def offer(title: str | None = None, *, grams: float | None = None, record: str = "listing:x/1", **fields: Any) -> Offer:
    """A listing; of so many grams, if told."""
    total = None if grams is None else Measured(value=grams, unit="g")
    sources = {"title": "capture of the listing", "description": "capture of the listing"}
    return Offer.model_validate({"record": record, "title": title, "total": total, "sources": sources, **fields})


def seller(name: str, *offers: Offer, **fields: Any) -> Account:
    """An account ``market/handle`` whose own page was seen."""
    market, handle = name.split("/")
    return Account.model_validate(
        {
            "id": name,
            "market": market,
            "handle": handle,
            "offers": offers,
            "record": f"vendor:{name}",
            "sources": dict.fromkeys(("description", "terms", "handle"), f"capture of {name}"),
            **fields,
        }
    )
