"""The rows of an index are found by the links in them, however the page is built."""

import pytest
from lxml import etree

from extractors.induction.addresses import Addresses
from extractors.induction.rows import Rows, find_rows
from extractors.induction.units import ScopeView
from extractors.layout_schema import Selector
from extractors.page import parse_page

TITLES = (
    "Green tea from Kyoto",
    "A tin of black tea",
    "White tea in leaves",
    "Seven sorts of herbs",
    "Cups of clay, two",
)


def rows_of(*bodies: str) -> Rows | None:
    """The rows of some pages of one market, each with what stands around all of them."""
    roots = []
    for body in bodies:
        html = f"""<html><body><div class=menu><a href=/>Home</a><a href=/help>Help</a><a href=/cart>Cart</a></div>
{body}<div class=menu><a href=/rules>Rules</a><a href=/news>News</a></div></body></html>"""
        root = parse_page(html.encode(), declared=None).root
        assert root is not None
        roots.append(root)
    views = [ScopeView(root) for root in roots]
    return find_rows(views, Addresses(anchor.path for view in views for anchor in view.anchors))


def found(*bodies: str) -> Rows:
    rows = rows_of(*bodies)
    assert rows is not None
    return rows


def texts(rows: Rows) -> list[list[str]]:
    """What stands in the rows of each page."""
    return [[" ".join(" ".join(node.itertext()).split()) for node in page] for page in rows.nodes]


def line(number: int) -> str:
    return f"<td><a href=/offer/{number}>{TITLES[number]}</a><td><a href=/user/bob>bob</a><td>${number}.50"


def card(number: int, name: str = "card") -> str:
    return (
        f"<div class='{name}'><a href=/offer/{number}><img src=/p/{number}.jpg></a>"
        f"<h3><a href=/offer/{number}>{TITLES[number]}</a></h3><span>${number}.50</span> by "
        "<a href=/user/bob>bob</a></div>"
    )


def table(numbers: range) -> str:
    lines = "".join(f"<tr>{line(number)}</tr>" for number in numbers)
    return f"<table><tr><th>Offer<th>Seller<th>Price</tr>{lines}</table>"


def test_lines_of_a_table() -> None:
    rows = found(table(range(3)), table(range(3, 5)))
    assert texts(rows) == [[f"{TITLES[n]} bob ${n}.50" for n in page] for page in (range(3), range(3, 5))]
    assert (rows.shape, rows.literal) == ("/offer/#", "/offer/")
    assert rows.columns == ("Offer", "Seller", "Price")
    assert (rows.exact, rows.lines) == (1.0, 1)


def test_cards() -> None:
    rows = found("<div id=all>" + "".join(map(card, range(5))) + "</div>")
    assert texts(rows) == [[f"{TITLES[n]} ${n}.50 by bob" for n in range(5)]]
    assert rows.each == {"css": "div.card"}
    assert rows.columns == ()


def test_rows_that_are_marked_are_rows_too() -> None:
    stripes = "".join(
        card(number, name) for number, name in enumerate(["card odd", "card", "card odd promoted", "card"])
    )
    assert len(found(f"<div id=all>{stripes}</div>").nodes[0]) == 4


def test_what_the_selector_finds_is_what_the_rows_are() -> None:
    rows = found(table(range(5)))
    compiled = Selector.model_validate(rows.each).compiled
    assert compiled is not None
    assert compiled(rows.nodes[0][0].getroottree().getroot()) == rows.nodes[0]


def test_records_of_two_lines() -> None:
    lines = "".join(f"<tr>{line(number)}</tr><tr><td colspan=3>Ships from Japan</td></tr>" for number in range(4))
    rows = found(f"<table>{lines}</table>")
    assert rows.lines == 2
    assert texts(rows) == [[f"{TITLES[n]} bob ${n}.50" for n in range(4)]]


def test_tags_that_are_not_closed() -> None:
    """A parser nests them: each row then holds all that follow."""
    lines = "".join(f"<div class=row><p><a href=/offer/{n}>{TITLES[n]}</a> <b>${n}.50</b>" for n in range(4))
    rows = found(f"<div id=all>{lines}</div>")
    starts = [" ".join(" ".join(node.itertext()).split()) for node in rows.nodes[0]]
    assert len(starts) == 4
    assert all(text.startswith(TITLES[number]) for number, text in enumerate(starts))


