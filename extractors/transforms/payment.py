"""Payment: what protects it (escrow, finalize early, multisig), and in which coins it is taken."""

import re
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from extractors.records import Escrow
from extractors.transforms.conventions import Conventions, UnreadableError

_FILE = Path(__file__).parent / "payment_words.yaml"


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid")
    escrow: dict[Escrow, list[str]]
    coins: dict[str, list[str]]


def read_escrow(text: str, conventions: Conventions) -> Escrow | None:  # noqa: ARG001 - every transform is asked alike
    """The kind of protection that a text names.

    Raises:
        UnreadableError: it names none that is known.
    """
    folded = " ".join(text.split()).casefold()
    if not folded:
        return None
    for kind, pattern in _escrow_patterns():
        if pattern.search(folded):
            return kind
    raise UnreadableError(f"no kind of escrow in {text[:40]!r}")


def read_coins(text: str, conventions: Conventions) -> list[str] | None:  # noqa: ARG001 - as above
    """The tickers of the coins that a text (or an image's name) names, in lower case, in its order.

    Raises:
        UnreadableError: it names none that is known.
    """
    folded = " ".join(text.split()).casefold()
    if not folded:
        return None
    pattern, tickers = _coin_pattern()
    found = dict.fromkeys(tickers[match[0]] for match in pattern.finditer(folded))
    if not found:
        raise UnreadableError(f"no coin in {text[:40]!r}")
    return list(found)


@cache
def _words() -> _Words:
    return _Words.model_validate(yaml.safe_load(_FILE.read_text("utf-8")))


@cache
def _escrow_patterns() -> list[tuple[Escrow, re.Pattern[str]]]:
    return [(kind, re.compile(_any_of(words))) for kind, words in _words().escrow.items()]


@cache
def _coin_pattern() -> tuple[re.Pattern[str], dict[str, str]]:
    tickers = {word: ticker for ticker, words in _words().coins.items() for word in words}
    return re.compile(_any_of(list(tickers))), tickers


def _any_of(words: list[str]) -> str:
    # Between letters a word is part of another; between underscores (btc_small.png) it stands alone.
    longest_first = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return rf"(?<![^\W_])(?:{longest_first})(?![^\W_])"
