"""What one term of a query means: a word, a value, a prefix or a range, by the type of the field it stands in."""

from dataclasses import dataclass
from datetime import datetime

from index.analysis import compounds, fold, tokens
from index.conditions import (
    And,
    Between,
    Condition,
    Or,
    Phrase,
    Value,
    ValueFuzzy,
    ValuePattern,
    ValuePrefix,
    Word,
    WordFuzzy,
    WordPattern,
    WordPrefix,
)
from index.errors import QueryError
from index.fields import TEXTS, Field
from index.values import read_date, read_number

# A prefix of one letter would be most of the vocabulary.
SHORTEST_PREFIX = 2
MOST_WILDCARDS = 5
MOST_TOKENS = 100
MOST_EDITS = 2
# Short words have too many neighbours two edits away (as Elasticsearch's fuzziness AUTO has it).
_LONG_WORD = 6


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a range: the text of it, None when it is open, and whether it belongs to the range."""

    text: str | None
    included: bool = True


def first_field(field: Field) -> str:
    """The stored field that tells whether a document has the field at all."""
    return "first_seen" if field.type == "period" else field.name


def word_condition(text: str, fields: tuple[str, ...], *, phrase: bool) -> Condition | None:
    """A word or a phrase of free text; None when it holds neither letters nor digits."""
    if phrase:
        return _sequence(tokens(text), fields)
    words: list[Condition] = []
    for word in compounds(text)[:MOST_TOKENS]:
        parts = _sequence(list(word.parts), fields)
        assert parts is not None
        words.append(parts if len(word.parts) == 1 else Or((Word(fields, word.glued), parts)))
    if len(words) == 1:
        return words[0]
    # A word with signs inside, such as an e-mail address, is meant as it stands.
    return _sequence(tokens(text), fields)


def _sequence(found: list[str], fields: tuple[str, ...]) -> Condition | None:
    if not found:
        return None
    return Word(fields, found[0]) if len(found) == 1 else Phrase(fields, tuple(found[:MOST_TOKENS]))


def value_condition(field: Field, text: str, place: int) -> Condition:
    """A value of an exact field."""
    values = tuple(value for value in field.normalize(text) if value)
    if not values:
        raise QueryError(f"{field.name}: takes a value", place)
    return Value(field.name, values)


def prefix_condition(text: str, field: Field | None, place: int) -> Condition:
    """What begins so.

    Raises:
        QueryError: it is too short, more than one word, or the field holds no words.
    """
    _check_has_words(field, "wildcard", place)
    if field is not None and field.type == "keyword":
        prefix = field.normalize(text)[0] if text.strip() else ""
    else:
        words = compounds(text)
        if len(words) > 1 or (words and not fold(text)[-1:].isalnum()):
            raise QueryError("a wildcard goes with one word; search the words before it on their own", place)
        prefix = words[0].glued if words else ""
    if len(prefix) < SHORTEST_PREFIX:
        raise QueryError(f"at least {SHORTEST_PREFIX} letters are needed before *", place)
    if field is not None and field.type == "keyword":
        return ValuePrefix(field.name, prefix)
    return WordPrefix(TEXTS if field is None else (field.name,), prefix)


def pattern_condition(pieces: list[str], wildcards: list[str], field: Field | None, place: int) -> Condition:
    """What fits a pattern: ``pieces`` of text with a wildcard, ``*`` or ``?``, between each two of them.

    Raises:
        QueryError: it begins with a wildcard, has too many, or is no pattern of one word.
    """
    _check_has_words(field, "wildcard", place)
    if len(wildcards) > MOST_WILDCARDS:
        raise QueryError(f"a word has at most {MOST_WILDCARDS} wildcards", place)
    if wildcards == ["*"] and not pieces[1]:
        return prefix_condition(pieces[0], field, place)
    is_value = field is not None and field.type == "keyword"
    parts = [_value_piece(piece, field) if field and is_value else _word_piece(piece, place) for piece in pieces]
    if len(parts[0]) < SHORTEST_PREFIX:
        raise QueryError(f"at least {SHORTEST_PREFIX} letters are needed before * or ?", place)
    pattern = parts[0] + "".join(wildcard + part for wildcard, part in zip(wildcards, parts[1:], strict=True))
    if field and is_value:
        return ValuePattern(field.name, pattern)
    return WordPattern(TEXTS if field is None else (field.name,), pattern)


def _check_has_words(field: Field | None, sign: str, place: int) -> None:
    if field is not None and field.type in {"number", "date", "period"}:
        raise QueryError(f"{field.name}: takes a range, such as [10 TO 50], and no {sign}", place)


def _value_piece(piece: str, field: Field) -> str:
    """A piece of a value as the field's values are compared, with the signs of a pattern made to mean themselves."""
    normal = field.normalize(piece)[0] if piece.strip() else ""
    return "".join(f"\\{letter}" if letter in "*?\\" else letter for letter in normal)


