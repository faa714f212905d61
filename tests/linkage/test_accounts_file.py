"""Accounts read from JSON lines."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from extractors.amounts.facts import Measured
from extractors.pipeline import build_pipeline, read_texts
from extractors.records import Mention
from linkage.account import Sighting
from linkage.accounts_file import read_accounts


@pytest.fixture(scope="module")
def nlp() -> Language:
    return build_pipeline()


def read_wickr(texts: Iterable[tuple[str, str]]) -> Iterator[list[Mention]]:
    """Stands for the text pipeline: finds ``wickr: NAME``."""
    return (_wickr(text, source) for text, source in texts)


def _wickr(text: str, source: str) -> list[Mention]:
    return [
        Mention(
            type="wickr", text=found[0], start=found.start(), end=found.end(), value=found[1].lower(), source=source,
            extractor="contacts", version="1", confidence=0.9,
        )
        for found in re.finditer(r"wickr: (\w+)", text)
    ]  # fmt: skip


def line(**fields: object) -> str:
    return json.dumps({"id": "alpha/a", "market": "alpha", **fields})


def test_every_text_of_an_account_is_read_and_names_its_place() -> None:
    read = read_accounts(
        [
            line(
                handle="A",
                description="my wickr: Leaf",
                pgp_keys=["aaaa " * 10],
                listings=[{"title": "hash"}, {"title": "weed", "description": "wickr: other", "price_usd": 10}],
            )
        ],
        read_wickr,
    )
    (account,) = read.accounts
    assert account.handle == "A"
    assert [(one.kind, one.value, [seen.field for seen in one.sightings]) for one in account.clues] == [
        ("contact", "wickr:leaf", ["description"]),
        ("contact", "wickr:other", ["listings[1].description"]),
        ("pgp_key", "A" * 40, ["pgp_keys[0]"]),
    ]
    assert read.faults == []


def test_contacts_and_fingerprints_in_fields_are_clues_too() -> None:
    fields = {"contacts": [{"type": "telegram", "value": "Leaf"}], "pgp_keys": ["not a key", "B" * 40]}
    (account,) = read_accounts([line(**fields)], read_wickr).accounts
    assert [(one.value, [seen.field for seen in one.sightings]) for one in account.clues] == [
        ("telegram:Leaf", ["contacts"]),
        ("B" * 40, ["pgp_keys[1]"]),
    ]
    assert [one.is_own_key for one in account.clues] == [False, True]


def test_an_offer_is_what_is_stated_and_what_its_texts_say(nlp: Language) -> None:
    listings = [
        {"title": "3.5g cocaine 90%", "description": "ships from Germany", "price_usd": 250},
        {"title": "order now", "description": "10 x 2mg Xanax from the UK", "ships_from": "Netherlands", "id": "77"},
        {"title": "custom listing"},
        {},
    ]
    (account,) = read_accounts([line(listings=listings)], partial(read_texts, nlp)).accounts
    first, second, third, bare = account.offers
    assert (first.substances, first.total, first.goods) == (("cocaine",), Measured(value=3.5, unit="g"), "drug")
    assert (first.ships_from, first.price_usd) == (("DE",), 250.0)
    assert (second.substances, second.strength) == (("alprazolam",), Measured(value=2, unit="mg"))
    assert (second.ships_from, second.listing_id) == (("NL",), "77")
    assert (third.substances, third.total, third.ships_from) == ((), None, ())
    assert (bare.title, bare.goods, bare.total) == (None, None, None)
    assert first.sighting("title").field == "listings[0].title"
    assert second.sighting("images") == Sighting(record="alpha/a", field="listings[1].images")


def test_the_profile_tells_other_accounts_and_places(nlp: Language) -> None:
    (account,) = read_accounts(
        [
            line(
                market="Beta Market",
                handle="GreenLeaf",
                description="Formerly GreenLeaf77 on AlphaBay. We ship from Germany.",
                terms="Same name on Dream Market as GreenLeaf.",
                external_ratings=[
                    {"market": "Dream", "handle": "greenleaf"},
                    {"market": "beta", "handle": "GREENLEAF"},
                ],
            )
        ],
        partial(read_texts, nlp),
    ).accounts
    assert [(one.name, [seen.field for seen in one.sightings]) for one in account.claims] == [
        ("alphabay/greenleaf77", ["description"]),
        ("dream-market/greenleaf", ["external_ratings", "terms"]),
    ]
    assert account.ships_from == ("DE",)
    assert account.own_name == "beta/greenleaf"
    assert account.sightings("handle") == (Sighting(record="alpha/a", field="handle"),)


def test_a_query_without_market_is_an_account_of_one_offer(nlp: Language) -> None:
    text = "hash\n3.5g of moroccan hash, wickr: greenleaf7"
    queries = [
        json.dumps({"id": "q", "text": text}),
        '{"id": "r", "title": "1g heroin", "price_usd": "20"}',
        '{"id": "s"}',
    ]
    read = read_accounts(queries, partial(read_texts, nlp), queries=True)
    assert read.faults == []
    first, second, third = read.accounts
    assert (first.market, first.own_name, third.offers) == ("", None, ())
    assert [seen.field for clue in first.clues for seen in clue.sightings] == ["text"]
    assert [(one.description, one.sighting("description").field) for one in first.offers] == [(text, "text")]
    assert [(one.substances, one.price_usd, one.sighting("title").field) for one in second.offers] == [
        (("heroin",), 20.0, "title")
    ]
    assert len(read_accounts(queries, partial(read_texts, nlp)).faults) == 3


def test_what_is_dropped_of_an_account_is_reported_with_its_line_and_id() -> None:
    read = read_accounts([line(), line(id="b", listings=[{"price_usd": "soon"}] * 3)], read_wickr)
    assert [one.id for one in read.accounts] == ["alpha/a", "b"]
    assert [str(one) for one in read.faults] == ["line 2: b: listings[].price_usd: no price (3 times); left out"]


def test_bad_lines_are_reported_by_number_and_the_rest_is_read() -> None:
    read = read_accounts(["{", line(), "", "[]", line(), line(id="b", market=None), line(id="c"), "\udcff"], read_wickr)
    assert [one.id for one in read.accounts] == ["alpha/a", "c"]
    assert [one.line for one in read.faults] == [1, 4, 5, 6, 8]
    assert "line 2" in read.faults[2].why
    assert str(read.faults[4]).startswith("line 8: ")
    assert read.faults[3].why.startswith("market")


@given(st.lists(st.text(st.characters(exclude_characters="\n\r"))))
def test_any_line_is_an_account_or_a_problem(lines: list[str]) -> None:
    read = read_accounts(lines, read_wickr)
    assert len(read.accounts) + len(read.faults) == sum(bool(one.strip()) for one in lines)
