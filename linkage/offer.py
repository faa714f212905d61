"""What an account offers: one listing, as its market states it and as its texts read."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from extractors.amounts.facts import Measured
from extractors.facts import Facts
from linkage.sighting import Sighting

# A perceptual hash: 64 bits (pHash and its kin) or 256 (PDQ), in hexadecimal digits.
_PHOTO_HASH = re.compile(r"[0-9a-f]{16}|[0-9a-f]{64}")


class Offer(BaseModel):
    """One listing of an account. What is not stated is None or empty.

    Attributes:
        record: the record that states it: ``listing:MARKET/ID``; of an account from a file that account's id.
        place: where in the record it stands: nothing for a record of its own, ``listings[3].`` in an account's line,
            the name of the one field that holds all of it (``text``) in a query's.
        listing_id: what the market, or the file, calls the listing.
        title: as written.
        description: as written.
        category: the market's own, from the widest to the narrowest.
        price_usd: of one unit, in US dollars.
        ships_from: country codes, sorted: as stated in the field for it, else as its texts say.
        ships_to: the same of destinations.
        goods: what kind of goods it is, as `extractors.facts.Facts` has it.
        substances: what it offers, the names of the lexicon in the order of the text.
        total: how much.
        strength: the dose of one.
        photos: perceptual hashes in lower-case hexadecimal digits.
        captures: the captures that show it.
        sources: for each field of the record the capture that states it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    record: str
    place: str = ""
    listing_id: str | None = None
    title: str | None = None
    description: str | None = None
    category: tuple[str, ...] = ()
    price_usd: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    ships_from: tuple[str, ...] = ()
    ships_to: tuple[str, ...] = ()
    goods: str | None = None
    substances: tuple[str, ...] = ()
    total: Measured | None = None
    strength: Measured | None = None
    photos: tuple[str, ...] = ()
    captures: tuple[str, ...] = ()
    sources: Mapping[str, str] = Field(default_factory=dict)

    def sighting(self, field: str) -> Sighting:
        """Where a field of the listing (``title``, ``images``) is to be seen."""
        return Sighting(record=self.record, field=field_at(self.place, field), capture_id=self.sources.get(field))


def field_at(place: str, field: str) -> str:
    """The name of a field of a listing that stands at a `place` of its record: ``listings[3].title``."""
    return place if place and not place.endswith(".") else f"{place}{field}"


def photo_hash(text: str) -> str | None:
    """A perceptual hash in its one form; None when the text is none, such as the address of a picture."""
    digits = text.strip().casefold()
    return digits if _PHOTO_HASH.fullmatch(digits) else None


def read_in_texts(texts: Sequence[Facts]) -> dict[str, Any]:
    """What a listing's texts say of it, by field of `Offer`: of each field what the first text says that says any.

    Args:
        texts: the facts of the title and then of the description, as far as there are any.
    """
    return {
        "goods": texts[0].goods if texts else None,
        "substances": tuple(next((one.substances for one in texts if one.substances), ())),
        "total": next((one.total for one in texts if one.total), None),
        "strength": next((one.strength for one in texts if one.strength), None),
        "ships_from": codes(next((one.ships_from for one in texts if one.ships_from), ())),
        "ships_to": codes(next((one.ships_to for one in texts if one.ships_to), ())),
    }


def codes(countries: Iterable[str]) -> tuple[str, ...]:
    """Country codes, each once, sorted."""
    return tuple(sorted(set(countries)))
