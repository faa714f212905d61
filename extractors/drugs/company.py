"""What stands near a name of the lexicon, and whether the name may mean a substance there.

Sellers call drugs by words for other things, and other things by words for drugs: "white", "ice", "girl" and "bars"
count only beside a weight, a dose, a word for pills, or another name of the class, as the lexicon says of each.
"""

import bisect
from collections.abc import Iterator, Sequence

from extractors.lexicon import Contexts, Match, Sense, Uncertain
from extractors.words import Piece

__all__ = ["NameCompany"]

# How many pieces to either side are the company of a name: a title, or a line of a description.
_REACH = 14
# What a doubtful name needs that is said of itself, whatever else is offered beside it.
_OF_AMOUNT = frozenset({"weight", "kin"})
# Beside another substance a doubtful name is one of its own when there are two weights.
_TWO_OFFERS = 2
# Between the names of a list; a slash or a blank alone also joins two names of one thing.
_LISTING = frozenset({",", "and", "&", ", and", "or", ", or", "und", "et", "y", "en", "e", "oder", "\n"})


class NameCompany:
    """What stands near a name."""

    def __init__(self, text: str, words: Sequence[Piece], matches: Sequence[Match], contexts: Contexts) -> None:
        self._words = words
        self._contexts = contexts
        self._listed = (
            frozenset(match.first for match in _in_lists(text, words, matches)) if len(matches) > 1 else frozenset()
        )
        self._certain = [
            (match.first, match.senses[0].kind, match.senses[0].substance.name)
            for match in matches
            if any(not one.uncertain and not one.product for one in match.senses)
        ]

    def admits(self, match: Match, sense: Sense) -> bool:
        """Whether a name may have this sense here."""
        uncertain = sense.uncertain
        if uncertain is None and not sense.product:
            return True
        listed = match.first in self._listed
        lent = not listed and (sense.product or uncertain is not None) and self._is_beside_another(match, sense)
        if uncertain is None:
            return not lent
        around = self._around(match, _REACH)
        if not self._contexts.not_drugs.isdisjoint(around) or (lent and self._weights(around) < _TWO_OFFERS):
            return False
        if listed and not _OF_AMOUNT.isdisjoint(uncertain.needs):
            return True
        if not uncertain.unless.isdisjoint(self._around(match, 2)):
            return False
        return any(self._has(need, uncertain, match, sense, around) for need in uncertain.needs)

    def names_kin(self, match: Match, sense: Sense) -> bool:
        """Whether a certain name of another substance of the class is near."""
        near = set(self._certain_near(match, but=match.first))
        return any(kind == sense.kind and name != sense.substance.name for kind, name in near)

    def _has(self, need: str, uncertain: Uncertain, match: Match, sense: Sense, around: Sequence[str]) -> bool:
        if need == "weight":
            return not self._contexts.weight_units.isdisjoint(around)
        if need == "dose":
            return not self._contexts.dose_units.isdisjoint(around)
        if need == "pills":
            return not self._contexts.pill_words.isdisjoint(around)
        if need == "kin":
            return any(kind == sense.kind for kind, _ in self._certain_near(match))
        return not uncertain.near.isdisjoint(around)

    def _weights(self, words: Sequence[str]) -> int:
        """How many words of weight there are: two offers have two."""
        return sum(word in self._contexts.weight_units for word in words)

    def _is_beside_another(self, match: Match, sense: Sense) -> bool:
        """Whether a certain name of another substance is near, and none of this one: stamps lend their names."""
        names = {name for _, name in self._certain_near(match)}
        return bool(names) and sense.substance.name not in names

    def _certain_near(self, match: Match, *, but: int | None = None) -> Iterator[tuple[str, str]]:
        """Class and substance of the certain names within reach; not of the one at the piece ``but``."""
        place = bisect.bisect_left(self._certain, (match.first - _REACH, "", ""))
        for at, kind, name in self._certain[place : place + 2 * _REACH]:
            if at != but and abs(at - match.first) <= _REACH:
                yield kind, name

    def _around(self, match: Match, reach: int) -> list[str]:
        before = self._words[max(0, match.first - reach) : match.first]
        after = self._words[match.last : match.last + reach]
        return [word.text for word in (*before, *after)]


def _in_lists(text: str, words: Sequence[Piece], matches: Sequence[Match]) -> Iterator[Match]:
    """The names that stand in a list beside a certain one: "speed, MDMA and coke"."""
    certain = [any(not one.uncertain for one in match.senses) for match in matches]
    for place, match in enumerate(matches):
        for other in (place - 1, place + 1):
            if not certain[place] and 0 <= other < len(matches) and certain[other]:
                before, after = sorted((match, matches[other]), key=lambda one: one.first)
                gap = text[words[before.last - 1].end : words[after.first].start].strip().lower()
                if gap in _LISTING:
                    yield match
