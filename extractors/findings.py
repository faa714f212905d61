"""What the components of the text pipeline find, and how they leave it on a spaCy Doc.

A finding is a `Mention` without its source: the pipeline does not know which record a text came from. Findings live in
``doc._.findings`` in the order in which they were made; spans are character offsets into ``doc.text``. Ranges that hold
no prose (PGP armour) are in ``doc._.armour``: later components read `prose`, where they are blank.
"""

import re
from dataclasses import dataclass, field
from typing import Any, cast

from spacy.tokens import Doc

from extractors.records import MentionType
from extractors.words import TEXT, Piece, pieces

__all__ = ["Finding", "add", "blank", "findings", "prose", "prose_pieces", "written"]


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


if not Doc.has_extension("findings"):
    Doc.set_extension("findings", default=[])
    Doc.set_extension("armour", default=[])
    Doc.set_extension("reading", default=None)


def findings(doc: Doc) -> list[Finding]:
    """What was found in a Doc so far."""
    return cast("list[Finding]", doc._.findings)


def add(doc: Doc, found: list[Finding]) -> Doc:
    """Put findings on a Doc; returns the Doc, as a spaCy component must."""
    if found:
        findings(doc).extend(found)
    return doc


def blank(doc: Doc, start: int, end: int) -> None:
    """Say that a range of the text is no prose."""
    doc._.armour.append((start, end))
    doc._.reading = None


def written(doc: Doc) -> str:
    """The whole text, armour and all."""
    text = doc.user_data.get(TEXT)
    return text if isinstance(text, str) else doc.text


def prose(doc: Doc) -> str:
    """The text with every range that is no prose blanked out, and damaged characters mended.

    It has the length of the text and each character its place, so that offsets hold in both.
    """
    return _reading(doc)[0]


def prose_pieces(doc: Doc) -> list[Piece]:
    """The pieces of the prose; not to be changed."""
    return _reading(doc)[1]


def _reading(doc: Doc) -> tuple[str, list[Piece]]:
    """The prose and its pieces, made once for all components: ``doc.text`` is put together anew at each call."""
    known = cast("tuple[str, list[Piece]] | None", doc._.reading)
    if known is None:
        text = _mended(_blanked(written(doc), cast("list[tuple[int, int]]", doc._.armour)))
        known = (text, pieces(text))
        doc._.reading = known
    return known


# UTF-8 of two to four bytes that was read as Latin-1, and what is left of such that cannot be put together again.
_DAMAGE = re.compile("[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_REMAINS = re.compile("[\xa0-\xff]?[\x80-\x9f][\x80-\xff]*")


def _mended(text: str) -> str:
    """The text with damaged characters put together again, each filled with spaces to its length in the text."""
    if text.isascii():
        return text
    return _REMAINS.sub(lambda match: " " * len(match.group()), _DAMAGE.sub(_decoded, text))


def _decoded(match: re.Match[str]) -> str:
    damaged = match.group()
    try:
        return damaged.encode("latin-1").decode("utf-8").rjust(len(damaged))
    except UnicodeDecodeError:
        return damaged


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
