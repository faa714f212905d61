"""Substances: names from the lexicon, doubtful ones only in the right company, each with its role."""

import bisect
from collections.abc import Sequence

from spacy.language import Language
from spacy.tokens import Doc

from extractors.findings import Finding, add, findings, prose, prose_pieces
from extractors.lexicon import Contexts, Lexicon, Match, Sense, Uncertain, load_contexts, load_lexicon
from extractors.words import Piece

NAME = "nightpost_drugs"

# How many pieces to either side are the company of a name: a title, or a line of a description.
_REACH = 14
_ROLE_REACH = 4
_CERTAIN = 0.95
_IN_CONTEXT = 0.75
_OPAQUE = frozenset({"email", "jabber", "url", "onion", "crypto_address", "tox", "session"})


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "Drugs":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``."""
    return Drugs(load_lexicon(), load_contexts())


class Drugs:
    """Finds ``drug``: value is the substance; ``data`` has class, schedule, form, hazard, how it is sold, and its role.

    The role is ``offered``; ``compared`` when something else is only likened to it; ``negated`` when it is said not to
    be there. A compared or negated substance is mentioned and is no fact.
    """

    def __init__(self, lexicon: Lexicon, contexts: Contexts) -> None:
        self._lexicon = lexicon
        self._contexts = contexts

    def __call__(self, doc: Doc) -> Doc:
        """Put the substances of a text on its Doc."""
        text = prose(doc)
        words = _outside(prose_pieces(doc), doc)
        matches = self._lexicon.matches(text, words)
        if not matches:
            return doc
        company = _Company(words, matches, self._contexts)
        found = []
        for match in matches:
            if self._is_part_of_another(text, words, match):
                continue
            sense = next((sense for sense in match.senses if company.admits(match, sense)), None)
            if sense is not None:
                found.append(self._finding(text, words, match, sense))
        return add(doc, found)

    def _is_part_of_another(self, text: str, words: Sequence[Piece], match: Match) -> bool:
        """Whether the name is the end of a chemical name that is not in the lexicon ("x-MeO-DMT")."""
        if match.first == 0:
            return False
        before, first = words[match.first - 1], words[match.first]
        return before.text in self._contexts.name_parts and text[before.end : first.start] == "-"

    def _finding(self, text: str, words: Sequence[Piece], match: Match, sense: Sense) -> Finding:
        substance = sense.substance
        data = {
            "class": sense.kind,
            "schedule": substance.schedule,
            "form": sense.form,
            "sold_as": substance.sold_as,
            "hazard": substance.hazard,
            "adjunct": substance.adjunct or None,
            "role": self._role(text, words, match),
        }
        return Finding(
            type="drug",
            start=words[match.first].start,
            end=words[match.last - 1].end,
            value=substance.name,
            extractor=NAME,
            confidence=_CERTAIN if sense.uncertain is None else _IN_CONTEXT,
            data={key: value for key, value in data.items() if value is not None},
        )

    def _role(self, text: str, words: Sequence[Piece], match: Match) -> str:
        before = " ".join(word.text for word in _same_phrase_before(text, words, match.first))
        if any(f" {before}".endswith(f" {cue}") for cue in self._contexts.compared_before):
            return "compared"
        if any(f" {before}".endswith(f" {cue}") for cue in self._contexts.negated_before):
            return "negated"
        if match.last < len(words):
            after = words[match.last]
            gap = text[words[match.last - 1].end : after.start]
            if after.text in self._contexts.compared_after and gap in {" ", "-"}:
                return "compared"
            if after.text == "free" and gap == "-":
                return "negated"
        return "offered"


class _Company:
    """What stands near a name."""

    def __init__(self, words: Sequence[Piece], matches: Sequence[Match], contexts: Contexts) -> None:
        self._words = words
        self._contexts = contexts
        self._certain = [
            (match.first, match.senses[0].kind) for match in matches if any(not one.uncertain for one in match.senses)
        ]

    def admits(self, match: Match, sense: Sense) -> bool:
        """Whether a name may have this sense here."""
        uncertain = sense.uncertain
        if uncertain is None:
            return True
        around = self._around(match, _REACH)
        if any(word in self._contexts.not_drugs for word in around):
            return False
        if not set(uncertain.unless).isdisjoint(self._around(match, 2)):
            return False
        return any(self._has(need, uncertain, match, sense, around) for need in uncertain.needs)

    def _has(self, need: str, uncertain: Uncertain, match: Match, sense: Sense, around: Sequence[str]) -> bool:
        if need == "weight":
            return not self._contexts.weight_units.isdisjoint(around)
        if need == "dose":
            return not self._contexts.dose_units.isdisjoint(around)
        if need == "pills":
            return not self._contexts.pill_words.isdisjoint(around)
        if need == "kin":
            place = bisect.bisect_left(self._certain, (match.first - _REACH, ""))
            kin = self._certain[place : place + 2 * _REACH]
            return any(kind == sense.kind and abs(at - match.first) <= _REACH for at, kind in kin)
        return not set(uncertain.near).isdisjoint(around)

    def _around(self, match: Match, reach: int) -> list[str]:
        before = self._words[max(0, match.first - reach) : match.first]
        after = self._words[match.last : match.last + reach]
        return [word.text for word in (*before, *after)]


def _outside(words: list[Piece], doc: Doc) -> list[Piece]:
    """The pieces that are not in an address, a URL or a key: a handle with "weed" in it offers nothing."""
    spans = sorted((one.start, one.end) for one in findings(doc) if one.type in _OPAQUE)
    if not spans:
        return words
    starts = [start for start, _ in spans]
    kept = []
    for word in words:
        place = bisect.bisect_right(starts, word.start) - 1
        if place < 0 or word.start >= spans[place][1]:
            kept.append(word)
    return kept


def _same_phrase_before(text: str, words: Sequence[Piece], first: int) -> list[Piece]:
    """Up to four pieces before a place, back to the nearest end of a phrase."""
    phrase: list[Piece] = []
    for place in range(first - 1, max(-1, first - 1 - _ROLE_REACH), -1):
        gap = text[words[place].end : words[place + 1].start]
        if any(mark in gap for mark in ".!?;:|\n,*()[]"):
            break
        phrase.insert(0, words[place])
    return phrase
