"""What is marked in a document that was found: the sought, in the text as it was written, and nothing else."""

from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.language import Language

from archive.reader import ArchiveReader
from index.analysis import prepare
from index.conditions import And, Condition, Not, Or, Phrase, Value, Word, WordFuzzy, WordPattern, WordPrefix
from index.documents import Document, Kind
from index.excerpts import Fragment
from index.fields import TEXTS
from index.highlight import highlighted, marks
from index.ingest import ingest
from index.query import parse
from index.search import Request
from index.sqlite_store import SqliteStore
from index.written_texts import written_texts
from nightpost.clock import FixedClock
from tests.extractors.linear_time import grows_faster
from tests.index.example import moment
from tests.index.market import LAYOUT, Market, listing_page, vendor_page

CLOCK = FixedClock(moment("2020-03-01"))


def shown(text: str, query: str | Condition) -> list[str]:
    """What is marked in a text, in order."""
    condition = parse(query, CLOCK).condition if isinstance(query, str) else query
    return [text[mark.start : mark.end] for mark in marks(text, condition, "text")]


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("mdma", "10g MDMA 84%, mdma", ["MDMA", "mdma"]),
        ("cocaine", "(\u0421\u043e\u0441\u0430in\u0435)", ["\u0421\u043e\u0441\u0430in\u0435"]),
        ("cocaine", "CoCa\u00efne\u0301!", ["CoCa\u00efne\u0301"]),
        ("mdma -powder NOT pills", "mdma powder pills", ["mdma"]),
        ("mdma OR NOT (pills powder)", "mdma powder pills", ["mdma"]),
        ('"blue dolphin"', "blue, dolphin. dolphin blue; Blue  Dolphin", ["blue, dolphin", "Blue  Dolphin"]),
        ('"blue dolphin"', "blue" + " " * 30 + "dolphin", ["blue", "dolphin"]),
        ('"a b a b"', "a b a b a b", ["a b a b", "a b"]),
        ("2cb", "2C-B or 2c b or 2CB or 2C-E", ["2C-B", "2CB"]),
        ("2c-b", "2C\u2011B or 2c b or 2CB or 2C-E", ["2C\u2011B", "2C\u2011B", "2c b", "2CB"]),
        ("5-meo-dmt", "5-MeO-DMT", ["5-MeO-DMT", "5-MeO-DMT"]),
        ("meo", "5-MeO-DMT", ["MeO"]),
        ("3.5", "3,5 g", ["3,5"]),
        ("vendors", "the vendor's", ["vendor's"]),
        ("ketam*", "Ketamine, ketum", ["Ketamine"]),
        ("5-meo*", "5-MeO-DMT", ["5-MeO-DMT"]),
        ("substance:mdma vendor:dr*", "mdma dr_green", []),
        ("title:mdma", "mdma", []),
        ("text:mdma", "mdma", ["mdma"]),
        ("*", "mdma", []),
        ("2half", "a \u00bdhalf", ["\u00bdhalf"]),
        ("1", "\u00bd g", ["\u00bd"]),
    ],
)  # fmt: skip
def test_what_is_sought_is_marked(query: str, text: str, marked: list[str]) -> None:
    assert shown(text, query) == marked


@pytest.mark.parametrize(
    ("condition", "text", "marked"),
    [
        (WordPattern(TEXTS, "ket?m*"), "Ketamine ketm ket\u00e1m ketamin3", ["Ketamine", "ket\u00e1m", "ketamin3"]),
        (WordPattern(TEXTS, "3.*"), "3,5 35", ["3,5"]),
        (WordFuzzy(TEXTS, "ketamine", 1), "ketamin ketamien kteamnie etamine", ["ketamin", "ketamien"]),
        (Not(Word(TEXTS, "mdma")), "mdma", []),
        (And((Value("vendor", ("mdma",)), Or((Word(TEXTS, "x"), WordPrefix(TEXTS, "md"))))), "mdma X", ["mdma", "X"]),
    ],
)
def test_conditions_are_marked(condition: Condition, text: str, marked: list[str]) -> None:
    assert shown(text, condition) == marked


