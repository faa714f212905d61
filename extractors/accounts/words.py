"""The words that say what a vendor has on a market (``words.yaml``)."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from extractors.lexicon_files import read_words

__all__ = ["AccountWords", "account_words"]

_FILE = Path(__file__).parent / "words.yaml"


class AccountWords(BaseModel):
    """``words.yaml``; the file says what each list is for."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str]
    deals: list[str]
    deal_kinds: list[str]
    stars: list[str]
    other_percents: list[str]
    units: list[str]
    fillers: list[str]
    on: list[str]
    before_on: list[str]
    introducing: list[str]
    naming: list[str]
    stands: list[str]
    after_handles: list[str]
    called: list[str]
    from_: list[str] = Field(alias="from")
    same: list[str]
    names: list[str]
    after_names: list[str]
    everywhere: list[str]
    soon: list[str]
    joints: list[str]
    but: list[str]
    moved: list[str]
    guides: list[str]


@cache
def account_words() -> AccountWords:
    """The words of the package."""
    return read_words(_FILE, AccountWords)
