"""Selectors for an element, the most lasting first: its id, its class, its link, the part it is in, its place."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree
from parsel.csstranslator import HTMLTranslator

from extractors.induction.units import UNWRITABLE, Anchor, Unit, ancestors, is_plain

# Names with figures are made for one element or one day ("item-4711", "css-1x2y3z"): they select nothing elsewhere.
LASTING = re.compile(r"^[A-Za-z_][A-Za-z_-]*\d{0,2}$")
_NAME = re.compile(r"^-?[A-Za-z_][\w-]*$")
# Space as selectors know it; a no-break space is a part of a class's name.
_SPACE = re.compile(r"[ \t\r\n]+")
_LINE_BREAK = re.compile(r"[\n\r\f]")
_TRANSLATOR = HTMLTranslator()
_MOST_CLASSES = 3
_MOST_STEPS = 14
_MEANINGFUL = ("itemprop", "data-field", "data-label", "data-title", "rel")


def selectors(element: etree._Element, scope: etree._Element) -> Iterator[dict[str, Any]]:
    """Ways to say where an element stands in its scope, in a layout's words."""
    if not is_plain(element):
        return
    tag = str(element.tag)
    name = element.get("id")
    if name and LASTING.match(name):
        yield {"css": f"{tag}#{name}"}
    for attribute in _MEANINGFUL:
        value = element.get(attribute)
        if value and LASTING.match(value):
            yield {"css": f"{tag}[{attribute}='{value}']"}
    own = _by_class(element)
    yield from ({"css": css} for css in own)
    around = [(parent, css) for parent in ancestors(element, scope) for css in _anchoring(parent)[:1]][:2]
    for parent, css in around:
        link = ">" if element.getparent() is parent else ""
        for inner in own[:1] or [tag]:
            yield {"css": f"{css} {link} {inner}".replace("  ", " ")}
        if not own:
            place = _place(element)
            if place > 1 or link:
                yield {"css": f"{css} {link} {tag}:nth-of-type({place})".replace("  ", " ")}
        path, condition = steps(element, parent), _condition(parent)
        if path and not UNWRITABLE.search(condition):
            yield {"xpath": f".//{parent.tag}[{condition}]/{path}"}
    if not own:
        yield {"css": tag}
    path = steps(element, scope)
    if path:
        yield {"xpath": path}


def text_selectors(unit: Unit, scope: etree._Element) -> Iterator[dict[str, Any]]:
    """Ways to say where one text stands: its element, or the text among others in its element."""
    if unit.alone:
        yield from selectors(unit.parent, scope)
        return
    for found in selectors(unit.parent, scope):
        if "xpath" in found:
            yield {"xpath": f"{found['xpath']}/text()[{unit.nth}]"}
        else:
            yield {"css": f"{found['css']}::text"}
    if unit.parent is scope:
        yield {"xpath": f"text()[{unit.nth}]"}


def link_selectors(anchor: Anchor, upto: int | None, scope: etree._Element) -> Iterator[dict[str, Any]]:
    """Ways to say which link: by its address up to what varies in it, else by where it stands.

    Args:
        anchor: the link.
        upto: the number of the component of its path that varies; None when that is unknown.
        scope: the scope.
    """
    if upto is not None:
        literal = literal_before(anchor, upto)
        if literal:
            yield {"css": f"a[href*={quoted(literal)}]"}
            for parent in ancestors(anchor.element, scope):
                for css in _anchoring(parent)[:1]:
                    yield {"css": f"{css} a[href*={quoted(literal)}]"}
                    return
    yield from selectors(anchor.element, scope)


def literal_before(anchor: Anchor, component: int) -> str:
    """The part of a link's path before one of its components: "/u/" of "/u/bob"; empty when nothing tells it apart."""
    position = 0
    parts = re.split(r"([/?&=#;]+)", anchor.path)
    seen = -1
    for part in parts:
        if part and not re.fullmatch(r"[/?&=#;]+", part):
            seen += 1
            if seen == component:
                break
        position += len(part)
    literal = anchor.path[:position]
    # What is before may itself vary ("/12345/bob"): only the last word of it is kept then.
    words = re.findall(r"[^/?&=#;]*[A-Za-z_.-]{1,}[^/?&=#;]*[/?&=#;]+$", literal)
    if re.search(r"\d{3,}", literal):
        return words[0] if words and not re.search(r"\d{3,}", words[0]) else ""
    return literal if re.search(r"[A-Za-z]", literal) else ""


