"""The fields that can be searched: the one list for both stores, the query language and its documentation."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from extractors.countries import region_countries

FieldType = Literal["keyword", "number", "date", "period", "text"]

# A keyword is searched whole; what is longer is cut (in documents and in queries alike), as engines refuse long terms.
_LONGEST_KEYWORD = 500


@dataclass(frozen=True, slots=True)
class Field:
    """One searchable field.

    Attributes:
        name: as it is written in a query.
        type: ``keyword`` (exact values), ``number``, ``date``, ``period`` (from first_seen to last_seen), ``text``.
        meaning: one line for the documentation.
        example: a query that uses it.
        normalize: what a query's value and a document's value become; one value of a query may mean several.
        sortable: whether results may be sorted by it.
    """

    name: str
    type: FieldType
    meaning: str
    example: str
    normalize: Callable[[str], list[str]] = lambda text: [plain(text)]
    sortable: bool = False


def plain(text: str) -> str:
    """A keyword as it is compared: compatibility forms and case folded, one space between words, no controls."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = "".join(
            letter for letter in text if unicodedata.category(letter) not in {"Cc", "Cf", "Cs"} or letter.isspace()
        )
    return " ".join(text.replace("\0", " ").casefold().split())[:_LONGEST_KEYWORD]


def _slug(text: str) -> list[str]:
    return ["-".join(plain(text).replace("_", " ").split())]


def _places(text: str) -> list[str]:
    codes = region_countries(text) or region_countries(text.upper())
    return list(codes) or [plain(text).upper()]


def _contact(text: str) -> list[str]:
    """``@Alice`` and ``telegram:@Alice`` read ``alice`` and ``telegram:alice``."""
    kind, colon, value = plain(text).rpartition(":")
    return [f"{kind}{colon}{value.removeprefix('@')}"]


def _key(text: str) -> list[str]:
    digits = re.sub(r"[\s:]+", "", text).upper().removeprefix("0X")
    return [digits[:_LONGEST_KEYWORD] if re.fullmatch(r"[0-9A-F]+", digits) else plain(text)]


def _upper(text: str) -> list[str]:
    return [plain(text).upper()]


_KEYWORDS = [
    Field("kind", "keyword", "what it is: listing, vendor, review, mention, capture, observation, version, identity",
          "kind:vendor"),
    Field("substance", "keyword", "what is offered: the name in the lexicon", "substance:cocaine"),
    Field("class", "keyword", "the substance's class", "class:opioid"),
    Field("schedule", "keyword", "the substance's US schedule", "schedule:II"),
    Field("goods", "keyword", "what sort of goods: drug, firearm, counterfeit, ...", "goods:drug"),
    Field("vendor", "keyword", "the handle, whole, in any case", "vendor:dr_green"),
    Field("market", "keyword", "the market", "market:empire", _slug),
    Field("listing", "keyword", "the listing's id on its market", "listing:1042"),
    Field("ships_from", "keyword", "origin: a country, its code, or a region", "ships_from:germany", _places),
    Field("ships_to", "keyword", "destination, as the page or the text states it; WW is worldwide", "ships_to:US",
          _places),
    Field("ships_excluded", "keyword", "where the vendor does not send", "ships_excluded:AU", _places),
    Field("category", "keyword", "the market's own category, at any level", 'category:"cannabis"'),
    Field("payment", "keyword", "coin that is taken", "payment:xmr"),
    Field("escrow", "keyword", "escrow, finalize_early, multisig or partial", "escrow:finalize_early"),
    Field("currency", "keyword", "the currency in which the price is stated", "currency:BTC", _upper),
    Field("carrier", "keyword", "who carries the parcel", "carrier:usps"),
    Field("address", "keyword", "a crypto address with a true checksum", "address:bc1q*"),
    Field("contact", "keyword", "a contact, with or without its type", "contact:alice@example.org", _contact),
    Field("pgp", "keyword", "a key's fingerprint, or its id of 16 or 8 digits", "pgp:0123456789ABCDEF", _key),
    Field("url", "keyword", "the page's address", r"url:http\:*"),
    Field("page", "keyword", "of a capture: what kind of page it is", "page:listing"),
    Field("site", "keyword", "of a capture: the site it was crawled from", "site:empire"),
    Field("status", "keyword", "of a capture: the HTTP status", "status:404"),
    Field("run", "keyword", "of a capture: the crawl run or import", "run:*"),
    Field("capture", "keyword", "the id of a capture that states a field of the record", "capture:*"),
    Field("type", "keyword", "of a mention: its type", "type:crypto_address"),
    Field("value", "keyword", "of a mention: its normal form", "value:mdma"),
    Field("record", "keyword", "of a mention, observation or version: the record that it is of",
          'record:"listing:empire/1042"'),
    Field("field", "keyword", "of a mention or observation: the field that it is in", "field:price"),
    Field("account", "keyword", "of an identity: an account of it, market/handle", "account:empire/dr_green"),
]  # fmt: skip

