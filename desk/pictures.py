"""What the desk's pictures have in common: their templates, their axes, and text that stays in its place.

A picture is SVG without style sheets, scripts or references, so that it can stand in a page of any policy, in a file of
its own, and on paper. What is in it may be hostile: text is made visible (`desk.terminal.visible`), cut to the room
there is, and escaped by the template.
"""

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.cells import cell_len, set_cell_size

from desk.terminal import visible

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters["px"] = "{:.2f}".format

_STEPS = (1.0, 2.0, 5.0)

# Mn and Me: what is drawn over, under or around the letter before it. Vocalised Arabic needs two or three.
_MARKS = {"Mn", "Me"}
_MOST_MARKS = 3


def drawn(template: str, **values: object) -> str:
    """The text of a template, every value in it escaped."""
    return _ENVIRONMENT.get_template(template).render(values)


def fitted(text: str, cells: int) -> str:
    """Hostile text as one visible line of at most so many cells (a wide character takes two), cut with an ellipsis."""
    # Nothing that is cut off is worth making visible: a vendor may write megabytes.
    line = _without_piles(visible(text[: 4 * cells]))
    if len(text) <= 4 * cells and cell_len(line) <= cells:
        return line
    return set_cell_size(line, cells - 1).rstrip() + "\u2026"


def _without_piles(line: str) -> str:
    """The text; marks beyond the first few on one letter are written out, as they would cover other rows."""
    shown, pile = [], 0
    for character in line:
        pile = pile + 1 if unicodedata.category(character) in _MARKS else 0
        shown.append(character if pile <= _MOST_MARKS else character.encode("unicode_escape").decode("ascii"))
    return "".join(shown)


@dataclass(frozen=True, slots=True)
class Axis:
    """A straight axis: values from ``low`` to ``high``, on the picture from ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where a value is on the picture."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, most: int) -> list[float]:
        """Round values in the range, at most so many: multiples of 1, 2 or 5 times a power of ten."""
        size = 10.0 ** math.floor(math.log10((self.high - self.low) / most))
        step = next(
            size * factor
            for factor in (*_STEPS, *(10 * step for step in _STEPS))
            if (self.high - self.low) / (size * factor) <= most - 1
        )
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return [number * step for number in range(first, last + 1)]


def range_of(values: Iterable[float], *, margin: float = 0.04, least: float = 1.0) -> tuple[float, float]:
    """The range that holds 0 and the values with a margin on both sides (a share of it); at least ``least`` wide."""
    held = [0.0, *values]
    low, high = min(held), max(held)
    room = max(high - low, least)
    return low - margin * room, low + room + margin * room