def steps(element: etree._Element, scope: etree._Element) -> str:
    """The path from a scope down to an element, by tags and places: ``table/tr[2]/td[1]``."""
    path: list[str] = []
    node: etree._Element | None = element
    while node is not None and node is not scope:
        if len(path) >= _MOST_STEPS or not is_plain(node):
            return ""
        place, several = _place(node), _has_twins(node)
        path.append(f"{node.tag}[{place}]" if several else str(node.tag))
        node = node.getparent()
    return "/".join(reversed(path)) if node is scope else ""


def beyond(spec: Mapping[str, Any], distance: int) -> dict[str, Any]:
    """A field of an element that stands so many elements after the scope, as a field of the scope."""
    rest = {key: value for key, value in spec.items() if key not in {"css", "xpath", "beside"}}
    if "css" in spec:
        inner = _TRANSLATOR.css_to_xpath(spec["css"], prefix="descendant::")
    elif "beside" in spec:
        label = xpath_text(str(spec["beside"]))
        inner = f"descendant::text()[starts-with(normalize-space(), {label})]/following::*[1]"
    else:
        inner = spec["xpath"].removeprefix(".//")
        inner = f"descendant::{inner}" if spec["xpath"].startswith(".//") else inner
    steps_after = f"following-sibling::*[{distance}]"
    return {"xpath": f"{steps_after}/{inner}", **rest}


def not_struck_out(spec: Mapping[str, Any]) -> dict[str, Any] | None:
    """A field that is selected by CSS, where it is not struck out; None for other ways of selecting."""
    if "css" not in spec or "::" in spec["css"]:
        return None
    rest = {key: value for key, value in spec.items() if key != "css"}
    inner = _TRANSLATOR.css_to_xpath(spec["css"], prefix="descendant::")
    return {"xpath": f"{inner}[not(ancestor-or-self::del or ancestor-or-self::s or ancestor-or-self::strike)]", **rest}


def quoted(text: str) -> str:
    """A text as a string of CSS. A backslash before a figure finds nothing: cssselect undoes its escape twice."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + _LINE_BREAK.sub(lambda found: f"\\{ord(found[0]):x} ", escaped) + "'"


def xpath_text(text: str) -> str:
    """A text as a string of XPath 1.0, which knows no escapes."""
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    return "concat(" + ', "\'", '.join(f"'{part}'" for part in text.split("'")) + ")"


def class_names(element: etree._Element) -> list[str]:
    """The classes of an element that a selector can name."""
    return [name for name in _SPACE.split(element.get("class") or "") if _NAME.match(name)]


def _by_class(element: etree._Element) -> list[str]:
    tag = str(element.tag)
    lasting = [name for name in class_names(element) if LASTING.match(name)]
    if not lasting:
        lasting = class_names(element)
    found = [".".join([tag, *lasting[:_MOST_CLASSES]])] if lasting else []
    found += [f"{tag}.{name}" for name in lasting[:_MOST_CLASSES] if len(lasting) > 1]
    return found


def _anchoring(element: etree._Element) -> list[str]:
    """CSS that names an element around: its id or its class."""
    if not is_plain(element):
        return []
    name = element.get("id")
    if name and LASTING.match(name):
        return [f"{element.tag}#{name}"]
    return _by_class(element)[:1]


def _condition(element: etree._Element) -> str:
    name = element.get("id")
    if name and LASTING.match(name):
        return f"@id={xpath_text(name)}"
    return f"@class={xpath_text(element.get('class') or '')}"


def _place(element: etree._Element) -> int:
    return 1 + sum(1 for _ in element.itersiblings(str(element.tag), preceding=True))


def _has_twins(element: etree._Element) -> bool:
    return next(element.itersiblings(str(element.tag)), None) is not None or _place(element) > 1
