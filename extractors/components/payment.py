"""What a vendor takes as payment, and whether it is held in escrow.

A coin named is no payment yet ("Bitcoin stealer", "CC to BTC"): it needs a word of payment in its sentence, "only" or
the like beside it, or to stand in a list with one that counts. What is not accepted, and "no FE", are not found.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence, Set
from functools import cache
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict
from spacy.language import Language
from spacy.tokens import Doc

from extractors.clauses import Clauses, Span, clauses_of
from extractors.findings import Finding, add, prose, prose_pieces
from extractors.lexicon_files import read_words
from extractors.phrases import Phrase, Phrases
from extractors.words import Piece, fold

NAME = "nightpost_payment"

Holding = Literal["escrow", "multisig", "finalize_early"]

# In pieces: how far from a means of payment a word of payment, of goods or of denial may stand.
_ACCEPT_BEFORE = 14
_ACCEPT_AFTER = 5
_GOODS_REACH = 3
_DENIAL_REACH = 5
_STORY_REACH = 7
_LINE_ABOVE = 80
_CONDITION = 90
_HOLDINGS = frozenset({"escrow", "multisig", "finalize_early"})
_NEAR_HOLDING = 80
# A text of so many characters is no title; a line of so many may be a list of coins, of at most so many beside one.
_PROSE, _LONGEST_LINE, _MOST_BESIDE = 120, 100, 12
_LIST_GAP = re.compile(
    r"[\s,/&+|()\[\]-]{1,4}(?:(?:and|or|as well as|und|oder|et|ou|y|o|e|en|of|и|или|i)\s{1,2})?", re.IGNORECASE
)
_AMOUNT_BEFORE = re.compile(r"\d[.,]?\s?$")
_LABEL = re.compile(r"\bfe\s(?:or|/)\sescrow\s?:", re.IGNORECASE)
_NO = r"(?:no|not|none|nope|never|sorry|nein|nee|nie|non|нет)(?!\w)"
# "FE: no", "FE? -> No need", "Do you accept BTC?" and below it "A: Only XMR".
_ANSWERED_NO = re.compile(
    rf"[ \t]{{0,2}}(?:[:=\u2013\u2014-][ \t]{{0,2}}|[^.!?\n]{{0,30}}\?[\s:=>\u2192\u2013\u2014-]{{0,8}}"
    rf"(?:A(?:nswer)?[.:]\s)?){_NO}",
    re.IGNORECASE,
)
_ANSWERED_ONLY = re.compile(
    r"[^.!?\n]{0,30}\?[\s:=>\u2192\u2013\u2014-]{0,8}(?:A(?:nswer)?[.:]\s)?(?:only|just|nur|alleen|seulement|solo)(?!\w)",
    re.IGNORECASE,
)
# Who asks for it is no vendor: "if I ask you to FE my account got hacked".
_IF_ASKED = re.compile(
    r"(?<!\w)(?:if|wenn|falls|als|si|se)\s[^.!?\n]{0,50}(?:ask|tell|want|force)[^.!?\n]{0,24}$", re.IGNORECASE
)
_PARTED = re.compile(r"[,;:(\[|/*!]")
_LETTER = re.compile(r"[^\W\d_]")


class PaymentWords(BaseModel):
    """``payment.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: list[str]
    means: dict[str, list[str]]
    accept: list[str]
    beside: list[str]
    alone: list[str]
    headings: list[str]
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
    return read_words("payment.yaml", PaymentWords)


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
        self._alone = frozenset(map(fold, words.alone))
        self._headings = Phrases({True: [*words.accept, *words.headings]})
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
            for one in self._accepted(reading, means, holdings)
        ]
        labels = [Span(*match.span()) for match in _LABEL.finditer(text)]
        found += [
            Finding("payment", one.start, one.end, one.meaning, NAME)
            for one in holdings
            if self._is_held(reading, one) and not any(label.start <= one.start < label.end for label in labels)
        ]
        return add(doc, found)

    def _accepted(
        self, reading: _Text, means: Sequence[Phrase[str]], holdings: Sequence[Phrase[Holding]]
    ) -> list[Phrase[str]]:
        """The means of payment that a text says it takes; a list is taken or refused as one."""
        accepted: list[Phrase[str]] = []
        known: list[Phrase[str] | Phrase[Holding]] = [*means, *holdings]
        known.sort(key=lambda one: one.start)
        named = {place for one in means for place in range(one.first, one.last)}
        at = 0
        while at < len(means):
            end = at + 1
            while end < len(means) and _LIST_GAP.fullmatch(reading.text, means[end - 1].end, means[end].start):
                end += 1
            group = means[at:end]
            if (
                not any(self._is_goods(reading, one, named) for one in group)
                and not any(self._is_denied(reading, one) for one in (group[0], group[-1]))
                and not _ANSWERED_NO.match(reading.text, group[-1].end)
                and not _ANSWERED_ONLY.match(reading.text, group[-1].end)
                and (any(self._is_accepted(reading, one) for one in group) or self._is_a_line(reading, group, known))
            ):
                accepted += group
            at = end
        return accepted

    def _is_a_line(
        self, reading: _Text, group: Sequence[Phrase[str]], known: Sequence[Phrase[str] | Phrase[Holding]]
    ) -> bool:
        """Whether a sentence of a longer text names means of payment alone: "BTC / XMR", "Bitcoin, escrow"."""
        if len(reading.text) < _PROSE:
            return False
        sentence = reading.clauses.sentence(group[0].start)
        if sentence.end - sentence.start > _LONGEST_LINE:
            return False
        first = group[0].first
        while first and reading.words[first - 1].start >= sentence.start:
            first -= 1
        # Not all of a text that has nothing else.
        at = bisect_left(known, group[0].start - _LONGEST_LINE, key=lambda one: one.start)
        known = known[at : at + 2 * _MOST_BESIDE]
        said = {place for one in known for place in range(one.first, one.last)}
        is_list = len({one.first for one in known if sentence.start <= one.start < sentence.end}) > 1
        for place in range(first, len(reading.words)):
            if reading.words[place].start >= sentence.end:
                break
            if place not in said and reading.words[place].text not in self._alone:
                return False
        # "Escrow only. Bitcoin."
        return is_list or any(
            isinstance(one.meaning, str)
            and one.meaning in _HOLDINGS
            and abs(one.start - group[0].start) <= _NEAR_HOLDING
            for one in known
        )

    def _is_goods(self, reading: _Text, one: Phrase[str], named: Set[int]) -> bool:
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
            if place not in named
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
        line = max(text.rfind(mark, low, one.start) for mark in "\n?")
        if line < 0 or _LETTER.search(text, line, one.start):
            return False
        # A rule of dashes may stand between.
        end = line
        while end > low and not text[end - 1].isalnum():
            end -= 1
        above = max(low, text.rfind("\n", low, end) + 1)
        if end - above > _LINE_ABOVE:
            return False
        return any(
            self._headings.at(text, reading.words, place)
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
        sentence = reading.clauses.sentence(one.start)
        if one.meaning == "escrow" and any(
            word.text in self._story for word in near if sentence.start <= word.start < sentence.end
        ):
            return False
        if one.meaning == "finalize_early" and _IF_ASKED.search(text, max(0, one.start - _CONDITION), one.start):
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
