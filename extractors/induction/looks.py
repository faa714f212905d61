"""How things look to a reader: what is large or bold, what the writer of the template called it, what is a link."""

import re
from itertools import islice

from lxml import etree

from extractors.induction.units import Unit, ancestors, attribute_words
from extractors.induction.words import class_pattern

_HEADINGS = {
    "h1": 0.5,
    "h2": 0.5,
    "h3": 0.42,
    "h4": 0.38,
    "h5": 0.32,
    "h6": 0.28,
    "strong": 0.15,
    "b": 0.15,
    "legend": 0.3,
}
# Classes of utility frameworks that make a text large or bold, and styles that do.
_LARGE = re.compile(
    r"(?:^|\s)(?:text-(?:lg|[2-9]?xl)|fs-[1-4]|h[1-5]|display-\d|lead|font-(?:semi)?bold|fw-bold)(?:\s|$)"
)
# ... or small or pale.
_SMALL = re.compile(r"(?:^|\s)(?:small|text-(?:xs|sm)|text-muted|muted|secondary|old-?price|was|strike)(?:\s|$)")
_STRUCK_OUT = frozenset(["s", "strike", "del"])


def heading_weight(unit: Unit, scope: etree._Element) -> float:
    """How much a text looks like a heading, 0 to 0.5."""
    return heading_weight_of(unit.parent, scope)


def is_small(element: etree._Element) -> bool:
    """Whether an element is set smaller or paler than what is around it."""
    if any(around.tag in _STRUCK_OUT for around in (element, *islice(element.iterancestors(), 3))):
        return True
    return element.tag in {"small", "sub", "sup"} or (_SMALL.search(element.get("class") or "") is not None)


def heading_weight_of(element: etree._Element, scope: etree._Element) -> float:
    """How much an element looks like a heading, 0 to 0.5."""
    best = 0.0
    for around in (element, *list(ancestors(element, scope))[:2]):
        best = max(best, _HEADINGS.get(str(around.tag), 0.0))
        pattern = class_pattern("title")
        if pattern is not None and pattern.search(attribute_words(around)):
            best = max(best, 0.35)
        if _LARGE.search(around.get("class") or ""):
            best = max(best, 0.3)
        if around.tag == "font" and (around.get("size") or "0").strip("+") > "2":
            best = max(best, 0.25)
    return best


def named(element: etree._Element, scope: etree._Element, field: str) -> float:
    """How much the names of an element and of those close around it speak for a field."""
    pattern = class_pattern(field)
    if pattern is None:
        return 0.0
    if pattern.search(attribute_words(element)):
        return 0.25
    around = list(ancestors(element, scope))[:2]
    return 0.12 if any(pattern.search(attribute_words(other)) for other in around) else 0.0


def is_linked(element: etree._Element) -> bool:
    """Whether an element is a link or inside one."""
    return element.tag == "a" or next(element.iterancestors("a"), None) is not None
