"""The words that say what a vendor has on a market (``account_words.yaml``)."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

__all__ = ["AccountWords", "account_words"]

_FILE = Path(__file__).parent / "account_words.yaml"


class AccountWords(BaseModel):
    """``account_words.yaml``; the file says what each list is for."""

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
    return AccountWords.model_validate(yaml.load(_FILE.read_text("utf-8"), Loader=yaml.CSafeLoader))
