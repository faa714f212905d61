"""Pages that want to harm the reader: bounded time and memory, a problem each, no crash."""

import re
import tracemalloc

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from extractors.layout import LayoutNotUsableError, load_layout, parse_layout
from extractors.reading import MAX_PAGE_BYTES, Reading, read_page
from tests.extractors.pages import FETCHED, HOST, OFFER, SHOP, codes, only_listing, read, shop


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"\0" * 1000, "empty"),
        (OFFER.encode() + b"<p>x" * 13_000_000, "too_large"),
        (b"<div>" * 100_000 + OFFER.encode(), "too_deep"),
        (b"<table><tr><td>" * 100_000, "too_deep"),
        (b"<b><i>" * 50_000, "too_deep"),
        (OFFER.replace("Ten", "T\0en").encode(), "null_bytes"),
        (b"<p>" + b"x" * 10_000_000, "too_large"),
        (b'<!DOCTYPE a [<!ENTITY b "cccc"><!ENTITY d "&b;&b;&b;">]><p>' + b"&d;" * 10_000, "unknown_page"),
        (b"<a href=/list>x</a>" * 200_000, "too_many_links"),
        (b"<title>Shop</title><table class=rows>" + b"<tr><td><a>x</a></td></tr>" * 10_000, "too_many_rows"),
        (b"<!-- " + b"x" * 100_000, "empty"),
        (b"\xff\xfe\xfd" * 1000, "unknown_page"),
        (b"%PDF-1.4 \x00\x01\x02", "null_bytes"),
        (b"<" * 1_000_000, "unknown_page"),
        (b"&" * 1_000_000, "unknown_page"),
        (b"<p " + b"a=b " * 300_000, "unknown_page"),
    ],
    ids=range(18),
)  # fmt: skip
def test_a_hostile_page_is_a_problem_and_no_more(body: bytes, code: str) -> None:
    reading = read_page(body, url=HOST, fetched_at=FETCHED, layout=shop())
    assert code in codes(reading)


def test_an_address_that_is_none_is_unreadable() -> None:
    page = "<title>Shop</title><table class=rows><tr><td><a href='http://[x'>One</a></table>"
    assert codes(read(page)) == ["unreadable_field"]


def test_of_a_page_that_is_too_large_the_beginning_is_read() -> None:
    reading = read(OFFER.encode() + b"<!--" + b"x" * MAX_PAGE_BYTES + b"-->")
    assert only_listing(reading).title == "Ten Things"
    assert codes(reading) == ["too_large"]


def test_memory_stays_bounded() -> None:
    body = OFFER.encode() + b"<p>y" * 12_500_000
    tracemalloc.start()
    read(body)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # The body itself was there before; what is added are a few copies of the part that is read.
    assert peak < 12 * MAX_PAGE_BYTES


def test_a_text_without_end_is_cut() -> None:
    reading = read(OFFER.replace("One<br>", "word " * 100_000))
    assert 199_000 < len(only_listing(reading).description or "") <= 200_000
    assert codes(reading) == ["text_cut"]


@pytest.mark.parametrize("cut", range(0, len(OFFER), 37))
def test_a_page_cut_anywhere_is_read_as_far_as_it_goes(cut: int) -> None:
    reading = read(OFFER[:cut])
    assert isinstance(reading, Reading)
    if reading.page_kind == "listing":
        whole = only_listing(read(OFFER))
        part = only_listing(reading)
        assert part.title in {None, whole.title} or (whole.title or "").startswith(part.title or "")


