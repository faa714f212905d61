"""What a vendor takes as payment, and whether it is held in escrow.

A coin named is no payment yet ("Bitcoin stealer", "CC to BTC"): it needs a word of payment in its sentence, "only" or
the like beside it, or to stand in a list with one that counts. What is not accepted, and "no FE", are not found.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Literal, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from spacy.language import Language
from spacy.tokens import Doc

from extractors.clauses import Clauses, Span, clauses_of
from extractors.findings import Finding, add, prose, prose_pieces
from extractors.lexicon import FOLDER
from extractors.phrases import Phrase, Phrases
from extractors.words import Piece, fold
from nightpost.errors import ConfigurationError

NAME = "nightpost_payment"

Holding = Literal["escrow", "multisig", "finalize_early"]

# In pieces: how far from a means of payment a word of payment, of goods or of denial may stand.
_ACCEPT_BEFORE = 14
_ACCEPT_AFTER = 5
_GOODS_REACH = 3
_DENIAL_REACH = 5
_STORY_REACH = 7
_LINE_ABOVE = 80
_LIST_GAP = re.compile(
    r"[\s,/&+|()\[\]-]{1,4}(?:(?:and|or|as well as|und|oder|et|ou|y|o|e|en|of|и|или|i)\s{1,2})?", re.IGNORECASE
)
_AMOUNT_BEFORE = re.compile(r"\d[.,]?\s?$")
_LABEL = re.compile(r"\bfe\s(?:or|/)\sescrow\s?:", re.IGNORECASE)
_ANSWERED_NO = re.compile(r"\s{0,2}[:=?-]\s{0,2}(?:no|not|none|nein|nee|non|нет)(?!\w)", re.IGNORECASE)
_PARTED = re.compile(r"[,;:(\[|/*!]")


class PaymentWords(BaseModel):
    """``payment.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str]
    means: dict[str, list[str]]
    accept: list[str]
    beside: list[str]
    goods: list[str]
    into: list[str]
    escrow: list[str]
    multisig: list[str]
    finalize_early: list[str]
    finalize_early_cased: list[str]
    finalize_early_not_after: list[str]
    story: list[str]
    denied: list[str]
    needed: list[str]
    turns: list[str]


class _Text(NamedTuple):
    """A text with its pieces and clauses."""

    text: str
    words: Sequence[Piece]
    clauses: Clauses


