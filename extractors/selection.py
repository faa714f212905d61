"""Selectors of a layout, compiled once: CSS or XPath, or the label that stands beside a value.

CSS and XPath become lxml's compiled XPath. A relative selector is evaluated inside its scope (the page, a part of it,
or one row); an XPath that begins with ``/`` sees the whole page from anywhere.
"""

import itertools
import re
from collections.abc import Container, Iterator
from functools import lru_cache
from typing import TypeAlias

from cssselect import SelectorError
from lxml import etree
from parsel.csstranslator import HTMLTranslator

from extractors.patterns import bounded
from extractors.stepped_paths import SteppedPath, stepped
from nightpost.errors import ConfigurationError

_REGULAR_EXPRESSIONS = "http://exslt.org/regular-expressions"
_TRANSLATOR = HTMLTranslator()
# Either is called with the element to look in.
Compiled: TypeAlias = etree.XPath | SteppedPath
# A label longer than this, with the space around it, is a sentence, which no layout names.
_LONGEST_LABEL = 120
_LABEL_EDGES = " \t\r\n\f\xa0:"
# How far a label may be wrapped (<td><span><b>Ships to</b></span></td>) before its value is looked for beside it.
_CONTROLS = frozenset(["select", "input", "button"])
_DEEPEST_WRAPPING = 4


class SelectorNotUsableError(ConfigurationError, ValueError):
    """A selector is no valid CSS or XPath (a ValueError, so that pydantic says where in the layout)."""


@lru_cache(maxsize=4096)
def compile_css(css: str) -> Compiled:
    """CSS (with parsel's ``::text`` and ``::attr(name)``) as XPath over the descendants of the scope.

    Raises:
        SelectorNotUsableError: it is not valid CSS.
    """
    try:
        return stepped(_TRANSLATOR.css_to_xpath(css, prefix="descendant::"), _compiled)
    except (SelectorError, etree.XPathError) as error:
        raise SelectorNotUsableError(f"{css!r} is not a CSS selector: {error}; mend it") from error


@lru_cache(maxsize=4096)
def compile_xpath(xpath: str) -> Compiled:
    """An XPath 1.0 expression, with EXSLT's ``re:test(text, pattern, flags)``.

    Raises:
        SelectorNotUsableError: it is not valid XPath, names functions or variables that there are not, or selects
            namespaces, which no page has.
    """
    try:
        compiled = stepped(xpath, _compiled)
        found = compiled(etree.Element("html"))
    except etree.XPathError as error:
        raise SelectorNotUsableError(f"{xpath!r} is not an XPath expression: {error}; mend it") from error
    if isinstance(found, list) and any(isinstance(node, tuple) for node in found):
        raise SelectorNotUsableError(f"{xpath!r} selects namespaces; mend it")
    return compiled


def _compiled(xpath: str) -> etree.XPath:
    # What is registered for a path is registered again each time it is asked, which costs half as much as asking it.
    if "re:" not in xpath:
        return etree.XPath(xpath, regexp=False, smart_strings=False)
    namespaces = {"re": _REGULAR_EXPRESSIONS}
    extensions = {(_REGULAR_EXPRESSIONS, "test"): _matches}
    return etree.XPath(xpath, namespaces=namespaces, extensions=extensions, regexp=False, smart_strings=False)


def _matches(_: object, value: object, pattern: str, flags: str = "") -> bool:
    """EXSLT's ``re:test``, with patterns that are bounded as those of the layout's keys are."""
    if isinstance(value, list):
        value = value[0] if value else ""
    text = str(value.xpath("string()")) if isinstance(value, etree._Element) else str(value)  # noqa: SLF001 - lxml's only name for it
    try:
        return bounded(pattern, re.IGNORECASE if "i" in flags else 0).search(text) is not None
    except (re.error, ValueError, OverflowError) as error:
        raise etree.XPathEvalError(f"{pattern!r} is no usable regular expression: {error}") from error


class LabelIndex:
    """The short texts of one scope, and what stands beside each: built in one pass, asked many times.

    Args:
        scope: where labels and values are.
        wanted: the labels that will be asked for, as `label_key` makes them; None: any may be.
    """

    def __init__(self, scope: etree._Element, wanted: Container[str] | None = None) -> None:
        self._scope = scope
        self._places: dict[str, list[tuple[etree._Element, bool]]] = {}
        # Every text of a page passes here, so the cheapest questions are asked first.
        for element in scope.iter("*"):
            text = element.text
            if text and len(text) < _LONGEST_LABEL and not text.isspace():
                key = label_key(text)
                if wanted is None or key in wanted:
                    self._places.setdefault(key, []).append((element, False))
            text = element.tail
            if text and len(text) < _LONGEST_LABEL and not text.isspace() and element is not scope:
                key = label_key(text)
                if wanted is None or key in wanted:
                    self._places.setdefault(key, []).append((element, True))

    def beside(self, label: str) -> list[etree._Element | str]:
        """Every value beside a label: the text that follows it directly, else the element that follows it."""
        found = (self._value(element, is_tail) for element, is_tail in self._places.get(label_key(label), ()))
        return [value for value in found if value is not None]

    def _value(self, element: etree._Element, is_tail: bool) -> etree._Element | str | None:
        if is_tail:
            return _no_control(next(_siblings_after(element), None))
        inner = next(element.iterchildren(etree.Element), None)
        if inner is not None:
            return inner
        for wrapped in itertools.islice(self._wrappings(element), _DEEPEST_WRAPPING):
            if wrapped.tail and wrapped.tail.strip(_LABEL_EDGES):
                return str(wrapped.tail)
            following = next(_siblings_after(wrapped), None)
            if following is not None:
                return _no_control(following)
        return None

    def _wrappings(self, element: etree._Element) -> Iterator[etree._Element]:
        """The label's element, and those around it that hold no text before it, inside the scope."""
        while element is not None and element is not self._scope:
            yield element
            element = element.getparent()
            if element is not None and element.text and element.text.strip():
                return


def _no_control(element: etree._Element | None) -> etree._Element | None:
    """An element, unless it is one to choose or fill in: the label of a filter has no value beside it."""
    return None if element is None or element.tag in _CONTROLS else element


def label_key(text: str) -> str:
    """A label for comparison: lower case, one space, no colon at its end."""
    key = text.strip(_LABEL_EDGES)
    if not key.isascii() or "\n" in key or "  " in key or "\t" in key:
        key = " ".join(key.split()).rstrip(" :")
    return key.casefold()


def _siblings_after(element: etree._Element) -> Iterator[etree._Element]:
    """The elements that follow, line breaks left out."""
    return (sibling for sibling in element.itersiblings(etree.Element) if sibling.tag != "br")
