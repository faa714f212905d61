"""The text pipeline: a blank spaCy language with our own components, and text in, mentions out.

No trained model is loaded. Components are registered factories, one file each in `extractors.components`; the order
matters in one place only: PGP comes first, as it takes armour out of what the others read.
"""

import spacy
from spacy.language import Language

from extractors.components import amounts, contacts, crypto, drugs, pgp, shipping, terms
from extractors.findings import Finding, findings
from extractors.records import Mention
from extractors.words import MarketTokenizer

__all__ = ["COMPONENTS", "VERSION", "build_pipeline", "read_text"]

# Of the components and lexicons together: a mention says by which version it was read.
VERSION = "1"

COMPONENTS = (pgp.NAME, crypto.NAME, contacts.NAME, drugs.NAME, amounts.NAME, shipping.NAME, terms.NAME)

# A text is read in parts of this many characters, so that memory stays bounded; ordinary texts are one part.
_PART = 200_000
_ARMOUR_BEGINS = "-----BEGIN PGP "
_ARMOUR_ENDS = "-----END PGP "


def build_pipeline() -> Language:
    """The pipeline with every component; takes a second, so build it once."""
    nlp = spacy.blank("en")
    # What spaCy works out for each new word is most of its time, and vendors invent words: only what is asked for
    # stays.
    getters: dict[int, object] = nlp.vocab.lex_attr_getters  # type: ignore[attr-defined]  # spaCy's stub lacks it
    for attribute in set(getters) - {nlp.vocab.strings["LOWER"], nlp.vocab.strings["NORM"]}:
        del getters[attribute]
    nlp.tokenizer = MarketTokenizer(nlp.vocab)
    for name in COMPONENTS:
        nlp.add_pipe(name)
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
    mentions = []
    for start, end in _parts(text):
        part = text[start:end]
        # What spaCy keeps of the words of this text is freed again: vendors invent words without end.
        with nlp.memory_zone():
            found = list(findings(nlp(part)))
        mentions += [_mention(finding, part, start, source) for finding in found]
    return sorted(mentions, key=lambda one: (one.start, one.end, one.type, one.value))


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
