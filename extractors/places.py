"""Places named in running text, by the names of `extractors.countries` and the codes of ``lexicons/shipping.yaml``."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict

from extractors.countries import place_names
from extractors.lexicon import FOLDER
from extractors.words import Piece

__all__ = ["Place", "ShippingWords", "find_places", "load_shipping_words"]

_LONGEST = 6


class ShippingWords(BaseModel):
    """``shipping.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str]
    from_: list[str]
    to: list[str]
    excluded: list[str]
    only: frozenset[str]
    domestic: frozenset[str]
    sellers: frozenset[str]
    product_origin: frozenset[str]
    codes: dict[str, str]
    doubtful: frozenset[str]
    shipping_words: frozenset[str]
    shipping_nouns: frozenset[str]
    shipping_adjectives: frozenset[str]
    arrows: list[str]
    fillers: frozenset[str]


class Place(NamedTuple):
    """A place in a text: pieces ``first`` to ``last`` (not included), its characters, and its codes.

    ``kind`` is ``name``, ``code`` (capitals) or ``small`` (a code in small letters, which is a place only in company).
    """

    first: int
    last: int
    start: int
    end: int
    codes: tuple[str, ...]
    kind: str
    name: str


@cache
def load_shipping_words() -> ShippingWords:
    """The words of shipping of the package."""
    content = yaml.load((FOLDER / "shipping.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    return ShippingWords.model_validate({("from_" if key == "from" else key): value for key, value in content.items()})


@cache
def _names() -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    names = {name: codes for name, codes in place_names().items() if len(name.split()) <= _LONGEST and "," not in name}
    prefixes = {" ".join(name.split()[:length]) for name in names for length in range(1, _LONGEST + 1)}
    return names, frozenset(prefixes)


def find_places(text: str, words: Sequence[Piece]) -> list[Place]:
    """The places in a text, the longest name at each, in order.

    Args:
        text: the text.
        words: its pieces.
    """
    names, prefixes = _names()
    codes = load_shipping_words().codes
    small = {code.lower(): country for code, country in codes.items()}
    found = []
    at = 0
    while at < len(words):
        word = words[at].text
        place = _longest(text, words, at, names) if word in prefixes else None
        if place is None and word in small:
            written = text[words[at].start : words[at].end]
            kind = "code" if written == written.upper() else "small"
            place = Place(at, at + 1, words[at].start, words[at].end, (small[word],), kind, word)
        if place is not None:
            found.append(place)
        at = place.last if place else at + 1
    return found


def _longest(text: str, words: Sequence[Piece], first: int, names: dict[str, tuple[str, ...]]) -> Place | None:
    _, prefixes = _names()
    best = None
    name = words[first].text
    last = first + 1
    while name in prefixes:
        if name in names:
            kind = "code" if len(name) <= 3 else "name"
            best = Place(first, last, words[first].start, words[last - 1].end, names[name], kind, name)
        if last == len(words) or text[words[last - 1].end : words[last].start] not in {" ", "-", ". ", ".", "  ", "'"}:
            break
        name = f"{name} {words[last].text}"
        last += 1
    return best
