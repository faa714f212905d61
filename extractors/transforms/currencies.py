"""Currencies by what stands for them beside a sum: codes, signs, words; data in ``currencies.yaml``."""

from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from extractors.lexicon_files import read_words

_FILE = Path(__file__).parent / "currencies.yaml"


class Unit(NamedTuple):
    """A currency, and what a sum in it is multiplied by: a mBTC is 0.001 BTC."""

    currency: str
    factor: Decimal = Decimal(1)


class _Shared(BaseModel):
    model_config = ConfigDict(extra="forbid")
    usual: str | None = None
    of: frozenset[str]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")
    of: str
    number: int


class _Currencies(BaseModel):
    model_config = ConfigDict(extra="forbid")
    codes: frozenset[str]
    capitals: frozenset[str]
    signs: dict[str, str]
    shared: dict[str, _Shared]
    parts: dict[str, _Part]


def currency_marks() -> str:
    """The signs that are no letters, such as "$" and "€", each once."""
    known = _currencies()
    marks = {mark for sign in (*known.signs, *known.shared, *known.parts) for mark in sign if not mark.isalpha()}
    return "".join(sorted(marks))


@lru_cache(maxsize=4096)
def currency_of_sign(sign: str, own: str | None) -> Unit | None:
    """The currency that a sign stands for, or None when it stands for none, or for one of several.

    Args:
        sign: what stands beside a sum: a code, a sign, a word, or two of these ("US $", "$AUD").
        own: the market's own currency, which a shared sign ("$", "kr") may mean.
    """
    joined = "".join(sign.split()).rstrip(".")
    known = _one_sign(joined, own)
    if known is not None:
        return known
    letters = "".join(filter(str.isalpha, joined))
    marks = "".join(mark for mark in joined if not mark.isalpha())
    # "USD$" and "$AUD" are the code; of "$ per gram" only the mark counts.
    return (_one_sign(letters, own) if marks and _is_code(letters) else None) or _one_sign(marks, own)


def is_shared(sign: str) -> bool:
    """Whether a sign may stand for several currencies, so that a code on the other side of the sum says which."""
    return sign.casefold().strip(". ") in _currencies().shared


def _one_sign(sign: str, own: str | None) -> Unit | None:
    known = _currencies()
    if _is_code(sign):
        return Unit(sign.upper())
    folded = sign.casefold()
    shared = known.shared.get(folded)
    if shared is not None:
        currency = own if own in shared.of or own == shared.usual else shared.usual
        return Unit(currency) if currency else None
    part = known.parts.get(folded)
    if part is not None:
        return Unit(part.of, 1 / Decimal(part.number))
    return Unit(known.signs[folded]) if folded in known.signs else None


def _is_code(letters: str) -> bool:
    known = _currencies()
    return letters.upper() in known.codes or letters in known.capitals


@cache
def _currencies() -> _Currencies:
    file = read_words(_FILE, _Currencies)
    signs = {sign.casefold(): currency for sign, currency in file.signs.items()}
    return file.model_copy(update={"signs": signs})
