"""One walk over a page: what its parts say and how often, what it holds, and which rows repeat.

Menus, category trees and footers are told from what the page is about by two signs: what elements call themselves
(``nav``, ``class="sidebar"``), and blocks that are nearly all links. Whether a block is one is known when it ends, so
texts, links and rows are kept with their place in the page, and are looked at when all menus are known.

The walk is iterative and ends after `MAX_ELEMENTS`, so that no page makes it deep or long.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from extractors.page_kinds import patterns
from extractors.page_kinds.concepts import code_concepts, text_concepts
from extractors.page_kinds.menus import SEARCH_FORM, Menus, is_named_menu
from extractors.page_kinds.rows import Row, RowFinder

# The largest real pages have about 6,000.
MAX_ELEMENTS = 25_000
_MAX_TEXTS = 15_000
# Of a long text its begin says what it is about.
_LONGEST_READ = 300
_LONGEST_LABEL = 40
_MAX_CODE = 120
_LONGEST_PAGE_NUMBER = 5

# Nothing that is in these is looked at.
_LEFT_OUT = frozenset({"script", "style", "template", "svg", "object", "option", "optgroup", "br"})
_ZONES = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "legend", "caption"), "heading"),
    **dict.fromkeys(("th", "dt", "label", "b", "strong"), "label"),
    "button": "button", "a": "link",
}  # fmt: skip
_COUNTED_TAGS = frozenset({"img", "form", "table", "textarea", "select", "button", "pre", "h1", "h2", "hr"})
_INPUTS = frozenset(
    {
        "text",
        "password",
        "hidden",
        "submit",
        "checkbox",
        "radio",
        "number",
        "image",
        "button",
        "file",
        "search",
        "email",
    }
)


@dataclass(slots=True)
class Survey:
    """What a walk found.

    Attributes:
        concepts: how often each concept is named in each zone, by (zone, concept).
        counts: how often each other thing was met, by name.
        headings: texts of the title and of headings outside of menus.
        links: the targets of links outside of menus. menu_links: those of menus.
        rows: repeating rows by what they hold; see `extractors.page_kinds.rows`.
    """

    concepts: Counter[tuple[str, str]] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    headings: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    menu_links: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)


class _Text(NamedTuple):
    """A text of the page: where it stands, its zone, and its shapes (see `extractors.page_kinds.patterns`)."""

    place: int
    zone: str
    text: str
    shapes: tuple[str, ...]


@dataclass(slots=True)
class _Open:
    """An element whose end was not met yet, the zone of its texts, and what was found in it so far."""

    tag: str
    zone: str
    row: Row


def survey(root: etree._Element) -> Survey:
    """Walk over a page."""
    walk = _Walk()
    events = etree.iterwalk(root, events=("start", "end"))
    for number, (event, element) in enumerate(events):
        if number > 2 * MAX_ELEMENTS:
            walk.found.counts["cut"] = 1
            break
        if event == "end":
            walk.end(element)
        elif element.tag in _LEFT_OUT:
            # Its end follows next.
            events.skip_subtree()
        else:
            walk.start(element)
    return walk.finish()


class _Walk:
    """The state of a walk. A place in the page is the number of elements that began before."""

    def __init__(self) -> None:
        self.found = Survey()
        self._open: list[_Open] = []
        self._place = 0
        self._rows = RowFinder()
        self._menus = Menus()
        self._texts: list[_Text] = []
        self._codes: list[tuple[int, str, frozenset[str]]] = []
        self._links: list[tuple[int, str]] = []
        self._last_text = ""
        self._last_number = -1

    def start(self, element: etree._Element) -> None:
        tag = element.tag
        above = self._open[-1] if self._open else None
        self._place += 1
        css_class, name = element.get("class") or "", element.get("id") or ""
        row = Row(tag, above.row.tag if above else "", css_class, self._place)
        row.named_menu = is_named_menu(tag, css_class, name)
        row.form = tag == "form"
        self._open.append(_Open(tag, _zone(tag, above), row))
        if tag in _COUNTED_TAGS:
            self.found.counts[f"<{tag}>"] += 1
        for code in (css_class, name):
            if code:
                self._code("class", code_concepts(code[:_MAX_CODE]))
        self._attributes(element, tag, row)
        if element.text:
            self._text(element.text)

    def end(self, element: etree._Element) -> None:
        if element.tag not in _LEFT_OUT:
            self._close()
        if element.tail and self._open:
            self._text(element.tail)

    def finish(self) -> Survey:
        """All elements are over, or enough of them: look at what was kept, in menus and outside of them."""
        while self._open:
            self._close()
        zones = self._menus.zones(self._place)
        for text in self._texts:
            self._count(text, zones[text.place])
        for place, href in self._links:
            menu = zones[place]
            (self.found.menu_links if menu else self.found.links).append(href)
            self._name(f"{menu} path" if menu else "path", code_concepts(target_of(href)[:_MAX_CODE]))
        for place, zone, concepts in self._codes:
            menu = zones[place]
            if not menu or menu == SEARCH_FORM:
                self._name(f"{menu} {zone}" if menu else zone, concepts)
        for block in self._menus.found:
            self.found.counts[f"{block.zone}s"] += 1
        self.found.rows = self._rows.summary(zones)
        return self.found

    def _close(self) -> None:
        row = self._open.pop().row
        is_menu = self._menus.close(row, self._place)
        outer = self._open[-1].row if self._open else None
        self._rows.close(row, None if is_menu else outer)

    def _attributes(self, element: etree._Element, tag: str, row: Row) -> None:
        counts = self.found.counts
        if tag == "a":
            href = element.get("href")
            if href:
                self._links.append((self._place, href))
                row.link(href)
        elif tag == "img":
            row.images += 1
            source = element.get("src") or ""
            self._code("image", code_concepts(source[:_MAX_CODE]))
            self._code("image", text_concepts((element.get("alt") or "")[:_LONGEST_LABEL]))
            counts["embedded_image"] += source.startswith("data:")
        elif tag == "input":
            self._input(element, row)
        elif tag in {"select", "textarea"}:
            row.fields += 1
            self._code("field", code_concepts((element.get("name") or "")[:_MAX_CODE]))
        elif tag == "form":
            self._code("action", code_concepts(target_of(element.get("action") or "")[:_MAX_CODE]))
            counts["post_form"] += (element.get("method") or "").lower() == "post"
        elif tag == "meta":
            counts["refresh"] += (element.get("http-equiv") or "").lower() == "refresh"

    def _input(self, element: etree._Element, row: Row) -> None:
        kind = (element.get("type") or "text").lower()
        self.found.counts[f"input:{kind}" if kind in _INPUTS else "input:text"] += 1
        if kind == "hidden":
            return
        row.passwords += kind == "password"
        if kind in {"submit", "button", "image", "reset"}:
            self._code("button", text_concepts((element.get("value") or element.get("alt") or "")[:_LONGEST_LABEL]))
        else:
            row.fields += kind not in {"checkbox", "radio"}
            self._code("field", text_concepts((element.get("placeholder") or "")[:_LONGEST_LABEL]))
        self._code("field", code_concepts((element.get("name") or "")[:_MAX_CODE]))

    def _text(self, raw: str) -> None:
        text = raw.strip()
        if not text or len(self._texts) > _MAX_TEXTS:
            return
        here = self._open[-1]
        shapes = patterns.shapes(text, self._last_text)
        self._texts.append(_Text(here.row.place, here.zone, text, shapes))
        here.row.text(text, shapes, linked=here.zone == "link")
        self._last_text = text[-12:]

    def _count(self, found: _Text, menu: str) -> None:
        text, zone, counts = found.text, found.zone, self.found.counts
        counts["characters"] += len(text)
        if zone == "link" and text.isdecimal() and len(text) < _LONGEST_PAGE_NUMBER:
            # Links that count on (1, 2, 3) turn pages; the totals of categories do not.
            counts["page numbers"] += int(text) == self._last_number + 1
            self._last_number = int(text)
        if menu and zone != "title":
            counts["menu_characters"] += len(text)
            self._name(menu, text_concepts(text[:_LONGEST_LABEL]))
            return
        counts.update(found.shapes)
        if patterns.PGP in found.shapes:
            counts["pgp_characters"] += len(text)
            return
        if zone == "text":
            zone = "label" if len(text) <= _LONGEST_LABEL else "text"
        elif zone == "link":
            counts["link_characters"] += len(text)
        elif zone in {"title", "heading"}:
            self.found.headings.append(text[:_LONGEST_READ])
            if zone == "heading" and not counts["heading"]:
                self._name("first heading", text_concepts(text[:_LONGEST_READ]))
            counts[zone] += 1
        counts["longest"] = max(counts["longest"], len(text))
        self._name(zone, text_concepts(text[:_LONGEST_READ]))

    def _code(self, zone: str, concepts: frozenset[str]) -> None:
        if concepts:
            if "search" in concepts and zone in {"field", "action", "button"}:
                self._open[-1].row.searches = True
            self._codes.append((self._place, zone, concepts))

    def _name(self, zone: str, concepts: frozenset[str]) -> None:
        for concept in concepts:
            self.found.concepts[zone, concept] += 1


def _zone(tag: str, above: _Open | None) -> str:
    """The zone of an element's texts: its own, or the one that it stands in."""
    if tag == "title" and above is not None and above.tag == "head":
        return "title"
    if above is not None and above.zone not in {"text", "label"}:
        return above.zone
    return _ZONES.get(tag, "text")


def target_of(href: str) -> str:
    """An address without scheme, host and fragment."""
    target = href.strip().partition("#")[0]
    _, found, rest = target.partition("://")
    return rest.partition("/")[2] if found else target.lstrip("/.")
