"""Addresses that everybody quotes: of documentation, of published contracts, and made to destroy coins."""

import re
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from extractors.lexicon_files import read_words

__all__ = ["WellKnown", "is_well_known", "load_well_known"]

# No key hashes to ten like characters in a row; what has them was written by hand.
_BY_HAND = re.compile(r"(.)\1{9}")


class _Source(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    title: str


class WellKnown(BaseModel):
    """``well_known.yaml``: by source, addresses in their normal form."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: dict[str, _Source]
    addresses: dict[str, list[str]]


@cache
def load_well_known() -> WellKnown:
    """The list of the package."""
    return read_words(Path(__file__).with_name("well_known.yaml"), WellKnown)


@cache
def _known() -> frozenset[str]:
    listed = (one for addresses in load_well_known().addresses.values() for one in addresses)
    return frozenset(one.lower() if one.startswith("0x") else one for one in listed)


def is_well_known(address: str) -> bool:
    """Whether an address, in its normal form, identifies nobody."""
    key = address.lower() if address.startswith("0x") else address
    return key in _known() or _BY_HAND.search(address) is not None