def _word_piece(piece: str, place: int) -> str:
    words = compounds(piece)
    if len(words) > 1 or any(not letter.isalnum() and letter not in "-_.," for letter in fold(piece)):
        raise QueryError("a wildcard goes with one word; search the words beside it on their own", place)
    return words[0].glued if words else ""


def fuzzy_condition(text: str, distance: int | None, field: Field | None, place: int) -> Condition:
    """What is so many edits or fewer away; by itself (None) one for short words, two for those of six letters and more.

    Raises:
        QueryError: the field holds no words, or there are too many edits for it.
    """
    _check_has_words(field, "~", place)
    if field is not None and field.type == "keyword":
        value = field.normalize(text)[0] if text.strip() else ""
    else:
        words = compounds(text)
        if len(words) != 1:
            raise QueryError("~ goes with one word", place)
        value = words[0].glued
    if len(value) <= SHORTEST_PREFIX:
        raise QueryError(f"more than {SHORTEST_PREFIX} letters are needed before ~", place)
    edits = usual_edits(value) if distance is None else distance
    if field is not None and field.type == "keyword":
        return ValueFuzzy(field.name, value, edits)
    return WordFuzzy(TEXTS if field is None else (field.name,), value, edits)


def usual_edits(sought: str) -> int:
    """How many edits away something is looked for when nobody says: short words have too many neighbours."""
    return 1 if len(sought) < _LONG_WORD else MOST_EDITS


def range_condition(low: Bound, high: Bound, field: Field | None, now: datetime, place: int) -> Condition:
    """What lies between two bounds.

    Raises:
        QueryError: the field has no order, or a bound is no number or date.
    """
    if field is None or field.type in {"text", "keyword"}:
        where = "without a field" if field is None else f"in {field.name}:"
        raise QueryError(f"a range cannot be used {where}; only with numbers and dates, as price:[10 TO 50]", place)
    if field.type == "number":
        low_number, high_number = (_number(field, bound, place) for bound in (low, high))
        return Between(field.name, low_number, high_number, low.included, high.included)
    # [2019-01 TO 2019-02] ends with February; {2019-01 TO *] begins after January.
    first = _moment(field, low, now, place, last=not low.included)
    last = _moment(field, high, now, place, last=high.included)
    if field.type == "date":
        return Between(field.name, first, last, low.included, high.included)
    return And(
        (
            Between("first_seen", None, last, with_high=high.included),
            Between("last_seen", first, None, with_low=low.included),
        )
    )


def _number(field: Field, bound: Bound, place: int) -> float | None:
    if bound.text is None:
        return None
    number = read_number(bound.text)
    if number is None:
        raise QueryError(f"{field.name}: takes a number or a range of numbers, not {bound.text!r}", place)
    return number


def _moment(field: Field, bound: Bound, now: datetime, place: int, *, last: bool) -> float | None:
    if bound.text is None:
        return None
    bounds = read_date(bound.text, now)
    if bounds is None:
        raise QueryError(
            f"{field.name}: takes a date such as 2019, 2019-05-31, now or now-7d, not {bound.text!r}", place
        )
    return bounds[1 if last else 0]
