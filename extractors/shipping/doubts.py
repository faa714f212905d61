"""Which of the places that a text names are words: "contact US", "VERSAND AUS DE", "it" and "be" in capitals."""

import re
from collections.abc import Sequence

from extractors.countries import WORLD
from extractors.places import Place, load_place_words
from extractors.shipping.context import normal
from extractors.shipping.gaps import Gaps
from extractors.shipping.words import ShippingWords, alternation

__all__ = ["Doubts"]

_TO = re.compile(r"(?:\bto|2)\s?\Z", re.IGNORECASE)
# "Mondial Relay", "World Courier".
_COURIER = re.compile(r"[\s-](?:relay|courier)s?(?!\w)", re.IGNORECASE)
# "SEND IT TO US", "MAIL YOUR ADDRESS TO US": what is sent to the writer.
_TO_WRITER = re.compile(
    r" (?:send|post|mail|ship|give|bring|return|forward|show)"
    r" (?:it|this|that|them|everything|proof|money|coins|btc|(?:your|an?|the) [^ |]+(?: [^ |]+)?)(?: back| over)? to $"
)
_WITHIN = re.compile(r"\s(?:in|within|inside|of|across)(?:\s(?:the|all(?: of)?|western|continental))?\s", re.IGNORECASE)
_DAYS = re.compile(r"\s?[-:=(]?\s?\d{1,2}\s?-\s?\d{1,2}\s?[A-Za-z]")
_LIST_MARKS = frozenset({",", "/", "+", "&", "|"})
_AND = frozenset({"and", "und", "et"})


class Doubts:
    """Leaves out what is no place, by its neighbours."""

    def __init__(self, words: ShippingWords, gaps: Gaps) -> None:
        self._gaps = gaps
        self._small_words = load_place_words().words
        self._about_us = re.compile(f" (?:{alternation(words.about_us)}) $")
        self._about_us_shouted = re.compile(f" (?:{alternation(words.about_us_shouted)}) $")
        self._sent = re.compile(rf" (?:{alternation(words.verbs)})(?: [^ ]+){{0,4}} $")
        self._towards = re.compile(rf" (?:{alternation([*words.from_, *words.to])})(?: the)? $")

    def places(self, text: str, found: Sequence[Place]) -> list[Place]:
        """The places that are none of these words.

        Args:
            text: the text.
            found: the places in it, in order.
        """
        kept: list[Place] = []
        for at, place in enumerate(found):
            after = found[at + 1] if at + 1 < len(found) else None
            if not self._is_word(text, place, kept[-1] if kept else None, after):
                kept.append(place)
        return kept

    def _is_word(self, text: str, place: Place, before: Place | None, after: Place | None) -> bool:
        gap = text[place.end : after.start] if after else ""
        if place.kind == "weak":
            return not (self._is_among(text, place, before, after) or self._is_named(text, place))
        if place.name == "aus" and after and gap.isspace() and after.codes != ("NZ",):
            return True
        if place.codes == (WORLD,):
            # "All countries in Europe" are not the world.
            return (_WITHIN.fullmatch(gap) or _COURIER.match(text, place.end)) is not None
        if before and self._gaps.is_arrow(text[before.end : place.start]):
            return False
        if (
            place.kind == "small"
            and place.name in self._small_words
            and _TO.search(text, max(0, place.start - 4), place.start)
        ):
            return True
        return place.name == "us" and self._is_about_us(text, place)

    def _is_about_us(self, text: str, place: Place) -> bool:
        begin = max(0, place.start - 30)
        before = f" {normal(text[begin : place.start])} "
        if self._about_us.search(before):
            return True
        shouted = place.kind == "small" or not any(letter.islower() for letter in text[begin : place.end + 10])
        if shouted and _TO_WRITER.search(before):
            return True
        return bool(shouted and self._about_us_shouted.search(before) and not self._sent.search(before))

    def _is_among(self, text: str, place: Place, before: Place | None, after: Place | None) -> bool:
        """Whether a code that may be a word stands in a list or a route of places."""
        gaps = [(text[before.end : place.start], before)] if before else []
        gaps += [(text[place.end : after.start], after)] if after else []
        for gap, other in gaps:
            marks = gap.strip()
            alike = other.kind != "weak" or other.codes == place.codes
            if marks in _LIST_MARKS and (alike or marks in {",", "/"}):
                return True
            if alike and self._gaps.is_arrow(gap) and (other.codes == place.codes or not marks.isalnum()):
                return True
            if marks in _AND and other.kind == "code":
                return True
        return False

    def _is_named(self, text: str, place: Place) -> bool:
        """Whether a time of delivery follows, or "shipped from" or "ship to" stands before."""
        alone = not text[max(0, place.start - 2) : place.start].strip().isalnum()
        if alone and _DAYS.match(text, place.end, place.end + 16):
            return True
        if not any(letter.islower() for letter in text[max(0, place.start - 30) : place.end + 10]):
            return False
        before = f" {normal(text[max(0, place.start - 60) : place.start])} "
        return self._towards.search(before) is not None and self._sent.search(before) is not None
