"""The labels of fields: what "Ships from", "Verkäufer:" or "1,204 sales" announce, by the words of ``labels.yaml``.

A text is a label ("Ships from:"), begins with one ("Ships from: Germany", "Member since 12 May 2019"), or counts
something ("23 sold", "98% positive"). One label may mean several fields; the weight says how surely it means each.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from extractors.countries import parse_destinations
from extractors.lexicon_files import read_words
from extractors.transforms.conventions import Conventions, UnreadableError
from extractors.transforms.dates import read_date

__all__ = ["LabelMatch", "Meaning", "field_of_label", "known_labels", "other_label"]

_FILE = Path(__file__).parent / "labels.yaml"
_WORD = re.compile(r"[^\W_]+|[#\u2116&]")
_PLURAL = re.compile(r"\((?:e?s|ies|e?n|e)\)", re.IGNORECASE)
# What may stand between two words of one label: a space, or one mark of a compound ("ships-from", "title/name").
_JOINT = re.compile(r"\.?\s+|\s?[/'\u2019_.\-]\s?|(?=[#\u2116&])|(?<=[#\u2116&])")
_TYPED_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue"})
_UNDECOMPOSED = str.maketrans({"ł": "l", "ø": "o", "\u0131": "i", "\u2116": "#"})
# What parts a label from its value; without one of these the two stand as words of one sentence.
_SEPARATOR = re.compile(
    r"\s*(?:[:\uff1a=|>\u00bb\u2192\u203a\n\u2013\u2014\u2022\u00b7*]+|(?<=\s)-+(?=\s)|-+>|-+$|(?=[(\[]))\s*"
)
_GLUED = re.compile(r"['\u2019\-_./&]?\w")
# The number before what it counts: "1,204 sales", "1.2K+ orders", "98.5 % positive", "4.8/5 rating", "(23) sold".
_NUMBER = re.compile(
    r"[(\[~+]?(?:\d[\d.,'\u2019\u00a0\u202f]*|\d{1,3}(?: \d{3})+)\s?[kKmM]?\s?[+%]?"
    r"(?:\s?(?:/|out of|of|von|из)\s?\d+)?[)\]]?\s*(?:[x\u00d7*\u2605:-]\s+)?(?=[^\W\d])"
)
_LONGEST_TEXT = 1000
# A label without a separator begins a short text; a longer one is prose that happens to begin with its words.
_LONGEST_SENTENCE = 120
_MOST_WORDS_OF_NAME = 3
# Where a name ends that something else follows: "Sold by alice - 5 sold since April".
_SEGMENT = re.compile(r"\s[-/\u2013\u2014]\s|[(\[,|\u00b7\u2022]")
# Only whether a text reads as a date is asked, so the day that "yesterday" counts from may be any.
_ANY_DAY = Conventions(fetched_at=datetime(2020, 1, 15, tzinfo=UTC))

_Value = Literal[
    "text", "name", "money", "count", "date", "place", "rating", "rows", "coins", "escrow", "contact", "flag", "long"
]
_Grade = Literal["sure", "likely", "weak"]
_FieldName = Annotated[str, Field(pattern=r"^(listing|vendor|review)\.[a-z_]+$")]


@dataclass(frozen=True, slots=True)
class LabelMatch:
    """What a text announces.

    Attributes:
        field: ``KIND.FIELD`` of a record, such as ``listing.ships_from``.
        language: of the label, ISO 639-1.
        label: as the file has it, folded.
        weight: how surely the text means the field, above 0 to 1.
        rest: what follows the label: the end of the text, as it stands; "" when nothing does.
        before: the number that the label counts: the beginning of the text, as it stands. Not both with ``rest``.
        written: the label as it stands in the text.
        qualifier: what the label says of its value in brackets, such as "USD".
    """

    field: str
    language: str
    label: str
    weight: float
    rest: str = ""
    before: str = ""
    written: str = ""
    qualifier: str = ""


class Meaning(NamedTuple):
    """One field that a label may mean."""

    field: str
    language: str
    weight: float
    value: _Value
    counted: bool


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid")
    value: _Value
    counted: bool = False
    labels: dict[str, dict[_Grade, list[str]]]


class _LabelsFile(BaseModel):
    model_config = ConfigDict(extra="forbid")
    grades: dict[_Grade, Annotated[float, Field(gt=0, le=1)]]
    qualifiers: list[str]
    fields: dict[_FieldName, _Words]
    others: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class _Labels:
    """The file by folded label; ``longest`` is the number of words of the longest label."""

    meanings: dict[str, tuple[Meaning, ...]]
    others: dict[str, str]
    first_words: frozenset[str]
    qualified: re.Pattern[str]
    longest: int


@dataclass(frozen=True, slots=True)
class _Found:
    """A label at a place of a text."""

    label: str
    words: int
    start: int
    end: int


def field_of_label(text: str, *, kind: str | None = None) -> list[LabelMatch]:
    """The fields that a text announces, the surest first; empty when it is no label.

    Args:
        text: a label, or a label with its value after it or its number before it.
        kind: ``listing``, ``vendor`` or ``review``: only the fields of that record.
    """
    matches = _matches(text)
    if kind is None:
        return list(matches)
    return [match for match in matches if match.field.startswith(f"{kind}.")]


def other_label(text: str) -> str | None:
    """What a label is that announces no field (money, session, search, goods, headings), or None.

    The balance in a page's head is ``money``: an amount beside it is no price.
    """
    found = _longest(text, 0)
    if found is None or found.label in _labels().meanings:
        return None
    remainder = text[found.end :]
    is_label = not _WORD.search(remainder) or _SEPARATOR.match(remainder) is not None or remainder.strip()[0].isdigit()
    return _labels().others[found.label] if is_label else None


def known_labels() -> Mapping[str, tuple[Meaning, ...]]:
    """Every label, folded, with what it may mean."""
    return _labels().meanings


@lru_cache(maxsize=16384)
def _matches(text: str) -> tuple[LabelMatch, ...]:
    if not text or len(text) > _LONGEST_TEXT:
        return ()
    stripped = text.lstrip()
    number = _NUMBER.match(stripped)
    matches = _counted(stripped, number) if number else _announced(stripped, 0)
    best: dict[str, LabelMatch] = {}
    for match in matches:
        if match.field not in best or best[match.field].weight < match.weight:
            best[match.field] = match
    return tuple(sorted(best.values(), key=lambda match: -match.weight))


def _announced(text: str, start: int) -> list[LabelMatch]:
    """What the label at a place announces, with what follows it."""
    found = _longest(text, start)
    if found is None:
        return []
    qualified = _labels().qualified.match(text, found.end)
    end = qualified.end() if qualified else found.end
    qualifier = (qualified[1] or qualified[2]).strip() if qualified else ""
    separator = _SEPARATOR.match(text, end)
    rest = text[separator.end() if separator else end :].strip()
    if not _WORD.search(rest) and not any(character in rest for character in "$€£"):
        rest = ""
    if rest and not separator and (_GLUED.match(text, end) or len(text) > _LONGEST_SENTENCE):
        return []
    plain = bool(rest) and not separator
    written = text[found.start : found.end]
    matches = []
    for meaning in _labels().meanings.get(found.label, ()):
        weight = meaning.weight * (_plainly(meaning, found, rest) if plain else 1)
        matches.append(
            LabelMatch(meaning.field, meaning.language, found.label, weight, rest, "", written, qualifier=qualifier)
        )
    return matches


def _counted(text: str, number: re.Match[str]) -> list[LabelMatch]:
    """What the label after a number counts, and what else is announced there: "5 sold since 2 April 2019"."""
    found = _longest(text, number.end())
    if found is None:
        return []
    ends = not _WORD.search(text, found.end)
    # "5 sold | ..." and "5 positive reviews of ..." still count; "5 positive people" may not.
    parted = _SEPARATOR.match(text, found.end) is not None or text[found.end : found.end + 1] in {
        ",",
        "/",
        ";",
        ")",
        ".",
    }
    certainty = 1.0 if ends else 0.9 if parted or found.words > 1 else 0.6
    before, written = number[0].strip(), text[found.start : found.end]
    matches = [
        LabelMatch(meaning.field, meaning.language, found.label, meaning.weight * certainty, "", before, written)
        for meaning in _labels().meanings.get(found.label, ())
        if meaning.counted
    ]
    if not ends and found.words > 1:
        matches += [match for match in _announced(text, number.end()) if match.rest and _value_of(match) == "date"]
    return matches


def _value_of(match: LabelMatch) -> _Value:
    return next(meaning.value for meaning in _labels().meanings[match.label] if meaning.field == match.field)


def _plainly(meaning: Meaning, found: _Found, rest: str) -> float:
    """How much less a label means that no separator parts from its value: it may be the first words of a sentence."""
    several = found.words > 1
    if meaning.value == "place":
        places = parse_destinations(rest[:_LONGEST_SENTENCE])
        known = bool(places.to or places.excluded)
        return 0.95 if known and not places.unread else 0.7 if several else 0.3
    if meaning.value in {"money", "count", "date", "rating"}:
        fits = any(character.isdigit() for character in rest) or (meaning.value == "date" and _is_date(rest))
        return 0.9 if fits and several else 0.8 if fits else 0.4 if several else 0.2
    if meaning.value in {"name", "text"}:
        words = len(_SEGMENT.split(rest, maxsplit=1)[0].split())
        return (0.9 if several else 0.6) if words <= _MOST_WORDS_OF_NAME else 0.3
    return 0.6 if several else 0.3


def _is_date(text: str) -> bool:
    try:
        return read_date(text, _ANY_DAY) is not None
    except UnreadableError:
        return False


def _longest(text: str, start: int) -> _Found | None:
    """The longest label that begins at the first word of a text."""
    labels = _labels()
    word = _WORD.search(text, start)
    if word is None:
        return None
    first, name = word.start(), _fold(word[0])
    if name not in labels.first_words:
        return None
    best = None
    for count in range(1, labels.longest + 1):
        plural = _PLURAL.match(text, word.end())
        end = plural.end() if plural else word.end()
        if name in labels.meanings or name in labels.others:
            best = _Found(name, count, first, end)
        joint = _JOINT.match(text, end)
        word = _WORD.match(text, joint.end()) if joint else None
        if word is None:
            break
        name = f"{name} {_fold(word[0])}"
    return best


def _fold(word: str) -> str:
    """A word in lower case without accents."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold().translate(_UNDECOMPOSED))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _fold_label(label: str) -> str:
    return " ".join(_fold(word) for word in _WORD.findall(label))


