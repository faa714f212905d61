"""Scopes: the page, a part of it, or one row, in which selectors look; and what looking there costs."""

from collections.abc import Container, Iterator
from typing import Any, TypeAlias

from lxml import etree

from extractors.effort import Effort, size_of, visits_of_page, visits_of_rows
from extractors.layout_schema import Selector
from extractors.problems import ProblemLog
from extractors.selection import Compiled, LabelIndex
from extractors.stepped_paths import SteppedPath

# What a selector finds: an element, or a text (of ``text()``, ``@attr``, ``string(...)``).
Node: TypeAlias = Any

# No field of a real page is made of more.
MAX_SELECTED = 500
# Elements of a row of which the square is not much.
_SMALL = 256


class Scope:
    """Where a field is looked for: an element of a page (or a text, of a part that was selected as one).

    Args:
        node: the element, or the text.
        labels: all that will be asked for, as `extractors.selection.label_key` makes them; None: any may be.
        effort: what looking is counted on; None: nothing is counted, and selectors that fail raise lxml's XPathError.
        visits: how many elements a selector may visit here.
        log: takes the problem of a selector that fails.
    """

    __slots__ = ("_effort", "_found", "_index", "_labels", "_log", "_visits", "node")

    def __init__(
        self,
        node: Node,
        labels: Container[str] | None = None,
        effort: Effort | None = None,
        visits: int = 0,
        log: ProblemLog | None = None,
    ) -> None:
        self.node = node
        self._labels = labels
        self._effort = effort
        self._visits = visits
        self._log = log
        self._index: LabelIndex | None = None
        # A title and its link, an amount and its currency are selected alike.
        self._found: dict[Compiled, list[Node]] = {}

    @classmethod
    def of_page(cls, root: etree._Element, *, length: int, labels: Container[str], log: ProblemLog) -> "Scope":
        """The scope of a whole page of so many bytes, whose looking is counted from here on."""
        visits = visits_of_page(root, length)
        return cls(root, labels, Effort(visits), visits, log)

    def select(self, selector: Selector) -> list[Node]:
        """What a selector finds here, in document order.

        Raises:
            EffortSpentError: the page has cost too much.
        """
        compiled = selector.compiled
        if compiled is None:
            return self._beside(selector.beside) if selector.beside else [self.node]
        found = self._found.get(compiled)
        if found is None:
            if self._effort is not None:
                visits = self._effort.whole if selector.leaves_scope else self._visits
                # libxml2 compares each node of the one path with each of the other.
                self._effort.spend(visits + (visits * visits >> 8) if selector.is_union else visits)
            found = self._evaluated(compiled, selector)
            if len(found) <= MAX_SELECTED:
                self._found[compiled] = found
        return found

    def _evaluated(self, compiled: Compiled, selector: Selector) -> list[Node]:
        # A text, and a comment that a path led to, have nothing inside.
        if isinstance(self.node, str) or not isinstance(self.node.tag, str):
            return []
        try:
            found = self._followed(compiled) if isinstance(compiled, SteppedPath) else compiled(self.node)
        except etree.XPathError as error:
            if self._log is None:
                raise
            self._log.add("selector_failed", f"{selector.css or selector.xpath!r}: {error}")
            return []
        return found if isinstance(found, list) else _as_texts(found)

    def _followed(self, path: SteppedPath) -> Any:
        """What a path in stages finds; in a small row it is quicker to go all the way at once."""
        if self._effort is None:
            return path(self.node)
        if self._visits < _SMALL and (size := size_of(self.node)) < _SMALL:
            self._effort.spend(size * size >> 2)
            return path.whole(self.node)
        return path(self.node, self._effort.spend)

    def elements(self, *names: str) -> Iterator[etree._Element]:
        """The elements of these names, this one included, in document order.

        Raises:
            EffortSpentError: the page has cost too much.
        """
        if self._effort is not None:
            self._effort.spend(self._visits)
        return iter(()) if isinstance(self.node, str) else self.node.iter(*names)

    def part(self, selector: Selector | None) -> "Scope | None":
        """The first thing that a selector finds, as a scope; without a selector, this one."""
        if selector is None:
            return self
        found = self.select(selector)
        return Scope(found[0], self._labels, self._effort, self._visits, self._log) if found else None

    def rows(self, selector: Selector, *, most: int, of: str) -> "list[Scope]":
        """What a selector finds, each a scope; more than ``most`` are a problem of ``of``, and left out.

        Raises:
            EffortSpentError: the page has cost too much.
        """
        found = self.select(selector)
        if len(found) > most:
            if self._log is not None:
                self._log.add("too_many_rows", f"only the first {most} of {len(found)} rows were read", field=of)
            found = found[:most]
        if self._effort is None:
            return [Scope(node, self._labels, log=self._log) for node in found]
        self._effort.spend_on_rows(len(found))
        visits = visits_of_rows(found, self._visits) if found else []
        return [
            Scope(node, self._labels, self._effort, visit, self._log) for node, visit in zip(found, visits, strict=True)
        ]

    def spend_on_text(self, element: etree._Element) -> None:
        """Count the taking of the text of an element that was found here, and that has elements in it.

        Raises:
            EffortSpentError: the page has cost too much.
        """
        if self._effort is not None:
            self._effort.spend_on_text(element)

    def spend_on_texts(self, texts: int) -> None:
        """Count the taking of so many texts; raises as `spend_on_text` does."""
        if self._effort is not None:
            self._effort.spend_on_texts(texts)

    def spend_on_characters(self, characters: int) -> None:
        """Count the reading of a long text; raises as `spend_on_text` does."""
        if self._effort is not None:
            self._effort.spend_on_characters(characters)

    def _beside(self, labels: tuple[str, ...]) -> list[Node]:
        if isinstance(self.node, str):
            return []
        if self._index is None:
            if self._effort is not None:
                self._effort.spend(self._visits)
            self._index = LabelIndex(self.node, self._labels)
        return [found for label in labels for found in self._index.beside(label)]


def _as_texts(found: object) -> list[Node]:
    """What an XPath gives that selects no nodes but counts, compares or makes a text: nothing of 0, false and ""."""
    if not found:
        return []
    if isinstance(found, float) and found.is_integer():
        return [str(int(found))]
    return [str(found)]
