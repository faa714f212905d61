"""What a query asks of a document, as a small tree: made by `index.query`, compiled by each store.

All values are normalised already. A store never sees what the user typed.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Everything:
    """Any document."""


@dataclass(frozen=True, slots=True)
class Word:
    """One token, in one of the text fields."""

    fields: tuple[str, ...]
    token: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Two tokens or more that follow each other, in one of the text fields."""

    fields: tuple[str, ...]
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WordPrefix:
    """A token that begins so, in one of the text fields."""

    fields: tuple[str, ...]
    prefix: str


@dataclass(frozen=True, slots=True)
class WordPattern:
    """A token that fits a pattern, in one of the text fields.

    In a pattern ``*`` stands for any letters or none and ``?`` for one letter. No token holds either.
    """

    fields: tuple[str, ...]
    pattern: str


@dataclass(frozen=True, slots=True)
class WordFuzzy:
    """A token that so many edits make of another, in one of the text fields.

    An edit adds, leaves out or changes a letter, or swaps two neighbours (optimal string alignment distance); the
    first letter stays.
    """

    fields: tuple[str, ...]
    token: str
    distance: int


@dataclass(frozen=True, slots=True)
class AnyWord:
    """One of many tokens, in one of the text fields; it counts nothing for the order."""

    fields: tuple[str, ...]
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A keyword field holds one of these values."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValuePrefix:
    """A keyword field holds a value that begins so."""

    field: str
    prefix: str


@dataclass(frozen=True, slots=True)
class ValuePattern:
    """A keyword field holds a value that fits a pattern, as in `WordPattern`; a backslash makes a sign mean itself."""

    field: str
    pattern: str


@dataclass(frozen=True, slots=True)
class ValueFuzzy:
    """A keyword field holds a value that so many edits make of another, see `WordFuzzy`."""

    field: str
    value: str
    distance: int


@dataclass(frozen=True, slots=True)
class Between:
    """A number, or a date in milliseconds since 1970, lies between two bounds; None is no bound."""

    field: str
    low: float | None
    high: float | None
    with_low: bool = True
    with_high: bool = True


@dataclass(frozen=True, slots=True)
class Has:
    """A field has any value at all."""

    field: str


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of them."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """Not that one."""

    part: "Condition"


Text = Word | Phrase | WordPrefix
Similar = WordPattern | WordFuzzy | ValuePattern | ValueFuzzy
Exact = Value | ValuePrefix | Between | Has
Condition = Everything | Text | AnyWord | Similar | Exact | And | Or | Not


def sought_words(condition: Condition) -> list[Text]:
    """The words that a document is ranked by: all that are not denied, in order."""
    match condition:
        case Word() | Phrase() | WordPrefix():
            return [condition]
        case WordFuzzy(fields, token):
            return [Word(fields, token)]
        case And(parts) | Or(parts):
            return [word for part in parts for word in sought_words(part)]
        case _:
            return []


EVERYTHING = Everything()
