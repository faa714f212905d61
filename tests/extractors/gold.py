"""The literal expectations on saved pages (``pages/gold.jsonl`` of the research data), stated in fields of our records.

An expectation is one comparison: what was expected, and what our record holds. The page of an entry is the one that it
names, or else, for Cryptonia, the one whose number its test's name ends with ("..._zero"): those are told apart.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from extractors.countries import country_code, parse_destinations
from extractors.market_names import market_name
from extractors.reading import Reading
from extractors.records import ExternalRating, Listing, Vendor
from tests.extractors.pages import SavedPages

_NUMBERS = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen",
]  # fmt: skip
_FOLDERS = {
    "get_nr_of_result_pages_in_category": "search_results/saved_cryptonia_search_result_in_category_",
    "get_product_page_urls": "search_results/saved_cryptonia_search_result_in_category_",
    "get_titles_sellers_and_seller_urls": "search_results/saved_cryptonia_search_result_in_category_",
}
# Entries that state no field of our records, by the older parser's function, and why.
WITHOUT_FIELD = {
    None: "the entry names no function; what it expects is whether goods are digital, which no record holds",
    "get_cryptocurrency_rates": "exchange rates are no record",
    "get_captcha_image_url_from_market_page": "captchas are the crawler's matter",
    "get_login_payload": "log-ins are the crawler's matter",
    "user_is_banned": "no record holds whether the market banned a vendor",
    "_get_final_quantity_in_stock": "a function of the older parser, not of a page",
    "get_nr_of_result_pages_in_category": "the number of result pages is no record",
    "get_listing_type": "no record holds whether goods are digital",
}
# What else an entry expects beside a field of ours, and why it is not compared.
VALUES_WITHOUT_FIELD = {
    "amount_on_escrow": "no record holds what a vendor has in escrow",
    "ends_in": "no record holds when a listing ends",
    "listing_type": "no record holds whether goods are digital",
    "accepts_btc_multisig": "another way to pay with a coin that the record holds",
    "urls_is_sticky": "no record holds whether a row is advertised",
    "external ratings: scale, feedback by sign, note": "a rating on another market is its sales and its score",
    "wait_interval": "how long to wait is the crawler's matter",
    "seller_urls": "a row's vendor is a name",
}


@dataclass(frozen=True, slots=True)
class Expectation:
    """One comparison: where it is from, what was expected, what we read."""

    entry: str
    page: str
    field: str
    expected: Any
    read: Any

    @property
    def met(self) -> bool:
        """Whether both are the same."""
        return bool(self.expected == self.read)


def expectations(shared_data: Path, market: str, *, named: bool) -> Iterator[Expectation]:
    """All expectations of one market that state a field of ours.

    Args:
        shared_data: the research data.
        market: empire or cryptonia.
        named: those whose entry names its page; else those whose page follows from the test's name.
    """
    pages = SavedPages(shared_data, market)
    read = cache(pages.read)
    for entry in gold_entries(shared_data):
        function = entry["function"]
        if entry["market"] != market or function in WITHOUT_FIELD or bool(entry["page"]) != named:
            continue
        page = entry["page"] or _page_by_number(entry)
        assert page is not None, entry["test"]
        expected = {name: expect["expected"] for expect in entry["expect"] for name in expect["of"]}
        for field, wanted, found in _CHECKS[function](expected, read(page)):
            yield Expectation(entry["test"].partition(".")[2], page, field, wanted, found)


def gold_entries(shared_data: Path) -> list[dict[str, Any]]:
    """All entries of the file."""
    with (shared_data / "pages" / "gold.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _page_by_number(entry: dict[str, Any]) -> str | None:
    if entry["market"] != "cryptonia":
        return None
    word = entry["test"].rpartition("_")[2]
    if entry["function"] == "get_category_pairs_and_urls":
        return "saved_cryptonia_category_index_0"
    folder = _FOLDERS.get(entry["function"], "listings/saved_cryptonia_listing_")
    return f"{folder}{_NUMBERS.index(word)}" if word in _NUMBERS else None


Check = Iterator[tuple[str, Any, Any]]


def _listing(reading: Reading) -> Listing:
    return next(record for record in reading.records if isinstance(record, Listing))


def _vendor(reading: Reading) -> Vendor:
    return next(record for record in reading.records if isinstance(record, Vendor))


def _stock(expected: dict[str, Any], reading: Reading) -> Check:
    name = "quantity_in_stock" if "quantity_in_stock" in expected else "quantity"
    yield "stock", expected[name], _listing(reading).stock
    if "minimum_order_unit_amount" in expected:
        # One unit is what a page means that states no minimum.
        least = expected["minimum_order_unit_amount"]
        yield "min_order", None if least == 1 else least, _listing(reading).min_order
        yield "unit", expected["unit_type"], _listing(reading).unit


def _dispatch(expected: dict[str, Any], reading: Reading) -> Check:
    # Of what does not run out there is no number; without automatic dispatch it says nothing of the stock.
    unlimited, count = expected["has_unlimited_dispatch"]
    if unlimited or count is not None:
        yield "stock", count, _listing(reading).stock


def _shipping(expected: dict[str, Any], reading: Reading) -> Check:
    rows = expected.get("shipping_methods") or []
    read = [
        [option.name, option.days_max, option.price and option.price.currency, option.price and option.price.amount]
        for option in _listing(reading).shipping_options
    ]
    yield (
        "shipping_options",
        [[row[0], row[1], row[2], _close(row[3])] for row in rows],
        [[name, days, currency, _close(amount)] for name, days, currency, amount in read],
    )


def _bulk(expected: dict[str, Any], reading: Reading) -> Check:
    yield (
        "prices",
        [[row[0], row[1], _close(row[2])] for row in expected["bulk_prices"]],
        [[price.min_quantity, price.max_quantity, _close(price.amount)] for price in _listing(reading).prices],
    )


def _close(amount: Any) -> float | None:
    return None if amount is None else round(float(amount), 8)


def _ratings(stated: list[list[Any]], read: list[ExternalRating]) -> Check:
    yield (
        "external_ratings",
        [[market_name(row[0]), row[1], row[2]] for row in stated],
        [[rating.market, rating.sales, rating.rating] for rating in read],
    )


def _places(expected: dict[str, Any], reading: Reading) -> Check:
    listing = _listing(reading)
    origin = expected["origin_country"]
    yield "ships_from", [country_code(origin)] if origin else [], listing.ships_from
    indexed = [value for name, value in expected.items() if name.startswith("destination_countries[")]
    # Empire marks continents so; the world holds them all.
    names = [name.replace("(c)", " continent") for name in expected.get("destination_countries", indexed)]
    yield "ships_to", list(parse_destinations(", ".join(names)).to), listing.ships_to
    if "payment_type" in expected:
        yield "escrow", expected["payment_type"].lower(), listing.escrow


def _price(expected: dict[str, Any], reading: Reading) -> Check:
    listing = _listing(reading)
    assert listing.price is not None
    yield "price.amount", expected["price"], float(listing.price.amount)
    yield "price.currency", expected.get("currency") or expected["fiat_currency"], listing.price.currency
    if "unit_type" in expected:
        yield "unit", expected["unit_type"], listing.unit


def _categories(expected: dict[str, Any], reading: Reading) -> Check:
    yield "category", [row[0] for row in expected["listing_categories"]], _listing(reading).category


def _index(expected: dict[str, Any], reading: Reading) -> Check:
    urls, _, titles, sellers, _, views = next(iter(expected.values()))
    listings = [record for record in reading.records if isinstance(record, Listing)]
    yield "rows.url", urls, [urlsplit(listing.url or "").path for listing in listings]
    # A browser shows runs of spaces as one, and so do our titles.
    yield "rows.title", [" ".join(title.split()) for title in titles], [listing.title for listing in listings]
    yield "rows.vendor", sellers, [listing.vendor for listing in listings]
    yield "rows.views", views, [listing.views for listing in listings]


def _row_count(expected: dict[str, Any], reading: Reading) -> Check:
    count = next(value for name, value in expected.items() if name in {"len(product_page_urls)", "len(titles)"})
    yield "rows", count, sum(isinstance(record, Listing) for record in reading.records)


def _payment(expected: dict[str, Any], reading: Reading) -> Check:
    for name, accepted in expected.items():
        coin = name.removeprefix("accepts_")
        # Multisig is another way to pay with the same coin.
        if "_" not in coin:
            yield f"payment {coin}", accepted, coin in _listing(reading).payment


def _escrow(expected: dict[str, Any], reading: Reading) -> Check:
    yield "escrow", expected["supports_escrow"], _listing(reading).escrow == "escrow"


def _seller(expected: dict[str, Any], reading: Reading) -> Check:
    vendor = _vendor(reading)
    yield "rating.score", expected["percent_positive_rating"], vendor.rating and vendor.rating.score
    yield "disputes", expected["disputes"], vendor.disputes and [vendor.disputes.won, vendor.disputes.lost]
    yield from _ratings(expected["external_market_ratings"], vendor.external_ratings)
    origin = expected["ships_from"]
    yield "ships_from", [country_code(origin)] if origin else [], vendor.ships_from
    yield "ships_to", [country_code(name) for name in expected["ships_to"]], vendor.ships_to
    yield "contacts", expected["jabber_id"], vendor.contacts[0].value if vendor.contacts else None
    yield "finalize_early", expected["fe_enabled"], vendor.finalize_early


def _level(expected: dict[str, Any], reading: Reading) -> Check:
    vendor = _vendor(reading)
    yield "sales", expected["parenthesis_number"], vendor.sales
    yield "level", str(expected["vendor_level"]), vendor.level


def _description(expected: dict[str, Any], reading: Reading) -> Check:
    yield "description", expected["description"], _listing(reading).description


def _about(expected: dict[str, Any], reading: Reading) -> Check:
    yield "description", expected["seller_description"], _vendor(reading).description


def _next_feedback(expected: dict[str, Any], reading: Reading) -> Check:
    paths = [urlsplit(link.url).path for link in reading.links]
    # The first page is behind, wherever one is.
    pages = [path for path in paths if re.fullmatch(r"/user/[^/]+/\d+", path) and not path.endswith("/1")]
    wanted = expected["next_feedback_url"]
    yield "links", wanted.partition("#")[0] if wanted else None, pages[0] if pages else None


def _kind(kind: str) -> Callable[[dict[str, Any], Reading], Check]:
    def check(expected: dict[str, Any], reading: Reading) -> Check:
        yield f"page_kind {kind}", next(iter(expected.values())), reading.page_kind == kind

    return check


def _logged_in(expected: dict[str, Any], reading: Reading) -> Check:
    yield "page_kind login", not expected["is_logged_in"], reading.page_kind == "login"


def _refresh(_: dict[str, Any], reading: Reading) -> Check:
    yield "page_kind queue", "queue", reading.page_kind


def _login_page(_: dict[str, Any], reading: Reading) -> Check:
    yield "page_kind login", "login", reading.page_kind


def _totals(expected: dict[str, Any], reading: Reading) -> Check:
    yield "totals", expected["len(category_pairs)"], len(reading.totals)


_CHECKS: dict[str, Callable[[dict[str, Any], Reading], Check]] = {
    "get_product_class_quantity_left_and_ends_in": _stock,
    "get_quantity_in_stock_unit_type_and_minimum_order_unit_amount": _stock,
    "has_unlimited_dispatch_and_quantity_in_stock": _dispatch,
    "get_shipping_methods": _shipping,
    "get_bulk_prices": _bulk,
    "get_external_market_ratings": lambda expected, reading: _ratings(
        expected["external_market_ratings"], _vendor(reading).external_ratings
    ),
    "get_listing_categories": _categories,
    "get_origin_country_and_destinations": _places,
    "get_origin_country_and_destinations_and_payment_type": _places,
    "get_fiat_currency_and_price": _price,
    "get_fiat_currency_and_price_and_unit_type": _price,
    "get_listing_infos": _index,
    "get_product_page_urls": _row_count,
    "get_titles_sellers_and_seller_urls": _row_count,
    "get_category_pairs_and_urls": _totals,
    "accepts_currencies": _payment,
    "supports_escrow": _escrow,
    "get_seller_info": _seller,
    "get_parenthesis_number_and_vendor_level": _level,
    "get_description": _description,
    "get_seller_about_description": _about,
    "get_next_feedback_url": _next_feedback,
    "get_meta_refresh_interval": _refresh,
    "is_internal_connection_error": _login_page,
    "is_listing": _kind("listing"),
    "is_pgp_key": _kind("pgp"),
    "is_search_result": _kind("listing_index"),
    "is_logged_in": _logged_in,
    "is_apollon_404_error": _kind("not_found"),
}
