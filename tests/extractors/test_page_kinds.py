"""The kinds of pages of markets that no layout knows: plain examples, hostile pages, what the weights hold."""

import re
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from extractors.market_names import known_market
from extractors.page import parse_page
from extractors.page_kinds import KindGuess, classify
from extractors.page_kinds.concepts import LONGEST_PHRASE, code_words, concept_names, text_phrases
from extractors.page_kinds.features import features
from extractors.page_kinds.model import DESCRIPTION, NUMBERS, PACKAGE, shipped_model
from extractors.page_kinds.survey import MAX_ELEMENTS
from extractors.records import PageKind
from tests.extractors.page_kind_pages import plain_pages, shop

KINDS = set(get_args(PageKind))
PAGES = plain_pages()


@pytest.mark.parametrize(("kind", "root"), PAGES, ids=[f"{place}-{kind}" for place, (kind, _) in enumerate(PAGES)])
def test_plain_pages_are_told(kind: PageKind, root: etree._Element) -> None:
    guess = classify(root)
    assert guess.kind == kind
    assert guess.confidence > 0.4


def test_the_guess_is_the_most_probable_kind() -> None:
    guess = classify(PAGES[0][1])
    assert set(guess.probabilities) == KINDS
    assert guess.confidence == guess.probabilities[guess.kind] == max(guess.probabilities.values())
    assert sum(guess.probabilities.values()) == pytest.approx(1, abs=1e-4)


def test_only_addresses_of_the_web_count() -> None:
    root = PAGES[0][1]
    assert features(root, url="/srv/pages/listings/7.html") == features(root)
    assert features(root, url="http://example.onion/product/7") != features(root)


def test_menus_do_not_hide_what_a_page_is() -> None:
    tree = "".join(
        f"<li><a href='/category/{number}'>Teas {number}</a> <span>{number * 7}</span></li>" for number in range(40)
    )
    root = shop(f"<div class=sidebar><ul>{tree}</ul></div><h2>Not found</h2><p>This listing does not exist.</p>")
    assert classify(root).kind == "not_found"


HOSTILE = {
    "nothing": b"<html></html>",
    "a comment": b"<!-- -->x",
    "100,000 nested tags": b"<div>" * 100_000,
    "100,000 nested links": b"<a href=/x>" * 100_000,
    "many rows": b"<table>" + b"<tr><td><a href=/a>a</a> USD 1.00 2020-01-01" * 60_000,
    "one long text": b"<p>" + b"1" * 4_000_000,
    "one long word": b"<p>" + b"a" * 4_000_000 + b"<h1>" + b"*" * 1_000_000,
    "a long class": b"<div class='" + b"menu " * 500_000 + b"'>x",
    "a long address": b"<a href='/?" + b"a=b&" * 500_000 + b"'>x</a>",
    "a broken address": b"<a href='http://[x/'>x</a><a href='//'>y</a><form action='http://['>",
    "null bytes": b"<p>\0a\0<input type=\0password>",
    "many options": b"<select>" + b"<option>a" * 200_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_are_guessed_and_bounded(name: str) -> None:
    root = parse_page(HOSTILE[name], declared=None).root
    if root is None:
        pytest.skip("there is nothing to guess")
    found = features(root)
    assert all(value == value and abs(value) < 64 for value in found.values())  # noqa: PLR0124 - NaN is not itself
    guess = classify(root)
    assert sum(guess.probabilities.values()) == pytest.approx(1, abs=1e-4)


def test_only_the_begin_of_an_endless_page_counts() -> None:
    body = b"<p>a</p>" * MAX_ELEMENTS
    root = parse_page(body + b"<form method=post><input type=password></form>", declared=None).root
    assert root is not None
    found = features(root)
    assert "n cut" in found
    assert "n input:password" not in found


@given(st.text(max_size=400), st.text(max_size=60))
def test_whatever_a_page_says_the_guess_is_one(text: str, url: str) -> None:
    root = parse_page(f"<body>{text}".encode("utf-8", "replace"), declared=None).root
    assert root is not None
    guess = classify(root, url=url)
    assert isinstance(guess, KindGuess)
    assert guess.kind in KINDS
    assert 1 / len(KINDS) <= guess.confidence <= 1


def test_weights_hold_no_word_of_any_page() -> None:
    """A feature is a zone or a count of this package, and a concept of its file: nothing a page said."""
    concepts = set(concept_names())
    for name in shipped_model().description.features:
        parts = re.split(r"=|\*+", name)
        assert len(parts) == 1 or parts[1] in concepts, name
        assert re.fullmatch(r"[a-z0-9<>:, _]+", parts[0].replace("True", "").replace("False", "").lower()), name
    source = "".join(file.read_text("utf-8") for file in PACKAGE.glob("*.py"))
    zones = {re.split(r"=|\*+", name)[0] for name in shipped_model().description.features if "=" in name or "*" in name}
    for zone in zones:
        assert all(word in source for word in zone.split()), zone


def test_no_concept_is_a_market() -> None:
    for concept in concept_names():
        for phrase in (*text_phrases(concept), *code_words(concept)):
            assert known_market(phrase) is None, (concept, phrase)
            assert len(phrase.split()) <= LONGEST_PHRASE, (concept, phrase)


def test_weights_are_small_and_whole() -> None:
    assert sum((PACKAGE / name).stat().st_size for name in (DESCRIPTION, NUMBERS)) < 500_000
    assert set(shipped_model().description.kinds) == KINDS
    assert Path(PACKAGE / DESCRIPTION).read_text("utf-8").isascii()
