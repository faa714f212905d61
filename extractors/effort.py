"""How much work a page may cost: counted, so that a page always ends at the same place, however fast the machine.

A hostile page, or a selector of a layout that matches everything, can make each of many selectors visit each of many
elements. What a selector and a text cost is counted beforehand by the number of elements that they may visit.
"""

from itertools import pairwise
from typing import Any

from lxml import etree

# In visits of one element by a selector, about 30 ns each. Real pages spend 0.05 to 4 million.
MOST_EFFORT = 30_000_000
# What one selector costs besides its visits, each row that it makes, each text that is taken of it (the element's own,
# and one of an element in it), and each eight characters of that.
_CALL = 200
_ROW = 200
_NODE = 60
_INNER = 20
_CHARACTERS = 8
_LONG = 400_000
_BYTES_OF_AN_ELEMENT = 16
_size = etree.XPath("count(descendant-or-self::*)")


class EffortSpentError(Exception):
    """The page has cost as much as a page may; the reading stops and says so."""


class Effort:
    """What is left to spend on one page.

    Args:
        whole: how many elements a selector may visit that sees the whole page.
    """

    __slots__ = ("left", "whole")

    def __init__(self, whole: int, most: int = MOST_EFFORT) -> None:
        self.whole = whole
        self.left = most

    def spend(self, visits: int) -> None:
        """Count one selector that may visit so many elements.

        Raises:
            EffortSpentError: no more is left.
        """
        self.left -= visits + _CALL
        if self.left < 0:
            raise EffortSpentError

    def spend_on_rows(self, rows: int) -> None:
        """Count so many rows; raises as `spend` does."""
        self.spend(rows * _ROW)

    def spend_on_texts(self, texts: int) -> None:
        """Count the taking of the texts of so many elements; raises as `spend` does."""
        self.spend(texts * _NODE)

    def spend_on_text(self, element: etree._Element) -> None:
        """Count the taking of the text of an element that has others in it; raises as `spend` does."""
        holds_others = any(len(inner) for inner in element)
        self.spend((size_of(element) if holds_others else len(element)) * _INNER)

    def spend_on_characters(self, characters: int) -> None:
        """Count the reading of a long text; raises as `spend` does."""
        self.spend(characters // _CHARACTERS)


def size_of(element: etree._Element) -> int:
    """How many elements an element is made of, itself included."""
    return int(_size(element))


def visits_of_page(root: etree._Element, length: int) -> int:
    """How many elements a selector may visit on a page.

    Args:
        root: the page.
        length: its bytes; of a page as long as real ones are, the elements are not counted but estimated.
    """
    return length // _BYTES_OF_AN_ELEMENT if length < _LONG else size_of(root)


def visits_of_rows(rows: list[Any], whole: int) -> list[int]:
    """How many elements a selector may visit in each of several rows of a scope that holds ``whole`` elements.

    Rows that lie beside each other share those of the scope; rows within rows are counted one by one.
    """
    if any(_holds(row, following) for row, following in pairwise(rows)):
        return [1 if isinstance(row, str) else size_of(row) for row in rows]
    return [whole // len(rows) + 1 for _ in rows]


def _holds(row: Any, following: Any) -> bool:
    """Whether an element lies within the one that comes before it in the document."""
    if isinstance(row, str) or isinstance(following, str):
        return False
    parent = following.getparent()
    return parent is not row.getparent() and any(around is row for around in following.iterancestors())
