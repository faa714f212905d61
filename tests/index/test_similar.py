"""More like this one: the same offer elsewhere comes first, and never the listing itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.analysis import prepare
from index.conditions import And, Or, Word
from index.documents import Body, Document
from index.errors import QueryError
from index.fields import normal_values
from index.search import Request
from index.similar import MOST_WORDS, similar
from index.sqlite_store import SqliteStore
from tests.index.example import MARKET


def listing(name: str, title: str, text: str = "") -> Document:
    market, _, number = name.partition("/")
    return Document(
        kind="listing",
        id=name,
        body={"market": market, "listing_id": number, "title": title, "description": text},
        words={"title": prepare([title]), "text": prepare([text])},
        keywords={"market": normal_values("market", [market]), "listing": normal_values("listing", [number])},
    )


def vendor(name: str, text: str) -> Document:
    market, _, handle = name.partition("/")
    body: Body = {"market": market, "handle": handle, "description": text, "terms": None, "contacts": []}
    return Document(kind="vendor", id=name, body=body, words={"text": prepare([text])}, keywords={"account": [name]})


TERMS = "We ship every day from Rotterdam in the plainest of envelopes, and never reship."
LISTINGS = [
    listing("Dark_Bay/A1", "Blue Dolphin 10g MDMA", TERMS),
    listing("cryptonia/7", "MDMA blue dolphins, 5g - the Blue-Dolphin!", "free shipping"),
    listing("cryptonia/8", "MDMA 10g", "free shipping"),
    listing("cryptonia/a1", "Ten grams of purest", TERMS.replace("every day", "daily")),
    *(listing(f"cryptonia/1{number}", f"MDMA {number}g champagne", "free shipping") for number in range(4)),
    listing("dark-bay/9", "\u2728\u2728"),
    vendor("dark-bay/green", TERMS),
    vendor("cryptonia/verde", TERMS.replace("Rotterdam", "Antwerp")),
    vendor("cryptonia/blue", "free shipping of Blue Dolphin"),
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteStore]:
    with SqliteStore(tmp_path_factory.mktemp("similar") / "index.sqlite") as store:
        store.write([*LISTINGS, *MARKET[3:]])
        yield store


def like(store: SqliteStore, document: Document) -> list[str]:
    return [hit.document.id for hit in store.search(Request(condition=similar(store, document))).hits]


def test_the_same_offer_comes_first_and_itself_never(store: SqliteStore) -> None:
    found = like(store, LISTINGS[0])
    assert set(found[:2]) == {"cryptonia/7", "cryptonia/a1"}, "by its title, and by its text"
    assert "Dark_Bay/A1" not in found, "market and id are compared as the index keeps them"
    assert like(store, LISTINGS[1])[0] == "Dark_Bay/A1"


def test_a_vendor_is_like_vendors(store: SqliteStore) -> None:
    assert like(store, LISTINGS[-3])[0] == "cryptonia/verde"
    assert not {"dark-bay/green", "Dark_Bay/A1"} & set(like(store, LISTINGS[-3]))


def _words(condition: Any) -> set[str]:
    assert isinstance(condition, And)
    assert isinstance(condition.parts[0], Or)
    return {word.token for word in condition.parts[0].parts if isinstance(word, Word)}


def test_telling_words_are_those_that_few_others_say(store: SqliteStore) -> None:
    words = _words(similar(store, listing("new/1", "mdma mdma dolphin never-seen champagne the")))
    assert {"dolphin", "champagne", "mdma"} <= words
    assert "seen" not in words, "nothing says it"
    assert "rotterdam" not in _words(similar(store, listing("new/1", "rotterdam mdma"))), "no title does"
    assert "dolphins" in _words(similar(store, listing("new/1", "dolphins mdma")))
    assert "dolphins" not in _words(similar(store, LISTINGS[1])), "none but itself says it"
    few = similar(store, LISTINGS[0], most=3)
    assert len(_words(few)) == 3
    assert "mdma" not in _words(few)


def test_what_most_say_is_left_out(tmp_path: Path) -> None:
    with SqliteStore(tmp_path / "index.sqlite") as store:
        store.write([listing(f"m/{number}", "stealth " + ("x" if number < 3 else "y")) for number in range(9)])
        assert _words(similar(store, listing("n/1", "stealth x y"))) == {"x"}


def test_words_of_a_title_tell_more_than_those_of_a_text(store: SqliteStore) -> None:
    long = listing("new/1", "champagne", f"{TERMS} {TERMS}")
    assert "champagne" in _words(similar(store, long, most=5))


def test_a_long_text_is_sought_by_a_few_words(store: SqliteStore) -> None:
    common = [listing(f"long/{number}", "", " ".join(f"w{one}" for one in range(2000))) for number in range(2)]
    store.write(common)
    assert len(_words(similar(store, common[0]))) == MOST_WORDS
    assert like(store, common[0]) == ["long/1"]
    store.write([], delete=[one.key for one in common])


def test_what_has_no_words_or_no_likes_is_answered(store: SqliteStore) -> None:
    with pytest.raises(QueryError, match="no word by which others could be found"):
        similar(store, LISTINGS[-4])
    with pytest.raises(QueryError, match="only listings and vendors have others like them, not review:empire/r1"):
        similar(store, MARKET[5])
