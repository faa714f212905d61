"""How many days a parcel takes, by destination.

A number of days is a delivery time by what stands around it: a word of delivery, a destination right beside it, or a
heading above its list. The time until a parcel is on its way, the time after which to complain, and times of anything
else are none.
"""

import re
from collections.abc import Sequence
from functools import cache

from spacy.language import Language
from spacy.tokens import Doc

from extractors.clauses import clauses_of
from extractors.delivery.durations import Duration, read_durations
from extractors.delivery.reading import Cue, DeliveryReading, Kind
from extractors.delivery.scopes import Mark, find_marks, is_separated, is_word, scopes_of
from extractors.delivery.words import DeliveryWords, load_delivery_words
from extractors.findings import Finding, add, findings, prose, prose_pieces
from extractors.phrases import Phrase, Phrases

NAME = "nightpost_delivery"

_REACH_WITHIN = 30
_REACH_UNDONE = 16
_LABEL_GAP_BEFORE = re.compile(
    r"[\s:=(\[\]>~*.,+\u2013\u2014\u2192-]{0,6}"
    r"(?:(?:is|are|about|approximately|approx|usually|normally|generally|max|maximum|up to|within|in|from|of|only"
    r"|takes?|will|be|around|between|est|estimated|ca|circa|dauert|beträgt|innerhalb|von|zwischen|meist|binnen|duurt"
    r"|tot|est de|de|en|sous"
    r"|entre|in|è di|entro|da|составляет|от|до|за|в течение|time|times|express|priority|just|a)"
    r"[\s.:~+-]{1,3}){0,3}",
    re.IGNORECASE,
)
_LABEL_GAP_AFTER = re.compile(
    r"[\s)\]*+-]{0,3}(?:(?:for|of|to|be|until|till|on|by|für|zur|bis zur|pour|para|per|voor|на|average|estimated|fast"
    r"|free|express|tracked|priority|first|class|domestic|international|intl|us|uk|eu|usa|usps|standard|stealth|the|your|der"
    r"|die|la|business|working|time|air|special)[\s-]{1,2}){0,3}",
    re.IGNORECASE,
)
# What has not arrived is complained of: "if it doesn't land in 10 days".
_UNDONE = re.compile(
    r"(?:\bnot|n['\u2019]?t|\bnever|\bwithout|\bohne|\bzonder|\bsans|\bsin|\bsenza|\bnicht|\bniet|\bpas|\bno|\bnon|\b\u043d\u0435)\s(?:yet\s|been\s|be\s|get\s|have\s|ha\s|has\s)?$",
    re.IGNORECASE,
)
# What a buyer wrote, whose name the market hides: '"here in 2 days" - a***y'.
_FEEDBACK = re.compile(
    r"[\"\u201c\u201e][^\"\u201c\u201d\n]{5,300}[\"\u201d]\s{0,3}[-\u2013\u2014~(]{0,2}\s{0,2}\w\*{2,12}\w?"
)
_COLON = re.compile(r"\s?(?:times?|info|information|policy|policies|costs?|fees?|price)?\s?:", re.IGNORECASE)
_WITHIN = re.compile(r"(?:within|in|innerhalb(?: von)?|binnen|sous|dentro de|entro|в течение)\W{1,3}$", re.IGNORECASE)


