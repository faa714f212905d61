"""Which markets a text names as ones where its writer has, or had, an account.

Names that stand together ("Dream, Empire & WSM", a market a line) are one run and judged together.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from extractors.accounts.details import details_beside
from extractors.accounts.handles import handle_before, normal_name, perhaps_handle, shared_handle
from extractors.accounts.judgement import Judgement, NamedBeside, judged
from extractors.accounts.market_context import any_phrase, market_context
from extractors.accounts.words import account_words
from extractors.contacts.handles import is_name
from extractors.market_names import NamedMarket, market_name, named_markets
from extractors.words import Piece

__all__ = ["Claim", "claims"]

_WORDS = account_words()
# What may stand between two names of one run.
_JOINT = re.compile(
    r"[^\w\n]{0,8}(?:\n[^\w\n]{0,12}){0,4}"
    rf"(?:{any_phrase(_WORDS.joints)}(?:\.?[ ]?\d{{1,2}})?(?!\w)[^\w\n]{{0,4}}){{0,4}}(?:\d{{1,3}}[.)][ ]{{1,2}})?",
    re.IGNORECASE,
)
# Or a number of the next one: "... 300 sales on".
_COUNTED_NEXT = re.compile(
    rf"\d[\d.,/]{{0,8}}[kK]?\+?(?:[ ]?\w{{1,12}}){{0,3}}[ ]{any_phrase(_WORDS.on)}[ ]", re.IGNORECASE
)
_UNKNOWN = re.compile(r"(?<![\w@.-])([A-Z][\w'-]{2,19})[ ](?:Market(?:place)?|MARKET(?:PLACE)?)(?!\w)")
_OWN_SUFFIX = re.compile(r"\s{1,2}(?:market(?:place)?s?)", re.IGNORECASE)
# "Evolution (RIP) and BlackBank".
_REMARK = re.compile(r"[ ]?\([^()\n]{2,50}\)")
_SOON = re.compile(rf"[\s:(\u2013\u2014-]{{0,5}}{any_phrase(_WORDS.soon)}(?!\w)", re.IGNORECASE)
_SAME_NAME = re.compile(rf"(?<!\w){any_phrase(_WORDS.same)}[ ]{any_phrase(_WORDS.names)}(?!\w)", re.IGNORECASE)
_CAPITALS = re.compile(r"[^\W\d_][\w'.-]{3,30}")
_LONGEST_NAME_LINE = 60
_OWNED = re.compile(r"\b(?:the|my|our|a|an) $")
# How far around a run one name for all its markets is looked for.
_SHARED_BEFORE = 160
_SHARED_AFTER = 70


class Claim(NamedTuple):
    """An account that the writer claims: where it says so, and what it says."""

    start: int
    end: int
    market: str
    handle: str | None
    sales: int | None
    rating: float | None
    confidence: float


def claims(
    text: str, words: Sequence[Piece], taken: Sequence[tuple[int, int]], names: Iterable[str] = ()
) -> Iterator[Claim]:
    """The accounts that a text claims, in order.

    Args:
        text: the text.
        words: its pieces.
        taken: places of addresses, inside which no market is named.
        names: that the writer goes by elsewhere, in his addresses.
    """
    in_address = _overlap(sorted(taken))
    markets = [
        name for name in _names(text, words) if not in_address(name.start, name.end) and _stands_free(text, name)
    ]
    before = 0
    given: list[str] = []
    for run in _runs(text, markets, _known_names(text, markets, names) if markets else frozenset()):
        judgement = judged(text, run)
        if judgement is not None:
            for claim in _claimed(text, run, before, judgement):
                same = claim.handle is None and len(set(given)) == 1 and _SAME_NAME.search(judgement.around.part)
                yield claim._replace(handle=given[0]) if same else claim
                given += [claim.handle] if claim.handle else []
        before = run[-1].details.end


def _known_names(text: str, markets: Sequence[NamedMarket], names: Iterable[str]) -> frozenset[str]:
    """Names that the writer has: of his addresses, in the first line, and what stands beside two markets alike."""
    beside = Counter(normal_name(name) for one in markets if (name := perhaps_handle(text, one.end)))
    first = text[:_LONGEST_NAME_LINE].lstrip().partition("\n")[0]
    known = {*map(normal_name, names), normal_name(first), *map(normal_name, _CAPITALS.findall(first))}
    known |= {name for name, count in beside.items() if count > 1}
    return frozenset(name for name in known if len(name) > 3 and is_name(name))


def _names(text: str, words: Sequence[Piece]) -> list[NamedMarket]:
    known = list(named_markets(text, words))
    if "arket" not in text and "ARKET" not in text:
        return known
    no_markets = market_context().no_markets
    overlaps = _overlap([(one.start, one.end) for one in known])
    unknown = []
    for match in _UNKNOWN.finditer(text):
        word = match[1].lower()
        if word not in no_markets and is_name(word) and not overlaps(match.start(), match.end()):
            unknown.append(NamedMarket(match.start(), match.end(), market_name(match[1]) or word, "word", False))
    return sorted([*known, *unknown])


def _overlap(spans: Sequence[tuple[int, int]]) -> Callable[[int, int], bool]:
    """Whether a place lies on one of some spans, which are in order of their starts."""
    starts = [start for start, _ in spans]
    furthest = list(accumulate((end for _, end in spans), max))

    def overlaps(start: int, end: int) -> bool:
        place = bisect_left(starts, end) - 1
        return place >= 0 and furthest[place] > start

    return overlaps


def _stands_free(text: str, name: NamedMarket) -> bool:
    """Whether a name stands for itself: not inside a handle or a name of something else."""
    before, after = text[max(0, name.start - 2) : name.start], text[name.end : name.end + 2]
    if before[-1:] in {"_", "\\", "#", "$"} or after[:1] in {"_", "@"} or (after[:1] == "." and after[1:].isalpha()):
        return False
    if name.certainty == "sure":
        return not (after[:1] == "-" and after[1:].isalpha() and text[name.start : name.end].islower())
    if (after[:1] == "-" and after[1:].isalnum()) or (
        before[-1:] in {"-", ".", "'"}
        and before[:1].isalnum()
        and text[max(0, name.start - 3) : name.start].lower() != "ex-"
    ):
        return False
    context = market_context()
    lead = text[max(0, name.start - 40) : name.start].lower().rpartition("\n")[2]
    if context.not_preceded.search(lead) is not None and re.search(r"[\w'][ ]{1,2}$", lead):
        if name.is_forum and text[name.end : name.end + 6].lower() == " forum":
            return True
        return bool(_OWNED.search(lead)) and context.after.match(text[name.end : name.end + 24].lower()) is not None
    follow = text[name.end : name.end + 24].lower()
    return context.not_followed.match(follow) is None or follow[:1] not in {" ", "'"}


def _runs(text: str, names: Sequence[NamedMarket], known: frozenset[str]) -> Iterator[list[NamedBeside]]:
    run: list[NamedBeside] = []
    end = 0
    for place, name in enumerate(names):
        limit = names[place + 1].start if place + 1 < len(names) else len(text)
        suffix = _OWN_SUFFIX.match(text, name.end)
        details = details_beside(text, end, name.start, suffix.end() if suffix else name.end, limit, known=known)
        if run and not _joined(text, end, name.start):
            yield run
            run = []
        run.append(NamedBeside(name, details, text[name.start].isupper()))
        end = details.end
    if run:
        yield run


def _joined(text: str, begin: int, end: int) -> bool:
    """Whether nothing but marks, "and", or a number of the next one stands between two names."""
    if end - begin > 120:
        return False
    remark = _REMARK.match(text, begin, end)
    begin = remark.end() if remark else begin
    if end - begin > 60:
        return False
    joint = _JOINT.match(text, begin, end)
    place = joint.end() if joint else begin
    if place == end:
        return True
    if _COUNTED_NEXT.fullmatch(text, place, end) is not None:
        return True
    # Or the handle of the next one: "NAME (AlphaBay), NAME (Hansa)".
    return text[end - 1] in "([" and handle_before(text, begin, end) is not None


def _claimed(text: str, run: list[NamedBeside], before: int, judgement: Judgement) -> Iterator[Claim]:
    """What a run claims: of names that may be ordinary words, only those that more speaks for."""
    listed = any(one.name.certainty == "sure" for one in run) or sum(one.capital for one in run) > 1
    for one, handle in zip(run, _handles(text, run, before), strict=True):
        evident = one.details.stated or handle is not None or one.details.linked
        certain = evident or judgement.strong
        written = text[one.name.start : one.name.end]
        if not evident and _SOON.match(text, one.name.end):
            continue
        if one.name.certainty == "short" and not (_is_abbreviation(written) and (certain or (listed and len(run) > 1))):
            continue
        if one.name.certainty == "word" and not (certain or (one.capital and (listed or judgement.confidence >= 0.6))):
            continue
        # A forum is named for many things: where a vendor is to be found there, he gives his name, or says so.
        if one.name.is_forum and handle is None and not market_context().presence.search(judgement.around.part):
            continue
        end = max(one.name.end, one.details.end if evident else 0)
        yield Claim(
            one.name.start, end, one.name.market, handle, one.details.sales, one.details.rating, judgement.confidence
        )


def _is_abbreviation(written: str) -> bool:
    return written.isupper() or (len(written) > 2 and written[:1].isupper())


def _handles(text: str, run: list[NamedBeside], before: int) -> list[str | None]:
    """The handle of each market of a run: its own, or the one that is given for all."""
    own = [one.details.handle for one in run]
    lead = handle_before(text, before, run[0].name.start)
    last = run[-1].details
    given_last = len(run) > 1 and not any(own[:-1]) and not any(one.details.stated for one in run[:-1])
    # "SR2 and Agora (NAME)": what stands in brackets is of the one before it, unless words say it is the name.
    given_last = given_last and (last.said or text[last.end - 1] not in ")]")
    for_all = lead or (last.handle if given_last else None)
    if for_all is None and not all(own):
        begin = max(0, run[0].name.start - _SHARED_BEFORE)
        for_all = shared_handle(text[begin : last.end + _SHARED_AFTER])
    handles = [handle or for_all for handle in own]
    for place in range(1, len(run)):
        nearer = handle_before(text, run[place - 1].details.end, run[place].name.start)
        if nearer is not None and own[place] is None:
            handles[place] = nearer
    return handles
