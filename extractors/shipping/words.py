"""The words by which `extractors.shipping.cues` tells what a place is to a parcel: ``lexicons/shipping.yaml``."""

import re
from collections.abc import Iterable
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from extractors.lexicon_files import read_words
from extractors.places import joined_words
from extractors.words import fold, pieces

__all__ = ["ShippingWords", "alternation", "load_shipping_words"]


class ShippingWords(BaseModel):
    """``shipping.yaml``, which says of each list what it is."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    sources: list[str]
    verbs: list[str]
    arrivals: list[str]
    services: list[str]
    qualities: list[str]
    from_: list[str] = Field(alias="from")
    to: list[str]
    parcels: list[str]
    of_place: list[str]
    fillers: list[str]
    bases: list[str]
    made: list[str]
    unsent: list[str]
    counted: list[str]
    producers: frozenset[str]
    negations: list[str]
    no_words: list[str]
    except_: list[str] = Field(alias="except")
    turns: list[str]
    excepted_after: list[str]
    second_tries: list[str]
    within: list[str]
    we_are: list[str]
    unsaid: list[str]
    only: list[str]
    domestic: list[str]
    sellers: list[str]
    seller_qualities: list[str]
    bases_before: list[str]
    buyers: list[str]
    available: list[str]
    welcome: list[str]
    vague: frozenset[str]
    goods: list[str]
    carriers: frozenset[str]
    days: list[str]
    day_qualities: list[str]
    takes: list[str]
    conjunctions: list[str]
    arrows: list[str]
    about_us: list[str]
    about_us_shouted: list[str]

    def days_pattern(self) -> str:
        """A pattern of a length of time: "3-5 business days", "2 weeks"."""
        number = r"[~+]?\d{1,2}(?:\.\d)?"
        span = rf"{number}(?: ?(?:-|/|to|up to|bis|a|or|&|\u0434\u043e|til) ?{number})? ?\+?"
        return rf"{span}(?: ?(?:{alternation(self.day_qualities)}))? ?(?:{alternation(self.days)})"

    def first_words(self) -> frozenset[str]:
        """The words with which all that says something of parcels begins, and places written together with such."""
        lists = (
            self.verbs, self.arrivals, self.services, self.from_, self.to, self.of_place, self.negations, self.no_words,
            self.except_, self.excepted_after, self.only, self.domestic, self.sellers, self.bases_before, self.buyers,
            self.available, self.welcome, self.days,
        )  # fmt: skip
        first = {found[0].text for words in lists for word in words if (found := pieces(word))}
        return frozenset(first | joined_words())


@cache
def load_shipping_words() -> ShippingWords:
    """The words of shipping of the package."""
    return read_words("shipping.yaml", ShippingWords)


class _Branch(dict[str, "_Branch"]):
    """What may follow some letters; ``ends`` when the letters are a word."""

    ends = False


def alternation(words: Iterable[str]) -> str:
    """A pattern that matches any of the words, folded; letters that words share are looked at once."""
    root = _Branch()
    for word in words:
        branch = root
        for letter in fold(word):
            branch = branch.setdefault(letter, _Branch())
        branch.ends = True
    return _pattern(root)


def _pattern(branch: _Branch) -> str:
    options = [re.escape(letter) + _pattern(rest) for letter, rest in sorted(branch.items())]
    if not options:
        return ""
    inner = options[0] if len(options) == 1 and not branch.ends else f"(?:{'|'.join(options)})"
    return f"{inner}?" if branch.ends else inner
