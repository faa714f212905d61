"""Marks on a page what a layout's selectors find there, so that a person sees what each field was read from.

The tree is lxml's, the one that the reading sees: marks become attributes of its elements, and a text that is no
element of its own is put into one.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from lxml import etree

from desk.layout_page import PageReading
from desk.layout_text import LayoutField
from desk.page_sanitising import MARK, ROW, TONE
from extractors.effort import EffortSpentError
from extractors.layout_schema import FieldSpec, PartSpec, RecordSpec, Selector
from extractors.reading import OpenPage
from extractors.scope import Node, Scope
from extractors.transforms.texts import plain_text

TONES = 8
"""How many colours there are; a field's is its number modulo this."""
# Who looks at a page looks at its first rows.
_MOST_ROWS = 40
_MOST_MARKS = 2000
_MOST_OF_A_FIELD = 20
_ORDER = ("element", "text", "tail")


@dataclass(frozen=True, slots=True)
class _Found:
    """An element, or one of the two texts beside it (``text``, ``tail``), that a field is read from."""

    element: etree._Element
    place: str
    field: LayoutField


class Marker:
    """Marks pages that were read with one layout.

    Args:
        fields: of the layout, see `desk.layout_page.LayoutReader`.
    """

    def __init__(self, fields: Sequence[LayoutField]) -> None:
        self._fields = fields
        # A field and its alternatives, each alone: which of them a value comes from is seen by trying.
        self._ways = {
            field.number: [way.model_copy(update={"or_": ()}) for way in (field.spec, *field.spec.or_)]
            for field in fields
            if isinstance(field.spec, FieldSpec)
        }

    def mark(self, page: PageReading) -> None:
        """Mark in a page's tree what its fields are read from and the rows that they stand in; the tree is changed."""
        if page.opened is None or page.opened.page.root is None:
            return
        rows: list[etree._Element] = []
        found: list[_Found] = []
        # A page that costs too much is marked as far as it goes.
        with suppress(EffortSpentError):
            for number, record in enumerate(page.spec.records if page.spec else ()):
                fields = [one for one in self._fields if one.page is page.spec and one.record_number == number]
                found += self._of_record(record, fields, page.opened, rows)
        _put_all(page.opened.page.root, rows, found[:_MOST_MARKS])

    def _of_record(
        self, record: RecordSpec, fields: Sequence[LayoutField], opened: OpenPage, rows: list[etree._Element]
    ) -> list[_Found]:
        part = opened.whole.part(record.within)
        if part is None:
            return []
        scopes = [part]
        if record.each is not None:
            scopes = _rows(part, record.each)
            scopes = [one for one in scopes if not any(opened.reader.holds(each, one) for each in record.skip)]
            rows += [scope.node for scope in scopes if not isinstance(scope.node, str)]
        found = []
        for field in fields:
            for scope in [opened.whole] if field.group == "common" else scopes:
                found += [one for within in _scopes(field, scope) for one in self._of_field(field, within, opened)]
        return found

    def _of_field(self, field: LayoutField, scope: Scope, opened: OpenPage) -> Iterator[_Found]:
        """What a field is read from in one scope: of its alternatives, the first that has a value."""
        for way in self._ways.get(field.number, ()):
            if opened.reader.value(way, scope, name=field.name, field=field.path[-1]) in (None, []):
                continue
            nodes = [node for node in scope.select(way)[:_MOST_OF_A_FIELD] if _has_text(way, node)]
            for node in nodes if way.takes_several else nodes[:1]:
                place = _located(node, scope.node)
                if place is not None:
                    yield _Found(*place, field)
            return


def _scopes(field: LayoutField, scope: Scope) -> list[Scope]:
    """Where a field is looked for in a row: in the row, or in the parts of the field that it is a part of."""
    if len(field.path) == 1:
        return [scope]
    part = getattr(field.record, field.group)[field.path[0]]
    if not isinstance(part, PartSpec) or part.each is None:
        return [scope]
    return _rows(scope, part.each)


def _rows(scope: Scope, each: Selector) -> list[Scope]:
    return scope.rows(each, most=_MOST_ROWS, of="rows")


def _has_text(spec: FieldSpec, node: Node) -> bool:
    """Whether the field's text can come from this node."""
    text = node if isinstance(node, str) else _text_of(node, spec.attr)
    return bool(text.strip()) and (spec.pattern is None or spec.pattern.search(text) is not None)


def _text_of(element: etree._Element, attribute: str | None) -> str:
    return plain_text(element) if attribute is None else element.get(attribute) or ""


def _located(node: Node, scope: Node) -> tuple[etree._Element, str] | None:
    """The element, and which of its texts: a text in lxml does not say where it is, so it is looked for."""
    if not isinstance(node, str):
        return node, "element"
    if isinstance(scope, str) or not node.strip():
        return None
    for element in scope.iter(etree.Element):
        if element.text == node:
            return element, "text"
        if element.tail == node and element is not scope:
            return element, "tail"
        if node in element.attrib.values():
            return element, "element"
    return None


def _put_all(root: etree._Element, rows: Sequence[etree._Element], found: Sequence[_Found]) -> None:
    for element in root.iter(etree.Element):
        for name in (MARK, ROW, TONE):
            element.attrib.pop(name, None)
    for row in rows:
        row.set(ROW, "")
    # Texts last, and an element's own text before what follows it: putting one into an element moves no other.
    wrapped: dict[tuple[etree._Element, str], etree._Element] = {}
    for one in sorted(found, key=lambda one: _ORDER.index(one.place)):
        key = (one.element, one.place)
        if key not in wrapped:
            wrapped[key] = _element_of(one)
        element = wrapped[key]
        names = dict.fromkeys([*(element.get(MARK) or "").split(", "), one.field.name])
        element.set(MARK, ", ".join(name for name in names if name))
        element.set(TONE, str(one.field.number % TONES))


def _element_of(found: _Found) -> etree._Element:
    """The element that is marked; a text that stands among others is put into one of its own."""
    element = found.element
    if found.place == "element" or (found.place == "text" and not len(element)):
        return element
    wrapper = etree.Element("span")
    if found.place == "text":
        wrapper.text, element.text = element.text, None
        element.insert(0, wrapper)
    else:
        wrapper.text, element.tail = element.tail, None
        element.addnext(wrapper)
    return wrapper
