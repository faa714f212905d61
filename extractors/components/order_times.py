"""Until when an order must come to go out on the same day: "before 2pm for same day dispatch", "Deadline 13 Uhr"."""

import re

from spacy.language import Language
from spacy.tokens import Doc

from extractors.clauses import Span, clauses_of
from extractors.components.reship import ReshipWords, load_reship
from extractors.findings import Finding, add, prose
from extractors.phrases import Phrases, one_of
from extractors.words import pieces

NAME = "nightpost_order_times"

_TIME = re.compile(
    r"(?<![\w.,:$€£-])(?:(?P<hour>\d{1,2})(?:[:.h](?P<minute>[0-5]\d))?\s{0,2}"
    r"(?P<half>a\.?m\.?|p\.?m\.?|uhr|u(?=\s|$)|uur|h|hrs?|o'?clock|ч)?|(?P<noon>noon|midday|midnight|mittags?|midi))"
    r"(?![\w%$€£])",
    re.IGNORECASE,
)
# "Next day by 1pm" is when a parcel arrives.
_ARRIVES = re.compile(
    r"(?:(?:next|following|working|business)\s(?:working\s|business\s)?day|delivery|delivered|guaranteed|arrives?)"
    r"\s(?:by|before)\s$",
    re.IGNORECASE,
)
_HINT = re.compile(r"\d\s{0,2}[:.hapu]|noon|midday|midnight|mittag|midi", re.IGNORECASE)
_REACH = 30
_ZONE_REACH = 16
_DAYS_REACH = 120
_LAST_HOUR = 23


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "OrderTimes":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``."""
    return OrderTimes(load_reship())


class OrderTimes:
    """Finds ``order_cutoff``: value ``HH:MM``; in ``data`` the ``timezone`` and ``days`` (``mon-fri``) if stated."""

    def __init__(self, words: ReshipWords) -> None:
        self._words = words
        self._before = re.compile(rf"(?<!\w)(?:{one_of(words.before)})[\s:~]{{1,3}}(?:the\s|ca\.?\s)?$", re.IGNORECASE)
        self._same_day = Phrases({True: words.same_day})
        self._cutoff = Phrases({True: words.cutoff})
        self._zone = re.compile(
            rf"[\s(,]{{0,3}}((?:{one_of(words.zones)})(?!\w)(?:\s?[+-]\s?\d{{1,2}}(?!\d))?)", re.IGNORECASE
        )
        names = {name.lower(): day for day, spellings in words.weekdays.items() for name in spellings}
        self._days = names
        self._range = re.compile(
            rf"(?<!\w)({one_of(names)})\.?\s{{0,2}}(?:-|\u2013|to|till|until|thru|through|bis|t/m|tot|au|à|a|al|по|до|do)"
            rf"\s{{0,2}}({one_of(names)})(?!\w)",
            re.IGNORECASE,
        )

    def __call__(self, doc: Doc) -> Doc:
        """Put the times until which orders are taken on its Doc."""
        text = prose(doc)
        if not _HINT.search(text):
            return doc
        found = []
        for match in _TIME.finditer(text):
            value = _clock(match)
            if value is None:
                continue
            sentence = clauses_of(doc).sentence(match.start())
            if self._is_cutoff(text, sentence, match):
                found.append(
                    Finding(
                        "order_cutoff",
                        match.start(),
                        match.end(),
                        value,
                        NAME,
                        confidence=0.85,
                        data=self._data(text, match),
                    )
                )
        return add(doc, found)

    def _is_cutoff(self, text: str, sentence: Span, match: re.Match[str]) -> bool:
        low, high = max(sentence.start, match.start() - _DAYS_REACH), min(sentence.end, match.end() + _DAYS_REACH)
        around = text[low:high]
        words = pieces(around)
        if any(self._cutoff.find(around, words)):
            return True
        if _ARRIVES.search(text, max(low, match.start() - _REACH), match.start()):
            return False
        told = self._before.search(text[max(low, match.start() - _REACH) : match.start()]) is not None
        return told and any(self._same_day.find(around, words))

    def _data(self, text: str, match: re.Match[str]) -> dict[str, str]:
        data = {}
        zone = self._zone.match(text, match.end(), min(len(text), match.end() + _ZONE_REACH))
        if zone:
            data["timezone"] = " ".join(zone[1].upper().split())
        low, high = max(0, match.start() - _DAYS_REACH), match.end() + _DAYS_REACH
        days = self._range.search(text, low, high)
        if days:
            data["days"] = f"{self._days[days[1].lower()]}-{self._days[days[2].lower()]}"
        return data


def _clock(match: re.Match[str]) -> str | None:
    """A time of day as ``HH:MM``; a bare number is none."""
    if match["noon"]:
        return "00:00" if match["noon"].lower() == "midnight" else "12:00"
    half = (match["half"] or "").lower().replace(".", "")
    if not half and not match["minute"]:
        return None
    hour = int(match["hour"])
    if half in {"am", "pm"} and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02d}:{match['minute'] or '00'}" if hour <= _LAST_HOUR else None
