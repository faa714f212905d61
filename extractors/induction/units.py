"""What stands on a page, or in a part of one, as a reader meets it: texts in order, links, and where each stands.

The trees are lxml's, as in the reading itself: a selector that is learned has to hold in the tree that later reads it,
and another parser mends broken HTML in another way.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from urllib.parse import unquote

from lxml import etree

from extractors.transforms.texts import plain_text

_UNSEEN = frozenset(["script", "style", "noscript", "template", "head", "option", "textarea"])
_MOST_UNITS = 6000
# An element with more children is no field's own.
_MOST_CHILDREN = 30
# What stands around a page leads to other pages.
_LEAST_LINKS = 4
_CHROME_TAGS = frozenset(["nav", "footer"])
# Names of the parts that stand around every page of a site, as those who write templates call them.
_CHROME_NAMES = re.compile(
    r"(?:^|\s)(?:(?:main|site|top|bottom|global|app)[-_]?)?(?:nav|navbar|navigation|menu|top-?bar|header|head-?bar|footer|"
    r"user-?(?:bar|menu|panel)|breadcrumbs?|account-?bar|rates?|exchange-?rates?|balance)(?=$|[-_\s\d])",
    re.IGNORECASE,
)
# Names of elements that a selector can name; a hostile page has others.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
# No link of a market is longer.
_LONGEST_LINK = 2000
_COMPONENT = re.compile(r"[/?&=#;]+")
# What no selector can be written with (XML 1.0, section 2.2), though HTML may hold it.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_HOST = re.compile(r"^[a-z][a-z0-9+.-]*://[^/]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unit:
    """One text of a page, its spaces made one.

    Attributes:
        text: what it says.
        parent: the element that it stands directly in.
        order: its place among the texts of the scope.
        nth: which of the texts directly in ``parent`` it is, from 1, counting blank ones as XPath does.
        alone: whether it is all the text that ``parent`` holds.
    """

    text: str
    parent: etree._Element
    order: int
    nth: int
    alone: bool


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link: its element, its path with query, the components of that, its text."""

    element: etree._Element
    path: str
    components: tuple[str, ...]
    text: str


@dataclass
class ScopeView:
    """One scope, looked at once: a page's body, or a row."""

    node: etree._Element
    _texts: dict[etree._Element, str] = field(default_factory=dict)

    def text(self, element: etree._Element) -> str:
        """The text of an element on one line; remembered."""
        known = self._texts.get(element)
        if known is None:
            known = self._texts[element] = plain_text(element)
        return known

    @cached_property
    def units(self) -> list[Unit]:
        """Its texts in document order, without what a browser does not show."""
        return list(_units(self.node))

    @cached_property
    def anchors(self) -> list[Anchor]:
        """Its links."""
        found = []
        for element in self.node.iter("a"):
            href = element.get("href")
            if not href or len(href) > _LONGEST_LINK or UNWRITABLE.search(href):
                continue
            if not href.startswith(("#", "javascript:", "data:", "mailto:")):
                path = local_path(href)
                found.append(Anchor(element, path, components(path), self.text(element)))
        return found

    @cached_property
    def chrome(self) -> set[etree._Element]:
        """Elements in the parts that stand around every page."""
        inside: set[etree._Element] = set()
        if self.node.tag not in {"html", "body"}:
            return inside
        for element in self.node.iter(etree.Element):
            if element in inside or element is self.node or element.tag in {"html", "body"}:
                continue
            is_named = element.tag in _CHROME_TAGS or _CHROME_NAMES.search(
                f"{element.get('id', '')} {element.get('class', '')}"
            )
            # Asked last: it looks at all that is inside.
            if is_named and sum(1 for _ in islice(element.iter("a"), _LEAST_LINKS)) == _LEAST_LINKS:
                inside.update(element.iter(etree.Element))
        # A page that is all header is one whose names mean something else.
        return inside if len(inside) * 10 < 9 * sum(1 for _ in self.node.iter(etree.Element)) else set()


def local_path(href: str) -> str:
    """A link without scheme and host."""
    return _HOST.sub("", href.strip()) or "/"


def components(path: str) -> tuple[str, ...]:
    """What a path with query is made of: "/u/bob?tab=pgp" is u, bob, tab, pgp."""
    return tuple(unquote(part).replace("+", " ") for part in _COMPONENT.split(path) if part)


def path_word(component: str) -> str:
    """A component of a path as a word to be looked up: in lower case, without the extension of a script."""
    return component.casefold().partition(".")[0]


def string_value(element: etree._Element) -> str:
    """The text of an element as ``normalize-space()`` of XPath says it, with what a browser does not show."""
    return " ".join("".join(element.itertext()).split())


def is_plain(element: etree._Element) -> bool:
    """Whether a selector can name the element."""
    return _PLAIN.fullmatch(str(element.tag)) is not None


def attribute_words(element: etree._Element) -> str:
    """The names that a template's writer gave an element."""
    return " ".join(filter(None, (element.get(name) for name in ("class", "id", "itemprop", "name"))))


def ancestors(element: etree._Element, scope: etree._Element) -> Iterator[etree._Element]:
    """The elements around one, up to and without the scope."""
    parent = element.getparent()
    while parent is not None and parent is not scope:
        yield parent
        parent = parent.getparent()


def _units(scope: etree._Element) -> Iterator[Unit]:
    order = 0
    hidden = 0
    counts: dict[etree._Element, int] = {}
    for event, node in etree.iterwalk(scope, events=("start", "end", "comment", "pi")):
        if order >= _MOST_UNITS:
            return
        text, parent = None, node
        if event == "start":
            if hidden or node.tag in _UNSEEN:
                hidden += 1
                continue
            text = node.text
        else:
            if event == "end" and hidden:
                hidden -= 1
            if node is not scope and not hidden:
                text, parent = node.tail, node.getparent()
        if not text or parent is None:
            continue
        counts[parent] = counts.get(parent, 0) + 1
        shown = " ".join(UNWRITABLE.sub(" ", text).split())
        if shown:
            order += 1
            alone = _is_alone(parent, node if parent is not node else None)
            yield Unit(shown, parent, order, counts[parent], alone)


def _is_alone(parent: etree._Element, before: etree._Element | None) -> bool:
    """Whether no other text stands directly in the element, nor any in elements inside it."""
    if len(parent) == 0:
        return True
    if len(parent) > _MOST_CHILDREN:
        return False
    if before is not None and parent.text and not parent.text.isspace():
        return False
    for child in parent.iter(etree.Element):
        if child is not parent and child.text and not child.text.isspace():
            return False
        if child is not parent and child is not before and child.tail and not child.tail.isspace():
            return False
    return True
