"""Links: the pages of an index, what stands where, and how a link is resolved."""

from urllib.parse import urljoin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.layout import LayoutNotUsableError, parse_layout
from extractors.page_links import Link
from extractors.urls import origin, resolved
from tests.extractors.pages import HOST, read

INDEX = """
name: index
pages:
  - {kind: listing_index, when: [{css: ul.rows}]}
  - {kind: reviews, when: [{css: ul.reviews}]}
links:
  pagination: PAGINATION
  follow:
    - {path: '^/list', kind: category_index, priority: 40}
    - {path: '^/item/', kind: listing, priority: 50, within: ul}
"""
PAGE = """<title>Index</title><ul class=rows><li><a href=/item/1>one</a></ul><a href=/item/2>elsewhere</a>
<p class=pages><a href="?page=2">2</a><a href="/list?page=3#top">3</a><a href="/item/9">9</a></p>
<a href=/list>all</a>"""


def _links(pagination: str, page: str = PAGE, path: str = "/list") -> dict[str, tuple[str, int, bool]]:
    links: list[Link] = read(page, parse_layout(INDEX.replace("PAGINATION", pagination)), path=path).links
    return {link.url.removeprefix(HOST): (link.kind, link.priority, link.pagination) for link in links}


def test_the_pages_of_an_index_are_of_its_kind() -> None:
    assert _links("{within: p.pages}") == {
        "/list?page=2": ("listing_index", 80, True),
        "/list?page=3": ("listing_index", 80, True),
        "/item/9": ("listing_index", 80, True),
        "/item/1": ("listing", 50, False),
        "/list": ("category_index", 40, False),
    }
    reviews = _links("{within: p.pages}", PAGE.replace("rows", "reviews"))
    assert reviews["/list?page=2"] == ("reviews", 80, True)


def test_pagination_may_be_told_by_its_path() -> None:
    assert _links("{path: 'page=\\d+$', priority: 70}") == {
        "/list?page=2": ("listing_index", 70, True),
        "/list?page=3": ("listing_index", 70, True),
        "/item/1": ("listing", 50, False),
        "/list": ("category_index", 40, False),
    }


def test_pagination_may_be_bound_to_kinds_of_page() -> None:
    reviews = "{within: p.pages, kinds: [reviews], priority: 30}"
    rules = f"[{reviews}, {{within: p.pages, path: 'page=3', kinds: [listing_index]}}]"
    assert _links(rules)["/list?page=3"] == ("listing_index", 80, True)
    assert _links(rules)["/list?page=2"] == ("category_index", 40, False)
    assert _links(rules, PAGE.replace("rows", "reviews"))["/list?page=2"] == ("reviews", 30, True)


def test_a_page_that_nothing_recognises_has_no_pages_of_its_kind() -> None:
    assert _links("{within: p.pages}", PAGE.replace("rows", "odd"))["/list?page=2"] == ("category_index", 40, False)


def test_what_does_something_is_no_page_of_an_index() -> None:
    page = PAGE.replace("?page=2", "/cart/add/2")
    assert "/cart/add/2" not in _links("{within: p.pages}", page)


def test_pagination_must_say_which_links_it_means() -> None:
    with pytest.raises(LayoutNotUsableError, match="pagination needs path or within"):
        parse_layout(INDEX.replace("PAGINATION", "{priority: 10}"))


_BASES = st.sampled_from(
    [
        HOST, f"{HOST}/", f"{HOST}/a/b?x=1", f"{HOST}/a/b/", "https://h/a;p/b#f", "http://h/a//b", "http://h/a/..//b",
        "file:///a/b", "a/b", "",
    ]
)  # fmt: skip


@settings(max_examples=1000, deadline=None)
@given(_BASES, st.text(alphabet="ab/?.#;:=&% \t\n~*@é-_|\\[]", max_size=12))
def test_a_link_is_resolved_as_the_standard_says(base: str, href: str) -> None:
    try:
        expected = urljoin(base, href)
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011 - as urljoin says it
            resolved(base, href)
    else:
        assert resolved(base, href) == expected


@pytest.mark.parametrize(
    ("url", "expected"), [(f"{HOST}/a", HOST), ("ftp://h/a", ""), ("http:///a", ""), ("http://[x", ""), ("/a", "")]
)
def test_the_origin_of_an_url(url: str, expected: str) -> None:
    assert origin(url) == expected
