"""Selectors that are made for an element find it again, whatever the page calls its parts."""

from collections.abc import Iterator
from html import escape
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from extractors.induction.selectors import (
    beyond,
    class_names,
    link_selectors,
    literal_before,
    quoted,
    selectors,
    text_selectors,
    xpath_text,
)
from extractors.induction.units import Anchor, ScopeView, components
from extractors.layout_schema import Selector
from extractors.page import parse_page

PAGE = """<html><body><div id="offer" class="box wide"><h1 itemprop="name">Green tea</h1>
<p class="cost big">$5</p><p>Plain <b>bold</b> tail</p><a href="/u/bob?tab=1">bob</a>
<table><tr><td>Weight</td><td>5 g</td></tr><tr><td>Origin</td><td>Kyoto</td></tr></table></div></body></html>"""
ODD = (
    "it's",
    'say "it"',
    "a:b",
    "w-1/2",
    "css-1x2y3z",
    "item-4711",
    "-",
    "1st",
    "Größe",
    "[x]",
    "]]>",
    "a\\",
    "é",
    "x.y",
    "{",
    "*",
)


def tree(html: str) -> etree._Element:
    root = parse_page(html.encode("utf-8", "replace"), declared="utf-8").root
    assert root is not None
    return root


def found(spec: dict[str, Any], scope: etree._Element) -> list[Any]:
    """What a selector as a layout's file writes it finds."""
    compiled = Selector.model_validate(spec).compiled
    assert compiled is not None
    nodes = compiled(scope)
    assert isinstance(nodes, list)
    return nodes


def first(html: str, path: str) -> tuple[etree._Element, etree._Element]:
    root = tree(html)
    return next(iter(root.xpath(path))), root


def test_the_most_lasting_way_comes_first() -> None:
    element, root = first(PAGE, "//div[@id='offer']")
    ways = list(selectors(element, root))
    assert ways[0] == {"css": "div#offer"}
    assert ways[-1] == {"xpath": "body/div"}
    price, root = first(PAGE, "//p[1]")
    assert {"css": "p.cost"} in list(selectors(price, root))
    heading, root = first(PAGE, "//h1")
    assert next(selectors(heading, root)) == {"css": "h1[itemprop='name']"}


@pytest.mark.parametrize("name", ["item-4711", "css-1x2y3z", "a1b2c3"])
def test_an_id_made_for_one_element_is_no_way(name: str) -> None:
    element, root = first(f"<body><p id='{name}'>x</p><p>y</p></body>", "//p[1]")
    assert not any(name in str(way) for way in selectors(element, root))


def test_a_text_among_others_is_told_apart() -> None:
    root = tree(PAGE)
    tail = next(unit for unit in ScopeView(root).units if unit.text == "tail")
    ways = list(text_selectors(tail, root))
    assert any(found(way, root) == [" tail"] for way in ways)


def test_a_link_is_told_by_its_address_up_to_what_varies() -> None:
    root = tree(PAGE)
    [anchor] = ScopeView(root).anchors
    ways = list(link_selectors(anchor, 1, root))
    assert ways[0] == {"css": "a[href*='/u/']"}
    assert all(anchor.element in found(way, root) for way in ways)


@pytest.mark.parametrize(
    ("path", "component", "literal"),
    [
        ("/u/bob", 1, "/u/"),
        ("/profile?name=bob", 2, "/profile?name="),
        ("/bob", 0, ""),
        ("/12345/bob", 1, ""),
        ("/shop/12345/by/bob", 3, "by/"),
    ],
)
def test_the_literal_of_a_link_holds_no_number(path: str, component: int, literal: str) -> None:
    anchor = Anchor(etree.Element("a"), path, components(path), "bob")
    assert literal_before(anchor, component) == literal


def test_a_field_of_a_later_line_is_read_from_the_first() -> None:
    root = tree("<table><tr><td>one</td></tr><tr><td><b class='cost'>$5</b></td><td>Kyoto</td></tr></table>")
    line = next(root.iter("tr"))
    for spec in ({"css": "b.cost"}, {"xpath": ".//b"}, {"xpath": "td[1]/b"}):
        [node] = found(beyond(spec, 1), line)
        assert node.text == "$5"
    assert beyond({"css": "b", "match": "x"}, 2)["match"] == "x"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\\"), max_size=20))
def test_any_text_can_be_quoted(text: str) -> None:
    element = etree.Element("p")
    element.set("title", text)
    assert element.xpath(f"boolean(self::*[@title={xpath_text(text)}])") is True
    parent = etree.Element("div")
    parent.append(element)
    assert element in found({"css": f"p[title={quoted(text)}]"}, parent)


_NAMES = st.one_of(
    st.sampled_from(["a\nb", "\t", "x\ty", "\x01", "\x0c", "\x85", "\u2028", "\ufffe", "\x7f"]),
    st.sampled_from(ODD),
    st.sampled_from(["row", "price", "box", "item-name"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8),
)


@st.composite
def pages(draw: st.DrawFn) -> str:
    """Pages of nested elements with classes, ids and links of every sort."""

    def element(depth: int) -> str:
        tag = draw(st.sampled_from(["div", "p", "span", "a", "b", "td", "li", "h2", "section", "custom-tag"]))
        attributes = ""
        for attribute in ("class", "id", "href", "itemprop"):
            if draw(st.booleans()):
                names = draw(st.lists(_NAMES, min_size=1, max_size=3 if attribute == "class" else 1))
                value = " ".join(names)
                attributes += f' {attribute}="{escape(("/u/" if attribute == "href" else "") + value)}"'
        inner = "".join(element(depth + 1) for _ in range(draw(st.integers(0, 3 if depth < 3 else 0))))
        text, tail = (draw(st.sampled_from(["", "text", "it's <b>x</b>", " "])) for _ in range(2))
        return f"<{tag}{attributes}>{text}{inner}</{tag}>{tail}"

    return "<html><body>" + "".join(element(0) for _ in range(draw(st.integers(1, 3)))) + "</body></html>"


def elements(root: etree._Element) -> Iterator[etree._Element]:
    return (element for element in root.iter(etree.Element) if element.tag not in {"html", "body"})


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(pages())
def test_every_selector_finds_its_element(html: str) -> None:
    root = tree(html)
    for element in elements(root):
        ways = list(selectors(element, root))
        assert ways
        for way in ways:
            assert element in found(way, root), way
        # The way by places alone finds nothing else.
        assert found(ways[-1], root) == [element] or "css" in ways[-1]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(pages())
def test_every_selector_of_a_text_finds_it(html: str) -> None:
    root = tree(html)
    for unit in ScopeView(root).units:
        for way in text_selectors(unit, root):
            nodes = found(way, root)
            texts = [node if isinstance(node, str) else "".join(node.itertext()) for node in nodes]
            assert unit.text in [" ".join(text.split()) for text in texts], (unit.text, way)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(pages(), st.integers(0, 3))
def test_every_selector_of_a_link_finds_it(html: str, upto: int) -> None:
    root = tree(html)
    for anchor in ScopeView(root).anchors:
        for way in link_selectors(anchor, min(upto, len(anchor.components) - 1), root):
            assert anchor.element in found(way, root), way


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(pages())
def test_only_classes_that_css_can_name_are_named(html: str) -> None:
    root = tree(html)
    for element in elements(root):
        for name in class_names(element):
            assert element in found({"css": f"{element.tag}.{name}"}, root)