def test_armour_is_not_marked_and_what_is_hidden_in_it_is() -> None:
    base64 = "mQINBFabcDEF0123456789abcdef+/\n" * 50
    text = f"mqi -----BEGIN PGP X-----\n{base64}mqi\n-----END PGP X----- mqi"
    assert shown(text, "mqi*") == ["mqi", "mqi", "mqi"]


WORDS = [
    "mdma",
    "2C-B",
    "2cb",
    "caf\u00e9",
    "3,5",
    "don't",
    "dr_green",
    "\u0421\u043e\u043a\u0435",
    "a",
    "b",
    "ab",
    "abc",
    "x" * 200,
]
TEXT = st.lists(
    st.one_of(st.sampled_from(WORDS), st.sampled_from([" ", "-", ". ", "\n", "\u0301", "\u200b", "'"])), max_size=25
).map("".join)
TOKENS = st.sampled_from(["mdma", "2c", "b", "2cb", "cafe", "3.5", "dont", "dr", "green", "a", "ab", "abc"])
SOUGHT: Any = st.one_of(
    st.builds(lambda token: Word(TEXTS, token), TOKENS),
    st.builds(lambda tokens: Phrase(TEXTS, tuple(tokens)), st.lists(TOKENS, min_size=2, max_size=3)),
    st.builds(lambda token: WordPrefix(TEXTS, token[:2]), TOKENS.filter(lambda token: len(token) > 1)),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with SqliteStore(tmp_path_factory.mktemp("highlight") / "index.sqlite") as store:
        yield store


@given(TEXT, SOUGHT)
def test_a_text_is_marked_exactly_when_a_store_finds_it(store: SqliteStore, text: str, condition: Condition) -> None:
    store.write([Document(kind="review", id="m/1", body={"text": text}, words={"text": prepare([text])})])
    found = store.search(Request(condition=condition)).total == 1
    assert bool(marks(text, condition, "text")) == found


LISTING = Document(
    kind="listing",
    id="m/1",
    body={"title": "Blue Dolphin", "description": "blue skies", "vendor": "blue"},
)
VENDOR = Document(
    kind="vendor",
    id="m/blue_sky",
    body={
        "handle": "Blue_Sky",
        "description": None,
        "terms": "No refunds in blue",
        "contacts": [{"value": "x@y.org"}, {"value": "blue9"}, {"value": "blue"}],
    },
)  # fmt: skip


def _marked(document: Document, query: str) -> dict[str, list[str]]:
    found = highlighted(document, parse(query, CLOCK).condition)
    return {path: [one.text[a:b] for one in fragments for a, b in one.spans] for path, fragments in found.items()}


def test_each_text_of_a_document_is_marked_by_its_field() -> None:
    assert _marked(LISTING, "blue") == {"title": ["Blue"], "description": ["blue"], "vendor": ["blue"]}
    assert _marked(LISTING, "title:blue text:skies") == {"title": ["Blue"], "description": ["skies"]}
    assert _marked(VENDOR, "blue") == {"handle": ["Blue"], "terms": ["blue"], "contacts[2].value": ["blue"]}
    assert _marked(VENDOR, "name:blue*") == {
        "handle": ["Blue_Sky"],
        "contacts[1].value": ["blue9"],
        "contacts[2].value": ["blue"],
    }
    assert _marked(VENDOR, "blue_sky") == {"handle": ["Blue_Sky"]}
    assert _marked(VENDOR, '"x y org"') == {"contacts[0].value": ["x@y.org"]}


def test_a_version_is_marked_as_the_record_that_it_was() -> None:
    for kind, document in (("listing", LISTING), ("vendor", VENDOR)):
        version = Document(kind="version", id="m/1@c", body={**document.body, "kind": kind})
        assert _marked(version, "blue") == _marked(document, "blue")


def test_whatever_word_of_a_page_finds_a_document_is_marked_in_it(tmp_path: Path, nlp: Language) -> None:
    market = Market(tmp_path / "archive")
    market.capture(
        listing_page(1, title="Uncut quartz", text="Shipped in velvet", vendor="Amber_Vale"),
        vendor_page("Amber_Vale", text="Since marigold", terms="Never saffron", reviews=[("buyer", "arrived indigo")]),
    )
    with SqliteStore(tmp_path / "index.sqlite") as store:
        ingest(ArchiveReader(market.folder), store, {"plain": LAYOUT}, nlp, folder=tmp_path)
        for word in ("quartz", "velvet", "amber", "amber_vale", "marigold", "saffron", "indigo"):
            hits = store.search(Request(condition=parse(word, CLOCK).condition)).hits
            assert hits, word
            for hit in hits:
                assert _marked(hit.document, word), (word, hit.document.key)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_body_of_any_shape_has_its_texts(kind: Kind) -> None:
    for body in ({}, {"title": None, "text": 3, "contacts": "x", "handle": [], "accounts": [None, {"handle": 1}]}):
        assert written_texts(Document(kind=kind, id="m/1", body=body)) == []


def test_a_short_text_is_shown_whole_and_a_long_one_in_its_best_pieces() -> None:
    filling = "nothing of it is here " * 30
    text = f"{filling}one mdma {filling}one mdma and cocaine {filling}mdma mdma mdma {filling}"
    body = {"title": "Mdma!", "description": text}
    found = highlighted(
        Document(kind="listing", id="m/1", body=body), parse("mdma cocaine", CLOCK).condition, width=60, most=2
    )
    assert found["title"] == [Fragment("Mdma!", ((0, 4),), 0)]
    best, second = found["description"]
    assert [best.text[a:b] for a, b in best.spans] == ["mdma", "cocaine"]
    assert [second.text[a:b] for a, b in second.spans] == ["mdma"] * 3
    for one in (best, second):
        assert one.text == text[one.start : one.end]
        assert len(one.text) <= 60
        assert text[one.start - 1] == text[one.end] == " ", "an excerpt begins and ends between words"


@given(TEXT.map(lambda text: text * 3), st.lists(SOUGHT, min_size=1, max_size=3), st.integers(1, 60), st.integers(1, 4))
def test_excerpts_are_bounded_and_true(text: str, sought: list[Condition], width: int, most: int) -> None:
    document = Document(kind="review", id="m/1", body={"text": text})
    fragments = highlighted(document, Or(tuple(sought)), width=width, most=most).get("text", [])
    assert len(fragments) <= most
    assert bool(fragments) == bool(marks(text, Or(tuple(sought)), "text"))
    for one in fragments:
        assert 0 < len(one.text) <= width
        assert one.text == text[one.start : one.end]
        assert one.spans, "an excerpt shows something"
        ends = [place for span in one.spans for place in span]
        assert ends == sorted(ends)
        assert 0 <= ends[0] < ends[-1] <= len(one.text)
    in_order = sorted(fragments, key=lambda one: one.start)
    assert all(one.end <= other.start for one, other in pairwise(in_order))


@pytest.mark.parametrize(
    "unit", ["mdma ", "a ", "a-", "2c-b ", "x" * 130 + " ", "\u0430 ", "a\u0301 ", "\u0301\u0316", "a b c d e f 7 8 9 "]
)
def test_marking_takes_linear_time(unit: str) -> None:
    query = 'mdma a 2c-b "a a a a a a a a b" "a b c" "a a a a a" xx* mdm* "c b a"'
    condition = Or((parse(query, CLOCK).condition, WordPattern(TEXTS, "x*x*x*x*y"), WordFuzzy(TEXTS, "mdmaa", 2)))
    assert grows_faster(lambda text: _all(text, condition), unit) is None


def _all(text: str, condition: Condition) -> object:
    return highlighted(Document(kind="review", id="m/1", body={"text": text}), condition)
