"""The text pipeline: a blank spaCy language with our own components, and text in, mentions out.

Components are registered factories, one file each in `extractors.components`. The order matters where one reads what
another found: PGP comes first, as it takes armour out of what the others read; drugs before what is not listed of
them, and both before amounts; shipping before carriers, those before times of delivery, and amounts before prices.
"""

from collections.abc import Iterable, Iterator

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from extractors.components import (
    amounts,
    carriers,
    contacts,
    crimes,
    crypto,
    delivery,
    drugs,
    order_times,
    other_accounts,
    packaging,
    payment,
    pgp,
    price,
    purity,
    reship,
    shipping,
    unlisted,
)
from extractors.findings import Finding, findings
from extractors.records import Mention
from extractors.tokenizer import MarketTokenizer
from extractors.words import whole_characters

__all__ = ["COMPONENTS", "VERSION", "build_pipeline", "read_text", "read_texts"]

# Of the components and lexicons together: a mention says by which version it was read.
VERSION = "2"

COMPONENTS = (
    pgp.NAME, crypto.NAME, contacts.NAME, other_accounts.NAME,
    drugs.NAME, crimes.NAME, unlisted.NAME, amounts.NAME, purity.NAME, shipping.NAME,
    carriers.NAME, delivery.NAME, packaging.NAME, reship.NAME, order_times.NAME, payment.NAME, price.NAME,
)  # fmt: skip

# A text is read in parts of this many characters, so that memory stays bounded; ordinary texts are one part.
_PART = 200_000
# So many characters are read before what spaCy keeps of their words is freed.
_FREED_AFTER = 100_000
_ARMOUR_BEGINS = "-----BEGIN PGP "
_ARMOUR_ENDS = "-----END PGP "


def build_pipeline(*, judged: bool = True, statistical: bool = True) -> Language:
    """The pipeline; takes a second, so build it once.

    Args:
        judged: whether context decides about doubtful names of drugs; False is for comparison.
        statistical: whether a trained model reads what no list has; False is for comparison, and for its training.
    """
    nlp = spacy.blank("en")
    # What spaCy works out for each new word is most of its time, and vendors invent words: only what is asked for
    # stays.
    getters: dict[int, object] = nlp.vocab.lex_attr_getters  # type: ignore[attr-defined]  # spaCy's stub lacks it
    for attribute in set(getters) - {nlp.vocab.strings["LOWER"], nlp.vocab.strings["NORM"]}:
        del getters[attribute]
    nlp.tokenizer = MarketTokenizer(nlp.vocab)
    for name in COMPONENTS:
        if name != unlisted.NAME or statistical:
            nlp.add_pipe(name, config={"judged": judged} if name == drugs.NAME else {})
    return nlp


def read_text(nlp: Language, text: str, *, source: str) -> list[Mention]:
    """What a text mentions, in order of place.

    Args:
        nlp: from `build_pipeline`.
        text: one field of a record, or any text, of any length.
        source: which field it is, ``KIND:RECORD_ID#FIELD``; copied into the mentions.

    Returns:
        Mentions whose ``text`` is exactly ``text[start:end]``. Time and memory grow linearly with the text.
    """
    return next(read_texts(nlp, [(text, source)]))


def read_texts(nlp: Language, texts: Iterable[tuple[str, str]]) -> Iterator[list[Mention]]:
    """What texts mention, each as `read_text` says; faster for many, with memory that stays the same.

    Args:
        nlp: from `build_pipeline`.
        texts: text and source of each.
    """
    batch: list[tuple[str, str]] = []
    size = 0
    for text, source in texts:
        batch.append((text, source))
        size += len(text)
        if size >= _FREED_AFTER:
            yield from _read_batch(nlp, batch)
            batch, size = [], 0
    yield from _read_batch(nlp, batch)


def _read_batch(nlp: Language, texts: Iterable[tuple[str, str]]) -> list[list[Mention]]:
    # What spaCy keeps of the words of these texts is freed again: vendors invent words without end.
    with nlp.memory_zone():
        return [_read(nlp, text, source) for text, source in texts]


def _read(nlp: Language, text: str, source: str) -> list[Mention]:
    mentions = []
    text = whole_characters(text)
    for start, end in _parts(text):
        part = text[start:end]
        mentions += [_mention(finding, part, start, source) for finding in findings(_applied(nlp, part))]
    return sorted(mentions, key=lambda one: (one.start, one.end, one.type, one.value))


def _applied(nlp: Language, text: str) -> Doc:
    """The Doc of a text, as ``nlp(text)`` gives it, without what spaCy checks at each step."""
    doc = nlp.make_doc(text)
    for _, component in nlp.pipeline:
        doc = component(doc)
    return doc


def _parts(text: str) -> list[tuple[int, int]]:
    """Cut a long text at line ends or spaces, and not inside a PGP block."""
    parts = []
    start = 0
    while len(text) - start > _PART:
        limit = start + _PART
        cut = max(text.rfind("\n", start + _PART // 2, limit), text.rfind(" ", limit - 1000, limit)) + 1 or limit
        begins = text.rfind(_ARMOUR_BEGINS, start + 1, cut)
        if begins > text.rfind(_ARMOUR_ENDS, start, cut):
            cut = begins
        parts.append((start, cut))
        start = cut
    return [*parts, (start, len(text))]


def _mention(finding: Finding, part: str, offset: int, source: str) -> Mention:
    return Mention(
        type=finding.type,
        text=part[finding.start : finding.end],
        start=offset + finding.start,
        end=offset + finding.end,
        value=finding.value,
        unit=finding.unit,
        source=source,
        extractor=finding.extractor,
        version=VERSION,
        confidence=finding.confidence,
        data=finding.data,
    )
