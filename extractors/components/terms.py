"""Payment, carriers, delivery time, tracking and stealth, where they are said in plain words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import yaml
from pydantic import BaseModel, ConfigDict
from spacy.language import Language
from spacy.tokens import Doc

from extractors.findings import Finding, add, prose
from extractors.lexicon import FOLDER
from extractors.records import MentionType

NAME = "nightpost_terms"

_DAYS = re.compile(
    r"(?<![\w.,$€£-])(?:(\d{1,2})\s{0,2}(?:-|\u2013|to|up to|bis|tot|à|a)\s{0,2})?(\d{1,2})\s{0,2}"
    r"(?:(?:business|working|workng|work|bus|calendar|full|week)\.?\s{0,2}-?){0,2}"
    r"(days?|day's|weeks?|wks?|werktage[n]?|arbeitstage|tage[n]?|dagen|werkdagen|jours|d[ií]as|giorni)\b",
    re.IGNORECASE,
)
_DELIVERY_WORD = re.compile(
    r"ship|deliver|arriv|post|transit|receiv|domestic|international|lieferzeit|versand|zustellung|eta"
    r"|to (?:uk|eu|us|ww)|land|livraison",
    re.IGNORECASE,
)
_WINDOW = 70


class TermWords(BaseModel):
    """``terms.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str]
    carriers: dict[str, list[str]]
    payment: dict[str, list[str]]
    escrow: dict[str, list[str]]
    stealth: list[str]
    tracking: dict[str, list[str]]
    scopes: dict[str, list[str]]
    goods: dict[str, list[str]]


@cache
def load_terms() -> TermWords:
    """The words of terms of the package."""
    return TermWords.model_validate(yaml.load((FOLDER / "terms.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader))


class Phrases:
    """Phrases by what they mean, found in one pass, the longest first, never inside a word."""

    def __init__(self, meanings: Mapping[str, Sequence[str]]) -> None:
        self._meanings = {phrase.lower(): meaning for meaning, phrases in meanings.items() for phrase in phrases}
        longest_first = sorted(self._meanings, key=len, reverse=True)
        choices = "|".join(re.escape(one) for one in longest_first)
        self._pattern = re.compile(rf"(?<!\w)(?:{choices})(?!\w)", re.IGNORECASE)

    def find(self, text: str) -> Iterator[tuple[str, int, int]]:
        """(meaning, start, end) of each phrase in a text."""
        for match in self._pattern.finditer(text):
            yield self._meanings[match.group().lower()], match.start(), match.end()


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "Terms":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``."""
    return Terms(load_terms())


class Terms:
    """Finds ``carrier``, ``payment``, ``stealth``, ``tracking`` and ``delivery_time``.

    A payment is a coin's ticker in lower case or a kind of escrow; a delivery time has the value ``MIN-MAX``, the unit
    ``days``, and in ``data`` min, max and scope.
    """

    def __init__(self, words: TermWords) -> None:
        self._phrases: list[tuple[MentionType, Phrases]] = [
            ("carrier", Phrases(words.carriers)),
            ("payment", Phrases({**words.payment, **words.escrow})),
            ("stealth", Phrases({"stealth": words.stealth})),
            ("tracking", Phrases(words.tracking)),
        ]
        self._scopes = Phrases(words.scopes)

    def __call__(self, doc: Doc) -> Doc:
        """Put the terms of a text on its Doc."""
        text = prose(doc)
        found = [
            Finding(kind, start, end, meaning, NAME)
            for kind, phrases in self._phrases
            for meaning, start, end in phrases.find(text)
        ]
        return add(doc, [*found, *self._delivery(text)])

    def _delivery(self, text: str) -> Iterator[Finding]:
        for match in _DAYS.finditer(text):
            before = text[max(0, match.start() - _WINDOW) : match.start()]
            after = text[match.end() : match.end() + 20]
            if not (_DELIVERY_WORD.search(before) or _DELIVERY_WORD.search(after)):
                continue
            factor = 7 if match.group(3).lower().startswith("w") and "erk" not in match.group(3).lower() else 1
            last = int(match.group(2)) * factor
            first = int(match.group(1)) * factor if match.group(1) else last
            if not 0 < first <= last <= 90:
                continue
            line = before.rpartition("\n")[2]
            scopes = [scope for scope, _, _ in self._scopes.find(line)]
            data = {"min": first, "max": last, "scope": scopes[-1] if scopes else None}
            yield Finding("delivery_time", match.start(), match.end(), f"{first}-{last}", NAME, unit="days", data=data)