def _spellings(labels: list[str]) -> set[str]:
    """Folded labels, those with umlauts also as they are typed without: "Verkaeufer"."""
    return {_fold_label(spelling) for label in labels for spelling in (label, label.translate(_TYPED_UMLAUTS))}


@cache
def _labels() -> _Labels:
    file = read_words(_FILE, _LabelsFile)
    meanings: dict[str, dict[str, Meaning]] = {}
    for field, words in file.fields.items():
        for language, grades in words.labels.items():
            for grade, labels in grades.items():
                meaning = Meaning(field, language, file.grades[grade], words.value, words.counted)
                for label in _spellings(labels):
                    known = meanings.setdefault(label, {})
                    if field not in known or known[field].weight < meaning.weight:
                        known[field] = meaning
    others = {_fold_label(label): group for group, labels in file.others.items() for label in labels}
    names = meanings.keys() | others.keys()
    qualifiers = "|".join(sorted(map(re.escape, file.qualifiers), key=len, reverse=True))
    return _Labels(
        meanings={label: tuple(known.values()) for label, known in meanings.items()},
        others=others,
        first_words=frozenset(name.split()[0] for name in names),
        qualified=re.compile(
            rf"\s*(?:[(\[]\s*(?:in\s+)?({qualifiers})\s*[)\]]|\b(?:in|en|em|w|в)\s+({qualifiers})(?=\s*(?:[:=]|$)))",
            re.IGNORECASE,
        ),
        longest=max(len(name.split()) for name in names),
    )
