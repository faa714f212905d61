"""One line of a file of accounts: what is read of it, and that a bad field loses only itself."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.account_line import NoAccountError, read_line
from linkage.field_values import LONGEST_TEXT


def line(**fields: object) -> str:
    return json.dumps({"id": "alpha/a", "market": "alpha", **fields})


def test_every_field_of_the_contract_and_beside_it() -> None:
    read = read_line(
        line(
            handle="GreenLeaf",
            description=" hello ",
            terms="no refunds",
            pgp_keys=["AAAA"],
            contacts=[{"type": "Wickr", "value": "leaf"}],
            external_ratings=[{"market": "Dream Market", "handle": "leaf", "sales": 4}, {"market": "empire"}],
            registered_at="2019-05-01",
            last_seen_at="2020-03-01T12:00:00+02:00",
            ships_from="Germany",
            ships_to=["us", "no", "UK", "Worldwide"],
            listings=[
                {"title": "hash", "id": 7, "price_usd": "$1,250.50", "category": "D&C > cannabis > hash",
                 "ships_from": "NL", "ships_to": "Worldwide except USA", "images": ["A" * 16, "b" * 64], "stock": 3},
                {"title": "weed", "price_usd": 12, "category": ["drugs", "weed"]},
            ],
            reviews=[{"text": "a field of somebody else's"}],
        )
    )  # fmt: skip
    assert (read.handle, read.description, read.terms, read.pgp_keys) == ("GreenLeaf", "hello", "no refunds", ["AAAA"])
    assert [(one.type, one.value) for one in read.contacts] == [("wickr", "leaf")]
    assert [(one.market, one.handle) for one in read.external_ratings] == [("Dream Market", "leaf"), ("empire", None)]
    assert read.registered_at == datetime(2019, 5, 1, tzinfo=UTC)
    assert read.last_seen_at == datetime(2020, 3, 1, 10, tzinfo=UTC)
    assert (read.ships_from, read.ships_to) == (("DE",), ("GB", "NO", "US", "WW"))
    first, second = read.listings
    assert (first.place, first.listing_id, first.title, first.price_usd) == ("listings[0].", "7", "hash", 1250.5)
    assert (first.category, first.ships_from, first.ships_to) == (("D&C", "cannabis", "hash"), ("NL",), ("WW",))
    assert first.photos == ("a" * 16, "b" * 64)
    assert (second.place, second.category, second.price_usd) == ("listings[1].", ("drugs", "weed"), 12.0)
    assert read.dropped == []


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"handle": None, "description": None, "pgp_keys": None, "listings": None, "contacts": None, "ships_to": None},
        {"handle": "", "description": "  ", "pgp_keys": [], "listings": [], "terms": ""},
        {"listings": [None], "pgp_keys": [None, ""], "ships_from": "N/A", "registered_at": "never"},
    ],
)
def test_what_is_absent_null_or_blank_is_none_and_no_fault(fields: dict[str, object]) -> None:
    read = read_line(line(**fields))
    assert (read.handle, read.description, read.terms, read.pgp_keys, read.listings) == (None, None, None, [], [])
    assert (read.contacts, read.ships_from, read.ships_to, read.registered_at) == ([], (), (), None)
    assert read.dropped == []


PRICELESS: list[dict[str, object]] = [
    {"price_usd": "soon"},
    {"price_usd": -1},
    {"price_usd": True},
    {"price_usd": []},
    {"price_usd": "1e999"},
]


@pytest.mark.parametrize(
    ("fields", "dropped"),
    [
        ({"handle": ["a"]}, "handle: no text"),
        ({"description": {"a": 1}}, "description: no text"),
        ({"terms": True}, "terms: no text"),
        ({"pgp_keys": [["x"], {"y": 1}]}, "pgp_keys: no text (2 times)"),
        ({"contacts": ["wickr: a", {"type": "pigeon", "value": "a"}]}, "contacts: no object"),
        ({"external_ratings": [{"handle": "a"}]}, "external_ratings: no market"),
        ({"registered_at": "soon"}, "registered_at: no date"),
        ({"last_seen_at": 17}, "last_seen_at: no date"),
        ({"ships_from": "Atlantis"}, "ships_from: no place that is known"),
        ({"ships_to": [7, "x" * 2000]}, "ships_to: no place that is known"),
        ({"listings": {"title": "a"}}, "listings: no list"),
        ({"listings": ["hash", 3]}, "listings[]: no object (2 times)"),
        ({"listings": PRICELESS}, "listings[].price_usd: no price (5 times)"),
        ({"listings": [{"price_usd": "12 EUR"}]}, "listings[].price_usd: not in US dollars"),
        (
            {"listings": [{"images": ["http://a.onion/1.jpg"]}]},
            "listings[].images: no perceptual hash of 16 or 64 hexadecimal digits",
        ),
    ],
)
def test_a_bad_field_is_dropped_and_told_and_the_rest_is_read(fields: dict[str, object], dropped: str) -> None:
    read = read_line(line(**{"handle": "GreenLeaf", "description": "hello", **fields}))
    assert dropped in read.dropped
    assert read.handle == (None if "handle" in fields else "GreenLeaf")
    assert read.description == (None if "description" in fields else "hello")
    assert [one.price_usd for one in read.listings if one.price_usd is not None] == []


def test_numbers_that_json_allows_and_nobody_means() -> None:
    read = read_line(
        '{"id":"a","market":"m","handle":NaN,"listings":[{"title":NaN,"price_usd":NaN},{"price_usd":Infinity},'
        f'{{"price_usd":{"9" * 6000}}},{{"price_usd":5}}]}}'
    )
    assert read.handle is None
    assert [one.price_usd for one in read.listings] == [None, None, None, 5.0]
    assert read.dropped == ["listings[].price_usd: no price (2 times)"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[]", "no JSON object"),
        ("null", "no JSON object"),
        ('"a"', "no JSON object"),
        ("[" * 200_000, "no JSON"),
        ('{"market": "m"}', "id: is missing"),
        ('{"id": 5, "market": "m"}', "id: no text"),
        ('{"id": " ", "market": "m"}', "id"),
        ('{"id": "a"}', "market: is missing"),
        ('{"id": "a", "market": ""}', "market"),
        ('{"id": "a", "market": ["m"]}', "market"),
        ('{"id": null, "market": "m"}', "id: is missing"),
    ],
)
def test_a_line_without_id_or_market_is_no_account(text: str, why: str) -> None:
    with pytest.raises(NoAccountError, match=why):
        read_line(text)


def test_broken_characters_are_replaced_and_told() -> None:
    broken = (
        line(handle="Gr", description="na\u00efve")
        .encode()
        .replace(b"Gr", b"Gr\xfc\xdfe")
        .decode(errors="surrogateescape")
    )
    read = read_line(broken)
    assert read.handle == "Gr\ufffd\ufffde"
    assert read.dropped == ["line: bytes that are no UTF-8"]
    halves = read_line(
        '{"id": "a\\ud800", "market": "m\\udfff", "handle": "\\ud800x", "listings": [{"title": "\\udc00"}]}'
    )
    for text in (halves.id, halves.market, halves.handle or "", halves.listings[0].title or ""):
        assert text.encode()


def test_a_text_that_no_person_wrote_is_cut_and_told() -> None:
    read = read_line(line(description="a" * (LONGEST_TEXT + 1), handle="b" * 5_000_000, pgp_keys=["c" * 5_000_000]))
    assert len(read.description or "") == LONGEST_TEXT
    assert len(read.handle or "") == 1000
    assert read.dropped == [
        "handle: what is beyond 1000 characters",
        f"description: what is beyond {LONGEST_TEXT} characters",
        f"pgp_keys: longer than {LONGEST_TEXT} characters",
    ]
    assert read.pgp_keys == []


def test_a_query_may_be_the_text_of_a_listing() -> None:
    text = read_line('{"id": "q", "text": "3.5g hash from DE"}', query=True)
    assert (text.market, text.handle) == ("", None)
    assert [(one.place, one.title, one.description) for one in text.listings] == [("text", "3.5g hash from DE", None)]
    long = read_line(json.dumps({"id": "q", "text": "hash\nfine hash"}), query=True)
    assert [(one.title, one.description) for one in long.listings] == [(None, "hash\nfine hash")]
    titled = read_line('{"id": "q", "title": "hash", "description": "fine", "price_usd": 10}', query=True)
    (listing,) = titled.listings
    assert (listing.place, listing.title, listing.description, listing.price_usd) == ("", "hash", "fine", 10.0)
    assert titled.description is None
    whole = read_line(line(description="hi", listings=[{"title": "a"}]), query=True)
    assert (whole.market, whole.description, [one.place for one in whole.listings]) == ("alpha", "hi", ["listings[0]."])
    with pytest.raises(NoAccountError, match="market"):
        read_line('{"id": "q", "text": "hash"}')


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_FIELDS = (
    "handle",
    "description",
    "terms",
    "pgp_keys",
    "contacts",
    "external_ratings",
    "registered_at",
    "last_seen_at",
    "ships_from",
    "ships_to",
    "listings",
    "title",
    "text",
    "price_usd",
    "category",
    "images",
)


@given(
    st.dictionaries(st.sampled_from(_FIELDS), _JSON), st.dictionaries(st.sampled_from(_FIELDS), _JSON), st.booleans()
)
def test_whatever_other_fields_hold_the_account_is_read(
    fields: dict[str, object], listing: dict[str, object], query: bool
) -> None:
    read = read_line(line(**{"listings": [listing], **fields}), query=query)
    assert (read.id, read.market) == ("alpha/a", "alpha")
