"""Completion: what can stand at the caret, and that it can always be written there."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.completion import Completion, complete, written
from index.conditions import Value
from index.documents import Document
from index.errors import QueryError
from index.fields import FIELDS, KEYWORDS, normal_values
from index.query import LONGEST_QUERY, parse
from index.search import Request
from index.sqlite_store import SqliteStore
from nightpost.clock import FixedClock
from tests.index.example import MARKET, document, moment

CLOCK = FixedClock(moment("2020-03-01T12:30"))
ODD = ['say "hi"', "back\\slash", "a:b", "5*?", "(x) [y]", "AND", "-dash", "\u5927\u9ebb", "it's", "two words", "/re/"]
MORE = [
    *(document("listing", f"odd/{number}", vendor=value) for number, value in enumerate(ODD)),
    document("listing", "odd/tonga", ships_from=["TO", "DE"], ships_to="Atlantis", substance="cocoa"),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path_factory.mktemp("completion") / "index.sqlite") as store:
        store.write([*MARKET, *MORE])
        yield store


def completions(store: SqliteStore, query: str) -> list[Completion]:
    """What can stand at the bar in a query, or at its end."""
    place = query.find("|") if "|" in query else len(query)
    return complete(store, query.replace("|", ""), place, CLOCK)


def applied(store: SqliteStore, query: str) -> list[str]:
    return [one.applied(query.replace("|", "")) for one in completions(store, query)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("subs", ["substance:"]),
        ("SUBS", ["substance:"]),
        ("mdma -subs", ["mdma -substance:"]),
        ("(a OR subs", ["(a OR substance:"]),
        ("subs|tance:mdma", ["substance:mdma"]),
        ("mdma|", []),
        ("has:pri", ["has:price", "has:price_per_gram"]),
        ("NOT has:pg|", ["NOT has:pgp"]),
        ("substanc:coc|", ["substance:coc"]),
        ("subztance:(a b|", ["substance:(a b"]),
        ("substance:co", ["substance:cocaine", "substance:cocoa"]),
        ("substance: co", ["substance: cocaine", "substance: cocoa"]),
        ("SUBSTANCE:Coc", ["SUBSTANCE:cocaine", "SUBSTANCE:cocoa"]),
        ("substance:(mdma coc", ["substance:(mdma cocaine", "substance:(mdma cocoa"]),
        ("substance:(mdma OR (a md", ["substance:(mdma OR (a mdma"]),
        ("substance:coc|oon NOT x", ["substance:cocaine NOT x", "substance:cocoa NOT x"]),
        ('substance:"coc', ["substance:cocaine", "substance:cocoa"]),
        ('substance:"md|xx" y', ["substance:mdma y"]),
        ('substance:"md| AND title:"y"', ['substance:mdma AND title:"y"']),
        ("substance:2c", ["substance:2c-b"]),
        ("substance:zz", []),
        ("substance:co*", []),
        ("vendor:say", [r'vendor:"say \"hi\""']),
        ("vendor:back", [r'vendor:"back\\slash"']),
        (r"vendor:a\:", ['vendor:"a:b"']),
        (r"vendor:5\*", ['vendor:"5*?"']),
        (r"vendor:5\|", []),
        ('vendor:"(x', ['vendor:"(x) [y]"']),
        ("vendor:an", ["vendor:and"]),
        ("vendor:two", ['vendor:"two words"']),
        ("vendor:\u5927", ["vendor:\u5927\u9ebb"]),
        ("market:White_", []),
        ("market:Cryp", ["market:cryptonia"]),
        ("ships_from:germ", ["ships_from:DE"]),
        ("ships_from:deutsch", ["ships_from:DE"]),
        ("ships_from:t", ['ships_from:"TO"']),
        ("ships_to:atl", ["ships_to:ATLANTIS"]),
        ("pgp:89ab", ["pgp:89ABCDEF01234567"]),
        ("contact:@dr@", ['contact:"dr@proton.me"']),
        ("kind:v", ["kind:vendor", "kind:version"]),
        ("title:blu", []),
        ("vendor:(price:", []),
        ('"abc"', []),
        ("a)", []),
        ("price:>", ["price:>10", "price:>=10"]),
        ("price:[", ["price:[10 TO 50]"]),
        ("price:[5 ", ["price:[5 TO *]"]),
        ("price:[5 TO 7", ["price:[5 TO 7]"]),
        ("price:[x TO ", []),
        ("grams:[5 TO |9] AND x", ["grams:[5 TO *] AND x"]),
        ("seen:[2019-01 T", ["seen:[2019-01 TO now]"]),
        ("posted:20", ["posted:2020", "posted:2020-02", "posted:2020-03-01"]),
        ("first_seen:>n", ["first_seen:>now-7d", "first_seen:>now-30d"]),
    ],
)  # fmt: skip
def test_a_query_goes_on(store: SqliteStore, query: str, expected: list[str]) -> None:
    assert applied(store, query) == expected


def test_values_come_with_counts_the_most_frequent_first(store: SqliteStore) -> None:
    assert [(one.text, one.count) for one in completions(store, "vendor:")][:2] == [("dr_green", 4), ("alice", 2)]
    germany = completions(store, "ships_from:ger")[0]
    assert (germany.text, germany.meaning, germany.count) == ("DE", "Germany", 3)
    assert [(one.text, one.count) for one in completions(store, "kind:")][:2] == [("listing", 15), ("vendor", 2)]


def test_names_come_with_what_they_mean(store: SqliteStore) -> None:
    fields = {one.text: one.meaning for one in complete(store, "", 0, CLOCK, most=1000)}
    assert fields == {f"{field.name}:": field.meaning for field in FIELDS.values()} | {
        "has:": "documents that have the field at all"
    }
    assert len(complete(store, "", 0, CLOCK)) == 20


def test_nothing_is_offered_that_makes_a_query_too_long(store: SqliteStore) -> None:
    filling = "x " * (LONGEST_QUERY // 2 - 4)
    assert completions(store, f"{filling}subs") == []
    assert completions(store, "x" * (LONGEST_QUERY + 1)) == []


FRAGMENTS = [
    *FIELDS, "has", "AND", "OR", "NOT", "TO", ":", "(", ")", "[", "]", "{", "}", '"', "*", "?", "~", "^", "+", "-", "/",
    "\\", ">", "<", "=", " ", ",", "'", "mdma", "10", "2019-01", "now-7d", "T10:15", "\u00e9", "\0", "\u202e", "\ud800",
]  # fmt: skip
WILD = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=3)), max_size=15).map("".join)


@given(WILD, st.integers(-1, 60))
@settings(max_examples=1000, deadline=None)
def test_no_string_is_an_error(store: SqliteStore, text: str, place: int) -> None:
    for one in complete(store, text, place, CLOCK):
        assert 0 <= one.start <= one.end <= len(text)
        assert one.start <= max(place, 0)


VALUES = {"keyword": ["mdma", '"a b"', r"a\:b", "xx*", "ketamin~", "(a b)", '(a OR "b c")', "(NOT a)"],
          "number": ["10", "[1 TO 5]", "{1 TO *]", ">=5", "<3.5", "(1 OR 2)"],
          "date": ["2019", "[2019-01 TO now]", ">now-7d", "2019-05-31T10:15:00Z"],
          "period": ["2019", "[now-7d TO now]"],
          "text": ["mdma", '"a b"', "(a b)"]}  # fmt: skip
ATOMS: Any = st.one_of(
    st.sampled_from(
        ["mdma", "2c-b", '"blue dolphin"', "ketam*", "has:pgp", "-x", "don't", r"\(x", "alice@x.org", "a/b"]
    ),
    st.sampled_from(list(FIELDS.values())).flatmap(
        lambda field: st.sampled_from(VALUES[field.type]).map(lambda value: f"{field.name}:{value}")
    ),
)
QUERIES: Any = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("{} {} {}".format, inner, st.sampled_from(["AND", "OR", ""]), inner),
        inner.map("({})".format),
        inner.map("NOT ({})".format),
    ),
    max_leaves=4,
)


@given(QUERIES, st.integers(0, 200))
@example("substance:(mdma coc)", 18)
@settings(max_examples=1000, deadline=None)
def test_what_is_completed_can_be_read(store: SqliteStore, query: str, length: int) -> None:
    parse(query, CLOCK)
    begun = query[:length]
    for one in complete(store, begun, len(begun), CLOCK, most=50):
        whole = _closed(_with_value(one.applied(begun)))
        try:
            parse(whole, CLOCK)
        except QueryError as error:
            pytest.fail(f"{begun!r} became {whole!r}: {error}")


def _with_value(query: str) -> str:
    """A query that ends with the name of a field has a value for it."""
    name = re.search(r"(\w+):$", query)
    if name is None:
        return query
    values = {"keyword": "x", "text": "x", "number": "1", "date": "2019", "period": "2019"}
    return query + ("price" if name[1] == "has" else values[FIELDS[name[1]].type])


def _closed(query: str) -> str:
    """A query whose open brackets are closed."""
    outside = re.sub(r'\\.|"(?:[^\\"]|\\.)*"', "", query)
    return query + ")" * (outside.count("(") - outside.count(")"))


@given(st.sampled_from(KEYWORDS), st.text(min_size=1, max_size=40))
@example("vendor", '"\\')
@example("ships_to", "TO")
@settings(max_examples=300, deadline=None)
def test_a_value_that_is_offered_finds_what_has_it(store: SqliteStore, field: str, text: str) -> None:
    values = [value for value in normal_values(field, [text]) if value in FIELDS[field].normalize(value)]
    if field in {"kind", "capture"} or not values:
        return
    one = Document(kind="capture", id="wild/1", body={}, keywords={field: normal_values(field, [text])})
    store.write([one])
    try:
        offered = complete(store, f"{field}:", len(field) + 1, CLOCK, most=10_000)
        for value in values:
            assert written(value) in {completion.text for completion in offered}
            condition = parse(f"{field}:{written(value)}", CLOCK).condition
            assert isinstance(condition, Value)
            found = store.search(Request(condition=condition, limit=100)).hits
            assert "wild/1" in {hit.document.id for hit in found}
    finally:
        store.write([], delete=[one.key])