@cache
def load_payment() -> PaymentWords:
    """The words of payment of the package.

    Raises:
        ConfigurationError: the file does not fit the schema.
    """
    content = yaml.load((FOLDER / "payment.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    try:
        return PaymentWords.model_validate(content)
    except ValidationError as error:
        raise ConfigurationError(f"lexicons/payment.yaml does not fit its schema: {error}; mend the file") from error


@Language.factory(NAME)
def create(nlp: Language, name: str) -> "Payment":  # noqa: ARG001 - spaCy calls factories with both
    """The component, for ``nlp.add_pipe``."""
    return Payment(load_payment())


class Payment:
    """Finds ``payment``: a coin's ticker in small letters, another means, or how money is held.

    The latter are ``escrow``, ``multisig`` and ``finalize_early``.
    """

    def __init__(self, words: PaymentWords) -> None:
        self._means = Phrases(words.means)
        self._holdings: Phrases[Holding] = Phrases(
            {
                "multisig": words.multisig,
                "finalize_early": [*words.finalize_early, *words.finalize_early_cased],
                "escrow": words.escrow,
            }
        )
        self._cased = {fold(word.replace(".", " ")): word for word in words.finalize_early_cased}
        self._not_after = frozenset(map(fold, words.finalize_early_not_after))
        self._accept = Phrases({True: words.accept})
        self._beside = frozenset(map(fold, words.beside))
        self._goods = Phrases({True: words.goods})
        self._into = frozenset(map(fold, words.into))
        self._story = frozenset(map(fold, words.story))
        self._denied = Phrases({True: words.denied})
        self._needed = frozenset(map(fold, words.needed))
        self._turns = frozenset(map(fold, words.turns))

    def __call__(self, doc: Doc) -> Doc:
        """Put the payments of a text on its Doc."""
        text, words = prose(doc), prose_pieces(doc)
        means = list(self._means.find(text, words))
        holdings = list(self._holdings.find(text, words))
        if not means and not holdings:
            return doc
        reading = _Text(text, words, clauses_of(doc))
        found = [
            Finding("payment", one.start, one.end, one.meaning, NAME, confidence=0.85)
            for one in self._accepted(reading, means)
        ]
        labels = [Span(*match.span()) for match in _LABEL.finditer(text)]
        found += [
            Finding("payment", one.start, one.end, one.meaning, NAME)
            for one in holdings
            if self._is_held(reading, one) and not any(label.start <= one.start < label.end for label in labels)
        ]
        return add(doc, found)

    def _accepted(self, reading: _Text, means: Sequence[Phrase[str]]) -> list[Phrase[str]]:
        """The means of payment that a text says it takes; a list is taken or refused as one."""
        accepted: list[Phrase[str]] = []
        at = 0
        while at < len(means):
            end = at + 1
            while end < len(means) and _LIST_GAP.fullmatch(reading.text, means[end - 1].end, means[end].start):
                end += 1
            group = means[at:end]
            if (
                not any(self._is_goods(reading, one) for one in group)
                and not any(self._is_denied(reading, one) for one in (group[0], group[-1]))
                and any(self._is_accepted(reading, one) for one in group)
            ):
                accepted += group
            at = end
        return accepted

    def _is_goods(self, reading: _Text, one: Phrase[str]) -> bool:
        """Whether a means of payment is what is sold, taught or turned into, or a sum."""
        if _AMOUNT_BEFORE.search(reading.text[max(0, one.start - 3) : one.start]):
            return True
        words = reading.words
        if one.first and words[one.first - 1].text in self._into:
            return True
        sentence = reading.clauses.sentence(one.start)
        near = [*range(max(0, one.first - _GOODS_REACH), one.first)]
        near += range(one.last, min(len(words), one.last + _GOODS_REACH))
        return any(
            sentence.start <= words[place].start < sentence.end and self._goods.at(reading.text, words, place)
            for place in near
        )

    def _is_accepted(self, reading: _Text, one: Phrase[str]) -> bool:
        words, sentence = reading.words, reading.clauses.sentence(one.start)
        neighbours = [*words[max(0, one.first - 1) : one.first], *words[one.last : one.last + 1]]
        if any(word.text in self._beside for word in neighbours if sentence.start <= word.start < sentence.end):
            return True
        near = [*range(max(0, one.first - _ACCEPT_BEFORE), one.first)]
        near += range(one.last, min(len(words), one.last + _ACCEPT_AFTER))
        if any(
            sentence.start <= words[place].start < sentence.end and self._accept.at(reading.text, words, place)
            for place in near
        ):
            return True
        return self._is_under_heading(reading, one)

    def _is_under_heading(self, reading: _Text, one: Phrase[str]) -> bool:
        """Whether the line above speaks of payment, and this one begins with what is taken."""
        text = reading.text
        low = max(0, one.start - 2 * _LINE_ABOVE)
        line = text.rfind("\n", low, one.start)
        if line < 0 or any(map(str.isalpha, text[line : one.start])):
            return False
        end = len(text[low:line].rstrip()) + low
        above = max(low, text.rfind("\n", low, end) + 1)
        if end - above > _LINE_ABOVE:
            return False
        return any(
            self._accept.at(text, reading.words, place)
            for place in range(max(0, one.first - _ACCEPT_BEFORE), one.first)
            if reading.words[place].start >= above
        )

    def _is_held(self, reading: _Text, one: Phrase[Holding]) -> bool:
        """Whether a word of escrow is one of the vendor's terms."""
        text, words = reading.text, reading.words
        spelled = self._cased.get(" ".join(word.text for word in words[one.first : one.last]))
        if spelled is not None:
            before = words[one.first - 1].text if one.first else ""
            if text[one.start : one.end] != spelled or before in self._not_after:
                return False
        near = [*words[max(0, one.first - _STORY_REACH) : one.first], *words[one.last : one.last + _STORY_REACH]]
        if one.meaning == "escrow" and any(word.text in self._story for word in near):
            return False
        return not self._is_denied(reading, one) and _ANSWERED_NO.match(text, one.end) is None

    def _is_denied(self, reading: _Text, one: Phrase[str] | Phrase[Holding]) -> bool:
        text, words, clause = reading.text, reading.words, reading.clauses.clause(one.start)
        for place in range(one.first - 1, max(-1, one.first - 1 - _DENIAL_REACH), -1):
            if words[place].start < clause.start or words[place].text in self._turns:
                break
            if _PARTED.search(text, words[place].end, words[place + 1].start):
                break
            if self._denied.at(text, words, place):
                return True
        for place in range(one.last, min(len(words), one.last + 2)):
            if words[place].end > clause.end or _PARTED.search(text, words[place - 1].end, words[place].start):
                break
            denial = self._denied.at(text, words, place)
            if denial:
                return any(word.text in self._needed for word in words[denial.last : denial.last + 2])
        return False
