"""What the components of the text pipeline find, and how they leave it on a spaCy Doc.

A finding is a `Mention` without its source: the pipeline does not know which record a text came from. Findings live in
``doc._.findings`` in the order in which they were made, with offsets into ``doc.text``; ``doc._.mentions`` are the same
as spaCy spans. Ranges that hold no prose (PGP armour) are blank in `prose`, which later components read.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

from spacy.tokens import Doc, Span

from extractors.mending import mended
from extractors.records import MentionType
from extractors.tokenizer import TEXT
from extractors.words import Pieces, pieces

__all__ = ["Finding", "add", "blank", "findings", "open_pieces", "prose", "prose_pieces", "spans", "written"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a text says.

    Attributes:
        type: the kind of mention.
        start: the first character in the text.
        end: the character after the last.
        value: the normal form.
        extractor: the component that found it.
        unit: the unit of the value.
        confidence: between 0 and 1; 1 only for what a checksum proves.
        data: what the type adds.
    """

    type: MentionType
    start: int
    end: int
    value: str
    extractor: str
    unit: str | None = None
    confidence: float = 0.9
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class _Notes:
    """What is kept of a Doc: its findings, its ranges without prose, and its prose with its pieces once made."""

    findings: list[Finding] = field(default_factory=list)
    armour: list[tuple[int, int]] = field(default_factory=list)
    reading: tuple[str, Pieces] | None = None


# What holds names that are no words of the text.
_OPAQUE = frozenset(
    {
        "email", "jabber", "telegram", "wickr", "session", "signal", "threema", "tox", "icq", "discord", "url", "onion",
        "crypto_address", "other_account",
    }
)  # fmt: skip
# The key of the notes in ``Doc.user_data``: to go through ``Doc._`` takes longer than all that is asked of it.
_NOTES = "nightpost_notes"


def _notes(doc: Doc) -> _Notes:
    notes: _Notes | None = doc.user_data.get(_NOTES)
    if notes is None:
        notes = doc.user_data[_NOTES] = _Notes()
    return notes


def findings(doc: Doc) -> list[Finding]:
    """What was found in a Doc so far."""
    return _notes(doc).findings


def spans(doc: Doc) -> list[Span]:
    """The findings of a Doc as spaCy spans, in order of place: the label is the type, the id is the normal form.

    A span is of whole tokens: one that ends within a token holds all of it.
    """
    found = sorted(findings(doc), key=lambda one: (one.start, one.end, one.type))
    made = (
        doc.char_span(one.start, one.end, label=one.type, span_id=one.value, alignment_mode="expand") for one in found
    )
    return [span for span in made if span is not None]


if not Doc.has_extension("findings"):
    Doc.set_extension("findings", getter=findings)
    Doc.set_extension("mentions", getter=spans)


def add(doc: Doc, found: list[Finding]) -> Doc:
    """Put findings on a Doc; returns the Doc, as a spaCy component must."""
    if found:
        findings(doc).extend(found)
    return doc


def blank(doc: Doc, start: int, end: int) -> None:
    """Say that a range of the text is no prose."""
    notes = _notes(doc)
    notes.armour.append((start, end))
    notes.reading = None


def written(doc: Doc) -> str:
    """The whole text, armour and all."""
    text = doc.user_data.get(TEXT)
    return text if isinstance(text, str) else doc.text


def prose(doc: Doc) -> str:
    """The text with every range that is no prose blanked out, and damaged characters mended.

    It has the length of the text and each character its place, so that offsets hold in both.
    """
    return _reading(doc)[0]


def prose_pieces(doc: Doc) -> Pieces:
    """The pieces of the prose; not to be changed."""
    return _reading(doc)[1]


def open_pieces(doc: Doc) -> Pieces:
    """The pieces that are not in an address, a handle, a URL or a key: a name with "weed" in it offers nothing."""
    words = prose_pieces(doc)
    spans = sorted((one.start, one.end) for one in findings(doc) if one.type in _OPAQUE)
    if not spans:
        return words
    starts = [start for start, _ in spans]
    kept = []
    for word in words:
        place = bisect_right(starts, word.start) - 1
        if place < 0 or word.start >= spans[place][1]:
            kept.append(word)
    return Pieces(kept)


def _reading(doc: Doc) -> tuple[str, Pieces]:
    """The prose and its pieces, made once for all components: ``doc.text`` is put together anew at each call."""
    notes = _notes(doc)
    if notes.reading is None:
        text = mended(_blanked(written(doc), notes.armour))
        notes.reading = (text, Pieces(pieces(text)))
    return notes.reading


def _blanked(text: str, ranges: list[tuple[int, int]]) -> str:
    parts: list[str] = []
    done = 0
    for start, end in sorted(ranges):
        if end <= done:
            continue
        begin = max(start, done)
        parts.append(text[done:begin])
        parts.append(" " * (end - begin))
        done = end
    return "".join([*parts, text[done:]])