_PIECES = [OFFER[start : start + 23] for start in range(0, len(OFFER), 23)]
_NOISE = [
    "<table>",
    "</div>",
    "<td",
    "\0",
    "'\"",
    "<a href='http://[x'>",
    "&#x110000;",
    "&nbsp;",
    "<!--",
    "]]>",
    "💊",
    "\ud800",
    "<script>",
    "\u202e",
    "9" * 400,
]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.sampled_from(_PIECES + _NOISE), max_size=60), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_mixture_is_read_or_reported(pieces: list[str], charset: str) -> None:
    body = "".join(pieces).encode(charset, "xmlcharrefreplace" if charset == "cp1252" else "replace")
    for layout in (shop(), load_layout("generic")):
        reading = read_page(body, url=f"{HOST}/a", fetched_at=FETCHED, layout=layout, charset=charset)
        assert reading.page_kind != "other" or reading.problems
        assert Reading.model_validate_json(reading.model_dump_json()) == reading
        assert all(link.url.startswith(HOST) for link in reading.links)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.text(max_size=20), st.text(max_size=60))
@example(b"\0", "undefined", "")
def test_any_bytes_charset_and_url(body: bytes, charset: str, url: str) -> None:
    reading = read_page(body, url=url, fetched_at=None, layout=shop(), charset=charset)
    assert reading.page_kind == "other"
    assert reading.problems


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_changed_offer_gives_values_of_the_right_kind(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(OFFER)))
    length = data.draw(st.integers(0, 12))
    text = OFFER[:place] + data.draw(st.text(max_size=12)) + OFFER[place + length :]
    reading = read(text.encode("utf-8", "replace"))
    assert Reading.model_validate_json(reading.model_dump_json()) == reading


def test_a_comment_that_a_layout_leads_to_holds_nothing() -> None:
    text = SHOP.replace('within: "div.offer"', 'within: {xpath: "//comment()"}')
    assert text != SHOP
    reading = read(f"{OFFER}<!-- <h1>hidden</h1> -->".encode(), parse_layout(text))
    assert "hidden" not in reading.model_dump_json()
    assert reading.problems


# Parts of a layout, and what may stand there instead.
_SELECTORS = re.compile(r"h1|\"div\.offer\"|\"a\.self\"|\"div\.text\"|\"ul\.ways > li\"|table\.rows|td\.price|\\ba\\b")
_OTHER_SELECTORS = [
    '"*"', '"* *"', '"* ~ *"', '":not(b)"', '"a::attr(href)"', '"*::text"', '{xpath: "//*"}',
    '{xpath: "//@* | //text()"}', '{xpath: "count(//*)"}', '{xpath: "string(//*)"}', '{xpath: "true()"}',
    '{xpath: "//comment()"}',
    '{xpath: "ancestor-or-self::*"}', '{xpath: "following::*/preceding::*"}', '{xpath: "1 div 0"}', '{xpath: ".."}',
    '{xpath: "/"}', '{beside: [Price, ":", x]}', '{xpath: "//*[re:test(., \'a\')]"}', '{xpath: "id(//@id)"}',
]  # fmt: skip


@st.composite
def _layouts(draw: st.DrawFn) -> str:
    """The shop's layout with some of its selectors, transforms and patterns exchanged."""
    text = SHOP
    for _ in range(draw(st.integers(1, 4))):
        places = list(_SELECTORS.finditer(text))
        place = draw(st.sampled_from(places))
        text = text[: place.start()] + draw(st.sampled_from(_OTHER_SELECTORS)) + text[place.end() :]
    for old, new in draw(
        st.lists(
            st.tuples(
                st.sampled_from(["as: money", "as: count", "as: date", "as: lines", "match: 'id=(\\\\d+)'"]),
                st.sampled_from(["all: true", "join: ','", "split: ','", "as: keys", "match: '()'", "map: {x: [y]}"]),
            ),
            max_size=3,
        )
    ):
        text = text.replace(old, new)
    return text


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(_layouts(), st.lists(st.sampled_from(_PIECES + _NOISE), max_size=40))
def test_any_layout_reads_any_page_or_is_refused(text: str, pieces: list[str]) -> None:
    try:
        layout = parse_layout(text)
    except LayoutNotUsableError as error:
        assert "\n" not in str(error)  # noqa: PT017 - what is asked is that nothing else is raised
        return
    for page in (OFFER, OFFER + "".join(pieces), "".join(pieces) + OFFER):
        reading = read(page.encode("utf-8", "replace"), layout)
        assert Reading.model_validate_json(reading.model_dump_json()) == reading
