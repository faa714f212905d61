"""An older parser's rows of the saved White House pages (``silver.csv`` of the research data), beside our own.

Rows are matched by the listing's URL. A listing may stand on several pages, as the market moved rows while it was
crawled, and the older parser took the pages in another order: the prices of one URL are compared as a whole.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from pathlib import Path

from extractors.countries import country_code
from extractors.records import Listing
from tests.extractors.pages import SavedPages

DIGITAL = "Digital / Service"
NO_PRICE = "N/A"


@dataclass(slots=True)
class Offer:
    """One listing: the older parser's rows of it, and ours, each with the sum in Australian dollars."""

    silver: list[dict[str, str]] = field(default_factory=list)
    ours: list[Listing] = field(default_factory=list)
    ours_aud: list[Decimal] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one offer in which both differ.

    Attributes:
        currency: of the price that the page states.
        rows: on how many rows the offer stands.
    """

    field: str
    url: str
    silver: str
    ours: str
    currency: str
    rows: int


def offers(shared_data: Path) -> dict[str, Offer]:
    """All listings of either, by the URL as it stands on the page."""
    pages = SavedPages(shared_data, "white-house")
    found: dict[str, Offer] = defaultdict(Offer)
    with (pages.folder / "silver.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found[row["Product URL"]].silver.append(row)
    for name in pages.names():
        rates = _rates((pages.folder / name).read_text("utf-8"))
        for record in pages.read(name).records:
            if isinstance(record, Listing) and record.url and record.price:
                offer = found[record.url.rpartition("/")[2]]
                offer.ours.append(record)
                in_aud = record.price.amount * rates["AUD"] / rates[record.price.currency]
                # The market drops what is below a cent.
                offer.ours_aud.append(in_aud.quantize(Decimal("0.01"), ROUND_DOWN))
    return found


def compared(offer: Offer) -> dict[str, tuple[list[str], list[str]]]:
    """By field, the older parser's values and ours, in the same words."""
    return {
        "title": (_all(offer, "Product"), [str(one.title) for one in offer.ours]),
        "vendor": (_all(offer, "Vendor"), [str(one.vendor) for one in offer.ours]),
        "category": (_all(offer, "Category"), [" / ".join(one.category) for one in offer.ours]),
        "price": (sorted(_all(offer, "Price in AUD")), sorted(map(str, offer.ours_aud))),
        "ships_from": (_places(offer, "Shipping From"), [" ".join(one.ships_from) for one in offer.ours]),
        "ships_to": (_places(offer, "Shipping To"), [" ".join(one.ships_to) for one in offer.ours]),
    }


def differences(found: dict[str, Offer]) -> Iterator[Difference]:
    """Every field of every offer in which both differ."""
    for url, offer in found.items():
        currencies = ", ".join(sorted({one.price.currency for one in offer.ours if one.price}))
        for name, (silver, ours) in compared(offer).items():
            if silver != ours:
                yield Difference(name, url, _told(silver), _told(ours), currencies, len(offer.silver))


def _told(values: list[str]) -> str:
    return " | ".join(sorted(set(values)))


def _all(offer: Offer, column: str) -> list[str]:
    values = [" ".join(row[column].split()) for row in offer.silver]
    if column != "Price in AUD":
        return values
    return [value if value == NO_PRICE else f"{Decimal(value):.2f}" for value in values]


def _places(offer: Offer, column: str) -> list[str]:
    """Codes; goods that are not sent have no place."""
    return ["" if value == DIGITAL else country_code(value) or value for value in _all(offer, column)]


def _rates(html: str) -> dict[str, Decimal]:
    """What one coin costs in each currency, as the head of the page states it."""
    return {currency: Decimal(rate) for currency, rate in re.findall(r"1 XMR = (\w+) ([\d.]+)", html)}