def test_a_featured_box_above_is_another_list() -> None:
    box = "<div class=featured><h4>Featured</h4>" + "".join(f"<a href=/offer/{n}>x{n}</a>" for n in range(2)) + "</div>"
    rows = found(box + table(range(5)), box + table(range(2, 5)))
    assert [len(page) for page in rows.nodes] == [5, 3]
    assert all("bob" in text for page in texts(rows) for text in page)


def test_a_page_with_a_single_row_is_found_by_the_others() -> None:
    rows = found(table(range(4)), table(range(4, 5)))
    assert texts(rows)[1] == [f"{TITLES[4]} bob $4.50"]


def test_one_row_alone_is_no_list() -> None:
    assert rows_of(table(range(1))) is None


def test_categories_are_no_rows() -> None:
    names = ("Flowers", "Tea and herbs", "Cups", "Books to read", "Sundries", "Candles", "Coffee")
    menu = (
        "<ul>"
        + "".join(f"<li><a href=/category/{n}>{name}</a> ({n * 7})</li>" for n, name in enumerate(names))
        + "</ul>"
    )
    rows = found(menu + table(range(4)))
    assert rows.shape == "/offer/#"
    assert len(rows.nodes[0]) == 4


def test_sellers_and_pages_are_no_rows() -> None:
    sellers = "".join(
        f"<li><a href=/user/{name}>{name}</a></li>" for name in ("ann", "bob", "cid", "dot", "eve", "fay")
    )
    pages = "".join(f"<a href=/list?page={number}>{number}</a>" for number in range(1, 9))
    rows = found(f"<ul>{sellers}</ul>{table(range(4))}<p>{pages}</p>")
    assert rows.shape == "/offer/#"


def test_a_dispatcher_in_the_address_does_not_hide_what_rows_lead_to() -> None:
    """All addresses are ``/?act=…``: the word in them is no name."""
    menu = "".join(
        f"<a href='/?act={word}'>{word.title()} page</a>" for word in ("home", "list", "help", "exit", "news")
    )
    lines = "".join(f"<tr><td><a href='/?act=item&amp;id={n}'>{TITLES[n]}</a><td>${n}.50</tr>" for n in range(4))
    rows = found(f"<table><tr><td>{menu}</tr><tr><td><table>{lines}</table></tr></table>")
    assert texts(rows) == [[f"{TITLES[n]} ${n}.50" for n in range(4)]]


def test_encoded_addresses_are_found_as_they_are_written() -> None:
    lines = "".join(f"<tr><td><a href=/%D1%87%D0%B0%D0%B9/{n}>{TITLES[n]}</a><td>${n}.50</tr>" for n in range(4))
    rows = found(f"<table>{lines}</table>")
    assert len(rows.nodes[0]) == 4
    assert "%D1" in rows.literal


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<p>Nothing here</p>",
        "<a href=/offer/1></a><a href=/offer/2></a>",
        "<a href='#a'>one</a><a href='javascript:b'>two</a><a href='mailto:c'>three</a>",
        "<p>" + "<a href=/offer/7>the same</a>" * 5,
    ],
)
def test_pages_without_rows(body: str) -> None:
    rows = rows_of(body)
    assert rows is None


@pytest.mark.parametrize("name", ["it's", "a\nb", 'say "x"', "a\\b", "]]>", "é", "\x01"])
def test_odd_addresses_give_selectors_that_work(name: str) -> None:
    lines = "".join(
        f'<tr><td><a href="/{name.replace(chr(34), "&quot;")}/{n}">{TITLES[n]}</a><td>${n}.50</tr>' for n in range(4)
    )
    rows = rows_of(f"<table>{lines}</table>")
    if rows is None:
        assert name == "\x01"
        return
    assert len(rows.nodes[0]) == 4
    assert all(isinstance(node.tag, str) and etree.iselement(node) for node in rows.nodes[0])
