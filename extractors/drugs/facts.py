"""Which of the substances that a text names are what it offers.

A title offers what it names. A long text also speaks: of dosage, of effects, of what not to mix. There a substance
counts that is named in the opening, in a short line, at the beginning of one or among others as in a list, beside an
amount or a price, or in a sentence with a word of trade; where none is so named, all count.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from pydantic import BaseModel, ConfigDict

from extractors.clauses import Clauses
from extractors.lexicon_files import read_words
from extractors.records import Mention
from extractors.words import pieces

__all__ = ["substances"]

# A text is prose from so many characters; what it is about is said in the first.
_PROSE, _OPENING = 400, 160
# A line of so many words is an item of a list or a heading.
_ITEM = 6
# A sentence that names so many substances is a list.
_LIST = 4
_WORD = re.compile(r"\w")
_AMOUNTS = frozenset({"quantity", "price", "strength", "purity"})


class _OfferWords(BaseModel):
    """``offer_words.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str]
    offering: frozenset[str]
    speaking: frozenset[str]


@cache
def _offer_words() -> _OfferWords:
    return read_words("offer_words.yaml", _OfferWords)


def substances(drugs: Sequence[Mention], mentions: Sequence[Mention], text: str) -> list[str]:
    """The substances that a text offers, in order of place, each once.

    Args:
        drugs: the mentions of substances in the role ``offered``.
        mentions: all mentions of the text.
        text: the text.
    """
    if len(text) >= _PROSE:
        drugs = _offered_in_prose(drugs, mentions, text)
    # Paracetamol in a Percocet, naloxone in a Suboxone.
    main = [one for one in drugs if not one.data.get("adjunct")]
    names = list(dict.fromkeys(one.value for one in main or drugs))
    # "cbd" is what is sold only where nothing says cannabis.
    return [name for name in names if name != "cbd"] if "cannabis" in names else names


def _offered_in_prose(drugs: Sequence[Mention], mentions: Sequence[Mention], text: str) -> list[Mention]:
    clauses = Clauses(text, ())
    amounts = {clauses.sentence(one.start) for one in mentions if one.type in _AMOUNTS}
    sentences = [clauses.sentence(one.start) for one in drugs]
    named = Counter(
        sentence for sentence, _ in {(place, one.value) for place, one in zip(sentences, drugs, strict=True)}
    )
    offering = {
        sentence: count >= _LIST or _offers(text[slice(*sentence)], with_amount=sentence in amounts)
        for sentence, count in named.items()
    }
    traded = {
        one.value
        for one, sentence in zip(drugs, sentences, strict=True)
        if one.start < _OPENING
        or offering[sentence]
        or (offering[sentence] is None and not _WORD.search(text, sentence.start, one.start))
    }
    return [one for one in drugs if one.value in traded or not traded]


def _offers(sentence: str, *, with_amount: bool) -> bool | None:
    """Whether a sentence of prose offers what it names, rather than speaks of it; None when it does not say."""
    words = {word.text for word in pieces(sentence)}
    if len(words) <= _ITEM:
        return True
    if not _offer_words().speaking.isdisjoint(words):
        return False
    return True if with_amount or not _offer_words().offering.isdisjoint(words) else None
