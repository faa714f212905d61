"""Markets by name: "Dream Market", "DREAM" and "dream" are one market, which records call ``dream-market``."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from extractors.lexicon_files import read_words
from extractors.words import Piece, fold

__all__ = ["NamedMarket", "known_market", "market_name", "named_markets"]

Certainty = Literal["sure", "word", "short"]

_FILE = Path(__file__).parent / "market_names.yaml"
_NOT_TOLD_APART = re.compile(r"[\W_]+")
_MARKET = re.compile(r"market(?:place)?")
_WORDS = re.compile(r"[^\W_]+")
# What makes any name of a market a sure one: "Dream" may be a dream, "Dream Market" is not.
_SAID_MARKET = ("market", "marketplace", "markets", "markt", "mercado")
# What may stand between the parts of a name.
_GAPS = frozenset({"", " ", "-", ".", "'", "\u2019", "_", "  ", "\xa0", ". "})


class _Spellings(BaseModel):
    """One market of ``market_names.yaml``; the file says what the lists are for."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: Literal["market", "forum"] = "market"
    sure: list[str] = Field(default_factory=list)
    words: list[str] = Field(default_factory=list)
    short: list[str] = Field(default_factory=list)
    also: list[str] = Field(default_factory=list)


class _MarketsFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str]
    markets: dict[str, _Spellings]


class NamedMarket(NamedTuple):
    """A market's name in a text: its place, the name in records, how sure that it is one, and whether it is a forum."""

    start: int
    end: int
    market: str
    certainty: Certainty
    is_forum: bool


def market_name(text: str) -> str | None:
    """The name that records use for a market: the known one, else the text in lower case with hyphens."""
    known = known_market(text)
    return known or "-".join(_WORDS.findall(text.casefold())) or None


def known_market(text: str) -> str | None:
    """The name of a market that is known, or None: what decides in free text, where any word might be a market."""
    key = _key(text)
    return _names().get(key) or _names().get(_MARKET.sub("", key))


def named_markets(text: str, words: Sequence[Piece]) -> Iterator[NamedMarket]:
    """The markets that a text names, in order, the longest name at each place.

    Args:
        text: the text.
        words: its pieces.
    """
    begins = _spellings()[2]
    place = 0
    while place < len(words):
        if words[place].text not in begins:
            place += 1
            continue
        last, market = _longest(text, words, place)
        if market is None:
            place += 1
            continue
        yield market
        place = last


def _longest(text: str, words: Sequence[Piece], first: int) -> tuple[int, NamedMarket | None]:
    spellings, prefixes, _ = _spellings()
    key = words[first].text
    last = first + 1
    best: tuple[int, NamedMarket | None] = (last, None)
    while key in prefixes or key in spellings:
        if key in spellings:
            market, certainty, is_forum = spellings[key]
            best = last, NamedMarket(words[first].start, words[last - 1].end, market, certainty, is_forum)
        if last == len(words) or text[words[last - 1].end : words[last].start] not in _GAPS:
            break
        key += words[last].text
        last += 1
    return best


def _key(text: str) -> str:
    return _NOT_TOLD_APART.sub("", text.casefold())


@cache
def _file() -> dict[str, _Spellings]:
    return read_words(_FILE, _MarketsFile).markets


@cache
def _names() -> dict[str, str]:
    return {
        _key(spelling): name
        for name, spellings in _file().items()
        for spelling in (*spellings.sure, *spellings.words, *spellings.short, *spellings.also)
    }


_Spelled = dict[str, tuple[str, Certainty, bool]]


@cache
def _spellings() -> tuple[_Spelled, frozenset[str], frozenset[str]]:
    """Spellings run together, with what they name; their beginnings; and their first pieces."""
    spelled: _Spelled = {}
    firsts: set[str] = set()
    prefixes: set[str] = set()
    for name, spellings in _file().items():
        is_forum = spellings.kind == "forum"
        groups: tuple[tuple[Certainty, list[str]], ...] = (
            ("short", spellings.short), ("word", spellings.words), ("sure", spellings.sure),
        )  # fmt: skip
        for certainty, group in groups:
            for spelling in group:
                parts = re.findall(r"[^\W\d_]+|\d+", fold(spelling))
                keys = {"".join(parts): certainty}
                if certainty != "short":
                    keys |= {"".join(parts) + said: "sure" for said in _SAID_MARKET}
                for key, how in keys.items():
                    spelled[key] = (name, how, is_forum)
                    prefixes.update(key[:length] for length in range(1, len(key)))
                firsts.update({parts[0]})
                firsts.update(key for key in keys)
    return spelled, frozenset(prefixes), frozenset(firsts)