_NUMBERS = [
    Field("price", "number", "the price of one unit in US dollars, stated or at the day's rate", "price:[10 TO 50]",
          sortable=True),
    Field("price_per_gram", "number", "that price divided by the grams", "price_per_gram:[40 TO 90]", sortable=True),
    Field("cost", "number", "the price of one unit in the currency that is stated", "currency:BTC AND cost:<0.01",
          sortable=True),
    Field("grams", "number", "the amount that is offered, in grams", "grams:>=28", sortable=True),
    Field("stock", "number", "how many are left", "stock:>100", sortable=True),
    Field("sold", "number", "how many were sold (listing), or sales (vendor)", "sold:>500", sortable=True),
    Field("views", "number", "how often a listing was looked at", "views:>1000", sortable=True),
    Field("rating", "number", "a vendor's score, of 1", "rating:>0.95", sortable=True),
]  # fmt: skip

_DATES = [
    Field("seen", "period", "it was on the market at that time: from its first to its last capture",
          "seen:[2019-01-01 TO now]"),
    Field("first_seen", "date", "when it was captured for the first time", "first_seen:>now-7d", sortable=True),
    Field("last_seen", "date", "when it was captured for the last time", "last_seen:<2019-06", sortable=True),
    Field("valid_from", "date", "of a listing, vendor or version: when this state of it was seen first",
          "valid_from:>2019-05", sortable=True),
    Field("valid_to", "date", "of a version: when the state after it was seen first", "valid_to:2019-05",
          sortable=True),
    Field("posted", "date", "when a listing or a review was posted", "posted:2019", sortable=True),
    Field("registered", "date", "when the vendor joined the market", "registered:[2018 TO 2019-03]", sortable=True),
]  # fmt: skip

_TEXTS = [
    Field("title", "text", "words of a listing's title or a vendor's handle", "title:(blue dolphin)"),
    Field("text", "text", "words of descriptions, terms, reviews", 'text:"stealth shipping"'),
    Field("name", "text", "words of handles, contacts, addresses", "name:green"),
]

FIELDS: dict[str, Field] = {field.name: field for field in (*_KEYWORDS, *_NUMBERS, *_DATES, *_TEXTS)}
KEYWORDS = tuple(field.name for field in _KEYWORDS)
NUMBERS = tuple(field.name for field in _NUMBERS)
DATES = tuple(field.name for field in _DATES if field.type == "date")
TEXTS = ("name", "title", "text")

# How much more a word counts in a handle, contact or address, and in a title, than in a text. FTS5 multiplies how
# often a word occurs, and BM25 flattens that (from 3 times on it hardly counts more): a name comes before any number of
# occurrences elsewhere only with a weight as large as this.
TEXT_WEIGHTS: dict[str, float] = {"name": 1000.0, "title": 3.0, "text": 1.0}


def normal_values(field: str, values: Iterable[str | None]) -> list[str]:
    """A document's values of a keyword field as they are searched: each once, in order, without the empty."""
    normalize = FIELDS[field].normalize
    return list(dict.fromkeys(one for value in values if value for one in normalize(value) if one))
