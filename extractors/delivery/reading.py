"""A text with its times and the words around them that say what each time is about."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Literal, NamedTuple

from extractors.clauses import Clauses, Span
from extractors.delivery.durations import Duration
from extractors.delivery.scopes import Mark

__all__ = ["Cue", "DeliveryReading", "Kind"]

Kind = Literal["label", "delivery", "dispatch", "deadline", "other"]

_REACH_BEFORE = 100
_REACH_AFTER = 70
_LIST_GAP = 30
_LINES_UP = 8
_LONGEST_HEADING = 60
# To send, without a word of the time until then.
_SENDS = re.compile(
    r"(?:we |i )?(?:ship|ships|shipped|send|sends|sent|sending|mailed|posted|versenden?|verschicken?|verschickt"
    r"|versendet|verzenden|verstuurd|verzonden|versturen|envoy\w{1,4}|exp\u00e9di\w{1,4}|envia\w{0,4}|spedi\w{1,5}|invia\w{0,4})",
    re.IGNORECASE,
)
# After a time another part of the sentence begins here.
_PART_END = re.compile(r"[,;|]|\s[-\u2013\u2014]\s")


class Cue(NamedTuple):
    """A word that says what a time is about."""

    kind: Kind
    start: int
    end: int
    sending: bool


class DeliveryReading:
    """A text with its times and the words around them."""

    def __init__(
        self, text: str, clauses: Clauses, durations: Sequence[Duration], cues: Sequence[Cue], marks: Sequence[Mark]
    ) -> None:
        self.text = text
        self.clauses = clauses
        self.durations = durations
        self._cues = cues
        self._cue_starts = [cue.start for cue in cues]
        self._marks = marks
        # How sure it is of each time so far that it is one of delivery.
        self.judged: list[float] = []

    def cues_in(self, start: int, end: int) -> list[Cue]:
        """The words between two places that say what a time is about."""
        first = bisect_left(self._cue_starts, start)
        last = bisect_left(self._cue_starts, end)
        return [cue for cue in self._cues[first:last] if cue.end <= end]

    def around(self, number: int) -> tuple[list[Cue], list[Cue]]:
        """The words before and after a time, in its clause and up to the next times."""
        duration = self.durations[number]
        clause = self.clauses.clause(duration.start)
        previous = self.durations[number - 1].end if number else 0
        following = self.durations[number + 1].start if number + 1 < len(self.durations) else len(self.text)
        low = max(clause.start, previous, duration.start - _REACH_BEFORE)
        high = min(clause.end, following, duration.end + _REACH_AFTER)
        before = self.cues_in(low, duration.start)
        if not before and previous > clause.start:
            # "Delivery takes 2 days in the UK and 5 in the EU": what was said of the time before goes on.
            before = self.cues_in(max(clause.start, duration.start - _REACH_BEFORE), duration.start)
        part = _PART_END.search(self.text, duration.end, high)
        return before, self.cues_in(duration.end, part.start() if part else high)

    def goes_on(self, number: int) -> bool:
        """Whether a time goes on the list of the one before: only its destination stands between."""
        if not number:
            return False
        start, end = self.durations[number - 1].end, self.durations[number].start
        return end - start <= _LIST_GAP and "\n" not in self.text[start:end] and not self.cues_in(start, end)

    def line(self, place: int) -> Span:
        """The line around a character; of a very long one the part around it."""
        low, high = max(0, place - 400), min(len(self.text), place + 400)
        start = self.text.rfind("\n", low, place) + 1
        end = self.text.find("\n", place, high)
        return Span(start or low, high if end < 0 else end)

    def begins_line(self, number: int) -> bool:
        """Whether nothing but marks stands before a time in its line."""
        duration = self.durations[number]
        return not any(map(str.isalpha, self.text[self.line(duration.start).start : duration.start]))

    def kind_of_list(self, number: int) -> Kind | None:
        """What the heading above a time's line is about, or what is said before it in its sentence."""
        duration = self.durations[number]
        sentence = self.clauses.sentence(duration.start)
        own = self.cues_in(max(sentence.start, duration.start - _REACH_BEFORE), duration.start)
        if own:
            return _kind(own)
        heading = self.heading(duration)
        return _kind(self.cues_in(*heading)) if heading else None

    def is_listed_below(self, number: int) -> bool:
        """Whether the heading of a time's list only says that and where parcels are sent: "We ship worldwide:"."""
        heading = self.heading(self.durations[number])
        if heading is None:
            return False
        cues = self.cues_in(*heading)
        return bool(cues) and all(_SENDS.fullmatch(self.text, cue.start, cue.end) for cue in cues)

    def follows_delivery(self, number: int) -> bool:
        """Whether a time begins a sentence, and the one before in its line is about delivery: "1st class. 1-2 days"."""
        duration = self.durations[number]
        line, sentence = self.line(duration.start), self.clauses.sentence(duration.start)
        if sentence.start <= line.start or any(map(str.isalpha, self.text[sentence.start : duration.start])):
            return False
        cues = self.cues_in(max(line.start, sentence.start - _REACH_BEFORE), sentence.start)
        return bool(cues) and cues[-1].kind in {"label", "delivery"}

    def heading(self, duration: Duration) -> Span | None:
        """The line above the list of times that this one is in, when it is short enough for a heading."""
        start = self.line(duration.start).start
        for _ in range(_LINES_UP):
            if start == 0 or self.text[start - 1] != "\n":
                return None
            line = self.line(start - 1)
            start = line.start
            if line.end - line.start > _LONGEST_HEADING:
                return None
            if any(map(str.isalpha, self.text[line.start : line.end])) and not self._has_time(line):
                return line
        return None

    def heading_marks(self, number: int) -> list[Mark]:
        """The destination that a heading names: "Domestic:", then the times below it."""
        heading = self.heading(self.durations[number]) if self.begins_line(number) else None
        if heading is None:
            return []
        at = bisect_left(self._marks, heading.start, key=lambda mark: mark.start)
        return [mark for mark in self._marks[at : at + 1] if mark.end <= heading.end and mark.firm]

    def _has_time(self, line: Span) -> bool:
        at = bisect_left(self.durations, line.start, key=lambda one: one.start)
        return at < len(self.durations) and self.durations[at].start < line.end


def _kind(cues: Sequence[Cue]) -> Kind | None:
    """What a heading is about: a deadline before all else, then delivery."""
    kinds = {cue.kind for cue in cues}
    order: tuple[Kind, ...] = ("deadline", "other", "label", "delivery", "dispatch")
    return next((kind for kind in order if kind in kinds), None)
