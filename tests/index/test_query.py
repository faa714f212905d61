"""The query language: what it means, what it refuses, and that nothing else comes of any string."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.conditions import (
    And,
    Between,
    Everything,
    Has,
    Not,
    Or,
    Phrase,
    Value,
    ValueFuzzy,
    ValuePattern,
    ValuePrefix,
    Word,
    WordFuzzy,
    WordPattern,
    WordPrefix,
)
from index.elasticsearch_query import compile_condition as compile_for_elasticsearch
from index.errors import QueryError
from index.fields import FIELDS, TEXTS
from index.query import LONGEST_QUERY, MOST_CLAUSES, parse
from index.search import Request
from index.sqlite_store import SqliteStore
from nightpost.clock import FixedClock
from tests.index.example import MARKET, moment

NOW = moment("2020-03-01T12:30")
CLOCK = FixedClock(NOW)


def meaning(text: str) -> Any:
    return parse(text, CLOCK).condition


def word(token: str) -> Word:
    return Word(TEXTS, token)


def ms(text: str) -> int:
    return round(moment(text).timestamp() * 1000)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("", Everything()),
        ("  \n", Everything()),
        ("*", Everything()),
        ("MDMA", word("mdma")),
        ("mdma 💊 & powder", And((word("mdma"), word("powder")))),
        ("mdma AND NOT powder", And((word("mdma"), Not(word("powder"))))),
        ("+mdma -powder", And((word("mdma"), Not(word("powder"))))),
        ("a OR b AND c", Or((word("a"), And((word("b"), word("c")))))),
        ('"Blue  Dolphin"', Phrase(TEXTS, ("blue", "dolphin"))),
        ('"blue"', word("blue")),
        ("2C-B", Or((word("2cb"), Phrase(TEXTS, ("2c", "b"))))),
        ("ketam*", WordPrefix(TEXTS, "ketam")),
        ("title:Ketam*", WordPrefix(("title",), "ketam")),
        (r"vendor:a\:b\*c", Value("vendor", ("a:b*c",))),
        ("Vendor:X", Value("vendor", ("x",))),
        ("vendor:(a b)", Or((Value("vendor", ("a",)), Value("vendor", ("b",))))),
        ("vendor:(a AND NOT b)", And((Value("vendor", ("a",)), Not(Value("vendor", ("b",)))))),
        ("title:(a b)", And((Word(("title",), "a"), Word(("title",), "b")))),
        ("vendor:Dr*", ValuePrefix("vendor", "dr")),
        ("ket*m?ne", WordPattern(TEXTS, "ket*m?ne")),
        ("5-MeO-d?t", WordPattern(TEXTS, "5meod?t")),
        ("title:Ke??m*", WordPattern(("title",), "ke??m*")),
        (r"vendor:Dr\*G*n", ValuePattern("vendor", r"dr\*g*n")),
        ("pgp:01ab?d", ValuePattern("pgp", "01AB?D")),
        ("ketamin~", WordFuzzy(TEXTS, "ketamin", 2)),
        ("Speed~", WordFuzzy(TEXTS, "speed", 1)),
        ("title:2c-b~1", WordFuzzy(("title",), "2cb", 1)),
        ("vendor:Dr_Gren~2", ValueFuzzy("vendor", "dr_gren", 2)),
        ("vendor:*", Has("vendor")),
        ("has:PGP", Has("pgp")),
        ("has:seen", Has("first_seen")),
        ("ships_from:Scandinavia", Value("ships_from", ("DK", "NO", "SE"))),
        ("ships_from:uk", Value("ships_from", ("GB",))),
        ("ships_to:atlantis", Value("ships_to", ("ATLANTIS",))),
        ("market:White_House", Value("market", ("white-house",))),
        ('contact:"Telegram:@Bob"', Value("contact", ("telegram:bob",))),
        ("price:[10 TO 50]", Between("price", 10, 50)),
        ("price:{10 TO 50}", Between("price", 10, 50, with_low=False, with_high=False)),
        ("price:[* TO 50]", Between("price", None, 50)),
        ("price:[-10.5 TO 5]", Between("price", -10.5, 5)),
        ("price:<20", Between("price", None, 20, with_high=False)),
        ("price:$20", Between("price", 20, 20)),
        ("posted:2019", Between("posted", ms("2019-01-01"), ms("2020-01-01") - 1)),
        ("posted:2019-12", Between("posted", ms("2019-12-01"), ms("2020-01-01") - 1)),
        ("posted:2020-02-29", Between("posted", ms("2020-02-29"), ms("2020-03-01") - 1)),
        ("posted:2020-02-29T10:15:30Z", Between("posted", ms("2020-02-29T10:15:30"), ms("2020-02-29T10:15:30"))),
        ("posted:>2019", Between("posted", ms("2020-01-01") - 1, None, with_low=False)),
        ("posted:[now-7d TO now]", Between("posted", ms("2020-02-23T12:30"), ms("2020-03-01T12:30"))),
        ("posted:>now-2h", Between("posted", ms("2020-03-01T10:30"), None, with_low=False)),
        (
            "seen:2019",
            And((Between("first_seen", None, ms("2020-01-01") - 1), Between("last_seen", ms("2019-01-01"), None))),
        ),
    ],
)  # fmt: skip
def test_a_query_means(text: str, condition: Any) -> None:
    assert meaning(text) == condition


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("mdma substanc:x", "there is no field 'substanc'; did you mean substance?", 5),
        ("http://x.onion", "there is no field 'http'; docs/search.md lists them; text with a colon goes in quotes", 0),
        ("has:pgpp", "has: takes the name of a field, not 'pgpp'; did you mean pgp?", 4),
        ('has:"pgp x"', "has: takes the name of a field", 4),
        ("(mdma OR", "the query ends too early", 8),
        ("mdma)", "')' was not expected", 4),
        ('"mdma', "'\"' was not expected", 0),
        ("AND", "'A' was not expected", 0),
        ("price:cheap", "price: takes a number or a range of numbers, not 'cheap'", 6),
        ("price:[1 TO x]", "price: takes a number", 6),
        ("price:1e9999", "price: takes a number", 6),
        ("price:ket*", "price: takes a range, such as [10 TO 50], and no wildcard", 6),
        ("posted:2019-13", "posted: takes a date such as 2019", 7),
        ("posted:9999", "posted: takes a date", 7),
        ("posted:now-99999y", "posted: takes a date", 7),
        ("[1 TO 2]", "a range cannot be used without a field", 0),
        ("vendor:[a TO b]", "a range cannot be used in vendor:", 7),
        ("vendor:>a", "a range cannot be used in vendor:", 7),
        ("*mine", "at least 2 letters are needed before * or ?", 0),
        ("k*mine", "at least 2 letters are needed before * or ?", 0),
        ("k?", "at least 2 letters are needed before * or ?", 0),
        ("k*", "at least 2 letters are needed before *", 0),
        ("vendor:k*", "at least 2 letters are needed before *", 7),
        ("vendor:?k", "at least 2 letters are needed before * or ?", 7),
        ("ab*c*d*e*f*g*h", "a word has at most 5 wildcards", 0),
        ("a@b*", "a wildcard goes with one word", 0),
        ("ke@t*a", "a wildcard goes with one word", 0),
        ("price:3?", "price: takes a range, such as [10 TO 50], and no wildcard", 6),
        ("posted:2019~", "posted: takes a range, such as [10 TO 50], and no ~", 7),
        ("ketamine~3", "after ~ stands 1 or 2, the number of edits, not 3", 0),
        ("ketamine~0.5", "after ~ stands 1 or 2", 0),
        ("keta*~", "~ goes with one word without a wildcard", 0),
        ("a@b~", "~ goes with one word", 0),
        ("ab~", "more than 2 letters are needed before ~", 0),
        ('"a b"~3', "~ goes with one word without a wildcard", 0),
        ("a~.", "a number was expected after ~ or ^", 1),
        ("ketamine^2", "^ is not part of the query language", 0),
        ("/ketamine/", "/ is not part of the query language", 0),
        ("💊 &&", "there is no word to search for", 0),
        ('vendor:""', "vendor: takes a value", 7),
        ("vendor:(price:3)", "price: stands inside vendor:", 8),
        ("x" * (LONGEST_QUERY + 1), "longer than 2000 characters", LONGEST_QUERY),
        ("(" * 40 + "a" + ")" * 40, "nested deeper than 30", 30),
        ("NOT " * 40 + "a", "nested deeper than 30", 120),
        (" ".join(["a"] * (MOST_CLAUSES + 1)), "more than 200 parts", 400),
    ],
)
def test_what_is_no_query_is_answered_with_the_place(text: str, message: str, place: int) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text, CLOCK)
    assert message in str(caught.value)
    assert caught.value.place == place
    assert str(caught.value).endswith(f"(at character {place + 1} of the query)")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("dr_green", ("dr_green",)),
        ("Green House", ("Green House", "Green", "House")),
        ('"green house" mdma', ("green house mdma", "green house", "mdma")),
        ("alice OR bob", ("alice", "bob")),
        ("alice kind:vendor", ("alice",)),
        ("vendor:alice", ()),
        ("ketam*", ()),
        ("", ()),
    ],
)
def test_free_words_may_be_names(text: str, names: tuple[str, ...]) -> None:
    assert parse(text, CLOCK).names == names


FRAGMENTS = [
    *FIELDS, "has", "AND", "OR", "NOT", "TO", ":", "(", ")", "[", "]", "{", "}", '"', "*", "?", "~", "^", "+", "-", "/",
    "\\", ">", "<", "=", " ", ",", ".", "'", ";", "--", "mdma", "2c-b", "10", "50.5", "2019-01", "now-7d", "💊", "é",
    "NEAR(", "\0", "\u202e", "\ud800", "{title} : ", "2019-01-01T10:00:00Z", "\u241e",
]  # fmt: skip
WILD = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=4)), max_size=25).map("".join)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with SqliteStore(tmp_path_factory.mktemp("market") / "index.sqlite") as store:
        store.write(MARKET)
        yield store


@given(WILD)
@example("title:(a OR -b) -c")
@example('"\ud800"')
@settings(max_examples=2000, deadline=None)
def test_any_string_is_a_query_or_a_query_error(market: SqliteStore, text: str) -> None:
    condition = _meaning_if_any(text)
    if condition is None:
        return
    compile_for_elasticsearch(condition)
    results = market.search(Request(condition=condition))
    assert 0 <= results.total <= len(MARKET)
    denied = market.search(Request(condition=Not(condition)))
    assert results.total + denied.total == len(MARKET), "a document is found by a query or by its denial, not both"


def _meaning_if_any(text: str) -> Any:
    try:
        return meaning(text)
    except QueryError as error:
        place = error.place
    assert 0 <= place <= len(text)
    return None
