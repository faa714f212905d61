"""The telling pieces of a long text: short excerpts around the places that are marked."""

import bisect
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

__all__ = ["Fragment", "Mark", "excerpts"]

# An excerpt begins and ends between words, if there is a blank so near.
_NEAR = 20
_BLANK = re.compile(r"\s+")


class Mark(NamedTuple):
    """A place in a text, from ``start`` up to ``end``, and the number of what is marked there."""

    start: int
    end: int
    number: int


@dataclass(frozen=True, slots=True)
class Fragment:
    """An excerpt of a text, or the whole of it.

    Attributes:
        text: as it was written: whatever shows it must make it safe.
        spans: what is marked in ``text``: from the first letter up to the last, in order, never overlapping.
        start: where the excerpt begins in the whole text.
        more: whether the whole text goes on after it.
    """

    text: str
    spans: tuple[tuple[int, int], ...]
    start: int
    more: bool = False

    @property
    def end(self) -> int:
        """Where it ends in the whole text."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class _Span:
    """What is marked without a gap, and the numbers of it."""

    start: int
    end: int
    numbers: frozenset[int]


def excerpts(text: str, marks: Sequence[Mark], *, width: int, most: int) -> list[Fragment]:
    """The excerpts that show the most of what is marked.

    Args:
        text: the whole text.
        marks: at least one, sorted; they may overlap.
        width: how many characters an excerpt has at most; a text that is no longer is shown whole.
        most: how many excerpts at most.

    Returns:
        Excerpts that do not overlap, the best first: those with the most different things marked, then with the most
        marks, then the earlier.
    """
    spans = _merged(marks)
    if len(text) <= width:
        return [_fragment(text, spans, 0, len(text))]
    groups = sorted(_groups(spans, width * 3 // 4), key=_worth)[:most]
    last, windows = 0, {}
    in_order = sorted(groups, key=lambda group: group[0].start)
    for group, following in pairwise([*in_order, None]):
        assert group is not None
        limit = following[0].start if following else len(text)
        windows[group[0]] = _window(text, (group[0].start, group[-1].end), (last, limit), width)
        last = windows[group[0]][1]
    return [_fragment(text, spans, *windows[group[0]]) for group in groups]


def _merged(marks: Sequence[Mark]) -> list[_Span]:
    spans: list[_Span] = []
    for start, end, number in marks:
        if spans and start < spans[-1].end:
            last = spans[-1]
            spans[-1] = _Span(last.start, max(end, last.end), last.numbers | {number})
        else:
            spans.append(_Span(start, end, frozenset({number})))
    return spans


def _groups(spans: list[_Span], widest: int) -> list[list[_Span]]:
    """The spans in groups, each no wider than that, unless one span alone is."""
    groups: list[list[_Span]] = []
    for span in spans:
        if groups and span.end - groups[-1][0].start <= widest:
            groups[-1].append(span)
        else:
            groups.append([span])
    return groups


def _worth(group: list[_Span]) -> tuple[int, int, int]:
    """The best first."""
    different = frozenset[int]().union(*(span.numbers for span in group))
    return -len(different), -len(group), group[0].start


def _window(text: str, core: tuple[int, int], limits: tuple[int, int], width: int) -> tuple[int, int]:
    """From where to where an excerpt goes: its core in the middle, if the limits allow."""
    spare = max(width - (core[1] - core[0]), 0)
    start = max(limits[0], min(core[0] - spare // 2, len(text) - width))
    end = min(start + width, limits[1])
    if start > 0:
        blank = _BLANK.search(text, start, min(start + _NEAR, core[0]))
        start = blank.end() if blank else start
    while start < core[0] and unicodedata.category(text[start]).startswith("M"):
        start += 1
    if end < len(text):
        nearest = max(core[1], end - _NEAR)
        blanks = [blank.start() for blank in _BLANK.finditer(text, nearest, end)]
        end = blanks[-1] if blanks else end
    return start, end


def _fragment(text: str, spans: list[_Span], start: int, end: int) -> Fragment:
    first = bisect.bisect_right(spans, start, key=lambda span: span.end)
    last = bisect.bisect_left(spans, end, key=lambda span: span.start)
    inside = tuple((max(span.start, start) - start, min(span.end, end) - start) for span in spans[first:last])
    return Fragment(text[start:end], inside, start, end < len(text))
