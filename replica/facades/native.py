"""What vendors and buyers write in the language of their market, instead of the worlds' English."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from replica.facades.wording import Wording
from replica.world.model import Account, Listing, Review, Sign
from replica.world.streams import stream

_DATA = Path(__file__).parent / "data" / "native.yaml"
_NATIVE_SHARE = 0.8
"""So many vendors write in their market's language; the others write English wherever they are."""


class NativeTexts(BaseModel):
    """One language of ``data/native.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: dict[str, str]
    tails: tuple[str, ...]
    openings: tuple[str, ...]
    quality: tuple[str, ...]
    shipping: tuple[str, ...]
    closings: tuple[str, ...]
    profiles: tuple[str, ...]
    about: tuple[str, ...]
    terms: tuple[str, ...]
    reviews: dict[Sign, tuple[str, ...]]


def native_texts(language: str) -> NativeTexts | None:
    """The texts of a language (ISO 639-1); None when there are none, as for English."""
    return _languages().get(language)


@cache
def _languages() -> dict[str, NativeTexts]:
    data = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    return {language: NativeTexts.model_validate(texts) for language, texts in data.items()}


def native_account(seed: int, account: Account, texts: NativeTexts) -> Account:
    """The vendor with profile and terms in the language, when he writes it; contacts and addresses stay as they are."""
    if not _writes(seed, account):
        return account
    draw = stream(seed, "native profile", account.number)
    paragraphs = account.description.split("\n\n")
    profile = draw.choice(texts.profiles).format(handle=account.handle)
    about = "\n".join(draw.sample(texts.about, draw.randint(2, len(texts.about))))
    terms = "\n".join(draw.sample(texts.terms, draw.randint(2, len(texts.terms)))) if account.terms else None
    return replace(account, description="\n\n".join([profile, about, *paragraphs[2:]]), terms=terms)


def native_listing(seed: int, listing: Listing, account: Account, texts: NativeTexts, words: Wording) -> Listing:
    """The listing with title and description in the language, when its vendor writes it."""
    if not _writes(seed, account):
        return listing
    draw = stream(seed, "native listing", listing.number)
    title = _translated(listing.title, texts.words)
    parts = [draw.choice(texts.openings).format(name=title)]
    parts.append("\n".join(draw.sample(texts.quality, draw.randint(1, 3))))
    if listing.ships_from:
        parts.append(draw.choice(texts.shipping).format(country=words.place(listing.ships_from[0])))
    parts.append(draw.choice(texts.closings))
    return replace(listing, title=title, description="\n\n".join(parts))


def native_review(seed: int, review: Review, texts: NativeTexts | None) -> str:
    """What a buyer wrote, in the language if there is one."""
    if texts is None:
        return review.text
    draw = stream(seed, "native review", review.listing, review.buyer, review.posted_at)
    return draw.choice(texts.reviews[review.sign])


def _writes(seed: int, account: Account) -> bool:
    return stream(seed, "writes native", account.number).random() < _NATIVE_SHARE


def _translated(title: str, words: dict[str, str]) -> str:
    for english in _longest_first(words):
        title = title.replace(english, words[english])
    return title


def _longest_first(words: dict[str, str]) -> Sequence[str]:
    return sorted(words, key=lambda word: (-len(word), word))
