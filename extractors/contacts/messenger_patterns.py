"""The patterns by which names on messengers are read, made of the words of ``lexicons/contacts.yaml``."""

import re
from functools import cache
from typing import NamedTuple

from extractors.contacts.handles import HANDLE
from extractors.contacts.words import any_of, contact_words
from extractors.records import MentionType

__all__ = ["LINKS", "LINK_TO_TELEGRAM", "SURE_SIGN", "MessengerPatterns", "messenger_patterns", "spelled"]

# After such a sign a name stands: a colon, an arrow, a picture of a hand or a telephone.
_SURE_SIGNS = ":=@>»\uff1a\u2190-\u21ff\u2300-\u2bff\U0001f000-\U0001faff"
SURE_SIGN = re.compile(f"[{_SURE_SIGNS}]")
LINK_TO_TELEGRAM = re.compile(r"\bt[ ]?\.[ ]?me[ ]?/|tg:")
LINKS: list[tuple[MentionType, re.Pattern[str]]] = [
    (
        "telegram",
        re.compile(
            r"(?<![\w.@-])(?:t[ ]?\.[ ]?me|telegram\.(?:me|dog))[ ]?/[ ]?(?:s/)?"
            r"(?P<invite>joinchat/|\+)?@?(?P<name>[\w-]{4,64})",
            re.IGNORECASE,
        ),
    ),
    ("telegram", re.compile(r"tg://resolve\?domain=(?P<name>\w{4,32})", re.IGNORECASE)),
    (
        "discord",
        re.compile(
            r"(?<![\w.@-])discord(?:\.gg|(?:app)?\.com[ ]?/[ ]?(?:invite|users))[ ]?/[ ]?"
            r"(?P<name>[A-Za-z0-9-]{2,32})",
            re.IGNORECASE,
        ),
    ),
    ("icq", re.compile(r"(?<![\w.@-])icq\.(?:im|com)/(?P<name>\w{3,32})", re.IGNORECASE)),
]


class MessengerPatterns(NamedTuple):
    """Patterns, and what they find.

    Attributes:
        cue: a messenger's name.
        kinds: which messenger each spelling names, and whether it may be another word too.
        joint: what stands between messengers of one name.
        to_name: what stands between a messenger and the name there.
        reason: a few words and a colon between them.
        more: what stands between a name and one more of the same messenger.
        before: a name that ends before its messenger.
        offered: what stands before such a name.
        same_before: before a messenger, that the name is the one given last.
        same_after: the same, after it.
    """

    cue: re.Pattern[str]
    kinds: dict[str, tuple[str, bool]]
    joint: re.Pattern[str]
    to_name: re.Pattern[str]
    reason: re.Pattern[str]
    more: re.Pattern[str]
    before: re.Pattern[str]
    offered: re.Pattern[str]
    same_before: re.Pattern[str]
    same_after: re.Pattern[str]


@cache
def messenger_patterns() -> MessengerPatterns:
    """The patterns of the package."""
    words = contact_words()
    kinds: dict[str, tuple[str, bool]] = {}
    for kind, names in words.messengers.items():
        kinds |= {spelled(name): (kind, False) for name in names.names}
        kinds |= {spelled(name): (kind, True) for name in names.doubtful}
    spellings = [
        name for names in words.messengers.values() for group in (names.names, names.doubtful) for name in group
    ]
    joints = rf"(?:{any_of(words.joints)}(?!\w)[ \t,:&/+-]{{0,4}}){{0,3}}"
    return MessengerPatterns(
        cue=re.compile(
            rf"(?:(?<![\w@])|(?-i:(?<=[a-z])(?=[A-Z][a-z]))){any_of(spellings)}(?!\w|\.(?:com|org|net|me|gg|im|io)\b)",
            re.IGNORECASE,
        ),
        kinds=kinds,
        joint=re.compile(rf"[ \t/&+,|()\[\]*•:-]{{0,6}}{joints}", re.IGNORECASE),
        to_name=re.compile(
            rf"(?P<links>(?:[ \t.\"'()]{{0,3}}{any_of(words.links)}(?![\w-])){{0,6}})"
            rf"(?:(?P<sign>[ \t]{{0,4}}(?:[{_SURE_SIGNS}]|[-\u2013~*|/(\[\u2022]){{1,6}}"
            r"[ \t]{0,4}(?:\n[ \t]{0,4}){0,2})"
            r"|(?P<space>[ \t]{1,4}))[\"'\u201c\u201e\u00ab(\[<]{0,2}(?P<at>@?)[ ]?[\"'\u201c\u201e\u00ab]?",
            re.IGNORECASE,
        ),
        reason=re.compile(
            rf"[ \t]{{1,3}}{any_of(words.reasons)}[ \t][^\n.!?:@]{{1,40}}(?P<sign>[:@])[ \t]{{0,3}}(?P<at>@?)",
            re.IGNORECASE,
        ),
        more=re.compile(
            rf"[ \t]{{0,3}}(?:[,/&|+(]|{any_of(words.more)}(?!\w))(?:[ \t]{{0,2}}{any_of(words.more)}(?!\w)){{0,2}}"
            r"[ \t:(/&-]{0,4}(?P<at>@?)"
            r"|[ \t:(/&-]{0,4}(?P<bare>@)",
            re.IGNORECASE,
        ),
        before=re.compile(
            rf"(?<![\w@.-])(?P<at>@?)(?P<name>{HANDLE})[\"'\u201d\u00bb]?"
            rf"(?:[ \t]{{1,3}}{any_of(words.name_before)}(?:[ \t]{{1,3}}the)?[ \t]{{1,3}}"
            r"|[ \t]{0,3}[@(\[/=][ \t]{0,3}|[ \t]{1,3}[-\u2013][ \t]{1,3})$",
            re.IGNORECASE,
        ),
        offered=re.compile(
            rf"(?:(?<!\w){any_of(words.offered)}|:)[ \t]{{1,3}}[\"'\u201c\u201e\u00ab]?$", re.IGNORECASE
        ),
        same_before=re.compile(
            rf"(?<!\w){any_of(words.same)}(?:[ \t]{{1,3}}{any_of(words.same_names)})?"
            rf"[ \t]{{1,3}}{any_of([*words.name_before, 'for', 'with', 'is'])}[ \t:@]{{1,3}}$",
            re.IGNORECASE,
        ),
        same_after=re.compile(
            r"[ \t]{0,3}[(:,-]{0,2}[ \t]{0,3}(?:(?:is|are|has|with|name|id|on|ist)[ \t]{1,2}){0,2}"
            rf"{any_of(words.same - {'also'})}(?!\w)(?![ \t]{{1,3}}(?:{any_of(words.same_names)})?[ \t]{{0,3}}[:=])",
            re.IGNORECASE,
        ),
    )


def spelled(name: str) -> str:
    """A messenger's name as ``kinds`` has it."""
    return re.sub(r"\s+", " ", name.lower())
