"""The words by which templates and addresses name things (`cue_words.yaml`)."""

import re
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

_FILE = Path(__file__).parent / "cue_words.yaml"


class CueWords(BaseModel):
    """The file, checked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    classes: dict[str, tuple[str, ...]]
    account_paths: frozenset[str]
    contact_paths: frozenset[str]
    listing_paths: frozenset[str]
    category_paths: frozenset[str]
    page_paths: frozenset[str]
    greetings: tuple[str, ...]
    link_words: frozenset[str]


@cache
def cue_words() -> CueWords:
    """The words, read once."""
    return CueWords.model_validate(yaml.safe_load(_FILE.read_text("utf-8")))


@cache
def class_pattern(field: str) -> re.Pattern[str] | None:
    """What the classes of an element that holds this field are likely to contain."""
    stems = cue_words().classes.get(field)
    if not stems:
        return None
    return re.compile(r"(?<![a-z])(?:" + "|".join(map(re.escape, stems)) + r")(?![a-z]{3})", re.IGNORECASE)


@cache
def greeting_pattern() -> re.Pattern[str]:
    """What stands before the name of the account that looks at the page."""
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, cue_words().greetings)) + r")[\s,:!]*$", re.IGNORECASE)
