"""A number of a text, and the words that tell what it is."""

from dataclasses import dataclass
from functools import cache

from extractors.measures import Unit, Units, load_units, unit_words

__all__ = ["TIMES", "Figure", "Table", "table"]

# What a sign of times is written as; the second letter is Cyrillic.
TIMES = frozenset({"x", "\u0445"})


@dataclass(slots=True)
class Figure:
    """A number in a text.

    Attributes:
        start: its first character, that of a sign of times before it included.
        end: the character after its last, unit or sign of times included.
        number: the value, in the unit as written.
        unit: the unit; None for a bare number.
        per: of a dose, what it is per (``ml``, ``h``, or ``each`` for one of the goods), or None.
        times_before: "x10", "2mg x 10".
        times_after: "10x", "10 x 2mg".
        first: the number of its first piece in the text.
        last: the number of the piece after its last.
        word: the number is a word ("half", "ten").
        fraction: it is a fraction ("1/8").
        named: letters or a rank are joined to it, so that it is no count ("#3", "4-AcO", "MK-677", "2 days").
    """

    start: int
    end: int
    number: float
    first: int
    last: int
    unit: Unit | None = None
    per: str | None = None
    times_before: bool = False
    times_after: bool = False
    word: bool = False
    fraction: bool = False
    named: bool = False

    @property
    def times(self) -> bool:
        """Whether a sign of times is on either side."""
        return self.times_before or self.times_after

    @property
    def amount(self) -> float:
        """The number in the unit of measure (grams, millilitres, items, or that of the dose)."""
        return self.number * (self.unit.each if self.unit else 1)


class Table:
    """The words of `Units` as they are looked up beside a number."""

    def __init__(self, units: Units) -> None:
        self.number_words = units.number_words
        self.units = unit_words()
        self.unit_starts = frozenset(name[0] for name in self.units)
        self.articles = units.articles
        self.not_amounts = units.not_amounts
        self.not_counts = units.not_counts
        self.ranks = units.ranks
        self.currency = frozenset(units.currency)
        self.not_after = self.currency | {"%"}
        self.multiplied = units.multiplied
        self.per = {name: unit for unit, names in units.per.items() for name in names}


@cache
def table() -> Table:
    """The words of the package."""
    return Table(load_units())
