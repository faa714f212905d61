"""For which destinations a delivery time holds: "UK 1-2 days, EU 5-10", "2-3 days (Germany)", "domestic: next day".

The destination stands before its time or after it, the same way all through a sentence. A scope is ``domestic``,
``international``, a country, ``EU`` or ``WW``.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from extractors.clauses import Clauses
from extractors.countries import EUROPE, WORLD, region_countries
from extractors.delivery.durations import Duration
from extractors.delivery.words import load_delivery_words
from extractors.phrases import Phrases
from extractors.places import Place, find_places
from extractors.words import Piece

__all__ = ["Mark", "find_marks", "is_separated", "is_word", "scopes_of"]

_REACH_BEFORE = 80
_REACH_AFTER = 40
_REACH_LEADER = 70
_LINE_HEAD = 40
_MANY = 5
# So short words are meant in capitals only ("RoW", "UE").
_SHORT = 3
# A nationality says where goods are from, a city where somebody lives.
_KINDS = frozenset({"name", "code", "small", "doubtful", "weak"})
# Codes that are no words in small letters.
_SMALL = frozenset({"uk", "eu", "usa", "ww", "nl", "gb", "nz"})
_ARROW = re.compile(r"\s{0,2}(?:to|nach|naar|->|-->|=>|→|>|>>|»)\s{0,2}", re.IGNORECASE)
_LIST_GAP = re.compile(
    r"[\s,/&+()\[\]-]{1,4}(?:(?:and|or|und|oder|et|ou|y|o|e|en|и|plus)\s{1,2})?"
    r"(?:(?:to|in|nach|naar|into|for|für|pour|a|в)\s{1,2})?(?:(?:the|die|den|de|la|l'|el|il)\s{0,2})?",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"[\s:=()\[\]>.,~\u2013\u2014\u2192+-]{0,8}|[ \t]{0,3}[._\u2026-]{3,60}[ \t>]{0,3}")
_ASIDE = re.compile(r"[,;|][^,;|]{0,80}[^\W\d_]{2}")
_MILD = re.compile(
    r"(?<!\w)(?:approximately|approx|about|around|circa|ca|usually|normally|generally|typically|mostly|max|maximum"
    r"|up to|within|takes?|in|to|for|between|from|only|it|is|are|will be|business|working|delivery|shipping|express"
    r"|priority|the|mail|nach|naar|für|zwischen|etwa|meist|dauert|binnen|innerhalb|von|tot|entre|environ|de|circa"
    r"|около|от|до)(?!\w)",
    re.IGNORECASE,
)
_TOWARDS = re.compile(r"\b(?:to|into|within|naar|nach|binnen|innerhalb|vers)\s$", re.IGNORECASE)
_ITEM = re.compile(r"[,;/|(\n\u2022-]\s{0,2}$")
_JOINED = frozenset({" ", "-", "/", " (", "  ", " in ", " of ", " within ", " in der ", " in het ", " en ", " dans "})
_SEPARATED = re.compile(r"\s{0,3}(?:[:=\u2013\u2014\u2192>(-]|[._\u2026]{3})")
_NOT_THERE = re.compile(
    r"(?:\b(?:outside|except|exept|excluding|excl|not|non|no|hors|fuera|ausserhalb|außerhalb|buiten|fuori)[\s-]{1,2}"
    r"(?:of\s|da\s|de\s|dall['\s])?(?:the\s)?)$",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(r"(?:outside|non|hors|fuera|au(?:ss|ß)erhalb|buiten|fuori)", re.IGNORECASE)


class Mark(NamedTuple):
    """A destination in a text: its characters and its scopes; ``firm`` ones are no two-letter words."""

    start: int
    end: int
    scopes: tuple[str, ...]
    firm: bool = True


@cache
def _scope_phrases() -> Phrases[str]:
    words = load_delivery_words()
    return Phrases(
        {WORLD: words.world, EUROPE: words.europe, "domestic": words.domestic, "international": words.international}
    )


@cache
def _european() -> frozenset[str]:
    parts = ("western europe", "eastern europe", "northern europe", "southern europe")
    return frozenset(code for part in parts for code in region_countries(part)) | {EUROPE}


@cache
def _origin() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in load_delivery_words().origins if word != "near")
    return re.compile(rf"(?<!\w)(?:{words})[\s:]{{1,2}}(?:the\s|our\s|la\s|der\s|den\s)?$", re.IGNORECASE)


def find_marks(text: str, words: Sequence[Piece]) -> list[Mark]:
    """The destinations that a text names, in order, without those that parcels come from.

    Args:
        text: the text.
        words: its pieces.
    """
    spoken = [
        Mark(one.start, one.end, (one.meaning,))
        for one in _scope_phrases().find(text, words)
        if one.end - one.start > _SHORT or (text[one.start] + text[one.end - 1]).isupper()
    ]
    covered = {place for mark in spoken for place in range(mark.start, mark.end)}
    marks = list(spoken)
    places = [
        one for one in find_places(text, words) if one.kind in _KINDS and covered.isdisjoint((one.start, one.end - 1))
    ]
    marks += [mark for place in places if (mark := _mark(text, place)) is not None]
    marks = _without_words_beside_places(text, sorted(marks))
    return [
        mark
        for at, mark in enumerate(marks)
        if at + 1 == len(marks) or not _ARROW.fullmatch(text, mark.end, marks[at + 1].start)
    ]


def _mark(text: str, place: Place) -> Mark | None:
    before = text[max(0, place.start - 24) : place.start]
    excluded = _NOT_THERE.search(before)
    if excluded is not None:
        outside = _OUTSIDE.match(excluded.group()) is not None
        return Mark(place.start, place.end, ("international",)) if outside else None
    if _origin().search(before):
        return None
    firm = place.kind in {"name", "code"} or place.name in _SMALL
    firm = firm or (place.kind == "weak" and (_TOWARDS.search(before) or _ITEM.search(before)) is not None)
    return Mark(place.start, place.end, _scopes(place.codes), firm=firm)


def _scopes(codes: tuple[str, ...]) -> tuple[str, ...]:
    """The scopes of a place: of a region of a few countries each of them, of a large one Europe or abroad."""
    if len(codes) <= _MANY:
        return codes
    return (EUROPE,) if _european().issuperset(codes) else ("international",)


def _without_words_beside_places(text: str, marks: list[Mark]) -> list[Mark]:
    """Of "domestic US" and "international UK orders" only the place."""
    kept: list[Mark] = []
    for mark in marks:
        beside = kept and text[kept[-1].end : mark.start].lower() in _JOINED
        if beside and is_word(kept[-1]) and not is_word(mark):
            kept[-1] = mark
        elif not (beside and is_word(mark) and not is_word(kept[-1]) and mark.scopes != (WORLD,)):
            kept.append(mark)
    return kept


def is_word(mark: Mark) -> bool:
    """Whether a destination is "domestic" or "international", not the name of a place."""
    return mark.scopes[0] in {"domestic", "international"}


def _is_beside(text: str, mark: Mark, duration: Duration) -> bool:
    """Whether a destination stands right before or after a time, with nothing but marks between."""
    start, end = (mark.end, duration.start) if mark.end <= duration.start else (duration.end, mark.start)
    return _BESIDE.fullmatch(text, start, end) is not None or _is_tight(text, start, end)


def is_separated(text: str, mark: Mark) -> bool:
    """Whether a destination is followed as a heading is: "UK:", "UK - "."""
    return _SEPARATED.match(text, mark.end) is not None


def scopes_of(
    text: str, clauses: Clauses, durations: Sequence[Duration], marks: Sequence[Mark]
) -> list[tuple[list[Mark], bool]]:
    """For each time the destinations it holds for, and whether one stands right beside it."""
    sides: list[tuple[list[Mark], list[Mark]]] = []
    at = 0
    claimed = 0
    for number, duration in enumerate(durations):
        sentence = clauses.sentence(duration.start)
        previous = durations[number - 1].end if number else 0
        following = durations[number + 1].start if number + 1 < len(durations) else len(text)
        while at < len(marks) and marks[at].start < previous:
            at += 1
        low = max(sentence.start, previous, duration.start - _REACH_BEFORE)
        high = min(sentence.end, following, duration.end + _REACH_AFTER)
        around = [one for one in _window(marks, at, low, high) if one.firm or is_separated(text, one)]
        before = _last_list(text, [one for one in around if claimed <= one.start < duration.start], duration)
        after = _first_list(text, [one for one in around if one.start >= duration.end])
        if len(after) > 1 and following < sentence.end and "," in text[after[0].end : after[1].start]:
            # "2 days domestic, UK 3 days": of a list between two times the first belongs to the time before.
            after = after[:1]
            if not before and _is_tight(text, duration.end, after[0].start):
                claimed = after[0].end
        sides.append((before, after))
    result: list[tuple[list[Mark], bool]] = []
    stands_after = False
    sentence_start = -1
    for number, (duration, (before, after)) in enumerate(zip(durations, sides, strict=True)):
        sentence = clauses.sentence(duration.start)
        if sentence.start != sentence_start:
            sentence_start = sentence.start
            stands_after = not before and bool(after)
        last = number + 1 == len(durations) or durations[number + 1].start >= sentence.end
        tight_before = bool(before) and _is_tight(text, before[-1].end, duration.start)
        tight_after = bool(after) and _is_tight(text, duration.end, after[0].start)
        if tight_before != tight_after:
            chosen = before if tight_before else after
        elif stands_after:
            chosen = after
        else:
            chosen = before or (after if last else [])
        if not chosen and result and durations[number - 1].start >= sentence.start:
            # "UK first class 1-2 days, special delivery next day": said of the same destination.
            chosen = result[-1][0]
        if not chosen:
            chosen = _of_line(text, marks, duration)
        result.append((chosen, any(_is_beside(text, one, duration) for one in chosen)))
    return result


def _of_line(text: str, marks: Sequence[Mark], duration: Duration) -> list[Mark]:
    """The destinations that the line of a time begins with as a heading: "US: small packet, by USPS, 7-12 days"."""
    line = text.rfind("\n", max(0, duration.start - 2 * _REACH_BEFORE), duration.start) + 1
    if line == 0 and duration.start > 2 * _REACH_BEFORE:
        return []
    first = bisect_left(marks, line, key=lambda mark: mark.start)
    last = bisect_left(marks, duration.start, key=lambda mark: mark.start)
    head = list(marks[first:last])
    if not head or head[0].start - line > _LINE_HEAD or any(map(str.isalpha, text[line : head[0].start])):
        return []
    joined = all(_LIST_GAP.fullmatch(text, one.end, two.start) for one, two in pairwise(head))
    return head if joined and is_separated(text, head[-1]) else []


def _is_tight(text: str, start: int, end: int) -> bool:
    """Whether nothing but marks stands between a destination and a time, and none that parts the items of a list."""
    gap = text[start:end]
    return len(gap) <= _REACH_LEADER and "," not in gap and _BESIDE.fullmatch(_MILD.sub("", gap)) is not None


def _window(marks: Sequence[Mark], at: int, low: int, high: int) -> list[Mark]:
    found = []
    while at < len(marks) and marks[at].end <= high:
        if marks[at].start >= low:
            found.append(marks[at])
        at += 1
    return found


def _last_list(text: str, marks: list[Mark], duration: Duration) -> list[Mark]:
    """The destinations of the list that ends right before a time: not those of another part of the sentence."""
    if not marks or _is_aside(text[marks[-1].end : duration.start]):
        return []
    kept = [marks[-1]]
    for mark in reversed(marks[:-1]):
        if not _LIST_GAP.fullmatch(text, mark.end, kept[0].start):
            break
        kept.insert(0, mark)
    return kept


def _is_aside(gap: str) -> bool:
    """Whether something else is said between a destination and a time: "to the EU, no tracking, 1-3 days"."""
    return _ASIDE.search(_MILD.sub("", gap)) is not None


def _first_list(text: str, marks: list[Mark]) -> list[Mark]:
    kept = marks[:1]
    for mark in marks[1:]:
        if not _LIST_GAP.fullmatch(text, kept[-1].end, mark.start):
            break
        kept.append(mark)
    return kept
