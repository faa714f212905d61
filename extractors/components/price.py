"""Prices in running text: "10g - 150$", "1oz = €900", "$7/g", "€20 per gram", "15 EUR each".

A sum of money that is earned, held or saved ("make $500 a day", "$50 gift card") is no price. What a sum pays for is in
``data``: the unit or the quantity that it buys, or postage, or the least that an order must be worth.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cache

from pydantic import BaseModel, ConfigDict
from spacy.language import Language
from spacy.tokens import Doc

from extractors.findings import Finding, add, findings, prose, prose_pieces
from extractors.lexicon_files import read_words
from extractors.phrases import one_of
from extractors.transforms.conventions import Conventions, UnreadableError
from extractors.transforms.money import read_money
from extractors.words import fold

NAME = "nightpost_price"

_CONVENTIONS = Conventions()
_NUMBER = r"\d{1,3}(?:[.,' ]\d{3}){1,2}(?:[.,]\d{1,2})?(?!\d)|\d{1,7}(?:[.,]\d{1,8})?"
_JOINT_WIDTH = 12
_BEFORE_WIDTH = 28
_MOST = 10_000_000


class PriceWords(BaseModel):
    """``price.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str]
    before: list[str]
    after: list[str]
    per: list[str]
    each: list[str]
    units: dict[str, list[str]]
    joints: list[str]
    not_after: list[str]
    not_before: list[str]
    shipping: list[str]
    minimum: list[str]


