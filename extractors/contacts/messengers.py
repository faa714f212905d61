"""Names on messengers: the messenger is named, and the name stands after it, or before ("shop_1 on Wickr").

One name may be given for several messengers ("Wickr/Telegram: name"), and several for one ("Telegram: @one, @two").
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from extractors.contacts.handles import HANDLE, looks_made_up
from extractors.contacts.messenger_forms import fits, may_be_called, name_end, normal_name
from extractors.contacts.messenger_patterns import LINK_TO_TELEGRAM, LINKS, SURE_SIGN, messenger_patterns, spelled
from extractors.contacts.words import Contacted, any_of, contact_words
from extractors.records import MentionType

__all__ = ["messengers"]

# A name is read for these; the other messengers' addresses have a form of their own and are read by it.
_NAMED: dict[str, MentionType] = {
    "telegram": "telegram", "wickr": "wickr", "signal": "signal", "threema": "threema", "icq": "icq",
    "discord": "discord",
}  # fmt: skip
# For these a name may stand before the messenger, or be the same as another's.
_NAMED_BEFORE = frozenset({"telegram", "wickr", "discord", "signal"})
_WORD = re.compile(HANDLE)
_ADDRESS_FIRST = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,100}[ \t]{0,2}[/|,&][ \t]{0,2}")
# Pages of Telegram that are nobody's.
_NO_NAMES_IN_LINKS = frozenset({"joinchat", "share", "addstickers", "proxy"})


class _Cue(NamedTuple):
    kinds: tuple[str, ...]
    start: int
    end: int
    doubtful: bool


def messengers(text: str, lower: str) -> Iterator[Contacted]:
    """The names on messengers that a text gives; ``lower`` is the text in lower case."""
    linked: list[Contacted] = []
    for kind, pattern in LINKS:
        if kind[:3] in lower or (kind == "telegram" and LINK_TO_TELEGRAM.search(lower)):
            linked += _linked(kind, pattern, text)
    yield from linked
    links = sorted((one.end, text[one.start : one.end]) for one in linked if not one.value.startswith("+"))
    last = ""
    next_link = 0
    for cue in _cues(text):
        while next_link < len(links) and links[next_link][0] <= cue.start:
            last = links[next_link][1]
            next_link += 1
        found = list(_named(text, cue, last))
        for one in found:
            last = one.value
        yield from found


def _linked(kind: MentionType, pattern: re.Pattern[str], text: str) -> Iterator[Contacted]:
    for match in pattern.finditer(text):
        name = match["name"].rstrip("-_") if kind != "telegram" else match["name"]
        # An invitation is a secret, not a name: its case counts.
        invited = kind == "discord" or bool(match.groupdict().get("invite"))
        if not invited and name.lower() in _NO_NAMES_IN_LINKS:
            continue
        value = name if kind == "discord" else f"+{name}" if invited else name.lower()
        span = match.start("name"), match.start("name") + len(name)
        yield Contacted(kind, *span, value, 0.9, {"kind": "invite"} if invited else None)


def _named(text: str, cue: _Cue, last: str) -> Iterator[Contacted]:
    """The names that belong to a cue: the same as before, after it, or before it."""
    if last and messenger_patterns().same_after.match(text, cue.end):
        for kind in cue.kinds:
            if kind in _NAMED_BEFORE and fits(kind, last):
                yield _contact(kind, text, (cue.start, cue.end), 0.7, name=last)
        return
    after = list(_after(text, cue))
    before = [one for one in _before(text, cue, last) if not after or text[max(0, one.start - 1) : one.start] == "@"]
    if after and before and len(cue.kinds) > 1:
        # "@one on Telegram or Wickr: two": each has its own.
        after = [one for one in after if one.type == cue.kinds[-1]]
        before = [one for one in before if one.type != cue.kinds[-1]]
    yield from after
    yield from before


def _cues(text: str) -> Iterator[_Cue]:
    """The messengers that are named, those of one name together."""
    patterns = messenger_patterns()
    group: _Cue | None = None
    for match in patterns.cue.finditer(text):
        kind, doubtful = patterns.kinds[spelled(match.group())]
        if (
            group is not None
            and match.start() - group.end <= 40
            and patterns.joint.fullmatch(text, group.end, match.start())
        ):
            kinds = group.kinds if kind in group.kinds else (*group.kinds, kind)
            group = _Cue(kinds, group.start, match.end(), group.doubtful and doubtful)
            continue
        if group is not None:
            yield group
        group = _Cue((kind,), match.start(), match.end(), doubtful)
    if group is not None:
        yield group


def _after(text: str, cue: _Cue) -> Iterator[Contacted]:
    kinds = [kind for kind in cue.kinds if kind in _NAMED]
    if not kinds:
        return
    lead = messenger_patterns().to_name.match(text, cue.end, cue.end + 120)
    why = messenger_patterns().reason.match(text, cue.end, cue.end + 60)
    if why is not None and len(kinds) == 1 and messenger_patterns().cue.search(text, cue.end, why.end()) is None:
        end = name_end(text, why.end(), kinds[0], at=bool(why["at"]) or why["sign"] == "@", sure=True, signed=False)
        if end:
            yield _contact(kinds[0], text, (why.end(), end), 0.8)
            return
    if lead is None:
        return
    sign = lead["sign"] or ""
    naming = bool(_naming().search(lead["links"]))
    sure = bool(lead["at"]) or naming or SURE_SIGN.search(sign) is not None
    if cue.doubtful and not (lead["at"] or sign) and not _is_labelled(text, cue, lead.end()):
        return
    # "Email/Wickr: name@host / name": the name comes after the address.
    address = _ADDRESS_FIRST.match(text, lead.end(), lead.end() + 180) if len(cue.kinds) > len(kinds) else None
    begin = address.end() if address else lead.end()
    for kind in kinds:
        end = name_end(text, begin, kind, at=bool(lead["at"]), sure=sure, signed=bool(sign))
        if end:
            yield _contact(kind, text, (begin, end), 0.9 if sure else 0.8)
            if kind in {"telegram", "wickr"}:
                yield from _others(text, kind, end)


def _is_labelled(text: str, cue: _Cue, begin: int) -> bool:
    """Whether a short name in capitals begins a line, and what follows is a name and nothing else: "TG green_shop"."""
    line = text.rfind("\n", max(0, cue.start - 12), cue.start) + 1
    name = _WORD.match(text, begin)
    if name is None or not text[cue.start : cue.end].isupper() or any(map(str.isalpha, text[line : cue.start])):
        return False
    return looks_made_up(name.group()) and text[name.end() : name.end() + 12].partition("\n")[0].strip() == ""


@cache
def _naming() -> re.Pattern[str]:
    return re.compile(rf"{any_of(contact_words().naming)}[ \t]{{0,3}}$", re.IGNORECASE)


def _others(text: str, kind: str, end: int) -> Iterator[Contacted]:
    """More names after the first: "@one, @two and @three"."""
    for _ in range(5):
        more = messenger_patterns().more.match(text, end, end + 30)
        name = _WORD.match(text, more.end()) if more else None
        if more is None or name is None or not may_be_called(name.group(), at=False):
            return
        listed = name.group()[:1].isalpha() and looks_made_up(name.group())
        if not (more["at"] or more["bare"] or listed) or text[name.end() : name.end() + 1] in {"@", "#", "/"}:
            return
        yield _contact(kind, text, name.span(), 0.8)
        end = name.end()


def _before(text: str, cue: _Cue, last: str) -> Iterator[Contacted]:
    """The name that stands before its messenger, or the name given last where this one is "the same"."""
    kinds = [kind for kind in cue.kinds if kind in _NAMED_BEFORE]
    lead = text[max(0, cue.start - 70) : cue.start].rpartition("\n")[2]
    if not kinds or not lead:
        return
    if last and messenger_patterns().same_before.search(lead):
        for kind in kinds:
            if fits(kind, last):
                yield _contact(kind, text, (cue.start, cue.end), 0.7, name=last)
        return
    match = messenger_patterns().before.search(lead)
    if match is None or not may_be_called(match["name"], at=bool(match["at"])):
        return
    name = match["name"]
    if not (match["at"] or looks_made_up(name) or messenger_patterns().offered.search(lead, 0, match.start())):
        return
    start = cue.start - len(lead) + match.start("name")
    for kind in kinds:
        if fits(kind, name):
            yield _contact(kind, text, (start, start + len(name)), 0.8)


def _contact(kind: str, text: str, span: tuple[int, int], confidence: float, name: str = "") -> Contacted:
    """A name on a messenger; ``name`` where it is not what stands there."""
    return Contacted(_NAMED[kind], *span, normal_name(kind, name or text[span[0] : span[1]]), confidence)
