"""The words around ways to reach somebody (``lexicons/contacts.yaml``), and a contact as its readers hand it on."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict

from extractors.lexicon_files import read_words
from extractors.records import MentionType

__all__ = ["ContactWords", "Contacted", "MessengerNames", "any_of", "contact_words"]


class MessengerNames(BaseModel):
    """How a messenger is written; ``doubtful`` names are also other words and count only before a sign."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    names: list[str]
    doubtful: list[str]


class ContactWords(BaseModel):
    """``contacts.yaml``; the file says what each list is for."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str]
    messengers: dict[str, MessengerNames]
    links: frozenset[str]
    naming: frozenset[str]
    joints: frozenset[str]
    after_names: frozenset[str]
    reasons: frozenset[str]
    more: frozenset[str]
    name_before: frozenset[str]
    offered: frozenset[str]
    same: frozenset[str]
    same_names: frozenset[str]
    jabber_hosts: frozenset[str]
    mail_hosts: dict[str, str]
    mail_only: frozenset[str]
    top_domains: frozenset[str]
    example_names: frozenset[str]
    example_cues: frozenset[str]
    quoted_cues: frozenset[str]
    denied_cues: frozenset[str]
    own_cues: frozenset[str]
    market_support_cues: frozenset[str]
    market_support_names: frozenset[str]
    phone_cues: frozenset[str]
    phone_regions: dict[str, list[str]]


class Contacted(NamedTuple):
    """A way to reach somebody: its type, its place in the text that was read, and its normal form."""

    type: MentionType
    start: int
    end: int
    value: str
    confidence: float = 0.9
    data: dict[str, Any] | None = None


@cache
def contact_words() -> ContactWords:
    """The words of the package."""
    return read_words("contacts.yaml", ContactWords)


def any_of(words: Iterable[str]) -> str:
    """A pattern for one of some words or phrases, the longest first; a space in a phrase may be several."""
    longest_first = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", "[ ]{1,3}") for word in longest_first) + ")"
