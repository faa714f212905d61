"""Invented titles: names of the lexicon, half of them misspelt, in the wording of titles: so rare names are learned."""

import random
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict

from extractors.lexicon import Lexicon
from training.offer_titles import OfferText

__all__ = ["INVENTED", "invented_offers", "misspelt"]

INVENTED: Final = "invented"
_SHORTEST = 5
# What people write for each other: by ear, by hand, and to hide a word from a filter.
_SOUNDS = [
    ("ph", "f"), ("f", "ph"), ("c", "k"), ("k", "c"), ("y", "i"), ("i", "y"), ("x", "ks"), ("z", "s"), ("s", "z"),
    ("ae", "e"),
    ("e", "a"), ("a", "e"), ("o", "a"), ("i", "e"), ("e", "i"), ("u", "o"), ("th", "t"), ("ine", "in"), ("in", "ine"),
    ("o", "0"), ("i", "1"), ("e", "3"), ("a", "4"), ("s", "5"),
]  # fmt: skip


class _Wording(BaseModel):
    """``offer_wording.yaml``: what stands around names in titles."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    templates: list[str]
    amounts: dict[str, list[str]]
    praise: list[str]
    tails: list[str]


@cache
def _wording() -> _Wording:
    content = yaml.safe_load(Path(__file__).with_name("offer_wording.yaml").read_text("utf-8"))
    return _Wording.model_validate(content)


def invented_offers(lexicon: Lexicon, classes: frozenset[str], *, each: int, seed: int = 1) -> Iterator[OfferText]:
    """Invented titles for every certain name of the lexicon.

    Args:
        lexicon: the names.
        classes: the substances that have a class of their own; all others are ``drug``.
        each: how many for each name.
        seed: decides all chance.
    """
    chance = random.Random(seed)  # noqa: S311 - made-up titles, not a key
    for name, substance, sold_as in lexicon.certain_names():
        if len(name) < _SHORTEST:
            continue
        for number in range(each):
            written = misspelt(name, chance) if number % 2 else name
            text, start = _title(written, sold_as, chance)
            offer = substance if substance in classes else "drug"
            yield OfferText(INVENTED, text, offer, ((start, start + len(written)),), found=not number % 2)


def misspelt(name: str, chance: random.Random) -> str:
    """A name with one slip: a letter lost, doubled, swapped with the next, or written by its sound."""
    letters = [place for place, letter in enumerate(name) if letter.isalpha() and place]
    if not letters:
        return name
    place = chance.choice(letters)
    way = chance.randrange(4)
    if way == 0:
        return name[:place] + name[place + 1 :]
    if way == 1:
        return name[:place] + name[place] + name[place:]
    if way == 2:
        return name[:place] + name[place + 1 : place + 2] + name[place] + name[place + 2 :]
    heard = [(old, new) for old, new in _SOUNDS if old in name[1:]]
    old, new = chance.choice(heard) if heard else ("", "")
    return name[0] + name[1:].replace(old, new, 1) if heard else name


def _title(name: str, sold_as: str | None, chance: random.Random) -> tuple[str, int]:
    wording = _wording()
    template = chance.choice(wording.templates)
    parts = {
        "amount": _pick(wording.amounts.get(sold_as or "powder", wording.amounts["powder"]), chance),
        "praise": _pick(wording.praise, chance),
        "tail": _pick(wording.tails, chance),
    }
    before, after = (half.format(**parts).strip() for half in template.split("{name}"))
    written = chance.choice((name, name.title(), name.upper(), name))
    start = len(before) + 1 if before else 0
    return f"{before} {written} {after}".strip() if before else f"{written} {after}".strip(), start


def _pick(choices: Sequence[str], chance: random.Random) -> str:
    return chance.choice(choices)