@cache
def _cue_phrases() -> Phrases[Kind]:
    words = load_delivery_words()
    return Phrases(
        {
            "label": words.labels,
            "deadline": words.deadline,
            "dispatch": words.dispatch,
            "delivery": words.delivery,
            "other": words.other,
        }
    )


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "Delivery":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``; after the carriers, whose names are words of delivery."""
    return Delivery(load_delivery_words())


class Delivery:
    """Finds ``delivery_time``: value ``MIN-MAX``, unit ``days``; in ``data`` min, max and scope.

    A time that holds for several countries is a finding for each. The scope is ``domestic``, ``international``, a
    country, ``EU``, ``WW`` or None.
    """

    def __init__(self, words: DeliveryWords) -> None:
        afterwards = "|".join(re.escape(word) for word in sorted(words.not_after, key=len, reverse=True))
        self._afterwards = re.compile(rf"(?<!\w)(?:{afterwards})[\s.~]{{1,3}}$", re.IGNORECASE)
        self._denied = words.denied
        self._sendings = words.sendings

    def __call__(self, doc: Doc) -> Doc:
        """Put the delivery times of a text on its Doc."""
        words = prose_pieces(doc)
        text = prose(doc)
        durations = read_durations(text, words)
        if not durations:
            return doc
        cues = self._cues(doc, text)
        clauses = clauses_of(doc)
        # "Canada Post" is no destination.
        carriers = {place for one in findings(doc) if one.type == "carrier" for place in range(one.start, one.end)}
        marks = [mark for mark in find_marks(text, words) if mark.start not in carriers]
        feedback: set[int] = set()
        if "**" in text:
            feedback.update(*(range(*match.span()) for match in _FEEDBACK.finditer(text)))
        found: list[Finding] = []
        reading = DeliveryReading(text, clauses, durations, cues, marks)
        for number, (scopes, beside) in enumerate(scopes_of(text, clauses, durations, marks)):
            if durations[number].named and durations[number].start in carriers:
                # "UPS Next Day Air".
                confidence = 0.8
            elif durations[number].start in feedback:
                confidence = 0.0
            else:
                confidence = self._confidence(reading, number, scopes, beside=beside)
            reading.judged.append(confidence)
            if confidence:
                found += _findings(durations[number], scopes or reading.heading_marks(number), confidence)
        return add(doc, found)

    def _cues(self, doc: Doc, text: str) -> list[Cue]:
        cues = [self._cue(text, one) for one in _cue_phrases().find(text, prose_pieces(doc))]
        cues += [Cue("delivery", one.start, one.end, sending=False) for one in findings(doc) if one.type == "carrier"]
        return sorted(cues, key=lambda cue: cue.start)

    def _cue(self, text: str, phrase: Phrase[Kind]) -> Cue:
        sending = phrase.meaning == "label" and text[phrase.start : phrase.end].lower() in self._sendings
        undone = phrase.meaning in {"label", "delivery"} and _UNDONE.search(
            text, max(0, phrase.start - _REACH_UNDONE), phrase.start
        )
        return Cue("deadline" if undone else phrase.meaning, phrase.start, phrase.end, sending)

    def _confidence(self, reading: DeliveryReading, number: int, marks: Sequence[Mark], *, beside: bool) -> float:
        """How sure it is that a time is one of delivery; 0 when it is not."""
        text, duration = reading.text, reading.durations[number]
        if duration.bare:
            return 0.8 if beside and reading.kind_of_list(number) in {None, "label", "delivery"} else 0.0
        before, after = reading.around(number)
        if duration.delivered or self._labelled(text, duration, before, after):
            return 0.9
        if self._is_something_else(text, duration, before, after):
            return 0.0
        if before:
            return self._after_cue(reading, before, duration, marks)
        if after and not _COLON.match(text, after[0].end):
            return 0.85 if after[0].kind in {"label", "delivery"} and duration.unit != "hours" else 0.0
        return self._uncued(reading, number, marks, beside=beside)

    def _is_something_else(self, text: str, duration: Duration, before: Sequence[Cue], after: Sequence[Cue]) -> bool:
        """Whether a time is one to wait before a complaint, or has nothing to do with parcels."""
        if any(cue.kind in {"deadline", "other"} for cue in (*before, *after)):
            return True
        if self._is_afterwards(text, duration, before):
            return True
        dispatched = bool(after) and after[0].kind == "dispatch"
        return dispatched and _LABEL_GAP_AFTER.fullmatch(text, duration.end, after[0].start) is not None

    def _is_afterwards(self, text: str, duration: Duration, before: Sequence[Cue]) -> bool:
        """Whether a time is when something begins: "after 5 days", but not "arrives after 5 days"."""
        head = text[max(0, duration.start - 40) : duration.start]
        return self._afterwards.search(head) is not None and not (before and before[-1].kind == "label")

    def _labelled(self, text: str, duration: Duration, before: Sequence[Cue], after: Sequence[Cue]) -> bool:
        """Whether a name of delivery stands right beside a time: "delivery: 2 days", "2 day shipping"."""
        if self._is_afterwards(text, duration, before):
            return False
        if after and after[0].kind == "label" and not _COLON.match(text, after[0].end):
            hours = after[0].sending and duration.unit == "hours"
            if not hours and _LABEL_GAP_AFTER.fullmatch(text, duration.end, after[0].start):
                return not (duration.unit == "hours" and before and before[-1].kind == "dispatch")
        if not before or before[-1].kind != "label":
            return False
        label = before[-1]
        if label.sending and (duration.unit == "hours" or self._is_within(text, label, duration)):
            return False
        if text[max(0, label.start - 12) : label.start].lower().split()[-1:] in [[word] for word in self._denied]:
            return False
        return _LABEL_GAP_BEFORE.fullmatch(text, label.end, duration.start) is not None

    def _is_within(self, text: str, cue: Cue, duration: Duration) -> bool:
        """Whether "within" stands between a word of sending and a time, and nothing else."""
        gap = text[cue.end : duration.start]
        return len(gap) <= _REACH_WITHIN and _WITHIN.search(gap) is not None

    def _after_cue(
        self, reading: DeliveryReading, before: Sequence[Cue], duration: Duration, marks: Sequence[Mark]
    ) -> float:
        """The confidence in a time after a word of delivery or dispatch."""
        cue = before[-1]
        if cue.kind == "dispatch" or (
            cue.sending and (duration.unit == "hours" or self._is_within(reading.text, cue, duration))
        ):
            # "We ship to the EU in 5 days" is how long it takes, "orders to the EU are shipped in 2 days" is not.
            to_place = any(cue.end <= mark.start and mark.end <= duration.start for mark in marks)
            in_hours = duration.unit == "hours" and (
                cue.kind == "dispatch" or self._is_within(reading.text, cue, duration)
            )
            return 0.7 if to_place and not in_hours else 0.0
        # Hours are said of many things: of parcels only with a name of delivery.
        named = any(one.kind == "label" and (marks or not one.sending) for one in before)
        return 0.85 if duration.unit != "hours" or named else 0.0

    def _uncued(  # noqa: PLR0911 - one reason each, the surest first
        self, reading: DeliveryReading, number: int, marks: Sequence[Mark], *, beside: bool
    ) -> float:
        """The confidence in a time that has no word of delivery in its clause."""
        duration = reading.durations[number]
        kind = None if beside and reading.goes_on(number) else reading.kind_of_list(number)
        if kind == "dispatch" and beside and duration.first < duration.last and reading.is_listed_below(number):
            kind = "delivery"
        in_hours = duration.unit == "hours" and not (beside and 1 <= duration.first < duration.last)
        if kind in {"deadline", "other", "dispatch"} or in_hours:
            return 0.0
        if beside and reading.goes_on(number):
            return min(0.8, reading.judged[number - 1])
        if kind in {"label", "delivery"} and (beside or reading.begins_line(number)):
            return 0.85
        if reading.heading_marks(number):
            return 0.7
        is_firm = duration.working or duration.named or duration.first < duration.last
        is_firm = is_firm or any(is_separated(reading.text, mark) or is_word(mark) for mark in marks)
        if beside and is_firm:
            return 0.75
        if not marks and duration.first < duration.last and reading.follows_delivery(number):
            return 0.65
        # "Europe by airmail 3-5 days", in a text that has spoken of delivery.
        spoken_of = bool(marks) and duration.first < duration.last and any(reading.judged)
        return 0.6 if duration.working or spoken_of else 0.0


def _findings(duration: Duration, marks: Sequence[Mark], confidence: float) -> list[Finding]:
    scopes: list[str | None] = list(dict.fromkeys(scope for mark in marks for scope in mark.scopes)) or [None]
    value = f"{duration.first}-{duration.last}"
    return [
        Finding(
            "delivery_time",
            duration.start,
            duration.end,
            value,
            NAME,
            unit="days",
            confidence=confidence,
            data={"min": duration.first, "max": duration.last, "scope": scope},
        )
        for scope in scopes
    ]
