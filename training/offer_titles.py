"""Texts whose offer is known, more or less: titles of closed markets with the category that they were filed under.

The category is a weak label: vendors file what they like. Where the lexicon finds one certain substance, that is what a
title offers; else what the category names.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict
from spacy.language import Language

from evaluation.research import FiledTitle
from extractors.pipeline import read_text
from extractors.words import pieces

__all__ = ["OfferText", "goods_kinds", "known_offers"]

# A substance that fewer titles name has too little to learn from.
_FEWEST = 40
_CERTAIN = 0.9


class _Mixed(BaseModel):
    """Categories that hold two kinds of goods, told apart by words."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    categories: list[str]
    words: frozenset[str]
    offer: str
    otherwise: str


class _Categories(BaseModel):
    """``offer_categories.yaml``: what categories say of the titles that are filed under them."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    goods: dict[str, list[str]]
    substances: dict[str, list[str]]
    drugs: list[str]
    mixed: list[_Mixed]
    orders: list[str]


@dataclass(frozen=True, slots=True)
class OfferText:
    """A text to learn from.

    Attributes:
        source: what is left out together when accuracy is measured: a vendor, a market.
        text: the text.
        offer: a substance, ``drug``, or a kind of goods.
        names: the ranges in which the lexicon found what is offered.
        found: whether the lexicon finds any substance, certain or not.
    """

    source: str
    text: str
    offer: str
    names: tuple[tuple[int, int], ...]
    found: bool


@cache
def _stated() -> _Categories:
    return _Categories.model_validate(
        yaml.safe_load(Path(__file__).with_name("offer_categories.yaml").read_text("utf-8"))
    )


@cache
def _categories() -> dict[str, str]:
    named = {**_stated().goods, **_stated().substances, "drug": _stated().drugs}
    return {category: offer for offer, categories in named.items() for category in categories}


def goods_kinds() -> frozenset[str]:
    """The kinds of goods that categories name, other than drugs."""
    return frozenset(_stated().goods)


def _filed(title: FiledTitle) -> str | None:
    """What a title's category says that it offers, with its words where the category holds two kinds."""
    for mixed in _stated().mixed:
        if title.category in mixed.categories:
            words = {word.text for word in pieces(title.title)}
            return mixed.otherwise if mixed.words.isdisjoint(words) else mixed.offer
    return _categories().get(title.category)


def known_offers(titles: Iterable[FiledTitle], nlp: Language) -> list[OfferText]:
    """The titles whose offer can be told from category and lexicon; the others are left out.

    Args:
        titles: of `filed_titles`.
        nlp: a pipeline that finds drugs by the lexicon alone.
    """
    read = [(title, _drugs(title.title, nlp)) for title in titles]
    common = _common(read)
    offers = []
    for title, drugs in read:
        offer = _offer(title, [name for name, _, certain in drugs if certain], common)
        if offer is not None:
            spans = tuple(span for _, span, _ in drugs) if offer not in goods_kinds() else ()
            market = title.title_id.partition(":")[0]
            offers.append(OfferText(f"{market}/{title.vendor}", title.title, offer, spans, bool(drugs)))
    return offers


_Drugs = list[tuple[str, tuple[int, int], bool]]


def _drugs(text: str, nlp: Language) -> _Drugs:
    return [
        (one.value, (one.start, one.end), one.confidence >= _CERTAIN)
        for one in read_text(nlp, text, source="training")
        if one.type == "drug" and one.data.get("role") == "offered"
    ]


def _common(read: Sequence[tuple[FiledTitle, _Drugs]]) -> set[str]:
    """The substances that enough titles name alone, or that a category names."""
    counts: Counter[str] = Counter()
    for _, drugs in read:
        names = {name for name, _, certain in drugs if certain}
        if len(names) == 1:
            counts.update(names)
    return {name for name, count in counts.items() if count >= _FEWEST}


def _offer(title: FiledTitle, certain: Sequence[str], common: set[str]) -> str | None:
    filed = _filed(title)
    names = set(certain)
    if not names and any(order in title.title.lower() for order in _stated().orders):
        return "other"
    if filed in goods_kinds():
        return filed
    if len(names) == 1:
        name = next(iter(names))
        return name if name in common else "drug"
    if names:
        return filed if filed in names else None
    return filed
