"""Markets by name: "Dream Market", "DREAM" and "dream" are one market, which records call ``dream``."""

import re
from functools import cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter

_FILE = Path(__file__).parent / "market_names.yaml"
_NOT_TOLD_APART = re.compile(r"[\W_]+|market(?:place)?")
_WORDS = re.compile(r"[^\W_]+")


def market_name(text: str) -> str | None:
    """The name that records use for a market: the known one, else the text in lower case with hyphens."""
    known = known_market(text)
    return known or "-".join(_WORDS.findall(text.casefold())) or None


def known_market(text: str) -> str | None:
    """The name of a market that is known, or None: what decides in free text, where any word might be a market."""
    return _names().get(_key(text))


def _key(text: str) -> str:
    return _NOT_TOLD_APART.sub("", text.casefold())


@cache
def _file() -> dict[str, list[str]]:
    return TypeAdapter(dict[str, list[str]]).validate_python(yaml.safe_load(_FILE.read_text("utf-8")))


@cache
def _names() -> dict[str, str]:
    return {_key(spelling): name for name, spellings in _file().items() for spelling in (name, *spellings)}
