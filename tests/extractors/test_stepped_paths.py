"""Paths taken in stages find what libxml2 finds in one go, and on hostile pages in time with their size."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from extractors.selection import compile_css, compile_xpath
from extractors.stepped_paths import SteppedPath, stages_of, stepped

_NAMES = st.sampled_from(["div", "b", "p"])
_TREES = st.recursive(
    st.just(""),
    lambda inner: st.lists(st.tuples(_NAMES, inner), max_size=4).map(
        lambda parts: "".join(f"<{name} x='{len(text) % 3}'>{len(text)}{text}</{name}>" for name, text in parts)
    ),
    max_leaves=20,
)
_STEPS = st.tuples(
    st.sampled_from(["//", "/", "/descendant::", "/following-sibling::", "/preceding-sibling::", "/ancestor::"]),
    st.sampled_from(["div", "b", "*", "p[@x='1']", "b[1]", "*[b]", "div[.//b]", "*[text()='0']"]),
)
_PATHS = st.builds(
    lambda start, steps, end: start + "".join(map("".join, steps)) + end,
    st.sampled_from(["//div", ".//b", "div", "descendant::p", "*", "/html/div"]),
    st.lists(_STEPS, max_size=3),
    st.sampled_from(["", "", "/text()", "/@x", "//text()"]),
)


def _xpath(path: str) -> etree.XPath:
    return etree.XPath(path, smart_strings=False)


@settings(max_examples=400, deadline=None)
@given(_TREES, st.lists(_PATHS, min_size=1, max_size=2))
def test_stages_find_what_one_path_finds(tree: str, paths: list[str]) -> None:
    root = etree.fromstring(f"<html>{tree}</html>")
    path = " | ".join(paths)
    expected = _xpath(path)(root)
    found = stepped(path, _xpath)(root)
    # Texts of nodes within nodes, to which a path leads sideways, are not put in order.
    if any(isinstance(one, str) for one in found) and "::" in path:
        assert Counter(found) == Counter(expected)
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("path", "stages"),
    [
        ("//div//b", ["//div", ".//b"]),
        (".//tr[td//a]//b/text()", [".//tr[td//a]", ".//b/text()"]),
        ("descendant::div/descendant::b", ["descendant::div", "descendant::b"]),
        ("/html/body/p", ["/html/body/p"]),
        ("count(//a//b)", ["count(//a//b)"]),
        ("(//a//b)[1]", ["(//a//b)[1]"]),
        ("//a//b = 'x'", ["//a//b = 'x'"]),
        ("id('a//b')//div", ["id('a//b')", ".//div"]),
    ],
)
def test_where_a_path_is_parted(path: str, stages: list[str]) -> None:
    assert stages_of(path) == stages


def test_only_what_gains_by_it_is_parted() -> None:
    assert isinstance(compile_css("div b"), SteppedPath)
    assert isinstance(compile_xpath("//div//b | //p"), SteppedPath)
    for path in ("//div/b", "//b | //p", ".//b[@x]", "count(//div//b)"):
        assert isinstance(compile_xpath(path), etree.XPath)
    assert isinstance(compile_css("div > b"), etree.XPath)


@pytest.mark.parametrize("css", ["div b", "div div b", "div b, div p"])
def test_tags_within_tags_cost_no_more_than_their_number(css: str) -> None:
    def nodes_of(size: int) -> tuple[int, int]:
        root = etree.fromstring("<html><body>" + "<div>" * size + "<b/>" * 50 + "</div>" * size + "</body></html>")
        counted: list[int] = []
        compiled = compile_css(css)
        assert isinstance(compiled, SteppedPath)
        found = compiled(root, counted.append)
        return len(found), sum(counted)

    (few, spent), (many, more) = nodes_of(20), nodes_of(200)
    assert few == many == 50
    assert more <= spent + 200


def test_what_leads_sideways_is_counted_while_it_is_found() -> None:
    class Enough(Exception):  # noqa: N818 - it is no error
        pass

    root = etree.fromstring("<html>" + "<b/>" * 1000 + "</html>")
    spent: list[int] = []

    def spend(nodes: int) -> None:
        spent.append(nodes)
        if sum(spent) > 3000:
            raise Enough

    compiled = compile_css("b ~ b")
    assert isinstance(compiled, SteppedPath)
    assert compiled(root) == root[1:]
    with pytest.raises(Enough):
        compiled(root, spend)
    assert spent == [999, 998, 997, 996]
