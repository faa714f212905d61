"""Selectors of a layout, compiled once: CSS or XPath, or the label that stands beside a value.

CSS and XPath become lxml's compiled XPath. A relative selector is evaluated inside its scope (the page, a part of it,
or one row); an XPath that begins with ``/`` sees the whole page from anywhere.
"""

import itertools
from collections.abc import Iterator
from functools import lru_cache

from cssselect import SelectorError
from lxml import etree
from parsel.csstranslator import HTMLTranslator

from nightpost.errors import ConfigurationError

_TRANSLATOR = HTMLTranslator()
# A label longer than this, with the space around it, is a sentence, which no layout names.
_LONGEST_LABEL = 120
# How far a label may be wrapped (<td><span><b>Ships to</b></span></td>) before its value is looked for beside it.
_DEEPEST_WRAPPING = 4


class SelectorNotUsableError(ConfigurationError, ValueError):
    """A selector is no valid CSS or XPath (a ValueError, so that pydantic says where in the layout)."""


@lru_cache(maxsize=4096)
def compile_css(css: str) -> etree.XPath:
    """CSS (with parsel's ``::text`` and ``::attr(name)``) as XPath over the descendants of the scope.

    Raises:
        SelectorNotUsableError: it is not valid CSS.
    """
    try:
        return etree.XPath(_TRANSLATOR.css_to_xpath(css, prefix="descendant::"), smart_strings=False)
    except (SelectorError, etree.XPathError) as error:
        raise SelectorNotUsableError(f"{css!r} is not a CSS selector: {error}; mend it") from error


@lru_cache(maxsize=4096)
def compile_xpath(xpath: str) -> etree.XPath:
    """An XPath 1.0 expression, with the regular expressions of EXSLT under ``re:``.

    Raises:
        SelectorNotUsableError: it is not valid XPath.
    """
    try:
        return etree.XPath(xpath, namespaces={"re": "http://exslt.org/regular-expressions"}, smart_strings=False)
    except etree.XPathError as error:
        raise SelectorNotUsableError(f"{xpath!r} is not an XPath expression: {error}; mend it") from error


class LabelIndex:
    """The short texts of one scope, and what stands beside each: built in one pass, asked many times."""

    def __init__(self, scope: etree._Element) -> None:
        self._scope = scope
        self._places: dict[str, list[tuple[etree._Element, bool]]] = {}
        for element in scope.iter(etree.Element):
            text = element.text
            if text and len(text) < _LONGEST_LABEL and not text.isspace():
                self._note(text, element, is_tail=False)
            text = element.tail
            if text and len(text) < _LONGEST_LABEL and not text.isspace() and element is not scope:
                self._note(text, element, is_tail=True)

    def beside(self, label: str) -> list[etree._Element | str]:
        """Every value beside a label: the text that follows it directly, else the element that follows it."""
        found = (self._value(element, is_tail) for element, is_tail in self._places.get(label_key(label), ()))
        return [value for value in found if value is not None]

    def _note(self, text: str, element: etree._Element, *, is_tail: bool) -> None:
        key = label_key(text)
        if key:
            self._places.setdefault(key, []).append((element, is_tail))

    def _value(self, element: etree._Element, is_tail: bool) -> etree._Element | str | None:
        if is_tail:
            return next(_siblings_after(element), None)
        if len(element):
            return element[0]
        for wrapped in itertools.islice(self._wrappings(element), _DEEPEST_WRAPPING):
            if wrapped.tail and wrapped.tail.strip(" \t\r\n:\xa0"):
                return str(wrapped.tail)
            following = next(_siblings_after(wrapped), None)
            if following is not None:
                return following
        return None

    def _wrappings(self, element: etree._Element) -> Iterator[etree._Element]:
        """The label's element, and those around it that hold no text before it, inside the scope."""
        while element is not None and element is not self._scope:
            yield element
            element = element.getparent()
            if element is not None and element.text and element.text.strip():
                return


def label_key(text: str) -> str:
    """A label for comparison: lower case, one space, no colon at its end."""
    return " ".join(text.split()).casefold().rstrip(" :")


def _siblings_after(element: etree._Element) -> Iterator[etree._Element]:
    """The elements that follow, line breaks left out."""
    return (sibling for sibling in element.itersiblings(etree.Element) if sibling.tag != "br")
