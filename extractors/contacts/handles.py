"""What may be somebody's name on a market or a messenger, and what is only a word that stands in its place."""

import re
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from extractors.words import fold

__all__ = ["HANDLE", "is_name", "looks_made_up"]

_FILE = Path(__file__).parent / "handle_words.yaml"

# A handle, to be put into other patterns: it begins and ends with a letter, a digit or an underscore.
HANDLE = r"\w(?:[\w.\-]{0,38}\w)?"
# A digit after a letter, a capital after a small letter, an underscore: no word of a language is written so.
_MADE_UP = re.compile(r"[^\W\d_][\d_]|[\d_][^\W\d_]|[a-z][A-Z]|^[A-Z]{2,20}[a-z]{3}")
_MEASURE = re.compile(
    r"\d{1,9}(?:[.,]\d{1,4})?"
    r"(?:st|nd|rd|th|[kx]|mg|mcg|ug|g|gr|kg|ml|cc|lbs?|oz|qp|hp|[gmt]b|pcs?|tabs?|caps?|h|hrs|min|days?|d|eur?|usd|gbp|btc)?",
    re.IGNORECASE,
)
# As long as an address or a fingerprint, with digits scattered over it: nobody calls himself so. An address that was
# mistyped, which its check digit gives away, is no name either.
_ADDRESS = re.compile(r"(?=[A-Za-z\d]{25})[A-Za-z]*(?:\d+[A-Za-z]+){2}\d[A-Za-z\d]*|[\da-fA-F]{16,}")


class _HandleWords(BaseModel):
    """``handle_words.yaml``: words that are no handles, in lower case."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str]
    words: list[str]


@cache
def _words() -> frozenset[str]:
    read = yaml.load(_FILE.read_text("utf-8"), Loader=yaml.CSafeLoader)
    return frozenset(_HandleWords.model_validate(read).words)


def is_name(word: str, *, shortest: int = 3) -> bool:
    """Whether a word may be a handle: not too short, no number, measure or address, no word of what vendors write."""
    if len(word) < shortest or _MEASURE.fullmatch(word) or _ADDRESS.fullmatch(word):
        return False
    if word.isascii() and word.lower() in _words():
        return False
    return fold(word) not in _words()


def looks_made_up(word: str) -> bool:
    """Whether a word is written as no language writes one: "GreenShop", "shop_1", "shop2go"."""
    return _MADE_UP.search(word) is not None and not _MEASURE.fullmatch(word.lower())
