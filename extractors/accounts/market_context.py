"""The words around names of markets (``market_words.yaml``), as patterns."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from extractors.lexicon_files import read_words

__all__ = ["MarketContext", "any_phrase", "market_context"]

_FILE = Path(__file__).parent / "market_words.yaml"


class _MarketWords(BaseModel):
    """``market_words.yaml``; the file says what each list is for."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str]
    presence: list[str]
    headings: list[str]
    after: list[str]
    boasts: list[str]
    first_person: list[str]
    prepositions: list[str]
    negations: list[str]
    not_negations: list[str]
    impostors: list[str]
    own: list[str]
    others: list[str]
    one_of: list[str]
    talk_before: list[str]
    talk_after: list[str]
    not_preceded: list[str]
    not_followed: list[str]
    no_markets: list[str]


class MarketContext(NamedTuple):
    """Patterns for text in lower case; those of what stands right before a name end, those after it begin there."""

    presence: re.Pattern[str]
    headings: re.Pattern[str]
    after: re.Pattern[str]
    boasts: re.Pattern[str]
    first_person: re.Pattern[str]
    preposition: re.Pattern[str]
    negations: re.Pattern[str]
    not_negations: re.Pattern[str]
    impostors: re.Pattern[str]
    own: re.Pattern[str]
    others: re.Pattern[str]
    one_of: re.Pattern[str]
    talk_before: re.Pattern[str]
    talk_after: re.Pattern[str]
    not_preceded: re.Pattern[str]
    not_followed: re.Pattern[str]
    no_markets: frozenset[str]


@cache
def market_context() -> MarketContext:
    """The patterns of the package."""
    words = read_words(_FILE, _MarketWords)

    def anywhere(phrases: Iterable[str]) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w){any_phrase(phrases)}(?!\w)")

    def before(phrases: Iterable[str], *, reach: int = 0) -> re.Pattern[str]:
        return re.compile(
            rf"(?<!\w){any_phrase(phrases)}(?!\w)[^\w]{{0,4}}(?:[^\s.!?;]{{1,20}}\s{{1,3}}){{0,{reach}}}$"
        )

    def after(phrases: Iterable[str]) -> re.Pattern[str]:
        return re.compile(rf"[ \t'\u2019s]{{0,3}}[ \t(\[]{{0,3}}{any_phrase(phrases)}(?!\w)")

    return MarketContext(
        presence=anywhere(words.presence),
        headings=anywhere(words.headings),
        after=after(words.after),
        boasts=anywhere(words.boasts),
        first_person=anywhere(words.first_person),
        preposition=before(words.prepositions),
        negations=anywhere(words.negations),
        not_negations=anywhere(words.not_negations),
        impostors=anywhere(words.impostors),
        own=anywhere(words.own),
        others=anywhere(words.others),
        one_of=anywhere(words.one_of),
        talk_before=before(words.talk_before, reach=3),
        talk_after=after(words.talk_after),
        not_preceded=before(words.not_preceded),
        not_followed=after(words.not_followed),
        no_markets=frozenset(words.no_markets),
    )


def any_phrase(phrases: Iterable[str]) -> str:
    """A pattern for one of some phrases, the longest first; a phrase that ends in ``*`` may go on as a word."""
    longest_first = sorted(set(phrases), key=len, reverse=True)
    return "(?:" + "|".join(_pattern(phrase) for phrase in longest_first) + ")"


def _pattern(phrase: str) -> str:
    escaped = re.escape(phrase.removesuffix("*")).replace(r"\ ", r"\s{1,3}").replace("'", "['\u2019]")
    return escaped + r"\w{0,12}" if phrase.endswith("*") else escaped
