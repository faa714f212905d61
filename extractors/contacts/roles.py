"""Whose a contact is: the writer's own, an example, one that somebody else gave, a fake's, the market's people's."""

import re
from functools import cache
from typing import Literal, NamedTuple

from extractors.contacts.words import Contacted, any_of, contact_words
from extractors.market_names import known_market

__all__ = ["ContactRole", "contact_role"]

ContactRole = Literal["example", "quoted", "denied", "market"]

_BEFORE = 120
_AFTER = 70
# A sentence ends so; a full stop inside an address does not.
_SENTENCE_END = re.compile(r"(?<!e\.g)(?<!z\.b)(?<!\beg)(?<!\bex)[.!?][\s)\"']|\n")
# A buyer's name as feedback shows it, most of it masked.
_MASKED_BUYER = re.compile(r"(?<!\w)\w\*{2,6}\w(?!\w)")

_WORD = re.compile(r"[^\W_]+")
# What follows the host in links to a vendor's or a listing's page on a market.
_PAGE_OF_MARKET = re.compile(
    r"/(?:u|user|users|vendor|vendors|profile|seller|store|shop|listing|listings|item|product|viewProduct)/|/[\w.]{0,12}\?",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"(?:https?://)?(?:www\.)?(?:[\w-]{1,30}\.)?$")


class _Patterns(NamedTuple):
    example: re.Pattern[str]
    quoted: re.Pattern[str]
    denied: re.Pattern[str]
    own: re.Pattern[str]
    market: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    words = contact_words()
    return _Patterns(
        re.compile(
            rf"(?<![\w@.]){any_of(words.example_cues)}(?!\w|\.\w)[^\w\n]{{0,4}}(?:[^\s@]{{1,16}}[ :=]{{1,3}}){{0,2}}$"
        ),
        re.compile(rf"(?<!\w){any_of(words.quoted_cues)}(?!\w)"),
        re.compile(rf"(?<!\w){any_of(words.denied_cues)}(?!\w)"),
        re.compile(rf"(?<!\w){any_of(words.own_cues)}(?!\w)"),
        re.compile(rf"(?<!\w){any_of(words.market_support_cues)}(?!\w)"),
    )


def contact_role(text: str, contact: Contacted) -> ContactRole | None:
    """The role of a contact in a text; None when it is the writer's own."""
    before = text[max(0, contact.start - _BEFORE) : contact.start].lower()
    sentence = before[_last_end(before) :]
    patterns = _patterns()
    if _is_example(contact) or patterns.example.search(sentence):
        return "example"
    if patterns.quoted.search(sentence) or _MASKED_BUYER.search(sentence):
        return "quoted"
    after = text[contact.end : contact.end + _AFTER].lower()
    end = _SENTENCE_END.search(after)
    around = f"{sentence} {after[: end.start()] if end else after}"
    if patterns.denied.search(around) and not patterns.own.search(sentence):
        return "denied"
    if patterns.market.search(sentence) or _is_market_s(contact):
        return "market"
    if contact.type == "onion" and (
        _PAGE_OF_MARKET.match(text, contact.end)
        or _market_named_before(text[max(0, contact.start - 60) : contact.start])
    ):
        return "market"
    return None


def _market_named_before(before: str) -> bool:
    """Whether a market's name is what an address is introduced by: "EMPIRE: http://..."."""
    words = _WORD.findall(_SCHEME.sub("", before).rpartition("\n")[2])[-3:]
    return any(known_market(" ".join(words[first:])) is not None for first in range(len(words)))


def _last_end(before: str) -> int:
    place = 0
    for match in _SENTENCE_END.finditer(before):
        place = match.end()
    return place


def _is_example(contact: Contacted) -> bool:
    local = contact.value.partition("@")[0] if "@" in contact.value else contact.value
    return contact.type in {"email", "jabber", "telegram", "wickr", "discord"} and (
        local.lower() in contact_words().example_names
    )


def _is_market_s(contact: Contacted) -> bool:
    local, at, host = contact.value.partition("@")
    return (
        bool(at)
        and local in contact_words().market_support_names
        and (any(known_market(label) is not None for label in host.split(".")[:-1]))
    )
