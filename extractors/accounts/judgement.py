"""Whether the words around names of markets say that the writer has, or had, accounts there.

A name of a market alone says little: "Dream" is a word, and a market may be talked of. What says it is an account is
words ("find us on"), numbers, a handle, a link, or the company of other names; what says it is none is negation, an
impostor, another vendor, or news of the market itself.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from extractors.accounts.details import Details
from extractors.accounts.handles import handle_before
from extractors.accounts.market_context import MarketContext, any_phrase, market_context
from extractors.accounts.words import account_words
from extractors.contacts.handles import looks_made_up
from extractors.market_names import NamedMarket

__all__ = ["BeforeAndAfter", "Judgement", "NamedBeside", "judged"]

_BEFORE = 160
_AFTER = 140
_WORDS = account_words()
_SENTENCE_END = re.compile(r"(?<!\bex)(?<!\bno)[.!?](?=[\s\"')])|[\n;]")
_BUT = re.compile(rf"(?<!\w){any_phrase(_WORDS.but)}(?!\w)")
_PART_END = re.compile(rf"[,;:()|]|\s-\s|{_BUT.pattern}")
# How sure a boast is to claim an account; it is no fact.
BOAST = 0.5
_BOAST_OF = re.compile(
    rf"{market_context().boasts.pattern}(?:[ ][^\s,.;:!?]{{1,20}}){{0,5}}[ ]"
    r"(?:of|on|in|at|auf|op|sur|von|van|de)(?: the)?[ ]$"
)
_FORMER = re.compile(
    r"(?<!\w)(?:former\w{0,2}|previous\w{0,2}|ex|also|was|were|been|used|years?|since|now|before|fr\u00fcher|auch"
    r"|aussi)(?!\w)"
)
_LINE_START = re.compile(r"[^\w]{0,12}$")
_GUIDE = re.compile(rf"(?<!\w){any_phrase(_WORDS.guides)}(?!\w)")
_MOVED = re.compile(rf"(?<!\w){any_phrase(_WORDS.moved)}(?!\w)")


class NamedBeside(NamedTuple):
    """A market's name with what stands beside it, and whether it begins with a capital."""

    name: NamedMarket
    details: Details
    capital: bool


class BeforeAndAfter(NamedTuple):
    """The text around a run of names, in lower case: its sentence before and after, its part of it, the line above."""

    before: str
    after: str
    part: str
    heading: str
    lead: str


class Judgement(NamedTuple):
    """How sure it is that a run claims accounts; ``strong`` is whether words right before it say so."""

    confidence: float
    strong: bool
    around: BeforeAndAfter


def judged(text: str, run: Sequence[NamedBeside]) -> Judgement | None:
    """How sure it is that the writer has accounts where a run says; None when he has not, or it is not said."""
    context = market_context()
    around = _around(text, run)
    if _is_denied(around, context):
        return None
    confidence = _confidence(text, run, around, context)
    if confidence is None:
        return None
    return Judgement(confidence, _is_led(around, context), around)


def _is_led(around: BeforeAndAfter, context: MarketContext) -> bool:
    said_above = bool(around.heading) and context.headings.search(around.heading) is not None
    return said_above or context.presence.search(around.lead) is not None


def _around(text: str, run: Sequence[NamedBeside]) -> BeforeAndAfter:
    start, end = run[0].name.start, run[-1].details.end
    before = text[max(0, start - _BEFORE) : start].lower()
    heading = ""
    cut = 0
    for match in _SENTENCE_END.finditer(before):
        cut = match.end()
    sentence = before[cut:]
    if _LINE_START.fullmatch(sentence) and start > 0:
        above = before[:cut].rstrip(" \t\n*•>-~=_|#.!✔★").rpartition("\n")[2]
        heading = above if len(above) <= 110 else above[-110:]
    after = text[end : end + _AFTER].lower()
    stop = _SENTENCE_END.search(after)
    after = after[: stop.start()] if stop else after
    parts = list(_PART_END.finditer(sentence))
    part = sentence[parts[-1].end() :] if parts else sentence
    part_stop = _PART_END.search(after)
    inside = text[start:end].lower()
    part = f"{part}{inside}{after[: part_stop.start()] if part_stop else after}"
    return BeforeAndAfter(sentence, after, part, heading, f"{heading} {sentence}"[-90:])


def _is_denied(around: BeforeAndAfter, context: MarketContext) -> bool:
    """Whether the sentence says that it is no account, or not the writer's."""
    before = _BUT.split(around.before)[-1]
    near = context.not_negations.sub(" ", before[-60:])
    near = near if near.rstrip().endswith((":", ",")) else _PART_END.split(near)[-1]
    if context.negations.search(near):
        return True
    if context.impostors.search(around.part) and not context.own.search(around.before):
        return True
    return context.others.search(before[-70:]) is not None and not context.one_of.search(before)


def _confidence(  # noqa: PLR0911 - one reason each, the surest first
    text: str, run: Sequence[NamedBeside], around: BeforeAndAfter, context: MarketContext
) -> float | None:
    follow = text[run[-1].name.end : run[-1].name.end + 40].lower()
    stated = any(one.details.stated for one in run)
    present = context.presence.search(around.lead) is not None
    said = any(one.details.said or one.details.handle for one in run)
    if not (stated or said) and _only_boasts(around):
        return BOAST
    if stated or present:
        return 0.9
    if context.talk_before.search(around.before) or context.talk_after.match(follow):
        # "When Dream closed we moved here" says that the writer was there.
        return 0.6 if _MOVED.search(around.after) and context.first_person.search(around.after) else None
    if _is_led(around, context):
        return 0.85
    if any(one.details.said for one in run) or handle_before(text, 0, run[0].name.start) is not None:
        return 0.8
    if context.after.match(follow) and not context.boasts.search(around.before):
        return 0.75
    return _weaker(run, around, context)


def _weaker(run: Sequence[NamedBeside], around: BeforeAndAfter, context: MarketContext) -> float | None:
    """How sure it is where no word says it outright."""
    lead = context.preposition.search(around.before) is not None
    personal = context.first_person.search(f"{around.before}|{around.after[:60]}") is not None
    # "The best of Dream Market" boasts of a place there; "King of Zion" does not.
    certain = len(run) > 1 or run[0].name.certainty == "sure" or not around.before.endswith("of ")
    boasted = certain and context.boasts.search(around.before) is not None
    alone = len(around.before.strip()) + len(around.after.strip()) < 40
    listed = len(run) > 1 and (alone or personal or lead) and not _GUIDE.search(f"{around.before} {around.after}")
    if (lead and personal) or (len(run) > 1 and any(one.details.handle for one in run)):
        return 0.7
    if listed or any(one.details.linked or _is_given(one) for one in run):
        return 0.6
    return BOAST if lead and boasted else None


def _only_boasts(around: BeforeAndAfter) -> bool:
    """Whether a vendor praises himself before the market: "the best vendor of X", with no word of elsewhere."""
    return _BOAST_OF.search(around.before) is not None and not _FORMER.search(f"{around.before} {around.after}")


def _is_given(one: NamedBeside) -> bool:
    """Whether a handle stands beside a name that is surely a market's or a forum's, or is surely a handle."""
    handle = one.details.handle
    return handle is not None and (one.name.certainty == "sure" or one.name.is_forum or looks_made_up(handle))