@cache
def load_price() -> PriceWords:
    """The words of prices of the package.

    Raises:
        ConfigurationError: the file does not fit the schema.
    """
    return read_words("price.yaml", PriceWords)


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "Price":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``; after the amounts, which say what a sum buys."""
    return Price(load_price())


class Price:
    """Finds ``price``: value the sum, unit its currency (ISO 4217, or a coin's ticker).

    In ``data``: ``per``, the unit that the sum buys one of (``g``, ``ml``, ``item``, ...); ``quantity`` and
    ``quantity_unit``, the amount that it buys; ``for``, when it pays for ``shipping`` or is a ``minimum``.
    """

    def __init__(self, words: PriceWords) -> None:
        before = one_of(words.before)
        letters = [word for word in words.after if word[-1].isalpha()]
        after = rf"(?:{one_of(letters)})(?![^\W_])|(?:{one_of(set(words.after) - set(letters))})(?!\d)"
        self._marks = tuple({mark for mark in (*words.before, *words.after) if not mark[0].isalpha()})
        self._words = frozenset(fold(word) for word in (*words.before, *words.after) if word.isalpha())
        # A word before a number stands apart; a number is not part of a longer one, a date or a name.
        self._sum = re.compile(
            rf"(?:(?<![^\W_])(?<!/)(?P<before>{before})[ \t]{{0,2}}|(?<![\w.,$€£]))(?P<number>{_NUMBER})"
            rf"(?:k(?![^\W_]))?(?:[ \t]{{0,2}}(?P<after>{after}))?",
            re.IGNORECASE,
        )
        unit_names = {name: unit for unit, names in words.units.items() for name in names}
        self._units = unit_names
        self._per = re.compile(
            rf"[ \t]{{0,2}}(?:{one_of(words.per)})[ \t]{{0,2}}1?[ \t]?(?P<unit>{one_of(unit_names)})(?![^\W_])",
            re.IGNORECASE,
        )
        self._each = re.compile(rf"[ \t]{{0,2}}\(?(?:{one_of(words.each)})(?![^\W_])", re.IGNORECASE)
        joint = rf"[ \t]{{0,3}}(?:{one_of(words.joints)})?[ \t]{{0,3}}"
        self._joint = re.compile(joint, re.IGNORECASE)
        self._not_after = re.compile(rf"\+?[ \t/]{{0,2}}(?:{one_of(words.not_after)})(?![^\W_])", re.IGNORECASE)
        self._not_before = _ending(words.not_before)
        self._shipping_before = _ending(words.shipping)
        self._minimum_before = _ending(words.minimum)
        self._shipping_after = re.compile(
            rf"[ \t]{{0,2}}(?:for\s|für\s|extra\s|voor\s|pour\s)?(?:{one_of(words.shipping)})(?![^\W_])",
            re.IGNORECASE,
        )

    def __call__(self, doc: Doc) -> Doc:
        """Put the prices of a text on its Doc."""
        text = prose(doc)
        if not any(mark in text for mark in self._marks) and self._words.isdisjoint(
            [word.text for word in prose_pieces(doc)]
        ):
            return doc
        sums = [match for match in self._sum.finditer(text) if match["before"] or match["after"]]
        if not sums:
            return doc
        amounts = _Amounts([one for one in findings(doc) if one.type == "quantity"])
        found = []
        for match in sums:
            finding = self._price(text, match, amounts)
            if finding is not None:
                found.append(finding)
        return add(doc, found)

    def _price(self, text: str, match: re.Match[str], amounts: "_Amounts") -> Finding | None:
        head = text[max(0, match.start() - _BEFORE_WIDTH) : match.start()]
        if self._not_after.match(text, match.end()) or self._not_before.search(head):
            return None
        try:
            money = read_money(match.group(), _CONVENTIONS)
        except UnreadableError:
            return None
        if money is None or not 0 < money.amount < _MOST:
            return None
        data, start, end = self._bought(text, match, amounts)
        if not data:
            if self._shipping_before.search(head) or self._shipping_after.match(text, match.end()):
                data = {"for": "shipping"}
            elif self._minimum_before.search(head):
                data = {"for": "minimum"}
        value = f"{money.amount.normalize():f}"
        confidence = 0.9 if data else 0.7
        return Finding("price", start, end, value, NAME, unit=money.currency, confidence=confidence, data=data)

    def _bought(self, text: str, match: re.Match[str], amounts: "_Amounts") -> tuple[dict[str, object], int, int]:
        """What a sum buys, and the characters of both."""
        start, end = match.span()
        per = self._per.match(text, end)
        if per:
            return {"per": self._units[per["unit"].lower()]}, start, per.end()
        each = self._each.match(text, end)
        if each:
            return {"per": "item"}, start, each.end()
        before = amounts.ending_before(start)
        if before is not None and self._joint.fullmatch(text, before.end, start):
            return _quantity(before), before.start, end
        after = amounts.starting_after(end)
        if after is not None and text[end : after.start].strip() and self._joint.fullmatch(text, end, after.start):
            return _quantity(after), start, after.end
        return {}, start, end


class _Amounts:
    """The quantities of a text, by where they begin and end."""

    def __init__(self, quantities: Sequence[Finding]) -> None:
        self._by_start = sorted(quantities, key=lambda one: one.start)
        self._by_end = sorted(quantities, key=lambda one: one.end)

    def ending_before(self, place: int) -> Finding | None:
        """The last quantity before a place, if it is near."""
        at = bisect_right(self._by_end, place, key=lambda one: one.end) - 1
        return self._by_end[at] if at >= 0 and place - self._by_end[at].end <= _JOINT_WIDTH else None

    def starting_after(self, place: int) -> Finding | None:
        """The first quantity after a place, if it is near."""
        at = bisect_left(self._by_start, place, key=lambda one: one.start)
        near = at < len(self._by_start) and self._by_start[at].start - place <= _JOINT_WIDTH
        return self._by_start[at] if near else None


def _quantity(amount: Finding) -> dict[str, object]:
    return {"quantity": float(amount.value), "quantity_unit": amount.unit}


def _ending(words: Iterable[str]) -> re.Pattern[str]:
    """Words at the end of what stands before a sum."""
    return re.compile(
        rf"(?<![^\W_])(?:{one_of(words)})[\s:+~=(-]{{0,3}}(?:is\s|only\s|of\s|just\s|about\s)?$", re.IGNORECASE
    )
